//! The expiry of a credential, and when reminders of it begin: one rule for every place that shows it.
//!
//! Notion's API reports no expiry date (introspection has no `exp`), so every date here was entered by the person. Without one, nothing
//! is claimed.

use super::record::{CredentialRecord, workspace_name};
use crate::domain::command_line::operand;
use jiff::civil::Date;

/// Days before the expiry date from which a person is reminded.
pub const REMINDER_DAYS: i32 = 14;

/// The nearness of an expiry date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryState {
    Far,
    /// The date is at most two weeks away.
    Near,
    /// The date is in the past.
    Expired,
}

pub fn expiry_state(end: Date, today: Date) -> ExpiryState {
    match days_between(today, end) {
        ..0 => ExpiryState::Expired,
        0..=REMINDER_DAYS => ExpiryState::Near,
        _ => ExpiryState::Far,
    }
}

/// The remaining time as text: "9 days left", "expires today", "ended 2 days ago".
pub fn time_left_text(end: Date, today: Date) -> String {
    match days_between(today, end) {
        0 => "expires today".into(),
        1 => "1 day left".into(),
        -1 => "expired yesterday".into(),
        days if days > 1 => format!("{days} days left"),
        days => format!("expired {} days ago", -days),
    }
}

/// Whole days from `from` to `to`; negative if `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The expiry date and the remaining time, as lists show them.
pub fn expiry_text(end: Date, today: Date) -> String {
    format!("{end}, {}", time_left_text(end, today))
}

/// The reminder, or `None` while the expiry date is far away.
pub fn expiry_reminder(end: Date, today: Date) -> Option<String> {
    let how = time_left_text(end, today);
    match (expiry_state(end, today), end == today) {
        (ExpiryState::Far, _) => None,
        (ExpiryState::Near, false) => Some(format!("{how} (expires {end}), by the date you entered")),
        (ExpiryState::Near | ExpiryState::Expired, _) => Some(format!("it {how} ({end}), by the date you entered")),
    }
}

/// The command that replaces this credential's token.
pub fn rotate_command(record: &CredentialRecord) -> String {
    format!("notion-auth rotate {}", operand(&record.account.key()))
}

/// Returns that command with the workspace's name, for a person who reads it later.
pub fn rotate_command_by_name(record: &CredentialRecord) -> String {
    format!("notion-auth rotate {}", operand(workspace_name(record)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn it_speaks_up_in_the_last_two_weeks_and_afterwards_and_not_before() {
        let today = date(2026, 11, 22);
        for (end, state, words) in [
            (date(2026, 12, 7), ExpiryState::Far, None),
            (date(2026, 12, 6), ExpiryState::Near, Some("14 days left (expires 2026-12-06), by the date you entered")),
            (date(2026, 11, 23), ExpiryState::Near, Some("1 day left (expires 2026-11-23), by the date you entered")),
            (today, ExpiryState::Near, Some("it expires today (2026-11-22), by the date you entered")),
            (date(2026, 11, 21), ExpiryState::Expired, Some("it expired yesterday (2026-11-21), by the date you entered")),
            (date(2026, 10, 22), ExpiryState::Expired, Some("it expired 31 days ago (2026-10-22), by the date you entered")),
        ] {
            assert_eq!((expiry_state(end, today), expiry_reminder(end, today).as_deref()), (state, words), "{end}");
        }
    }
}
