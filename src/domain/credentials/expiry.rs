//! Texts about when a credential expires, shared by every place that shows them.
//!
//! Notion's API reports no expiry date (introspection has no `exp`), so every date here was entered by the person.

use jiff::civil::Date;

/// Days before the expiry date from which the reminder appears. A check warns earlier, because it is run on request.
const REMINDER_DAYS: i32 = 7;

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

/// The reminder, or `None` while the expiry date is more than a week away.
pub fn expiry_reminder(end: Date, today: Date) -> Option<String> {
    let how = time_left_text(end, today);
    match days_between(today, end) {
        ..=0 => Some(format!("it {how} ({end}), by the date you entered")),
        1..=REMINDER_DAYS => Some(format!("{how} (expires {end}), by the date you entered")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn it_speaks_up_in_the_last_week_and_afterwards_and_not_before() {
        let today = date(2026, 11, 22);
        for (end, words) in [
            (date(2026, 11, 30), None),
            (date(2026, 11, 29), Some("7 days left (expires 2026-11-29), by the date you entered")),
            (date(2026, 11, 23), Some("1 day left (expires 2026-11-23), by the date you entered")),
            (today, Some("it expires today (2026-11-22), by the date you entered")),
            (date(2026, 11, 21), Some("it expired yesterday (2026-11-21), by the date you entered")),
            (date(2026, 10, 22), Some("it expired 31 days ago (2026-10-22), by the date you entered")),
        ] {
            assert_eq!(expiry_reminder(end, today).as_deref(), words, "{end}");
        }
    }
}
