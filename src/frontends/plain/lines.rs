//! What is typed, line by line, while everything else goes on: a thread reads, because reading blocks.

use crate::domain::secret::{Secret, WipingBuffer};
use std::io::{self, BufRead};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// No more than this is read of one line; a terminal gives less.
const LINE_LIMIT: usize = 64 * 1024;

/// Longest text of several lines at once. What is pasted beyond it is read and dropped.
const PASTE_LIMIT: usize = 64 * 1024;

/// A line that follows another within this many milliseconds was not typed by hand.
#[cfg(unix)]
const AT_ONCE: i64 = 12;

pub(super) enum Line {
    /// Without its end. It may be a secret. Several lines at once are one text, as they were pasted: each for itself would answer
    /// a question that nobody has read.
    Text(Secret),
    /// There is no more.
    End,
}

pub(super) struct TypedLines(UnboundedReceiver<Line>);

impl TypedLines {
    /// Begins to read. The thread ends with the input, or with the program.
    pub(super) fn read() -> io::Result<Self> {
        let (sender, lines) = unbounded_channel();
        std::thread::Builder::new().name("standard input".into()).spawn(move || read_all(&sender))?;
        Ok(Self(lines))
    }

    /// The next one. Dropping the wait loses none.
    pub(super) async fn next(&mut self) -> Line {
        match self.0.recv().await {
            Some(line) => line,
            // Its end was told once: what it led to may take a moment.
            None => std::future::pending().await,
        }
    }
}

fn read_all(sender: &UnboundedSender<Line>) {
    while let Some(first) = next() {
        let mut text = WipingBuffer::default();
        text.extend(first.as_bytes().trim_ascii_end());
        // Line ends behind a paste belong to it, so they wait for more text.
        let mut line_ends = 0;
        while is_more_there() {
            let Some(line) = next() else { break };
            let line = line.as_bytes().trim_ascii_end();
            line_ends += 1;
            if !line.is_empty() && text.len() + line_ends + line.len() <= PASTE_LIMIT {
                (0..std::mem::take(&mut line_ends)).for_each(|_| text.push(b'\n'));
                text.extend(line);
            }
        }
        if sender.send(Line::Text(text.into_secret())).is_err() {
            return;
        }
    }
    let _ = sender.send(Line::End);
}

/// `None` at the end of the input, and where it cannot be read.
fn next() -> Option<WipingBuffer> {
    let mut line = WipingBuffer::default();
    loop {
        let mut stdin = io::stdin().lock();
        let read = stdin.fill_buf().ok()?;
        let end = read.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(read.len(), |end| end + 1);
        line.extend(read.get(..taken.min(LINE_LIMIT.saturating_sub(line.len()))).unwrap_or_default());
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
fn is_more_there() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    matches!(poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: AT_ONCE * 1_000_000 })), Ok(1..))
}

#[cfg(not(unix))]
fn is_more_there() -> bool {
    false
}
