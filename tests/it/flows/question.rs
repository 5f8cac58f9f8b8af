//! Ask: a question in one's own words, answered while it is typed, and the way on from there.

use crate::support::harness::Harness;
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Answer, Prompt, PromptId};

fn asked(question: &str) -> Harness {
    let mut wizard = Harness::new();
    wizard.press("/").paste(question);
    wizard
}

#[test]
fn an_answer_appears_while_the_question_is_typed() {
    let mut wizard = Harness::new();
    wizard.press("/");
    assert_eq!(wizard.screen_name(), "question");
    record!(wizard);
    wizard.type_text("revok");
    record!(wizard);
    assert_eq!(wizard.take_effects(), [], "nothing is asked of the world");
}

#[test]
fn every_printable_key_is_a_part_of_the_question() {
    let mut wizard = Harness::new();
    wizard.press("/").type_text("401q?/g1");
    assert_eq!(wizard.screen_name(), "question");
    wizard.assert_shows("401q?/g1");
}

#[test]
fn enter_goes_to_the_path_of_the_answer_and_back_keeps_the_question_until_the_page_is_left() {
    let mut wizard = asked("redirect url does not match");
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "prepare");
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "question");
    wizard.assert_shows("redirect url does not match");
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "compare");
    wizard.press("/");
    wizard.assert_hides("redirect url does not match");
}

#[test]
fn tab_shows_the_path_of_the_answer_in_full() {
    let mut wizard = asked("docker");
    wizard.press("Tab");
    assert_eq!(wizard.screen_name(), "path");
    record!(wizard);
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "question");
}

#[test]
fn another_answer_is_selected_with_the_arrows_and_shown_in_full() {
    let mut wizard = asked("how long does it last");
    record!(wizard);
    while !wizard.screen_text().contains("No lifetime is published for ntn login") {
        let before = wizard.screen_text();
        wizard.press("Down");
        assert_ne!(wizard.screen_text(), before, "the last one is selected, and it was never shown");
    }
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "prepare");
    wizard.press("Esc Up Up Up Up Up");
    record!(wizard);
}

#[test]
fn what_the_guide_says_and_what_holds_today_stand_side_by_side() {
    let wizard = asked("are PATs supported?");
    record!(wizard);
}

#[test]
fn where_nothing_fits_it_says_so_and_offers_the_default() {
    let mut wizard = asked("how do I peel an apple");
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "prepare");
    record!(wizard);
}

#[test]
fn typical_questions_stand_there_until_something_telling_is_typed() {
    let mut wizard = Harness::new();
    wizard.press("/");
    record!(wizard);
    wizard.type_text("how");
    record!(wizard);
    wizard.press("Ctrl-U Down Down Down Down Down Down Down Enter");
    record!(wizard);
    wizard.press("Ctrl-U");
    record!(wizard);
    wizard.press("Tab");
    assert_eq!(wizard.screen_name(), "question", "a typical question has no path");
}

#[test]
fn a_paste_joins_what_is_typed_unless_it_may_be_a_secret() {
    let mut wizard = asked("redirect\n  url");
    record!(wizard);
    for secret in [
        "what is secret_fake0fake",
        "https://example.com/callback?code=0fakefake0fakefake0fake",
        "client_secret=\"fakefakefakefakefakefake1\"",
    ] {
        wizard.paste(secret);
        record!(wizard);
        wizard.assert_hides("fake");
    }
    record!(wizard);
}

#[test]
fn a_question_is_asked_and_answered_without_a_screen() {
    let mut wizard = Harness::new();
    wizard.press("/");
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::Question, .. }), "{:?}", wizard.prompt());
    wizard.answer(Answer::Text(Secret::new("pat expiry")));
    let Prompt::Choice { id: PromptId::Question, options, .. } = wizard.prompt() else { panic!("{:?}", wizard.prompt()) };
    assert_eq!(options[0].label, "How long does a personal access token last? (API token)");
    assert!(options[0].detail.starts_with("A PAT lasts 7, 30, 90 or 180 days"), "{}", options[0].detail);
    assert_eq!(options.last().map(|option| option.label.as_str()), Some("Ask something else"));
    wizard.answer(Answer::Choice(options.len() - 1));
    assert!(matches!(wizard.prompt(), Prompt::Text { .. }));
    wizard.answer(Answer::Text(Secret::new("how do I peel an apple")));
    assert_eq!(wizard.options()[0].0, "Start with Notion CLI");
    wizard.answer(Answer::Text(Secret::new("pat expiry")));
    wizard.answer(Answer::Choice(0));
    assert_eq!(wizard.screen_name(), "prepare");
}

#[test]
fn it_is_asked_from_wherever_a_path_is_looked_at_and_back_leads_there() {
    for (road, screen) in [("1", "prepare"), ("Tab", "path"), ("g", "guide")] {
        let mut wizard = Harness::new();
        wizard.press(road).press("/");
        assert_eq!(wizard.screen_name(), "question", "{road}");
        wizard.press("Esc");
        assert_eq!(wizard.screen_name(), screen);
    }
}

#[test]
fn a_line_that_is_a_number_asks_the_question_or_turns_to_the_answer_of_that_number() {
    let mut wizard = Harness::new();
    wizard.press("/");
    let line = |text: &str| Answer::Text(Secret::new(text));
    wizard.answer(line("8"));
    record!(wizard);
    wizard.answer(line("expiry"));
    record!(wizard);
    wizard.answer(line(" 2 "));
    record!(wizard);
    assert_eq!(wizard.screen_name(), "question", "the answer is shown before its path is taken");
    for nothing in ["0", "99"] {
        let before = wizard.model.clone();
        wizard.answer(line(nothing));
        wizard.assert_shows(&format!("There is no number {nothing} here."));
        assert!(before.screen() == wizard.model.screen());
    }
}
