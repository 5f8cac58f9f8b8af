//! Turns a panic in a task into a problem that names its place, so that the screen does not hang.
//!
//! The panic hook asks [`is_catching`] and stays silent for such a panic: the screen stays in use, so the terminal must not be restored.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    static IS_CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// True if a panic on this thread would be caught at this moment.
pub fn is_catching() -> bool {
    IS_CATCHING.get()
}

/// Runs a future; a panic in it is returned as its message.
pub(super) fn catch<F: Future>(future: F) -> CatchPanic<F> {
    CatchPanic(Box::pin(future))
}

pub(super) struct CatchPanic<F>(Pin<Box<F>>);

impl<F: Future> Future for CatchPanic<F> {
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outer = IS_CATCHING.replace(true);
        // The future is dropped after a panic and never polled again, so no half-done state of it is visible.
        let polled = catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context)));
        IS_CATCHING.set(outer);
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic_message(panic.as_ref()))),
        }
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a task panicked".to_owned())
}
