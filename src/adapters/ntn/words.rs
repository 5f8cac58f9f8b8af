//! Extracts the error from `ntn`'s output.

use crate::domain::sanitize::sanitize;
use std::process::ExitStatus;

/// Returns the text from the last error on, because its causes and hints follow it. Without an error, returns the last line, unless
/// the program was killed: then no line is about its end.
pub fn last_words(said: &[String], status: ExitStatus) -> String {
    let lines: Vec<String> = said.iter().map(|line| sanitize(line)).filter(|line| !line.is_empty()).collect();
    let without_error = if status.code().is_some() { lines.len().saturating_sub(1) } else { lines.len() };
    let start = lines.iter().rposition(|line| line.starts_with("error")).unwrap_or(without_error);
    lines.get(start..).unwrap_or_default().join("; ")
}
