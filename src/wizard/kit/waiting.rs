//! The one wait indicator, for every page: a spinner in place of the mark, then the seconds and the time limit behind the text.
//!
//! A page draws its text with `draw_waiting`; the router knows the task and how long it has run. Nothing else on the page moves.

use crate::wizard::widgets::sheet::Sheet;
use std::time::Duration;

/// A shorter wait shows no motion.
const SPINNER_DELAY: Duration = Duration::from_millis(300);
const SPINNER_INTERVAL: Duration = Duration::from_millis(100);
/// From then on the seconds are shown.
const SECONDS_DELAY: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    waited: Duration,
    limit: Option<Duration>,
    no_motion: bool,
}

impl Wait {
    pub fn new(waited: Duration, limit: Option<Duration>, no_motion: bool) -> Self {
        Self { waited, limit, no_motion }
    }

    /// Returns how long the page will have waited when it looks different.
    pub fn next_change(self) -> Duration {
        if self.no_motion {
            return Duration::from_secs(self.waited.as_secs() + 1).max(SECONDS_DELAY);
        }
        if self.waited < SPINNER_DELAY { SPINNER_DELAY } else { self.waited + SPINNER_INTERVAL }
    }

    /// Returns the number of the spinner's picture, once there is one.
    fn spinner(self) -> Option<usize> {
        let intervals = self.waited.as_millis() / SPINNER_INTERVAL.as_millis();
        (!self.no_motion && self.waited >= SPINNER_DELAY).then(|| usize::try_from(intervals).unwrap_or_default())
    }

    /// Returns the time, in full and in short.
    fn texts(self) -> Option<[String; 2]> {
        let seconds = (self.waited >= SECONDS_DELAY).then(|| format!("  {} s", self.waited.as_secs()))?;
        let limit = self.limit.map(|limit| format!(", gives up after {} s", limit.as_secs()));
        Some([format!("{seconds}{}", limit.unwrap_or_default()), seconds])
    }

    /// Draws the wait on the lines that a page has drawn for it. Plain mode, which only adds lines, shows none.
    pub fn show(self, sheet: &mut Sheet) {
        if sheet.is_plain() {
            return;
        }
        let picture = self.spinner().map(|number| sheet.theme().spinner(number));
        sheet.show_wait(picture, &self.texts().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64, no_motion: bool) -> Wait {
        Wait::new(Duration::from_millis(millis), Some(Duration::from_secs(15)), no_motion)
    }

    #[test]
    fn a_short_wait_shows_nothing_and_a_long_one_its_seconds() {
        assert_eq!((at(299, false).spinner(), at(2_999, false).texts()), (None, None));
        assert_eq!(at(300, false).spinner(), Some(3));
        assert_eq!(at(3_000, false).texts().map(|[full, _]| full).as_deref(), Some("  3 s, gives up after 15 s"));
    }

    #[test]
    fn without_motion_only_the_seconds_change() {
        assert_eq!(at(5_000, true).spinner(), None);
        let changes = [0, 2_500, 3_000, 7_999].map(|millis| at(millis, true).next_change());
        assert_eq!(changes, [3, 3, 4, 8].map(Duration::from_secs));
        assert_eq!(at(0, false).next_change(), SPINNER_DELAY);
    }
}
