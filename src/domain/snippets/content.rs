//! The types of `assets/snippets.toml`. The build script parses the file with them, so that an error in it fails the build.

use serde::{Deserialize, Serialize};

/// A snippet in one language: the authorize link, the exchange and the refresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snippet {
    pub id: String,
    pub name: String,
    /// The prefix of a comment line.
    pub comment: String,
    /// The code, with the placeholders `{client_id}`, `{redirect}` and `{redirect_encoded}`.
    pub(super) code: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnippetsToml {
    #[serde(rename = "language")]
    pub snippets: Vec<Snippet>,
}
