//! Reads secrets from standard input, as a whole or line by line.

use super::plain::EchoControl;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::{Secret, WipingBuffer};
use std::io::{self, BufRead, Read};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Maximum length of a line; a token is far shorter.
const MAX_LINE_BYTES: u64 = 64 * 1024;
/// Initial capacity for a line: the limit, and some room so that the buffer never grows.
const LINE_CAPACITY: usize = 65 * 1024;

/// Maximum length of the whole input, which may be a file that contains a token among other things.
const MAX_INPUT_BYTES: usize = 16 * 1024 * 1024;
const CHUNK_BYTES: usize = 8 * 1024;

/// Reads standard input to its end.
pub fn read_all() -> Result<Secret, Problem> {
    let mut input = WipingBuffer::default();
    let mut chunk = Zeroizing::new([0; CHUNK_BYTES]);
    let mut stdin = io::stdin().lock();
    loop {
        let length = match stdin.read(chunk.as_mut_slice()) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(read_problem(error)),
        };
        input.extend(chunk.get(..length).unwrap_or_default());
        if input.len() > MAX_INPUT_BYTES {
            return Err(Problem::new(ProblemCode::NotAToken).with_evidence("Standard input is longer than 16 MB."));
        }
    }
    let input = input.into_bytes();
    decode_text(&input)
}

/// Reads the next line without its line end. Returns an empty text at the end of the input.
pub fn read_line() -> Result<Secret, Problem> {
    Ok(read_next_line()?.unwrap_or_default())
}

/// Reads the answer to a question that asks for no secret, without the spaces around it.
pub fn read_answer() -> Result<String, Problem> {
    let mut line = String::new();
    io::stdin().lock().take(MAX_LINE_BYTES).read_line(&mut line).map_err(read_problem)?;
    Ok(line.trim().to_owned())
}

/// True for a yes; anything else is a no.
pub fn is_yes(answer: &str) -> bool {
    ["y", "yes"].into_iter().any(|yes| answer.eq_ignore_ascii_case(yes))
}

/// Reads an answer on a thread, so that the person can press Ctrl-C instead.
pub async fn ask() -> Result<String, Problem> {
    on_thread(read_answer).await
}

/// Reads a secret on a thread. The terminal does not show what is typed.
pub async fn ask_hidden() -> Result<Secret, Problem> {
    // Dropping it turns the echo on again, even if the wait is cancelled.
    let mut echo = EchoControl::default();
    echo.hide().map_err(read_problem)?;
    let line = on_thread(read_line).await;
    echo.show().map_err(read_problem)?;
    line
}

async fn on_thread<T: Send + 'static>(read: fn() -> Result<T, Problem>) -> Result<T, Problem> {
    let (sender, answer) = oneshot::channel();
    let read_and_send = move || {
        // The receiver is gone if the person has cancelled.
        let _ = sender.send(read());
    };
    let started = std::thread::Builder::new().name("standard input".into()).spawn(read_and_send);
    started.map_err(|error| Problem::bug(format!("no thread for standard input: {error}")))?;
    answer.await.unwrap_or_else(|_| Err(Problem::bug("reading standard input ended early")))
}

/// Returns `None` at the end of the input.
fn read_next_line() -> Result<Option<Secret>, Problem> {
    // Full capacity from the start, because a buffer that grows leaves copies in memory.
    let mut input = Zeroizing::new(Vec::with_capacity(LINE_CAPACITY));
    let length = io::stdin().lock().take(MAX_LINE_BYTES).read_until(b'\n', &mut input).map_err(read_problem)?;
    (length > 0).then(|| decode_text(input.trim_ascii_end())).transpose()
}

/// Returns a channel of the following lines. A thread reads them, because reading blocks; it ends with the input or the program.
pub fn spawn_line_reader() -> Result<UnboundedReceiver<Secret>, Problem> {
    let (sender, lines) = unbounded_channel();
    let read = move || {
        while let Ok(Some(line)) = read_next_line() {
            // Empty lines are skipped: people press Enter to see whether the program responds.
            if !line.is_empty() && sender.send(line).is_err() {
                break;
            }
        }
    };
    let started = std::thread::Builder::new().name("standard input".into()).spawn(read);
    started.map(|_| lines).map_err(|error| Problem::bug(format!("no thread for standard input: {error}")))
}

/// Decodes UTF-8, or UTF-16 with a byte order mark, which Windows PowerShell writes into files.
fn decode_text(input: &[u8]) -> Result<Secret, Problem> {
    let no_text = || Problem::new(ProblemCode::NotAToken).with_evidence("Standard input is not UTF-8 text.");
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

#[expect(clippy::needless_pass_by_value, reason = "map_err passes the error by value")]
fn read_problem(error: io::Error) -> Problem {
    Problem::bug(format!("standard input: {error}"))
}
