//! Replacing a token.

use super::{hold, hold_layout};
use crate::flows::rotate::{at_accounts, entering, replacing, reviewing};
use crate::support::rotation::{outcome, outcome_with_rest};
use notion_auth::wizard::msg::{Progress, TaskOutcome};

#[test]
fn what_is_replaced_is_shown_beside_the_field() {
    hold_layout("rotate_entering", entering);
}

#[test]
fn the_comparison_comes_before_the_question() {
    hold_layout("rotate_reviewing", |wizard| reviewing(wizard, 3));
    hold("rotate_less", |wizard| {
        reviewing(wizard, 1);
        wizard.press("Enter");
    });
}

#[test]
fn the_waits_have_one_look() {
    hold("rotate_preparing", |wizard| {
        at_accounts(wizard);
        wizard.press("e");
    });
    hold("rotate_replacing", |wizard| {
        replacing(wizard);
        wizard.send_progress(Progress::OutputLine("a line of its output".into()));
    });
}

#[test]
fn the_old_token_is_revoked_last() {
    hold_layout("rotate_finished", |wizard| {
        replacing(wizard);
        wizard.reply(TaskOutcome::Rotated(Box::new(outcome())));
    });
    hold_layout("rotate_left", |wizard| {
        replacing(wizard);
        wizard.reply(TaskOutcome::Rotated(Box::new(outcome_with_rest())));
    });
    hold("rotate_refused", |wizard| {
        replacing(wizard);
        wizard.reply(TaskOutcome::Rotated(Box::new(outcome())));
        wizard.press("r");
        wizard.reply(TaskOutcome::RevocationChecked(true));
    });
}
