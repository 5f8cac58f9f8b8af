//! No secret comes back out, however a server repeats what it was sent.

use super::{TOKEN, allowed, at, begin, granted};
use crate::support::connection_fakes::{CLIENT_SECRET, client};
use crate::support::notion::Response;
use crate::support::oauth_server::{ErrorFormat, OauthServer, PkceSupport};
use notion_auth::domain::oauth::{CodeExchange, Pkce};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionOauth;
use serde_json::json;

/// Every place from which an answer could get into evidence.
fn echoes(secret: &str) -> Vec<Response> {
    let folded = secret.to_ascii_lowercase();
    vec![
        Response::json(400, json!({"error": secret, "error_description": secret, "request_id": secret})),
        Response::json(400, json!({"object": "error", "code": secret, "message": secret, "request_id": secret})),
        Response::json(401, json!({"error": folded})),
        Response::json(401, json!({"error": "invalid_client", "request_id": secret})),
        Response::json(429, json!({"error": "rate_limited"})).header("x-notion-request-id", secret),
        Response::html(502, secret).header("cf-ray", secret),
        Response::json(200, json!({"access_token": [secret]})).header("x-notion-request-id", secret),
        Response::redirect(302, &format!("https://{}.example/{secret}", folded.replace('_', "-"))),
    ]
}

fn assert_silent(problem: &Problem, secret: &str) {
    let bare = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    assert!(!bare(&format!("{problem:?}")).contains(&bare(secret)), "{problem:?}");
}

#[tokio::test]
async fn an_exchange_repeats_neither_code_nor_verifier_nor_client_secret() {
    let (code, verifier) = ("fake_code_0123456789", "fake_verifier_0123456789_0123456789_0123456789");
    for secret in [code, verifier, CLIENT_SECRET] {
        for echo in echoes(secret) {
            let server = OauthServer::start();
            server.answer_next(TOKEN, echo);
            let exchange =
                CodeExchange { code: Secret::new(code), verifier: Some(Secret::new(verifier)), ..allowed(&server, Pkce::Always) };
            let problem = at(&server.base_url()).exchange_code(exchange).await.expect_err("an echo is no grant");
            assert_silent(&problem, secret);
        }
    }
}

#[tokio::test]
async fn a_token_s_life_repeats_neither_it_nor_the_client_secret() {
    let token = "nrt_fake_refresh_0123456789";
    for secret in [token, CLIENT_SECRET] {
        for path in [TOKEN, "/v1/oauth/introspect", "/v1/oauth/revoke"] {
            for echo in echoes(secret) {
                let server = OauthServer::start();
                server.answer_next(path, echo);
                let (notion, token) = (at(&server.base_url()), Secret::new(token));
                let answer = match path {
                    TOKEN => notion.refresh(client(), token).await.map(drop),
                    "/v1/oauth/introspect" => notion.introspect(client(), token).await.map(drop),
                    _ => notion.revoke(client(), token).await,
                };
                if let Err(problem) = answer {
                    assert_silent(&problem, secret);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_probe_does_not_repeat_the_client_secret() {
    for path in ["/v1/oauth/authorize", "/v1/oauth/introspect"] {
        for echo in echoes(CLIENT_SECRET) {
            let server = OauthServer::start();
            server.answer_next(path, echo);
            if let Err(problem) = at(&server.base_url()).check_client(client(), begin(&server, Pkce::Never).redirect).await {
                assert_silent(&problem, CLIENT_SECRET);
            }
        }
    }
}

#[tokio::test]
async fn validation_that_quotes_the_verifier_is_not_quoted() {
    for shape in [ErrorFormat::Oauth, ErrorFormat::Api] {
        let server = OauthServer::start()
            .with_settings(|behaviour| (behaviour.pkce, behaviour.errors) = (PkceSupport::VerifierRefused, shape));
        let exchange = allowed(&server, Pkce::Always);
        let verifier = exchange.verifier.clone().expect("a verifier");
        let problem = at(&server.base_url()).exchange_code(exchange).await.expect_err("refused by name");
        assert_silent(&problem, verifier.expose());
        assert!(problem.evidence.is_some_and(|evidence| evidence.ends_with("Notion does not accept code_verifier")), "{shape:?}");
    }
}

#[tokio::test]
async fn what_is_under_way_and_what_was_given_debug_print_no_secret() {
    let server = OauthServer::start();
    let pending = begin(&server, Pkce::Auto);
    let exchange = allowed(&server, Pkce::Auto);
    let grant = granted(&server).await;
    let printed = format!("{:?} {exchange:?} {grant:?}", pending.verifier);
    let secrets = [pending.verifier.clone(), exchange.verifier.clone(), grant.refresh.clone(), Some(grant.access.clone())];
    for secret in secrets.iter().flatten().chain([&exchange.code, &exchange.client.secret]) {
        assert!(!printed.contains(secret.expose()), "{printed}");
    }
}
