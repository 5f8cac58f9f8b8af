//! When a credential ends, and whether that is near: the same words wherever they stand.
//!
//! Notion does not tell (facts B.3): every date here is one that the person noted.

use crate::domain::judge::{days_between, days_left};
use jiff::civil::Date;

/// From this many days on it is said unasked. A check warns earlier: whoever runs one has asked.
const NEAR: i32 = 7;

/// An end as it is listed: the day, and how far off it is.
pub fn ends(end: Date, today: Date) -> String {
    format!("{end}, {}", days_left(end, today))
}

/// What is worth saying unasked: nothing, while the end is more than a week away.
pub fn reminder(end: Date, today: Date) -> Option<String> {
    let how = days_left(end, today);
    match days_between(today, end) {
        ..=0 => Some(format!("by your note it {how} ({end})")),
        1..=NEAR => Some(format!("by your note it has {how} (until {end})")),
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
            (date(2026, 11, 29), Some("by your note it has 7 days left (until 2026-11-29)")),
            (date(2026, 11, 23), Some("by your note it has 1 day left (until 2026-11-23)")),
            (today, Some("by your note it ends today (2026-11-22)")),
            (date(2026, 11, 21), Some("by your note it ended yesterday (2026-11-21)")),
            (date(2026, 10, 22), Some("by your note it ended 31 days ago (2026-10-22)")),
        ] {
            assert_eq!(reminder(end, today).as_deref(), words, "{end}");
        }
    }
}
