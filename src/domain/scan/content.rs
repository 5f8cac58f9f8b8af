//! The types of `assets/plain_text_places.toml`. The build script parses the file with them, so that an error in it fails the build.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// The kind of a place in which a token can lie in plain text. It decides what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PlaceKind {
    /// A script that a shell runs when it starts.
    ShellProfile,
    ShellHistory,
    /// A file of variables that programs read and no shell runs.
    EnvFile,
    /// The settings of a coding agent.
    Agent,
    Editor,
    /// A pipeline of a CI service.
    Ci,
    Other,
}

/// The shell that runs a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileShell {
    Posix,
    Fish,
    Powershell,
}

/// A kind of place, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindText {
    pub kind: PlaceKind,
    /// The kind as a noun, such as "shell profile".
    pub name: String,
    /// The way to get a token out of such a place, in a sentence or two.
    pub advice: String,
}

/// Files that are one kind of place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPlace {
    pub kind: PlaceKind,
    /// The shell whose profile it is.
    #[serde(default)]
    pub shell: Option<ProfileShell>,
    /// The ends of paths that are such a place, in which `*` matches any part of a name.
    #[serde(default)]
    pub names: Vec<String>,
    /// The files and folders of this user that a scan without a path searches.
    #[serde(default)]
    pub files: Vec<String>,
    /// The advice where it differs from that of the kind.
    #[serde(default)]
    pub advice: Option<String>,
    /// Address of the public page that describes the place.
    pub source: String,
    /// The day on which the entry was last compared with it.
    #[serde(default)]
    pub as_of: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainTextPlacesToml {
    #[serde(rename = "kind")]
    pub kinds: Vec<KindText>,
    #[serde(rename = "place")]
    pub places: Vec<KnownPlace>,
}
