//! An own connection, from the first frame to its end, whichever that is: against the fake Notion, with and without a browser.

mod exits;
mod refusals;

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::connection_sandbox::{ConnectionSandbox, EXCHANGE_REQUEST_LINE};
use crate::support::connection_wizard::{over, printed_link, verified};
use crate::support::loopback_client::{send_bytes, status_code, visit};
use crate::support::pty::TerminalKey;

#[test]
fn without_any_browser_the_address_is_pasted_and_a_wrong_one_says_why() {
    let desk = ConnectionSandbox::new();
    let terminal = desk.asking();
    terminal.wait_for_text("No browser here");
    let link = printed_link(&terminal);
    let answer = desk.server.allow(&link);
    let another = answer.replace("state=", "state=another-");
    for (paste, why) in [
        (another.as_str(), "Its state is missing, or belongs to another request."),
        ("fake-code-0001", "Paste the full URL, not only the code."),
        (&answer.replace("/callback", "/callback/"), "It does not start with http://localhost:"),
        (&link, "It does not start with http://localhost:"),
    ] {
        terminal.paste(paste);
        terminal.wait_for_text(why);
        terminal.wait_for_text(&desk.listening());
    }
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 0);
    // As it is copied from an address bar, by somebody in a hurry.
    terminal.paste(&format!(" {answer}\n"));
    verified(&terminal);
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 1);
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
    assert!(!desk.home.file("secrets.json").exists(), "nothing was kept");
}

#[test]
fn whatever_else_knocks_the_persons_answer_gets_through() {
    let desk = ConnectionSandbox::new();
    let terminal = desk.asking();
    let answer = desk.server.allow(&printed_link(&terminal));
    let port = desk.port;
    let (host, query) = (format!("localhost:{port}"), answer.split_once('?').unwrap().1.to_owned());
    let get = |host: &str, target: &str| format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let callback = |query: &str| get(&host, &format!("/callback?{query}"));

    // A port scan, and somebody who never finishes a sentence.
    let silent: Vec<_> = (0..20).map(|_| std::net::TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    let mut slow = std::net::TcpStream::connect(("::1", port)).unwrap();
    std::io::Write::write_all(&mut slow, b"GET /callback?code=").unwrap();
    for (request, expected) in [
        (get("evil.example", &format!("/callback?{query}")), "421"),
        (callback(&query.replace("state=", "state=x")), "400"),
        (callback(&format!("{query}&{query}")), "400"),
        (callback("error=access_denied"), "400"),
        (callback("state=a%0d%0aSet-Cookie:%20a=b"), "400"),
        (callback(&format!("{query}\r\nSet-Cookie: a=b")), "400"),
        (get(&host, "/favicon.ico"), "404"),
        (callback(&query).replacen("GET", "HEAD", 1), "405"),
        (callback(&query).replacen("GET", "POST", 1), "405"),
        (callback(&query).replace("\r\n\r\n", "\r\nSec-Purpose: prefetch\r\n\r\n"), "400"),
    ] {
        let answer = send_bytes(port, request.as_bytes());
        assert_eq!(status_code(&answer), expected, "{request:?}: {answer}");
        assert!(!answer.contains("fake-code") && !answer.contains("Set-Cookie"), "it echoes: {answer}");
    }
    let long = send_bytes(port, callback(&format!("state={}", "x".repeat(1 << 20))).as_bytes());
    assert!(matches!(status_code(&long), "414" | "431" | "closed"), "{long}");
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 0);

    let page = visit(&answer);
    assert!(status_code(&page) == "200" && page.contains("Return to the terminal"), "{page}");
    verified(&terminal);
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 1);
    drop((silent, slow));
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
}
