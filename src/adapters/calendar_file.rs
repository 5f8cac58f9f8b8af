//! Writes the calendar file of a reminder, where a person wants it. It never replaces a file.

use super::trace;
use crate::adapters::blocking_thread::run_blocking;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{CalendarFiles, Job};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

pub struct LocalCalendarFiles;

impl CalendarFiles for LocalCalendarFiles {
    fn create(&self, path: PathBuf, text: String) -> Job<String> {
        trace::job("calendar", "create", create(path, text))
    }
}

/// The demo writes to its temporary folder, whatever path is chosen.
pub struct DemoCalendarFiles {
    pub folder: PathBuf,
}

impl CalendarFiles for DemoCalendarFiles {
    fn create(&self, path: PathBuf, text: String) -> Job<String> {
        let name = path.file_name().unwrap_or_default();
        trace::job("calendar", "create", create(self.folder.join(name), text))
    }
}

/// Writes on a thread of its own, because the folder may be on a slow disk.
fn create(path: PathBuf, text: String) -> Job<String> {
    run_blocking("calendar file", move || create_blocking(&path, &text))
}

fn create_blocking(path: &Path, text: &str) -> Result<String, Problem> {
    let failed =
        |error: std::io::Error| Problem::new(ProblemCode::ReminderFailed).with_evidence(format!("{}: {error}", path.display()));
    // It holds no secret, so it gets the permissions that the person's files have.
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()) {
        // A part of a file would be in the way of the next attempt.
        let _ = std::fs::remove_file(path);
        return Err(failed(error));
    }
    let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    Ok(place.display().to_string())
}
