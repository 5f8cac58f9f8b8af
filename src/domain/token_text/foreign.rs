//! Secrets of other services, told by their form: they are named, and never sent to Notion.

use super::format::{ForeignFormat, ForeignFormats};
use std::sync::LazyLock;

/// Made from `assets/foreign_secrets.toml` by the build script, which fails where it does not parse.
const SHIPPED: &str = shipped!("foreign_secrets");

static FORMATS: LazyLock<Vec<ForeignFormat>> =
    LazyLock::new(|| serde_json::from_str::<ForeignFormats>(SHIPPED).map(|file| file.format).unwrap_or_default());

/// No form is shorter; the beginning of a PEM block is as long.
const SHORTEST_WORD: usize = 10;

pub fn formats() -> &'static [ForeignFormat] {
    &FORMATS
}

/// The form that a word has. Nothing may stand before its prefix.
pub fn format_of(word: &str) -> Option<&'static ForeignFormat> {
    // Most words of a long text are shorter than any secret.
    if word.len() < SHORTEST_WORD {
        return None;
    }
    FORMATS.iter().find(|format| has_form(word, format))
}

fn has_form(word: &str, format: &ForeignFormat) -> bool {
    let rests = format.prefixes.iter().filter_map(|prefix| word.strip_prefix(prefix.as_str()));
    let contains = |rest: &str| format.contains.as_deref().is_none_or(|part| rest.contains(part));
    rests.into_iter().any(|rest| rest.len() >= format.at_least && contains(rest))
}
