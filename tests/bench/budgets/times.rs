//! Times in ascending order, and what they say.

use std::time::Duration;

#[derive(Clone, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds: the time that this share of all did not exceed.
    #[expect(clippy::cast_precision_loss, reason = "hundreds of times, not 2^52 of them")]
    pub(crate) fn at(&self, share: f64) -> Option<f64> {
        let all = self.0.len() as f64;
        let (_, time) = self.0.iter().enumerate().find(|(before, _)| (before + 1) as f64 >= share * all)?;
        Some(time.as_secs_f64() * 1e3)
    }

    pub(crate) fn median(&self) -> Option<f64> {
        self.at(0.5)
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut times: Vec<Duration> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }
}
