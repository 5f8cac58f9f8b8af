//! Requests that this program itself makes of the MCP server, one after the other.

use crate::domain::mcp::{EventReader, MessageInfo, RequestId};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::retry::REQUEST_TIMEOUT;
use crate::domain::secret::Secret;
use crate::runtime::ports::{McpContent, McpRequest, McpRequestKind, ResponseBody, World};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Maximum bytes of an answer to our own requests.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// One conversation, with the session that the server may have opened.
pub(super) struct Handshake<'a> {
    world: &'a World,
    token: Secret,
    session: Option<String>,
    pub(super) protocol_version: Option<String>,
}

/// True if the server refused the token, so that another one may be accepted.
pub(super) fn is_token_refused(problem: &Problem) -> bool {
    problem.code == ProblemCode::McpTokenRefused
}

impl<'a> Handshake<'a> {
    pub(super) fn new(world: &'a World, token: Secret) -> Self {
        Self { world, token, session: None, protocol_version: None }
    }

    /// Returns the answer to this request. Other messages of the server are ignored.
    pub(super) async fn request(&mut self, message: String) -> Result<Vec<u8>, Problem> {
        let (content, id) = self.send(message).await?;
        let id = id.ok_or_else(|| Problem::bug("a request without an id"))?;
        in_time(REQUEST_TIMEOUT, find_answer(content, &id, MAX_ANSWER_BYTES)).await
    }

    pub(super) async fn notify(&mut self, message: String) -> Result<(), Problem> {
        match self.send(message).await?.0 {
            McpContent::Refused { problem, .. } => Err(problem),
            _ => Ok(()),
        }
    }

    /// Ends the session, if there is one. A server need not support that.
    pub(super) async fn end(self) {
        if self.session.is_some() {
            let _ = in_time(REQUEST_TIMEOUT, self.world.mcp.send(self.as_request(McpRequestKind::EndSession))).await;
        }
    }

    async fn send(&mut self, message: String) -> Result<(McpContent, Option<RequestId>), Problem> {
        let info = MessageInfo::read(message.as_bytes()).ok_or_else(|| Problem::bug("a message that is no JSON-RPC"))?;
        let id = info.requests.first().cloned();
        let kind = McpRequestKind::Message { body: Arc::new(message.into_bytes()), info: Arc::new(info) };
        let response = in_time(REQUEST_TIMEOUT, self.world.mcp.send(self.as_request(kind))).await?;
        self.session = response.session.or_else(|| self.session.take());
        Ok((response.content, id))
    }

    fn as_request(&self, kind: McpRequestKind) -> McpRequest {
        let (session, protocol_version) = (self.session.clone(), self.protocol_version.clone());
        McpRequest { kind, token: self.token.clone(), session, protocol_version }
    }
}

/// Returns the answer to the request with this id. The caller limits the time.
pub(in crate::runtime) async fn find_answer(content: McpContent, id: &RequestId, max_bytes: usize) -> Result<Vec<u8>, Problem> {
    let answers = |line: &[u8]| MessageInfo::read(line).is_some_and(|info| info.responses.contains(id));
    let missing = || Problem::new(ProblemCode::ResponseTruncated).with_evidence("the response ended without an answer");
    match content {
        McpContent::Accepted => Err(missing()),
        McpContent::Refused { body, .. } if answers(&body) => Ok(body),
        McpContent::Refused { problem, .. } => Err(problem),
        McpContent::Json(mut body) => {
            let line = read_whole(&mut *body, max_bytes, REQUEST_TIMEOUT).await?;
            if answers(&line) { Ok(line) } else { Err(missing()) }
        }
        McpContent::Events(mut body) => {
            let mut reader = EventReader::new(max_bytes);
            while let Some(chunk) = body.next_chunk().await? {
                let events = reader.push(&chunk).map_err(|_| too_large(max_bytes))?;
                if let Some(line) = events.into_iter().find(|line| answers(line)) {
                    return Ok(line);
                }
            }
            Err(missing())
        }
    }
}

/// Reads a whole body, up to this many bytes, with this much time for each part of it.
pub(in crate::runtime) async fn read_whole(
    body: &mut dyn ResponseBody,
    max_bytes: usize,
    time: Duration,
) -> Result<Vec<u8>, Problem> {
    let mut whole = Vec::new();
    while let Some(chunk) = in_time(time, body.next_chunk()).await? {
        if whole.len() + chunk.len() > max_bytes {
            return Err(too_large(max_bytes));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

pub(in crate::runtime) fn too_large(max_bytes: usize) -> Problem {
    Problem::new(ProblemCode::ResponseTooLarge).with_evidence(format!("more than {} MB", max_bytes / (1024 * 1024)))
}

pub(in crate::runtime) async fn in_time<T>(time: Duration, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let late = || Problem::new(ProblemCode::TimedOut).with_evidence(format!("no response for {} s", time.as_secs()));
    timeout(time, work).await.unwrap_or_else(|_| Err(late()))
}
