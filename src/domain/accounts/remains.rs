//! Everything that notion-auth stores on a machine: what a reset removes, what it keeps, and why.

use super::Line;
use super::choice::name_among;
use crate::domain::credential::{Account, CredentialRecord};
use crate::domain::problem::Problem;
use serde::Serialize;
use std::path::PathBuf;

/// The kind of a stored item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    KeychainEntry,
    File,
    /// A symbolic link; its target is not removed.
    Link,
    /// A pipe, a socket or a device.
    Special,
    /// A folder, removed only if it is empty.
    Folder,
}

/// Limit of credentials that are named; the rest are counted.
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

/// One stored item. A list is in the order of removal: a secret before its record, a folder last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remaining {
    pub kind: Kind,
    /// Readable description of the exact location.
    pub place: String,
    #[serde(skip)]
    pub handle: Handle,
}

/// Identifies the item for removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    Account(Account),
    Path(PathBuf),
}

/// All stored data that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    pub removable: Vec<Remaining>,
    /// Items in our folder that notion-auth did not create, or that cannot be identified: they are kept.
    pub left: Vec<Remaining>,
    /// The empty lock files. They are kept: if one were replaced, two commands could write at once.
    pub locks: Vec<Remaining>,
    /// The records that could be read. Removing them revokes nothing.
    pub records: Vec<CredentialRecord>,
    /// Problems met while inspecting the storage.
    pub troubles: Vec<Problem>,
    /// A caveat about data that cannot be detected.
    pub note: Option<String>,
}

impl Remains {
    pub fn is_empty(&self) -> bool {
        self.removable.is_empty()
    }

    /// The preview of a reset: what would be removed and what would be kept.
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

    /// The lines about items that a reset does not remove.
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

    /// The lines about tokens that stay valid at Notion. Notion is not asked.
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

/// The outcome of a reset. Success means that the items were looked for afterwards and are gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub removed: Vec<Remaining>,
    /// Problems with items that remain or could not be removed.
    pub troubles: Vec<Problem>,
}
