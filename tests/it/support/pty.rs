//! Runs a program in a pseudo-terminal with an emulated terminal, which draws, responds to queries, pastes, resizes, and records
//! the state in which the program left it.
//!
//! Every wait has a condition and a deadline, and shows the screen on failure.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "reads the clock for its deadlines")]

mod exit;
mod keys;
mod modes;
pub(crate) mod pair;
mod responses;

pub(crate) use exit::Exit;
pub(crate) use keys::TerminalKey;
pub(crate) use modes::{LineMode, TerminalMode};

use super::deadline::DEADLINE;
use super::fixed_clock::{FIXED_VARIABLES, clock_shift_variables};
use super::scratch::scratch_folder;
use pair::{PtyPair, resize};
use responses::TerminalResponses;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) struct TestTerminal {
    shared: Arc<SharedState>,
    /// `None` once the terminal is closed.
    controller: Option<File>,
    reader: Option<JoinHandle<()>>,
    pid: Pid,
    home: TempDir,
}

struct SharedState {
    state: Mutex<TerminalState>,
    changed: Condvar,
}

struct TerminalState {
    parser: vt100::Parser<TerminalResponses>,
    output: Vec<u8>,
    writer: Option<File>,
    /// Kept open until the program ends, because the kernel resets the line mode when the last descriptor is closed.
    line: Option<File>,
    mode_at_exit: Option<LineMode>,
    exit: Option<Exit>,
    /// True once all output has been read.
    is_closed: bool,
    is_hanging_up: bool,
}

impl TestTerminal {
    /// Starts `program` with only `TERM`, an empty `HOME`, [`FIXED`], and `env` (which may replace those) in its environment.
    pub(crate) fn start(size: (u16, u16), program: impl AsRef<OsStr>, args: &[&str], env: &[(&str, &str)]) -> Self {
        let home = scratch_folder();
        let pair = PtyPair::open(size).unwrap();
        let mut command = pair.command(program).unwrap();
        command
            .args(args)
            .env_clear()
            .envs(clock_shift_variables())
            .envs(FIXED_VARIABLES)
            .env("TERM", "xterm-256color")
            .env("HOME", home.path());
        command.envs(env.iter().copied()).current_dir(home.path());
        let mut child = command.spawn().unwrap();
        // The command holds copies of the program's end.
        drop(command);
        let pid = Pid::from_child(&child);
        let PtyPair { controller: near, device: far } = pair;

        let (columns, rows) = screen_size(size);
        let state = TerminalState {
            parser: vt100::Parser::new_with_callbacks(rows, columns, 0, TerminalResponses::default()),
            output: Vec::new(),
            writer: Some(near.try_clone().unwrap()),
            line: Some(far),
            mode_at_exit: None,
            exit: None,
            is_closed: false,
            is_hanging_up: false,
        };
        let shared = Arc::new(SharedState { state: Mutex::new(state), changed: Condvar::new() });
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
                    state.mode_at_exit = line.as_ref().and_then(LineMode::read);
                    state.exit = Some(exit);
                });
            }
        });
        Self { shared, controller: Some(near), reader: Some(reader), pid, home }
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
        let shown = |state: &TerminalState| !state.parser.callbacks().in_frame && condition(state.parser.screen());
        self.wait_until(what, |state| shown(state).then_some(()));
    }

    #[track_caller]
    pub(crate) fn wait_for_text(&self, text: &str) {
        self.wait_for(|screen| screen.contents().contains(text), &format!("the text {text:?}"));
    }

    /// Waits until this text was written after the byte `from`, and returns the position after it.
    #[track_caller]
    pub(crate) fn wait_for_written(&self, from: usize, text: &str) -> usize {
        let written = |state: &TerminalState| {
            let new = state.output.get(from..).unwrap_or_default();
            new.windows(text.len()).position(|bytes| bytes == text.as_bytes()).map(|at| from + at + text.len())
        };
        self.wait_until(&format!("{text:?} to be written"), written)
    }

    /// Fails if a byte arrives within a second, because an idle program writes nothing.
    #[track_caller]
    pub(crate) fn assert_silent(&self) {
        let state = self.shared.lock();
        let (written, rest) = (state.output.len(), Duration::from_secs(1));
        let waited = self.shared.changed.wait_timeout_while(state, rest, |state| state.output.len() == written);
        let (state, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
        let more = String::from_utf8_lossy(&state.output[written..]).into_owned();
        assert!(outcome.timed_out(), "a program at rest wrote {more:?}");
    }

    /// Waits for the program's end and for its last output.
    #[track_caller]
    pub(crate) fn wait_exit(&self) -> Exit {
        self.wait_until("the end of the program", |state| state.exit.filter(|_| state.is_closed))
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
        assert_eq!(stopped.recv_timeout(DEADLINE), Ok(true), "the program did not stop; {}", self.describe());
    }

    /// Sends text unchanged, in one write.
    pub(crate) fn send_text(&self, text: &str) {
        self.shared.change(|state| {
            // Fails if the program has ended; the test then fails in its next wait.
            let _ = state.writer.as_mut().map(|writer| writer.write_all(text.as_bytes()));
        });
    }

    /// Sends the parts one by one, each after the program has read the previous one, as over a slow link.
    #[track_caller]
    pub(crate) fn send_in_reads<'a>(&self, reads: impl IntoIterator<Item = &'a [u8]>) {
        for bytes in reads {
            self.shared.change(|state| state.writer.as_mut().map(|writer| writer.write_all(bytes)));
            self.wait_read();
        }
    }

    /// Waits until the program has read all input.
    #[track_caller]
    pub(crate) fn wait_read(&self) {
        let deadline = Instant::now() + DEADLINE;
        let unread = |state: &mut TerminalState| state.line.as_ref().and_then(|line| rustix::io::ioctl_fionread(line).ok());
        while self.shared.change(unread).is_some_and(|unread| unread > 0) {
            assert!(Instant::now() < deadline, "what was sent is not read; {}", self.describe());
            std::thread::yield_now();
        }
    }

    pub(crate) fn send_key(&self, key: TerminalKey) {
        self.send_text(&key.sequence());
    }

    /// Pastes with the marks of bracketed paste, after waiting until the program has enabled them.
    #[track_caller]
    pub(crate) fn paste(&self, text: &str) {
        self.wait_for(vt100::Screen::bracketed_paste, "bracketed paste switched on");
        self.send_text(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Pastes as a terminal without bracketed paste does: as a burst of keys, with Enter for each line end.
    pub(crate) fn send_burst(&self, text: &str) {
        self.send_text(&text.replace('\n', "\r"));
    }

    pub(crate) fn resize(&self, size: (u16, u16)) {
        let (columns, rows) = screen_size(size);
        self.shared.change(|state| state.parser.set_size(rows, columns));
        resize(self.controller.as_ref().unwrap(), size).unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid, signal).unwrap();
    }

    /// Closes the terminal, as when its window is closed or the connection breaks.
    pub(crate) fn hang_up(&mut self) {
        let line = self.shared.change(|state| {
            state.is_hanging_up = true;
            state.line.as_ref().map(|line| line.try_clone().unwrap())
        });
        if let Some(mut line) = line {
            // One byte wakes the reader. It is written without the lock, because the reader may have to make room for it first.
            line.write_all(b"\0").unwrap();
        }
        let _ = self.reader.take().map(JoinHandle::join);
        self.shared.change(|state| drop(state.writer.take()));
        self.controller.take();
    }

    pub(crate) fn screen_text(&self) -> String {
        self.shared.change(|state| screen_text(state.parser.screen()))
    }

    /// Returns all bytes that the program has written.
    pub(crate) fn output(&self) -> Vec<u8> {
        self.shared.change(|state| state.output.clone())
    }

    /// Returns all modes that are on.
    pub(crate) fn modes(&self) -> Vec<TerminalMode> {
        self.shared.change(|state| TerminalMode::enabled(state.parser.screen()))
    }

    /// Returns the current line mode, or the one that the program left.
    pub(crate) fn line_mode(&self) -> LineMode {
        let mode = self.shared.change(|state| state.line.as_ref().and_then(LineMode::read).or(state.mode_at_exit));
        mode.unwrap_or_else(|| panic!("the terminal has gone away and tells nothing; {}", self.describe()))
    }

    /// Returns the number of queries that the program sent to the terminal.
    pub(crate) fn query_count(&self) -> usize {
        self.shared.change(|state| state.parser.callbacks().query_count)
    }

    /// Returns the last text that was sent to the terminal's clipboard, in base64.
    pub(crate) fn clipboard(&self) -> Option<String> {
        self.shared.change(|state| state.parser.callbacks().clipboard.clone())
    }

    /// Checks that the terminal was restored for the shell.
    #[track_caller]
    pub(crate) fn assert_restored(&self) {
        assert_eq!((self.modes(), self.line_mode()), (Vec::new(), LineMode::COOKED), "{}", self.describe());
    }

    #[track_caller]
    fn wait_until<T>(&self, what: &str, mut check: impl FnMut(&TerminalState) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        let mut state = self.shared.lock();
        loop {
            if let Some(found) = check(&state) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.is_closed && state.exit.is_some() {
                drop(state);
                panic!("waited in vain for {what}; {}", self.describe());
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn describe(&self) -> String {
        let exit = self.shared.change(|state| state.exit);
        let end = exit.map_or("it is still running".into(), |exit| format!("it ended: {exit}"));
        format!("{end}; {:?}; the screen:\n{}\n---", self.modes(), self.screen_text())
    }
}

impl Drop for TestTerminal {
    fn drop(&mut self) {
        let running = self.shared.change(|state| state.exit.is_none());
        if running {
            let _ = rustix::process::kill_process_group(self.pid, Signal::KILL);
        }
    }
}

impl SharedState {
    fn lock(&self) -> MutexGuard<'_, TerminalState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut TerminalState) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    fn read_all(&self, mut output: File) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            let hanging_up = self.change(|state| {
                state.output.extend_from_slice(&buffer[..count]);
                state.parser.process(&buffer[..count]);
                let answer = std::mem::take(&mut state.parser.callbacks_mut().pending_input);
                let _ = state.writer.as_mut().map(|writer| writer.write_all(&answer));
                state.is_hanging_up
            });
            if hanging_up {
                break;
            }
        }
        drop(output);
        self.change(|state| state.is_closed = true);
    }
}

/// Returns the text of the screen, line by line. Unwritten cells count as spaces.
pub(crate) fn screen_text(screen: &vt100::Screen) -> String {
    let contents = screen.contents();
    contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn screen_size((columns, rows): (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(columns).unwrap(), NonZeroU16::new(rows).unwrap())
}
