//! Sends one HTTP request with the current token, and writes what comes back to the agent.

use super::Shared;
use super::session::Session;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::mcp;
use crate::runtime::ports::{McpContent, McpRequest, McpRequestKind, McpResponse};

const UNAUTHORIZED: u16 = 401;

/// Sends a request with the current token. If the server refuses that, once more with another one.
pub(super) async fn send(shared: &Shared, kind: McpRequestKind, session: &Session) -> Result<McpResponse, Problem> {
    let token = in_time(shared, shared.access.token()).await?;
    let request = |token| McpRequest {
        kind: kind.clone(),
        token,
        session: session.id.clone(),
        protocol_version: session.protocol_version.clone(),
    };
    let response = in_time(shared, shared.world.mcp.send(request(token.clone()))).await?;
    if !matches!(response.content, McpContent::Refused { status: UNAUTHORIZED, .. }) {
        return Ok(response);
    }
    let other = in_time(shared, shared.access.token_instead_of(&token)).await?;
    match in_time(shared, shared.world.mcp.send(request(other.clone()))).await {
        // A server that refuses a message without reading it may close the connection, which shows only when that is used again.
        Err(problem) if problem.code == ProblemCode::ResponseTruncated => {
            in_time(shared, shared.world.mcp.send(request(other))).await
        }
        response => response,
    }
}

pub(super) async fn in_time<T>(shared: &Shared, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    mcp::in_time(shared.limits.response_timeout, work).await
}

/// Passes a message of the server on, on one line: between its tokens, a line end means what a space means.
pub(super) async fn pass_on(shared: &Shared, mut message: Vec<u8>) {
    message.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    shared.write(message).await;
}
