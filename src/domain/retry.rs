//! Failures that pass by themselves: which ones, and how long to wait before asking again.
//!
//! Only requests that change nothing, or change the same thing only once, are repeated: reading who a token belongs to, what it
//! sees, introspection, and revocation (revoking a dead token is no error, RFC 7009, 2.2). A code and a refresh token are traded
//! once: when the answer is lost, Notion may have spent them already, so those two are never repeated automatically.

use super::problem::{Problem, ProblemCode};
use std::time::Duration;

/// Requests in all, the first one included.
pub const TRIES: u32 = 3;

/// A longer pause than this is not waited for; the problem is shown instead, with the time that Notion named.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The first pause where Notion names none; it doubles with each try.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// A pause before the next try, as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryWait {
    pub code: ProblemCode,
    /// Of the whole pause.
    pub seconds: u64,
    /// Zero once the next try is under way.
    pub seconds_left: u64,
    /// The number of the next try, from 2.
    pub attempt: u32,
}

impl RetryWait {
    /// Nothing of the pause has passed yet.
    pub fn has_just_begun(&self) -> bool {
        self.seconds_left == self.seconds
    }

    /// One line for a person. It says how the failure is called, when the next try comes, and how many there are.
    pub fn text(&self) -> String {
        let headline = self.code.words().headline.trim_end_matches('.');
        match self.seconds_left {
            0 => format!("{headline}. Trying again now ({} of {TRIES}).", self.attempt),
            left => format!("{headline}. Trying again in {left} s ({} of {TRIES}).", self.attempt),
        }
    }
}

/// The pause before try number `attempt`; `None` where asking again would not help, or is due only after a longer pause.
///
/// `jitter` is from 0 to 1. It lengthens the pause by up to half, so that many machines that failed together do not come back
/// together. Notion's own number is never undercut.
pub fn wait_before(attempt: u32, problem: &Problem, jitter: f64) -> Option<Duration> {
    if attempt > TRIES || !is_passing(problem.code) {
        return None;
    }
    let wait = match problem.retry_after.map(Duration::from_secs) {
        Some(named) if named > LONGEST_WAIT => return None,
        Some(named) => named.max(FIRST_WAIT),
        None => FIRST_WAIT * 2_u32.saturating_pow(attempt.saturating_sub(2)),
    };
    Some(wait.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 2.0).min(LONGEST_WAIT))
}

/// The longest that one request and its repetitions can take, where one try takes at most `request`.
pub fn longest(request: Duration) -> Duration {
    request * TRIES + LONGEST_WAIT * (TRIES - 1)
}

fn is_passing(code: ProblemCode) -> bool {
    use ProblemCode::{AnswerTruncated, Conflict, NotionTrouble, Overloaded, RateLimited};
    matches!(code, RateLimited | NotionTrouble | Overloaded | Conflict | AnswerTruncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(attempt: u32, code: ProblemCode, retry_after: Option<u64>, jitter: f64) -> Option<u64> {
        let problem = Problem::new(code).after(retry_after);
        wait_before(attempt, &problem, jitter).map(|wait| u64::try_from(wait.as_millis()).expect("a short wait"))
    }

    #[test]
    fn what_notion_names_is_waited_for_and_otherwise_the_pause_doubles() {
        use ProblemCode::{NotionTrouble, RateLimited};
        for (attempt, code, retry_after, jitter, expected) in [
            (2, RateLimited, Some(7), 0.0, Some(7_000)),
            (3, RateLimited, Some(7), 1.0, Some(10_500)),
            (2, RateLimited, Some(0), 0.0, Some(1_000)),
            (2, RateLimited, Some(60), 1.0, Some(60_000)),
            (2, RateLimited, Some(61), 0.0, None),
            (2, NotionTrouble, None, 0.0, Some(1_000)),
            (3, NotionTrouble, None, 0.0, Some(2_000)),
            (3, NotionTrouble, None, 0.5, Some(2_500)),
            (4, NotionTrouble, None, 0.0, None),
        ] {
            assert_eq!(wait(attempt, code, retry_after, jitter), expected, "{attempt} {code:?} {retry_after:?}");
        }
    }

    #[test]
    fn only_what_passes_by_itself_is_asked_again() {
        use ProblemCode::{AnswerTruncated, Conflict, NotionTrouble, Overloaded, RateLimited};
        let repeated: Vec<_> = ProblemCode::ALL.iter().copied().filter(|code| wait(2, *code, None, 0.0).is_some()).collect();
        assert_eq!(repeated, [RateLimited, Conflict, NotionTrouble, Overloaded, AnswerTruncated]);
    }
}
