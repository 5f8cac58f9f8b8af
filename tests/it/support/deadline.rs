//! How long a test waits for what has to come.

use std::time::Duration;

/// Beyond any stop of a busy machine. Where all is well nobody waits for it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);
