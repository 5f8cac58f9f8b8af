//! The files with the answers of a team: found in a project, or named by the person. A cloned repository may bring one along, so it is
//! read as a hostile file: never through a link, never from a pipe, and no more of it than a profile can be.

use super::agent_file;
use super::private_folder::check_owner;
use super::private_io::private_options;
use crate::adapters::blocking_thread::run_blocking;
use crate::adapters::machine::environment::Environment;
use crate::adapters::trace;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::domain::team_profile::{MAX_PROFILE_BYTES, PROFILE_FILE_NAME, ProfileFile, unreadable_profile};
use crate::runtime::ports::{Job, TeamProfiles};
use ring::digest::{SHA256, digest};
use std::fmt::Write as _;
use std::fs::{Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct LocalProfiles {
    environment: Arc<Environment>,
}

impl LocalProfiles {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment }
    }
}

impl TeamProfiles for LocalProfiles {
    fn find(&self) -> Job<Option<ProfileFile>> {
        let project = self.environment.project_folder().to_owned();
        trace::job("profiles", "find", run_blocking("team profile", move || find(&project)))
    }

    fn read(&self, path: PathBuf) -> Job<ProfileFile> {
        trace::job("profiles", "read", run_blocking("team profile", move || read(&path, Trust::Named)))
    }

    fn write(&self, path: PathBuf, text: String, replaces: bool) -> Job<String> {
        trace::job("profiles", "write", run_blocking("team profile", move || write(&path, &text, replaces)))
    }
}

/// The reason for reading a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// The person named it, and may name a file of another user.
    Named,
    /// It was found, so another user must not have put it there.
    Found,
}

/// Looks in the folder, then in the root of the git working tree that it is in. A `.git` marks the root: a folder, or a file in a linked
/// working tree (<https://git-scm.com/docs/gitrepository-layout>). As for git itself, a root of another user counts for nothing
/// (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory>).
fn find(project: &Path) -> Result<Option<ProfileFile>, Problem> {
    let here = if project.as_os_str().is_empty() { std::env::current_dir() } else { Ok(project.to_owned()) };
    // A folder that was removed has no file.
    let Ok(here) = here else { return Ok(None) };
    let root = here.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
    let is_ours = |root: &&Path| root.metadata().is_ok_and(|metadata| check_owner(root, &metadata).is_ok());
    for folder in std::iter::once(here.as_path()).chain(root.filter(|root| *root != here).filter(is_ours)) {
        let path = folder.join(PROFILE_FILE_NAME);
        match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            _ => return read(&path, Trust::Found).map(Some),
        }
    }
    Ok(None)
}

fn read(path: &Path, trust: Trust) -> Result<ProfileFile, Problem> {
    let place = sanitize(&path.to_string_lossy());
    let refused = |reason: &str| unreadable_profile(&place, reason);
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => unreadable_profile(&place, "there is no such file"),
        _ => unreadable_profile(&place, error.to_string()),
    };
    let check = |metadata: &Metadata| refusal(path, metadata, trust).map_or(Ok(()), |reason| Err(refused(&reason)));
    check(&path.symlink_metadata().map_err(failed)?)?;
    let file = private_options().read(true).open(path).map_err(failed)?;
    // The opened file counts, because the name may have been given to another one meanwhile.
    check(&file.metadata().map_err(failed)?)?;
    let mut content = Vec::new();
    file.take(MAX_PROFILE_BYTES + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > MAX_PROFILE_BYTES {
        return Err(refused(TOO_LARGE));
    }
    let digest = digest(&SHA256, &content).as_ref().iter().fold(String::new(), |mut digits, byte| {
        // A string takes everything that is written to it.
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    let text = String::from_utf8(content).map_err(|_| refused("it is not UTF-8"))?;
    Ok(ProfileFile { place, digest, text: Secret::new(text) })
}

const TOO_LARGE: &str = "it is larger than 16 KB";

/// Returns why a file is not read.
fn refusal(path: &Path, metadata: &Metadata, trust: Trust) -> Option<String> {
    if metadata.is_symlink() {
        Some("it is a symbolic link".to_owned())
    } else if metadata.is_dir() {
        Some("it is a folder".to_owned())
    } else if !metadata.is_file() {
        Some("it is not a regular file".to_owned())
    } else if metadata.len() > MAX_PROFILE_BYTES {
        Some(TOO_LARGE.to_owned())
    } else if trust == Trust::Found {
        check_owner(path, metadata).err().map(|problem| problem.evidence.unwrap_or_default())
    } else {
        None
    }
}

fn write(path: &Path, text: &str, replaces: bool) -> Result<String, Problem> {
    let place = sanitize(&path.to_string_lossy());
    let refused = |reason: String| Problem::new(ProblemCode::ProfileNotWritten).with_evidence(format!("{place}: {reason}"));
    // Its folder is part of the name, which a relative path leaves out.
    let path = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
    let create = |path: &Path| {
        // Shared with others, so with the permissions of any new file. An existing file is not opened, nor a link followed.
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        if written.is_err() {
            // Half a file of ours is of no use. It cannot be anyone else's, because it did not exist.
            let _ = std::fs::remove_file(path);
        }
        written
    };
    match create(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists && replaces => {
            let reason =
                |problem: Problem| Problem::new(ProblemCode::ProfileNotWritten).with_evidence(problem.evidence.unwrap_or_default());
            let before = agent_file::read(&path).map_err(reason)?;
            agent_file::replace(&path, before.as_ref(), &Secret::new(text)).map_err(reason)?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(refused("it exists already".to_owned())),
        Err(error) => return Err(refused(error.to_string())),
    }
    // A new file that says something else was changed by another program, and is no success of ours.
    match agent_file::read(&path) {
        Ok(Some(written)) if written == Secret::new(text) => Ok(place),
        _ => Err(refused("it could not be read back".to_owned())),
    }
}
