//! Where the lines of `-v` go, and what one of them says.

use std::fmt;
use std::sync::Arc;
use tokio::time::Instant;

/// Takes a line each time something that was asked has ended.
#[derive(Clone)]
pub struct Trace(Arc<dyn Fn(&str) + Send + Sync>);

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace")
    }
}

impl Trace {
    pub fn new(line: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(line))
    }

    /// The clock starts.
    pub(in crate::adapters) fn ask(&self, whom: &'static str, what: impl Into<String>) -> Asked {
        Asked { trace: self.clone(), whom, what: what.into(), since: Instant::now(), outcome: None }
    }
}

/// Under way; its line is written when this is dropped.
pub(in crate::adapters) struct Asked {
    trace: Trace,
    whom: &'static str,
    what: String,
    since: Instant,
    outcome: Option<String>,
}

impl Asked {
    pub(in crate::adapters) fn ended(mut self, outcome: &str) {
        self.outcome = Some(outcome.to_owned());
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        // Whoever asked went away: a time limit, a cancellation, the end of the program.
        let outcome = self.outcome.as_deref().unwrap_or("given up");
        let Self { trace, whom, what, since, .. } = self;
        (trace.0)(&format!("{whom:<9}  {what:<18}  {outcome}  {} ms", since.elapsed().as_millis()));
    }
}
