//! What lies where notion-auth keeps its files, and who can get at it.

use super::problem::{Problem, ProblemCode};

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
    /// The reason why the folder, which is not there yet, cannot be made.
    pub obstacle: Option<Problem>,
}

impl StorageState {
    /// Why nothing can be written here, as far as that is seen without writing.
    pub fn write_problem(&self) -> Option<Problem> {
        let of_folder = match self.access {
            Some(Access::Link) => Some(ProblemCode::FileIsLink),
            Some(Access::Foreign) => Some(ProblemCode::FileNotOurs),
            Some(Access::Mode(mode)) if mode & 0o200 == 0 => Some(ProblemCode::FileFailed),
            Some(Access::Mode(_) | Access::Inherited) | None => None,
        };
        // A damaged file is set aside by the write; one that belongs to others, or is a link, is refused.
        let is_refused = |problem: &&Problem| matches!(problem.code, ProblemCode::FileIsLink | ProblemCode::FileNotOurs);
        let of_file = || self.files.iter().filter_map(|file| file.read.as_ref().err()).find(is_refused).cloned();
        of_folder.map(|code| Problem::new(code).seen(&self.folder)).or_else(|| self.obstacle.clone()).or_else(of_file)
    }
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
