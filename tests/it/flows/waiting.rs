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
    let mut talk = Harness::with_setup(Setup { no_motion, ..setup() });
    talk.press("1 Enter").paste(MEMBER);
    talk
}

fn wait(talk: &mut Harness, millis: u64) -> String {
    let (id, _) = talk.model.next_tick().expect("a spinner");
    talk.send(Msg::Waited(id, Duration::from_millis(millis)));
    buffer_text(&talk.render(Theme::default()).buffer)
}

fn next_change(talk: &Harness) -> Option<Duration> {
    talk.model.next_tick().map(|(_, next)| next)
}

#[test]
fn a_spinner_turns_after_a_moment_and_the_seconds_follow_with_the_limit() {
    let mut talk = verifying(false);
    assert_eq!(next_change(&talk), Some(Duration::from_millis(300)));
    let still = buffer_text(&talk.render(Theme::default()).buffer);
    assert_eq!(wait(&mut talk, 299), still);
    let turning = [300, 400, 500].map(|millis| wait(&mut talk, millis));
    assert!(turning[0] != still && turning[0] != turning[1] && turning[1] != turning[2]);
    assert!(!wait(&mut talk, 2_999).contains(" s, gives up"));
    assert!(wait(&mut talk, 4_200).contains("4 s, gives up after 15 s"));
}

#[test]
fn without_motion_only_the_seconds_change() {
    let mut talk = verifying(true);
    let still = buffer_text(&talk.render(Theme::default()).buffer);
    assert_eq!(next_change(&talk), Some(Duration::from_secs(3)));
    assert_eq!(wait(&mut talk, 2_000), still);
    assert!(wait(&mut talk, 3_000).contains("3 s, gives up after 15 s"));
}

#[test]
fn nothing_turns_where_there_is_something_to_select_or_nothing_to_wait_for() {
    let mut talk = Harness::new();
    assert_eq!(talk.model.next_tick(), None, "the probes of the machine are no wait");
    talk.press("3 Enter");
    assert!(talk.model.next_tick().is_some());
    talk.send_invitation();
    assert_eq!(talk.model.next_tick(), None);
    talk.press("v");
    assert_eq!(talk.model.next_tick(), None);
}

#[test]
fn time_that_another_task_waited_changes_nothing() {
    let mut talk = verifying(false);
    let before = talk.model.clone();
    talk.send(Msg::Waited(TaskId(99), Duration::from_secs(9)));
    assert_eq!(talk.model, before);
}
