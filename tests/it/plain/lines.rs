//! The lines themselves, without a terminal: they say what the screen says, and a line does what its key does there.

use crate::support::fakes::MEMBER;
use crate::support::harness::{Harness, probed, setup};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::sanitize::wrap;
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::{self, Model, ParsedLine, keys_text, parse_line, plain_view};
use notion_auth::wizard::msg::{Answer, Input, Intent, ProbeResult};
use notion_auth::wizard::theme::Theme;

fn said(model: &Model) -> String {
    plain_view(model, false).lines.into_iter().map(|said| said.text + "\n").collect()
}

/// Roads to pages of every kind, as keys.
const ROADS: [&str; 12] = ["", "1", "1 Enter", "2", "2 1", "3", "3 2", "g", "g 1 1", "s", "1 a", "/"];

/// The size that pages are laid out for in plain mode.
const PLAIN_MODE_SIZE: (u16, u16) = (71, 200);

/// The words of a text, in order, without marks and without what only guides the eye.
fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| word.chars().count() > 3)
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn the_lines_say_every_word_that_the_screen_says() {
    for road in ROADS {
        let mut wizard = Harness::with_size(setup(), (90, 200));
        wizard.press(road);
        let told = words(&said(&wizard.model));
        // The header and footer are announced differently.
        let shown = wizard.render(Theme::default()).buffer;
        let page: String = (3..197).map(|y| (0..90).map(|x| shown[(x, y)].symbol()).collect::<String>() + "\n").collect();
        // What stands below an empty field is said by its prompt, which follows at once.
        let is_prompted = |word: &str| ["type", "stays", "hidden"].contains(&word);
        let missing: Vec<String> = words(&page).into_iter().filter(|word| !is_prompted(word) && !told.contains(word)).collect();
        assert!(missing.is_empty(), "after {road:?}, not said: {missing:?}");
    }
}

#[test]
fn the_first_prompt_follows_ten_lines_at_most_and_the_details_come_on_request() {
    let mut wizard = Harness::with_size(setup(), PLAIN_MODE_SIZE);
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    let view = plain_view(&wizard.model, false);
    let brief = view.lines.iter().filter(|line| !line.is_detail).map(|line| line.text.clone());
    let lines: Vec<String> = brief.chain([keys_text(&view.keys)]).flat_map(|line| wrap(&line, 80)).collect();
    // Before these come the greeting and the step.
    assert!(lines.len() <= 8, "{lines:#?}");
    assert!(view.lines.iter().filter(|line| line.is_detail).count() > 10);
}

#[test]
fn the_keys_fit_on_a_line() {
    for road in ROADS {
        let keys = keys_text(&plain_view(&Harness::new().press(road).model, false).keys);
        assert!(keys.len() <= 80, "after {road:?}: {keys}");
    }
}

#[test]
fn a_prompt_asks_only_where_there_is_a_choice() {
    let prompt = |keys: &str| plain_view(&Harness::new().press(keys).model, false).prompt.expect("a prompt").text;
    assert_eq!(prompt("1"), "Press Enter (get a token): ");
    assert!(prompt("2").ends_with("? "), "{}", prompt("2"));
}

#[test]
fn the_keys_begin_with_enter_and_back_and_numbers_precede_letters() {
    for road in ROADS {
        let keys: Vec<String> = plain_view(&Harness::new().press(road).model, false).keys.into_iter().map(|(key, _)| key).collect();
        let rank = |key: &String| match key.as_str() {
            "Enter" => 0,
            "b" => 1,
            "?" => 4,
            "q" => 5,
            key if key.starts_with(|first: char| first.is_ascii_digit()) => 2,
            _ => 3,
        };
        assert!(keys.is_sorted_by_key(rank), "after {road:?}: {keys:?}");
    }
}

#[test]
fn every_key_that_is_told_is_heard_as_what_it_does() {
    for road in ROADS {
        let mut wizard = Harness::new();
        wizard.press(road);
        for (keys, does) in plain_view(&wizard.model, false).keys {
            // A range of numbers is told as one, and each of its ends is heard.
            for key in keys.split('-') {
                let line = Secret::new(if key == "Enter" { "" } else { key });
                assert_ne!(parse_line(&wizard.model, &line), ParsedLine::Unknown, "after {road:?}: {key} {does}");
            }
        }
    }
}

#[test]
fn a_number_picks_a_letter_is_a_key_and_where_text_is_asked_for_a_line_is_text() {
    let mut wizard = Harness::new();
    let heard = |wizard: &Harness, line: &str| parse_line(&wizard.model, &Secret::new(line));
    let intent = |intent| ParsedLine::Input(Input::Do(intent));
    assert_eq!(heard(&wizard, ""), intent(Intent::Confirm));
    assert_eq!(heard(&wizard, " 3 "), intent(Intent::Pick(2)));
    assert_eq!(heard(&wizard, "G"), intent(Intent::Guide));
    assert_eq!(heard(&wizard, "b"), intent(Intent::Back));
    assert_eq!(heard(&wizard, "quit"), intent(Intent::Quit));
    assert_eq!(heard(&wizard, "?"), ParsedLine::Help);
    for nothing in ["0", "4", "12", "300", "70000", "z", "v", "please", "\u{1b}[A"] {
        assert_eq!(heard(&wizard, nothing), ParsedLine::Unknown, "{nothing:?}");
    }
    wizard.press("1 Enter");
    let text = |text: &str| ParsedLine::Input(Input::Answer(Answer::Text(Secret::new(text))));
    assert_eq!(heard(&wizard, MEMBER), text(MEMBER));
    assert_eq!(heard(&wizard, "12"), text("12"));
    assert_eq!(heard(&wizard, "back"), text("back"));
    assert_eq!(heard(&wizard, "b"), intent(Intent::Back));
    assert_eq!(heard(&wizard, "o"), intent(Intent::Open));
    assert_eq!(heard(&wizard, "q"), intent(Intent::Quit));
}

#[test]
fn enter_agrees_to_nothing_that_takes_consent() {
    let mut wizard = Harness::with_verified_token();
    wizard.press("Enter 2");
    let model = &wizard.model;
    assert!(said(model).contains("unencrypted"), "{}", said(model));
    assert_eq!(parse_line(model, &Secret::new("")), ParsedLine::Unknown);
    assert_eq!(parse_line(model, &Secret::new("yes")), ParsedLine::Input(Input::Do(Intent::Yes)));
    assert_eq!(parse_line(model, &Secret::new("NO")), ParsedLine::Input(Input::Do(Intent::Back)));
}

#[test]
fn a_secret_is_told_by_its_length_and_its_end_alone() {
    let mut wizard = Harness::new();
    wizard.press("1 Enter").paste(MEMBER);
    let told = said(&wizard.model);
    assert!(told.contains("44 characters, ending in 0000."), "{told}");
    assert!(!told.contains("ntn_fake"), "{told}");
}

#[test]
fn no_page_names_a_key_that_no_line_can_carry() {
    for road in ROADS {
        let mut wizard = Harness::with_size(setup(), (90, 200));
        wizard.press(road);
        let said = said(&wizard.model);
        let named = ["Esc ", "Tab ", "Ctrl-"].into_iter().find(|key| said.contains(key));
        assert_eq!(named, None, "after {road:?}: {said}");
    }
}

#[test]
fn the_explanation_names_what_does_something_here_and_nothing_else() {
    let explained = |road: &str| {
        let mut wizard = Harness::new();
        wizard.press(road);
        app::line_help(&wizard.model).into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert!(explained("").contains(&"/".to_owned()));
    for dead in ["f", "x", "t", "c", "o"] {
        assert!(!explained("").contains(&dead.to_owned()), "{dead}");
    }
    assert!(explained("1 Enter").contains(&"o".to_owned()), "the portal is opened there");
}
