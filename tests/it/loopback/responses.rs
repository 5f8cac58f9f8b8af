//! The pages that a browser is shown, and the results of a wait.

use super::{DEADLINE, ListenerLimits, LoopbackListener, LoopbackWait, MARK, V4, V6, consent, free_port, get, header, say, status};
use crate::support::connection_fakes::{CODE, STATE};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::problem::ProblemCode;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

#[tokio::test]
async fn the_code_is_taken_on_both_addresses_and_under_every_name_of_them() {
    let (listener, port) = (LoopbackListener::default(), free_port());
    for (ip, host) in [(V4, "127.0.0.1"), (V6, "[::1]"), (V4, "localhost"), (V6, "localhost"), (V4, "LocalHost")] {
        // Each on the same port, at once after the one before.
        let waiting = LoopbackWait::on(&listener, port).await;
        assert_eq!(waiting.state, PortState::Free(port));
        let answer = say(ip, port, get(&format!("{host}:{port}"), &format!("/callback?{}", consent())).as_bytes()).await;
        assert_eq!(status(&answer), "200", "{host}");
        assert_eq!(waiting.end().await, Ok(CODE.into()), "{host}");
    }
}

#[tokio::test]
async fn the_page_sends_the_person_back_and_claims_no_success() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let answer = waiting.consent().await;
    assert!(answer.contains("<h1>You can return to the terminal</h1>") && answer.contains("Return to the terminal"), "{answer}");
    for claim in ["success", "signed in", "logged in", "connected"] {
        assert!(!answer.to_lowercase().contains(claim), "{claim}");
    }
    assert!(!answer.contains("<!-- "), "every placeholder is filled");
}

#[tokio::test]
async fn the_page_loads_nothing_and_is_kept_nowhere() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let answer = waiting.consent().await;
    let policy = header(&answer, "content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'; img-src data:;"), "{policy}");
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("connection", "close"),
    ] {
        assert_eq!(header(&answer, name), Some(value));
    }
    for loading in ["<script", "src=", "url(", "@import", "http-equiv"] {
        assert!(!answer.contains(loading), "{loading}");
    }
    assert!(!answer.contains(CODE) && !answer.contains(STATE));
}

#[tokio::test]
async fn a_person_who_says_no_is_told_so_and_ends_the_wait() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let answer = waiting.visit(V4, &format!("error=access_denied&error_description={MARK}&state={STATE}")).await;
    assert!(answer.contains("<h1>Access denied</h1>") && !answer.contains(MARK), "{answer}");
    assert_eq!(waiting.end().await, Err(ProblemCode::AuthorizationDenied));
}

#[tokio::test]
async fn a_refusal_of_notions_is_no_persons_no() {
    for (error, code) in
        [("unauthorized_client", ProblemCode::AuthorizationRefused), ("server_error", ProblemCode::NotionServerError)]
    {
        let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
        let answer = waiting.visit(V4, &format!("error={error}&state={STATE}")).await;
        assert!(answer.contains("<h1>Notion returned an error</h1>") && !answer.contains(error), "{answer}");
        assert_eq!(waiting.end().await, Err(code));
    }
}

#[tokio::test]
async fn a_reload_is_told_that_it_was_answered_and_changes_nothing() {
    let (listener, port) = (LoopbackListener::default(), free_port());
    let waiting = LoopbackWait::on(&listener, port).await;
    waiting.consent().await;
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    for query in [consent(), format!("code=another-code&state={STATE}"), format!("error=access_denied&state={STATE}")] {
        let answer = say(V6, port, get(&format!("localhost:{port}"), &format!("/callback?{query}")).as_bytes()).await;
        assert_eq!(status(&answer), "200");
        assert!(answer.contains("<h1>This link was already used</h1>"), "{answer}");
    }
}

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    let listener = LoopbackListener::default();
    let waiting = LoopbackWait::anywhere(&listener).await;
    let (first, second) = tokio::join!(waiting.consent(), waiting.consent());
    let already = [&first, &second].iter().filter(|answer| answer.contains("This link was already used")).count();
    assert_eq!(already, 1);
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

#[tokio::test]
async fn the_listener_leaves_soon_after_the_answer() {
    let limits = ListenerLimits { reload_timeout: Duration::from_millis(20), ..ListenerLimits::default() };
    let listener = LoopbackListener::with_limits(limits);
    let waiting = LoopbackWait::anywhere(&listener).await;
    let port = waiting.port;
    waiting.consent().await;
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    until_closed(port).await;
}

#[tokio::test]
async fn nothing_is_left_of_a_listener_that_is_dropped() {
    let listener = LoopbackListener::default();
    let waiting = LoopbackWait::anywhere(&listener).await;
    let port = waiting.port;
    waiting.consent().await;
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    drop(listener);
    until_closed(port).await;
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up() {
    let limits = ListenerLimits { callback_timeout: Duration::from_millis(20), ..ListenerLimits::default() };
    let waiting = LoopbackWait::anywhere(&LoopbackListener::with_limits(limits)).await;
    let port = waiting.port;
    assert_eq!(waiting.end().await, Err(ProblemCode::AuthorizationExpired));
    until_closed(port).await;
}

#[tokio::test]
async fn a_wait_that_is_dropped_closes_the_port_and_the_next_one_has_it() {
    let (listener, port) = (LoopbackListener::default(), free_port());
    for _ in 0..3 {
        let waiting = LoopbackWait::on(&listener, port).await;
        assert_eq!(waiting.state, PortState::Free(port));
        let open = TcpStream::connect((V4, port)).await.unwrap();
        waiting.stop().await;
        until_closed(port).await;
        drop(open);
    }
    let waiting = LoopbackWait::on(&listener, port).await;
    waiting.consent().await;
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

/// Not at once: a program that some other test starts at that moment holds a copy of the listener for a while.
async fn until_closed(port: u16) {
    let closed = async {
        for ip in [V4, V6] {
            while TcpStream::connect((ip, port)).await.is_ok() {
                tokio::task::yield_now().await;
            }
        }
    };
    timeout(DEADLINE, closed).await.expect("the port is closed");
}
