//! A refresh that is told to end, or killed, while Notion has given a new pair that is not in its usual place yet.

use super::{Life, REFRESH, checked};
use crate::support::sandbox::{CommandOutput, poll_until};
use notion_auth::adapters::storage::file_lock::FileLock;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::process::Child;

/// A refresh that Notion was asked for, and that cannot write anything as long as the lock is held.
pub(super) fn asked(life: &Life) -> (Child, FileLock) {
    let lock = FileLock::acquire(&life.home.file("secrets.json.lock")).unwrap();
    let before = life.server.request_count(REFRESH);
    let refresh = life.home.start("refresh");
    poll_until("the request", || (life.server.request_count(REFRESH) > before).then_some(()));
    (refresh, lock)
}

#[test]
fn whoever_tells_it_to_end_waits_until_the_new_pair_is_kept() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let life = Life::new();
        let (mut refresh, lock) = asked(&life);
        kill_process(Pid::from_child(&refresh), signal).unwrap();
        let mut err = BufReader::new(refresh.stderr.take().unwrap());
        let mut said = String::new();
        err.read_line(&mut said).unwrap();
        drop(lock);
        err.read_to_string(&mut said).unwrap();
        let run = checked(CommandOutput { stderr: said, ..CommandOutput::wait(refresh) });
        assert_eq!(run.exit_code, Some(0), "{signal:?}: {run:?}");
        assert!(run.stderr.starts_with("Finishing the refresh first; stopping now would lose the credential."), "{}", run.stderr);
        assert!(run.stderr.contains("the tokens were refreshed"), "{}", run.stderr);
        life.assert_alive();
    }
}

#[test]
fn who_is_killed_once_notion_has_answered_loses_nothing_and_leaves_no_lock() {
    let life = Life::new();
    let before = life.kept();
    let (mut refresh, lock) = asked(&life);
    // The pair cannot be moved to its usual place, and is found where it was written down first.
    poll_until("the answer on the disk", || (life.kept() != before).then_some(()));
    refresh.kill().unwrap();
    refresh.wait().unwrap();
    drop(lock);
    life.assert_alive();
    let kept = life.kept();
    let token = life.home.run_allowing_secret("token", "");
    assert_eq!(token.stdout, format!("{}\n", kept.token.expose()));
    assert_eq!(life.run("refresh").exit_code, Some(0));
    assert_ne!(life.kept(), kept);
    life.assert_alive();
    assert!(!renewals(&life), "the room is given back");
}

fn renewals(life: &Life) -> bool {
    life.home.files().iter().any(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("renewal-")))
}
