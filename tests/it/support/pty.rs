//! Runs a program in a pseudo-terminal with an emulated terminal, which draws, responds to queries, pastes, resizes, and records
//! the state in which the program left it.
//!
//! Every wait has a condition and a deadline, and shows the screen on failure.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "reads the clock for its deadlines")]

mod answers;
mod exit;
mod keys;
mod modes;
mod pair;
mod proof;

pub(crate) use exit::Exit;
pub(crate) use keys::Key;
pub(crate) use modes::{LineMode, Mode};

use super::any_day::{FIXED, shifted_clock};
use super::deadline::DEADLINE;
use answers::Answers;
use pair::{Pair, resize};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) struct Terminal {
    shared: Arc<Shared>,
    /// `None` once the terminal is closed.
    near: Option<File>,
    reader: Option<JoinHandle<()>>,
    pid: Pid,
    home: TempDir,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser<Answers>,
    raw: Vec<u8>,
    writer: Option<File>,
    /// Kept open until the program ends, because the kernel resets the line mode when the last descriptor is closed.
    line: Option<File>,
    mode_at_exit: Option<LineMode>,
    exit: Option<Exit>,
    /// True once all output has been read.
    closed: bool,
    hanging_up: bool,
}

impl Terminal {
    /// Starts `program` with only `TERM`, an empty `HOME`, [`FIXED`], and `env` (which may replace those) in its environment.
    pub(crate) fn start(size: (u16, u16), program: impl AsRef<OsStr>, args: &[&str], env: &[(&str, &str)]) -> Self {
        let home = TempDir::new().unwrap();
        let pair = Pair::open(size).unwrap();
        let mut command = pair.command(program).unwrap();
        command.args(args).env_clear().envs(shifted_clock()).envs(FIXED).env("TERM", "xterm-256color").env("HOME", home.path());
        command.envs(env.iter().copied()).current_dir(home.path());
        let mut child = command.spawn().unwrap();
        // The command holds copies of the program's end.
        drop(command);
        let pid = Pid::from_child(&child);
        let Pair { near, far } = pair;

        let (columns, rows) = cells(size);
        let state = State {
            parser: vt100::Parser::new_with_callbacks(rows, columns, 0, Answers::default()),
            raw: Vec::new(),
            writer: Some(near.try_clone().unwrap()),
            line: Some(far),
            mode_at_exit: None,
            exit: None,
            closed: false,
            hanging_up: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let output = near.try_clone().unwrap();
        let reader = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.read_all(output)
        });
        std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                let exit = Exit(child.wait().unwrap());
                shared.change(|state| {
                    let line = state.line.take();
                    state.mode_at_exit = line.as_ref().and_then(LineMode::of);
                    state.exit = Some(exit);
                });
            }
        });
        Self { shared, near: Some(near), reader: Some(reader), pid, home }
    }

    /// Returns the program's home folder, which is empty at first.
    pub(crate) fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Waits until the screen meets the condition. Only complete frames are checked if the program marks them.
    #[track_caller]
    pub(crate) fn wait_for(&self, condition: impl Fn(&vt100::Screen) -> bool, what: &str) {
        let shown = |state: &State| !state.parser.callbacks().in_frame && condition(state.parser.screen());
        self.wait_until(what, |state| shown(state).then_some(()));
    }

    #[track_caller]
    pub(crate) fn wait_for_text(&self, text: &str) {
        self.wait_for(|screen| screen.contents().contains(text), &format!("the text {text:?}"));
    }

    /// Waits until this text was written after the byte `from`, and returns the position after it.
    #[track_caller]
    pub(crate) fn wait_for_written(&self, from: usize, text: &str) -> usize {
        let written = |state: &State| {
            let new = state.raw.get(from..).unwrap_or_default();
            new.windows(text.len()).position(|bytes| bytes == text.as_bytes()).map(|at| from + at + text.len())
        };
        self.wait_until(&format!("{text:?} to be written"), written)
    }

    /// Fails if a byte arrives within a second, because an idle program writes nothing.
    #[track_caller]
    pub(crate) fn assert_silent(&self) {
        let state = self.shared.lock();
        let (written, rest) = (state.raw.len(), Duration::from_secs(1));
        let waited = self.shared.changed.wait_timeout_while(state, rest, |state| state.raw.len() == written);
        let (state, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
        let more = String::from_utf8_lossy(&state.raw[written..]).into_owned();
        assert!(outcome.timed_out(), "a program at rest wrote {more:?}");
    }

    /// Waits for the program's end and for its last output.
    #[track_caller]
    pub(crate) fn wait_exit(&self) -> Exit {
        self.wait_until("the end of the program", |state| state.exit.filter(|_| state.closed))
    }

    /// Waits until the program has stopped itself, as on Ctrl-Z.
    #[track_caller]
    pub(crate) fn wait_stopped(&self) {
        let (tell, stopped) = mpsc::channel();
        let pid = self.pid;
        std::thread::spawn(move || {
            let either = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let status = rustix::process::waitid(WaitId::Pid(pid), either);
            tell.send(status.ok().flatten().is_some_and(|status| status.stopped()))
        });
        assert_eq!(stopped.recv_timeout(DEADLINE), Ok(true), "the program did not stop; {}", self.report());
    }

    /// Sends text unchanged, in one write.
    pub(crate) fn press(&self, text: &str) {
        self.shared.change(|state| {
            // Fails if the program has ended; the test then fails in its next wait.
            let _ = state.writer.as_mut().map(|writer| writer.write_all(text.as_bytes()));
        });
    }

    /// Sends the parts one by one, each after the program has read the previous one, as over a slow link.
    #[track_caller]
    pub(crate) fn press_in_reads<'a>(&self, reads: impl IntoIterator<Item = &'a [u8]>) {
        for bytes in reads {
            self.shared.change(|state| state.writer.as_mut().map(|writer| writer.write_all(bytes)));
            self.wait_read();
        }
    }

    /// Waits until the program has read all input.
    #[track_caller]
    pub(crate) fn wait_read(&self) {
        let deadline = Instant::now() + DEADLINE;
        let unread = |state: &mut State| state.line.as_ref().and_then(|line| rustix::io::ioctl_fionread(line).ok());
        while self.shared.change(unread).is_some_and(|unread| unread > 0) {
            assert!(Instant::now() < deadline, "what was sent is not read; {}", self.report());
            std::thread::yield_now();
        }
    }

    pub(crate) fn key(&self, key: Key) {
        self.press(&key.sent());
    }

    /// Pastes with the marks of bracketed paste, after waiting until the program has enabled them.
    #[track_caller]
    pub(crate) fn paste(&self, text: &str) {
        self.wait_for(vt100::Screen::bracketed_paste, "bracketed paste switched on");
        self.press(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Pastes as a terminal without bracketed paste does: as a burst of keys, with Enter for each line end.
    pub(crate) fn type_burst(&self, text: &str) {
        self.press(&text.replace('\n', "\r"));
    }

    pub(crate) fn resize(&self, size: (u16, u16)) {
        let (columns, rows) = cells(size);
        self.shared.change(|state| state.parser.set_size(rows, columns));
        resize(self.near.as_ref().unwrap(), size).unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid, signal).unwrap();
    }

    /// Closes the terminal, as when its window is closed or the connection breaks.
    pub(crate) fn hang_up(&mut self) {
        let line = self.shared.change(|state| {
            state.hanging_up = true;
            state.line.as_ref().map(|line| line.try_clone().unwrap())
        });
        if let Some(mut line) = line {
            // One byte wakes the reader. It is written without the lock, because the reader may have to make room for it first.
            line.write_all(b"\0").unwrap();
        }
        let _ = self.reader.take().map(JoinHandle::join);
        self.shared.change(|state| drop(state.writer.take()));
        self.near.take();
    }

    pub(crate) fn screen_text(&self) -> String {
        self.shared.change(|state| text(state.parser.screen()))
    }

    /// Returns all bytes that the program has written.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.shared.change(|state| state.raw.clone())
    }

    /// Returns all modes that are on.
    pub(crate) fn modes(&self) -> Vec<Mode> {
        self.shared.change(|state| Mode::switched_on(state.parser.screen()))
    }

    /// Returns the current line mode, or the one that the program left.
    pub(crate) fn line_mode(&self) -> LineMode {
        let mode = self.shared.change(|state| state.line.as_ref().and_then(LineMode::of).or(state.mode_at_exit));
        mode.unwrap_or_else(|| panic!("the terminal has gone away and tells nothing; {}", self.report()))
    }

    /// Returns the number of queries that the program sent to the terminal.
    pub(crate) fn questions(&self) -> usize {
        self.shared.change(|state| state.parser.callbacks().questions)
    }

    /// Returns the last text that was sent to the terminal's clipboard, in base64.
    pub(crate) fn clipboard(&self) -> Option<String> {
        self.shared.change(|state| state.parser.callbacks().clipboard.clone())
    }

    /// Checks that the terminal was restored for the shell.
    #[track_caller]
    pub(crate) fn assert_given_back(&self) {
        assert_eq!((self.modes(), self.line_mode()), (Vec::new(), LineMode::COOKED), "{}", self.report());
    }

    #[track_caller]
    fn wait_until<T>(&self, what: &str, mut check: impl FnMut(&State) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        let mut state = self.shared.lock();
        loop {
            if let Some(found) = check(&state) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.closed && state.exit.is_some() {
                drop(state);
                panic!("waited in vain for {what}; {}", self.report());
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn report(&self) -> String {
        let exit = self.shared.change(|state| state.exit);
        let end = exit.map_or("it is still running".into(), |exit| format!("it ended: {exit}"));
        format!("{end}; {:?}; the screen:\n{}\n---", self.modes(), self.screen_text())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let running = self.shared.change(|state| state.exit.is_none());
        if running {
            let _ = rustix::process::kill_process_group(self.pid, Signal::KILL);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    fn read_all(&self, mut output: File) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            let hanging_up = self.change(|state| {
                state.raw.extend_from_slice(&buffer[..count]);
                state.parser.process(&buffer[..count]);
                let answer = std::mem::take(&mut state.parser.callbacks_mut().pending);
                let _ = state.writer.as_mut().map(|writer| writer.write_all(&answer));
                state.hanging_up
            });
            if hanging_up {
                break;
            }
        }
        drop(output);
        self.change(|state| state.closed = true);
    }
}

/// Returns the text of the screen, line by line. Unwritten cells count as spaces.
pub(crate) fn text(screen: &vt100::Screen) -> String {
    let contents = screen.contents();
    contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn cells((columns, rows): (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(columns).unwrap(), NonZeroU16::new(rows).unwrap())
}
