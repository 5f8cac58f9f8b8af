//! Waits: what moves, when it moves, and that a still screen wakes nothing up.

use crate::support::fakes::MEMBER;
use crate::support::frames::buffer_text;
use crate::support::harness::{Harness, setup};
use notion_auth::wizard::context::Setup;
use notion_auth::wizard::msg::{Msg, TaskId};
use notion_auth::wizard::theme::Theme;
use std::time::Duration;

/// A token is being verified.
fn verifying(no_motion: bool) -> Harness {
    let mut wizard = Harness::with_setup(Setup { no_motion, ..setup() });
    wizard.press("1 Enter").paste(MEMBER);
    wizard
}

fn wait(wizard: &mut Harness, millis: u64) -> String {
    let (id, _) = wizard.model.next_tick().expect("a spinner");
    wizard.send(Msg::Waited(id, Duration::from_millis(millis)));
    buffer_text(&wizard.render(Theme::default()).buffer)
}

fn next_change(wizard: &Harness) -> Option<Duration> {
    wizard.model.next_tick().map(|(_, next)| next)
}

#[test]
fn a_spinner_turns_after_a_moment_and_the_seconds_follow_with_the_limit() {
    let mut wizard = verifying(false);
    assert_eq!(next_change(&wizard), Some(Duration::from_millis(300)));
    let still = buffer_text(&wizard.render(Theme::default()).buffer);
    assert_eq!(wait(&mut wizard, 299), still);
    let turning = [300, 400, 500].map(|millis| wait(&mut wizard, millis));
    assert!(turning[0] != still && turning[0] != turning[1] && turning[1] != turning[2]);
    assert!(!wait(&mut wizard, 2_999).contains(" s, gives up"));
    assert!(wait(&mut wizard, 4_200).contains("4 s, gives up after 15 s"));
}

#[test]
fn without_motion_only_the_seconds_change() {
    let mut wizard = verifying(true);
    let still = buffer_text(&wizard.render(Theme::default()).buffer);
    assert_eq!(next_change(&wizard), Some(Duration::from_secs(3)));
    assert_eq!(wait(&mut wizard, 2_000), still);
    assert!(wait(&mut wizard, 3_000).contains("3 s, gives up after 15 s"));
}

#[test]
fn nothing_turns_where_there_is_something_to_select_or_nothing_to_wait_for() {
    let mut wizard = Harness::new();
    assert_eq!(wizard.model.next_tick(), None, "the probes of the machine are no wait");
    wizard.press("3 Enter");
    assert!(wizard.model.next_tick().is_some());
    wizard.send_invitation();
    assert_eq!(wizard.model.next_tick(), None);
    wizard.press("v");
    assert_eq!(wizard.model.next_tick(), None);
}

#[test]
fn time_that_another_task_waited_changes_nothing() {
    let mut wizard = verifying(false);
    let before = wizard.model.clone();
    wizard.send(Msg::Waited(TaskId(99), Duration::from_secs(9)));
    assert_eq!(wizard.model, before);
}
