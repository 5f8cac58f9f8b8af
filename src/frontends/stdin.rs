//! Secrets on standard input: all of it, or line by line.

use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::{Secret, WipingBuffer};
use std::io::{self, BufRead, Read};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use zeroize::Zeroizing;

/// A token is far shorter; no more than this is read of a line.
const LINE_LIMIT: u64 = 64 * 1024;
/// The limit, and what a reader wants beyond it to see the end.
const LINE_ROOM: usize = 65 * 1024;

/// A file that holds a token among other things may be long, but not as long as that.
const LIMIT: usize = 16 * 1024 * 1024;
const CHUNK: usize = 8 * 1024;

/// To its end.
pub fn all() -> Result<Secret, Problem> {
    let mut input = WipingBuffer::default();
    let mut chunk = Zeroizing::new([0; CHUNK]);
    let mut stdin = io::stdin().lock();
    loop {
        let length = match stdin.read(chunk.as_mut_slice()) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unread(error)),
        };
        input.extend(chunk.get(..length).unwrap_or_default());
        if input.len() > LIMIT {
            return Err(Problem::new(ProblemCode::NotAToken).seen("Standard input is longer than 16 MB."));
        }
    }
    let input = input.into_bytes();
    text(&input)
}

/// The next line, without its end; empty where there is none.
pub fn line() -> Result<Secret, Problem> {
    Ok(next()?.unwrap_or_default())
}

/// `None` at the end of the input.
fn next() -> Result<Option<Secret>, Problem> {
    // With its room from the start: what grows leaves copies behind.
    let mut input = Zeroizing::new(Vec::with_capacity(LINE_ROOM));
    let length = io::stdin().lock().take(LINE_LIMIT).read_until(b'\n', &mut input).map_err(unread)?;
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

/// UTF-8, or UTF-16 with a byte order mark, which is what older PowerShells write into files.
fn text(input: &[u8]) -> Result<Secret, Problem> {
    let no_text = || Problem::new(ProblemCode::NotAToken).seen("Standard input is not UTF-8 text.");
    let from_utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Zeroizing<Vec<u16>> =
            Zeroizing::new(bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit)).collect());
        String::from_utf16(&units).map(Secret::new).map_err(|_| no_text())
    };
    match input {
        [0xff, 0xfe, rest @ ..] => from_utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => from_utf16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(input).map(Secret::new).map_err(|_| no_text()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
fn unread(error: io::Error) -> Problem {
    Problem::bug(format!("standard input: {error}"))
}
