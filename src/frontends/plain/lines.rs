//! What is typed, line by line, while everything else goes on: a thread reads, because reading blocks.

use crate::domain::secret::Secret;
use std::io::{self, BufRead, Read};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zeroize::Zeroizing;

/// No more than this is read of one line; a terminal gives less.
const LIMIT: u64 = 64 * 1024;

/// A line that follows another within this many milliseconds was not typed by hand.
#[cfg(unix)]
const AT_ONCE: i64 = 12;

pub(super) enum Line {
    Text {
        /// Without its end. It may be a secret.
        text: Secret,
        /// It came together with the line before it.
        follows_at_once: bool,
    },
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
    let mut follows_at_once = false;
    while let Some(text) = next() {
        if sender.send(Line::Text { text, follows_at_once }).is_err() {
            return;
        }
        follows_at_once = is_more_there();
    }
    let _ = sender.send(Line::End);
}

/// `None` at the end of the input, and where it cannot be read.
fn next() -> Option<Secret> {
    let mut input = Zeroizing::new(Vec::new());
    let length = io::stdin().lock().take(LIMIT).read_until(b'\n', &mut input).ok()?;
    (length > 0).then(|| Secret::new(String::from_utf8_lossy(input.trim_ascii_end())))
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
