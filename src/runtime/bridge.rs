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
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};
use unanswered::Unanswered;

/// Limits of the bridge.
#[derive(Clone, Copy, Debug)]
pub struct BridgeLimits {
    /// Maximum bytes of a message, in either direction.
    pub message_bytes: usize,
    /// Time for a response to begin, and then for each next part of it. A tool may work for minutes.
    pub response_timeout: Duration,
    /// Time for pending answers after the agent has closed its end.
    pub drain_timeout: Duration,
    /// Requests at one time.
    pub max_requests: usize,
    /// Pause before a stream is taken up again, unless the server names another one.
    pub reconnect_pause: Duration,
}

impl Default for BridgeLimits {
    fn default() -> Self {
        Self {
            message_bytes: 16 * 1024 * 1024,
            response_timeout: Duration::from_secs(300),
            drain_timeout: Duration::from_secs(5),
            max_requests: 128,
            reconnect_pause: Duration::from_secs(1),
        }
    }
}

/// Time for which the messages after a handshake wait for it.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

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
    /// Sends a line to the agent. If it is gone, there is nobody to tell.
    async fn write(&self, line: Vec<u8>) {
        let _ = self.output.send(line).await;
    }

    async fn write_error(&self, id: Option<&RequestId>, error: &JsonRpcError) {
        self.write(error_response(id, error).into_bytes()).await;
    }
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
    let mut deliveries = JoinSet::new();
    let mut streams = JoinSet::new();
    loop {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) => take_line(line, &shared, &mut deliveries, &mut streams).await,
                None => break,
            },
            Some(ended) = deliveries.join_next_with_id() => settle(ended, &shared).await,
            // Without a reader there is nothing left to do.
            () = shared.output.closed() => break,
        }
    }
    drain(&shared, &mut deliveries).await;
    streams.abort_all();
    upkeep::end(&shared).await;
}

async fn take_line(line: AgentLine, shared: &Arc<Shared>, deliveries: &mut JoinSet<()>, streams: &mut JoinSet<()>) {
    let body = match line {
        AgentLine::Message(body) => body,
        AgentLine::TooLong(id) => {
            return shared.write_error(id.as_ref(), &JsonRpcError::too_long(shared.limits.message_bytes)).await;
        }
    };
    let Some(info) = MessageInfo::read(&body) else { return shared.write_error(None, &JsonRpcError::unreadable()).await };
    if !info.requests.is_empty() && shared.unanswered.len() >= shared.limits.max_requests {
        let problem = Problem::new(ProblemCode::RateLimited).with_evidence("too many requests at one time");
        for id in &info.requests {
            shared.write_error(Some(id), &JsonRpcError::from(&problem)).await;
        }
        return;
    }
    if let Some(cancelled) = &info.cancelled {
        shared.unanswered.cancel(cancelled);
    }
    // Messages after the handshake need its session and its version.
    let opens_session = info.is_method("initialize");
    let is_initialized = info.is_method("notifications/initialized");
    let delivery = Delivery::new(body, info, Arc::clone(shared));
    if opens_session {
        shared.sessions.begin(delivery.message());
    }
    let number = delivery.number();
    let task = deliveries.spawn(delivery.run());
    shared.unanswered.set_task(number, task.clone());
    let end = Instant::now() + shared.limits.response_timeout.min(HANDSHAKE_TIMEOUT);
    while (opens_session || is_initialized) && !task.is_finished() {
        let Ok(Some(ended)) = timeout_at(end, deliveries.join_next_with_id()).await else { break };
        settle(ended, shared).await;
    }
    if is_initialized {
        streams.spawn(upkeep::listen(Arc::clone(shared)));
    }
}

/// Answers what a delivery has left unanswered. It ends so only if it was cancelled or met a fault of our own.
async fn settle(ended: Result<(tokio::task::Id, ()), tokio::task::JoinError>, shared: &Shared) {
    let id = ended.as_ref().map_or_else(tokio::task::JoinError::id, |(id, ())| *id);
    for request in shared.unanswered.remove(id) {
        shared.write_error(Some(&request), &JsonRpcError::from(&Problem::bug("the request ended without an answer"))).await;
    }
}

async fn drain(shared: &Shared, deliveries: &mut JoinSet<()>) {
    let end = Instant::now() + shared.limits.drain_timeout;
    while let Ok(Some(ended)) = timeout_at(end, deliveries.join_next_with_id()).await {
        settle(ended, shared).await;
    }
    deliveries.abort_all();
    let problem = Problem::new(ProblemCode::Cancelled).with_evidence("notion-auth mcp ended");
    for request in shared.unanswered.take_all() {
        shared.write_error(Some(&request), &JsonRpcError::from(&problem)).await;
    }
}

async fn pause(time: Duration) {
    sleep(time).await;
}
