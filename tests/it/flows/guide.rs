//! Guide me: at most three questions, and the way back through them.

use crate::support::harness::{Harness, probed};
use crate::support::screen_transcript::record;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::wizard::msg::ProbeResult;

#[test]
fn the_guide_leads_to_the_path_with_the_rule_that_fired() {
    let mut talk = Harness::new();
    talk.press("g");
    record!(talk);
    talk.press("1");
    record!(talk);
    talk.press("2");
    record!(talk);
    talk.press("1");
    record!(talk);
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "token");
    record!(talk);
}

#[test]
fn an_app_for_many_is_one_question_away_and_its_runners_up_can_be_taken() {
    let mut talk = Harness::new();
    talk.press("g 2");
    record!(talk);
    talk.press("3 Enter");
    assert_eq!(talk.screen_name(), "token");
}

#[test]
fn each_kind_of_oauth_opens_its_own_door() {
    for (audience, screen) in [("2", "connection"), ("3", "workers")] {
        let mut talk = Harness::new();
        talk.press("g").press(audience).press("Enter");
        assert_eq!(talk.screen_name(), screen);
    }
}

#[test]
fn the_answer_follows_the_machine_and_does_not_change_while_it_is_read() {
    let mut talk = Harness::new();
    talk.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })))
        .reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    talk.press("g 1 1 1");
    record!(talk);
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
    let mut talk = Harness::new();
    talk.press("g 1 2 2 Enter");
    assert_eq!(talk.screen_name(), "token");
    talk.press("Esc");
    record!(talk);
    talk.press("Esc");
    record!(talk);
    talk.press("Esc Esc");
    record!(talk);
    talk.press("Enter Enter Enter");
    record!(talk);
    talk.press("Esc Esc Esc Esc");
    assert_eq!(talk.screen_name(), "compare");
    talk.press("g Enter Enter Enter");
    record!(talk);
}
