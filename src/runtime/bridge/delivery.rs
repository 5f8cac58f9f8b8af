//! Delivers one message of the agent, and passes on what comes back.

use super::sending::{in_time, pass_on, send};
use super::session::Session;
use super::{NOT_FOUND, Shared, upkeep};
use crate::domain::mcp::{EventReader, JsonRpcError, MessageInfo, RequestId};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::mcp::{read_whole, too_large};
use crate::runtime::ports::{McpContent, McpRequestKind, McpResponse, ResponseBody};
use std::sync::Arc;
use tokio::time::sleep;

/// Maximum number of times that a stream is resumed that ended before the answer.
const MAX_RESUMPTIONS: usize = 3;

pub(super) struct Delivery {
    body: Arc<Vec<u8>>,
    info: Arc<MessageInfo>,
    /// Its number in the list of unanswered messages.
    number: u64,
    shared: Arc<Shared>,
}

impl Delivery {
    pub(super) fn new(body: Vec<u8>, info: MessageInfo, shared: Arc<Shared>) -> Self {
        let number = shared.unanswered.add(info.requests.clone(), body.len());
        Self { body: Arc::new(body), info: Arc::new(info), number, shared }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn message(&self) -> (Arc<Vec<u8>>, Arc<MessageInfo>) {
        (Arc::clone(&self.body), Arc::clone(&self.info))
    }

    /// Every request in the message has an answer afterwards. A notification whose delivery fails is lost: nothing asks for an answer.
    pub(super) async fn run(self) {
        let outcome = self.deliver().await;
        let left = self.unanswered();
        let problem = match outcome {
            _ if left.is_empty() => return,
            Err(problem) => problem,
            Ok(()) => Problem::new(ProblemCode::ResponseTruncated).with_evidence("the server's response ended without an answer"),
        };
        for request in left {
            self.shared.write_error(Some(&request), &JsonRpcError::from(&problem)).await;
            self.mark_answered(&[request]);
        }
    }

    async fn deliver(&self) -> Result<(), Problem> {
        let opens_session = self.info.is_method("initialize");
        let mut session = if opens_session { Session::default() } else { self.shared.sessions.current() };
        let mut response = self.send(&session).await?;
        if matches!(response.content, McpContent::Refused { status: NOT_FOUND, .. })
            && !opens_session
            && upkeep::reopen(&self.shared, &session).await?
        {
            session = self.shared.sessions.current();
            response = self.send(&session).await?;
        }
        if opens_session {
            self.shared.sessions.set_id(response.session);
        }
        match response.content {
            McpContent::Accepted => Ok(()),
            McpContent::Json(mut body) => {
                let limits = self.shared.limits;
                self.pass_answer(read_whole(&mut *body, limits.message_bytes, limits.response_timeout).await?).await
            }
            McpContent::Events(body) => self.follow(body, &session).await,
            // A refusal may still be the answer: an unknown method is one in JSON-RPC, whatever its status.
            McpContent::Refused { body, .. } if self.is_answer(&body) => self.pass_answer(body).await,
            McpContent::Refused { problem, .. } => Err(problem),
        }
    }

    async fn send(&self, session: &Session) -> Result<McpResponse, Problem> {
        let (body, info) = self.message();
        // From 2026-07-28 on, each message states its version, and there is no handshake that settles one.
        let version = self.info.stated_version.clone().or_else(|| session.protocol_version.clone());
        let mut session = session.clone();
        session.protocol_version = version;
        send(&self.shared, McpRequestKind::Message { body, info }, &session).await
    }

    /// Reads a stream until all requests are answered or it ends, and resumes it where the server allows that.
    async fn follow(&self, mut body: Box<dyn ResponseBody>, session: &Session) -> Result<(), Problem> {
        let mut last_event_id = None;
        let mut resumptions = 0;
        loop {
            let mut reader = EventReader::new(self.shared.limits.message_bytes);
            let ended = self.read_events(&mut *body, &mut reader).await;
            if self.unanswered().is_empty() || matches!(&ended, Err(problem) if problem.code == ProblemCode::ResponseTooLarge) {
                return ended;
            }
            last_event_id = reader.last_event_id.or(last_event_id);
            resumptions += 1;
            if last_event_id.is_none() || resumptions > MAX_RESUMPTIONS {
                return ended;
            }
            sleep(reader.retry.unwrap_or(self.shared.limits.reconnect_pause).min(self.shared.limits.response_timeout)).await;
            let kind = McpRequestKind::Listen { last_event_id: last_event_id.clone() };
            match send(&self.shared, kind, session).await?.content {
                McpContent::Events(next) => body = next,
                _ => return ended,
            }
        }
    }

    async fn read_events(&self, body: &mut dyn ResponseBody, reader: &mut EventReader) -> Result<(), Problem> {
        while let Some(chunk) = in_time(&self.shared, body.next_chunk()).await? {
            let events = reader.push(&chunk).map_err(|_| too_large(self.shared.limits.message_bytes))?;
            for data in events {
                self.pass_answer(data).await?;
            }
            // A server may keep the stream open after the last answer, and nothing more is asked of it.
            if !self.info.requests.is_empty() && self.unanswered().is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Passes on a message of the server, and records which requests it answers.
    async fn pass_answer(&self, message: Vec<u8>) -> Result<(), Problem> {
        let Some(info) = MessageInfo::read(&message) else {
            let unreadable = || Problem::new(ProblemCode::ResponseUnreadable).with_evidence("it is not a JSON-RPC message");
            return if message.iter().all(u8::is_ascii_whitespace) { Ok(()) } else { Err(unreadable()) };
        };
        if self.info.is_method("initialize") {
            self.shared.sessions.set_version(info.chosen_version);
        }
        pass_on(&self.shared, message).await;
        self.mark_answered(&info.responses);
        Ok(())
    }

    fn is_answer(&self, body: &[u8]) -> bool {
        let left = self.unanswered();
        MessageInfo::read(body).is_some_and(|info| info.responses.iter().any(|answered| left.contains(answered)))
    }

    fn unanswered(&self) -> Vec<RequestId> {
        self.shared.unanswered.of(self.number)
    }

    fn mark_answered(&self, answered: &[RequestId]) {
        self.shared.unanswered.mark_answered(self.number, answered);
    }
}
