//! Runs blocking work on a thread of its own, so that it never delays the screen. A dropped job still finishes.

use crate::adapters::storage::storage_step::{current_observer, set_observer};
use crate::domain::problem::Problem;
use crate::runtime::ports::Job;

pub fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Job<T> {
    run_blocking_while_wanted(|_| work())
}

/// Like [`run_blocking`], but the work can ask whether the job is still awaited, so that it can give up a wait of its own.
pub fn run_blocking_while_wanted<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, Problem> + Send + 'static,
) -> Job<T> {
    Box::pin(async move {
        let (done, answer) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new().name("credential store".into());
        let observer = current_observer();
        let started = thread.spawn(move || {
            set_observer(observer);
            let outcome = work(&|| !done.is_closed());
            let _ = done.send(outcome);
        });
        started.map_err(|error| Problem::bug(format!("no thread for the credential store: {error}")))?;
        answer.await.unwrap_or_else(|_| Err(Problem::bug("the credential store's thread ended early")))
    })
}
