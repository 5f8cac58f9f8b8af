//! Lines on standard input and output, as an MCP server exchanges them with the agent that started it.
//!
//! A thread reads and a thread writes, because both block. The queues between them and the bridge are bounded.

use crate::domain::mcp::LongMessage;
use crate::domain::problem::Problem;
use crate::runtime::bridge::AgentLine;
use std::io::{self, BufRead, Read, Write};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Maximum number of queued lines. When a queue is full, its sender waits.
const QUEUE_LENGTH: usize = 16;

/// Time limit for writing the last lines.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// Returns a channel of the lines of standard input, which ends with it.
pub fn spawn_line_reader(max_bytes: usize) -> Result<Receiver<AgentLine>, Problem> {
    let (sender, lines) = channel(QUEUE_LENGTH);
    let read = move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(line)) = read_line(&mut input, max_bytes) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    };
    spawn("standard input", read)?;
    Ok(lines)
}

/// The thread that writes, whose end can be awaited.
pub struct WriterThread(oneshot::Receiver<()>);

impl WriterThread {
    /// Waits until every line is written, or the reader is gone or reads no more.
    pub async fn finish(self) {
        let _ = timeout(WRITE_TIMEOUT, self.0).await;
    }
}

/// Returns a channel to standard output. Each line is one write, and nothing else writes there. It closes when the reader is gone.
pub fn spawn_line_writer() -> Result<(Sender<Vec<u8>>, WriterThread), Problem> {
    let (sender, mut lines) = channel::<Vec<u8>>(QUEUE_LENGTH);
    let (ended, end) = oneshot::channel();
    let write = move || {
        let mut output = io::stdout().lock();
        while let Some(mut line) = lines.blocking_recv() {
            line.push(b'\n');
            if output.write_all(&line).and_then(|()| output.flush()).is_err() {
                break;
            }
        }
        // The receiver is gone if nobody waits for the end.
        let _ = ended.send(());
    };
    spawn("standard output", write)?;
    Ok((sender, WriterThread(end)))
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Problem> {
    let started = std::thread::Builder::new().name(name.into()).spawn(work);
    started.map(drop).map_err(|error| Problem::bug(format!("no thread for {name}: {error}")))
}

/// Reads the next non-empty line. Of a line that is too long, only the request id is kept; the rest is skipped.
fn read_line(input: &mut impl BufRead, max_bytes: usize) -> io::Result<Option<AgentLine>> {
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
        if input.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if !line.ends_with(b"\n") && line.len() > max_bytes {
            let mut message = LongMessage::default();
            message.push(&line);
            drop(line);
            skip_line(input, &mut message)?;
            return Ok(Some(AgentLine::TooLong(message.request_id())));
        }
        let trimmed = line.trim_ascii();
        if !trimmed.is_empty() {
            let is_trimmed = trimmed.len() == line.len();
            return Ok(Some(AgentLine::Message(if is_trimmed { line } else { trimmed.to_vec() })));
        }
    }
}

/// Reads the rest of a line, buffer by buffer.
fn skip_line(input: &mut impl BufRead, message: &mut LongMessage) -> io::Result<()> {
    loop {
        let available = input.fill_buf()?;
        let mut parts = available.splitn(2, |byte| *byte == b'\n');
        let part = parts.next().unwrap_or_default();
        let is_end = available.is_empty() || parts.next().is_some();
        message.push(part);
        let count = part.len() + usize::from(is_end && !available.is_empty());
        input.consume(count);
        if is_end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mcp::MessageInfo;

    fn lines(mut input: &[u8], max_bytes: usize) -> Vec<AgentLine> {
        std::iter::from_fn(|| read_line(&mut input, max_bytes).expect("memory")).collect()
    }

    #[test]
    fn empty_lines_are_skipped_and_the_last_one_needs_no_end() {
        let read = lines(b"{\"id\":1}\r\n\n  \n{\"id\":2}", 100);
        assert_eq!(read, [AgentLine::Message(b"{\"id\":1}".to_vec()), AgentLine::Message(b"{\"id\":2}".to_vec())]);
    }

    #[test]
    fn of_a_line_that_is_too_long_the_id_is_kept_wherever_it_stands() {
        let ids = |line: &str| match lines(format!("{line}\n{{}}\n").as_bytes(), 20).as_slice() {
            [AgentLine::TooLong(id), AgentLine::Message(next)] if next == b"{}" => id.clone(),
            other => panic!("{other:?}"),
        };
        let long = "x".repeat(100_000);
        let expected = MessageInfo::read(b"{\"id\":\"a\",\"method\":\"m\"}").expect("a message").requests.pop();
        assert_eq!(ids(&format!("{{\"id\":\"a\",\"method\":\"m\",\"params\":\"{long}\"}}")), expected);
        assert_eq!(ids(&format!("{{\"method\":\"m\",\"params\":[\"{long}\"],\"id\":\"a\"}}")), expected);
        assert_eq!(ids(&format!("{{\"params\":\"{long}")), None);
    }
}
