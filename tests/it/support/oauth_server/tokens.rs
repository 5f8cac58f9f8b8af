//! `POST /v1/oauth/token`, `introspect` and `revoke` (<https://developers.notion.com/reference/create-a-token>).

use super::issued::TokenPair;
use super::{ErrorFormat, PkceSupport, ServerSettings, ServerState, TokenPairs};
use crate::support::notion::{Request, Response};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::digest;
use serde_json::{Value, json};

/// An error: status, code and message. The message repeats the request's values, as Notion's validation does.
struct TokenError(u16, &'static str, String);

pub(super) fn respond(request: &Request, state: &mut ServerState) -> Response {
    let id = ("x-notion-request-id", "fake-request-1");
    match handle(request, state) {
        Ok(body) => Response::json(200, body).header(id.0, id.1),
        Err(TokenError(status, code, message)) => {
            let body = match state.settings.errors {
                ErrorFormat::Oauth => json!({"error": code, "error_description": message, "request_id": id.1}),
                ErrorFormat::Api => {
                    json!({"object": "error", "status": status, "code": code, "message": message, "request_id": id.1})
                }
            };
            Response::json(status, body).header(id.0, id.1)
        }
    }
}

fn handle(request: &Request, state: &mut ServerState) -> Result<Value, TokenError> {
    if request.header("notion-version").is_none() {
        return Err(TokenError(400, "missing_version", "Notion-Version header should be defined".into()));
    }
    if !is_authenticated(request, &state.settings) {
        return Err(TokenError(401, "invalid_client", format!("no to {}", request.header("authorization").unwrap_or("nobody"))));
    }
    let is_json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let body: Value =
        serde_json::from_str(&request.body).ok().filter(|_| is_json).ok_or(TokenError(400, "invalid_json", "no JSON".into()))?;
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    match request.path() {
        "/v1/oauth/token" => match text("grant_type") {
            "authorization_code" => exchange_code(&body, state),
            "refresh_token" => {
                let refresh = text("refresh_token");
                let pair =
                    state.issued.rotate(refresh).ok_or_else(|| TokenError(400, "invalid_grant", format!("no to {refresh}")))?;
                Ok(token_response(&pair, state.settings.pairs))
            }
            other => Err(TokenError(400, "unsupported_grant_type", other.to_owned())),
        },
        "/v1/oauth/introspect" if state.issued.is_valid(text("token")) => {
            let scope = "read_content insert_content update_content read_user_with_email";
            Ok(json!({"active": true, "scope": scope, "iat": 1_795_000_000, "request_id": "fake-request-1"}))
        }
        "/v1/oauth/introspect" => Ok(json!({"active": false, "request_id": "fake-request-1"})),
        _ => {
            state.issued.revoke(text("token"));
            Ok(json!({"request_id": "fake-request-1"}))
        }
    }
}

fn exchange_code(body: &Value, state: &mut ServerState) -> Result<Value, TokenError> {
    let verifier = body["code_verifier"].as_str();
    if let (PkceSupport::VerifierRefused, Some(verifier)) = (state.settings.pkce, verifier) {
        // The parameter is rejected before the code is checked, so the code stays unused.
        let (code, words) = match state.settings.errors {
            ErrorFormat::Oauth => ("invalid_request", "unknown parameter code_verifier"),
            ErrorFormat::Api => {
                ("validation_error", "body failed validation: body.code_verifier should be not present, instead was")
            }
        };
        return Err(TokenError(400, code, format!("{words} `\"{verifier}\"`.")));
    }
    let code = body["code"].as_str().unwrap_or_default();
    let refused = || TokenError(400, "invalid_grant", format!("no to {code}"));
    let known = state.issued.use_code(code).ok_or_else(refused)?;
    let matches = |challenge: &str| verifier.is_some_and(|verifier| s256(verifier) == challenge);
    let is_proven = match (state.settings.pkce, &known.challenge) {
        (PkceSupport::Enforced, Some(challenge)) => matches(challenge),
        _ => true,
    };
    if body["redirect_uri"].as_str() != Some(&known.redirect) || !is_proven {
        return Err(refused());
    }
    let existing = state.issued.valid_pair().filter(|_| state.settings.pairs == TokenPairs::Existing);
    let pair = existing.unwrap_or_else(|| state.issued.new_pair());
    Ok(token_response(&pair, state.settings.pairs))
}

fn token_response(pair: &TokenPair, pairs: TokenPairs) -> Value {
    let refresh = (pairs != TokenPairs::WithoutRefresh).then_some(&pair.refresh);
    json!({"access_token": pair.access, "token_type": "bearer", "refresh_token": refresh, "bot_id": "bot-1",
           "workspace_id": "workspace-1", "workspace_name": "Fake Works", "workspace_icon": null,
           "owner": {"type": "user", "user": {"object": "user", "id": "user-1"}}, "duplicated_template_id": null,
           "request_id": "fake-request-1"})
}

/// Checks the header `Authorization: Basic base64(client_id:client_secret)`.
fn is_authenticated(request: &Request, behaviour: &ServerSettings) -> bool {
    let basic = request.header("authorization").and_then(|value| value.strip_prefix("Basic "));
    let decoded = basic.and_then(|basic| BASE64_STANDARD.decode(basic).ok());
    decoded.is_some_and(|pair| pair == format!("{}:{}", behaviour.client_id, behaviour.client_secret).as_bytes())
}

/// Computes the S256 challenge of RFC 7636, section 4.2.
fn s256(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}
