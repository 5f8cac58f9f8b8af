//! The loopback listener of an own connection (RFC 8252, section 7.3): waits for the browser that brings the callback.
//!
//! `sockets` binds the port, `server` handles connections, `callback` recognises the callback, and `page` is shown by the browser.
//! Nothing here exchanges the code or opens a browser.

mod callback;
mod descriptors;
mod page;
mod port_owner;
mod server;
mod sockets;

pub use sockets::check_port;

use crate::adapters::trace;
use crate::domain::loopback::ListenerEvent;
use crate::domain::oauth::{AUTHORIZATION_TIMEOUT, AuthorizationAttempt};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, Loopback, PortReservation, ProgressCallback};
use server::Server;
use sockets::Sockets;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The result of the request: a code, or a refusal.
type CallbackResult = Result<Secret, Problem>;

/// Limits of time, size and number for clients.
#[derive(Clone, Copy, Debug)]
pub struct ListenerLimits {
    /// Time to wait for the callback.
    pub callback_timeout: Duration,
    /// Time of one connection, from its first moment to its last.
    pub connection_timeout: Duration,
    /// Time that reloads are answered after the callback.
    pub reload_timeout: Duration,
    /// Maximum bytes of a request. Browsers send the cookies of every server that ever ran on this machine's `localhost`, whatever
    /// its port, and those are many on a developer's.
    pub max_request_bytes: usize,
    /// Maximum number of open connections.
    pub max_connections: usize,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            callback_timeout: AUTHORIZATION_TIMEOUT,
            connection_timeout: Duration::from_secs(10),
            reload_timeout: Duration::from_secs(5),
            max_request_bytes: 64 * 1024,
            max_connections: 64,
        }
    }
}

/// Listens on 127.0.0.1 and ::1, for one callback at a time.
#[derive(Default)]
pub struct LoopbackListener {
    limits: ListenerLimits,
    /// The server of the previous callback, which still answers reloads.
    reload_server: Arc<Mutex<JoinSet<()>>>,
    /// The latest reservation, whose owner holds it.
    reserved: Arc<Mutex<Weak<ReservedSockets>>>,
}

/// The sockets of a port that is held for a callback to come, until the callback is waited for.
type ReservedSockets = Mutex<Option<Sockets>>;

impl LoopbackListener {
    #[must_use]
    pub fn with_limits(limits: ListenerLimits) -> Self {
        Self { limits, ..Self::default() }
    }
}

impl Loopback for LoopbackListener {
    fn reserve(&self, ports: Vec<u16>) -> Job<Option<PortReservation>> {
        let (reload_server, reserved) = (Arc::clone(&self.reload_server), Arc::clone(&self.reserved));
        trace::job("loopback", "reserve", async move {
            let mut previous = std::mem::take(&mut *lock(&reload_server));
            previous.shutdown().await;
            for port in ports {
                if let Some(sockets) = Sockets::bind_both(port).await {
                    let held = Arc::new(Mutex::new(Some(sockets)));
                    *lock(&reserved) = Arc::downgrade(&held);
                    return Ok(Some(PortReservation::new(port, held)));
                }
            }
            Ok(None)
        })
    }

    fn wait_for_callback(&self, pending: AuthorizationAttempt, on_progress: ProgressCallback<ListenerEvent>) -> Job<Secret> {
        let (limits, reload_server, reserved) = (self.limits, Arc::clone(&self.reload_server), Arc::clone(&self.reserved));
        trace::job("loopback", "wait_for_callback", async move {
            // Aborting is not enough: the port is free once its listener is gone.
            let mut previous = std::mem::take(&mut *lock(&reload_server));
            previous.shutdown().await;
            let port = pending.redirect.port;
            let held = lock(&reserved).upgrade();
            let sockets = match held.and_then(|held| lock(&held).take_if(|held| held.port == port)) {
                Some(held) => held,
                None => Sockets::bind(port).await,
            };
            on_progress(ListenerEvent::Listening(sockets.state().await));
            let mut server = Server::new(sockets, pending, limits);
            let Ok(answer) =
                timeout(limits.callback_timeout, server.serve_until_callback(|| on_progress(ListenerEvent::TlsAttempted))).await
            else {
                let evidence = format!("no redirect within {} s", limits.callback_timeout.as_secs());
                return Err(Problem::new(ProblemCode::AuthorizationExpired).with_evidence(evidence));
            };
            lock(&reload_server).spawn(async move {
                let _ = timeout(limits.reload_timeout, server.serve_until_callback(|| {})).await;
            });
            answer
        })
    }

    fn close(&self) -> Job<()> {
        let mut previous = std::mem::take(&mut *lock(&self.reload_server));
        Box::pin(async move {
            previous.shutdown().await;
            Ok(())
        })
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
