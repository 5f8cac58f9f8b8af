//! The simulated Notion as an authorization server with one connection, whose secret opens nothing
//! (<https://developers.notion.com/guides/authorization/overview>).

use super::answers::DemoResponse;
use super::{Full, forbid_loading, page};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::body::Bytes;
use hyper::header::{HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use url::Url;
use url::form_urlencoded::parse;

pub(super) const AUTHORIZE_PATH: &str = "/v1/oauth/authorize";
/// Any client may ask here: each registers itself.
pub(super) const MCP_AUTHORIZE_PATH: &str = "/authorize";
const CONSENT_PATH: &str = "/demo/consent";

/// The client that the demo fills in.
pub(super) const CLIENT_ID: &str = "dddddddd-0000-4000-8000-00000000c11d";
pub(super) const CLIENT_SECRET: &str = "secret_demo_client_that_opens_nothing";

/// The code that Notion would send back with a consent.
pub const AUTHORIZATION_CODE: &str = "demo-code-of-a-consent";
const ACCESS_TOKEN: &str = "ntn_demo_member_on_a_paid_plan_0001";
const REFRESH_TOKEN: &str = "nrt_demo_refresh_token_that_opens_nothing";

const CONSENT_PAGE: &str = include_str!("../../../../assets/demo_consent.html");

/// True once the consent page was opened: then the person decides.
#[derive(Debug)]
pub struct DemoConsent(watch::Sender<bool>);

impl Default for DemoConsent {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl DemoConsent {
    /// Starts a new request, whose page was not opened yet.
    pub fn begin(&self) -> watch::Receiver<bool> {
        self.0.send_replace(false);
        self.0.subscribe()
    }

    /// Returns the page, or the redirect to it; `None` for every other address.
    pub(super) fn respond(&self, path: &str, query: &str) -> Option<Response<Full<Bytes>>> {
        match path {
            AUTHORIZE_PATH if query_value(query, "client_id").as_deref() != Some(CLIENT_ID) => {
                Some(page(StatusCode::BAD_REQUEST, "application/json", error_body("invalid_client").to_string()))
            }
            AUTHORIZE_PATH | MCP_AUTHORIZE_PATH => {
                let mut response = page(StatusCode::FOUND, "text/plain", String::new());
                let location = HeaderValue::from_str(&format!("{CONSENT_PATH}?{query}"));
                response.headers_mut().extend(location.map(|location| (LOCATION, location)));
                Some(response)
            }
            CONSENT_PATH => {
                self.0.send_replace(true);
                let link = |name, value: &str| redirect_with(query, name, value).unwrap_or_default().replace('&', "&amp;");
                let body = CONSENT_PAGE.replace("<!-- allow -->", &link("code", AUTHORIZATION_CODE));
                let body = body.replace("<!-- cancel -->", &link("error", "access_denied"));
                let mut response = page(StatusCode::OK, "text/html; charset=utf-8", body);
                forbid_loading(&mut response);
                Some(response)
            }
            _ => None,
        }
    }
}

/// Returns the redirect URL with a result in it, if it leads to this machine.
fn redirect_with(query: &str, name: &str, value: &str) -> Option<String> {
    let mut url = Url::parse(&query_value(query, "redirect_uri")?).ok().filter(|url| url.host_str() == Some("localhost"))?;
    url.query_pairs_mut().append_pair(name, value).append_pair("state", &query_value(query, "state").unwrap_or_default());
    Some(url.into())
}

pub(super) fn query_value(query: &str, name: &str) -> Option<String> {
    parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Returns the responses of the endpoints that require a connection's secret; `None` for every other address.
pub(super) fn respond_to_client(path: &str, authorization: Option<&str>, body: &[u8]) -> Option<DemoResponse> {
    if !matches!(path, "/v1/oauth/token" | "/v1/oauth/introspect" | "/v1/oauth/revoke") {
        return None;
    }
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    if authorization != Some(basic.as_str()) {
        return Some(json_response(StatusCode::UNAUTHORIZED, error_body("invalid_client")));
    }
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let is = |name: &str, value: &str| document.get(name).and_then(Value::as_str) == Some(value);
    Some(match path {
        "/v1/oauth/introspect" => {
            json_response(StatusCode::OK, json!({ "active": is("token", ACCESS_TOKEN), "request_id": "demo" }))
        }
        "/v1/oauth/revoke" => json_response(StatusCode::OK, json!({ "request_id": "demo" })),
        _ if is("code", AUTHORIZATION_CODE) || is("refresh_token", REFRESH_TOKEN) => json_response(
            StatusCode::OK,
            json!({ "access_token": ACCESS_TOKEN, "token_type": "bearer", "refresh_token": REFRESH_TOKEN, "request_id": "demo" }),
        ),
        _ => json_response(StatusCode::BAD_REQUEST, error_body("invalid_grant")),
    })
}

fn json_response(status: StatusCode, body: Value) -> DemoResponse {
    DemoResponse::Notion { status, body, retry_after: None }
}

fn error_body(error: &str) -> Value {
    json!({ "error": error, "request_id": "demo" })
}
