//! The requests of one token, and the one request that is sent without a token.

use super::authorization::bearer;
use super::classify::{Reply, Verdict, classify};
use super::refusal::Shape;
use super::scrub::scrub;
use super::shapes::{Me, SearchPage, UserPage};
use super::transport::Transport;
use crate::adapters::clock::Clock;
use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::Identity;
use crate::domain::machine::Reachable;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::runtime::ports::MOST_USER_PAGES;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::sync::Arc;
use tokio::time::Instant;
use url::Url;

pub(super) struct Session {
    transport: Arc<Transport>,
    token: Secret,
}

impl Session {
    pub(super) fn new(transport: Arc<Transport>, token: Secret) -> Self {
        Self { transport, token }
    }

    pub(super) async fn whoami(&self) -> Result<Identity, Problem> {
        let url = self.transport.endpoint(&["v1", "users", "me"])?;
        match classify(self.get(url).await?, Shape::Api)? {
            Verdict::Given(reply) => {
                let me: Me = reply.json()?;
                me.identity(reply.request_id()).ok_or_else(|| reply.unreadable("it is not a user"))
            }
            Verdict::Refused(refusal) => Err(refusal.problem()),
        }
    }

    pub(super) async fn users(&self) -> Result<Answer<UserList>, Problem> {
        let mut list = UserList { people: Vec::new(), complete: false, emails: false };
        let mut cursor: Option<String> = None;
        for _ in 0..MOST_USER_PAGES {
            let mut url = self.transport.endpoint(&["v1", "users"])?;
            url.query_pairs_mut().append_pair("page_size", "100");
            if let Some(cursor) = &cursor {
                url.query_pairs_mut().append_pair("start_cursor", cursor);
            }
            let page: UserPage = match permitted(self.get(url).await?)? {
                Answer::Given(reply) => reply.json()?,
                Answer::Refused { status, code } => return Ok(Answer::Refused { status, code }),
            };
            cursor = page.add_to(&mut list);
            if cursor.is_none() {
                list.complete = true;
                break;
            }
        }
        Ok(Answer::Given(list))
    }

    pub(super) async fn user(&self, id: &str) -> Result<Answer<bool>, Problem> {
        let url = self.transport.endpoint(&["v1", "users", id])?;
        match classify(self.get(url).await?, Shape::Api)? {
            Verdict::Given(_) => Ok(Answer::Given(true)),
            Verdict::Refused(refusal) => match refusal.status {
                404 => Ok(Answer::Given(false)),
                403 => Ok(Answer::Refused { status: refusal.status, code: refusal.code }),
                _ => Err(refusal.problem()),
            },
        }
    }

    pub(super) async fn search(&self) -> Result<Answer<Reach>, Problem> {
        let url = self.transport.endpoint(&["v1", "search"])?;
        let reply = self.transport.post(url, bearer(&self.token)?, r#"{"page_size":100}"#).await?;
        Ok(match permitted(reply)? {
            Answer::Given(reply) => Answer::Given(reply.json::<SearchPage>()?.reach()),
            Answer::Refused { status, code } => Answer::Refused { status, code },
        })
    }

    async fn get(&self, url: Url) -> Result<Reply, Problem> {
        self.transport.get(url, bearer(&self.token)?).await
    }

    pub(super) fn scrub(&self, problem: Problem) -> Problem {
        scrub(problem, [&self.token])
    }
}

/// A missing permission is an answer; every other refusal is a problem.
fn permitted(reply: Reply) -> Result<Answer<Reply>, Problem> {
    match classify(reply, Shape::Api)? {
        Verdict::Given(reply) => Ok(Answer::Given(reply)),
        Verdict::Refused(refusal) if refusal.status == 403 => Ok(Answer::Refused { status: refusal.status, code: refusal.code }),
        Verdict::Refused(refusal) => Err(refusal.problem()),
    }
}

/// Any Notion response proves reachability; without a token it is a 401, which proves nothing more.
pub(super) async fn reach_host(transport: &Transport, clock: Clock) -> Result<Reachable, Problem> {
    let url = transport.endpoint(&["v1", "users", "me"])?;
    // The client is built before the clock starts, because reading certificates is not latency.
    transport.client().await?;
    let asked = Instant::now();
    let reply = transport.get_without_token(url).await?;
    let latency_ms = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
    let clock_skew_s = clock_skew(&reply, clock.now());
    classify(reply, Shape::Api).map(|_| Reachable { latency_ms, clock_skew_s, proxy: transport.proxy() })
}

fn clock_skew(reply: &Reply, now: Timestamp) -> Option<i64> {
    let theirs = rfc2822::parse(reply.header("date")?).ok()?.timestamp();
    Some(now.as_second() - theirs.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{DATE, HeaderMap, HeaderValue};

    #[test]
    fn the_clock_is_ahead_by_ours_minus_theirs() {
        let dated = |date| Reply {
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
