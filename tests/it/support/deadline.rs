//! The deadline of tests that wait.

use std::time::Duration;

/// Longer than any pause of a busy machine. A passing test never waits that long.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);
