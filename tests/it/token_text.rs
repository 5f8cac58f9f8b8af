//! The one function that finds a token in a text, over random texts: one token in any wrapping is found, and no secret of another
//! service ever is.

use notion_auth::domain::secret::Secret;
use notion_auth::domain::token_text::{TokenShape, foreign_formats, in_variable, scan};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn token() -> impl Strategy<Value = String> {
    let current = "[0-9]{11}[A-Za-z0-9]{35}".prop_map(|rest| format!("ntn_{rest}"));
    let older = "[A-Za-z0-9]{42}[0-9]".prop_map(|rest| format!("secret_{rest}"));
    let other = "[0-9][A-Za-z0-9]{19,80}".prop_map(|rest| format!("development_ntn_{rest}"));
    prop_oneof![4 => current, 2 => older, 1 => other]
}

/// A secret of another service, in its form.
fn foreign() -> impl Strategy<Value = String> {
    let prefixes: Vec<(&str, &str)> = foreign_formats()
        .iter()
        .flat_map(|format| format.prefixes.iter().map(|prefix| (prefix.as_str(), format.contains.as_deref().unwrap_or_default())))
        .collect();
    (select(prefixes), "[A-Za-z0-9]{24,60}").prop_map(|((prefix, contains), rest)| format!("{prefix}{rest}{contains}{rest}"))
}

/// Text that people paste around a value; `@` marks the value.
const WRAPPINGS: &[&str] = &[
    "@",
    "  @\r\n",
    "\u{feff}@\n",
    "\"@\"",
    "'@'",
    "`@`",
    "“@”",
    "„@“",
    "‘@’",
    "«@»",
    "‹@›",
    "<@>",
    "(@)",
    "[@]",
    "{@}",
    "@,",
    "@;",
    "\"@\",",
    "Bearer @",
    "Authorization: Bearer @",
    "-H 'Authorization: Bearer @'",
    "NOTION_TOKEN=@",
    "export NOTION_API_TOKEN=\"@\"",
    "set NOTION_API_TOKEN=@",
    "set -gx NOTION_API_TOKEN @",
    "setx NOTION_API_TOKEN \"@\"",
    "$env:NOTION_API_TOKEN = '@'",
    "notion_token: @",
    "\"token\": \"@\"",
    "{\"env\":{\"NOTION_TOKEN\":\"@\"}}",
    "{\"h\":\"{\\\"Authorization\\\":\\\"Bearer @\\\",\\\"Notion-Version\\\":\\\"2022-06-28\\\"}\"}",
    "A=1\0NOTION_TOKEN=@\0B=2",
    "https://example.com/callback?token=@&x=1",
    "https://user:@@example.com/",
    "https://example.com/%22@%22",
    "# a comment\nNOTION_TOKEN=@ # another\nOTHER=1\n",
    "curl https://api.notion.com/v1/users/me -H \"Authorization: Bearer @\" -H 'Notion-Version: 2026-03-11'",
    "I made the token @ yesterday.",
    "我的令牌@。",
];

fn wrapped(value: &str, wrapping: &str) -> String {
    // In an address the second @ is its own.
    wrapping.replacen('@', value, 1)
}

fn found(text: &str) -> Vec<String> {
    let all = scan(&Secret::new(text)).tokens.into_iter();
    // Compared without being printed: a failure shows the text anyway.
    all.map(|token| format!("{:?} {:?}", token.secret.last_four(), token.secret.len())).collect()
}

fn summary(token: &str) -> Vec<String> {
    let secret = Secret::new(token);
    vec![format!("{:?} {:?}", secret.last_four(), secret.len())]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn one_token_is_found_in_any_wrapping_of_wrappings(token in token(), wrappings in vec(select(WRAPPINGS), 1..4)) {
        let text = wrappings.iter().fold(token.clone(), |text, wrapping| wrapped(&text, wrapping));
        let reading = scan(&Secret::new(text.as_str()));
        prop_assert_eq!(reading.tokens.len(), 1, "{}", text);
        prop_assert!(reading.tokens[0].secret == Secret::new(token.as_str()), "{}", text);
        prop_assert!(in_variable("V", &Secret::new(text)) == Ok(Some(Secret::new(token))));
    }

    #[test]
    fn among_secrets_of_others_the_token_alone_is_found(
        token in token(),
        others in vec((foreign(), select(WRAPPINGS)), 1..5),
        (wrapping, at) in (select(WRAPPINGS), any::<prop::sample::Index>()),
    ) {
        let mut lines: Vec<String> = others.iter().map(|(other, wrapping)| wrapped(other, wrapping)).collect();
        lines.insert(at.index(lines.len() + 1), wrapped(&token, wrapping));
        let text = lines.join("\n");
        prop_assert_eq!(found(&text), summary(&token), "{}", text);
    }

    #[test]
    fn no_secret_of_another_service_is_ever_a_token(other in foreign(), wrappings in vec(select(WRAPPINGS), 0..4)) {
        let text = wrappings.iter().fold(other, |text, wrapping| wrapped(&text, wrapping));
        let reading = scan(&Secret::new(text.as_str()));
        prop_assert_eq!(reading.tokens.len(), 0, "{}", text);
        prop_assert!(reading.foreign_format().is_some(), "{}", text);
        prop_assert!(reading.single.is_none() || !reading.shape.can_be_sent(), "{}", text);
    }

    #[test]
    fn to_read_a_found_token_again_changes_nothing(text in "(ntn_|secret_|[A-Za-z0-9_]{20,30}|[\"'=: \n,{}\\\\.‹›/-]){0,30}") {
        for token in scan(&Secret::new(text.as_str())).tokens {
            let again = scan(&token.secret);
            prop_assert!(again.tokens.iter().all(|found| found.secret == token.secret), "{}", text);
            prop_assert!(again.removed.is_empty(), "{}: {:?}", text, again.removed);
            prop_assert!(!matches!(again.shape, TokenShape::Foreign(_)), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic_and_its_summary_holds_no_long_word(text in "\\PC{0,200}") {
        let reading = scan(&Secret::new(text.as_str()));
        let summary = reading.summary();
        let is_opaque = |word: &str| word.len() >= 20 && word.bytes().any(|byte| byte.is_ascii_digit());
        prop_assert!(!summary.split(|character: char| !character.is_ascii_graphic()).any(is_opaque), "{}", summary);
    }
}

#[test]
fn what_only_resembles_a_token_is_none() {
    for text in [
        "ntn_",
        "secret_",
        "ntn_short",
        "secret_short",
        "ntn_…",
        "ntn_****************************",
        "ntn_xxx...yyy",
        "dead0000-0000-4000-8000-00000000c11d",
        "0123456789abcdef0123456789abcdef",
        "NOTION_DATABASE_ID=0123456789abcdef0123456789abcdef",
        "NOTION_VERSION=2026-03-11",
        "NOTION_CLIENT_SECRET=secret_fake_fake_fake_fake_fake",
        "nrt_fake0fake0fake0fake0fake0fake0",
        "https://www.notion.so/Fake-0123456789abcdef0123456789abcdef",
    ] {
        assert!(scan(&Secret::new(text)).tokens.is_empty(), "{text}");
    }
}
