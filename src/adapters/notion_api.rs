//! Notion's public REST API over reqwest: who a token belongs to, what it may do, and whether Notion responds at all.
//!
//! `transport` sends one request and reads the whole response, `failure` explains why there is no response, `classify` and
//! `refusal` interpret one, `shapes` parses a success, `session` makes the requests of one token, and `oauth` those of one
//! connection. Nothing is retried here: the person, or the runtime, decides that.

mod authorization;
pub mod certificates;
mod classify;
mod failure;
mod oauth;
mod proxy;
mod refusal;
mod scrub;
mod session;
mod shapes;
mod transport;

use super::clock::Clock;
use crate::domain::base_url::BaseUrl;
use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::Identity;
use crate::domain::machine::Reachable;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, NotionApi};
use session::Session;
use std::sync::Arc;
use transport::Transport;
pub use transport::{Limits, Options};

/// The client. Creating one costs nothing and does no I/O; the first call builds the HTTP client behind it.
#[derive(Clone)]
pub struct NotionClient {
    transport: Arc<Transport>,
    clock: Clock,
}

impl NotionClient {
    pub fn new(base: BaseUrl) -> Self {
        Self::with_limits(base, Limits::default())
    }

    pub fn with_limits(base: BaseUrl, limits: Limits) -> Self {
        Self::with_options(base, Options { limits, ..Options::default() })
    }

    pub fn with_options(base: BaseUrl, options: Options) -> Self {
        Self { transport: Arc::new(Transport::new(base, options)), clock: Clock::System }
    }

    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    fn session(&self, token: Secret) -> Session {
        Session::new(Arc::clone(&self.transport), token)
    }
}

impl NotionApi for NotionClient {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        let session = self.session(token);
        Box::pin(async move { session.whoami().await.map_err(|problem| session.scrub(problem)) })
    }

    fn users(&self, token: Secret) -> Job<Answer<UserList>> {
        let session = self.session(token);
        Box::pin(async move { session.users().await.map_err(|problem| session.scrub(problem)) })
    }

    fn user(&self, token: Secret, id: String) -> Job<Answer<bool>> {
        let session = self.session(token);
        Box::pin(async move { session.user(&id).await.map_err(|problem| session.scrub(problem)) })
    }

    fn search(&self, token: Secret) -> Job<Answer<Reach>> {
        let session = self.session(token);
        Box::pin(async move { session.search().await.map_err(|problem| session.scrub(problem)) })
    }

    fn reach_host(&self) -> Job<Reachable> {
        let (transport, clock) = (Arc::clone(&self.transport), self.clock);
        Box::pin(async move { session::reach_host(&transport, clock).await })
    }
}
