//! Everything that notion-auth stores on a machine: what a reset removes, what it keeps, and why.

use super::MessageLine;
use super::account::Account;
use super::lookup::unique_name;
use super::record::CredentialRecord;
use crate::domain::problem::Problem;
use serde::Serialize;
use std::path::PathBuf;

/// The kind of a stored item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredItemKind {
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
const MAX_NAMES: usize = 10;

impl StoredItemKind {
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
pub struct StoredItem {
    pub kind: StoredItemKind,
    /// Readable description of the exact location.
    pub place: String,
    #[serde(skip)]
    pub handle: StoredItemHandle,
}

/// Identifies the item for removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredItemHandle {
    Account(Account),
    Path(PathBuf),
}

/// All stored data that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredData {
    pub removable: Vec<StoredItem>,
    /// Items in our folder that notion-auth did not create, or that cannot be identified: they are kept.
    pub foreign_items: Vec<StoredItem>,
    /// The empty lock files. They are kept: if one were replaced, two commands could write at once.
    pub lock_files: Vec<StoredItem>,
    /// The records that could be read. Removing them revokes nothing.
    pub records: Vec<CredentialRecord>,
    /// Problems met while inspecting the storage.
    pub problems: Vec<Problem>,
    /// A caveat about data that cannot be detected.
    pub caveat: Option<String>,
}

impl StoredData {
    pub fn is_empty(&self) -> bool {
        self.removable.is_empty()
    }

    /// The preview of a reset: what would be removed and what would be kept.
    pub fn lines(&self) -> Vec<MessageLine> {
        let mut lines = Vec::new();
        if self.is_empty() {
            lines.push(MessageLine::Sentence("notion-auth stores nothing on this machine.".into()));
        } else {
            lines.push(MessageLine::Sentence("Will be removed:".into()));
            lines.extend(
                self.removable.iter().map(|one| MessageLine::Verbatim(format!("  {:<14}  {}", one.kind.name(), one.place))),
            );
        }
        lines.extend(self.kept_items());
        lines
    }

    /// The lines about items that a reset does not remove.
    pub fn kept_items(&self) -> Vec<MessageLine> {
        let mut lines = Vec::new();
        if !self.foreign_items.is_empty() {
            lines.push(MessageLine::Sentence("Not created by notion-auth, so not removed:".into()));
            lines.extend(
                self.foreign_items.iter().map(|one| MessageLine::Verbatim(format!("  {:<14}  {}", one.kind.name(), one.place))),
            );
        }
        if !self.is_empty() && !self.lock_files.is_empty() {
            lines.push(MessageLine::Sentence(
                "These lock files stay. They are empty, and prevent two commands from writing at the same time:".into(),
            ));
            lines.extend(
                self.lock_files.iter().map(|one| MessageLine::Verbatim(format!("  {:<14}  {}", one.kind.name(), one.place))),
            );
        }
        lines.extend(self.caveat.clone().map(MessageLine::Sentence));
        lines.extend(self.problems.iter().cloned().map(MessageLine::Problem));
        lines
    }

    /// The lines about tokens that stay valid at Notion. Notion is not asked.
    pub fn still_valid_at_notion(&self) -> Vec<MessageLine> {
        let names: Vec<_> = self.records.iter().take(MAX_NAMES).map(|record| unique_name(record, &self.records)).collect();
        if names.is_empty() {
            return Vec::new();
        }
        let more = self.records.len().saturating_sub(MAX_NAMES);
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        let mut lines = vec![MessageLine::Sentence(format!(
            "A reset revokes nothing. These stay valid at Notion: {}{more}.",
            names.join(", ")
        ))];
        if self.records.iter().any(CredentialRecord::is_renewable) {
            lines.push(MessageLine::Detail("To revoke what can be revoked from here, first run:".into()));
            lines.push(MessageLine::Verbatim("  notion-auth logout --all".into()));
        }
        lines
    }
}

/// The outcome of a reset. Success means that the items were looked for afterwards and are gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResetOutcome {
    pub removed: Vec<StoredItem>,
    /// Problems with items that remain or could not be removed.
    pub problems: Vec<Problem>,
}
