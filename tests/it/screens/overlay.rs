//! What lies over a page, and the screen that has no room for one.

use super::found::all_well;
use super::{accept, frames, hold};
use crate::support::conversation::{Conversation, PASTED, setup};
use crate::support::world::member;
use notion_auth::wizard::keymap::Key;
use notion_auth::wizard::theme::Theme;

#[test]
fn help_shows_the_keys_of_the_page_beneath() {
    hold("help_moving", |talk| {
        talk.keys("?");
    });
    hold("help_typing", |talk| {
        talk.keys("1").press(&[Key::Function(1)]);
    });
    hold("help_scrolled", |talk| {
        talk.keys("?").press(&[Key::PageDown; 9]);
    });
}

#[test]
fn leaving_asks_before_something_unkept_is_lost() {
    hold("unkept", |talk| {
        all_well(talk);
        talk.keys("1").paste(PASTED).notion_says(Ok(member())).inspected().keys("q");
    });
}

#[test]
fn too_small_a_screen_asks_for_room() {
    let first_page = |_: &mut Conversation| {};
    accept("too_small", &frames(&setup(), &first_page, &[(30, 8), (60, 9), (39, 40), (12, 2)], Theme::default()));
}
