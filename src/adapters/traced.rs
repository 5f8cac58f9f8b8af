//! The ports told of as they are used, for `-v`: who was asked for what, how it ended, and how long it took.
//!
//! Around each port stands one that asks the same of it and gives the same back. What is asked with and what is answered is
//! never told: no secret, no name, no address. Without `-v` nothing of this is built.

mod keeping;
mod notion;
mod programs;
mod trace;

pub use trace::Trace;

use crate::domain::checks::CapabilityResponse;
use crate::runtime::ports::{Job, World};
use std::sync::Arc;

/// The same world, with every call on it told.
pub fn traced(world: World, trace: &Trace) -> World {
    World {
        notion: Arc::new(Traced { port: world.notion, name: "notion", trace: trace.clone() }),
        store: Arc::new(Traced { port: world.store, name: "store", trace: trace.clone() }),
        machine: Arc::new(Traced { port: world.machine, name: "machine", trace: trace.clone() }),
        browser: Arc::new(Traced { port: world.browser, name: "browser", trace: trace.clone() }),
        clipboard: Arc::new(Traced { port: world.clipboard, name: "clipboard", trace: trace.clone() }),
        ntn: Arc::new(Traced { port: world.ntn, name: "ntn", trace: trace.clone() }),
        oauth: Arc::new(Traced { port: world.oauth, name: "oauth", trace: trace.clone() }),
        loopback: Arc::new(Traced { port: world.loopback, name: "loopback", trace: trace.clone() }),
        workers: Arc::new(Traced { port: world.workers, name: "workers", trace: trace.clone() }),
        managers: Arc::new(Traced { port: world.managers, name: "managers", trace: trace.clone() }),
    }
}

/// An answer came. What it says is for the command to tell.
const ANSWERED: &str = "answered";

struct Traced<P: ?Sized> {
    port: Arc<P>,
    name: &'static str,
    trace: Trace,
}

impl<P: ?Sized> Traced<P> {
    fn told<T: 'static>(&self, operation: &'static str, job: Job<T>) -> Job<T> {
        self.told_as(operation, job, |_| ANSWERED.into())
    }

    /// `words` tells an answer apart that is less than what was asked for.
    fn told_as<T: 'static>(&self, operation: &'static str, job: Job<T>, words: fn(&T) -> String) -> Job<T> {
        let (trace, name) = (self.trace.clone(), self.name);
        Box::pin(async move {
            let asked = trace.ask(name, operation);
            let outcome = job.await;
            asked.ended(&outcome.as_ref().map_or_else(|problem| problem.code.name().into(), words));
            outcome
        })
    }
}

/// A right that is missing is an answer too, by its HTTP status.
fn given<T>(answer: &CapabilityResponse<T>) -> String {
    match answer {
        CapabilityResponse::Granted(_) => ANSWERED.into(),
        CapabilityResponse::Refused { status, .. } => format!("refused {status}"),
    }
}
