//! The prefixes of Notion's secrets: one list for input, redaction and the refusal of secrets in arguments.
//!
//! A prefix is a hint and never a requirement: Notion advises against validating tokens by their form
//! (<https://developers.notion.com/page/changelog>, 2024-09-11).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrefixKind {
    Token,
    /// The prefix of client secrets, and of tokens that are older than `ntn_`.
    OlderTokenOrClientSecret,
    RefreshToken,
}

/// Sources: the changelog entry above for `ntn_` and `secret_`; <https://developers.notion.com/guides/get-started/authorization>
/// for `nrt_`. Notion's own command-line programs accept `development_ntn_`, for its test environment.
pub const PREFIXES: [(&str, PrefixKind); 4] = [
    ("ntn_", PrefixKind::Token),
    ("secret_", PrefixKind::OlderTokenOrClientSecret),
    ("nrt_", PrefixKind::RefreshToken),
    ("development_ntn_", PrefixKind::Token),
];

/// Minimum number of characters after a prefix. `ntn_` alone is a word that people ask about, not a secret.
const MIN_LENGTH_AFTER_PREFIX: usize = 4;

/// The kind of secret by the prefix of a text, even if the text is only the prefix.
pub fn prefix_kind(text: &str) -> Option<PrefixKind> {
    PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix)).map(|(_, kind)| *kind)
}

/// False for what begins like one of Notion's tokens: a client secret begins with `secret_` and is not one of them.
pub fn may_be_client_secret(text: &str) -> bool {
    prefix_kind(text).is_none_or(|kind| kind == PrefixKind::OlderTokenOrClientSecret)
}

/// True for a word that has to be handled as a secret of Notion's, whatever it was meant to be.
pub fn has_secret_prefix(word: &str) -> bool {
    PREFIXES.iter().filter_map(|(prefix, _)| word.strip_prefix(prefix)).any(|rest| rest.len() >= MIN_LENGTH_AFTER_PREFIX)
}

/// True for exactly the form in which Notion issues tokens and client secrets, as secret scanners know it: `ntn_` with eleven digits and 35
/// letters or digits (gitleaks, <https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml>, `notion-api-token`), and
/// `secret_` with 43 letters or digits (TruffleHog, <https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors/notion>).
/// Another form may be a token too, because Notion does not promise any.
pub fn has_issued_form(word: &str) -> bool {
    const DIGITS: usize = 11;
    let has_length = |rest: &str, length: usize| rest.len() == length && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_token = |rest: &str| has_length(rest, DIGITS + 35) && rest.bytes().take(DIGITS).all(|byte| byte.is_ascii_digit());
    word.strip_prefix("ntn_").is_some_and(is_token) || word.strip_prefix("secret_").is_some_and(|rest| has_length(rest, 43))
}
