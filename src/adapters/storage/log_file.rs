//! The log that a wizard with `-v` writes: one private file, which each run begins anew, and which has a limit.

use super::private_folder::{self, io_problem};
use super::private_io::private_options;
use crate::domain::problem::Problem;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// No other program has a file of that name.
pub const LOG_NAME: &str = "notion-auth.log";

/// Limit of the log in bytes: a wizard of a working day stays far below it.
pub const MAX_LOG_BYTES: usize = 1024 * 1024;

/// The last line of a log that has reached its limit.
const LIMIT_REACHED: &str = "The log is full; nothing more is written.";

pub struct LogFile {
    path: PathBuf,
    open: Mutex<OpenLog>,
}

struct OpenLog {
    file: File,
    room: usize,
}

impl LogFile {
    /// Creates the log in this folder, in place of an earlier run's. If that run is still going, it keeps writing to the unlinked file.
    pub fn create(folder: &Path) -> Result<Self, Problem> {
        private_folder::create(folder)?;
        let path = folder.join(LOG_NAME);
        // Replaced, not emptied: a link of that name would lead elsewhere, and an earlier file might be open to others.
        let created = match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => private_options().write(true).create_new(true).open(&path),
        };
        let file = created.map_err(|error| io_problem(&path, &error))?;
        Ok(Self { path, open: Mutex::new(OpenLog { file, room: MAX_LOG_BYTES }) })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one line. A write error is ignored, because the screen is not the place to report it and the wizard works without.
    pub fn write_line(&self, line: &str) {
        let OpenLog { file, room } = &mut *self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let line = if line.len() + LIMIT_REACHED.len() + 2 > *room { LIMIT_REACHED } else { line };
        if *room > 0 {
            let _ = file.write_all(format!("{line}\n").as_bytes());
        }
        *room = if line == LIMIT_REACHED { 0 } else { *room - line.len() - 1 };
    }
}
