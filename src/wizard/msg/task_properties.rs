//! The properties that a task is declared with.

use crate::domain::problem::{Problem, ProblemCode};
use std::time::Duration;

/// The properties of a task, all declared in [`Task::properties`](super::Task::properties).
#[derive(Clone, Debug, PartialEq)]
pub struct TaskProperties {
    /// True for a task that a page waits for; others run in the background.
    pub is_foreground: bool,
    /// True for a foreground task that the page belongs with but does not wait for: its prompt stays open, and leaving it cancels.
    pub is_quiet: bool,
    /// True for a task that changes what is stored here or at Notion: quitting waits until it is finished.
    pub is_write: bool,
    pub cancellation: Cancellation,
    pub(super) time_limit: Duration,
    /// The extra time that repeated requests and the pauses between them can take.
    pub(super) retry_time: Duration,
    /// The failure of a task whose time limit has passed.
    pub timeout: Problem,
}

/// The effect of Back while a task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancellation {
    /// Cancels the task.
    Cancels,
    /// Ends the task's wait for a dialog of the keychain; the task then replies with what is known.
    EndsWait,
    /// Does nothing.
    Impossible,
}

impl TaskProperties {
    pub(super) fn background(time_limit: Duration, timeout: ProblemCode) -> Self {
        let (cancellation, timeout) = (Cancellation::Cancels, Problem::new(timeout));
        Self {
            is_foreground: false,
            is_quiet: false,
            is_write: false,
            cancellation,
            time_limit,
            retry_time: Duration::ZERO,
            timeout,
        }
    }

    pub(super) fn foreground(time_limit: Duration, timeout: ProblemCode) -> Self {
        Self { is_foreground: true, ..Self::background(time_limit, timeout) }
    }

    /// A write cannot be cancelled, so that nothing is left half done.
    pub(super) fn write(time_limit: Duration, timeout: ProblemCode) -> Self {
        Self { is_write: true, cancellation: Cancellation::Impossible, ..Self::foreground(time_limit, timeout) }
    }

    /// Adds the time that repeated requests can take.
    pub(super) fn retrying(self, retry_time: Duration) -> Self {
        Self { retry_time, ..self }
    }

    pub(super) fn with_timeout_evidence(self, evidence: &str) -> Self {
        Self { timeout: self.timeout.with_evidence(evidence), ..self }
    }

    pub fn can_be_cancelled(&self) -> bool {
        self.cancellation == Cancellation::Cancels
    }

    /// Returns the time limit of the task. Adapters and retries have tighter limits of their own; this one is the safety net, so it
    /// is never shorter than their sum.
    pub fn time_limit(&self, retries: bool) -> Duration {
        self.time_limit + if retries { self.retry_time } else { Duration::ZERO }
    }
}
