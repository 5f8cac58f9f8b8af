//! Requests that this program itself makes of the MCP server, one after the other.

use crate::domain::mcp::{EventReader, MessageInfo, RequestId};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::retry::REQUEST_TIMEOUT;
use crate::domain::secret::Secret;
use crate::runtime::ports::{McpContent, McpRequest, McpRequestKind, ResponseBody, World};
use std::sync::Arc;
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

    /// Returns the answer to this request. What else the server sends meanwhile is not for us.
    pub(super) async fn request(&mut self, message: String) -> Result<Vec<u8>, Problem> {
        let (content, id) = self.send(message).await?;
        let id = id.ok_or_else(|| Problem::bug("a request without an id"))?;
        within_time(find_answer(content, &id)).await
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
            let _ = within_time(self.world.mcp.send(self.as_request(McpRequestKind::EndSession))).await;
        }
    }

    async fn send(&mut self, message: String) -> Result<(McpContent, Option<RequestId>), Problem> {
        let info = MessageInfo::read(message.as_bytes()).ok_or_else(|| Problem::bug("a message that is no JSON-RPC"))?;
        let id = info.requests.first().cloned();
        let kind = McpRequestKind::Message { body: Arc::new(message.into_bytes()), info: Arc::new(info) };
        let response = within_time(self.world.mcp.send(self.as_request(kind))).await?;
        self.session = response.session.or_else(|| self.session.take());
        Ok((response.content, id))
    }

    fn as_request(&self, kind: McpRequestKind) -> McpRequest {
        let (session, protocol_version) = (self.session.clone(), self.protocol_version.clone());
        McpRequest { kind, token: self.token.clone(), session, protocol_version }
    }
}

async fn find_answer(content: McpContent, id: &RequestId) -> Result<Vec<u8>, Problem> {
    let answers = |line: &[u8]| MessageInfo::read(line).is_some_and(|info| info.responses.contains(id));
    let missing = || Problem::new(ProblemCode::ResponseTruncated).with_evidence("the response ended without an answer");
    match content {
        McpContent::Accepted => Err(missing()),
        McpContent::Refused { body, .. } if answers(&body) => Ok(body),
        McpContent::Refused { problem, .. } => Err(problem),
        McpContent::Json(mut body) => {
            read_json(&mut *body, MAX_ANSWER_BYTES).await.and_then(|line| if answers(&line) { Ok(line) } else { Err(missing()) })
        }
        McpContent::Events(mut body) => {
            let mut reader = EventReader::new(MAX_ANSWER_BYTES);
            while let Some(chunk) = body.next_chunk().await? {
                let events = reader.push(&chunk).map_err(|_| Problem::new(ProblemCode::ResponseTooLarge))?;
                if let Some(event) = events.into_iter().find(|event| answers(&event.data)) {
                    return Ok(event.data);
                }
            }
            Err(missing())
        }
    }
}

/// Reads a whole body, up to this many bytes.
pub(in crate::runtime) async fn read_json(body: &mut dyn ResponseBody, most: usize) -> Result<Vec<u8>, Problem> {
    let mut whole = Vec::new();
    while let Some(chunk) = body.next_chunk().await? {
        if whole.len() + chunk.len() > most {
            return Err(Problem::new(ProblemCode::ResponseTooLarge).with_evidence(format!("more than {most} bytes")));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

async fn within_time<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let late = || Problem::new(ProblemCode::TimedOut).with_evidence("no answer in time");
    timeout(REQUEST_TIMEOUT, work).await.unwrap_or_else(|_| Err(late()))
}
