//! Secrets on standard input: all of it, or line by line.

use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use std::io::{self, BufRead, Read};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use zeroize::Zeroizing;

/// A token is far shorter; no more than this is read of one.
const LIMIT: u64 = 64 * 1024;
/// The limit, and what a reader wants beyond it to see the end.
const ROOM: usize = 65 * 1024;

/// To its end.
pub fn all() -> Result<Secret, Problem> {
    // With its room from the start: what grows leaves copies behind.
    let mut input = Zeroizing::new(Vec::with_capacity(ROOM));
    io::stdin().take(LIMIT).read_to_end(&mut input).map_err(unread)?;
    text(&input)
}

/// The next line, without its end; empty where there is none.
pub fn line() -> Result<Secret, Problem> {
    Ok(next()?.unwrap_or_default())
}

/// `None` at the end of the input.
fn next() -> Result<Option<Secret>, Problem> {
    let mut input = Zeroizing::new(Vec::new());
    let length = io::stdin().lock().take(LIMIT).read_until(b'\n', &mut input).map_err(unread)?;
    (length > 0).then(|| text(input.trim_ascii_end())).transpose()
}

/// The lines that follow, as they come. Reading blocks, so that a thread does it; it ends with the input, or with the program.
pub fn lines() -> Result<UnboundedReceiver<Secret>, Problem> {
    let (sender, lines) = unbounded_channel();
    let read = move || {
        while let Ok(Some(line)) = next() {
            // Somebody presses Enter to see whether anybody is there.
            if !line.is_empty() && sender.send(line).is_err() {
                break;
            }
        }
    };
    let started = std::thread::Builder::new().name("standard input".into()).spawn(read);
    started.map(|_| lines).map_err(|error| Problem::bug(format!("no thread for standard input: {error}")))
}

fn text(input: &[u8]) -> Result<Secret, Problem> {
    let no_text = |_| Problem::new(ProblemCode::NotAToken).seen("Standard input is not UTF-8 text.");
    std::str::from_utf8(input).map(Secret::new).map_err(no_text)
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
fn unread(error: io::Error) -> Problem {
    Problem::bug(format!("standard input: {error}"))
}
