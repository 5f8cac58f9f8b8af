//! One request of the streamable HTTP transport, whose response is read as it comes.

use super::{McpClient, repeat_if_lost};
use crate::adapters::notion_api::auth_headers::bearer;
use crate::adapters::notion_api::classify::{HttpResponse, ResponseClass, classify};
use crate::adapters::notion_api::failure;
use crate::adapters::notion_api::refusal::ErrorBodyFormat;
use crate::adapters::notion_api::scrub::scrub;
use crate::adapters::notion_api::transport::read_body;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{McpContent, McpRequest, McpRequestKind, McpResponse, NextChunk, ResponseBody};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::body::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Response};
use std::sync::Arc;
use zeroize::Zeroizing;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Maximum bytes of a refusal that are read: what is longer is a page for people.
const MAX_REFUSAL_BYTES: usize = 256 * 1024;

struct StreamedBody(Response);

impl ResponseBody for StreamedBody {
    fn next_chunk(&mut self) -> NextChunk<'_> {
        Box::pin(async move {
            let chunk = self.0.chunk().await.map_err(|error| failure::truncation_problem(&error, 0))?;
            Ok(chunk.map(Vec::from))
        })
    }
}

impl McpClient {
    pub(super) async fn open(&self, request: McpRequest) -> Result<McpResponse, Problem> {
        let url = self.url.clone()?;
        let transport = self.transport_for(url.origin())?;
        let token = request.token.clone();
        let send = || async { transport.open_stream(to_http(&request, &url)?).await };
        let response = if is_repeatable(&request.kind) { repeat_if_lost(send).await } else { send().await };
        let response = response.map_err(|problem| scrub(problem, [&token]))?;
        let session = response.headers().get(SESSION).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let content = read_content(response).await.map_err(|problem| scrub(problem, [&token]))?;
        let content = match content {
            McpContent::Refused { status, problem, body } => {
                McpContent::Refused { status, problem: scrub(problem, [&token]), body }
            }
            content => content,
        };
        Ok(McpResponse { session, content })
    }
}

fn is_repeatable(kind: &McpRequestKind) -> bool {
    match kind {
        McpRequestKind::Message { info, .. } => info.is_repeatable(),
        McpRequestKind::Listen { .. } => true,
        McpRequestKind::EndSession => false,
    }
}

fn to_http(request: &McpRequest, url: &crate::domain::mcp::McpUrl) -> Result<Request, Problem> {
    let url = url::Url::parse(url.as_str()).map_err(|error| Problem::bug(error.to_string()))?;
    let method = match &request.kind {
        McpRequestKind::Message { .. } => Method::POST,
        McpRequestKind::Listen { .. } => Method::GET,
        McpRequestKind::EndSession => Method::DELETE,
    };
    let mut http = Request::new(method, url);
    let headers = http.headers_mut();
    headers.insert(AUTHORIZATION, bearer(&request.token)?);
    insert(headers, SESSION, request.session.as_deref());
    insert(headers, PROTOCOL_VERSION, request.protocol_version.as_deref());
    match &request.kind {
        McpRequestKind::Message { body, info } => {
            headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            // From 2026-07-28 on, they let a gateway route a message without reading it. The revisions before know neither.
            if info.stated_version.is_some() {
                insert(headers, METHOD, info.method.as_deref());
                insert(headers, NAME, info.name.as_deref().map(header_text).as_deref());
            }
            *http.body_mut() = Some(Bytes::from_owner(SharedBody(Arc::clone(body))).into());
        }
        McpRequestKind::Listen { last_event_id } => {
            headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
            insert(headers, LAST_EVENT_ID, last_event_id.as_deref());
        }
        McpRequestKind::EndSession => {}
    }
    Ok(http)
}

/// The message of a request that may be sent again, without a copy of it.
struct SharedBody(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBody {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Leaves a value out that no header takes: it comes from the agent, or from the server.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    headers.extend(value.and_then(|value| HeaderValue::from_str(value).ok()).map(|value| (name, value)));
}

/// A name that is not plain ASCII is sent in base64, marked as such.
fn header_text(name: &str) -> String {
    let is_plain = name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && name.trim() == name && !name.starts_with("=?base64?");
    if is_plain { name.to_owned() } else { format!("=?base64?{}?=", BASE64_STANDARD.encode(name)) }
}

async fn read_content(mut response: Response) -> Result<McpContent, Problem> {
    let status = response.status().as_u16();
    if !(200..=299).contains(&status) {
        let body = read_body(&mut response, MAX_REFUSAL_BYTES).await.unwrap_or_default();
        return Ok(refusal(status, std::mem::take(response.headers_mut()), body));
    }
    let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let kind = header(CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // An accepted message is answered with 202 and no body, whatever content type the response claims.
    if matches!(status, 202 | 204) || header(CONTENT_LENGTH) == Some("0") {
        return Ok(McpContent::Accepted);
    }
    match kind.as_str() {
        "text/event-stream" => Ok(McpContent::Events(Box::new(StreamedBody(response)))),
        "application/json" | "" => Ok(McpContent::Json(Box::new(StreamedBody(response)))),
        _ => {
            Err(Problem::new(ProblemCode::UnexpectedResponse).with_evidence(format!("HTTP {status} with neither JSON nor events")))
        }
    }
}

fn refusal(status: u16, headers: HeaderMap, body: Zeroizing<Vec<u8>>) -> McpContent {
    let content = body.to_vec();
    let reply = HttpResponse { status, headers, body, received: crate::adapters::machine::clock::Clock::System.now() };
    let evidence = reply.evidence(reply.error_body(ErrorBodyFormat::Oauth).as_ref());
    let problem = match (status, classify(reply, ErrorBodyFormat::Oauth)) {
        (401, _) => Problem::new(ProblemCode::McpTokenRefused).with_evidence(evidence),
        (403, _) => Problem::new(ProblemCode::McpForbidden).with_evidence(evidence),
        (429, Ok(ResponseClass::Refused(refusal))) => refusal.into_problem_with(ProblemCode::RateLimited),
        (300..=399 | 407 | 429 | 500..=599, Err(problem)) => problem,
        _ => Problem::new(ProblemCode::UnexpectedResponse).with_evidence(evidence),
    };
    McpContent::Refused { status, problem, body: content }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_no_header_takes_is_encoded() {
        assert_eq!(header_text("notion-fetch"), "notion-fetch");
        assert_eq!(header_text("söc"), "=?base64?c8O2Yw==?=");
        assert_eq!(header_text("a\nb"), "=?base64?YQpi?=");
    }
}
