//! The shape of `assets/secret_managers.toml`. The build script reads the file by it, so that a fault in it fails the build.

use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretManager {
    pub id: String,
    pub name: String,
    /// Its client.
    pub program: String,
    /// What the secret becomes there.
    pub holds: String,
    pub(super) names: Names,
    pub default_name: String,
    /// How the secret is referred to there.
    #[serde(default)]
    pub(super) used: Option<String>,
    /// What signs its client in.
    pub login: String,
    /// Where its client is found.
    pub install: String,
    pub source: String,
    pub as_of: jiff::civil::Date,
    /// Reads its input as a file of that name, which Windows has not.
    #[serde(default)]
    pub(super) needs_dev_stdin: bool,
    /// Why nothing is handed to it.
    #[serde(default)]
    pub(super) unsupported: Option<String>,
    /// Of its client's own, by name; `GH_*` stands for all that begin so.
    pub variables: Vec<String>,
    pub options: Vec<ManagerOption>,
    #[serde(default)]
    pub(super) absent: Option<Absent>,
    pub(super) writes: Vec<Write>,
    #[serde(default)]
    pub(super) read: Option<Read>,
    pub(super) failures: Vec<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Names {
    Variable,
    Path,
}

/// Something that a manager may need to know.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagerOption {
    pub id: String,
    /// On the command line, where it is not the id.
    #[serde(default)]
    pub(super) flag: Option<String>,
    pub text: String,
    pub example: String,
    #[serde(default)]
    pub needed: bool,
    #[serde(default)]
    pub default: Option<String>,
}

/// A look at what must not be there yet; a failure with this line says that it is not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Absent {
    pub(super) arguments: Vec<String>,
    pub(super) says: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Write {
    pub(super) arguments: Vec<String>,
    pub(super) input: String,
    #[serde(default)]
    pub(super) unless: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "gives", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Read {
    Secret { arguments: Vec<String> },
    List { arguments: Vec<String>, name: String, time: String },
}

/// A usual failure, recognised by what the client says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failure {
    pub(super) says: String,
    #[serde(rename = "do")]
    pub(super) remedy: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretManagers {
    #[serde(rename = "manager")]
    pub managers: Vec<SecretManager>,
}
