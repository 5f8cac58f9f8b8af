//! `domain/token_text`: whatever is pasted, a token is a part of it, and no other service's secret is taken for one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notion_auth::domain::secret::Secret;
use notion_auth::domain::token_text::{
    TokenScan, contains_secret, has_secret_prefix, in_variable, may_contain_secret, scan, strip_wrapping,
};
use notion_auth_fuzz::{assert_hides, is_foreign, is_foreign_within, shows_a_secret};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let secret = Secret::new(text.as_ref());
    let reading = scan(&secret);
    each_secret_is_a_part_of_the_text(&reading, &text);
    no_token_holds_a_foreign_secret(&reading);
    nothing_shown_holds_a_secret(&reading);
    a_token_is_read_as_itself(&reading);
    let found = reading.tokens.iter().any(|token| has_secret_prefix(token.secret.expose()));
    assert!(!found || may_contain_secret(&secret), "a token is found in a text that passes for harmless");
    assert!(!contains_secret(&secret) || may_contain_secret(&secret));
    let visible = visible(&text);
    assert!(visible.contains(strip_wrapping(&secret).expose()));
});

/// Zero-width characters and marks of direction are left out of a text before it is read.
fn visible(text: &str) -> String {
    let is_invisible = |character: &char| matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    text.chars().filter(|character| !is_invisible(character)).collect()
}

fn each_secret_is_a_part_of_the_text(reading: &TokenScan, text: &str) {
    let visible = visible(text);
    let squeezed: String = visible.chars().filter(|character| !character.is_whitespace()).collect();
    let is_joined = reading.removed.contains(&"line breaks");
    let tokens = reading.tokens.iter().map(|token| &token.secret);
    for secret in tokens.chain(&reading.single).chain(&reading.client_id).chain(&reading.client_secret) {
        let whole = if is_joined { &squeezed } else { &visible };
        assert!(whole.contains(secret.expose()), "{:?} is no part of the text", secret.expose());
        let is_wrapping =
            |character: char| character.is_whitespace() || character.is_control() || "\"'`“”‘’«»<>()[]{}".contains(character);
        assert!(!secret.expose().contains(is_wrapping), "{:?} has its wrapping", secret.expose());
        assert!(!secret.is_empty());
    }
    if let Some(pieces) = &reading.pieces {
        assert!(squeezed.contains(pieces.expose()) && pieces.expose().bytes().all(|byte| byte.is_ascii_graphic()));
    }
}

/// Nor another token of Notion's: as one value both would be sent.
fn no_token_holds_a_foreign_secret(reading: &TokenScan) {
    for token in &reading.tokens {
        let text = token.secret.expose();
        let rests = || text.char_indices().filter_map(|(start, _)| text.get(start..));
        let is_own = has_secret_prefix(text);
        assert!(!is_foreign(text), "{text:?} is another service's");
        assert!(!is_own || !rests().skip(1).any(is_foreign_within), "{text:?} holds another service's secret");
    }
}

fn nothing_shown_holds_a_secret(reading: &TokenScan) {
    let names = reading.tokens.iter().filter_map(|token| token.name.as_deref());
    let mut shown: Vec<String> = names.map(str::to_owned).collect();
    shown.extend([format!("{reading:?}"), reading.summary()]);
    shown.extend(reading.shape.advice().map(std::borrow::Cow::into_owned));
    for shown in shown {
        assert!(!shows_a_secret(&shown), "a secret is shown: {shown}");
        let secrets = reading.tokens.iter().map(|token| token.secret.expose());
        let known: Vec<&str> = secrets.filter(|secret| has_secret_prefix(secret)).collect();
        assert_hides(&shown, &known);
    }
}

fn a_token_is_read_as_itself(reading: &TokenScan) {
    for token in &reading.tokens {
        let read = in_variable("NOTION_TOKEN", &token.secret);
        assert_eq!(read, Ok(Some(token.secret.clone())), "{:?} is read as another", token.secret.expose());
    }
}
