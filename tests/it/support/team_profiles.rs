//! Team profiles for tests: the port in memory, and files to parse.

use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::team_profile::{LoadedProfile, ProfileFile, unreadable_profile};
use notion_auth::runtime::ports::{Job, TeamProfiles};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The answers of an invented team.
pub(crate) const TEAM: &str = "schema = 1\nrole = \"member\"\nplan = \"business\"\npolicy = \"all-members\"\npath = \"oauth\"\n\
     store = \"none\"\nagents = [\"codex\", \"cursor\"]\n";

/// Where it lies in the tests of the wizard.
pub(crate) const TEAM_PLACE: &str = "/home/ada/acme/notion-auth.toml";

pub(crate) fn profile_file(place: &str, text: &str) -> ProfileFile {
    // Any text that differs where the content does will do for a digest.
    let digest = text.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    ProfileFile { place: place.into(), digest: format!("{digest:016x}"), text: Secret::new(text) }
}

pub(crate) fn team_profile(text: &str) -> LoadedProfile {
    profile_file(TEAM_PLACE, text).parse().expect("a valid profile")
}

/// Files in memory. One of them may be found in the folder.
#[derive(Default)]
pub(crate) struct FakeProfiles {
    files: Mutex<BTreeMap<PathBuf, String>>,
    found: Mutex<Option<PathBuf>>,
}

impl FakeProfiles {
    pub(crate) fn add(&self, path: &str, text: &str) {
        self.files.lock().unwrap().insert(path.into(), text.into());
    }

    pub(crate) fn add_found(&self, path: &str, text: &str) {
        self.add(path, text);
        *self.found.lock().unwrap() = Some(path.into());
    }

    pub(crate) fn text(&self, path: &str) -> Option<String> {
        self.files.lock().unwrap().get(Path::new(path)).cloned()
    }

    fn file(&self, path: &Path) -> Result<ProfileFile, Problem> {
        let place = path.to_string_lossy();
        let files = self.files.lock().unwrap();
        let text = files.get(path).ok_or_else(|| unreadable_profile(&place, "there is no such file"))?;
        Ok(profile_file(&place, text))
    }
}

impl TeamProfiles for FakeProfiles {
    fn find(&self) -> Job<Option<ProfileFile>> {
        let found = self.found.lock().unwrap().clone();
        Box::pin(std::future::ready(found.map(|path| self.file(&path)).transpose()))
    }

    fn read(&self, path: PathBuf) -> Job<ProfileFile> {
        Box::pin(std::future::ready(self.file(&path)))
    }

    fn write(&self, path: PathBuf, text: String, replaces: bool) -> Job<String> {
        let mut files = self.files.lock().unwrap();
        let place = path.to_string_lossy().into_owned();
        let is_refused = files.contains_key(&path) && !replaces;
        if !is_refused {
            files.insert(path, text);
        }
        let refused = Problem::new(ProblemCode::ProfileNotWritten).with_evidence(&place);
        Box::pin(std::future::ready(if is_refused { Err(refused) } else { Ok(place) }))
    }
}
