//! The link to the consent page, and what ties its answer to it.

use super::{at, begin, request};
use crate::support::connection_fakes::CLIENT_ID;
use crate::support::oauth_server::OauthServer;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use notion_auth::domain::link::Link;
use notion_auth::domain::oauth::{AuthorizationRequest, Pkce, RedirectUri};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionOauth;
use ring::digest::{SHA256, digest};
use std::collections::BTreeSet;
use url::Url;

fn parameters(link: &Link) -> Vec<(String, String)> {
    let url = Url::parse(link.as_str()).expect("a link is a URL");
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

#[test]
fn the_link_carries_what_notion_documents_the_state_and_the_challenge() {
    let pending = at("https://api.notion.com").begin_authorization(&request(Pkce::Auto)).expect("a link");
    let verifier = pending.verifier.expect("a verifier");
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.expose().as_bytes()));
    let expected = [
        ("client_id", CLIENT_ID),
        ("redirect_uri", "http://localhost:8765/callback"),
        ("response_type", "code"),
        ("owner", "user"),
        ("state", pending.state.expose()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(parameters(&pending.link), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(pending.link.as_str().starts_with("https://api.notion.com/v1/oauth/authorize?client_id="));
    assert!(pending.link.as_str().contains("redirect_uri=http%3A%2F%2Flocalhost%3A8765%2Fcallback"));
}

#[test]
fn a_link_without_pkce_carries_no_challenge() {
    let pending = at("https://api.notion.com").begin_authorization(&request(Pkce::Never)).expect("a link");
    assert_eq!(pending.verifier, None);
    assert!(!pending.link.as_str().contains("code_challenge"), "{}", pending.link);
}

#[test]
fn an_odd_id_stays_one_parameter() {
    let id = "a&b=c d#é%41";
    let request = AuthorizationRequest { client_id: id.into(), redirect: RedirectUri { port: 1 }, pkce: Pkce::Never };
    let pending = at("https://api.notion.com").begin_authorization(&request).expect("a link");
    let parameters = parameters(&pending.link);
    assert_eq!(parameters.len(), 5, "{parameters:?}");
    assert_eq!(parameters[0], ("client_id".into(), id.into()));
}

#[test]
fn every_link_has_a_state_and_a_verifier_of_its_own() {
    let client = at("https://api.notion.com");
    let begun: Vec<_> = (0..20).map(|_| client.begin_authorization(&request(Pkce::Always)).expect("a link")).collect();
    let states: BTreeSet<&str> = begun.iter().map(|pending| pending.state.expose()).collect();
    let verifiers: BTreeSet<&str> = begun.iter().flat_map(|pending| &pending.verifier).map(Secret::expose).collect();
    assert_eq!((states.len(), verifiers.len()), (20, 20));
    assert!(states.is_disjoint(&verifiers), "the state travels through browsers, the verifier never");
}

#[test]
fn a_path_before_the_api_s_own_is_kept() {
    let pending = at("https://gateway.example/notion/").begin_authorization(&request(Pkce::Never)).expect("a link");
    assert!(pending.link.as_str().starts_with("https://gateway.example/notion/v1/oauth/authorize?"), "{}", pending.link);
}

#[test]
fn beginning_asks_nobody() {
    let server = OauthServer::start();
    begin(&server, Pkce::Auto);
    assert_eq!(server.request_lines(), [""; 0]);
}
