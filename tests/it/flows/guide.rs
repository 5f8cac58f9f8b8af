//! Guide me: at most three questions, and the way back through them.

use crate::support::harness::{Harness, probed};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::wizard::msg::ProbeResult;

#[test]
fn the_guide_leads_to_the_path_with_the_rule_that_fired() {
    let mut wizard = Harness::new();
    wizard.press("g");
    record!(wizard);
    wizard.press("1");
    record!(wizard);
    wizard.press("2");
    record!(wizard);
    wizard.press("1");
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "token");
    record!(wizard);
}

#[test]
fn an_app_for_many_is_one_question_away_and_its_runners_up_can_be_taken() {
    let mut wizard = Harness::new();
    wizard.press("g 2");
    record!(wizard);
    wizard.press("3 Enter");
    assert_eq!(wizard.screen_name(), "token");
}

#[test]
fn each_kind_of_oauth_opens_its_own_door() {
    for (audience, screen) in [("2", "connection"), ("3", "workers")] {
        let mut wizard = Harness::new();
        wizard.press("g").press(audience).press("Enter");
        assert_eq!(wizard.screen_name(), screen);
    }
}

#[test]
fn the_answer_follows_the_machine_and_does_not_change_while_it_is_read() {
    let mut wizard = Harness::new();
    wizard
        .reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })))
        .reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    wizard.press("g 1 1 1");
    record!(wizard);
    let mut early = Harness::new();
    early.press("g 1 1 1");
    record!(early);
    early
        .reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })))
        .reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    record!(early);
}

#[test]
fn going_back_through_the_guide_keeps_the_answers() {
    let mut wizard = Harness::new();
    wizard.press("g 1 2 2 Enter");
    assert_eq!(wizard.screen_name(), "token");
    wizard.press("Esc");
    record!(wizard);
    wizard.press("Esc");
    record!(wizard);
    wizard.press("Esc Esc");
    record!(wizard);
    wizard.press("Enter Enter Enter");
    record!(wizard);
    wizard.press("Esc Esc Esc Esc");
    assert_eq!(wizard.screen_name(), "compare");
    wizard.press("g Enter Enter Enter");
    record!(wizard);
}
