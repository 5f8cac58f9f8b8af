//! Failures that pass by themselves: what is asked again, when, and what is never repeated.

use super::*;
use crate::support::connection_fakes::{CODE, client};
use notion_auth::domain::checks::MAX_USER_PAGES;
use notion_auth::domain::oauth::{CodeExchange, Pkce, RedirectUri};
use notion_auth::domain::retry::{REQUEST_TIMEOUT, RetryWait, max_duration};

fn patient(fakes: &FakeWorld) -> Work {
    let mut work = Work::on(fakes.world());
    work.runtime.set_retries(true);
    work
}

fn limited(seconds: u64) -> ScriptedAnswer<notion_auth::domain::credentials::Identity> {
    ScriptedAnswer::Now(Err(Problem::new(ProblemCode::RateLimited).with_retry_after(Some(seconds))))
}

/// Everything that is sent until the reply, with the second at which it came.
async fn until_reply(work: &mut Work) -> (Vec<RetryWait>, u64, Reply) {
    let mut waits = Vec::new();
    loop {
        match work.next().await {
            (_, Msg::Progress(_, Progress::Retrying(wait))) => waits.push(wait),
            (_, Msg::Progress(..)) => {}
            (second, Msg::Reply(_, reply)) => return (waits, second, reply),
            (_, other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_counted_down_and_ends_in_the_answer() {
    let fakes = FakeWorld::new();
    fakes.notion.queue_answer(MEMBER, limited(3));
    let mut work = patient(&fakes);
    work.start(pasted(MEMBER));
    let (waits, second, reply) = until_reply(&mut work).await;
    assert_eq!(reply, Ok(TaskOutcome::Verified(Box::new(verified()))));
    assert!((3..=5).contains(&second), "{second}");
    let counted: Vec<u64> = waits.iter().map(|wait| wait.seconds_left).collect();
    assert_eq!(counted, (0..=waits[0].seconds).rev().collect::<Vec<_>>());
    assert!(waits.iter().all(|wait| (wait.code, wait.attempt) == (ProblemCode::RateLimited, 2)), "{waits:?}");
    assert_eq!(waits.iter().filter(|wait| wait.has_just_begun()).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn three_tries_are_all_and_a_longer_pause_than_a_minute_is_the_person_s_to_wait() {
    let fakes = FakeWorld::new();
    for _ in 0..3 {
        fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(ProblemCode::Overloaded))));
    }
    let mut work = patient(&fakes);
    work.start(pasted(MEMBER));
    let (waits, _, reply) = until_reply(&mut work).await;
    assert_eq!(reply, Err(Problem::new(ProblemCode::Overloaded)));
    assert_eq!(waits.iter().filter(|wait| wait.has_just_begun()).count(), 2);

    fakes.notion.queue_answer(MEMBER, limited(61));
    work.start(pasted(MEMBER));
    assert!(until_reply(&mut work).await.0.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_cancelled_asks_no_more() {
    let fakes = FakeWorld::new();
    fakes.notion.queue_answer(MEMBER, limited(30));
    let mut work = patient(&fakes);
    let id = work.start(pasted(MEMBER));
    assert!(matches!(work.next().await, (0, Msg::Progress(_, Progress::Retrying(_)))));
    work.runtime.cancel(id);
    assert!(work.stays_silent().await);
    assert_eq!(fakes.notion.calls.all(), ["whoami"]);
}

#[tokio::test(start_paused = true)]
async fn a_code_is_traded_once_whatever_comes_of_it_and_a_look_says_what_it_sees() {
    for code in [ProblemCode::RateLimited, ProblemCode::NotionServerError, ProblemCode::ResponseTruncated] {
        let fakes = FakeWorld::new();
        fakes.oauth.exchange.push_error(Problem::new(code));
        let (redirect, code_of) = (RedirectUri::default(), Secret::new(CODE));
        let exchange = CodeExchange { client: client(), code: code_of, redirect, verifier: None, pkce: Pkce::Never };
        let reply = patient(&fakes).reply(Task::Exchange(Box::new(exchange))).await;
        assert_eq!(reply, Err(Problem::new(code)));

        fakes.notion.reach_host.push_error(Problem::new(code));
        assert_eq!(
            patient(&fakes).reply(Task::Probe(Probe::Network)).await,
            Ok(probed(ProbeResult::Network(Err(Problem::new(code)))))
        );
    }
}

#[test]
fn the_limits_of_tasks_are_wider_than_those_within() {
    let people = MAX_USER_PAGES * REQUEST_TIMEOUT;
    for retries in [false, true] {
        let within = |request| if retries { max_duration(request) } else { request };
        let probe = Task::ProbeClient(client(), RedirectUri::default());
        for (task, inner) in [
            (pasted(MEMBER), within(REQUEST_TIMEOUT)),
            (inspect(), within(people) + within(REQUEST_TIMEOUT)),
            (probe, within(REQUEST_TIMEOUT)),
            (Task::Probe(Probe::Network), REQUEST_TIMEOUT),
            (Task::LogOut(Box::new(token_record(workspace("ws-1", "Acme")))), 2 * within(REQUEST_TIMEOUT)),
        ] {
            let limit = task.properties().time_limit(retries);
            assert!(limit > inner, "{task:?}: {limit:?} is not above {inner:?}");
        }
    }
}
