//! A loopback listener that waits for the browser, and what is sent to it.
#![expect(clippy::disallowed_methods, reason = "visitors are tasks of their own")]

use super::connection_fakes::{self, CODE, STATE};
use super::deadline::DEADLINE;
use super::ports::free_port;
use notion_auth::adapters::loopback::LoopbackListener;
use notion_auth::domain::loopback::{ListenerEvent, PortState};
use notion_auth::domain::oauth::{AuthorizationAttempt, RedirectUri};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::Loopback;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub(crate) const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(crate) const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

pub(crate) fn pending(port: u16) -> AuthorizationAttempt {
    AuthorizationAttempt { redirect: RedirectUri { port }, ..connection_fakes::pending() }
}

/// A wait under way, which ends when this is dropped.
pub(crate) struct LoopbackWait {
    pub(crate) port: u16,
    pub(crate) state: PortState,
    pub(crate) tls_attempts: Arc<AtomicUsize>,
    pub(crate) job: JoinHandle<Result<Secret, Problem>>,
}

impl LoopbackWait {
    pub(crate) async fn on(listener: &LoopbackListener, port: u16) -> Self {
        let (told, state) = oneshot::channel();
        let told = std::sync::Mutex::new(Some(told));
        let tls_attempts = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&tls_attempts);
        let tell = move |event| match event {
            ListenerEvent::Listening(state) => {
                told.lock().unwrap().take().expect("told once").send(state).expect("somebody listens");
            }
            ListenerEvent::TlsAttempted => {
                seen.fetch_add(1, Ordering::SeqCst);
            }
        };
        let job = tokio::spawn(listener.wait_for_callback(pending(port), Box::new(tell)));
        let state = timeout(DEADLINE, state).await.expect("it says at once whether it listens").unwrap();
        Self { port, state, tls_attempts, job }
    }

    /// On a port of its own.
    pub(crate) async fn anywhere(listener: &LoopbackListener) -> Self {
        let waiting = Self::on(listener, free_port()).await;
        assert_eq!(waiting.state, PortState::Free(waiting.port));
        waiting
    }

    /// The query that the consent page sends the browser back with.
    pub(crate) async fn visit(&self, ip: IpAddr, query: &str) -> String {
        let request = get(&format!("localhost:{}", self.port), &format!("/callback?{query}"));
        say(ip, self.port, request.as_bytes()).await
    }

    /// A browser brings the code.
    pub(crate) async fn consent(&self) -> String {
        self.visit(V4, &consent()).await
    }

    pub(crate) async fn end(self) -> Result<String, ProblemCode> {
        let answer = timeout(DEADLINE, self.job).await.expect("the wait ends").expect("without a panic");
        answer.map(|code| code.expose().to_owned()).map_err(|problem| problem.code)
    }

    /// Dropped, as Esc does it.
    pub(crate) async fn stop(self) {
        self.job.abort();
        assert!(self.job.await.unwrap_err().is_cancelled());
    }
}

pub(crate) fn consent() -> String {
    format!("code={CODE}&state={STATE}")
}

pub(crate) fn get(host: &str, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

/// Sends bytes and returns the response until the listener closes. A listener that closes while bytes are sent is not an error.
pub(crate) async fn say(ip: IpAddr, port: u16, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect((ip, port)).await.expect("somebody listens");
    let _ = stream.write_all(bytes).await;
    rest(&mut stream).await
}

pub(crate) async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = timeout(DEADLINE, stream.read_to_end(&mut answer)).await.expect("the connection is closed");
    String::from_utf8(answer).expect("text")
}
