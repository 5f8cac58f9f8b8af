//! The clock: the only file that asks the system for the time of day and the time zone.
//!
//! Adapters that need the time are given a [`Clock`], and the core is given today's date as data, so a test decides what time
//! it is. Durations and deadlines are measured elsewhere, with monotonic clocks that no setting changes.

use crate::domain::problem::{Problem, ProblemCode};
use jiff::civil::{Date, Time};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};
use std::ffi::OsStr;
use std::time::Duration;

/// The variable that fixes the clock of the built binary, for tests. `docs/testing.md` describes it; no help text does.
pub const CLOCK_VARIABLE: &str = "NOTION_AUTH_NOW";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    #[default]
    System,
    /// A fixed time, for tests.
    Fixed(Timestamp),
}

impl Clock {
    /// Creates the system's clock, unless the value of [`CLOCK_VARIABLE`] fixes it. A value that is no instant is refused: a test
    /// that misspells it would otherwise pass on one day and fail on the next.
    pub fn from_setting(value: Option<&OsStr>) -> Result<Self, Problem> {
        let Some(value) = value else { return Ok(Self::System) };
        let instant = value.to_str().and_then(|text| text.parse().ok());
        instant.map(Self::Fixed).ok_or_else(|| {
            let evidence = format!("{CLOCK_VARIABLE} is not an RFC 3339 instant such as 2026-11-22T12:00:00Z");
            Problem::new(ProblemCode::SettingRefused).with_evidence(evidence)
        })
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(instant) => instant,
        }
    }

    /// Today's date in UTC: expiry is a matter of days, and reading the time zone would cost a file before the first frame.
    pub fn today(self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// Returns the local time after `wait`, to the second, as this machine's own clock will show it. A Unix without a time zone
    /// uses UTC. `None` means past the last representable time.
    pub fn local_time_after(self, wait: Duration) -> Option<Time> {
        self.time_after(wait, TimeZone::try_system().unwrap_or(TimeZone::UTC))
    }

    fn time_after(self, wait: Duration, zone: TimeZone) -> Option<Time> {
        let then = self.now().checked_add(SignedDuration::try_from(wait).ok()?).ok()?.to_zoned(zone);
        then.round(Unit::Second).ok().map(|then| then.time())
    }

    /// Returns the value of an HTTP `Date` header, or `None` for a year that the header cannot express.
    pub fn http_date(self) -> Option<String> {
        DateTimePrinter::new().timestamp_to_rfc9110_string(&self.now()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn fixed(text: &str) -> Clock {
        Clock::from_setting(Some(OsStr::new(text))).expect(text)
    }

    #[test]
    fn without_a_setting_the_clock_is_the_systems() {
        assert_eq!(Clock::from_setting(None), Ok(Clock::System));
    }

    #[test]
    fn a_fixed_clock_says_the_same_instant_however_it_is_written() {
        for text in ["2026-11-22T23:30:00Z", "2026-11-23T13:30:00+14:00", "2026-11-22T12:00:00-11:30"] {
            assert_eq!(fixed(text).today(), date(2026, 11, 22), "{text}");
            assert_eq!(fixed(text).http_date().as_deref(), Some("Sun, 22 Nov 2026 23:30:00 GMT"), "{text}");
        }
    }

    #[test]
    fn a_setting_that_is_no_instant_is_refused_and_named() {
        for text in ["", "today", "2026-11-22", "2026-11-22T12:00:00", "12:00", "2026-13-01T00:00:00Z", "1795000000"] {
            let problem = Clock::from_setting(Some(OsStr::new(text))).expect_err(text);
            assert_eq!(problem.code, ProblemCode::SettingRefused, "{text}");
            assert!(problem.evidence.is_some_and(|evidence| evidence.contains(CLOCK_VARIABLE)), "{text}");
        }
    }

    #[test]
    fn local_times_are_those_of_the_zone_and_end_with_time_itself() {
        let wait = Duration::from_secs(300);
        for (zone, local) in [(0, time(23, 35, 0, 0)), (14, time(13, 35, 0, 0)), (-11, time(12, 35, 0, 0))] {
            let zone = TimeZone::fixed(jiff::tz::offset(zone));
            assert_eq!(fixed("2026-11-22T23:30:00Z").time_after(wait, zone), Some(local));
        }
        assert_eq!(Clock::Fixed(Timestamp::MAX).local_time_after(wait), None);
    }
}
