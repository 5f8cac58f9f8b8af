//! Recognises secrets of other services by their format. They are reported by name and never sent to Notion.

use super::format::{ForeignFormat, ForeignSecretsToml};
use std::sync::LazyLock;

/// The build script generates it from `assets/foreign_secrets.toml`, and fails if that does not parse.
const SHIPPED: &[u8] = shipped!("foreign_secrets");

static FORMATS: LazyLock<Vec<ForeignFormat>> =
    LazyLock::new(|| postcard::from_bytes::<ForeignSecretsToml>(SHIPPED).map(|file| file.format).unwrap_or_default());

/// Minimum length of all formats; the beginning of a PEM block is that short.
const MIN_WORD_LENGTH: usize = 10;

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

fn matches_format(word: &str, format: &ForeignFormat) -> bool {
    let rests = format.prefixes.iter().filter_map(|prefix| word.strip_prefix(prefix.as_str()));
    let contains = |rest: &str| format.contains.as_deref().is_none_or(|part| rest.contains(part));
    rests.into_iter().any(|rest| rest.len() >= format.at_least && contains(rest))
}
