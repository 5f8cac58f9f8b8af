//! Walks folders and searches their files, on several threads. It opens regular files only, follows no link, stays on a file system, and leaves
//! the folders of version control to git. What is ignored by git is searched too: a file of secrets usually is.

use super::search::{MAX_FINDINGS_PER_FILE, search};
use crate::domain::sanitize::sanitize;
use crate::domain::scan::{Origin, PlainTextPlace, ScanProgress, ScanReport, SecretFinding, Skipped};
use crate::runtime::ports::ProgressCallback;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use walkdir::{DirEntry, WalkDir};
use zeroize::Zeroizing;

/// A larger file is not searched, and reported.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
const MAX_FILE_TEXT: &str = "larger than 16 MiB";
/// The limit of a file that a person or our list names, such as the history of years.
const MAX_NAMED_FILE_BYTES: u64 = 256 * 1024 * 1024;
const MAX_NAMED_FILE_TEXT: &str = "larger than 256 MiB";
/// Capacity of the buffer for the first file.
const MIN_BUFFER_BYTES: usize = 64 * 1024;
/// Limit of findings of one scan.
const MAX_FINDINGS: usize = 5000;
/// Limit of files that are listed as not searched.
pub const MAX_SKIPPED: usize = 1000;
/// Files between two reports of progress.
const PROGRESS_INTERVAL: usize = 1000;
/// Entries of folders that a thread takes at once.
const BATCH_ENTRIES: usize = 16;
/// More threads than that wait for the disk and for each other.
const MAX_THREADS: usize = 8;
/// The folders in which version control keeps its data.
const VERSION_CONTROL_FOLDERS: [&str; 5] = [".git", ".hg", ".svn", ".jj", ".bzr"];

/// A search of files, which several threads share.
pub struct FileSearch<'a> {
    /// Turns a path into the text that is shown.
    pub short: &'a (dyn Fn(&Path) -> String + Sync),
    pub on_progress: &'a ProgressCallback<ScanProgress>,
    pub is_cancelled: &'a AtomicBool,
    /// A folder that is left out.
    excluded: Option<PathBuf>,
    report: Mutex<ScanReport>,
    files: AtomicUsize,
}

impl<'a> FileSearch<'a> {
    pub fn new(
        short: &'a (dyn Fn(&Path) -> String + Sync),
        on_progress: &'a ProgressCallback<ScanProgress>,
        is_cancelled: &'a AtomicBool,
    ) -> Self {
        Self { short, on_progress, is_cancelled, excluded: None, report: Mutex::default(), files: AtomicUsize::new(0) }
    }

    pub fn without(self, excluded: Option<PathBuf>) -> Self {
        Self { excluded, ..self }
    }

    /// Searches files that a person or a list names, through a link too, and everything below the folders.
    pub fn run(self, files: &[PathBuf], folders: &[PathBuf]) -> ScanReport {
        let mut buffer = Zeroizing::default();
        for file in files.iter().take_while(|_| !self.is_cancelled.load(Ordering::Relaxed)) {
            self.search_file(file, true, &mut buffer);
        }
        self.search_folders(folders, &mut buffer);
        let files = self.files.load(Ordering::Relaxed);
        let mut report = self.report.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.files = files;
        report.findings.sort_by(|one, other| (&one.path, one.line, one.column).cmp(&(&other.path, other.line, other.column)));
        report.skipped.sort_by(|one, other| one.path.cmp(&other.path));
        report
    }

    /// Searches on several threads, which share one walk: whichever is free takes the next files from it.
    fn search_folders(&self, folders: &[PathBuf], buffer: &mut Zeroizing<Vec<u8>>) {
        let excluded = self.excluded.as_deref();
        let walk = folders.iter().flat_map(|folder| {
            let walk = WalkDir::new(folder).follow_links(false).same_file_system(true).into_iter();
            walk.filter_entry(move |entry| !is_version_control(entry) && !is_excluded(entry, excluded))
        });
        let walk = Mutex::new(walk);
        let search = |buffer: &mut Zeroizing<Vec<u8>>| {
            loop {
                let batch: Vec<_> = walk.lock().unwrap_or_else(PoisonError::into_inner).by_ref().take(BATCH_ENTRIES).collect();
                if batch.is_empty() {
                    return;
                }
                for entry in batch {
                    if self.is_cancelled.load(Ordering::Relaxed) {
                        return;
                    }
                    self.visit(entry, buffer);
                }
            }
        };
        let more = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS) - 1;
        std::thread::scope(|scope| {
            for _ in 0..more {
                // Without another thread, this one searches everything.
                let _ = std::thread::Builder::new().spawn_scoped(scope, || search(&mut Zeroizing::default()));
            }
            search(buffer);
        });
    }

    fn visit(&self, entry: walkdir::Result<DirEntry>, buffer: &mut Zeroizing<Vec<u8>>) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => self.search_file(entry.path(), false, buffer),
            Ok(_) => {}
            Err(error) => {
                let reason = error.io_error().map_or_else(|| error.to_string(), reason);
                self.skip((self.short)(error.path().unwrap_or(Path::new(""))), &reason);
            }
        }
    }

    fn search_file(&self, path: &Path, is_named: bool, buffer: &mut Zeroizing<Vec<u8>>) {
        let (limit, limit_text) =
            if is_named { (MAX_NAMED_FILE_BYTES, MAX_NAMED_FILE_TEXT) } else { (MAX_FILE_BYTES, MAX_FILE_TEXT) };
        match read_file(path, is_named, limit, buffer) {
            Ok(true) => {}
            Ok(false) => return self.skip((self.short)(path), limit_text),
            // It was there a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.skip((self.short)(path), &reason(&error)),
        }
        let place = PlainTextPlace::of(path);
        let Some(hits) = search(buffer, place) else {
            self.report().binary_files += 1;
            return;
        };
        let files = self.files.fetch_add(1, Ordering::Relaxed) + 1;
        if !hits.is_empty() {
            let short_path = (self.short)(path);
            if hits.len() >= MAX_FINDINGS_PER_FILE {
                self.skip(short_path.clone(), &format!("more than {MAX_FINDINGS_PER_FILE} findings; the rest is not listed"));
            }
            let room = MAX_FINDINGS.saturating_sub(self.report().findings.len());
            if hits.len() > room {
                self.skip(short_path.clone(), &format!("more than {MAX_FINDINGS} findings; the rest is not listed"));
            }
            let mut report = self.report();
            for hit in hits.into_iter().take(room) {
                let detection = hit.detection;
                report.findings.push(SecretFinding {
                    secret: detection.secret,
                    kind: detection.kind,
                    certainty: detection.certainty,
                    variable: detection.variable,
                    path: path.to_owned(),
                    short_path: short_path.clone(),
                    place,
                    line: hit.line,
                    column: hit.column,
                    origin: Origin::File { is_tracked: None },
                });
            }
        }
        if files.is_multiple_of(PROGRESS_INTERVAL) {
            let findings = self.report().findings.len();
            (self.on_progress)(ScanProgress { files, findings });
        }
    }

    fn skip(&self, path: String, reason: &str) {
        let mut report = self.report();
        if report.skipped.len() < MAX_SKIPPED {
            report.skipped.push(Skipped { path, reason: sanitize(reason) });
        }
    }

    fn report(&self) -> std::sync::MutexGuard<'_, ScanReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A folder that a person names is searched whatever its name is.
fn is_version_control(entry: &DirEntry) -> bool {
    entry.depth() > 0 && VERSION_CONTROL_FOLDERS.iter().any(|name| entry.file_name() == *name)
}

/// The folder may be reached by another path, so only one of its name is looked at more closely.
fn is_excluded(entry: &DirEntry, excluded: Option<&Path>) -> bool {
    let is_it = |excluded: &Path| entry.path().canonicalize().is_ok_and(|path| path == excluded);
    entry.depth() > 0 && excluded.is_some_and(|excluded| excluded.file_name() == Some(entry.file_name()) && is_it(excluded))
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}

/// Reads the whole file into the buffer; `false` if it is too large. The buffer never grows, because memory that it left would keep what
/// was read.
fn read_file(path: &Path, follows_link: bool, limit: u64, buffer: &mut Zeroizing<Vec<u8>>) -> io::Result<bool> {
    let file = open(path, follows_link)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    if metadata.len() > limit {
        return Ok(false);
    }
    buffer.clear();
    let needed = usize::try_from(metadata.len()).unwrap_or_default() + 1;
    if buffer.capacity() < needed.max(MIN_BUFFER_BYTES) {
        // All of it is wiped in the end, so a large one has no room to spare.
        let rounded = if metadata.len() > MAX_FILE_BYTES { needed } else { needed.next_power_of_two().max(MIN_BUFFER_BYTES) };
        *buffer = Zeroizing::new(Vec::with_capacity(rounded));
    }
    let mut file = file;
    loop {
        let room = (buffer.capacity() - buffer.len()) as u64;
        file.by_ref().take(room).read_to_end(buffer)?;
        if buffer.len() < buffer.capacity() {
            return Ok(true);
        }
        if buffer.len() as u64 > limit {
            return Ok(false);
        }
        // It grows, or is of a file system that tells no length, such as proc.
        let mut larger = Zeroizing::new(Vec::with_capacity(buffer.capacity() * 2));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
}

/// Opens a file without waiting for the writer of a pipe that has taken its name.
fn open(path: &Path, follows_link: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = if follows_link { OFlags::NONBLOCK } else { OFlags::NONBLOCK | OFlags::NOFOLLOW };
        options.custom_flags(flags.bits().cast_signed());
    }
    #[cfg(not(unix))]
    let _ = follows_link;
    options.open(path)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_whose_length_is_not_told_is_read_to_its_end() {
        let mut buffer = Zeroizing::default();
        assert!(read_file(Path::new("/proc/self/maps"), true, MAX_FILE_BYTES, &mut buffer).unwrap());
        assert!(buffer.ends_with(b"\n") && buffer.len() > 1000, "{}", buffer.len());
    }
}
