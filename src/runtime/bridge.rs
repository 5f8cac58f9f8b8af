//! The bridge to Notion MCP: the lines that an agent writes become requests, and what the server answers becomes lines
//! (<https://modelcontextprotocol.io/specification/2025-11-25/basic/transports>).
//!
//! A message passes as its sender wrote it. What is added is in the headers: the token, the session and the version of the protocol. Every
//! request gets an answer, from the server or, if it gives none, from here.

mod delivery;
mod sending;
mod session;
mod unanswered;
mod upkeep;

use super::mcp::McpAccess;
use super::ports::World;
use crate::domain::mcp::{JsonRpcError, MessageInfo, RequestId, error_response};
use crate::domain::problem::{Problem, ProblemCode};
use delivery::Delivery;
use session::Sessions;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, timeout, timeout_at};
use unanswered::Unanswered;

/// Limits of the bridge.
#[derive(Clone, Copy, Debug)]
pub struct BridgeLimits {
    /// Maximum bytes of a message, in either direction.
    pub message_bytes: usize,
    /// Maximum bytes of all messages that are in flight to the server.
    pub pending_bytes: usize,
    /// Time for a response to begin, and then for each next part of it. A tool may work for minutes.
    pub response_timeout: Duration,
    /// Time for pending answers after the agent has closed its end.
    pub drain_timeout: Duration,
    /// Maximum number of concurrent requests.
    pub max_requests: usize,
    /// Pause before a stream is resumed, unless the server specifies another one.
    pub reconnect_pause: Duration,
}

impl Default for BridgeLimits {
    fn default() -> Self {
        Self {
            message_bytes: 16 * 1024 * 1024,
            pending_bytes: 64 * 1024 * 1024,
            response_timeout: Duration::from_secs(300),
            drain_timeout: Duration::from_secs(3),
            max_requests: 128,
            reconnect_pause: Duration::from_secs(1),
        }
    }
}

impl BridgeLimits {
    /// Maximum number of messages in flight, including notifications and our own errors. At this limit the agent has to wait.
    fn max_messages(&self) -> usize {
        self.max_requests.saturating_mul(4)
    }

    /// Time for which the messages after a handshake wait for it.
    fn handshake_timeout(&self) -> Duration {
        self.response_timeout.min(Duration::from_secs(30))
    }
}

const NOT_FOUND: u16 = 404;

/// Time limit after `drain_timeout` for the rest: the last errors, a refresh in progress, and the end of the session.
const END_TIMEOUT: Duration = Duration::from_secs(1);

/// A line that the agent wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentLine {
    Message(Vec<u8>),
    /// It was longer than the limit, and is gone. Its id was read as it passed.
    TooLong(Option<RequestId>),
}

/// The state that all requests of one run share.
struct Shared {
    world: World,
    access: McpAccess,
    limits: BridgeLimits,
    sessions: Sessions,
    unanswered: Unanswered,
    output: Sender<Vec<u8>>,
}

impl Shared {
    /// Sends a line to the agent. An agent that is gone is not a failure.
    async fn write(&self, line: Vec<u8>) {
        let _ = self.output.send(line).await;
    }

    async fn write_error(&self, id: Option<&RequestId>, error: &JsonRpcError) {
        self.write(error_response(id, error).into_bytes()).await;
    }
}

/// Opens when its sender is dropped, at the end of the message that it belongs to.
type Gate = watch::Receiver<()>;

/// The tasks of one run.
struct Bridge {
    shared: Arc<Shared>,
    deliveries: JoinSet<()>,
    /// Reads what the server sends by itself.
    listener: JoinSet<()>,
    /// The last message of a handshake. Every later message needs the session and the version that it settles.
    handshake: Option<Gate>,
}

/// Runs until the agent closes its end, and then for as long as answers are pending, within a limit.
pub async fn run(
    world: World,
    wanted: Option<String>,
    limits: BridgeLimits,
    mut lines: Receiver<AgentLine>,
    output: Sender<Vec<u8>>,
) {
    let access = McpAccess::new(&world, wanted);
    let (sessions, unanswered) = (Sessions::default(), Unanswered::default());
    let shared = Arc::new(Shared { world, access, limits, sessions, unanswered, output });
    let mut bridge = Bridge { shared, deliveries: JoinSet::new(), listener: JoinSet::new(), handshake: None };
    loop {
        tokio::select! {
            line = lines.recv(), if bridge.deliveries.len() < limits.max_messages() => match line {
                Some(line) => bridge.start_delivery(line),
                None => break,
            },
            Some(ended) = bridge.deliveries.join_next_with_id() => bridge.settle(&ended),
            // Without a reader there is nothing left to do.
            () = bridge.shared.output.closed() => break,
        }
    }
    bridge.end().await;
}

impl Bridge {
    /// Starts the delivery of a line. It never waits, so that the end of the input and of other messages is always seen.
    fn start_delivery(&mut self, line: AgentLine) {
        let limits = self.shared.limits;
        let body = match line {
            AgentLine::Message(body) => body,
            AgentLine::TooLong(id) => return self.refuse(vec![id], &JsonRpcError::too_long(limits.message_bytes)),
        };
        let Some(info) = MessageInfo::read(&body) else { return self.refuse(vec![None], &JsonRpcError::unreadable()) };
        if let Some(cancelled) = &info.cancelled {
            self.shared.unanswered.cancel(cancelled);
        }
        if !self.shared.unanswered.has_room_for(info.requests.len(), body.len(), &limits) {
            return self.refuse(info.requests.into_iter().map(Some).collect(), &JsonRpcError::too_many());
        }
        let opens_session = info.is_method("initialize");
        let is_initialized = info.is_method("notifications/initialized");
        let delivery = Delivery::new(body, info, Arc::clone(&self.shared));
        if opens_session {
            self.shared.sessions.begin(delivery.message());
        }
        let (opened, gate) = watch::channel(());
        let previous_handshake = self.handshake.clone();
        if opens_session || is_initialized {
            self.handshake = Some(gate);
        }
        let number = delivery.number();
        let task = self.deliveries.spawn(async move {
            wait_for(previous_handshake, limits).await;
            delivery.run().await;
            drop(opened);
        });
        self.shared.unanswered.set_task(number, task);
        if is_initialized {
            let (shared, initialized) = (Arc::clone(&self.shared), self.handshake.clone());
            // There is one such stream, whatever the agent sends twice.
            self.listener = JoinSet::new();
            self.listener.spawn(async move {
                wait_for(initialized, limits).await;
                upkeep::listen(shared).await;
            });
        }
    }

    /// Answers these requests with an error.
    fn refuse(&mut self, requests: Vec<Option<RequestId>>, error: &JsonRpcError) {
        for request in requests {
            let line = error_response(request.as_ref(), error).into_bytes();
            if let Err(TrySendError::Full(line)) = self.shared.output.try_send(line) {
                let shared = Arc::clone(&self.shared);
                self.deliveries.spawn(async move { shared.write(line).await });
            }
        }
    }

    /// Answers the requests that a delivery has left unanswered, as it does only if it was cancelled or hit a bug.
    fn settle(&mut self, ended: &Result<(tokio::task::Id, ()), JoinError>) {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id);
        let left = self.shared.unanswered.remove(id);
        if !left.is_empty() {
            let problem = Problem::bug("the request ended without an answer");
            self.refuse(left.into_iter().map(Some).collect(), &JsonRpcError::from(&problem));
        }
    }

    async fn end(mut self) {
        let end = Instant::now() + self.shared.limits.drain_timeout;
        while let Ok(Some(ended)) = timeout_at(end, self.deliveries.join_next_with_id()).await {
            self.settle(&ended);
        }
        self.deliveries.abort_all();
        self.listener.abort_all();
        let shared = &self.shared;
        let answer_rest = async {
            let problem = Problem::new(ProblemCode::Cancelled).with_evidence("notion-auth mcp ended");
            for request in shared.unanswered.take_all() {
                shared.write_error(Some(&request), &JsonRpcError::from(&problem)).await;
            }
        };
        let end_session = async {
            shared.access.finish_refresh().await;
            let _ = timeout(END_TIMEOUT, upkeep::end(shared)).await;
        };
        let _ = timeout_at(end + END_TIMEOUT, async { tokio::join!(answer_rest, end_session) }).await;
    }
}

async fn wait_for(gate: Option<Gate>, limits: BridgeLimits) {
    if let Some(mut gate) = gate {
        // An error means that the sender is gone, which is what opens it.
        let _ = timeout(limits.handshake_timeout(), gate.changed()).await;
    }
}
