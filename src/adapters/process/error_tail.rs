//! Extracts the error from `ntn`'s output.

use crate::domain::sanitize::sanitize;
use crate::domain::token_text::without_secrets;
use std::process::ExitStatus;

/// Returns the output from the last error on, because its causes and hints follow it. Without an error, returns the last line, or
/// nothing if `ntn` was killed: then no line explains its end. Secrets are left out, because an error may quote a server's answer.
pub fn error_tail(output: &[String], status: ExitStatus) -> String {
    let lines: Vec<String> = output.iter().map(|line| without_secrets(&sanitize(line))).filter(|line| !line.is_empty()).collect();
    let without_error = if status.code().is_some() { lines.len().saturating_sub(1) } else { lines.len() };
    let start = lines.iter().rposition(|line| line.starts_with("error")).unwrap_or(without_error);
    lines.get(start..).unwrap_or_default().join("; ")
}
