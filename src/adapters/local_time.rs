//! The clock on this machine's wall, for times that are shown to the person before it.
#![expect(clippy::disallowed_methods, reason = "a time for the person before this machine")]

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};
use std::time::Duration;

/// What it will say after a while, to the second; a Unix that names no time zone has UTC. `None` past the end of time.
pub fn after(wait: Duration) -> Option<Time> {
    let then = Timestamp::now().checked_add(SignedDuration::try_from(wait).ok()?).ok()?;
    let then = then.to_zoned(TimeZone::try_system().unwrap_or(TimeZone::UTC));
    then.round(Unit::Second).ok().map(|then| then.time())
}
