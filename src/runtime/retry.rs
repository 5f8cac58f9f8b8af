//! Wraps Notion's ports so that transient failures are retried, as `domain::retry` decides.

use super::ports::{Job, McpRequest, McpResponse, NotionApi, NotionMcp, NotionOauth, World};
use crate::domain::checks::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::{Identity, Secrets};
use crate::domain::machine::Reachability;
use crate::domain::mcp::McpUrl;
use crate::domain::oauth::{
    AuthorizationAttempt, AuthorizationCode, AuthorizationRequest, AuthorizationServer, CodeExchange, Introspection, OauthClient,
    PublicClient, RedirectUri, TokenGrant,
};
use crate::domain::problem::Problem;
use crate::domain::retry::{RetryWait, backoff_before};
use crate::domain::secret::Secret;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

type RetryCallback = Arc<dyn Fn(RetryWait) + Send + Sync>;

/// Returns the world with retried calls to Notion. `announce` is called for each second of a pause.
pub fn with_retries(world: &World, announce: impl Fn(RetryWait) + Send + Sync + 'static) -> World {
    let announce: RetryCallback = Arc::new(announce);
    World {
        notion: Arc::new(RetryingPort { inner: Arc::clone(&world.notion), on_wait: Arc::clone(&announce) }),
        oauth: Arc::new(RetryingPort { inner: Arc::clone(&world.oauth), on_wait: Arc::clone(&announce) }),
        mcp: Arc::new(RetryingPort { inner: Arc::clone(&world.mcp), on_wait: announce }),
        ..world.clone()
    }
}

struct RetryingPort<P: ?Sized> {
    inner: Arc<P>,
    on_wait: RetryCallback,
}

impl<P: ?Sized + Send + Sync + 'static> RetryingPort<P> {
    fn retry<T: Send + 'static>(&self, call: impl Fn(&P) -> Job<T> + Send + 'static) -> Job<T> {
        let (inner, announce) = (Arc::clone(&self.inner), Arc::clone(&self.on_wait));
        Box::pin(async move {
            let mut attempt = 1;
            loop {
                // The job is made before it is awaited, so that the port is not borrowed across the wait.
                let job = call(&inner);
                let problem = match job.await {
                    Ok(answer) => return Ok(answer),
                    Err(problem) => problem,
                };
                attempt += 1;
                let Some(wait) = backoff_before(attempt, &problem, jitter()) else { return Err(problem) };
                pause(&problem, wait, attempt, &announce).await;
            }
        })
    }
}

async fn pause(problem: &Problem, wait: Duration, attempt: u32, announce: &RetryCallback) {
    // The fraction of a second is the jitter. It elapses first, so that the countdown shows the number that Notion named.
    let seconds = wait.as_secs();
    let end = Instant::now() + wait;
    for seconds_left in (1..=seconds).rev() {
        announce(RetryWait { code: problem.code, seconds, seconds_left, attempt });
        sleep_until(end - Duration::from_secs(seconds_left - 1)).await;
    }
    announce(RetryWait { code: problem.code, seconds, seconds_left: 0, attempt });
}

/// Returns a value from 0 to 1. It has to differ between machines and needs no secrecy, so the seed of a hash map will do.
fn jitter() -> f64 {
    let random = u32::try_from(RandomState::new().hash_one(()) >> 32).unwrap_or_default();
    f64::from(random) / f64::from(u32::MAX)
}

impl NotionApi for RetryingPort<dyn NotionApi> {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        self.retry(move |notion| notion.whoami(token.clone()))
    }

    fn list_users(&self, token: Secret) -> Job<CapabilityResponse<UserList>> {
        self.retry(move |notion| notion.list_users(token.clone()))
    }

    fn user_exists(&self, token: Secret, id: String) -> Job<CapabilityResponse<bool>> {
        self.retry(move |notion| notion.user_exists(token.clone(), id.clone()))
    }

    fn search(&self, token: Secret) -> Job<CapabilityResponse<Reach>> {
        self.retry(move |notion| notion.search(token.clone()))
    }

    /// Not retried: this is a check, and it reports what it sees.
    fn reach_host(&self) -> Job<Reachability> {
        self.inner.reach_host()
    }
}

impl NotionOauth for RetryingPort<dyn NotionOauth> {
    fn check_client(&self, client: OauthClient, redirect: RedirectUri) -> Job<()> {
        self.retry(move |oauth| oauth.check_client(client.clone(), redirect))
    }

    fn begin_authorization(&self, request: &AuthorizationRequest) -> Result<AuthorizationAttempt, Problem> {
        self.inner.begin_authorization(request)
    }

    /// Not retried: a code works once.
    fn exchange_code(&self, exchange: CodeExchange) -> Job<TokenGrant> {
        self.inner.exchange_code(exchange)
    }

    /// Not retried: a refresh token works once.
    fn refresh(&self, client: OauthClient, refresh: Secret) -> Job<TokenGrant> {
        self.inner.refresh(client, refresh)
    }

    fn introspect(&self, client: OauthClient, token: Secret) -> Job<Introspection> {
        self.retry(move |oauth| oauth.introspect(client.clone(), token.clone()))
    }

    fn revoke(&self, client: OauthClient, token: Secret) -> Job<()> {
        self.retry(move |oauth| oauth.revoke(client.clone(), token.clone()))
    }
}

impl NotionMcp for RetryingPort<dyn NotionMcp> {
    fn url(&self) -> Result<McpUrl, Problem> {
        self.inner.url()
    }

    fn is_expiring(&self, secrets: &Secrets) -> bool {
        self.inner.is_expiring(secrets)
    }

    fn discover(&self) -> Job<AuthorizationServer> {
        self.retry(|mcp| mcp.discover())
    }

    /// Not retried: the first request may have registered a client.
    fn register(&self, server: AuthorizationServer, redirect: RedirectUri) -> Job<PublicClient> {
        self.inner.register(server, redirect)
    }

    fn begin_authorization(&self, client: &PublicClient, redirect: RedirectUri) -> Result<AuthorizationAttempt, Problem> {
        self.inner.begin_authorization(client, redirect)
    }

    /// Not retried: a code works once.
    fn exchange_code(&self, client: PublicClient, code: AuthorizationCode) -> Job<TokenGrant> {
        self.inner.exchange_code(client, code)
    }

    /// Not retried here: after a lost response the same refresh token may be sent once more, and never a third time.
    fn refresh(&self, client: PublicClient, refresh: Secret) -> Job<TokenGrant> {
        self.inner.refresh(client, refresh)
    }

    fn revoke(&self, client: PublicClient, token: Secret) -> Job<()> {
        self.retry(move |mcp| mcp.revoke(client.clone(), token.clone()))
    }

    /// Not retried: a message may have had its effect.
    fn send(&self, request: McpRequest) -> Job<McpResponse> {
        self.inner.send(request)
    }
}
