//! The token field in a real terminal: pastes of every kind, bursts, and letters one by one.

use super::{at_the_field, leave, shows};
use crate::support::notion::TOKEN;
use crate::support::pty::TerminalKey;

/// Returns the token of each request for the identity.
fn asked(notion: &crate::support::notion::FakeNotion) -> Vec<String> {
    let who = |request: &crate::support::notion::Request| request.path() == "/v1/users/me" && request.bearer().is_some();
    notion.requests().iter().filter(|request| who(request)).filter_map(|request| request.bearer().map(str::to_owned)).collect()
}

#[test]
fn a_token_broken_over_lines_is_one_token_and_asks_once() {
    let (notion, _home, terminal) = at_the_field();
    terminal.paste(&format!("\n {}\r\n{}\n", &TOKEN[..20], &TOKEN[20..]));
    terminal.wait_for_text("44 characters");
    // Shorter than Notion's tokens are, so a person has to agree to what was put together.
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Token verified");
    terminal.wait_for_text("2 pages and 1 database");
    assert_eq!(asked(&notion), [TOKEN]);
    leave(&terminal);
}

#[test]
fn a_paste_with_the_name_before_it_says_what_was_taken_away() {
    let (_notion, _home, terminal) = at_the_field();
    terminal.paste(&format!("export NOTION_API_TOKEN=\"{}\"\n", TOKEN.replace("member", "mumber")));
    terminal.wait_for_text("Removed: the name before it, quotes.");
    terminal.wait_for_text("Notion does not accept this token.");
    leave(&terminal);
}

#[test]
fn a_burst_of_keys_with_an_enter_in_it_is_a_paste_and_asks_once() {
    let (notion, _home, terminal) = at_the_field();
    terminal.send_burst(&format!("{TOKEN}\n"));
    terminal.wait_for_text("Token verified");
    terminal.wait_for_text("2 pages and 1 database");
    assert_eq!(asked(&notion), [TOKEN]);
    assert!(terminal.screen_text().contains("continue"), "the Enter went on no further: {}", terminal.screen_text());
    leave(&terminal);
}

#[test]
fn letters_one_by_one_are_masked_and_enter_asks() {
    let (notion, _home, terminal) = at_the_field();
    for (index, letter) in TOKEN.chars().enumerate() {
        terminal.send_text(&letter.to_string());
        terminal.wait_for_text(&format!(" {} character", index + 1));
    }
    assert!(asked(&notion).is_empty(), "typing asks nobody");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Token verified");
    leave(&terminal);
}

/// Each frame that shows a tail would give the next letter away: together they would be the token.
#[test]
fn typing_and_erasing_by_hand_gives_no_letter_away() {
    let (_notion, _home, terminal) = at_the_field();
    let secret = "################@@@@$$$$%%%%^^^^~~~~";
    for (index, letter) in secret.chars().enumerate() {
        terminal.send_text(&letter.to_string());
        terminal.wait_for_text(&format!(" {} character", index + 1));
    }
    for left in (1..secret.len()).rev() {
        terminal.send_key(TerminalKey::Backspace);
        terminal.wait_for_text(&format!(" {left} character"));
    }
    for letter in ["@", "$", "%", "^", "~"] {
        assert!(!shows(&terminal, letter), "{letter}");
    }
    leave(&terminal);
}

#[test]
fn what_is_no_token_is_said_before_notion_is_asked() {
    for (pasted, said) in [
        ("https://www.notion.so/Page-0123456789abcdef0123456789abcdef", "That's a URL."),
        ("nrt_fake_fake_fake_fake_fake", "This looks like a refresh token"),
        ("ntn_short", "That's too short for a token."),
        ("two words that are no token", "There's a space in it, so it can't be a token."),
    ] {
        let (notion, _home, terminal) = at_the_field();
        terminal.paste(pasted);
        terminal.wait_for_text(said);
        assert!(asked(&notion).is_empty(), "{pasted}");
        leave(&terminal);
    }
}

#[test]
fn a_paste_beyond_any_length_is_refused_and_said_to_be() {
    let (notion, _home, terminal) = at_the_field();
    terminal.paste(&"a".repeat(100_000));
    terminal.wait_for_text("longer than any Notion token");
    assert!(asked(&notion).is_empty());
    leave(&terminal);
}

#[test]
fn escape_codes_in_a_paste_do_nothing_to_the_terminal() {
    let (_notion, _home, terminal) = at_the_field();
    terminal.paste("ntn_\x1b]0;owned\x07fake\x1b[2Jfake_fake_fake_fake");
    terminal.wait_for_text("character");
    assert!(!shows(&terminal, "]0;owned"));
    leave(&terminal);
}

#[test]
fn a_paste_where_nothing_is_typed_does_nothing() {
    let (_home, terminal) = super::demo(super::WIDE, "");
    terminal.paste("qqq123\n");
    terminal.send_key(TerminalKey::Tab);
    terminal.wait_for(|screen| !screen.contents().contains(super::FIRST), "the key after it");
    leave(&terminal);
}
