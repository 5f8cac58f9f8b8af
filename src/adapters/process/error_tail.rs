//! Extracts the error from `ntn`'s output.

use crate::domain::sanitize::sanitize;
use crate::domain::token_text::without_secrets;
use std::process::ExitStatus;

/// From the last error on: its causes and hints follow it. Without one, the last line, unless it was killed: then nothing
/// that it had said is about its end. An error may quote a server's answer, and that a token: secrets are left out.
pub fn error_tail(output: &[String], status: ExitStatus) -> String {
    let lines: Vec<String> = output.iter().map(|line| without_secrets(&sanitize(line))).filter(|line| !line.is_empty()).collect();
    let without_error = if status.code().is_some() { lines.len().saturating_sub(1) } else { lines.len() };
    let start = lines.iter().rposition(|line| line.starts_with("error")).unwrap_or(without_error);
    lines.get(start..).unwrap_or_default().join("; ")
}
