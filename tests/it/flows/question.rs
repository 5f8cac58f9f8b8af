//! Ask: a question in one's own words, answered while it is typed, and the way on from there.

use crate::support::harness::Harness;
use crate::support::screen_transcript::record;
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Answer, Prompt, PromptId};

fn asked(question: &str) -> Harness {
    let mut talk = Harness::new();
    talk.press("/").paste(question);
    talk
}

#[test]
fn an_answer_appears_while_the_question_is_typed() {
    let mut talk = Harness::new();
    talk.press("/");
    assert_eq!(talk.screen_name(), "question");
    record!(talk);
    talk.type_text("revok");
    record!(talk);
    assert_eq!(talk.take_effects(), [], "nothing is asked of the world");
}

#[test]
fn every_printable_key_is_a_part_of_the_question() {
    let mut talk = Harness::new();
    talk.press("/").type_text("401q?/g1");
    assert_eq!(talk.screen_name(), "question");
    talk.assert_shows("401q?/g1");
}

#[test]
fn enter_goes_to_the_path_of_the_answer_and_back_keeps_the_question_until_the_page_is_left() {
    let mut talk = asked("redirect url does not match");
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "prepare");
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "question");
    talk.assert_shows("redirect url does not match");
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "compare");
    talk.press("/");
    talk.assert_hides("redirect url does not match");
}

#[test]
fn tab_shows_the_path_of_the_answer_in_full() {
    let mut talk = asked("docker");
    talk.press("Tab");
    assert_eq!(talk.screen_name(), "path");
    record!(talk);
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "question");
}

#[test]
fn another_answer_is_selected_with_the_arrows_and_shown_in_full() {
    let mut talk = asked("how long does it last");
    record!(talk);
    while !talk.screen_text().contains("No lifetime is published for ntn login") {
        let before = talk.screen_text();
        talk.press("Down");
        assert_ne!(talk.screen_text(), before, "the last one is selected, and it was never shown");
    }
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "prepare");
    talk.press("Esc Up Up Up Up Up");
    record!(talk);
}

#[test]
fn what_the_guide_says_and_what_holds_today_stand_side_by_side() {
    let talk = asked("are PATs supported?");
    record!(talk);
}

#[test]
fn where_nothing_fits_it_says_so_and_offers_the_default() {
    let mut talk = asked("how do I peel an apple");
    record!(talk);
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "prepare");
    record!(talk);
}

#[test]
fn typical_questions_stand_there_until_something_telling_is_typed() {
    let mut talk = Harness::new();
    talk.press("/");
    record!(talk);
    talk.type_text("how");
    record!(talk);
    talk.press("Ctrl-U Down Down Down Down Down Down Down Enter");
    record!(talk);
    talk.press("Ctrl-U");
    record!(talk);
    talk.press("Tab");
    assert_eq!(talk.screen_name(), "question", "a typical question has no path");
}

#[test]
fn a_paste_joins_what_is_typed_unless_it_may_be_a_secret() {
    let mut talk = asked("redirect\n  url");
    record!(talk);
    for secret in [
        "what is secret_fake0fake",
        "https://example.com/callback?code=0fakefake0fakefake0fake",
        "client_secret=\"fakefakefakefakefakefake1\"",
    ] {
        talk.paste(secret);
        record!(talk);
        talk.assert_hides("fake");
    }
    record!(talk);
}

#[test]
fn a_question_is_asked_and_answered_without_a_screen() {
    let mut talk = Harness::new();
    talk.press("/");
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::Question, .. }), "{:?}", talk.prompt());
    talk.answer(Answer::Text(Secret::new("pat expiry")));
    let Prompt::Choice { id: PromptId::Question, options, .. } = talk.prompt() else { panic!("{:?}", talk.prompt()) };
    assert_eq!(options[0].label, "How long does a personal access token last? (API token)");
    assert!(options[0].detail.starts_with("A PAT lasts 7, 30, 90 or 180 days"), "{}", options[0].detail);
    assert_eq!(options.last().map(|option| option.label.as_str()), Some("Ask something else"));
    talk.answer(Answer::Choice(options.len() - 1));
    assert!(matches!(talk.prompt(), Prompt::Text { .. }));
    talk.answer(Answer::Text(Secret::new("how do I peel an apple")));
    assert_eq!(talk.options()[0].0, "Start with Notion CLI");
    talk.answer(Answer::Text(Secret::new("pat expiry")));
    talk.answer(Answer::Choice(0));
    assert_eq!(talk.screen_name(), "prepare");
}

#[test]
fn it_is_asked_from_wherever_a_path_is_looked_at_and_back_leads_there() {
    for (road, screen) in [("1", "prepare"), ("Tab", "path"), ("g", "guide")] {
        let mut talk = Harness::new();
        talk.press(road).press("/");
        assert_eq!(talk.screen_name(), "question", "{road}");
        talk.press("Esc");
        assert_eq!(talk.screen_name(), screen);
    }
}

#[test]
fn a_line_that_is_a_number_asks_the_question_or_turns_to_the_answer_of_that_number() {
    let mut talk = Harness::new();
    talk.press("/");
    let line = |text: &str| Answer::Text(Secret::new(text));
    talk.answer(line("8"));
    record!(talk);
    talk.answer(line("expiry"));
    record!(talk);
    talk.answer(line(" 2 "));
    record!(talk);
    assert_eq!(talk.screen_name(), "question", "the answer is shown before its path is taken");
    for nothing in ["0", "99"] {
        let before = talk.model.clone();
        talk.answer(line(nothing));
        talk.assert_shows(&format!("There is no number {nothing} here."));
        assert!(before.screen() == talk.model.screen());
    }
}
