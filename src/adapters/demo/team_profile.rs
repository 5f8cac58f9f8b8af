//! The demo's team profile: a file of its own, in the project of the demo's invented home. None of the person's folders is searched.

use super::home::DemoHome;
use crate::adapters::storage::profile_file::LocalProfiles;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::team_profile::ProfileFile;
use crate::runtime::ports::{Job, TeamProfiles};
use std::path::PathBuf;
use std::sync::Arc;

pub struct DemoProfiles {
    home: Arc<DemoHome>,
    files: LocalProfiles,
}

impl DemoProfiles {
    pub fn new(home: Arc<DemoHome>) -> Self {
        Self { files: LocalProfiles::new(home.environment()), home }
    }
}

impl TeamProfiles for DemoProfiles {
    fn find(&self) -> Job<Option<ProfileFile>> {
        self.home.with_files(|| self.files.find())
    }

    /// A file that the person named is read, and used with the simulated Notion.
    fn read(&self, path: PathBuf) -> Job<ProfileFile> {
        self.home.with_files(|| self.files.read(path))
    }

    fn write(&self, path: PathBuf, _text: String, _replaces: bool) -> Job<String> {
        let evidence = format!("{}: the demo writes no files", sanitize(&path.to_string_lossy()));
        Box::pin(async move { Err(Problem::new(ProblemCode::ProfileNotWritten).with_evidence(evidence)) })
    }
}
