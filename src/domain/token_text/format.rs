//! The content of `assets/foreign_secrets.toml`: the forms of other services' secrets. The build script reads it by these types.

use serde::Deserialize;

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignFormat {
    /// Its name in a sentence, with its article.
    pub name: String,
    pub prefixes: Vec<String>,
    /// Fewest characters after the prefix.
    pub at_least: usize,
    /// A text that stands after the prefix in each of them.
    #[serde(default)]
    pub contains: Option<String>,
    /// Public address of the page that describes the form.
    pub source: String,
    pub as_of: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignFormats {
    pub format: Vec<ForeignFormat>,
}
