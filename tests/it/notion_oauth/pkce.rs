//! RFC 7636 with a token endpoint of which nobody knows what it does with it.

use super::{TOKEN, allowed, at, begin, exchange, token_requests};
use crate::support::notion::Response;
use crate::support::oauth_server::{ErrorFormat, OauthServer, PkceSupport};
use notion_auth::domain::oauth::{CodeExchange, Pkce, parse_callback};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionOauth;
use serde_json::json;

/// Returns for each token request whether it had a verifier.
fn verifiers(server: &OauthServer) -> Vec<bool> {
    token_requests(server).iter().map(|body| body.get("code_verifier").is_some()).collect()
}

#[tokio::test]
async fn each_setting_meets_each_endpoint() {
    use PkceSupport::{Enforced, Ignored, VerifierRefused};
    for (pkce, support, sent, refused) in [
        (Pkce::Auto, Ignored, &[true][..], None),
        (Pkce::Auto, Enforced, &[true], None),
        (Pkce::Auto, VerifierRefused, &[true, false], None),
        (Pkce::Always, Ignored, &[true], None),
        (Pkce::Always, Enforced, &[true], None),
        (Pkce::Always, VerifierRefused, &[true], Some(ProblemCode::AuthorizationRefused)),
        (Pkce::Never, Ignored, &[false], None),
        (Pkce::Never, Enforced, &[false], None),
        (Pkce::Never, VerifierRefused, &[false], None),
    ] {
        for shape in [ErrorFormat::Oauth, ErrorFormat::Api] {
            let server = OauthServer::start().with_settings(|behaviour| (behaviour.pkce, behaviour.errors) = (support, shape));
            let granted = exchange(&server, allowed(&server, pkce)).await;
            assert_eq!(granted.err().map(|problem| problem.code), refused, "{pkce:?} {support:?} {shape:?}");
            assert_eq!(verifiers(&server), sent, "{pkce:?} {support:?} {shape:?}");
        }
    }
}

#[tokio::test]
async fn an_authorize_endpoint_that_refuses_the_challenge_sends_it_back_by_name() {
    for (pkce, refused) in [(Pkce::Auto, true), (Pkce::Always, true), (Pkce::Never, false)] {
        let server = OauthServer::start().with_settings(|behaviour| behaviour.pkce = PkceSupport::ChallengeRefused);
        let pending = begin(&server, pkce);
        let answer = Secret::new(server.allow(pending.link.as_str()));
        let problem = parse_callback(&answer, &pending).err();
        assert_eq!(problem.is_some(), refused, "{pkce:?}");
        if let Some(problem) = problem {
            let seen = Some("invalid_request: code_challenge");
            assert_eq!((problem.code, problem.evidence.as_deref()), (ProblemCode::AuthorizationRefused, seen));
        }
    }
}

#[tokio::test]
async fn a_verifier_of_another_request_opens_nothing() {
    let server = OauthServer::start().with_settings(|behaviour| behaviour.pkce = PkceSupport::Enforced);
    let stolen = CodeExchange { verifier: begin(&server, Pkce::Auto).verifier, ..allowed(&server, Pkce::Auto) };
    let problem = exchange(&server, stolen).await.expect_err("another verifier");
    assert_eq!(problem.code, ProblemCode::CodeRefused);
    assert_eq!(verifiers(&server), [true], "it is not tried without");
}

#[tokio::test]
async fn only_the_parameter_s_own_name_drops_it() {
    let no = |status: u16, error: &str, words: &str| {
        Response::json(status, json!({"error": error, "error_description": words, "request_id": "fake-request-1"}))
    };
    for (response, code) in [
        (no(400, "invalid_grant", "code_verifier does not match"), ProblemCode::CodeRefused),
        (no(400, "invalid_request", "something is wrong"), ProblemCode::Bug),
        (no(400, "invalid_request", "my_code_verifier_of_old"), ProblemCode::Bug),
        (no(401, "invalid_client", "code_verifier"), ProblemCode::ClientRefused),
        (no(500, "invalid_request", "code_verifier"), ProblemCode::NotionServerError),
        (Response::html(400, "code_verifier"), ProblemCode::UnexpectedResponse),
    ] {
        let server = OauthServer::start();
        let exchange = allowed(&server, Pkce::Auto);
        server.answer_next(TOKEN, response);
        let problem = at(&server.base_url()).exchange_code(exchange).await.expect_err("a refusal");
        assert_eq!(problem.code, code);
        assert_eq!(verifiers(&server), [true], "{code:?}");
    }
}

#[tokio::test]
async fn it_is_dropped_once_and_not_for_ever() {
    let server = OauthServer::start();
    let exchange = allowed(&server, Pkce::Auto);
    for _ in 0..3 {
        let words = "body.code_verifier should be not present";
        server.answer_next(TOKEN, Response::json(400, json!({"error": "invalid_request", "error_description": words})));
    }
    let problem = at(&server.base_url()).exchange_code(exchange).await.expect_err("refused both ways");
    assert_eq!(problem.code, ProblemCode::AuthorizationRefused);
    assert_eq!(verifiers(&server), [true, false]);
}
