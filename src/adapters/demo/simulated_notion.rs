//! The Notion of `--demo`: a small server on loopback that responds as Notion documents it
//! (<https://developers.notion.com/reference/get-self>, <https://developers.notion.com/reference/get-users>).
//!
//! `accounts` are the people one can play, `answers` the responses to their tokens; this file only transports them. It knows no
//! real token, writes nothing, and ends when its future is dropped.

mod accounts;
mod answers;
mod login;
mod mcp;
mod oauth;

pub use accounts::ExampleToken;
pub use login::{Approval, Decision, LOGIN_CODE};
pub use oauth::{AUTHORIZATION_CODE as CONSENT_CODE, DemoConsent};

use crate::adapters::machine::clock::Clock;
use crate::domain::link::Link;
use crate::domain::problem::{Problem, ProblemCode};
use accounts::{EXAMPLES, FOUND, find_example};
use answers::{DemoRequest, DemoResponse, TokenUses, answer};
use http_body_util::{BodyExt, Collected, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, DATE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// About as long as Notion takes on a good line, so that a spinner is seen.
const LATENCY: Duration = Duration::from_millis(120);

/// Delay before accepting again after the system refused, as when it is out of file descriptors.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// Maximum bytes of a request's body; ours are far smaller.
const MAX_BODY_BYTES: usize = 64 * 1024;

const PORTAL_PATH: &str = "/developers/tokens";
const PORTAL_PAGE: &str = include_str!("../../../assets/demo_portal.html");

/// The field of the portal's form that names the token to revoke.
const REVOKE_FIELD: &str = "revoke";

/// Marks the place of the rows in `PORTAL_PAGE`.
const ROWS_MARKER: &str = "<!-- example tokens -->";

pub struct SimulatedNotion {
    listener: TcpListener,
    address: SocketAddr,
    portal: Link,
    login_page: Link,
    approval: Arc<Approval>,
    consent: Arc<DemoConsent>,
    latency: Duration,
    clock: Clock,
}

impl SimulatedNotion {
    /// Binds a free port of 127.0.0.1. Fast enough to come before the first frame; connections wait until `serve`.
    pub fn bind() -> Result<Self, Problem> {
        let failed = |error: &dyn Display| {
            Problem::new(ProblemCode::NoNetwork).with_evidence(format!("the demo can't listen on 127.0.0.1: {error}"))
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| failed(&error))?;
        listener.set_nonblocking(true).map_err(|error| failed(&error))?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let portal = Link::parse(&format!("http://{address}{PORTAL_PATH}")).map_err(|error| failed(&error))?;
        let login = format!("http://{address}{}?verificationCode={LOGIN_CODE}", login::LOGIN_PATH);
        let login_page = Link::parse(&login).map_err(|error| failed(&error))?;
        Ok(Self {
            listener,
            address,
            portal,
            login_page,
            approval: Arc::default(),
            consent: Arc::default(),
            latency: LATENCY,
            clock: Clock::System,
        })
    }

    #[must_use]
    pub fn with_latency(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The base URL that replaces `NOTION_API_BASE_URL`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the MCP server.
    pub fn mcp_url(&self) -> String {
        format!("http://{}{}", self.address, mcp::PATH)
    }

    /// The page that stands in for Notion's page of tokens; it lists the examples.
    pub fn portal_page(&self) -> Link {
        self.portal.clone()
    }

    /// The page that stands in for the one on which a login is approved.
    pub fn login_page(&self) -> Link {
        self.login_page.clone()
    }

    /// Reports the decision that was made on that page.
    pub fn approval(&self) -> Arc<Approval> {
        Arc::clone(&self.approval)
    }

    /// Reports whether the consent page of an own connection was opened.
    pub fn consent(&self) -> Arc<DemoConsent> {
        Arc::clone(&self.consent)
    }

    /// The number of tools that the MCP server lists.
    pub fn mcp_tools() -> usize {
        mcp::TOOLS.len()
    }

    /// Id and secret of the connection that the server knows.
    pub fn example_client() -> (&'static str, &'static str) {
        (oauth::CLIENT_ID, oauth::CLIENT_SECRET)
    }

    /// Returns the token that lies in plain text in a profile of the demo's home.
    pub fn found_token() -> &'static str {
        FOUND.token
    }

    /// The tokens that the server knows, each with the behaviour that it shows.
    pub fn example_tokens() -> &'static [ExampleToken] {
        EXAMPLES
    }

    /// Serves until dropped. Connections are children of this future and end with it.
    pub async fn serve(self) {
        let Ok(listener) = tokio::net::TcpListener::from_std(self.listener) else { return };
        let state = Arc::new(DemoServerState {
            uses: Mutex::default(),
            revoked: Mutex::default(),
            mcp: mcp::McpPairs::default(),
            origin: format!("http://{}", self.address),
            approval: self.approval,
            consent: self.consent,
            latency: self.latency,
            clock: self.clock,
        });
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => drop(connections.spawn(handle_connection(stream, Arc::clone(&state)))),
                    Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }
}

/// State that lasts between requests.
struct DemoServerState {
    uses: Mutex<HashMap<&'static str, TokenUses>>,
    /// The example tokens that were revoked on the portal.
    revoked: Mutex<HashSet<&'static str>>,
    mcp: mcp::McpPairs,
    origin: String,
    approval: Arc<Approval>,
    consent: Arc<DemoConsent>,
    latency: Duration,
    clock: Clock,
}

/// Handles one connection, request after request. A client that disconnects is not a failure.
async fn handle_connection(stream: TcpStream, state: Arc<DemoServerState>) {
    let service = service_fn(|request| {
        let state = Arc::clone(&state);
        async move {
            let mut response = state.respond(request).await;
            // The server uses our clock, so the demo finds no difference between the two, whatever ours was set to.
            let date = state.clock.http_date().and_then(|date| HeaderValue::from_str(&date).ok());
            response.headers_mut().extend(date.map(|date| (DATE, date)));
            Ok::<_, Infallible>(response)
        }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

impl DemoServerState {
    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if request.uri().path() == PORTAL_PATH {
            if request.method() == Method::POST {
                self.revoke(&read_body(request.into_body()).await);
            }
            return self.portal();
        }
        if let Some(response) = self.approval.respond(request.method().as_str(), request.uri().path()) {
            return response;
        }
        if let Some(response) = self.consent.respond(request.uri().path(), request.uri().query().unwrap_or_default()) {
            return response;
        }
        tokio::time::sleep(self.latency).await;
        let (request, body) = request.into_parts();
        let body = read_body(body).await;
        let authorization = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some(response) = oauth::respond_to_client(request.uri.path(), authorization, &body) {
            return render_response(response);
        }
        let token = authorization.and_then(|text| text.strip_prefix("Bearer ")).filter(|token| !self.is_revoked(token));
        let mcp_request = mcp::DemoMcpRequest {
            method: request.method.as_str(),
            path: request.uri.path(),
            origin: &self.origin,
            token,
            body: &body,
        };
        if let Some(response) = self.mcp.respond(&mcp_request) {
            return render_response(response);
        }
        let example = token.and_then(find_example);
        let uses = example.map(|example| self.count_use(example, request.uri.path())).unwrap_or_default();
        let demo_request = DemoRequest {
            method: request.method.as_str(),
            path: request.uri.path(),
            versioned: request.headers.contains_key("notion-version"),
        };
        render_response(answer(example.map(|example| example.account), uses, &demo_request))
    }

    /// Revokes the example token that the portal's button names.
    fn revoke(&self, form: &[u8]) {
        let form = String::from_utf8_lossy(form);
        if let Some(example) = oauth::query_value(&form, REVOKE_FIELD).as_deref().and_then(find_example) {
            self.revoked.lock().unwrap_or_else(PoisonError::into_inner).insert(example.token);
        }
    }

    fn is_revoked(&self, token: &str) -> bool {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner).contains(token)
    }

    fn portal(&self) -> Response<Full<Bytes>> {
        let rows: Vec<_> = EXAMPLES.iter().chain([&FOUND]).map(|example| example.as_row(self.is_revoked(example.token))).collect();
        let mut response = page(StatusCode::OK, "text/html; charset=utf-8", PORTAL_PAGE.replace(ROWS_MARKER, &rows.join("\n")));
        forbid_loading(&mut response);
        response
    }

    /// Returns how often this token was used before, and counts this use.
    fn count_use(&self, example: &ExampleToken, path: &str) -> TokenUses {
        let mut all = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let uses = all.entry(example.token).or_default();
        let before = *uses;
        uses.requests += 1;
        uses.searches += usize::from(path == answers::SEARCH);
        before
    }
}

async fn read_body(body: Incoming) -> Bytes {
    Limited::new(body, MAX_BODY_BYTES).collect().await.map(Collected::to_bytes).unwrap_or_default()
}

fn render_response(response: DemoResponse) -> Response<Full<Bytes>> {
    match response {
        DemoResponse::Notion { status, body, retry_after } => {
            let id = body.get("request_id").and_then(|id| id.as_str()).and_then(|id| HeaderValue::from_str(id).ok());
            let mut response = page(status, "application/json; charset=utf-8", body.to_string());
            response.headers_mut().extend(id.map(|id| (HeaderName::from_static("x-notion-request-id"), id)));
            response.headers_mut().extend(retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds))));
            response
        }
        DemoResponse::Edge { status, html, ray } => {
            let mut response = page(status, "text/html; charset=utf-8", html.to_owned());
            response.headers_mut().insert("cf-ray", HeaderValue::from_static(ray));
            response
        }
    }
}

fn forbid_loading(response: &mut Response<Full<Bytes>>) {
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
}

fn page(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
