//! Running a program: what is kept of its output, what it is given, and that nothing of it is left behind.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "looks at what a program wrote")]

use crate::support::deadline::DEADLINE;
use notion_auth::adapters::process::program::{MAX_CAPTURED_BYTES, Program, RunError};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::ProgressCallback;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// A shell with these lines.
fn shell(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script]).environment([("PATH", "/usr/bin:/bin")]).time_limit(DEADLINE)
}

#[tokio::test]
async fn output_beyond_the_limit_is_read_and_not_kept() {
    let answer = shell("yes 12345678 | head -c 1000000 || exit 3; yes 12345678 | head -c 1000000 >&2 || exit 4; exit 7");
    let answer = answer.capture().await.unwrap();
    assert_eq!(answer.status.code(), Some(7));
    for kept in [&answer.stdout, &answer.stderr] {
        assert_eq!(kept.len(), MAX_CAPTURED_BYTES);
        assert!(kept.starts_with(b"12345678\n12345678\n"));
    }
}

/// A session of its own is out of the reach of the terminal and of the group.
#[tokio::test]
async fn a_program_has_ended_even_if_another_session_holds_its_output() {
    let folder = TempDir::new().unwrap();
    let (end, number) = (folder.path().join("end"), folder.path().join("number"));
    let held = format!("echo $$ >{}; until [ -e {} ]; do sleep 0.1; done", number.display(), end.display());
    let script = format!("setsid sh -c '{held}' & until [ -s {} ]; do sleep 0.01; done; echo done", number.display());
    let answer = shell(&script).capture().await;
    std::fs::write(end, "").unwrap();
    let answer = answer.unwrap();
    assert_eq!((answer.status.code(), answer.lines()), (Some(0), vec!["done".to_owned()]));
}

#[tokio::test]
async fn at_the_time_limit_the_whole_group_is_killed() {
    let folder = TempDir::new().unwrap();
    let alive = folder.path().join("alive");
    let script = format!("mkfifo {0}; trap '' HUP; sleep 60 3<>{0} & sleep 60", alive.display());
    let limited = shell(&script).time_limit(Duration::from_secs(2)).capture();
    let (ended, ()) = tokio::join!(limited, wait_until("the pipe is open", || is_open(&alive)));
    assert!(matches!(ended, Err(RunError::TimedOut(_))));
    wait_until("nobody has the pipe open", || !is_open(&alive)).await;
}

/// Opening a named pipe for writing fails if nobody reads from it.
fn is_open(pipe: &Path) -> bool {
    use rustix::fs::{Mode, OFlags, open};
    open(pipe, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).is_ok()
}

async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(DEADLINE, met).await.is_ok(), "waited in vain until {what}");
}

#[tokio::test]
async fn a_secret_reaches_standard_input_whole_or_not_at_all() {
    let secret = Secret::new("fake".repeat(50_000));
    let read = shell("cat").capture_with_input(Some(&secret)).await.unwrap();
    assert!(secret.expose().as_bytes().starts_with(&read.stdout) && read.stdout.len() == MAX_CAPTURED_BYTES);
    let unread = shell("echo 'not today' >&2; exit 5").capture_with_input(Some(&secret)).await.unwrap();
    assert_eq!((unread.status.code(), unread.lines()), (Some(5), vec!["not today".to_owned()]));
}

#[tokio::test]
async fn a_program_sees_what_it_is_given_and_no_more() {
    let folder = TempDir::new().unwrap();
    let seen = shell("cat; pwd -P; /usr/bin/env").folder(folder.path()).environment([("PATH", "/bin"), ("GIVEN", "yes")]);
    let seen = seen.capture().await.unwrap().lines();
    assert_eq!(seen.first(), Some(&folder.path().canonicalize().unwrap().display().to_string()));
    let mut variables: Vec<&str> = seen.iter().map(String::as_str).filter(|line| line.contains('=')).collect();
    variables.retain(|line| !["PWD=", "OLDPWD=", "SHLVL=", "_="].iter().any(|of_the_shell| line.starts_with(of_the_shell)));
    variables.sort_unstable();
    assert_eq!(variables, ["GIVEN=yes", "PATH=/bin"]);
}

#[tokio::test]
async fn lines_are_reported_from_both_streams_also_the_one_without_an_end() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let report: ProgressCallback<String> = Box::new({
        let reported = Arc::clone(&reported);
        move |line| reported.lock().unwrap().push(line)
    });
    let script = "printf '10%%\\r20%%\\r\\033[32mdone\\033[0m\\n'; echo 'error: full' >&2; printf 'npm log'; exit 1";
    let ended = shell(script).stream(&report).await.unwrap();
    assert_eq!((ended.status.code(), ended.error_line(), ended.tail.len()), (Some(1), "error: full", 5));
    let mut lines = reported.lock().unwrap().clone();
    lines.sort_unstable();
    assert_eq!(lines, ["10%", "20%", "done", "error: full", "npm log"]);
}
