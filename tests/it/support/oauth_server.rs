//! Notion's side of an own OAuth connection: authorize, the consent page, the token endpoint, and the REST calls that follow.
//!
//! It lives on a thread of its own, for async tests, the built binary (through [`OauthServer::variables`]) and a real browser
//! alike. What Notion leaves undocumented (facts C) is a choice here: [`Behaviour`].

mod consent;
mod issued;
mod tokens;

use super::connections::{CLIENT_ID, CLIENT_SECRET};
use super::notion::{self, FakeNotion, Request, Response, Seen, TOKEN};
use issued::Issued;
use notion_auth::domain::oauth::Redirect;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use url::form_urlencoded;

/// What the person does on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allow,
    Cancel,
}

/// How it comes to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// A page with two buttons (`#allow`, `#cancel`), to which authorize redirects.
    Asked,
    /// The page presses a button itself, for a browser without hands.
    Pressed(Decision),
    /// No page: the answer is sent straight back.
    AtOnce(Decision),
}

/// What a code is traded for (facts C.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pairs {
    /// Another pair at every authorization; those before it stay good.
    Fresh,
    /// The same pair as long as it lives, as connections from before 2026-06-08 do.
    Existing,
    /// `refresh_token` is null.
    WithoutRefresh,
}

/// What becomes of the parameters of RFC 7636.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PkceSupport {
    Ignored,
    /// Where a challenge was sent, the verifier has to match it.
    Enforced,
    /// The token endpoint refuses `code_verifier` by its name, and repeats it.
    VerifierRefused,
    /// The authorize endpoint refuses `code_challenge` by its name.
    ChallengeRefused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorShape {
    /// `{"error": …, "request_id": …}`
    Oauth,
    /// `{"object": "error", "status": …, "code": …, "message": …, "request_id": …}`
    Api,
}

/// Everything that a test may choose, before or in the middle of it.
pub(crate) struct Behaviour {
    /// Registered in the portal; compared character by character.
    pub(crate) redirects: Vec<String>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) consent: Consent,
    pub(crate) pairs: Pairs,
    pub(crate) pkce: PkceSupport,
    pub(crate) errors: ErrorShape,
    /// How long every answer takes.
    pub(crate) round_trip: Duration,
    /// Answers that come instead, by path, the first one first.
    pub(crate) instead: Vec<(&'static str, Response)>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            redirects: vec![Redirect::default().to_string()],
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            consent: Consent::Asked,
            pairs: Pairs::Fresh,
            pkce: PkceSupport::Ignored,
            errors: ErrorShape::Oauth,
            round_trip: Duration::ZERO,
            instead: Vec::new(),
        }
    }
}

#[derive(Default)]
struct State {
    behaviour: Behaviour,
    issued: Issued,
}

pub(crate) struct OauthServer {
    notion: FakeNotion,
    state: Arc<Mutex<State>>,
}

impl OauthServer {
    /// Knows `connections::client()` with the default redirect address, and asks for consent.
    pub(crate) fn start() -> Self {
        let state = Arc::<Mutex<State>>::default();
        let notion = FakeNotion::start({
            let state = Arc::clone(&state);
            move |request| {
                let (response, round_trip) = {
                    let mut state = state.lock().unwrap();
                    (answer(request, &mut state), state.behaviour.round_trip)
                };
                // Unlocked: the answers to several clients travel at the same time.
                thread::sleep(round_trip);
                response
            }
        });
        Self { notion, state }
    }

    pub(crate) fn with(self, change: impl FnOnce(&mut Behaviour)) -> Self {
        self.change(change);
        self
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.state.lock().unwrap().behaviour);
    }

    /// The next request for this path is answered so, whatever it asks: [`Response::hang_up`] drops the connection.
    pub(crate) fn answer_next(&self, path: &'static str, response: Response) {
        self.change(|behaviour| behaviour.instead.push((path, response)));
    }

    pub(crate) fn base_url(&self) -> String {
        self.notion.base_url()
    }

    /// What leads the built binary here.
    pub(crate) fn variables(&self) -> [(&'static str, String); 1] {
        [("NOTION_API_BASE_URL", self.base_url())]
    }

    /// Everything asked so far, in order, with the secrets it carried: for looking into, not for printing.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.notion.requests()
    }

    /// The same in one line each, without secrets: `POST /v1/oauth/token refresh_token`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.requests().iter().map(line).collect()
    }

    /// How many requests there were with such a [`line`](Self::asked).
    pub(crate) fn count(&self, line: &str) -> usize {
        self.asked().iter().filter(|asked| *asked == line).count()
    }

    pub(crate) async fn until(&self, condition: impl Fn(&Seen) -> bool + Send + 'static) {
        self.notion.until(condition).await;
    }

    /// Follows a link without a browser, as a person who allows it: the address that their browser would end on.
    pub(crate) fn allow(&self, link: &str) -> String {
        self.decide(link, Decision::Allow)
    }

    /// The same for a person who does not.
    pub(crate) fn cancel(&self, link: &str) -> String {
        self.decide(link, Decision::Cancel)
    }

    fn decide(&self, link: &str, decision: Decision) -> String {
        let query = link.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let mut state = self.state.lock().unwrap();
        match consent::Wish::read(query, &state.behaviour) {
            Ok(wish) => wish.answer(decision, &mut state),
            Err(consent::Refusal::SentBack(address)) => address,
            Err(consent::Refusal::Page(words)) => panic!("there is no consent page: {words}"),
        }
    }

    /// Whether a token would be taken just now, access or refresh.
    pub(crate) fn is_alive(&self, token: &str) -> bool {
        self.state.lock().unwrap().issued.is_alive(token)
    }

    /// How many pairs were made so far, by codes and by refreshing.
    pub(crate) fn pairs_made(&self) -> usize {
        self.state.lock().unwrap().issued.pairs_made()
    }

    /// The person disconnects it in their settings: nothing that was given out is good any more.
    pub(crate) fn disconnect(&self) {
        self.state.lock().unwrap().issued.end_all();
    }
}

/// A code or a token is no part of it.
fn line(request: &Request) -> String {
    let grant = serde_json::from_str::<Value>(&request.body).ok().and_then(|body| body["grant_type"].as_str().map(str::to_owned));
    let grant = grant.map(|grant| format!(" {grant}")).unwrap_or_default();
    format!("{} {}{grant}", request.method, request.path())
}

fn answer(request: &Request, state: &mut State) -> Response {
    if let Some(at) = state.behaviour.instead.iter().position(|(path, _)| *path == request.path()) {
        return state.behaviour.instead.remove(at).1;
    }
    match (request.method.as_str(), request.path()) {
        ("GET", "/v1/oauth/authorize") => consent::authorize(request, state),
        ("GET", "/consent") => consent::shown(request, state),
        ("POST", "/consent") => consent::decided(request, state),
        ("POST", "/v1/oauth/token" | "/v1/oauth/introspect" | "/v1/oauth/revoke") => tokens::answer(request, state),
        ("GET" | "POST", path) if path.starts_with("/v1/") => rest(request, state),
        _ => Response::html(404, "<!doctype html><title>Not here</title>"),
    }
}

/// What the token gives access to: a workspace of one person, whom a connection may list.
fn rest(request: &Request, state: &State) -> Response {
    if !request.bearer().is_some_and(|token| state.issued.is_access(token)) {
        return Response::error(401, "unauthorized", request);
    }
    if request.path() == "/v1/users" {
        let ada = json!({"object": "user", "id": "user-1", "name": "Ada Fake", "type": "person", "person": {}});
        return Response::json(200, json!({"object": "list", "results": [ada], "has_more": false, "next_cursor": null}));
    }
    let headers = vec![("authorization".to_owned(), format!("Bearer {TOKEN}"))];
    notion::member(&Request { headers, ..request.clone() })
}

/// A parameter of a query or a form.
fn parameter(text: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(text.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
