//! What a failed run of `ntn` means, by its exit code and its last words.

use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use std::process::ExitStatus;

/// `ntn`'s code for a failure on this machine: files, keyring.
const LOCAL: i32 = 1;

/// What is to be found in `ntn`'s words, and what it means; the first that fits. The words of 0.4.0 are measured, those of
/// newer versions documented or reported.
const MEANINGS: [(&str, ProblemCode); 12] = [
    ("No pending login", ProblemCode::NoPendingLogin),
    ("session expired", ProblemCode::LoginExpired),
    ("session has expired", ProblemCode::LoginExpired),
    ("unknown variant `denied`", ProblemCode::LoginRefused),
    ("failed: 401", ProblemCode::LoginRefused),
    ("failed: 403", ProblemCode::LoginRefused),
    ("keychain", ProblemCode::LoginNotStored),
    ("keyring", ProblemCode::LoginNotStored),
    ("Failed to start login", ProblemCode::LoginUnreachable),
    ("request failed", ProblemCode::LoginUnreachable),
    ("error sending request", ProblemCode::LoginUnreachable),
    ("error decoding response body", ProblemCode::LoginUnreachable),
];

/// The problem of a run that did not succeed.
pub fn of(command: &str, status: ExitStatus, said: &[String]) -> Problem {
    let words = last_words(said);
    let meaning = MEANINGS.iter().find(|(sign, _)| words.contains(sign)).map(|(_, code)| *code);
    let code = match (meaning, status.code()) {
        (Some(code), Some(_)) => code,
        (None, Some(LOCAL)) if words.contains(".json") => ProblemCode::LoginNotStored,
        _ => ProblemCode::NtnFailed,
    };
    let declined = if words.contains("`denied`") { "it was declined: " } else { "" };
    let words = if words.is_empty() { "said nothing" } else { &words };
    Problem::new(code).seen(format!("{declined}{command}: {words} ({status})"))
}

/// From the last error on: its causes and hints follow it. Without one, the last line.
fn last_words(said: &[String]) -> String {
    let lines: Vec<String> = said.iter().map(|line| sanitize(line)).filter(|line| !line.is_empty()).collect();
    let start = lines.iter().rposition(|line| line.starts_with("error")).unwrap_or(lines.len().saturating_sub(1));
    lines.get(start..).unwrap_or_default().join("; ")
}
