//! The types of `assets/variables.toml`. The build script parses the file with them, so that an error in it fails the build.

use serde::{Deserialize, Serialize};

/// A variable that programs read a Notion token from.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    pub name: String,
    /// The value, with `{token}` in it; absent if the value is the token.
    #[serde(default)]
    pub(super) template: Option<String>,
    /// True if `run` replaces a value but does not add one.
    #[serde(default)]
    pub only_if_set: bool,
    #[serde(rename = "reader")]
    pub readers: Vec<Reader>,
}

/// A program, or a document, that reads the variable.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    pub name: String,
    /// The commands and packages by which it is started; empty for a library or an example.
    #[serde(default)]
    pub programs: Vec<String>,
    /// Address of the public page or package that shows it.
    pub source: String,
    pub as_of: String,
}

/// Names that must not hold a token.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedNames {
    /// A `*` at the end stands for any ending.
    pub names: Vec<String>,
    /// Completes the sentence "NAME …".
    pub reason: String,
    #[serde(default)]
    pub source: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariablesToml {
    pub runners: Vec<String>,
    #[serde(rename = "variable")]
    pub variables: Vec<Variable>,
    pub refused: Vec<RefusedNames>,
}
