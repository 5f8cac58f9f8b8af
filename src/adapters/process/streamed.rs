//! Runs a program and reports every line as it comes: without escape codes, of a bounded length, and no more of them than a person reads.

use super::captured::RunningProgram;
use crate::domain::sanitize::sanitize;
use crate::runtime::ports::ProgressCallback;
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::ExitStatus;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Maximum bytes of a line; far more than is shown of one.
const MAX_LINE_BYTES: usize = 4096;
/// Maximum number of lines that are reported. Later ones are still read, so that the program goes on.
const MAX_REPORTED_LINES: usize = 2000;
/// Number of last lines that are kept, to explain a failure.
const TAIL_LINES: usize = 40;
/// Time to drain the streams after the end: a process that the program leaves running may hold them open for ever.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(500);

pub struct StreamedOutput {
    pub status: ExitStatus,
    /// The last lines.
    pub tail: Vec<String>,
    /// The first line that mentions an error: npm's last line names a log, not the reason.
    error: Option<String>,
}

impl StreamedOutput {
    pub fn last_line(&self) -> &str {
        self.tail.last().map_or("", String::as_str)
    }

    /// Returns the line that says most about a failure.
    pub fn error_line(&self) -> &str {
        self.error.as_deref().unwrap_or(self.last_line())
    }
}

/// Runs a program to its end. The error is the reason of a failed start, for a person.
pub async fn run_streamed(
    program: &Path,
    arguments: &[impl AsRef<OsStr>],
    variables: &[(&str, &OsStr)],
    folder: &Path,
    tell: &ProgressCallback<String>,
) -> Result<StreamedOutput, String> {
    let mut run =
        RunningProgram::start(program, arguments, variables, folder).map_err(|error| format!("it cannot be started: {error}"))?;
    let heard = Mutex::new(LineCollector::default());
    let status = read_until_exit(&mut run, &|line| LineCollector::push(&heard, line, tell)).await;
    run.group.disarm();
    let status = status.map_err(|error| format!("its end was missed: {error}"))?;
    let LineCollector { tail: said, error, .. } = heard.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(StreamedOutput { status, tail: said.into(), error })
}

async fn read_until_exit(run: &mut RunningProgram, hear: &impl Fn(&[u8])) -> io::Result<ExitStatus> {
    let (out, err) = (run.child.stdout.take(), run.child.stderr.take());
    let mut reading = pin!(async { tokio::join!(for_each_line(out, hear), for_each_line(err, hear)) });
    tokio::select! {
        _ = &mut reading => run.child.wait().await,
        status = run.child.wait() => {
            let _ = tokio::time::timeout(DRAIN_TIMEOUT, reading).await;
            status
        }
    }
}

#[derive(Default)]
struct LineCollector {
    line_count: usize,
    tail: VecDeque<String>,
    error: Option<String>,
}

impl LineCollector {
    /// Adds a line of either stream.
    fn push(heard: &Mutex<Self>, line: &[u8], tell: &ProgressCallback<String>) {
        let line = clean_line(line);
        if line.is_empty() {
            return;
        }
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.line_count += 1;
        if heard.error.is_none() && line.to_ascii_lowercase().contains("error") {
            heard.error = Some(line.clone());
        }
        if heard.tail.len() == TAIL_LINES {
            heard.tail.pop_front();
        }
        heard.tail.push_back(line.clone());
        if heard.line_count <= MAX_REPORTED_LINES {
            tell(line);
        }
    }
}

/// Removes escape codes, and sanitises.
pub fn clean_line(line: &[u8]) -> String {
    sanitize(&String::from_utf8_lossy(&anstream::adapter::strip_bytes(line).into_vec()))
}

/// Calls `hear` with each line. A line also ends where a progress bar returns to its beginning.
async fn for_each_line(stream: Option<impl AsyncRead + Unpin>, hear: &impl Fn(&[u8])) {
    let Some(mut stream) = stream else { return };
    let mut chunk = [0; 4096];
    let mut line = Vec::new();
    // Bytes that were read before an error still count.
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        for byte in chunk.iter().take(count) {
            if matches!(byte, b'\n' | b'\r') {
                hear(&line);
                line.clear();
            } else if line.len() < MAX_LINE_BYTES {
                line.push(*byte);
            }
        }
    }
    hear(&line);
}
