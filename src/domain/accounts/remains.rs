//! Everything that notion-auth keeps on a machine: what a reset removes, what it leaves, and why.

use super::Line;
use super::choice::name_among;
use crate::domain::credential::{Account, CredentialRecord};
use crate::domain::problem::Problem;
use serde::Serialize;
use std::path::PathBuf;

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    KeychainEntry,
    File,
    /// The name of something elsewhere; what it points to stays.
    Link,
    /// A pipe, a socket or a device.
    Special,
    /// Only where nothing else is in it.
    Folder,
}

/// The most credentials that are named; a thousand are counted.
const MOST_NAMED: usize = 10;

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::KeychainEntry => "keychain entry",
            Self::File => "file",
            Self::Link => "link",
            Self::Special => "special file",
            Self::Folder => "folder",
        }
    }
}

/// One thing of ours. In the order of a list they can be removed: a secret before the record of it, a folder after all else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remaining {
    pub kind: Kind,
    /// Exactly where, for a person.
    pub place: String,
    #[serde(skip)]
    pub handle: Handle,
}

/// What it is taken by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    Account(Account),
    Path(PathBuf),
}

/// All of it, as it was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    pub removable: Vec<Remaining>,
    /// What is in our folder and not of our making, or cannot be judged: it stays.
    pub left: Vec<Remaining>,
    /// The empty files that order all writers. They stay, because two commands could write at once while one is replaced.
    pub locks: Vec<Remaining>,
    /// What is written down, as far as it can be read: none of them is revoked by removing them.
    pub records: Vec<CredentialRecord>,
    /// What could not be looked into.
    pub troubles: Vec<Problem>,
    /// What nobody can know.
    pub note: Option<String>,
}

impl Remains {
    pub fn is_empty(&self) -> bool {
        self.removable.is_empty()
    }

    /// What would go, and what would stay, before anything is done.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if self.is_empty() {
            lines.push(Line::Say("notion-auth keeps nothing on this machine.".into()));
        } else {
            lines.push(Line::Say("To be removed:".into()));
            lines.extend(self.removable.iter().map(|one| Line::Whole(format!("  {:<14}  {}", one.kind.name(), one.place))));
        }
        lines.extend(self.staying());
        lines
    }

    /// What a reset does not touch.
    pub fn staying(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if !self.left.is_empty() {
            lines.push(Line::Say("Not made by notion-auth, and left alone:".into()));
            lines.extend(self.left.iter().map(|one| Line::Whole(format!("  {:<14}  {}", one.kind.name(), one.place))));
        }
        if !self.is_empty() && !self.locks.is_empty() {
            lines.push(Line::Say("These lock files stay. They are empty, and keep two commands from writing at once:".into()));
            lines.extend(self.locks.iter().map(|one| Line::Whole(format!("  {:<14}  {}", one.kind.name(), one.place))));
        }
        lines.extend(self.note.clone().map(Line::Say));
        lines.extend(self.troubles.iter().cloned().map(Line::Problem));
        lines
    }

    /// Nothing here asks Notion anything.
    pub fn living_on(&self) -> Vec<Line> {
        let names: Vec<_> = self.records.iter().take(MOST_NAMED).map(|record| name_among(record, &self.records)).collect();
        if names.is_empty() {
            return Vec::new();
        }
        let more = self.records.len().saturating_sub(MOST_NAMED);
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        let mut lines = vec![Line::Say(format!("A reset revokes nothing: these stay good at Notion: {}{more}.", names.join(", ")))];
        if self.records.iter().any(|record| record.connection.is_some()) {
            lines.push(Line::Under("To revoke what can be revoked from here, first:".into()));
            lines.push(Line::Whole("  notion-auth logout --all".into()));
        }
        lines
    }
}

/// How a reset ended. Success is said of what was looked for afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub removed: Vec<Remaining>,
    /// What is still there, or could not be removed, and why.
    pub troubles: Vec<Problem>,
}
