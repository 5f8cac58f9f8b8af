//! Guide me: at most three questions, and the way back through them.

use crate::support::harness::{Harness, probed};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::wizard::msg::ProbeResult;

#[test]
fn the_guide_leads_to_the_path_with_the_rule_that_fired() {
    let mut talk = Harness::new();
    talk.press("g");
    talk.assert_shows("Question 1 of up to 3 Who is it for?");
    talk.press("1");
    talk.assert_shows("Question 2 of up to 3 Where will it run?");
    talk.press("2");
    talk.assert_shows("Question 3 of up to 3 What's your role in that workspace?");
    talk.press("1");
    talk.assert_shows("Best fit: Notion CLI");
    talk.assert_shows("The guide's rule for this case");
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "token");
    talk.assert_shows("A token for NOTION_API_TOKEN");
}

#[test]
fn an_app_for_many_is_one_question_away_and_its_runners_up_can_be_taken() {
    let mut talk = Harness::new();
    talk.press("g 2");
    talk.assert_shows("The guide's rule for this case");
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
    talk.assert_shows("Best fit: API token");
    talk.assert_hides("The guide's rule");
    let mut early = Harness::new();
    early.press("g 1 1 1");
    early.assert_shows("Best fit: Notion CLI");
    early
        .reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })))
        .reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    early.assert_shows("Best fit: Notion CLI");
}

#[test]
fn going_back_through_the_guide_keeps_the_answers() {
    let mut talk = Harness::new();
    talk.press("g 1 2 2 Enter");
    assert_eq!(talk.screen_name(), "token");
    talk.press("Esc");
    talk.assert_shows("The guide's rule for this case");
    talk.press("Esc");
    talk.assert_shows("Question 3 of up to 3");
    talk.press("Esc Esc");
    talk.assert_shows("Question 1 of up to 3");
    talk.press("Enter Enter Enter");
    talk.assert_shows("The guide's rule for this case");
    talk.assert_shows("Guests and restricted members can't log in");
    talk.press("Esc Esc Esc Esc");
    assert_eq!(talk.screen_name(), "compare");
    talk.press("g Enter Enter Enter");
    talk.assert_shows("The guide's rule for this case");
}
