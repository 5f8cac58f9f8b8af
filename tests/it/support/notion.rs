//! A scripted fake Notion: it responds, refuses, truncates, stalls, lies or hangs up, and records all requests.
//!
//! It runs on its own thread, so that it serves async tests and the built binary (through `NOTION_API_BASE_URL`) alike.

mod http;
mod proxy;
mod responses;
mod socks;
mod tls;

pub(crate) use super::ports::unused_address;
pub(crate) use http::{Request, Response};
pub(crate) use proxy::FakeProxy;
pub(crate) use responses::{TOKEN, respond_as_member};
pub(crate) use socks::FakeSocks;
pub(crate) use tls::PrivateCa;

use super::deadline::DEADLINE;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// The traffic so far.
#[derive(Default)]
pub(crate) struct Traffic {
    pub(crate) requests: Vec<Request>,
    /// Bytes of responses that were sent.
    pub(crate) bytes_sent: usize,
    /// Connections that the client closed before the response was complete.
    pub(crate) disconnected: usize,
    /// True while the checks have to wait for their responses.
    holds_checks: bool,
}

#[derive(Default)]
struct TrafficLog {
    traffic: Mutex<Traffic>,
    changed: Condvar,
}

impl TrafficLog {
    fn update(&self, change: impl FnOnce(&mut Traffic)) {
        change(&mut self.traffic.lock().unwrap());
        self.changed.notify_all();
    }

    fn requests(&self) -> Vec<Request> {
        self.traffic.lock().unwrap().requests.clone()
    }

    /// Returns once responses to this request are not held any more.
    fn wait_for_release(&self, request: &Request) {
        if ["/v1/search", "/v1/users", "/v1/oauth/introspect"].contains(&request.path()) {
            self.wait_until(|traffic| !traffic.holds_checks);
        }
    }

    fn wait_until(&self, condition: impl Fn(&Traffic) -> bool) {
        let seen = self.traffic.lock().unwrap();
        let waited = self.changed.wait_timeout_while(seen, DEADLINE, |seen| !condition(seen)).unwrap().1;
        assert!(!waited.timed_out(), "the fake Notion waited in vain");
    }
}

pub(crate) struct FakeNotion {
    server: TcpServer,
    scheme: &'static str,
    log: Arc<TrafficLog>,
}

impl FakeNotion {
    /// Starts a server on a free port of 127.0.0.1 that responds to every request with `script`.
    pub(crate) fn start(script: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let log = Arc::new(TrafficLog::default());
        let server = TcpServer::start({
            let log = Arc::clone(&log);
            move |mut stream| http::serve(&mut stream, &script, &log)
        });
        Self { server, scheme: "http", log }
    }

    /// Starts a server with TLS and a certificate for `localhost`, `127.0.0.1` and `api.notion.test`.
    pub(crate) fn start_tls(ca: &PrivateCa, script: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let log = Arc::new(TrafficLog::default());
        let server = TcpServer::start({
            let (log, config): (_, Arc<ServerConfig>) = (Arc::clone(&log), ca.server_config());
            move |stream| {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                http::serve(&mut StreamOwned::new(connection, stream), &script, &log);
            }
        });
        Self { server, scheme: "https", log }
    }

    /// Returns the value for `NOTION_API_BASE_URL`.
    pub(crate) fn base_url(&self) -> String {
        format!("{}://{}", self.scheme, self.address())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Returns all requests so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.requests()
    }

    /// Waits until every connection made so far is closed. A request that a killed process sent is handled by then.
    pub(crate) fn finish_requests(&self) {
        self.server.finish_requests();
    }

    /// Keeps the checks that follow a sign-in waiting until they are released. Without it, a transcript would depend on which is
    /// faster: the checks or the announcement of the sign-in.
    pub(crate) fn hold_checks(&self) {
        self.log.update(|traffic| traffic.holds_checks = true);
    }

    pub(crate) fn release_checks(&self) {
        self.log.update(|traffic| traffic.holds_checks = false);
    }

    /// Waits for a condition without blocking the client's tasks; panics after the deadline.
    pub(crate) async fn wait_until(&self, condition: impl Fn(&Traffic) -> bool + Send + 'static) {
        let log = Arc::clone(&self.log);
        tokio::task::spawn_blocking(move || log.wait_until(condition)).await.unwrap();
    }
}

/// The connections that are being served, by the client's address.
#[derive(Default)]
struct Connections {
    open: Mutex<BTreeSet<SocketAddr>>,
    changed: Condvar,
}

impl Connections {
    fn change(&self, change: impl FnOnce(&mut BTreeSet<SocketAddr>)) {
        change(&mut self.open.lock().unwrap());
        self.changed.notify_all();
    }
}

/// Accepts connections until it is dropped, with one thread per connection.
struct TcpServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    connections: Arc<Connections>,
}

impl TcpServer {
    fn start(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), stopped: Arc::default(), connections: Arc::default() };
        let (stopped, connections) = (Arc::clone(&server.stopped), Arc::clone(&server.connections));
        let handle = Arc::new(handle);
        thread::spawn(move || {
            while let Ok((stream, client)) = listener.accept() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                connections.change(|open| _ = open.insert(client));
                let (handle, connections) = (Arc::clone(&handle), Arc::clone(&connections));
                thread::spawn(move || {
                    handle(stream);
                    connections.change(|open| _ = open.remove(&client));
                });
            }
        });
        server
    }

    fn finish_requests(&self) {
        // Connections are accepted in order, so all earlier ones are known once this one is.
        let last = TcpStream::connect(self.address).unwrap();
        let only_last = BTreeSet::from([last.local_addr().unwrap()]);
        let open = self.connections.open.lock().unwrap();
        let waited = self.connections.changed.wait_timeout_while(open, DEADLINE, |open| *open != only_last).unwrap().1;
        assert!(!waited.timed_out(), "a request is still being handled");
    }
}

impl Drop for TcpServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then stops.
        drop(TcpStream::connect(self.address));
    }
}
