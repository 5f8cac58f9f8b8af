//! `adapters/notion_api`: whatever a server answers, what was sent to it shows in no evidence, and a grant is what the body says.
//!
//! The client itself asks a server in the same thread. An input is that server's answer: the call and the status on the first
//! line, headers on the next ones, an empty line, the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notion_auth::adapters::notion_api::{NotionClient, RequestLimits};
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::checks::CapabilityResponse;
use notion_auth::domain::credentials::{Identity, Owner};
use notion_auth::domain::oauth::{CodeExchange, Introspection, OauthClient, Pkce, RedirectUri, TokenGrant};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{NotionApi, NotionOauth};
use notion_auth_fuzz::{CODE, TOKEN, assert_discreet, assert_hides, assert_safe};
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

const CLIENT_SECRET: &str = "secret_fake_client_00000000000000000000000000";
const REFRESH: &str = "nrt_fake_refresh_00000000000000000000000000000";
const VERIFIER: &str = "fakeverifier0123456789abcdef0123456789abcdef01";

/// A secret in a body, as a server would give it; shorter ones occur elsewhere by chance.
const SHORTEST_SECRET: usize = 12;

const LIMITS: RequestLimits =
    RequestLimits { connect_timeout: Duration::from_secs(20), request_timeout: Duration::from_secs(20), max_body_bytes: 64 * 1024 };

struct ClientUnderTest {
    runtime: Runtime,
    tasks: LocalSet,
    client: NotionClient,
    response: Rc<RefCell<Vec<u8>>>,
}

thread_local! {
    static WORLD: ClientUnderTest = ClientUnderTest::new();
}

fuzz_target!(|bytes: &[u8]| WORLD.with(|world| world.check(&String::from_utf8_lossy(bytes))));

impl ClientUnderTest {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let tasks = LocalSet::new();
        let response = Rc::new(RefCell::new(Vec::new()));
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        tasks.spawn_local(serve(listener, Rc::clone(&response)));
        let client = NotionClient::with_limits(BaseUrl::parse(&base).expect("a base"), LIMITS);
        Self { runtime, tasks, client, response }
    }

    fn check(&self, input: &str) {
        let (first, rest) = input.split_once('\n').unwrap_or((input, ""));
        let (headers, body) = rest.split_once("\n\n").unwrap_or(("", rest));
        let (call, status) = first.split_once(' ').unwrap_or((first, ""));
        let status: u16 = status.trim().parse().ok().filter(|status| (200..1000).contains(status)).unwrap_or(200);
        let mut response = format!("HTTP/1.1 {status} \r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        for header in headers.lines().filter(|line| line.contains(':')) {
            response.push_str(header.trim_end_matches('\r'));
            response.push_str("\r\n");
        }
        response.push_str("\r\n");
        response.push_str(body);
        self.response.replace(response.into_bytes());
        self.ask(call, body);
    }

    fn ask(&self, call: &str, body: &str) {
        let (token, api, oauth): (_, &dyn NotionApi, &dyn NotionOauth) = (Secret::new(TOKEN), &self.client, &self.client);
        let client = OauthClient { id: "fake-client".into(), secret: Secret::new(CLIENT_SECRET) };
        let given = body_of(body);
        match call {
            "users" => {
                let answer = self.wait(api.list_users(token));
                if let Some(CapabilityResponse::Granted(list)) = told(answer, &given, &[TOKEN]) {
                    list.people.iter().for_each(|id| assert_safe(id));
                }
            }
            "user" => drop(told(self.wait(api.user_exists(token, "fake-id".into())), &given, &[TOKEN])),
            "search" => drop(told(self.wait(api.search(token)), &given, &[TOKEN])),
            "reach" => drop(told(self.wait(api.reach_host()), &given, &[])),
            "exchange" => {
                let (code, verifier) = (Secret::new(CODE), Some(Secret::new(VERIFIER)));
                let exchange = CodeExchange { client, code, redirect: RedirectUri::default(), verifier, pkce: Pkce::Auto };
                assert_granted(told(self.wait(oauth.exchange_code(exchange)), &given, &[CLIENT_SECRET, CODE, VERIFIER]), &given);
            }
            "refresh" => assert_granted(
                told(self.wait(oauth.refresh(client, Secret::new(REFRESH))), &given, &[CLIENT_SECRET, REFRESH]),
                &given,
            ),
            "introspect" => {
                assert_introspected(told(self.wait(oauth.introspect(client, token)), &given, &[CLIENT_SECRET, TOKEN]), &given);
            }
            "revoke" => drop(told(self.wait(oauth.revoke(client, token)), &given, &[CLIENT_SECRET, TOKEN])),
            "probe" => drop(told(self.wait(oauth.check_client(client, RedirectUri::default())), &given, &[CLIENT_SECRET])),
            _ => assert_identified(told(self.wait(api.whoami(token)), &given, &[TOKEN]), &given),
        }
    }

    fn wait<T>(&self, job: impl Future<Output = T>) -> T {
        self.tasks.block_on(&self.runtime, job)
    }
}

async fn serve(listener: TcpListener, response: Rc<RefCell<Vec<u8>>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let response = response.borrow().clone();
        tokio::task::spawn_local(respond(stream, response));
    }
}

/// A request of the client's comes whole, or nearly so: its end is where nothing is waited for any more.
async fn respond(mut stream: TcpStream, response: Vec<u8>) {
    let mut request = Vec::new();
    while !is_whole(&request) && stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {}
    let _ = stream.write_all(&response).await;
    let _ = stream.shutdown().await;
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|length| length.parse().ok());
    body.len() >= length.unwrap_or(0_usize)
}

fn body_of(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_default()
}

/// A success, or `None` after the failure was looked at. A server can only repeat what this very call has sent it.
#[track_caller]
fn told<T: std::fmt::Debug>(answer: Result<T, Problem>, given: &Value, sent: &[&str]) -> Option<T> {
    assert_hides(&format!("{answer:?}"), sent);
    // What is given is secret, too, unless the server says it again as a code or an id.
    let tokens = ["access_token", "refresh_token"].map(|name| given[name].as_str().unwrap_or_default());
    let rest: String = given
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !name.ends_with("_token"))
        .map(|(_, value)| value.to_string())
        .collect();
    let hidden: Vec<&str> = tokens.into_iter().filter(|token| token.len() >= SHORTEST_SECRET && !rest.contains(token)).collect();
    match answer {
        Ok(value) => Some(value),
        Err(problem) => {
            assert_discreet(&problem, sent);
            // An error body may be given with any header; a token of it is looked for in what came from the body alone.
            if hidden.iter().all(|token| !is_word_of_ours(token)) {
                assert_hides(&format!("{problem:?}"), &hidden);
            }
            None
        }
    }
}

/// A word that our own sentences are made of is no secret.
fn is_word_of_ours(token: &str) -> bool {
    token.chars().all(|character| character.is_ascii_lowercase() || character == ' ')
}

fn assert_granted(grant: Option<TokenGrant>, given: &Value) {
    let Some(grant) = grant else { return };
    assert_eq!(Some(grant.access.expose()), given["access_token"].as_str());
    assert_eq!(grant.refresh.as_ref().map(Secret::expose), given["refresh_token"].as_str().filter(|text| !text.is_empty()));
    let shown = format!("{grant:?}");
    assert!(grant.access.len() < SHORTEST_SECRET || !shown.contains(grant.access.expose()));
}

fn assert_introspected(answer: Option<Introspection>, given: &Value) {
    let Some(answer) = answer else { return };
    assert_eq!(Some(answer.active), given["active"].as_bool());
    answer.scope.as_deref().into_iter().for_each(assert_safe);
}

fn assert_identified(identity: Option<Identity>, given: &Value) {
    let Some(identity) = identity else { return };
    assert_eq!(given["object"], "user");
    let texts = [&identity.bot_id, &identity.bot_name, &identity.request_id];
    texts.into_iter().flatten().for_each(|text| assert_safe(text));
    identity.display_name().into_iter().for_each(assert_safe);
    identity.workspace_name().into_iter().for_each(assert_safe);
    // An owner is whom the answer names, and nobody is made up.
    if let Owner::Person(person) = &identity.owner {
        assert!(!person.id.is_empty());
        assert_safe(&person.id);
        person.email.as_deref().into_iter().for_each(assert_safe);
    }
}
