//! Guide me: at most three questions, and the way back through them.

use crate::support::talk::Talk;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::wizard::msg::Reply;

#[test]
fn the_guide_leads_to_the_path_with_the_rule_that_fired() {
    let mut talk = Talk::begin();
    talk.press("g");
    talk.reads("Question 1 of up to 3 Who is it for?");
    talk.press("1");
    talk.reads("Question 2 of up to 3 Where will it run?");
    talk.press("2");
    talk.reads("Question 3 of up to 3 What's your role in that workspace?");
    talk.press("1");
    talk.reads("Best fit: Notion CLI");
    talk.reads("The guide's rule (own_script)");
    talk.press("Enter");
    assert_eq!(talk.screen(), "sign in");
    talk.reads("A token for NOTION_API_TOKEN");
}

#[test]
fn an_app_for_many_is_one_question_away_and_its_runners_up_can_be_taken() {
    let mut talk = Talk::begin();
    talk.press("g 2");
    talk.reads("The guide's rule (external_service)");
    talk.press("3 Enter");
    assert_eq!(talk.screen(), "sign in");
}

#[test]
fn each_kind_of_oauth_opens_its_own_door() {
    for (audience, screen) in [("2", "connection"), ("3", "workers")] {
        let mut talk = Talk::begin();
        talk.press("g").press(audience).press("Enter");
        assert_eq!(talk.screen(), "prepare");
        talk.press("Enter");
        assert_eq!(talk.screen(), screen);
    }
}

#[test]
fn the_answer_follows_the_machine_and_does_not_change_while_it_is_read() {
    let mut talk = Talk::begin();
    talk.reply(Reply::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })).reply(Reply::Ntn(NtnState::NotInstallable));
    talk.press("g 1 1 1");
    talk.reads("Best fit: API token");
    talk.lacks("The guide's rule");
    let mut early = Talk::begin();
    early.press("g 1 1 1");
    early.reads("Best fit: Notion CLI");
    early.reply(Reply::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })).reply(Reply::Ntn(NtnState::NotInstallable));
    early.reads("Best fit: Notion CLI");
}

#[test]
fn going_back_through_the_guide_keeps_the_answers() {
    let mut talk = Talk::begin();
    talk.press("g 1 2 2 Enter");
    assert_eq!(talk.screen(), "sign in");
    talk.press("Esc");
    talk.reads("The guide's rule (own_script)");
    talk.press("Esc");
    talk.reads("Question 3 of up to 3");
    talk.press("Esc Esc");
    talk.reads("Question 1 of up to 3");
    talk.press("Enter Enter Enter");
    talk.reads("The guide's rule (own_script)");
    talk.reads("Guests and restricted members can't log in");
    talk.press("Esc Esc Esc Esc");
    assert_eq!(talk.screen(), "compare");
    talk.press("g Enter Enter Enter");
    talk.reads("The guide's rule (own_script)");
}
