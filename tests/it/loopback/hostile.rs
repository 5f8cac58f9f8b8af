//! Whatever else knocks: it is turned away, learns nothing, and the person's answer gets through.

use super::{DEADLINE, ListenerLimits, LoopbackListener, LoopbackWait, MARK, V4, V6, consent, get, header, rest, say, status};
use crate::support::connection_fakes::{CODE, STATE};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Each request, and what it is answered with.
fn hostile(port: u16) -> Vec<(String, &'static str)> {
    let ours = format!("localhost:{port}");
    let good = format!("/callback?{}", consent());
    let with = |more: &str| format!("GET {good} HTTP/1.1\r\nHost: {ours}\r\n{more}\r\n\r\n");
    let as_method = |method: &str| get(&ours, &good).replacen("GET", method, 1);
    let callback = |query: &str| get(&ours, &format!("/callback?{query}"));
    vec![
        // DNS rebinding, and its relatives.
        (get(&format!("{MARK}.example:{port}"), &good), "421"),
        (get(&format!("localhost.{MARK}.example:{port}"), &good), "421"),
        (get("localhost", &good), "421"),
        (get(&format!("localhost:{}", port + 1), &good), "421"),
        (format!("GET {good} HTTP/1.1\r\n\r\n"), "421"),
        (with(&format!("Host: {MARK}.example")), "421"),
        (get(&ours, &format!("http://{MARK}.example{good}")), "421"),
        // Other methods.
        (as_method("HEAD"), "405"),
        (as_method("OPTIONS"), "405"),
        (as_method("DELETE"), "405"),
        (format!("POST {good} HTTP/1.1\r\nHost: {ours}\r\nContent-Length: 5\r\n\r\nhello"), "405"),
        // Elsewhere.
        (get(&ours, "/favicon.ico"), "404"),
        (get(&ours, "/"), "404"),
        (get(&ours, &good.replace("callback", "callback/")), "404"),
        (get(&ours, &good.replace("callback", "Callback")), "404"),
        (get(&ours, &good.replace("callback", "%63allback")), "404"),
        // A browser that looks ahead, and a page that asks behind the person's back.
        (with("Purpose: prefetch"), "400"),
        (with("Sec-Purpose: prefetch;prerender"), "400"),
        (with("Sec-Fetch-Dest: image"), "400"),
        (with("Sec-Fetch-Dest: iframe"), "400"),
        // This page doesn't match the request.
        (get(&ours, "/callback"), "400"),
        (callback(&format!("code={MARK}")), "400"),
        (callback(&format!("code={MARK}&state=")), "400"),
        (callback(&format!("code={MARK}&state={MARK}")), "400"),
        (callback(&format!("error=access_denied&error_description={MARK}")), "400"),
        (callback(&format!("code={MARK}&code={CODE}&state={STATE}")), "400"),
        (callback(&format!("code={CODE}&state={MARK}&state={STATE}")), "400"),
        (callback(&format!("error=access_denied&error=access_denied&state={STATE}")), "400"),
        (callback(&format!("state={STATE}")), "400"),
        (callback("%ff%fe=%zz&&&=;"), "400"),
        // Lines that would be headers, were they repeated.
        (callback(&format!("state={MARK}%0d%0aSet-Cookie:%20{MARK}=1")), "400"),
        (callback(&format!("state={MARK} HTTP/1.1\r\nSet-Cookie: {MARK}=1\r\nX:")), "400"),
        (callback(&format!("state={MARK}\rSet-Cookie: {MARK}")), "400"),
        // Too much.
        (callback(&format!("state={MARK}{}", "x".repeat(60_000))), "400"),
        (with(&format!("X: {MARK}\r\n").repeat(200)), "431"),
        // No HTTP at all.
        (format!("{MARK}\r\n\r\n"), "400"),
        ("\0\x01\x02\x7f\r\n\r\n".into(), "400"),
        ("\x16\x03\x01\x02\0\x01\0\x01\u{fc}\x03\x03".into(), "closed"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(), "closed"),
        (get(&ours, &good).replacen("HTTP/1.1", "HTTP/9.9", 1), "400"),
    ]
}

/// Nothing of what was asked comes back.
fn assert_echoes_nothing(request: &str, answer: &str) {
    for said in [MARK, CODE, STATE, "Set-Cookie", "set-cookie"] {
        assert!(!answer.contains(said), "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn every_hostile_request_is_turned_away_and_the_answer_still_counts() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    for (request, expected) in hostile(waiting.port) {
        let answer = say(V4, waiting.port, request.as_bytes()).await;
        let shown: String = request.chars().take(120).collect();
        assert_eq!(status(&answer), expected, "{shown:?}: {answer}");
        assert_echoes_nothing(&shown, &answer);
        assert_eq!(header(&answer, "allow"), (expected == "405").then_some("GET"), "{shown:?}");
        let is_ours = header(&answer, "content-security-policy").is_some();
        let is_the_librarys = answer.is_empty() || answer.contains("\r\ncontent-length: 0\r\n");
        let is_a_tls_alert = answer.starts_with("\u{15}\u{3}\u{1}\0\u{2}") && answer.len() == 7;
        assert!(is_ours || is_the_librarys || is_a_tls_alert, "{shown:?}: {answer}");
    }
    assert!(!waiting.job.is_finished());
    waiting.consent().await;
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

#[tokio::test]
async fn a_query_of_a_megabyte_is_not_even_read() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let request = get(&format!("localhost:{}", waiting.port), &format!("/callback?state={MARK}{}", "x".repeat(1 << 20)));
    let answer = say(V4, waiting.port, request.as_bytes()).await;
    assert!(matches!(status(&answer), "414" | "431" | "closed"), "{answer}");
    assert_echoes_nothing("a megabyte", &answer);
    waiting.consent().await;
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

#[tokio::test]
async fn cookies_of_other_servers_on_localhost_are_borne() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let cookies = format!("Cookie: {MARK}={}\r\n\r\n", "x".repeat(30_000));
    let request = get(&format!("localhost:{}", waiting.port), &format!("/callback?{}", consent()));
    let answer = say(V4, waiting.port, request.replace("\r\n\r\n", &format!("\r\n{cookies}")).as_bytes()).await;
    assert_eq!(status(&answer), "200");
    assert_echoes_nothing("cookies", &answer);
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

#[tokio::test]
async fn the_silent_and_the_slow_are_cut_off_and_hold_up_nobody() {
    let limits = ListenerLimits { connection_timeout: Duration::from_millis(200), ..ListenerLimits::default() };
    let waiting = LoopbackWait::anywhere(&LoopbackListener::with_limits(limits)).await;
    let mut silent = TcpStream::connect((V4, waiting.port)).await.unwrap();
    let (mut hearing, mut speaking) = TcpStream::connect((V6, waiting.port)).await.unwrap().into_split();
    let trickle = async {
        let mut every = tokio::time::interval(Duration::from_millis(5));
        for byte in get("localhost", "/callback").bytes().cycle() {
            every.tick().await;
            if speaking.write_all(&[byte]).await.is_err() {
                break;
            }
        }
    };
    let mut heard = Vec::new();
    let (_, (), silence) = timeout(DEADLINE, async { tokio::join!(hearing.read_to_end(&mut heard), trickle, rest(&mut silent)) })
        .await
        .expect("both are cut off");
    assert_eq!(silence, "");
    waiting.consent().await;
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

#[tokio::test]
async fn a_crowd_of_idle_connections_pushes_out_its_oldest_and_not_the_answer() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let mut crowd = Vec::new();
    for index in 0..200 {
        let ip = if index % 2 == 0 { V4 } else { V6 };
        crowd.push(TcpStream::connect((ip, waiting.port)).await.unwrap());
    }
    assert_eq!(status(&waiting.visit(V4, &format!("code={MARK}&state={MARK}")).await), "400");
    assert_eq!(rest(&mut crowd[0]).await, "", "the oldest was let go");
    let answer = waiting.consent().await;
    assert_eq!(status(&answer), "200");
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

#[tokio::test]
async fn a_port_scan_in_full_swing_does_not_hide_the_answer() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let port = waiting.port;
    let scanners: Vec<_> = [V4, V6, V4, V6]
        .into_iter()
        .map(|ip| {
            tokio::spawn(async move {
                while let Ok(stream) = TcpStream::connect((ip, port)).await {
                    drop(stream);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for (request, expected) in hostile(port).into_iter().take(20) {
        assert_eq!(status(&say(V6, port, request.as_bytes()).await), expected);
    }
    assert_eq!(status(&waiting.consent().await), "200");
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    scanners.iter().for_each(tokio::task::JoinHandle::abort);
}

/// The first bytes of a TLS 1.2 ClientHello.
const CLIENT_HELLO: &[u8] = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03";

#[tokio::test]
async fn a_browser_that_wants_https_is_refused_at_once_and_reported_while_the_answer_still_comes() {
    let listener = LoopbackListener::default();
    let waiting = LoopbackWait::anywhere(&listener).await;
    let mut stream = TcpStream::connect((V4, waiting.port)).await.expect("somebody listens");
    stream.write_all(CLIENT_HELLO).await.expect("it reads");
    let mut answer = Vec::new();
    // It was not read to its end, so the system may reset the connection once the alert is sent.
    let _ = timeout(DEADLINE, stream.read_to_end(&mut answer)).await.expect("it is closed");
    assert!(answer.is_empty() || answer.starts_with(&[0x15, 0x03]), "a TLS alert: {answer:?}");
    assert_eq!(status(&waiting.consent().await), "200");
    let attempts = std::sync::Arc::clone(&waiting.tls_attempts);
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    assert_eq!(attempts.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn once_the_answer_is_there_idle_visitors_are_let_go_and_close_frees_the_port() {
    let listener = LoopbackListener::default();
    let waiting = LoopbackWait::anywhere(&listener).await;
    let port = waiting.port;
    let mut idle = Vec::new();
    for _ in 0..20 {
        idle.push(TcpStream::connect((V4, port)).await.expect("somebody listens"));
    }
    assert_eq!(status(&waiting.consent().await), "200");
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    for mut stream in idle {
        assert_eq!(timeout(DEADLINE, stream.read(&mut [0; 1])).await.expect("it is closed").unwrap_or(0), 0);
    }
    notion_auth::runtime::ports::Loopback::close(&listener).await.expect("it always closes");
    assert!(TcpStream::connect((V4, port)).await.is_err(), "nobody listens any more");
}
