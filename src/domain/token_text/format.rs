//! The types of `assets/foreign_secrets.toml`: the formats of other services' secrets. The build script parses the file with them.

use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignFormat {
    /// Its name with an article, for use in a sentence.
    pub name: String,
    pub prefixes: Vec<String>,
    /// Minimum number of characters after the prefix.
    pub at_least: usize,
    /// A text that must occur after the prefix.
    #[serde(default)]
    pub contains: Option<String>,
    /// Address of the public page that describes the format.
    pub source: String,
    pub as_of: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignSecretsToml {
    pub format: Vec<ForeignFormat>,
}
