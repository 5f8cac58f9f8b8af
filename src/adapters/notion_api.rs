//! Notion's public REST API over reqwest: who a token belongs to, what it may do, and whether Notion responds at all.
//!
//! `transport` sends one request and reads the whole response, `failure` explains why there is no response, `classify` and
//! `refusal` interpret one, `responses` parses a success, `session` makes the requests of one token, and `oauth` those of one
//! connection. Nothing is retried here: the person, or the runtime, decides that.

mod auth_headers;
pub mod certificates;
mod classify;
mod error_fields;
mod failure;
pub mod mcp;
mod oauth;
mod proxy;
mod refusal;
mod responses;
mod scrub;
mod session;
mod transport;

use crate::adapters::machine::clock::Clock;
use crate::adapters::trace;
use crate::domain::base_url::BaseUrl;
use crate::domain::checks::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::Identity;
use crate::domain::machine::Reachability;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, NotionApi};
use session::ApiSession;
use std::sync::Arc;
use transport::Transport;
pub use transport::{ClientOptions, RequestLimits};

/// The client. Creating one costs nothing and does no I/O; the first call builds the HTTP client behind it.
#[derive(Clone)]
pub struct NotionClient {
    transport: Arc<Transport>,
    clock: Clock,
}

impl NotionClient {
    pub fn new(base: BaseUrl) -> Self {
        Self::with_limits(base, RequestLimits::default())
    }

    pub fn with_limits(base: BaseUrl, limits: RequestLimits) -> Self {
        Self::with_options(base, ClientOptions { limits, ..ClientOptions::default() })
    }

    pub fn with_options(base: BaseUrl, options: ClientOptions) -> Self {
        Self { transport: Arc::new(Transport::new(base, options)), clock: Clock::System }
    }

    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    fn session(&self, token: Secret) -> ApiSession {
        ApiSession::new(Arc::clone(&self.transport), token)
    }
}

impl NotionApi for NotionClient {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        let session = self.session(token);
        trace::job("notion", "whoami", async move { session.whoami().await.map_err(|problem| session.scrub(problem)) })
    }

    fn list_users(&self, token: Secret) -> Job<CapabilityResponse<UserList>> {
        let session = self.session(token);
        trace::job("notion", "list_users", async move { session.list_users().await.map_err(|problem| session.scrub(problem)) })
    }

    fn user_exists(&self, token: Secret, id: String) -> Job<CapabilityResponse<bool>> {
        let session = self.session(token);
        trace::job("notion", "user_exists", async move { session.user_exists(&id).await.map_err(|problem| session.scrub(problem)) })
    }

    fn search(&self, token: Secret) -> Job<CapabilityResponse<Reach>> {
        let session = self.session(token);
        trace::job("notion", "search", async move { session.search().await.map_err(|problem| session.scrub(problem)) })
    }

    fn reach_host(&self) -> Job<Reachability> {
        let (transport, clock) = (Arc::clone(&self.transport), self.clock);
        trace::job("notion", "reach_host", async move { session::reach_host(&transport, clock).await })
    }
}
