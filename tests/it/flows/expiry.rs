//! When the token ends: one line on Save, with days that the calendar has.

use crate::support::fakes::{MEMBER, member_identity};
use crate::support::harness::{Harness, TestEffect, setup, verified_outcome, verified_token};
use jiff::civil::{Date, date};
use notion_auth::wizard::context::Setup;
use notion_auth::wizard::kit::ExpiryChoice;
use notion_auth::wizard::msg::{Answer, Task};

fn days(today: Date) -> Vec<Option<Date>> {
    ExpiryChoice::options(today).into_iter().map(|(_, day)| day).collect()
}

#[test]
fn every_answer_is_a_day_of_the_calendar() {
    for (today, expected) in [
        (date(2026, 11, 22), ["2026-11-29", "2026-12-22", "2027-02-20", "2027-05-21", "2027-11-22"]),
        // A leap day has no anniversary a year on.
        (date(2028, 2, 29), ["2028-03-07", "2028-03-30", "2028-05-29", "2028-08-27", "2029-02-28"]),
        (date(2027, 12, 31), ["2028-01-07", "2028-01-30", "2028-03-30", "2028-06-28", "2028-12-31"]),
        (date(2028, 2, 25), ["2028-03-03", "2028-03-26", "2028-05-25", "2028-08-23", "2029-02-25"]),
    ] {
        let expected: Vec<Option<Date>> =
            [None].into_iter().chain(expected.iter().map(|day| Some(day.parse().expect("a day")))).collect();
        assert_eq!(days(today), expected, "{today}");
    }
}

#[test]
fn at_the_end_of_the_calendar_there_is_no_reminder_and_no_panic() {
    assert_eq!(days(Date::MAX), [None; 6]);
}

/// Verified, on the question; then, after `keys`, the day that is written down.
fn written_after(keys: &str) -> Option<Date> {
    let mut wizard = Harness::with_setup(Setup { today: date(2028, 2, 29), ..setup() });
    wizard.press("1 Enter");
    wizard.paste(MEMBER);
    wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
    wizard.press("Enter");
    wizard.press(keys);
    assert_eq!(wizard.screen_name(), "save", "{keys}");
    wizard.answer(Answer::Choice(2));
    match wizard.take_effects().last() {
        Some(TestEffect::Start(Task::Save(keep))) => keep.record.expires_on,
        other => panic!("nothing is kept: {other:?}"),
    }
}

#[test]
fn the_picked_day_is_written_down() {
    assert_eq!(written_after("Right"), Some(date(2028, 3, 7)));
    assert_eq!(written_after("l l"), Some(date(2028, 3, 30)));
    assert_eq!(written_after("Right Right Right Right Right Right"), Some(date(2029, 2, 28)));
    assert_eq!(written_after(""), None, "the line can be skipped");
    assert_eq!(written_after("Right Left Left"), None);
}

#[test]
fn going_back_keeps_the_answer() {
    assert_eq!(written_after("Right Right Esc Enter"), Some(date(2028, 3, 30)));
}
