//! The snippets for the developer's own server.

use super::{hold, hold_ascii, hold_layout};
use crate::flows::snippets::hand_over;
use crate::support::harness::Harness;

fn language(key: &'static str) -> impl Fn(&mut Harness) {
    move |talk| {
        hand_over(talk);
        talk.press(key);
    }
}

#[test]
fn every_language_has_its_page() {
    hold("hand_over_environment", language("1"));
    hold_layout("hand_over_curl", language("2"));
    hold("hand_over_javascript", language("3"));
    hold("hand_over_python", language("4"));
    hold("hand_over_rust", language("5"));
    hold_ascii("hand_over_ascii", language("2"));
}
