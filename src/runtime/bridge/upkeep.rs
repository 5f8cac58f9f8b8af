//! The bridge's own work: reopens a lost session, reads the stream of messages that are not responses, and ends the session.

use super::session::Session;
use super::{Shared, sending};
use crate::domain::mcp::{EventReader, MessageInfo, handshake};
use crate::domain::problem::{Problem, ProblemKind};
use crate::runtime::mcp::{find_answer, in_time};
use crate::runtime::ports::{McpContent, McpRequest, McpRequestKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Shortest pause before the stream is opened again, whatever the server asks for.
const MIN_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause before the stream is opened again.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// Reopens a session that the server has forgotten, with the agent's handshake and without the agent noticing. Returns `false` if
/// there was none. If another request has reopened it meanwhile, there is nothing left to do.
pub(super) async fn reopen(shared: &Shared, lost: &Session) -> Result<bool, Problem> {
    in_time(shared.limits.handshake_timeout(), async {
        let _guard = shared.sessions.reopening.lock().await;
        let now = shared.sessions.current();
        if now.id != lost.id {
            return Ok(true);
        }
        let (Some(_), Some((body, info))) = (&lost.id, now.handshake) else { return Ok(false) };
        let Some(id) = info.requests.first().cloned() else { return Ok(false) };
        let response = sending::send(shared, McpRequestKind::Message { body, info }, &Session::default()).await?;
        let answer = find_answer(response.content, &id, shared.limits.message_bytes).await?;
        shared.sessions.replace(response.session, handshake::read_initialized(&answer)?);
        let body = handshake::initialized_notification().into_bytes();
        let info = MessageInfo::read(&body).unwrap_or_default();
        let kind = McpRequestKind::Message { body: Arc::new(body), info: Arc::new(info) };
        sending::send(shared, kind, &shared.sessions.current()).await?;
        Ok(true)
    })
    .await
}

/// Passes on what the server sends of its own accord, until it says that there is no such stream. A stream that breaks is resumed after
/// a pause.
pub(super) async fn listen(shared: Arc<Shared>) {
    let mut session = shared.sessions.current();
    let mut last_event_id = None;
    let mut wait = shared.limits.reconnect_pause;
    loop {
        let kind = McpRequestKind::Listen { last_event_id: last_event_id.clone() };
        match sending::send(&shared, kind, &session).await.map(|response| response.content) {
            Ok(McpContent::Events(mut body)) => {
                let mut reader = EventReader::new(shared.limits.message_bytes);
                // There is no limit of time: it may be silent for hours.
                while let Ok(Some(chunk)) = body.next_chunk().await {
                    wait = shared.limits.reconnect_pause;
                    let Ok(events) = reader.push(&chunk) else { break };
                    for message in events {
                        // Only messages of the protocol may be written to the agent.
                        if MessageInfo::read(&message).is_some() {
                            sending::pass_on(&shared, message).await;
                        }
                    }
                }
                last_event_id = reader.last_event_id.or(last_event_id);
                wait = reader.retry.unwrap_or(wait);
            }
            // The agent's own requests report what is wrong, so the stream is not requested again.
            Err(problem) if problem.kind() == ProblemKind::Refused => return,
            Ok(McpContent::Refused { status: 429 | 500..=599, .. }) | Err(_) => {}
            // If it could not be opened again, the next request finds that out once more.
            Ok(McpContent::Refused { status: super::NOT_FOUND, .. }) if !matches!(reopen(&shared, &session).await, Ok(false)) => {}
            // There is none, or it is not for us. Answers still come with their requests.
            Ok(_) => return,
        }
        sleep(wait.clamp(MIN_PAUSE, MAX_PAUSE)).await;
        wait = wait.saturating_mul(2);
        let now = shared.sessions.current();
        // Events have their ids within one session.
        last_event_id = last_event_id.filter(|_| now.id == session.id);
        session = now;
    }
}

/// Tells the server that the session is over. A server need not support that.
pub(super) async fn end(shared: &Shared) {
    let Session { id, protocol_version, .. } = shared.sessions.current();
    if let (Some(_), Ok(token)) = (&id, shared.access.token().await) {
        let _ = shared.world.mcp.send(McpRequest { kind: McpRequestKind::EndSession, token, session: id, protocol_version }).await;
    }
}
