//! The types of `assets/secret_managers.toml`. The build script parses the file with them, so that an error in it fails the build.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretManager {
    pub id: String,
    pub name: String,
    /// Its command-line client.
    pub program: String,
    /// The manager's own term for a stored secret.
    pub holds: String,
    pub(super) names: NameRule,
    pub default_name: String,
    /// The term for the name, if it is not that of a secret.
    #[serde(default)]
    pub(super) name_text: Option<String>,
    /// The reference to the secret in the secret manager.
    #[serde(default)]
    pub(super) used: Option<String>,
    /// The way to sign in with its client.
    pub login: String,
    /// The page from which its client is installed.
    pub install: String,
    pub source: String,
    pub as_of: jiff::civil::Date,
    /// True if its client reads the input from `/dev/stdin`, which Windows lacks.
    #[serde(default)]
    pub(super) needs_dev_stdin: bool,
    /// The reason why sending to it is not supported.
    #[serde(default)]
    pub(super) unsupported: Option<String>,
    /// The environment variables that its client uses; `GH_*` matches all with this prefix.
    pub variables: Vec<String>,
    pub options: Vec<ManagerOption>,
    #[serde(default)]
    pub(super) absent: Option<AbsenceCheck>,
    pub(super) writes: Vec<WriteCommand>,
    #[serde(default)]
    pub(super) read: Option<ReadCommand>,
    pub(super) failures: Vec<KnownFailure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum NameRule {
    Variable,
    Path,
}

/// An option of a secret manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagerOption {
    pub id: String,
    /// The name of the command-line flag, if it differs from the id.
    #[serde(default)]
    pub(super) flag: Option<String>,
    pub text: String,
    pub example: String,
    #[serde(default)]
    pub needed: bool,
    #[serde(default)]
    pub default: Option<String>,
}

/// A command that checks that the secret does not exist yet: it has to fail with a line that contains `says`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AbsenceCheck {
    pub(super) arguments: Vec<String>,
    pub(super) says: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteCommand {
    pub(super) arguments: Vec<String>,
    pub(super) input: String,
    /// Set if it runs only after a certain failure of the previous one.
    #[serde(default)]
    pub(super) fallback: Option<Fallback>,
}

/// The failure after which the next write is tried: its line of output, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fallback {
    pub(super) says: String,
    pub(super) because: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ReadCommand {
    Secret { arguments: Vec<String> },
    List { arguments: Vec<String>, name: String, time: String },
}

/// A common failure, recognised by the client's output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownFailure {
    pub(super) says: String,
    #[serde(rename = "do")]
    pub(super) remedy: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretManagersToml {
    #[serde(rename = "manager")]
    pub managers: Vec<SecretManager>,
}
