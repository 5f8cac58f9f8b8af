//! Runs a program and reports every line as it comes: without escape codes, of a bounded length, and no more of them than a person reads.

use super::run::Run;
use crate::domain::sanitize::sanitize;
use crate::runtime::ports::Tell;
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
const LONGEST: usize = 4096;
/// Maximum number of lines that are reported. Later ones are still read, so that the program goes on.
const MOST: usize = 2000;
/// Number of last lines that are kept, to explain a failure.
const KEPT: usize = 40;
/// Time to drain the streams after the end: a process that the program leaves running may hold them open for ever.
const GRACE: Duration = Duration::from_millis(500);

pub struct Ended {
    pub status: ExitStatus,
    /// The last lines.
    pub said: Vec<String>,
    /// The first line that mentions an error: npm's last line names a log, not the reason.
    error: Option<String>,
}

impl Ended {
    pub fn last(&self) -> &str {
        self.said.last().map_or("", String::as_str)
    }

    /// Returns the line that says most about a failure.
    pub fn telling(&self) -> &str {
        self.error.as_deref().unwrap_or(self.last())
    }
}

/// Runs a program to its end. The error is the reason of a failed start, for a person.
pub async fn to_end(
    program: &Path,
    arguments: &[impl AsRef<OsStr>],
    variables: &[(&str, &OsStr)],
    folder: &Path,
    tell: &Tell<String>,
) -> Result<Ended, String> {
    let mut run = Run::start(program, arguments, variables, folder).map_err(|error| format!("it cannot be started: {error}"))?;
    let heard = Mutex::new(Heard::default());
    let status = listen(&mut run, &|line| Heard::hear(&heard, line, tell)).await;
    run.family.forget();
    let status = status.map_err(|error| format!("its end was missed: {error}"))?;
    let Heard { said, error, .. } = heard.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Ended { status, said: said.into(), error })
}

async fn listen(run: &mut Run, hear: &impl Fn(&[u8])) -> io::Result<ExitStatus> {
    let (out, err) = (run.child.stdout.take(), run.child.stderr.take());
    let mut reading = pin!(async { tokio::join!(each_line(out, hear), each_line(err, hear)) });
    tokio::select! {
        _ = &mut reading => run.child.wait().await,
        status = run.child.wait() => {
            let _ = tokio::time::timeout(GRACE, reading).await;
            status
        }
    }
}

#[derive(Default)]
struct Heard {
    lines: usize,
    said: VecDeque<String>,
    error: Option<String>,
}

impl Heard {
    /// Adds a line of either stream.
    fn hear(heard: &Mutex<Self>, line: &[u8], tell: &Tell<String>) {
        let line = plain(line);
        if line.is_empty() {
            return;
        }
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.lines += 1;
        if heard.error.is_none() && line.to_ascii_lowercase().contains("error") {
            heard.error = Some(line.clone());
        }
        if heard.said.len() == KEPT {
            heard.said.pop_front();
        }
        heard.said.push_back(line.clone());
        if heard.lines <= MOST {
            tell(line);
        }
    }
}

/// Removes escape codes, and sanitises.
pub fn plain(line: &[u8]) -> String {
    sanitize(&String::from_utf8_lossy(&anstream::adapter::strip_bytes(line).into_vec()))
}

/// Calls `hear` with each line. A line also ends where a progress bar returns to its beginning.
async fn each_line(stream: Option<impl AsyncRead + Unpin>, hear: &impl Fn(&[u8])) {
    let Some(mut stream) = stream else { return };
    let mut chunk = [0; 4096];
    let mut line = Vec::new();
    // Bytes that were read before an error still count.
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        for byte in chunk.iter().take(count) {
            if matches!(byte, b'\n' | b'\r') {
                hear(&line);
                line.clear();
            } else if line.len() < LONGEST {
                line.push(*byte);
            }
        }
    }
    hear(&line);
}
