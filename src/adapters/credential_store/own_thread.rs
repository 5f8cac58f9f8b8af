//! Blocking work has a thread of its own, so that it never holds up the screen. A dropped job is finished unseen.

use crate::domain::problem::Problem;
use crate::runtime::ports::Job;

pub fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Job<T> {
    Box::pin(async move {
        let (done, answer) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new().name("credential store".into());
        let started = thread.spawn(move || {
            let _ = done.send(work());
        });
        started.map_err(|error| Problem::bug(format!("no thread for the credential store: {error}")))?;
        answer.await.unwrap_or_else(|_| Err(Problem::bug("the credential store's thread ended early")))
    })
}
