//! Handles each connection on its own, so that a slow, silent or hostile client does not block the real callback.

use super::descriptors::{ReserveDescriptor, connection_limit, is_out_of_descriptors};
use super::sockets::Sockets;
use super::{CallbackResult, ListenerLimits, callback, page};
use crate::domain::oauth::AuthorizationAttempt;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{pending, ready};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet, yield_now};
use tokio::time::{sleep, timeout};

/// Delay before accepting again after the system refused.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// Connections that may be open after the callback, for reloads of its page.
const MAX_CONNECTIONS_AFTER_CALLBACK: usize = 4;

/// The first byte of a TLS handshake (RFC 8446, section 5.1). No HTTP request begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// A fatal alert, `handshake_failure` (RFC 8446, section 6): the browser gives up at once, and some then try http.
const TLS_ALERT: [u8; 7] = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28];

/// Closes everything it has open when it is dropped.
pub(super) struct Server {
    listeners: [Option<TcpListener>; 2],
    authorization: Arc<PendingAuthorization>,
    limits: ListenerLimits,
    connections: JoinSet<ConnectionOutcome>,
    /// The handles of these connections, the oldest first.
    open_connections: VecDeque<AbortHandle>,
    reserve: ReserveDescriptor,
}

/// The outcome of one connection.
enum ConnectionOutcome {
    Ignored,
    /// The client wanted https, which this listener does not speak.
    Tls,
    Answered(CallbackResult),
}

impl Server {
    pub(super) fn new(sockets: Sockets, pending: AuthorizationAttempt, limits: ListenerLimits) -> Self {
        let authorization = Arc::new(PendingAuthorization { pending, is_answered: AtomicBool::new(false) });
        let limits = ListenerLimits { max_connections: connection_limit(limits.max_connections), ..limits };
        let (connections, open) = (JoinSet::new(), VecDeque::new());
        Self {
            listeners: sockets.listeners,
            authorization,
            limits,
            connections,
            open_connections: open,
            reserve: ReserveDescriptor::default(),
        }
    }

    /// Serves until the callback has come and its page was sent. Called again, it serves for ever, because there is only one callback.
    pub(super) async fn serve_until_callback(&mut self, on_tls: impl Fn()) -> CallbackResult {
        loop {
            self.reserve.replenish(self.listeners.iter().flatten().next());
            let [v4, v6] = &self.listeners;
            let stream = tokio::select! {
                stream = accept(v4.as_ref()) => stream,
                stream = accept(v6.as_ref()) => stream,
                Some(ended) = self.connections.join_next() => match ended {
                    Ok(ConnectionOutcome::Answered(answer)) => {
                        self.close_connections();
                        return answer;
                    }
                    Ok(ConnectionOutcome::Tls) => {
                        on_tls();
                        continue;
                    }
                    Ok(ConnectionOutcome::Ignored) | Err(_) => continue,
                },
            };
            match stream {
                Ok(stream) => self.admit(stream),
                Err(error) if is_out_of_descriptors(&error) => self.make_room().await,
                Err(_) => sleep(ACCEPT_BACKOFF).await,
            }
            // Lets a new connection send its request before the next ones evict it.
            yield_now().await;
        }
    }

    /// At the limit, drops the oldest connection; real callbacks finish immediately.
    fn admit(&mut self, stream: TcpStream) {
        self.open_connections.retain(|connection| !connection.is_finished());
        if self.open_connections.len() >= self.limits.max_connections {
            // The oldest connection may be the one that brought the callback.
            if self.authorization.is_answered() {
                return;
            }
            self.evict();
        }
        let connection = handle_connection(stream, Arc::clone(&self.authorization), self.limits);
        self.open_connections.push_back(self.connections.spawn(connection));
    }

    /// Makes room for the next connection when no descriptor is left: the reserve admits it, and the oldest connection makes up for it.
    async fn make_room(&mut self) {
        self.open_connections.retain(|connection| !connection.is_finished());
        let had_reserve = self.reserve.release();
        let can_evict = !self.authorization.is_answered() && self.evict();
        if !had_reserve && !can_evict {
            sleep(ACCEPT_BACKOFF).await;
        }
    }

    /// Closes the oldest connection; false where there is none.
    fn evict(&mut self) -> bool {
        self.open_connections.pop_front().inspect(AbortHandle::abort).is_some()
    }

    /// The exchange of the code and the store come next, and need the descriptors more than the remaining clients do.
    fn close_connections(&mut self) {
        self.connections.abort_all();
        self.open_connections.clear();
        self.limits.max_connections = self.limits.max_connections.min(MAX_CONNECTIONS_AFTER_CALLBACK);
    }
}

/// Accepts the next connection; never resolves if nothing could be bound.
async fn accept(listener: Option<&TcpListener>) -> std::io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => pending().await,
    }
}

/// Handles one connection with one request. Returns the callback if it was brought by this one, once the page is on its way.
async fn handle_connection(
    mut stream: TcpStream,
    authorization: Arc<PendingAuthorization>,
    limits: ListenerLimits,
) -> ConnectionOutcome {
    let answer = OnceLock::new();
    let exchange = async {
        let mut first = [0];
        if stream.peek(&mut first).await.is_ok_and(|read| read == 1) && first == [TLS_HANDSHAKE] {
            let _ = stream.write_all(&TLS_ALERT).await;
            return ConnectionOutcome::Tls;
        }
        let service = service_fn(|request: Request<Incoming>| {
            let (response, result) = authorization.respond(&request);
            if let Some(result) = result {
                let _ = answer.set(result);
            }
            ready(Ok::<_, Infallible>(response))
        });
        let mut http = http1::Builder::new();
        // A client that disconnects early is not a failure.
        let _ = http.keep_alive(false).max_buf_size(limits.max_request_bytes).serve_connection(TokioIo::new(stream), service).await;
        ConnectionOutcome::Ignored
    };
    let outcome = timeout(limits.connection_timeout, exchange).await.unwrap_or(ConnectionOutcome::Ignored);
    answer.into_inner().map_or(outcome, ConnectionOutcome::Answered)
}

/// The pending request, which is answered once.
struct PendingAuthorization {
    pending: AuthorizationAttempt,
    is_answered: AtomicBool,
}

impl PendingAuthorization {
    fn respond<B>(&self, request: &Request<B>) -> (Response<Full<Bytes>>, Option<CallbackResult>) {
        match callback::read_callback(request, &self.pending) {
            Err(status) => (page::rejection_page(status), None),
            // A reload, or the same callback through a second connection.
            Ok(_) if self.is_answered.swap(true, Ordering::SeqCst) => (page::already_answered_page(), None),
            Ok(answer) => (page::callback_page(&answer), Some(answer)),
        }
    }

    fn is_answered(&self) -> bool {
        self.is_answered.load(Ordering::SeqCst)
    }
}
