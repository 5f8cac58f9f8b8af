//! The loopback listener of an own connection (RFC 8252, 7.3): waits for the browser that brings the person's answer.
//!
//! `sockets` takes the port, `server` talks to whoever knocks, `callback` tells the answer from everything else, `page` is what
//! a browser shows. Nothing here exchanges the code or opens a browser.

mod callback;
mod descriptors;
mod holder;
mod page;
mod server;
mod sockets;

pub use sockets::look;

use crate::domain::loopback::ListenerEvent;
use crate::domain::oauth::{PATIENCE, Pending};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, Loopback, Tell};
use server::Server;
use sockets::Sockets;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How the request ended: with a code, or with a refusal.
type Answer = Result<Secret, Problem>;

/// What a visitor may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the answer.
    pub patience: Duration,
    /// For one connection, from its first moment to its last.
    pub connection: Duration,
    /// How long a reload is answered once the answer is there.
    pub linger: Duration,
    /// Bytes of a request. Browsers send the cookies of every server that ever ran on this machine's `localhost`, whatever
    /// its port, and those are many on a developer's.
    pub request: usize,
    /// Open at once.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            patience: PATIENCE,
            connection: Duration::from_secs(10),
            linger: Duration::from_secs(5),
            request: 64 * 1024,
            connections: 64,
        }
    }
}

/// Waits on 127.0.0.1 and ::1, for one answer at a time.
#[derive(Default)]
pub struct LoopbackListener {
    limits: Limits,
    /// The server of the answer before, which still says so to a reload.
    lingering: Arc<Mutex<JoinSet<()>>>,
}

impl LoopbackListener {
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }
}

impl Loopback for LoopbackListener {
    fn wait(&self, pending: Pending, tell: Tell<ListenerEvent>) -> Job<Secret> {
        let (limits, lingering) = (self.limits, Arc::clone(&self.lingering));
        Box::pin(async move {
            // Not only told to end: a port is free once its listener is gone.
            let mut before = std::mem::take(&mut *lock(&lingering));
            before.shutdown().await;
            let sockets = Sockets::bind(pending.redirect.port).await;
            tell(ListenerEvent::Listening(sockets.state().await));
            let mut server = Server::new(sockets, pending, limits);
            let Ok(answer) = timeout(limits.patience, server.answer(|| tell(ListenerEvent::TlsAttempted))).await else {
                let seen = format!("nothing came within {} s", limits.patience.as_secs());
                return Err(Problem::new(ProblemCode::AuthorizationExpired).seen(seen));
            };
            lock(&lingering).spawn(async move {
                let _ = timeout(limits.linger, server.answer(|| {})).await;
            });
            answer
        })
    }

    fn close(&self) -> Job<()> {
        let mut before = std::mem::take(&mut *lock(&self.lingering));
        Box::pin(async move {
            before.shutdown().await;
            Ok(())
        })
    }
}

fn lock(lingering: &Mutex<JoinSet<()>>) -> MutexGuard<'_, JoinSet<()>> {
    lingering.lock().unwrap_or_else(PoisonError::into_inner)
}
