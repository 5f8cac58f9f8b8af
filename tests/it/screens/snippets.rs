//! The snippets for the developer's own server.

use super::{hold, hold_ascii, hold_layout};
use crate::flows::snippets::hand_over;
use crate::support::harness::Harness;

fn language(key: &'static str) -> impl Fn(&mut Harness) {
    move |wizard| {
        hand_over(wizard);
        wizard.press(key);
    }
}

#[test]
fn every_language_has_its_page() {
    hold("snippets_environment", language("1"));
    hold_layout("snippets_curl", language("2"));
    hold("snippets_javascript", language("3"));
    hold("snippets_python", language("4"));
    hold("snippets_rust", language("5"));
    hold_ascii("snippets_ascii", language("2"));
}
