//! What lies where notion-auth keeps its files, and who can get at it.

use super::problem::Problem;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageState {
    /// Its path, for a person.
    pub folder: String,
    /// `None`: it is not there, so nothing was kept yet.
    pub access: Option<Access>,
    pub files: Vec<StoredFile>,
    /// Names of damaged files that a write put aside.
    pub set_aside: Vec<String>,
    /// Names of what a write that was cut off left behind.
    pub unfinished: Vec<String>,
}

/// Who may get at a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Permission bits, as on Unix.
    Mode(u32),
    /// The system keeps a person's folders to them by its own lists.
    Inherited,
    /// A link: whoever made it decides where it leads.
    Link,
    /// It belongs to another user.
    Foreign,
}

impl Access {
    /// Somebody else could get at it.
    pub fn is_open_to_others(self) -> bool {
        matches!(self, Self::Mode(mode) if mode & 0o077 != 0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub name: &'static str,
    /// `None`: it is not there.
    pub access: Option<Access>,
    /// Whether its content could be read as what it should be.
    pub read: Result<(), Problem>,
}
