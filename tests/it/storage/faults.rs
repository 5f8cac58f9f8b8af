//! Steps that fail, and processes that end between two steps: what is said is what is so, and no pair of tokens is lost but in
//! the window that `docs/security.md` names.
#![cfg(unix)]

use super::interleaving::{Act, TestMachine};
use super::{account, read};
use crate::support::subprocess::{RESULT_PREFIX, test_in_subprocess};
use notion_auth::adapters::storage::storage_step::{StorageStep, set_observer};
use notion_auth::domain::credentials::{Deletion, StoreKind};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::runtime::{accounts, oauth};
use rustix::process::{Signal, getpid, kill_process};
use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Every step counts, but for those of locks that only tell.
fn is_step(step: StorageStep<'_>) -> bool {
    !matches!(step, StorageStep::Locked(_) | StorageStep::Unlock(_) | StorageStep::LockHeld(_))
}

/// Performs the work with one step failing; false where there was no such step any more.
fn failing_at(number: usize, kind: ErrorKind, work: impl FnOnce()) -> bool {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    set_observer(Some(Arc::new(move |step| {
        let is_it = is_step(step) && counted.fetch_add(1, Ordering::Relaxed) == number;
        if is_it { Err(Error::from(kind)) } else { Ok(()) }
    })));
    work();
    set_observer(None);
    count.load(Ordering::Relaxed) > number
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

const FAULTS: [ErrorKind; 2] = [ErrorKind::StorageFull, ErrorKind::Other];
const STORES: [StoreKind; 2] = [StoreKind::File, StoreKind::Keychain];

/// For each store, each kind of fault and each step.
fn at_every_step(mut perform: impl FnMut(StoreKind, ErrorKind, usize) -> bool) {
    for store in STORES {
        for fault in FAULTS {
            let steps = (0..500).find(|number| !perform(store, fault, *number));
            assert!(steps.is_some_and(|steps| steps > 3), "{store:?} {fault:?}: {steps:?} steps");
        }
    }
}

#[test]
fn a_switch_fails_only_where_it_did_not_switch() {
    at_every_step(|kind, fault, number| {
        let machine = TestMachine::new(kind);
        machine.prepare(&[Act::Switch]);
        let mut outcome = Ok(());
        let happened = failing_at(number, fault, || outcome = block_on(accounts::switch(&account("w"), &machine.world())));
        let is_active = machine.store().load_index_blocking().unwrap().active == Some(account("w"));
        assert_eq!(outcome.is_ok(), is_active, "{kind:?} {fault:?} at step {number}: {outcome:?}");
        happened
    });
}

#[test]
fn a_logout_says_of_each_part_whether_it_is_gone() {
    at_every_step(|kind, fault, number| {
        let machine = TestMachine::new(kind);
        machine.prepare(&[Act::Logout]);
        let mut ended = None;
        let happened = failing_at(number, fault, || {
            ended = Some(block_on(accounts::log_out(&machine.token("w"), false, &machine.world(), &accounts::Stop::never())));
        });
        let deletion = ended.unwrap().deletion;
        let expected = match machine.store().load_blocking(&account("w")).map_err(|problem| problem.code) {
            Ok(_) => matches!(deletion, Deletion::Failed(_)),
            Err(ProblemCode::SecretMissing) => matches!(deletion, Deletion::SecretOnly(_)),
            Err(ProblemCode::NotSignedIn) => deletion == Deletion::Done,
            Err(other) => panic!("{other:?}"),
        };
        assert!(expected, "{kind:?} {fault:?} at step {number}: {deletion:?}");
        happened
    });
}

#[test]
fn whatever_step_of_a_login_fails_nothing_else_is_lost_and_no_secret_is_left_alone() {
    at_every_step(|kind, fault, number| {
        let machine = TestMachine::new(kind);
        machine.prepare(&[]);
        let mut outcome = None;
        let happened = failing_at(number, fault, || outcome = machine.perform(Act::Login(super::OTHER)));
        let (held, _) = machine.held();
        assert_eq!(held.len(), if outcome.is_none() { 2 } else { 1 }, "{kind:?} {fault:?} at step {number}: {outcome:?} {held:?}");
        happened
    });
}

#[test]
fn whatever_step_of_a_rotation_fails_one_of_the_two_tokens_is_kept_and_no_other_secret() {
    at_every_step(|kind, fault, number| {
        let machine = TestMachine::new(kind);
        machine.prepare(&[Act::RememberCopy]);
        assert_eq!(machine.perform(Act::RememberCopy), None);
        let mut outcome = None;
        let happened = failing_at(number, fault, || outcome = machine.perform(Act::Rotate));
        let records = machine.store().load_index_blocking().unwrap().credentials;
        let rotated = records.iter().find(|record| record.account == machine.rotated().account);
        assert_eq!((records.len(), rotated.is_some()), (2, outcome.is_none()), "{kind:?} {fault:?} at step {number}: {outcome:?}");
        assert!(rotated.is_none_or(|record| record.sent_to[0].is_outdated), "{kind:?} {fault:?} at step {number}");
        // The next writer deletes an old secret that could not be deleted then.
        machine.held_once_swept();
        happened
    });
}

#[test]
fn whatever_step_of_a_refresh_fails_the_pair_that_notion_takes_is_kept() {
    at_every_step(|kind, fault, number| {
        let machine = TestMachine::new(kind);
        machine.prepare(&[Act::Refresh]);
        let mut outcome = Ok(oauth::RefreshOutcome::Renewed);
        let happened = failing_at(number, fault, || outcome = block_on(oauth::refresh(&machine.world(), &machine.connection())));
        // It asserts that the pair is alive.
        machine.held();
        let is_asked = *machine.notion.made.lock().unwrap() > 1;
        assert_eq!(outcome.is_ok(), is_asked, "{kind:?} {fault:?} at step {number}: {outcome:?}");
        // Nothing of it stands in the way of the next one.
        assert_eq!(machine.perform(Act::Refresh), None, "{kind:?} {fault:?} at step {number}");
        machine.held();
        happened
    });
}

#[test]
fn on_a_disk_that_fills_up_while_notion_is_asked_the_pair_is_kept_and_moved_later() {
    let machine = TestMachine::new(StoreKind::File);
    machine.prepare(&[Act::Refresh]);
    let spare = machine.parent.path().join("notion-auth/secrets.json.spare");
    std::fs::remove_file(spare).unwrap();
    let is_full = |step: StorageStep<'_>| match step {
        StorageStep::WriteBeside(_) => Err(Error::from(ErrorKind::StorageFull)),
        _ => Ok(()),
    };
    set_observer(Some(Arc::new(is_full)));
    let how = block_on(oauth::refresh(&machine.world(), &machine.connection())).unwrap();
    // The next one cannot move it either, so it does not ask for another.
    let next = machine.perform(Act::Refresh);
    set_observer(None);
    assert!(matches!(how, oauth::RefreshOutcome::SavedInReserve(_)), "{how:?}");
    assert_eq!((next, *machine.notion.made.lock().unwrap()), (Some(ProblemCode::FileFailed), 2));
    machine.held();
    let secrets = machine.parent.path().join("notion-auth/secrets.json");
    assert!(read(&secrets).contains("pair_0001"), "the old pair is where it was");
    assert_eq!(machine.perform(Act::Refresh), None);
    machine.held();
    assert!(read(&secrets).contains("pair_0003"));
}

/// Runs a process of this test that is killed at a step. Returns its output and the folder that it left.
fn killed_at(number: usize, test: &str) -> (Vec<String>, TestMachine) {
    let machine = TestMachine::new(StoreKind::File);
    let mut child = test_in_subprocess(&[], test);
    child.env("FOLDER", machine.parent.path()).env("STEP", number.to_string());
    let output = child.stdout(Stdio::piped()).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let said = lines.lines().filter_map(|line| line.strip_prefix(RESULT_PREFIX)).map(str::to_owned).collect();
    (said, machine)
}

#[test]
fn who_is_killed_during_a_refresh_loses_the_pair_only_between_the_answer_and_the_disk() {
    let mut lost = Vec::new();
    for number in 0.. {
        let (said, machine) = killed_at(number, "storage::faults::dies");
        let token = machine.store().load_blocking(&machine.connection().account).unwrap().token;
        let is_new = token.expose().ends_with("_0002");
        let is_asked = said.contains(&"asked".to_owned());
        assert!(is_asked || !is_new);
        if is_asked && !is_new {
            lost.push((number, said.last().cloned()));
        }
        if said.contains(&"done".to_owned()) {
            break;
        }
    }
    // Killed before: the two looks at what is to be replaced, and the one write.
    assert!(lost.len() <= 4, "{lost:?}");
    assert!(lost.iter().all(|(_, last)| last.as_ref().is_some_and(|last| last != "written")), "{lost:?}");
}

#[test]
#[ignore = "started by the other"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "its script and its answer")]
fn dies() {
    let folder = PathBuf::from(std::env::var_os("FOLDER").unwrap());
    let number: usize = std::env::var("STEP").unwrap().parse().unwrap();
    let machine = TestMachine::at(StoreKind::File, folder);
    machine.prepare(&[Act::Refresh]);
    let count = AtomicUsize::new(0);
    let notion = Arc::clone(&machine.notion);
    let is_written = AtomicUsize::new(0);
    set_observer(Some(Arc::new(move |step| {
        if is_step(step) {
            let is_asked = *notion.made.lock().unwrap() > 1;
            if is_asked {
                println!("\n{RESULT_PREFIX}{}", if is_written.load(Ordering::Relaxed) > 0 { "written" } else { "asked" });
            }
            if count.fetch_add(1, Ordering::Relaxed) == number {
                kill_process(getpid(), Signal::KILL).unwrap();
            }
            let is_renewal = matches!(step, StorageStep::WriteInto(path) if path.to_string_lossy().contains("renewal-"));
            is_written.fetch_add(usize::from(is_asked && is_renewal), Ordering::Relaxed);
        }
        Ok(())
    })));
    assert_eq!(machine.perform(Act::Refresh), None);
    set_observer(None);
    println!("\n{RESULT_PREFIX}asked\n{RESULT_PREFIX}done");
}

#[test]
fn who_is_killed_during_a_rotation_keeps_one_of_the_two_tokens_and_can_rotate_again() {
    let mut has_both_ends = [false; 2];
    for number in 0.. {
        let (said, machine) = killed_at(number, "storage::faults::dies_while_rotating");
        let records = machine.store().load_index_blocking().unwrap().credentials;
        let is_rotated = records.iter().any(|record| record.account == machine.rotated().account);
        has_both_ends[usize::from(is_rotated)] = true;
        for record in &records {
            assert!(machine.store().load_blocking(&record.account).is_ok(), "{:?} at step {number}", record.account);
        }
        if !is_rotated {
            assert_eq!(machine.perform(Act::Rotate), None, "at step {number}");
        }
        machine.held_once_swept();
        if said.contains(&"done".to_owned()) {
            break;
        }
    }
    assert_eq!(has_both_ends, [true; 2]);
}

#[test]
#[ignore = "started by the other"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "its script and its answer")]
fn dies_while_rotating() {
    let folder = PathBuf::from(std::env::var_os("FOLDER").unwrap());
    let number: usize = std::env::var("STEP").unwrap().parse().unwrap();
    let machine = TestMachine::at(StoreKind::File, folder);
    machine.prepare(&[Act::Rotate]);
    let count = AtomicUsize::new(0);
    set_observer(Some(Arc::new(move |step| {
        if is_step(step) && count.fetch_add(1, Ordering::Relaxed) == number {
            kill_process(getpid(), Signal::KILL).unwrap();
        }
        Ok(())
    })));
    assert_eq!(machine.perform(Act::Rotate), None);
    set_observer(None);
    println!("\n{RESULT_PREFIX}done");
}
