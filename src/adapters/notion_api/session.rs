//! The requests of one token, and the one request that is sent without a token.

use super::auth_headers::bearer;
use super::classify::{HttpResponse, ResponseClass, classify};
use super::refusal::{ErrorBodyFormat, Refusal};
use super::responses::{SearchPageJson, UserJson, UserPageJson};
use super::scrub::{scrub, scrub_text};
use super::transport::Transport;
use crate::adapters::machine::clock::Clock;
use crate::domain::checks::{CapabilityResponse, MAX_USER_PAGES, Reach, UserList};
use crate::domain::credentials::Identity;
use crate::domain::machine::Reachability;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::sync::Arc;
use tokio::time::Instant;
use url::Url;

pub(super) struct ApiSession {
    transport: Arc<Transport>,
    token: Secret,
}

impl ApiSession {
    pub(super) fn new(transport: Arc<Transport>, token: Secret) -> Self {
        Self { transport, token }
    }

    pub(super) async fn whoami(&self) -> Result<Identity, Problem> {
        let url = self.transport.endpoint(&["v1", "users", "me"])?;
        match classify(self.get(url).await?, ErrorBodyFormat::Api)? {
            ResponseClass::Success(reply) => {
                let me: UserJson = reply.json()?;
                me.into_identity(reply.request_id()).ok_or_else(|| reply.unreadable_problem("it is not a user"))
            }
            ResponseClass::Refused(refusal) => Err(refusal.into_default_problem()),
        }
    }

    pub(super) async fn list_users(&self) -> Result<CapabilityResponse<UserList>, Problem> {
        let mut list = UserList { people: Vec::new(), is_complete: false, has_emails: false };
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_USER_PAGES {
            let mut url = self.transport.endpoint(&["v1", "users"])?;
            url.query_pairs_mut().append_pair("page_size", "100");
            if let Some(cursor) = &cursor {
                url.query_pairs_mut().append_pair("start_cursor", cursor);
            }
            let page: UserPageJson = match self.classify_permission(self.get(url).await?)? {
                CapabilityResponse::Granted(reply) => reply.json()?,
                CapabilityResponse::Refused { status, code } => return Ok(CapabilityResponse::Refused { status, code }),
            };
            cursor = page.add_to(&mut list);
            if cursor.is_none() {
                list.is_complete = true;
                break;
            }
        }
        Ok(CapabilityResponse::Granted(list))
    }

    pub(super) async fn user_exists(&self, id: &str) -> Result<CapabilityResponse<bool>, Problem> {
        let url = self.transport.endpoint(&["v1", "users", id])?;
        match classify(self.get(url).await?, ErrorBodyFormat::Api)? {
            ResponseClass::Success(_) => Ok(CapabilityResponse::Granted(true)),
            ResponseClass::Refused(refusal) => match refusal.status {
                404 => Ok(CapabilityResponse::Granted(false)),
                403 => Ok(self.missing_permission(refusal)),
                _ => Err(refusal.into_default_problem()),
            },
        }
    }

    pub(super) async fn search(&self) -> Result<CapabilityResponse<Reach>, Problem> {
        let url = self.transport.endpoint(&["v1", "search"])?;
        let reply = self.transport.post(url, bearer(&self.token)?, r#"{"page_size":100}"#).await?;
        Ok(match self.classify_permission(reply)? {
            CapabilityResponse::Granted(reply) => CapabilityResponse::Granted(reply.json::<SearchPageJson>()?.reach()),
            CapabilityResponse::Refused { status, code } => CapabilityResponse::Refused { status, code },
        })
    }

    async fn get(&self, url: Url) -> Result<HttpResponse, Problem> {
        self.transport.get(url, bearer(&self.token)?).await
    }

    /// A missing permission is an answer; every other refusal is a problem.
    fn classify_permission(&self, reply: HttpResponse) -> Result<CapabilityResponse<HttpResponse>, Problem> {
        match classify(reply, ErrorBodyFormat::Api)? {
            ResponseClass::Success(reply) => Ok(CapabilityResponse::Granted(reply)),
            ResponseClass::Refused(refusal) if refusal.status == 403 => Ok(self.missing_permission(refusal)),
            ResponseClass::Refused(refusal) => Err(refusal.into_default_problem()),
        }
    }

    fn missing_permission<T>(&self, refusal: Refusal) -> CapabilityResponse<T> {
        CapabilityResponse::Refused { status: refusal.status, code: scrub_text(refusal.code, [&self.token]) }
    }

    pub(super) fn scrub(&self, problem: Problem) -> Problem {
        scrub(problem, [&self.token])
    }
}

/// Any Notion response proves reachability; without a token it is a 401, which proves nothing more.
pub(super) async fn reach_host(transport: &Transport, clock: Clock) -> Result<Reachability, Problem> {
    let url = transport.endpoint(&["v1", "users", "me"])?;
    // The client is built before the clock starts, because reading certificates is not latency.
    transport.client().await?;
    let started = Instant::now();
    let reply = transport.get_without_token(url).await?;
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let clock_skew_s = clock_skew(&reply, clock.now());
    classify(reply, ErrorBodyFormat::Api).map(|_| Reachability { latency_ms, clock_skew_s, proxy: transport.proxy() })
}

fn clock_skew(reply: &HttpResponse, now: Timestamp) -> Option<i64> {
    let theirs = rfc2822::parse(reply.header("date")?).ok()?.timestamp();
    Some(now.as_second() - theirs.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{DATE, HeaderMap, HeaderValue};

    #[test]
    fn the_clock_is_ahead_by_ours_minus_theirs() {
        let dated = |date| HttpResponse {
            status: 401,
            headers: HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]),
            body: Vec::new().into(),
            received: Timestamp::UNIX_EPOCH,
        };
        let now = "1994-11-06T08:49:47Z".parse().expect("a time");
        assert_eq!(clock_skew(&dated("Sun, 06 Nov 1994 08:49:37 GMT"), now), Some(10));
        assert_eq!(clock_skew(&dated("Sun, 06 Nov 1994 09:49:47 GMT"), now), Some(-3600));
        assert_eq!(clock_skew(&dated("yesterday"), now), None);
    }
}
