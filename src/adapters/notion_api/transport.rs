//! Sends one request to Notion's host and reads the whole response, within limits of time and size.
//!
//! This is the only file that holds a client. Redirects are never followed, so a secret goes to the base address and nowhere else.

use super::classify::HttpResponse;
use super::{failure, proxy};
use crate::adapters::blocking_thread::run_blocking;
use crate::adapters::machine::clock::Clock;
use crate::adapters::trace;
use crate::domain::base_url::BaseUrl;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::proxy::ProxySettings;
use crate::domain::retry::REQUEST_TIMEOUT;
use crate::domain::secret::WipingBuffer;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Body, Client, Method, Request, Response};
use std::time::Duration;
use tokio::sync::OnceCell;
use tracing::field::Empty;
use url::Url;
use zeroize::Zeroizing;

/// The API version that this program was written against (<https://developers.notion.com/reference/versioning>).
const NOTION_VERSION: &str = "2026-03-11";

/// Time after which a stream of events ends. Its reader has closer limits of its own.
const STREAM_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Limits of time and size.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimits {
    /// Time until a finished TLS handshake, or proxy tunnel.
    pub connect_timeout: Duration,
    /// Time from the request to the last byte of the response.
    pub request_timeout: Duration,
    /// Maximum bytes of a body.
    pub max_body_bytes: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(5), request_timeout: REQUEST_TIMEOUT, max_body_bytes: 4 * 1024 * 1024 }
    }
}

/// Options of a client.
#[derive(Clone, Default)]
pub struct ClientOptions {
    pub limits: RequestLimits,
    pub proxies: ProxySettings,
}

pub(super) struct Transport {
    base: BaseUrl,
    options: ClientOptions,
    /// False for servers that know nothing of the versions of Notion's API.
    sends_version: bool,
    client: OnceCell<Client>,
}

impl Transport {
    pub(super) fn new(base: BaseUrl, options: ClientOptions) -> Self {
        Self { base, options, sends_version: true, client: OnceCell::new() }
    }

    /// For another server than Notion's API.
    pub(super) fn without_version(base: BaseUrl, options: ClientOptions) -> Self {
        Self { sends_version: false, ..Self::new(base, options) }
    }

    /// Returns the URL of an endpoint. Each segment is percent-encoded, so that an id cannot climb out of its place.
    pub(super) fn endpoint(&self, segments: &[&str]) -> Result<Url, Problem> {
        let mut url = Url::parse(self.base.as_str()).map_err(|error| Problem::bug(error.to_string()))?;
        url.path_segments_mut().map_err(|()| Problem::bug("the base address has no path"))?.pop_if_empty().extend(segments);
        Ok(url)
    }

    pub(super) async fn get(&self, url: Url, authorization: HeaderValue) -> Result<HttpResponse, Problem> {
        let mut request = Request::new(Method::GET, url);
        request.headers_mut().insert(AUTHORIZATION, authorization);
        self.send(request).await
    }

    pub(super) async fn post(&self, url: Url, authorization: HeaderValue, json: impl Into<Body>) -> Result<HttpResponse, Problem> {
        let mut request = Request::new(Method::POST, url);
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(json.into());
        self.send(request).await
    }

    /// Sends a form. What authenticates the client, if anything does, is in it.
    pub(super) async fn post_form(&self, url: Url, form: Body) -> Result<HttpResponse, Problem> {
        let mut request = Request::new(Method::POST, url);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        *request.body_mut() = Some(form);
        self.send(request).await
    }

    pub(super) async fn post_json_without_token(&self, url: Url, json: String) -> Result<HttpResponse, Problem> {
        let mut request = Request::new(Method::POST, url);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(json.into());
        self.send(request).await
    }

    /// Sends a request whose response is read as it comes, without a limit of time on the whole of it.
    pub(super) async fn open_stream(&self, mut request: Request) -> Result<Response, Problem> {
        *request.timeout_mut() = Some(STREAM_TIMEOUT);
        let span = self.span(&request);
        let response = self.execute(request).await;
        match &response {
            Ok(response) => span.record("status", response.status().as_u16()),
            Err(problem) => span.record("outcome", problem.code.name()),
        };
        response
    }

    pub(super) async fn get_without_token(&self, url: Url) -> Result<HttpResponse, Problem> {
        self.send(Request::new(Method::GET, url)).await
    }

    /// The proxy that requests go through, as host and port.
    pub(super) fn proxy(&self) -> Option<String> {
        proxy::proxy_in_use(&self.base, &self.options.proxies)
    }

    /// Builds the client on first use. A failure is not remembered: the next call tries again.
    pub(super) async fn client(&self) -> Result<&Client, Problem> {
        let build = || async {
            let (base, options, sends_version) = (self.base.clone(), self.options.clone(), self.sends_version);
            // Reading the platform's roots takes 3 to 14 ms, which is several frames.
            run_blocking("HTTP client", move || build_client(&base, &options, sends_version)).await
        };
        self.client.get_or_try_init(build).await
    }

    async fn send(&self, request: Request) -> Result<HttpResponse, Problem> {
        let span = self.span(&request);
        let response = self.exchange(request).await;
        match &response {
            Ok(response) => {
                span.record("status", response.status).record("request_id", response.request_id().filter(|id| is_uuid(id)))
            }
            Err(problem) => span.record("outcome", problem.code.name()),
        };
        response
    }

    /// Opens the line that `-v` prints for a request. It ends with the span.
    fn span(&self, request: &Request) -> tracing::Span {
        tracing::info_span!(
            target: trace::TARGET, "request", port = "http", method = %request.method(),
            path = traced_path(&self.base, request.url()), status = Empty, request_id = Empty, outcome = Empty
        )
    }

    async fn execute(&self, request: Request) -> Result<Response, Problem> {
        let client = self.client().await?;
        client.execute(request).await.map_err(|error| failure::request_problem(&error, self.proxy()))
    }

    async fn exchange(&self, request: Request) -> Result<HttpResponse, Problem> {
        let mut response = self.execute(request).await?;
        let body = read_body(&mut response, self.options.limits.max_body_bytes).await?;
        let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
        Ok(HttpResponse { status, headers, body, received: Clock::System.now() })
    }
}

fn build_client(base: &BaseUrl, options: &ClientOptions, sends_version: bool) -> Result<Client, Problem> {
    let limits = options.limits;
    // reqwest is built without a provider. A second installation fails, which is harmless: the first one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let version = (HeaderName::from_static("notion-version"), HeaderValue::from_static(NOTION_VERSION));
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    headers.extend(sends_version.then_some(version));
    let builder = Client::builder()
        .user_agent(concat!("notion-auth/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .redirect(Policy::none())
        // Its timer would wake an idle screen for ever. Dead connections are left to the kernel's keep-alive, others to Notion.
        .pool_idle_timeout(None)
        .connect_timeout(limits.connect_timeout)
        .timeout(limits.request_timeout);
    // Loopback never goes through a proxy, which would read the token of a plain request; and the demo needs no roots.
    let builder = if base.is_http() {
        builder.no_proxy().tls_certs_only([])
    } else {
        proxy::apply(builder.https_only(true), base, &options.proxies)?
    };
    builder.build().map_err(|error| failure::client_build_problem(&error))
}

/// Returns the path beneath the base address, which may be a private gateway. Ids are replaced by `{id}`.
fn traced_path(base: &BaseUrl, url: &Url) -> String {
    let above = Url::parse(base.as_str()).ok().and_then(|base| Some(base.path_segments()?.filter(|part| !part.is_empty()).count()));
    let parts = url.path_segments().into_iter().flatten().skip(above.unwrap_or_default());
    // Names of the standards, such as `.well-known/oauth-protected-resource`, have dots and hyphens.
    let is_name = |part: &str| part == "v1" || part == ".well-known" || part.starts_with("oauth-");
    let is_word = |part: &str| is_name(part) || part.bytes().all(|byte| byte.is_ascii_lowercase());
    parts.map(|part| if is_word(part) { format!("/{part}") } else { "/{id}".into() }).collect()
}

/// True for a UUID, as Notion's request ids are. Anything else in that header might repeat what was sent.
fn is_uuid(id: &str) -> bool {
    id.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Reads the body as it arrives, so that an endless one costs no more than its limit.
pub(super) async fn read_body(response: &mut Response, most: usize) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let too_large = || Problem::new(ProblemCode::ResponseTooLarge).with_evidence(format!("more than {most} bytes"));
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |length| length > most)) {
        return Err(too_large());
    }
    let mut body = WipingBuffer::default();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure::truncation_problem(&error, body.len()))? {
        if body.len() + chunk.len() > most {
            return Err(too_large());
        }
        body.extend(&chunk);
    }
    Ok(body.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_climb_out_of_its_place() {
        let base = BaseUrl::parse("https://gateway.example/notion/").expect("a good base");
        let transport = Transport::new(base, ClientOptions::default());
        let url = transport.endpoint(&["v1", "users", "a/../b?c#d e"]).expect("an endpoint");
        assert_eq!(url.as_str(), "https://gateway.example/notion/v1/users/a%2F..%2Fb%3Fc%23d%20e");
    }

    #[test]
    fn neither_the_gateway_nor_an_id_nor_a_query_is_told() {
        for base in ["https://me.example/secret-gateway/", "https://me.example/secret/gateway", "https://me.example"] {
            let base = BaseUrl::parse(base).expect("a good base");
            let transport = Transport::new(base.clone(), ClientOptions::default());
            let mut url = transport.endpoint(&["v1", "users", "0f1e-fake-id"]).expect("an endpoint");
            url.set_query(Some("start_cursor=fake"));
            assert_eq!(traced_path(&base, &url), "/v1/users/{id}");
        }
    }

    #[test]
    fn a_request_id_is_a_uuid() {
        assert!(is_uuid("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"));
        for other in
            ["", "fake-request-1", "ntnfakemember0000", "0f1e2d3c4b5a49788695a4b3c2d1e0f9", "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0fg"]
        {
            assert!(!is_uuid(other), "{other}");
        }
    }
}
