//! Reads the result of a login: its workspace, the location of its token, and whether `ntn` will find it again.

use super::{LoginProgram, two_steps};
use crate::adapters::ntn_cli::files;
use crate::adapters::ntn_cli::files::workspaces;
use crate::domain::login::{LoginFlow, NtnLogin, NtnStorage};
use crate::domain::problem::Problem;
use std::path::{Path, PathBuf};

pub async fn read_outcome(program: &LoginProgram<'_>, generation: LoginFlow) -> Result<NtnLogin, Problem> {
    let environment = program.environment;
    let workspace = workspaces::default_workspace(environment)?;
    let file = if program.in_file || environment.keyring_off().is_some() { token_file(program)? } else { None };
    if let Some(file) = &file {
        make_private(file);
    }
    // If the token can be read, Notion itself is asked who it belongs to.
    let user = match (generation, &file) {
        (LoginFlow::TwoSteps, None) => two_steps::whoami(program).await,
        _ => None,
    };
    let place = match (&file, &program.storage) {
        (Some(file), _) => file.display().to_string(),
        (None, NtnStorage::File { place }) => place.clone(),
        (None, NtnStorage::KernelKeyring | NtnStorage::KernelKeyringRefused { .. }) => "the kernel's keyring".into(),
        (None, NtnStorage::Keychain) => "ntn's own keychain".into(),
    };
    // `ntn` reads 0 alone as off; we passed that, whatever the person wrote.
    let needs_variable = file.is_some() && environment.keyring_off() != Some("0");
    Ok(NtnLogin { workspace, user, version: program.version.clone(), place, needs_keyring_variable: needs_variable })
}

fn token_file(program: &LoginProgram<'_>) -> Result<Option<PathBuf>, Problem> {
    let folder = files::state_directory(program.environment)?;
    Ok(folder.map(|folder| folder.join("auth.json")))
}

/// Makes a token file private that existed before and was readable for others, because the umask counts for new files alone. One
/// that is a link or another user's is left as it is.
#[cfg(unix)]
fn make_private(file: &Path) {
    use rustix::fs::{FileType, Mode, OFlags, fchmod, fstat, open};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(file) = open(file, flags, Mode::empty()) else { return };
    let is_ours = |stat: rustix::fs::Stat| {
        FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && stat.st_uid == rustix::process::geteuid().as_raw()
    };
    if fstat(&file).is_ok_and(is_ours) {
        let _ = fchmod(&file, Mode::RUSR | Mode::WUSR);
    }
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}
