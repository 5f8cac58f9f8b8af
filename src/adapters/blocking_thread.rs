//! Runs blocking work on a thread of its own, so that it never delays the screen. A dropped job still finishes.
//!
//! Work reaches its thread in a box, so that a thread is compiled once and not anew for each kind of work.

use crate::adapters::storage::storage_step::{current_observer, set_observer};
use crate::domain::problem::Problem;
use crate::runtime::ports::Job;
use std::thread::Builder;
use tokio::sync::oneshot;

/// Returns a job with the result of `work`. `name` names the work in evidence, and its thread in the system's lists.
pub fn run_blocking<T: Send + 'static>(name: &'static str, work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Job<T> {
    run_blocking_while_wanted(name, |_| work())
}

/// Like [`run_blocking`], but the work can ask whether the job is still awaited, so that it can give up a wait of its own.
pub fn run_blocking_while_wanted<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, Problem> + Send + 'static,
) -> Job<T> {
    let (done, answer) = oneshot::channel();
    let work: Box<dyn FnOnce() + Send> = Box::new(move || {
        let outcome = work(&|| !done.is_closed());
        let _ = done.send(outcome);
    });
    Box::pin(answer_of(name, work, answer))
}

async fn answer_of<T>(
    name: &'static str,
    work: Box<dyn FnOnce() + Send>,
    answer: oneshot::Receiver<Result<T, Problem>>,
) -> Result<T, Problem> {
    start(name, work)?;
    answer.await.unwrap_or_else(|_| Err(Problem::bug(format!("the thread of the {name} ended early"))))
}

fn start(name: &'static str, work: Box<dyn FnOnce() + Send>) -> Result<(), Problem> {
    let observer = current_observer();
    let work: Box<dyn FnOnce() + Send> = Box::new(move || {
        set_observer(observer);
        work();
    });
    let started = Builder::new().name(name.into()).spawn(work);
    started.map(drop).map_err(|error| Problem::bug(format!("no thread for the {name}: {error}")))
}
