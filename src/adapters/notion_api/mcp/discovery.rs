//! Finds the authorization server of the MCP server, and registers a client there.

use super::{McpClient, repeat_if_lost, to_mcp_problem};
use crate::adapters::notion_api::classify::{HttpResponse, ResponseClass, classify};
use crate::adapters::notion_api::oauth::tokens::parse_url;
use crate::adapters::notion_api::refusal::ErrorBodyFormat;
use crate::domain::link::Link;
use crate::domain::mcp::handshake::initialize_request;
use crate::domain::mcp::{Challenge, McpUrl};
use crate::domain::oauth::{
    AuthorizationServer, MetadataFault, PublicClient, RedirectUri, ResourceMetadata, ServerMetadata, scope_to_ask_for,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::retry::REQUEST_TIMEOUT;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Method, Request, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::timeout;

/// Longer than any client ID, which is kept in a keychain.
const MAX_CLIENT_ID_LENGTH: usize = 2048;

/// The answer to a registration (RFC 7591, section 3.2.1).
#[derive(Deserialize)]
struct RegistrationJson {
    client_id: Option<String>,
    token_endpoint_auth_method: Option<String>,
    redirect_uris: Option<Vec<String>>,
}

impl McpClient {
    /// Each document is fetched from the first address that has one: the address that the server points to, then the known ones, from
    /// the most specific to the root.
    pub(super) async fn find_authorization_server(&self) -> Result<AuthorizationServer, Problem> {
        let url = self.url.clone()?;
        let mut described = Err(not_found(url.as_str()));
        let challenge = self.find_challenge(&url).await?;
        for (place, expected) in url.metadata_places(challenge.resource_metadata.as_deref()) {
            if let Some(metadata) = self.fetch::<ResourceMetadata>(&place).await? {
                let scope = scope_to_ask_for(challenge.scope, &metadata);
                described = metadata.check(&expected).map(|found| (found, scope)).map_err(|fault| faulty(&place, &fault));
                break;
            }
        }
        let ((resource, issuer), scope) = described?;
        for place in AuthorizationServer::metadata_places(&issuer) {
            if let Some(metadata) = self.fetch::<ServerMetadata>(&place).await? {
                let server = metadata.check(&issuer, &resource).map_err(|fault| faulty(&place, &fault))?;
                return Ok(AuthorizationServer { scope, ..server });
            }
        }
        Err(not_found(issuer.as_str()))
    }

    /// Asks the server without a token, for what its refusal says. Some servers refuse only a message.
    async fn find_challenge(&self, url: &McpUrl) -> Result<Challenge, Problem> {
        let link = Link::parse(url.as_str()).map_err(|error| faulty(url.as_str(), &error))?;
        let transport = self.transport_to(&link)?;
        for method in [Method::GET, Method::POST] {
            let send = || async {
                // Only the header counts: a server without authorization would begin a stream here, which never ends.
                let mut request = Request::new(method.clone(), parse_url(&link)?);
                request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
                if method == Method::POST {
                    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    *request.body_mut() = Some(initialize_request().into());
                }
                transport.open_stream(request).await
            };
            let late = |_| Problem::new(ProblemCode::TimedOut).with_evidence(format!("{url} did not answer"));
            let response = timeout(REQUEST_TIMEOUT, repeat_if_lost(send)).await.map_err(late)??;
            if response.status() == StatusCode::UNAUTHORIZED {
                let headers = response.headers().get_all(WWW_AUTHENTICATE).iter();
                return Ok(Challenge::read(&headers.filter_map(|header| header.to_str().ok()).collect::<Vec<_>>()));
            }
        }
        Ok(Challenge::default())
    }

    /// Returns `None` if there is no document at this address.
    async fn fetch<T: DeserializeOwned>(&self, place: &str) -> Result<Option<T>, Problem> {
        let link = Link::parse(place).map_err(|error| faulty(place, &error))?;
        let transport = self.transport_to(&link)?;
        let reply = repeat_if_lost(|| async { transport.get_without_token(parse_url(&link)?).await }).await?;
        match reply.status {
            400 | 403 | 404 | 405 | 410 => Ok(None),
            200 => read_document(&reply, place).map(Some),
            300..=399 | 407 | 429 | 500..=599 => classify(reply, ErrorBodyFormat::Oauth).and_then(|_| Err(not_found(place))),
            status => Err(faulty(place, &format!("HTTP {status}"))),
        }
    }

    pub(super) async fn register_client(
        &self,
        server: AuthorizationServer,
        redirect: RedirectUri,
    ) -> Result<PublicClient, Problem> {
        // Without the method, the server would register a client with a secret.
        let request = json!({
            "client_name": "notion-auth",
            "redirect_uris": [redirect.to_string()],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "native",
        });
        let place = server.registration_endpoint.clone();
        let transport = self.transport_to(&place)?;
        let reply = transport.post_json_without_token(parse_url(&place)?, request.to_string()).await?;
        let reply = match classify(reply, ErrorBodyFormat::Oauth)? {
            ResponseClass::Success(reply) => reply,
            ResponseClass::Refused(refusal) if refusal.status == 429 => {
                return Err(refusal.into_problem_with(ProblemCode::RateLimited));
            }
            ResponseClass::Refused(refusal) => {
                return Err(to_mcp_problem(refusal.into_problem_with(ProblemCode::McpRegistrationRefused)));
            }
        };
        let registration: RegistrationJson = read_document(&reply, place.as_str())?;
        let refused = |what: &str| Problem::new(ProblemCode::McpRegistrationRefused).with_evidence(what);
        let id = registration.client_id.filter(|id| !id.is_empty() && id.len() <= MAX_CLIENT_ID_LENGTH);
        let id = id.filter(|id| id.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        if registration.token_endpoint_auth_method.is_some_and(|method| method != "none") {
            return Err(refused("the server registered a client with a secret"));
        }
        if registration.redirect_uris.is_some_and(|uris| !uris.contains(&redirect.to_string())) {
            return Err(refused("the server registered another redirect URI"));
        }
        let id = id.ok_or_else(|| refused("the answer has no usable client_id"))?;
        Ok(PublicClient { id, server: Box::new(server) })
    }
}

fn read_document<T: DeserializeOwned>(reply: &HttpResponse, place: &str) -> Result<T, Problem> {
    // The parser's own text may repeat a value; its place is enough.
    serde_json::from_slice(&reply.body)
        .map_err(|error| faulty(place, &format!("it can't be read (line {}, column {})", error.line(), error.column())))
}

fn faulty(place: &str, fault: &dyn std::fmt::Display) -> Problem {
    Problem::new(ProblemCode::McpDiscoveryFailed).with_evidence(format!("{place}: {fault}"))
}

fn not_found(place: &str) -> Problem {
    faulty(place, &MetadataFault::missing())
}
