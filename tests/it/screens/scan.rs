//! Tokens in plain text.

use super::{hold, hold_layout};
use crate::flows::scan::{at_the_list, plans, replaced, results};
use notion_auth::wizard::msg::TaskOutcome;

#[test]
fn the_secrets_are_listed() {
    hold_layout("scan_list", at_the_list);
}

#[test]
fn a_secret_has_its_places_and_what_to_do() {
    hold_layout("scan_secret", |wizard| {
        at_the_list(wizard);
        wizard.press("2");
    });
}

#[test]
fn the_changes_are_agreed_to() {
    hold_layout("scan_change", |wizard| {
        at_the_list(wizard);
        wizard.press("Enter y");
        wizard.reply(TaskOutcome::FoundTokensSaved(results(), plans()));
    });
}

#[test]
fn each_result_is_told() {
    hold("scan_results", |wizard| {
        at_the_list(wizard);
        wizard.press("Enter y");
        wizard.reply(TaskOutcome::FoundTokensSaved(results(), plans()));
        wizard.press("y");
        wizard.reply(TaskOutcome::LinesReplaced(replaced()));
    });
}
