//! The shape of `assets/snippets.toml`. The build script reads the file by it, so that a fault in it fails the build.

use serde::Deserialize;

/// A language, and the authorize link, the exchange and the refresh in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    pub id: String,
    pub name: String,
    /// What a line begins with that is a comment.
    pub comment: String,
    /// With `{client_id}`, `{redirect}` and `{redirect_encoded}` in it.
    pub(super) code: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snippets {
    #[serde(rename = "language")]
    pub languages: Vec<Language>,
}
