//! A program in a pseudo-terminal, with the moment at which each of its bytes arrived.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use super::usage::{Usage, peak_memory};
use pty_process::Size;
use pty_process::blocking::{Command, open};
use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) type BenchResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

pub(crate) const COLUMNS: u16 = 120;
pub(crate) const ROWS: u16 = 40;

/// For whatever comes on the screen.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is measured.
pub(crate) struct MeasuredProgram {
    pub(crate) program: PathBuf,
    pub(crate) arguments: &'static [&'static str],
    /// Where it is told that Notion is.
    pub(crate) notion: String,
    /// Beside the usual variables, or in their place.
    pub(crate) variables: Vec<(&'static str, OsString)>,
    /// The frame is complete when all of these stand on the screen.
    pub(crate) marks: &'static [&'static str],
}

pub(crate) struct Chunk {
    pub(crate) at: Instant,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct PtySession {
    pub(crate) started: Instant,
    chunks: Receiver<Chunk>,
    /// Open for as long as the program runs: without it, it would be hung up.
    terminal: File,
    child: Child,
    _home: TempDir,
}

impl PtySession {
    pub(crate) fn start(subject: &MeasuredProgram) -> BenchResult<Self> {
        let home = TempDir::new()?;
        let (terminal, device) = open()?;
        terminal.resize(Size::new(ROWS, COLUMNS))?;
        let terminal = File::from(OwnedFd::from(terminal));
        let command = Command::new(&subject.program).args(subject.arguments).current_dir(home.path()).env_clear();
        let command = command.envs(environment(home.path(), &subject.notion)).envs(subject.variables.iter().cloned());
        let (arrived, chunks) = channel();
        let mut output = terminal.try_clone()?;
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                let bytes = buffer.iter().take(count).copied().collect();
                if arrived.send(Chunk { at: Instant::now(), bytes }).is_err() {
                    break;
                }
            }
        });
        let started = Instant::now();
        let child = command.spawn(device)?;
        Ok(Self { started, chunks, terminal, child, _home: home })
    }

    pub(crate) fn type_keys(&mut self, keys: &str) -> BenchResult<Instant> {
        let sent = Instant::now();
        self.terminal.write_all(keys.as_bytes())?;
        Ok(sent)
    }

    /// What arrives, until nothing has for `quiet`, or `most` has passed.
    pub(crate) fn collect(&self, quiet: Duration, most: Duration) -> Vec<Chunk> {
        let end = Instant::now() + most;
        let mut chunks = Vec::new();
        loop {
            let patience = if chunks.is_empty() { most } else { quiet };
            let left = patience.min(end.saturating_duration_since(Instant::now()));
            match self.chunks.recv_timeout(left) {
                Ok(chunk) => chunks.push(chunk),
                Err(_) => return chunks,
            }
        }
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> BenchResult<Instant> {
        self.child.wait()?;
        Ok(Instant::now())
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn usage(&self) -> Option<Usage> {
        Usage::of(self.process())
    }

    pub(crate) fn peak_memory(&self) -> Option<u64> {
        peak_memory(self.process())
    }
}

impl Drop for PtySession {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A session, and all it has shown.
pub(crate) struct WatchedSession {
    pub(crate) session: PtySession,
    seen: Vec<Chunk>,
}

impl From<PtySession> for WatchedSession {
    fn from(session: PtySession) -> Self {
        Self { session, seen: Vec::new() }
    }
}

impl WatchedSession {
    /// When this stood on the screen.
    pub(crate) fn until(&mut self, mark: &str) -> BenchResult<Instant> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = completed(&self.seen, &[mark]) {
                return Ok(at);
            }
            if Instant::now() > end {
                return Err(format!("{mark:?} does not come").into());
            }
            self.seen.extend(self.session.collect(Duration::from_millis(20), Duration::from_millis(500)));
        }
    }

    /// What stands in its bytes between these two: whole, however the screen breaks it.
    pub(crate) fn between(&self, before: &str, after: char) -> Option<String> {
        let bytes: Vec<u8> = self.seen.iter().flat_map(|chunk| chunk.bytes.iter().copied()).collect();
        let text = String::from_utf8_lossy(&bytes);
        let (_, rest) = text.split_once(before)?;
        Some(rest.split(after).next()?.to_owned())
    }
}

/// The whole environment of what is measured.
pub(crate) fn environment(home: &Path, notion: &str) -> [(&'static str, OsString); 6] {
    [
        ("TERM", "xterm-256color".into()),
        ("LANG", "C.UTF-8".into()),
        ("PATH", "/usr/bin:/bin".into()),
        ("HOME", home.into()),
        ("NOTION_AUTH_HOME", home.join("notion-auth").into()),
        ("NOTION_API_BASE_URL", notion.into()),
    ]
}

/// When all marks stood on the screen: the arrival of the chunk that completed them. Judged afterwards, so that it costs
/// nothing while time is taken.
pub(crate) fn completed(chunks: &[Chunk], marks: &[&str]) -> Option<Instant> {
    let mut parser = vt100::Parser::new(NonZeroU16::new(ROWS)?, NonZeroU16::new(COLUMNS)?, 0);
    chunks.iter().find_map(|chunk| {
        parser.process(&chunk.bytes);
        let screen = parser.screen().contents();
        marks.iter().all(|mark| screen.contains(mark)).then_some(chunk.at)
    })
}
