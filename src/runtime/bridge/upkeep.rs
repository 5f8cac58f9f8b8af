//! The bridge's work beside the agent's messages: a lost session is opened again, the stream of messages that answer nothing is read, and
//! the session is ended.

use super::session::Session;
use super::{Shared, pause, sending};
use crate::domain::mcp::{EventReader, MessageInfo, handshake};
use crate::domain::problem::{Problem, ProblemKind};
use crate::runtime::mcp::read_json;
use crate::runtime::ports::{McpContent, McpRequest, McpRequestKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Time for the request that ends a session. Nobody waits for what it does.
const END_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest pause before the stream is opened again.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// Opens a session that the server has forgotten again, with the handshake of the agent, which sees nothing of it. Returns `false` if
/// there was none, or it was opened before.
pub(super) async fn reopen(shared: &Shared, lost: &Session) -> Result<bool, Problem> {
    let _guard = shared.sessions.reopening.lock().await;
    let now = shared.sessions.current();
    if now.id != lost.id {
        return Ok(true);
    }
    let (Some(_), Some((body, info))) = (&lost.id, now.handshake.clone()) else { return Ok(false) };
    shared.sessions.forget_id();
    let kind = McpRequestKind::Message { body, info: Arc::clone(&info) };
    let response = sending::send(shared, kind, &Session::default()).await?;
    shared.sessions.set_id(response.session);
    let answer = match response.content {
        McpContent::Json(mut body) => read_json(&mut *body, shared.limits.message_bytes).await?,
        McpContent::Events(mut body) => {
            let mut reader = EventReader::new(shared.limits.message_bytes);
            let mut answer = Vec::new();
            while let Some(chunk) = body.next_chunk().await? {
                let events = reader.push(&chunk).unwrap_or_default();
                if let Some(event) = events.into_iter().next() {
                    answer = event.data;
                    break;
                }
            }
            answer
        }
        McpContent::Refused { problem, .. } => return Err(problem),
        McpContent::Accepted => Vec::new(),
    };
    shared.sessions.set_version(MessageInfo::read(&answer).and_then(|info| info.chosen_version));
    let body = handshake::initialized_notification().into_bytes();
    let info = MessageInfo::read(&body).unwrap_or_default();
    let kind = McpRequestKind::Message { body: Arc::new(body), info: Arc::new(info) };
    sending::send(shared, kind, &shared.sessions.current()).await?;
    Ok(true)
}

/// Passes on what the server sends of its own accord, until it says that there is no such stream. A stream that breaks is taken up again
/// after a pause.
pub(super) async fn listen(shared: Arc<Shared>) {
    let mut last_event_id = None;
    let mut wait = shared.limits.reconnect_pause;
    loop {
        let session = shared.sessions.current();
        let kind = McpRequestKind::Listen { last_event_id: last_event_id.clone() };
        match sending::send(&shared, kind, &session).await.map(|response| response.content) {
            Ok(McpContent::Events(mut body)) => {
                let mut reader = EventReader::new(shared.limits.message_bytes);
                // There is no limit of time: it may be silent for hours.
                while let Ok(Some(chunk)) = body.next_chunk().await {
                    wait = shared.limits.reconnect_pause;
                    let Ok(events) = reader.push(&chunk) else { break };
                    for event in events {
                        sending::pass_on(&shared, event.data).await;
                    }
                }
                last_event_id = reader.last_event_id.or(last_event_id);
                wait = reader.retry.unwrap_or(wait);
            }
            // The requests of the agent say what is wrong. The stream is not worth asking for again.
            Err(problem) if problem.kind() == ProblemKind::Refused => return,
            Ok(McpContent::Refused { status: 429 | 500..=599, .. }) | Err(_) => {}
            // There is none, or it is not for us. Answers come with their requests all the same.
            Ok(_) => return,
        }
        pause(wait.min(MAX_PAUSE)).await;
        wait = wait.saturating_mul(2);
    }
}

/// Tells the server that the session is over. A server need not support that.
pub(super) async fn end(shared: &Shared) {
    let session = shared.sessions.current();
    if session.id.is_none() {
        return;
    }
    let work = async {
        let token = shared.access.token().await?;
        let Session { id, protocol_version, .. } = session;
        shared.world.mcp.send(McpRequest { kind: McpRequestKind::EndSession, token, session: id, protocol_version }).await
    };
    let _ = timeout(END_TIMEOUT, work).await;
}
