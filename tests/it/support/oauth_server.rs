//! Notion's side of an OAuth connection: authorize, the consent page, the token endpoint, and the REST calls that follow.
//!
//! It runs on its own thread, for async tests, the built binary (through [`OauthServer::environment`]) and a real browser alike.
//! [`ServerSettings`] selects what <https://developers.notion.com/guides/get-started/authorization> leaves open.

mod consent;
mod issued;
mod tokens;

use super::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use super::notion::{self, FakeNotion, Request, Response, TOKEN, Traffic};
use issued::IssuedTokens;
use notion_auth::domain::oauth::RedirectUri;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use url::form_urlencoded;

/// The person's decision on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsentDecision {
    Allow,
    Cancel,
}

/// The way in which the decision is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsentMode {
    /// Authorize redirects to a page with two buttons (`#allow`, `#cancel`).
    Page,
    /// The page clicks a button itself, for a headless browser.
    PageSubmitsItself(ConsentDecision),
    /// Authorize redirects back at once, without a page.
    Immediate(ConsentDecision),
}

/// The tokens that a code is exchanged for (<https://developers.notion.com/reference/create-a-token>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenPairs {
    /// A new pair for every authorization; earlier pairs stay valid.
    Fresh,
    /// The existing pair while it is valid, as for connections created before 2026-06-08
    /// (<https://developers.notion.com/page/changelog>).
    Existing,
    /// `refresh_token` is null.
    WithoutRefresh,
}

/// The server's handling of the parameters of RFC 7636 (PKCE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PkceSupport {
    Ignored,
    /// The verifier must match the challenge, if one was sent.
    Enforced,
    /// The token endpoint rejects `code_verifier` by name, and repeats its value.
    VerifierRefused,
    /// The authorize endpoint rejects `code_challenge` by name.
    ChallengeRefused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorFormat {
    /// `{"error": …, "request_id": …}`
    Oauth,
    /// `{"object": "error", "status": …, "code": …, "message": …, "request_id": …}`
    Api,
}

/// The settings that a test can choose, even in the middle of a test.
pub(crate) struct ServerSettings {
    /// The registered redirect URIs, compared exactly.
    pub(crate) redirects: Vec<String>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) consent: ConsentMode,
    pub(crate) pairs: TokenPairs,
    pub(crate) pkce: PkceSupport,
    pub(crate) errors: ErrorFormat,
    /// The delay of every response.
    pub(crate) round_trip: Duration,
    /// Responses that override the normal ones, by path; the first match is used and removed.
    pub(crate) overrides: Vec<(&'static str, Response)>,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            redirects: vec![RedirectUri::default().to_string()],
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            consent: ConsentMode::Page,
            pairs: TokenPairs::Fresh,
            pkce: PkceSupport::Ignored,
            errors: ErrorFormat::Oauth,
            round_trip: Duration::ZERO,
            overrides: Vec::new(),
        }
    }
}

#[derive(Default)]
struct ServerState {
    settings: ServerSettings,
    issued: IssuedTokens,
}

pub(crate) struct OauthServer {
    notion: FakeNotion,
    state: Arc<Mutex<ServerState>>,
}

impl OauthServer {
    /// Starts a server that accepts `connections::client()` with the default redirect URI, and shows the consent page.
    pub(crate) fn start() -> Self {
        let state = Arc::<Mutex<ServerState>>::default();
        let notion = FakeNotion::start({
            let state = Arc::clone(&state);
            move |request| {
                let (response, round_trip) = {
                    let mut state = state.lock().unwrap();
                    (respond(request, &mut state), state.settings.round_trip)
                };
                // Sleeps without the lock, so that several clients are served concurrently.
                thread::sleep(round_trip);
                response
            }
        });
        Self { notion, state }
    }

    pub(crate) fn with_settings(self, change: impl FnOnce(&mut ServerSettings)) -> Self {
        self.change(change);
        self
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut ServerSettings)) {
        change(&mut self.state.lock().unwrap().settings);
    }

    /// Responds to the next request for this path with `response`; [`Response::closed`] drops the connection.
    pub(crate) fn answer_next(&self, path: &'static str, response: Response) {
        self.change(|behaviour| behaviour.overrides.push((path, response)));
    }

    pub(crate) fn base_url(&self) -> String {
        self.notion.base_url()
    }

    /// Returns the variables that direct the built binary to this server.
    pub(crate) fn environment(&self) -> [(&'static str, String); 1] {
        [("NOTION_API_BASE_URL", self.base_url())]
    }

    /// Returns all requests so far, in order, including their secrets; do not print them.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.notion.requests()
    }

    /// Returns one line per request, without secrets: `POST /v1/oauth/token refresh_token`.
    pub(crate) fn request_lines(&self) -> Vec<String> {
        self.requests().iter().map(request_line).collect()
    }

    /// Returns the number of requests with this [`line`](Self::asked).
    pub(crate) fn request_count(&self, line: &str) -> usize {
        self.request_lines().iter().filter(|asked| *asked == line).count()
    }

    pub(crate) fn hold_checks(&self) {
        self.notion.hold_checks();
    }

    pub(crate) fn release_checks(&self) {
        self.notion.release_checks();
    }

    pub(crate) async fn wait_until(&self, condition: impl Fn(&Traffic) -> bool + Send + 'static) {
        self.notion.wait_until(condition).await;
    }

    /// Approves an authorize link without a browser, and returns the redirect URL.
    pub(crate) fn allow(&self, link: &str) -> String {
        self.decide(link, ConsentDecision::Allow)
    }

    /// Denies an authorize link without a browser, and returns the redirect URL.
    pub(crate) fn cancel(&self, link: &str) -> String {
        self.decide(link, ConsentDecision::Cancel)
    }

    fn decide(&self, link: &str, decision: ConsentDecision) -> String {
        let query = link.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let mut state = self.state.lock().unwrap();
        match consent::ConsentRequest::read(query, &state.settings) {
            Ok(wish) => wish.redirect_url(decision, &mut state),
            Err(consent::ConsentRefusal::Redirect(address)) => address,
            Err(consent::ConsentRefusal::Page(words)) => panic!("there is no consent page: {words}"),
        }
    }

    /// Returns true if an access or refresh token is valid now.
    pub(crate) fn is_token_valid(&self, token: &str) -> bool {
        self.state.lock().unwrap().issued.is_valid(token)
    }

    /// Waits until every request sent so far is handled, including those of processes that were killed meanwhile.
    pub(crate) fn finish_requests(&self) {
        self.notion.finish_requests();
    }

    /// Returns the time at which a refresh last replaced a pair.
    pub(crate) fn refreshed_at(&self) -> Option<Instant> {
        self.state.lock().unwrap().issued.refreshed_at()
    }

    /// Returns the number of pairs issued so far, by exchange and by refresh.
    pub(crate) fn pair_count(&self) -> usize {
        self.state.lock().unwrap().issued.pair_count()
    }

    /// Disconnects the connection, as in Notion's settings: all codes and tokens become invalid.
    pub(crate) fn disconnect(&self) {
        self.state.lock().unwrap().issued.revoke_all();
    }
}

/// Describes a request without its code or token.
fn request_line(request: &Request) -> String {
    let grant = serde_json::from_str::<Value>(&request.body).ok().and_then(|body| body["grant_type"].as_str().map(str::to_owned));
    let grant = grant.map(|grant| format!(" {grant}")).unwrap_or_default();
    format!("{} {}{grant}", request.method, request.path())
}

fn respond(request: &Request, state: &mut ServerState) -> Response {
    if let Some(at) = state.settings.overrides.iter().position(|(path, _)| *path == request.path()) {
        return state.settings.overrides.remove(at).1;
    }
    match (request.method.as_str(), request.path()) {
        ("GET", "/v1/oauth/authorize") => consent::authorize(request, state),
        ("GET", "/consent") => consent::show_page(request, state),
        ("POST", "/consent") => consent::handle_decision(request, state),
        ("POST", "/v1/oauth/token" | "/v1/oauth/introspect" | "/v1/oauth/revoke") => tokens::respond(request, state),
        ("GET" | "POST", path) if path.starts_with("/v1/") => respond_to_api(request, state),
        _ => Response::html(404, "<!doctype html><title>Not here</title>"),
    }
}

/// Responds to REST calls: a workspace with one person, whom a connection may list.
fn respond_to_api(request: &Request, state: &ServerState) -> Response {
    if !request.bearer().is_some_and(|token| state.issued.is_access(token)) {
        return Response::error(401, "unauthorized", request);
    }
    if request.path() == "/v1/users" {
        let ada = json!({"object": "user", "id": "user-1", "name": "Ada Fake", "type": "person", "person": {}});
        return Response::json(200, json!({"object": "list", "results": [ada], "has_more": false, "next_cursor": null}));
    }
    let headers = vec![("authorization".to_owned(), format!("Bearer {TOKEN}"))];
    notion::respond_as_member(&Request { headers, ..request.clone() })
}

/// Returns a parameter of a query or a form.
fn form_parameter(text: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(text.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
