//! Invariants that several targets share. A broken invariant panics, and libFuzzer keeps the input that broke it.

use notion_auth::domain::link::Link;
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::oauth::{AuthorizationAttempt, RedirectUri};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::domain::token_text::{PREFIXES, foreign_formats};

/// Secrets that stand in the seeds and dictionaries; each is long enough to be recognised in whatever it is put into.
pub const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";
pub const CODE: &str = "fakecode0123456789abcdef";
pub const STATE: &str = "fakestate0123456789abcdef";

/// Longest evidence: what is taken from outside is cut at 300 characters, and a sentence of ours goes around it.
const LONGEST_EVIDENCE: usize = 1024;

/// Fewest characters behind a prefix that make a secret; shorter ones are names of fields and files.
const SHORTEST_REST: usize = 12;

fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '-'
}

/// True where a secret of Notion's can be read in the text.
pub fn shows_a_secret(text: &str) -> bool {
    let begins = |start: usize| text[..start].chars().next_back().is_none_or(|before| !is_of_token(before));
    let is_long = |rest: &str| rest.chars().take_while(|next| is_of_token(*next)).count() >= SHORTEST_REST;
    PREFIXES
        .iter()
        .any(|(prefix, _)| text.match_indices(prefix).any(|(start, _)| begins(start) && is_long(&text[start + prefix.len()..])))
}

/// True where the text begins as another service's secrets do.
pub fn is_foreign(text: &str) -> bool {
    foreign_rest(text).is_some()
}

/// True where another service's secret begins within a token. Of a prefix that is letters, such as `AKIA`, that may be chance: what follows in
/// a key is long, or has no lowercase letter.
pub fn is_foreign_within(text: &str) -> bool {
    let is_chance = |rest: &str| {
        text.chars().all(char::is_alphanumeric) && text.contains(char::is_lowercase) && rest.len() < SHORTEST_LONG_KEY
    };
    foreign_rest(text).is_some_and(|rest| !is_chance(rest))
}

/// Length of a Google key behind its prefix; no shorter key with a prefix of letters has lowercase letters.
const SHORTEST_LONG_KEY: usize = 35;

fn foreign_rest(text: &str) -> Option<&str> {
    foreign_formats().iter().find_map(|format| {
        let rests = format.prefixes.iter().filter_map(|prefix| text.strip_prefix(prefix.as_str()));
        rests
            .into_iter()
            .find(|rest| rest.len() >= format.at_least && format.contains.as_deref().is_none_or(|part| rest.contains(part)))
    })
}

/// Text from outside is one line without anything that moves a cursor, hides text or turns it around.
#[track_caller]
pub fn assert_safe(text: &str) {
    let is_hostile =
        |character: char| character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.contains(is_hostile), "unsafe to draw: {text:?}");
}

/// Evidence is short, safe to draw, and shows none of these.
#[track_caller]
pub fn assert_discreet(problem: &Problem, hidden: &[&str]) {
    let evidence = problem.evidence.as_deref().unwrap_or_default();
    assert_safe(evidence);
    assert!(evidence.chars().count() <= LONGEST_EVIDENCE, "evidence of {} characters", evidence.chars().count());
    assert_hides(&format!("{problem:?}"), hidden);
}

#[track_caller]
pub fn assert_hides(text: &str, hidden: &[&str]) {
    for secret in hidden {
        assert!(!text.contains(secret), "{secret:?} is shown: {text}");
    }
}

/// An authorization under way whose answer has to carry this state.
pub fn pending(state: &str, port: u16) -> AuthorizationAttempt {
    AuthorizationAttempt {
        link: Link::parse("https://api.notion.com/v1/oauth/authorize?client_id=fake").expect("a link"),
        redirect: RedirectUri { port },
        state: Secret::new(state),
        client: None,
        verifier: None,
        ends_at: jiff::civil::time(10, 0, 0, 0),
        listening: PortState::Free(port),
    }
}
