//! Talks to whoever knocks, each on their own: nobody slow, silent or hostile stands in the way of the real answer.

use super::sockets::Sockets;
use super::{Answer, Limits, callback, page};
use crate::domain::oauth::Pending;
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
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet, yield_now};
use tokio::time::{sleep, timeout};

/// Before accepting again when the system would not let us, as when it is out of file descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Ends with everything it has open when it is dropped.
pub(super) struct Server {
    listeners: [Option<TcpListener>; 2],
    question: Arc<Question>,
    limits: Limits,
    connections: JoinSet<Option<Answer>>,
    /// The same, the oldest first.
    open: VecDeque<AbortHandle>,
}

impl Server {
    pub(super) fn new(sockets: Sockets, pending: Pending, limits: Limits) -> Self {
        let question = Arc::new(Question { pending, is_answered: AtomicBool::new(false) });
        let (connections, open) = (JoinSet::new(), VecDeque::new());
        Self { listeners: sockets.listeners, question, limits, connections, open }
    }

    /// Serves until the answer has come and its page has left. Called again, it serves for ever: there is one answer.
    pub(super) async fn answer(&mut self) -> Answer {
        loop {
            let [v4, v6] = &self.listeners;
            let stream = tokio::select! {
                stream = accept(v4.as_ref()) => stream,
                stream = accept(v6.as_ref()) => stream,
                Some(ended) = self.connections.join_next() => match ended {
                    Ok(Some(answer)) => return answer,
                    _ => continue,
                },
            };
            self.admit(stream);
            // So that who came can say what they want before the next ones push them out.
            yield_now().await;
        }
    }

    /// Over the limit the oldest goes: whoever wants something says so at once, and was answered long ago.
    fn admit(&mut self, stream: TcpStream) {
        self.open.retain(|connection| !connection.is_finished());
        if self.open.len() >= self.limits.connections {
            // Not the one that brought the answer.
            if self.question.is_answered() {
                return;
            }
            if let Some(oldest) = self.open.pop_front() {
                oldest.abort();
            }
        }
        let connection = converse(stream, Arc::clone(&self.question), self.limits);
        self.open.push_back(self.connections.spawn(connection));
    }
}

/// The next one to knock; nobody does where nothing could be bound.
async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else { return pending().await };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(_) => sleep(BREATH).await,
        }
    }
}

/// One connection, one request. Gives the answer, where it was brought by this one, when the page is on its way.
async fn converse(stream: TcpStream, question: Arc<Question>, limits: Limits) -> Option<Answer> {
    let answer = OnceLock::new();
    let service = service_fn(|request: Request<Incoming>| {
        let (response, brought) = question.respond(&request);
        if let Some(brought) = brought {
            let _ = answer.set(brought);
        }
        ready(Ok::<_, Infallible>(response))
    });
    let mut http = http1::Builder::new();
    let connection = http.keep_alive(false).max_buf_size(limits.request).serve_connection(TokioIo::new(stream), service);
    // A visitor who leaves or breaks off is no failure.
    let _ = timeout(limits.connection, connection).await;
    answer.into_inner()
}

/// What is being asked, which is answered once.
struct Question {
    pending: Pending,
    is_answered: AtomicBool,
}

impl Question {
    fn respond<B>(&self, request: &Request<B>) -> (Response<Full<Bytes>>, Option<Answer>) {
        match callback::read(request, &self.pending) {
            Err(status) => (page::turned_away(status), None),
            // A reload, or the same answer through a second connection.
            Ok(_) if self.is_answered.swap(true, Ordering::SeqCst) => (page::answered_already(), None),
            Ok(answer) => (page::answered(&answer), Some(answer)),
        }
    }

    fn is_answered(&self) -> bool {
        self.is_answered.load(Ordering::SeqCst)
    }
}
