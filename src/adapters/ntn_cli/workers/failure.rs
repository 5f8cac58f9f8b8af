//! Maps a failed `ntn workers …` to a problem, by its exit code and its error text.

use crate::adapters::ntn_cli::installation::update_command;
use crate::adapters::process::error_tail::error_tail;
use crate::adapters::process::program::RunError;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::token_text::without_secrets;
use std::path::Path;
use std::process::ExitStatus;

/// `ntn`'s codes for wrong usage, and for a login that is missing or was refused.
const USAGE_ERROR_CODE: i32 = 2;
const AUTHENTICATION_ERROR_CODE: i32 = 4;

/// Texts in `ntn`'s errors and the problems that they mean; the first that fits counts. All were observed on 0.4.0 except the one
/// about the plan: it is in the binary, and its trigger was not found.
const KNOWN_ERRORS: [(&str, ProblemCode); 9] = [
    ("Business plan", ProblemCode::WorkersUnavailable),
    ("Ask a Workspace Admin", ProblemCode::WorkersUnavailable),
    ("Terms of Service", ProblemCode::WorkersTerms),
    ("Worker build failed", ProblemCode::WorkerBuildFailed),
    ("No worker ID found", ProblemCode::WorkerMissing),
    // The login exists, but cannot be read.
    ("keychain", ProblemCode::NtnNotLoggedIn),
    ("error sending request", ProblemCode::LoginUnreachable),
    ("error reading a body", ProblemCode::LoginUnreachable),
    ("request or response body error", ProblemCode::LoginUnreachable),
];

/// The beginning of a build's lines.
const BUILD_PREFIX: &str = "[build";

#[derive(Debug)]
pub struct WorkersFailure {
    pub code: ProblemCode,
    /// The message of `ntn` in one line; sanitised.
    pub message: String,
}

impl WorkersFailure {
    pub fn of_run(status: ExitStatus, output: &[String]) -> Self {
        let error_text = error_tail(output, status);
        let meaning = KNOWN_ERRORS.iter().find(|(sign, _)| error_text.contains(sign)).map(|(_, code)| *code);
        let code = match (meaning, status.code()) {
            (Some(code), Some(_)) => code,
            (None, Some(AUTHENTICATION_ERROR_CODE)) => ProblemCode::NtnNotLoggedIn,
            (None, Some(USAGE_ERROR_CODE)) => ProblemCode::NtnTooOld,
            (_, _) => ProblemCode::WorkerStepFailed,
        };
        let built = output.iter().map(|line| without_secrets(&sanitize(line))).rfind(|line| line.starts_with(BUILD_PREFIX));
        let line = match (code, built) {
            (ProblemCode::WorkerBuildFailed, Some(built)) => built,
            _ if error_text.is_empty() => format!("no output ({status})"),
            _ => error_text.strip_prefix("error: ").unwrap_or(&error_text).to_owned(),
        };
        Self { code, message: sanitize(&line) }
    }

    /// Adds the command that updates this `ntn`, if an update is needed.
    #[must_use]
    pub fn with_update(mut self, program: &Path) -> Self {
        if self.code == ProblemCode::NtnTooOld {
            self.message = sanitize(&format!("{}; to update ntn, run {}", self.message, update_command(program)));
        }
        self
    }

    /// The run has no result. `ntn` that does not end in time waits for Notion.
    pub fn not_run(error: &RunError) -> Self {
        let code = match error {
            RunError::TimedOut(_) => ProblemCode::LoginUnreachable,
            RunError::NotStarted(_) | RunError::Lost(_) => ProblemCode::NtnFailed,
        };
        Self { code, message: sanitize(&error.to_string()) }
    }

    pub fn unreadable(line: impl AsRef<str>) -> Self {
        Self { code: ProblemCode::WorkerStepFailed, message: sanitize(line.as_ref()) }
    }

    pub fn problem(&self) -> Problem {
        Problem::new(self.code).with_evidence(&self.message)
    }

    /// Returns the status of Notion's response, if `ntn` names it: `(404 Not Found SomeName)`, or `: 404 Not Found …`.
    pub fn http_status(&self) -> Option<u16> {
        let words = self.message.split_whitespace().map(|word| word.trim_start_matches('('));
        words.filter(|word| word.len() == 3).filter_map(|word| word.parse().ok()).find(|status| (400..600).contains(status))
    }

    /// True if the failure may be temporary.
    pub fn is_temporary(&self) -> bool {
        self.code == ProblemCode::LoginUnreachable || matches!(self.http_status(), Some(408 | 429 | 500..))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn failure(exit_code: i32, output: &str) -> WorkersFailure {
        let output: Vec<String> = output.lines().map(str::to_owned).collect();
        WorkersFailure::of_run(ExitStatus::from_raw(exit_code << 8), &output)
    }

    #[test]
    fn each_measured_ending_has_its_meaning() {
        for (exit_code, output, code, sign) in [
            (4, "error: No auth token found for the current workspace.\n  hint: Run", ProblemCode::NtnNotLoggedIn, "hint: Run"),
            (4, "error: Failed to update worker: unauthorized", ProblemCode::NtnNotLoggedIn, "Failed to update"),
            (1, "error: Failed to create keychain entry", ProblemCode::NtnNotLoggedIn, "keychain"),
            (
                5,
                "error: Terms of Service acceptance is required.\n hint: Run a workers command",
                ProblemCode::WorkersTerms,
                "Terms",
            ),
            (
                5,
                "error: Terms of Service acceptance is required.\n hint: Ask a Workspace Admin to",
                ProblemCode::WorkersUnavailable,
                "Admin",
            ),
            (5, "error: (403 X): Workers requires at least a Business plan", ProblemCode::WorkersUnavailable, "Business"),
            (
                5,
                "[build] npm ci\n[build:err] TS1005\nerror: Worker build failed.\n hint: x",
                ProblemCode::WorkerBuildFailed,
                "[build:err] TS1005",
            ),
            (5, "error: Worker build failed.", ProblemCode::WorkerBuildFailed, "Worker build failed."),
            (5, "error: No worker ID found. Provide", ProblemCode::WorkerMissing, "No worker ID"),
            (5, "error: Failed to x\n  caused by: error sending request for url", ProblemCode::LoginUnreachable, "caused by"),
            (5, "error: Failed to x (500 Internal Server Error X): words", ProblemCode::WorkerStepFailed, "500"),
            (1, "error: workers.json was created for the \"local\" environment", ProblemCode::WorkerStepFailed, "workers.json"),
            (2, "error: unexpected argument '--file' found", ProblemCode::NtnTooOld, "--file"),
            (3, "", ProblemCode::WorkerStepFailed, "no output"),
        ] {
            let failure = failure(exit_code, output);
            assert_eq!(failure.code, code, "{output}");
            assert!(failure.message.contains(sign) && !failure.message.starts_with("error"), "{}", failure.message);
        }
    }

    #[test]
    fn the_status_of_an_answer_is_found_where_ntn_puts_it() {
        for (line, status, may_pass) in [
            ("error: Failed to get OAuth token (404 Not Found SomeError): words", Some(404), false),
            ("error: Failed to get OAuth token: 429 Too Many Requests", Some(429), true),
            ("error: Failed to get OAuth token (503 Service Unavailable X): words", Some(503), true),
            ("error: Failed to parse get OAuth token response", None, false),
            ("error: x\n  caused by: error sending request for url", None, true),
        ] {
            let failure = failure(5, line);
            assert_eq!((failure.http_status(), failure.is_temporary()), (status, may_pass), "{line}");
        }
    }
}
