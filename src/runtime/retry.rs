//! Wraps Notion's ports so that transient failures are retried, as `domain::retry` decides.

use super::ports::{Job, NotionApi, NotionOauth, World};
use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::Identity;
use crate::domain::machine::Reachable;
use crate::domain::oauth::{AuthorizeRequest, Client, Exchange, Grant, Introspection, Pending, Redirect};
use crate::domain::problem::Problem;
use crate::domain::retry::{RetryWait, wait_before};
use crate::domain::secret::Secret;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

type Announce = Arc<dyn Fn(RetryWait) + Send + Sync>;

/// Returns the world with retried calls to Notion. `announce` is called for each second of a pause.
pub fn with_retries(world: &World, announce: impl Fn(RetryWait) + Send + Sync + 'static) -> World {
    let announce: Announce = Arc::new(announce);
    World {
        notion: Arc::new(Retrying { inner: Arc::clone(&world.notion), announce: Arc::clone(&announce) }),
        oauth: Arc::new(Retrying { inner: Arc::clone(&world.oauth), announce }),
        ..world.clone()
    }
}

struct Retrying<P: ?Sized> {
    inner: Arc<P>,
    announce: Announce,
}

impl<P: ?Sized + Send + Sync + 'static> Retrying<P> {
    fn job<T: Send + 'static>(&self, ask: impl Fn(&P) -> Job<T> + Send + 'static) -> Job<T> {
        let (inner, announce) = (Arc::clone(&self.inner), Arc::clone(&self.announce));
        Box::pin(async move {
            let mut attempt = 1;
            loop {
                // The job is made before it is awaited, so that the port is not borrowed across the wait.
                let job = ask(&inner);
                let problem = match job.await {
                    Ok(answer) => return Ok(answer),
                    Err(problem) => problem,
                };
                attempt += 1;
                let Some(wait) = wait_before(attempt, &problem, jitter()) else { return Err(problem) };
                pause(&problem, wait, attempt, &announce).await;
            }
        })
    }
}

async fn pause(problem: &Problem, wait: Duration, attempt: u32, announce: &Announce) {
    // What goes beyond whole seconds is the jitter. It passes within the first of them, so that Notion's own number is counted down.
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

impl NotionApi for Retrying<dyn NotionApi> {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        self.job(move |notion| notion.whoami(token.clone()))
    }

    fn users(&self, token: Secret) -> Job<Answer<UserList>> {
        self.job(move |notion| notion.users(token.clone()))
    }

    fn user(&self, token: Secret, id: String) -> Job<Answer<bool>> {
        self.job(move |notion| notion.user(token.clone(), id.clone()))
    }

    fn search(&self, token: Secret) -> Job<Answer<Reach>> {
        self.job(move |notion| notion.search(token.clone()))
    }

    /// Not retried: this is a check, and it reports what it sees.
    fn reach_host(&self) -> Job<Reachable> {
        self.inner.reach_host()
    }
}

impl NotionOauth for Retrying<dyn NotionOauth> {
    fn probe(&self, client: Client, redirect: Redirect) -> Job<()> {
        self.job(move |oauth| oauth.probe(client.clone(), redirect))
    }

    fn begin(&self, request: &AuthorizeRequest) -> Result<Pending, Problem> {
        self.inner.begin(request)
    }

    /// Not retried: a code works once.
    fn exchange(&self, exchange: Exchange) -> Job<Grant> {
        self.inner.exchange(exchange)
    }

    /// Not retried: a refresh token works once.
    fn refresh(&self, client: Client, refresh: Secret) -> Job<Grant> {
        self.inner.refresh(client, refresh)
    }

    fn introspect(&self, client: Client, token: Secret) -> Job<Introspection> {
        self.job(move |oauth| oauth.introspect(client.clone(), token.clone()))
    }

    fn revoke(&self, client: Client, token: Secret) -> Job<()> {
        self.job(move |oauth| oauth.revoke(client.clone(), token.clone()))
    }
}
