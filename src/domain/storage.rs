//! The state of the folder in which notion-auth stores its files, and who can access them.

use super::credentials::{MessageLine, OrphanSecret, logout_command};
use super::problem::{Problem, ProblemCode};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageState {
    /// Readable path of the folder.
    pub folder: String,
    /// `None` if the folder does not exist, so nothing was saved yet.
    pub access: Option<Access>,
    pub files: Vec<StoredFile>,
    /// Names of damaged files that a write moved aside.
    pub corrupt_files: Vec<String>,
    /// Names of files that an interrupted write left behind.
    pub partial_files: Vec<String>,
    /// The reason why the folder, which does not exist yet, cannot be created.
    pub creation_problem: Option<Problem>,
    pub orphans: Vec<OrphanSecret>,
    /// The reason why the keychain could not be searched.
    pub search_problem: Option<Problem>,
}

impl StorageState {
    /// The lines about items in our storage that belong to no credential.
    pub fn leftover_lines(&self) -> Vec<MessageLine> {
        let orphans = self.orphans.iter().flat_map(|orphan| {
            [
                MessageLine::Sentence(format!("A saved secret has no record: {}. To delete it, run:", orphan.place)),
                MessageLine::Verbatim(format!("  {}", logout_command(&orphan.account))),
            ]
        });
        let set_aside = self.corrupt_files.iter().map(|name| {
            format!(
                "{name} in {} is a corrupt file that was renamed. It may contain secrets. notion-auth reset removes it.",
                self.folder
            )
        });
        let unfinished = self.partial_files.iter().map(|name| {
            format!(
                "{name} in {} is left over from an interrupted save. It may contain secrets. The next save removes it.",
                self.folder
            )
        });
        orphans.chain(set_aside.chain(unfinished).map(MessageLine::Sentence)).collect()
    }

    /// The reason why nothing can be written here, as far as can be told without writing.
    pub fn write_problem(&self) -> Option<Problem> {
        let of_folder = match self.access {
            Some(Access::Symlink) => Some(ProblemCode::FileIsLink),
            Some(Access::OtherOwner) => Some(ProblemCode::FileNotOurs),
            Some(Access::Mode(mode)) if mode & 0o200 == 0 => Some(ProblemCode::FileFailed),
            Some(Access::Mode(_) | Access::Unchecked) | None => None,
        };
        // A write moves a damaged file aside, but refuses one that is a link or belongs to another user.
        let is_refused = |problem: &&Problem| matches!(problem.code, ProblemCode::FileIsLink | ProblemCode::FileNotOurs);
        let of_file = || self.files.iter().filter_map(|file| file.read.as_ref().err()).find(is_refused).cloned();
        of_folder
            .map(|code| Problem::new(code).with_evidence(&self.folder))
            .or_else(|| self.creation_problem.clone())
            .or_else(of_file)
    }
}

/// The access rights of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Permission bits, as on Unix.
    Mode(u32),
    /// Access lists decide, which are not examined, as on Windows.
    Unchecked,
    /// It is a link, so the creator of the link decides where it leads.
    Symlink,
    /// It belongs to another user.
    OtherOwner,
}

impl Access {
    /// True if other users have any access.
    pub fn is_open_to_others(self) -> bool {
        matches!(self, Self::Mode(mode) if mode & 0o077 != 0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub name: &'static str,
    /// `None` if the file does not exist.
    pub access: Option<Access>,
    /// An error if the content cannot be read or parsed.
    pub read: Result<(), Problem>,
}
