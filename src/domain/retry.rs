//! The retry policy: which failures are transient, and how long to wait before the next attempt.
//!
//! Only idempotent requests are retried: the identity and the visible content of a token, introspection, and revocation (revoking an
//! invalid token is no error, RFC 7009, section 2.2). A code or a refresh token is exchanged only once and never retried
//! automatically: if the response is lost, Notion may have consumed it already.

use super::problem::{Problem, ProblemCode};
use std::time::Duration;

/// Time from sending a request to Notion to the last byte of its response.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Maximum number of attempts, including the first.
pub const MAX_ATTEMPTS: u32 = 3;

/// Maximum wait. If Notion names a longer one, the problem is shown instead, with that time.
pub const MAX_BACKOFF: Duration = Duration::from_secs(60);

/// The first wait if Notion names none; it doubles with each attempt.
const INITIAL_BACKOFF: Duration = Duration::from_secs(1);

/// The widest spread that leaves the whole seconds of a pause as they are.
const LESS_THAN_A_SECOND: Duration = Duration::from_millis(900);

/// A pause before the next try, as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryWait {
    pub code: ProblemCode,
    /// Length of the whole wait.
    pub seconds: u64,
    /// Zero once the next attempt has started.
    pub seconds_left: u64,
    /// The number of the next attempt, from 2.
    pub attempt: u32,
}

impl RetryWait {
    /// True if no second of the wait has passed yet.
    pub fn has_just_begun(&self) -> bool {
        self.seconds_left == self.seconds
    }

    /// One line for a person: the failure, the time until the next attempt, and the number of attempts.
    pub fn text(&self) -> String {
        let headline = self.code.text().headline.trim_end_matches('.');
        match self.seconds_left {
            0 => format!("{headline}. Retrying now ({} of {MAX_ATTEMPTS}).", self.attempt),
            left => format!("{headline}. Retrying in {left} s ({} of {MAX_ATTEMPTS}).", self.attempt),
        }
    }
}

/// The wait before attempt number `attempt`; `None` if a retry would not help, or Notion names a wait that is too long.
///
/// `jitter` is from 0 to 1. It lengthens the pause, so that many machines that failed together do not retry together: by up to
/// half, or by less than a second where Notion names the seconds, so that the number a person reads is Notion's own.
pub fn backoff_before(attempt: u32, problem: &Problem, jitter: f64) -> Option<Duration> {
    if attempt > MAX_ATTEMPTS || !is_transient(problem.code) {
        return None;
    }
    let (wait, spread) = match problem.retry_after.map(Duration::from_secs) {
        Some(named) if named > MAX_BACKOFF => return None,
        Some(named) => (named.max(INITIAL_BACKOFF), LESS_THAN_A_SECOND),
        None => {
            let doubled = INITIAL_BACKOFF * 2_u32.saturating_pow(attempt.saturating_sub(2));
            (doubled, doubled / 2)
        }
    };
    Some((wait + spread.mul_f64(jitter.clamp(0.0, 1.0))).min(MAX_BACKOFF))
}

/// A pause in words: in seconds while one would count them, otherwise in minutes and hours.
pub fn pause_text(seconds: u64) -> String {
    match (seconds, seconds.div_ceil(60)) {
        (1, _) => "1 second".to_owned(),
        (0..=120, _) => format!("{seconds} seconds"),
        (_, minutes @ 0..60) => format!("{minutes} minutes"),
        (_, minutes) if minutes % 60 == 0 => format!("{} h", minutes / 60),
        (_, minutes) => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// The longest time that a request with all its retries can take, if one attempt takes at most `request`.
pub fn max_duration(request: Duration) -> Duration {
    request * MAX_ATTEMPTS + MAX_BACKOFF * (MAX_ATTEMPTS - 1)
}

fn is_transient(code: ProblemCode) -> bool {
    use ProblemCode::{Conflict, NotionServerError, Overloaded, RateLimited, ResponseTruncated};
    matches!(code, RateLimited | NotionServerError | Overloaded | Conflict | ResponseTruncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(attempt: u32, code: ProblemCode, retry_after: Option<u64>, jitter: f64) -> Option<u64> {
        let problem = Problem::new(code).with_retry_after(retry_after);
        backoff_before(attempt, &problem, jitter).map(|wait| u64::try_from(wait.as_millis()).expect("a short wait"))
    }

    #[test]
    fn what_notion_names_is_waited_for_and_otherwise_the_pause_doubles() {
        use ProblemCode::{NotionServerError, RateLimited};
        for (attempt, code, retry_after, jitter, expected) in [
            (2, RateLimited, Some(7), 0.0, Some(7_000)),
            (2, RateLimited, Some(1), 1.0, Some(1_900)),
            (3, RateLimited, Some(7), 1.0, Some(7_900)),
            (2, RateLimited, Some(0), 0.0, Some(1_000)),
            (2, RateLimited, Some(60), 1.0, Some(60_000)),
            (2, RateLimited, Some(61), 0.0, None),
            (2, NotionServerError, None, 0.0, Some(1_000)),
            (3, NotionServerError, None, 0.0, Some(2_000)),
            (3, NotionServerError, None, 0.5, Some(2_500)),
            (4, NotionServerError, None, 0.0, None),
        ] {
            assert_eq!(wait(attempt, code, retry_after, jitter), expected, "{attempt} {code:?} {retry_after:?}");
        }
    }

    #[test]
    fn a_long_pause_is_told_in_minutes_and_hours() {
        let texts = [1, 61, 121, 3_599, 3_600, 5_401, 86_400].map(pause_text);
        assert_eq!(texts, ["1 second", "61 seconds", "3 minutes", "1 h", "1 h", "1 h 31 min", "24 h"]);
    }

    #[test]
    fn only_what_passes_by_itself_is_asked_again() {
        use ProblemCode::{Conflict, NotionServerError, Overloaded, RateLimited, ResponseTruncated};
        let repeated: Vec<_> = ProblemCode::ALL.iter().copied().filter(|code| wait(2, *code, None, 0.0).is_some()).collect();
        assert_eq!(repeated, [RateLimited, Conflict, NotionServerError, Overloaded, ResponseTruncated]);
    }
}
