//! How Notion's secrets begin: one list for entry, redaction and the refusal of secrets in arguments.
//!
//! A prefix is a hint and never a gate: Notion advises against validating tokens by their form
//! (<https://developers.notion.com/page/changelog>, 2024-09-11).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrefixKind {
    Token,
    /// Tokens made before `ntn_` was introduced and client secrets both begin so.
    OlderTokenOrClientSecret,
    RefreshToken,
}

/// Sources: the changelog entry above for `ntn_` and `secret_`; <https://developers.notion.com/guides/get-started/authorization>
/// for `nrt_`; `development_ntn_` is accepted by Notion's own command-line programs, for its test environment.
pub const PREFIXES: [(&str, PrefixKind); 4] = [
    ("ntn_", PrefixKind::Token),
    ("secret_", PrefixKind::OlderTokenOrClientSecret),
    ("nrt_", PrefixKind::RefreshToken),
    ("development_ntn_", PrefixKind::Token),
];

/// Fewest characters after a prefix that make a secret. `ntn_` alone is a word that people ask about.
const LEAST_REST: usize = 4;

/// The kind of secret that a text begins like, even where it is the prefix alone.
pub fn prefix_kind(text: &str) -> Option<PrefixKind> {
    PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix)).map(|(_, kind)| *kind)
}

/// False for what begins like one of Notion's tokens: a client secret begins with `secret_`, and is one of no other kind.
pub fn may_be_client_secret(text: &str) -> bool {
    prefix_kind(text).is_none_or(|kind| kind == PrefixKind::OlderTokenOrClientSecret)
}

/// True for a word that has to be handled as a secret of Notion's, whatever it was meant to be.
pub fn begins_like_a_secret(word: &str) -> bool {
    PREFIXES.iter().filter_map(|(prefix, _)| word.strip_prefix(prefix)).any(|rest| rest.len() >= LEAST_REST)
}
