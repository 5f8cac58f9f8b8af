//! Reads typed lines on a thread of its own, because reading blocks.

use crate::domain::secret::{Secret, WipingBuffer};
use std::io::{self, BufRead};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Maximum length of a line; a terminal's own limit is smaller.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// Maximum length of a paste of several lines. The rest is read and dropped.
const MAX_PASTE_BYTES: usize = 64 * 1024;

/// Milliseconds within which a further line counts as part of a paste.
#[cfg(unix)]
const PASTE_GAP_MILLIS: i64 = 12;

pub(super) enum InputLine {
    /// A line without its line end, possibly a secret. A paste of several lines is one text; separate lines would answer prompts
    /// that nobody has read.
    Text(Secret),
    /// The end of the input.
    EndOfInput,
}

pub(super) struct LineReader(UnboundedReceiver<InputLine>);

impl LineReader {
    /// Starts the reading thread, which ends with the input or with the program.
    pub(super) fn spawn() -> io::Result<Self> {
        let (sender, lines) = unbounded_channel();
        std::thread::Builder::new().name("standard input".into()).spawn(move || forward_lines(&sender))?;
        Ok(Self(lines))
    }

    /// Returns the next line. It is cancel safe.
    pub(super) async fn read_line(&mut self) -> InputLine {
        match self.0.recv().await {
            Some(line) => line,
            // The end was reported once; the program may need a moment to finish.
            None => std::future::pending().await,
        }
    }
}

fn forward_lines(sender: &UnboundedSender<InputLine>) {
    while let Some(first) = next() {
        let mut text = WipingBuffer::default();
        text.extend(first.as_bytes().trim_ascii_end());
        // Line ends are kept only if more text follows.
        let mut line_ends = 0;
        while is_input_waiting() {
            let Some(line) = next() else { break };
            let line = line.as_bytes().trim_ascii_end();
            line_ends += 1;
            if !line.is_empty() && text.len() + line_ends + line.len() <= MAX_PASTE_BYTES {
                (0..std::mem::take(&mut line_ends)).for_each(|_| text.push(b'\n'));
                text.extend(line);
            }
        }
        if sender.send(InputLine::Text(text.into_secret())).is_err() {
            return;
        }
    }
    let _ = sender.send(InputLine::EndOfInput);
}

/// Returns `None` at the end of the input or on a read error.
fn next() -> Option<WipingBuffer> {
    let mut line = WipingBuffer::default();
    loop {
        let mut stdin = io::stdin().lock();
        let read = stdin.fill_buf().ok()?;
        let end = read.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(read.len(), |end| end + 1);
        line.extend(read.get(..taken.min(MAX_LINE_BYTES.saturating_sub(line.len()))).unwrap_or_default());
        stdin.consume(taken);
        if taken == 0 {
            return (!line.is_empty()).then_some(line);
        }
        if end.is_some() {
            return Some(line);
        }
    }
}

#[cfg(unix)]
fn is_input_waiting() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    matches!(poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: PASTE_GAP_MILLIS * 1_000_000 })), Ok(1..))
}

#[cfg(not(unix))]
fn is_input_waiting() -> bool {
    false
}
