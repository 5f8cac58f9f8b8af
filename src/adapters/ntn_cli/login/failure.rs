//! Maps a failed run of `ntn` to a problem, by its exit code and its error text.

use crate::adapters::process::error_tail::error_tail;
use crate::adapters::process::program::RunError;
use crate::domain::problem::{Problem, ProblemCode};
use std::process::ExitStatus;

/// `ntn`'s code for a failure on this machine: files, keyring.
const LOCAL_FAILURE_CODE: i32 = 1;

/// Texts in `ntn`'s errors and the problems that they mean; the first that fits counts. Those of 0.4.0 were observed, those of
/// newer versions are documented or reported.
const KNOWN_ERRORS: [(&str, ProblemCode); 15] = [
    // First, because the server's own text follows.
    ("failed: 401", ProblemCode::LoginRefused),
    ("failed: 403", ProblemCode::LoginRefused),
    ("failed: 429", ProblemCode::LoginInterrupted),
    ("failed: 5", ProblemCode::LoginInterrupted),
    ("No pending login", ProblemCode::NoPendingLogin),
    ("session expired", ProblemCode::LoginExpired),
    ("session has expired", ProblemCode::LoginExpired),
    ("unknown variant `denied`", ProblemCode::LoginRefused),
    ("keychain", ProblemCode::LoginNotStored),
    ("keyring", ProblemCode::LoginNotStored),
    ("Failed to start login", ProblemCode::LoginUnreachable),
    ("request failed", ProblemCode::LoginUnreachable),
    ("error sending request", ProblemCode::LoginUnreachable),
    ("error reading a body from connection", ProblemCode::LoginUnreachable),
    // Last, because the response of a connection that broke off is parsed too.
    ("Failed to parse login", ProblemCode::LoginInterrupted),
];

/// Returns the problem of a run without a result.
pub fn not_run_problem(error: &RunError) -> Problem {
    Problem::new(ProblemCode::NtnFailed).with_evidence(error.to_string())
}

/// Returns the problem of a run that did not succeed.
pub fn run_problem(command: &str, status: ExitStatus, output: &[String]) -> Problem {
    let error_text = error_tail(output, status);
    let meaning = KNOWN_ERRORS.iter().find(|(sign, _)| error_text.contains(sign)).map(|(_, code)| *code);
    let code = match (meaning, status.code()) {
        (Some(code), Some(_)) => code,
        (None, Some(LOCAL_FAILURE_CODE)) if error_text.contains(".json") => ProblemCode::LoginNotStored,
        _ => ProblemCode::NtnFailed,
    };
    let declined = if error_text.contains("`denied`") { "it was declined: " } else { "" };
    let error_text = if error_text.is_empty() { "said nothing" } else { &error_text };
    Problem::new(code).with_evidence(format!("{declined}{command}: {error_text} ({status})"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn problem(exit_code: i32, output: &str) -> Problem {
        let output: Vec<String> = output.lines().map(str::to_owned).collect();
        run_problem("ntn login", ExitStatus::from_raw(exit_code << 8), &output)
    }

    #[test]
    fn the_last_error_and_its_causes_are_the_evidence() {
        let output = "error: an early one\n\n  ABCD-1234\n\nerror: Login redeem failed: 403 Forbidden {}\n  hint: \u{1b}ask\n";
        let problem = problem(5, output);
        assert_eq!(problem.code, ProblemCode::LoginRefused);
        let evidence = "ntn login: error: Login redeem failed: 403 Forbidden {}; hint: ask (exit status: 5)";
        assert_eq!(problem.evidence.as_deref(), Some(evidence));
    }

    #[test]
    fn a_token_that_is_quoted_is_left_out() {
        let output = "error: request failed: 400 Bad Request {\"token\":\"ntn_fake_member_0000000000000000000000000000\"}";
        let evidence = "ntn login: error: request failed: 400 Bad Request {\"token\":\"(withheld)\"} (exit status: 5)";
        assert_eq!(problem(5, output).evidence.as_deref(), Some(evidence));
    }

    #[test]
    fn silence_and_signals_are_said_as_such() {
        assert_eq!(problem(4, "").evidence.as_deref(), Some("ntn login: said nothing (exit status: 4)"));
        let killed = run_problem("ntn login", ExitStatus::from_raw(9), &["Failed to create keychain entry".into()]);
        assert_eq!(killed.code, ProblemCode::NtnFailed, "it did not end by itself, so its words are not its end");
        assert!(killed.evidence.is_some_and(|evidence| evidence.ends_with("(signal: 9 (SIGKILL))")));
    }
}
