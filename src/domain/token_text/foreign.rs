//! Recognises secrets of other services by their format. They are reported by name and never sent to Notion.

use super::format::{ForeignFormat, ForeignSecretsToml};
use std::sync::LazyLock;

/// The build script generates it from `assets/foreign_secrets.toml`, and fails if that does not parse.
const SHIPPED: &[u8] = shipped!("foreign_secrets");

static FORMATS: LazyLock<Vec<ForeignFormat>> =
    LazyLock::new(|| postcard::from_bytes::<ForeignSecretsToml>(SHIPPED).map(|file| file.format).unwrap_or_default());

/// Minimum length of all formats; the beginning of a PEM block is that short.
const MIN_WORD_LENGTH: usize = 10;

/// Length of the rest of a Google key, the shortest whose prefix is letters and whose rest has lowercase letters.
const LONG_KEY_LENGTH: usize = 35;

pub fn foreign_formats() -> &'static [ForeignFormat] {
    &FORMATS
}

/// Returns the format that a word has. The word must begin with its prefix.
pub fn foreign_format_of(word: &str) -> Option<&'static ForeignFormat> {
    // This skips most words of a long text.
    if word.len() < MIN_WORD_LENGTH {
        return None;
    }
    FORMATS.iter().find(|format| matches_format(word, format))
}

/// True if another service's secret begins here, within a word. A prefix of letters alone, such as that of an AWS key, occurs by chance
/// in about one of ten thousand tokens; what follows it in a key is long, or has no lowercase letters.
pub(super) fn begins_foreign_secret(text: &str) -> bool {
    let is_by_chance = |prefix: &str| {
        let is_of_letters = text.chars().all(char::is_alphanumeric) && text.contains(char::is_lowercase);
        is_of_letters && text.len() < prefix.len() + LONG_KEY_LENGTH
    };
    foreign_format_of(text).is_some_and(|format| {
        let prefix = format.prefixes.iter().find(|prefix| text.starts_with(prefix.as_str()));
        prefix.is_some_and(|prefix| !is_by_chance(prefix))
    })
}

fn matches_format(word: &str, format: &ForeignFormat) -> bool {
    let rests = format.prefixes.iter().filter_map(|prefix| word.strip_prefix(prefix.as_str()));
    let contains = |rest: &str| format.contains.as_deref().is_none_or(|part| rest.contains(part));
    rests.into_iter().any(|rest| rest.len() >= format.at_least && contains(rest))
}
