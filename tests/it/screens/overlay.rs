//! Overlays over a page, and the message for a window that is too small.

use super::machine_findings::all_well;
use super::{PASTED, accept, frames, hold, hold_layout, setup};
use crate::support::fakes::member_identity;
use crate::support::harness::Harness;
use notion_auth::wizard::msg::TaskOutcome;
use notion_auth::wizard::theme::Theme;

#[test]
#[cfg_attr(windows, ignore = "a Windows console has no Ctrl-Z")]
fn help_shows_the_keys_of_the_page_beneath() {
    hold_layout("help_moving", |wizard| {
        wizard.type_text("?");
    });
    hold("help_typing", |wizard| {
        wizard.press("1 Enter").press("F1");
    });
    hold("help_scrolled", |wizard| {
        wizard.type_text("?").press(&"PgDn ".repeat(9));
    });
}

#[test]
fn leaving_asks_before_something_unkept_is_lost() {
    hold_layout("unsaved", |wizard| {
        all_well(wizard);
        wizard.press("1 Enter").paste(PASTED).reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed).type_text("q");
    });
}

#[test]
fn too_small_a_screen_asks_for_room() {
    const TOO_SMALL: [(u16, u16); 4] = [(30, 8), (60, 9), (39, 40), (12, 2)];
    let first_page = |_: &mut Harness| {};
    accept("too_small", &frames(&setup(), &first_page, &TOO_SMALL, &TOO_SMALL, Theme::default()));
}
