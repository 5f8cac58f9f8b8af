//! Guide me: at most three questions, and the way back through them.

use crate::support::talk::Talk;

#[test]
fn the_guide_leads_to_the_path_with_the_rule_that_fired() {
    let mut talk = Talk::begin();
    talk.press("g");
    talk.reads("Question 1 of at most 3 For whom will it act?");
    talk.press("1");
    talk.reads("Question 2 of at most 3 Where will it run?");
    talk.press("2");
    talk.reads("Question 3 of at most 3 What are you in that workspace?");
    talk.press("1");
    talk.reads("Take the path Notion CLI.");
    talk.reads("The rule that fired (own_script)");
    talk.press("Enter");
    assert_eq!(talk.screen(), "sign in");
    talk.reads("A token for NOTION_API_TOKEN");
}

#[test]
fn an_app_for_many_is_one_question_away_and_its_runners_up_can_be_taken() {
    let mut talk = Talk::begin();
    talk.press("g 2");
    talk.reads("The rule that fired (external_service)");
    talk.press("3 Enter");
    assert_eq!(talk.screen(), "sign in");
}

#[test]
fn going_back_through_the_guide_keeps_the_answers() {
    let mut talk = Talk::begin();
    talk.press("g 1 2 2 Enter");
    assert_eq!(talk.screen(), "sign in");
    talk.press("Esc");
    talk.reads("The rule that fired (own_script)");
    talk.press("Esc");
    talk.reads("Question 3 of at most 3");
    talk.press("Esc Esc");
    talk.reads("Question 1 of at most 3");
    talk.press("Enter Enter Enter");
    talk.reads("The rule that fired (own_script)");
    talk.reads("Guests and restricted members cannot log in");
    talk.press("Esc Esc Esc Esc");
    assert_eq!(talk.screen(), "compare");
    talk.press("g Enter Enter Enter");
    talk.reads("The rule that fired (own_script)");
}
