//! An own connection, from the first frame to its end, whichever that is: against the fake Notion, with and without a browser.
#![expect(clippy::disallowed_methods, reason = "looks at what other programs left")]

mod exits;
mod refusals;

use super::{FIRST, WIDE, ended, shows};
use crate::support::chromium;
use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::connection_sandbox::{ConnectionSandbox, EXCHANGE_REQUEST_LINE, SECRET_PREFIXES};
use crate::support::loopback_client::{send_bytes, status_code, visit};
use crate::support::oauth_server::{ConsentDecision, ConsentMode};
use crate::support::pty::{Key, TestTerminal};
use crate::support::sandbox::poll_until;
use std::path::PathBuf;

impl ConnectionSandbox {
    /// With a browser that writes down what it is to open; the test then starts a real one there.
    fn with_browser(mut self) -> (Self, PathBuf) {
        let opened = self.home.path().join("bin/opened");
        let script = format!("printf %s \"$1\" >'{0}.new'; /bin/mv '{0}.new' '{0}'", opened.display());
        let browser = self.home.add_program("a-browser", &script);
        self.home = self.home.with_variable("BROWSER", browser.to_str().unwrap());
        (self, opened)
    }

    /// Two keys from the first frame, and what chooses the port once.
    fn at_the_fields(&self) -> TestTerminal {
        let terminal = self.home.start_terminal(WIDE, "");
        terminal.wait_for_text(FIRST);
        terminal.send_text("2");
        terminal.wait_for_text("Which of the two OAuths?");
        terminal.send_key(Key::Enter);
        terminal.wait_for_text("Where both come from");
        terminal.send_key(Key::Up);
        terminal.send_key(Key::Ctrl('u'));
        terminal.send_text(&self.port.to_string());
        terminal.wait_for_text(&self.port.to_string());
        terminal.send_key(Key::Enter);
        terminal.wait_for_text(&format!("http://localhost:{}/callback", self.port));
        terminal
    }

    /// The link is out.
    fn asking(&self) -> TestTerminal {
        let terminal = self.at_the_fields();
        terminal.paste(CLIENT_ID);
        terminal.paste(CLIENT_SECRET);
        terminal.wait_for_text(&self.listening());
        terminal
    }

    fn listening(&self) -> String {
        format!("Listening on http://localhost:{}/callback until ", self.port)
    }
}

/// The link as it is printed for a terminal that cannot be clicked: whole, on one line.
fn printed_link(terminal: &TestTerminal) -> String {
    // Those printed before are still there, above.
    let printed = || String::from_utf8_lossy(&terminal.output()).matches("Press Enter to come back.").count();
    let before = printed();
    terminal.send_text("p");
    poll_until("the printed link", || (printed() > before).then_some(()));
    let screen = terminal.screen_text();
    let link = screen.lines().rfind(|line| line.starts_with("http://")).expect("a link");
    terminal.send_key(Key::Enter);
    terminal.wait_for_text("Open this page, and allow the connection on it:");
    link.to_owned()
}

fn verified(terminal: &TestTerminal) {
    terminal.wait_for_text("you are Ada Fake");
    terminal.wait_for_text("A token of your own connection");
}

/// Whatever was on it: none of what is secret.
#[track_caller]
fn no_secret_was_shown(terminal: &TestTerminal) {
    for secret in SECRET_PREFIXES {
        assert!(!shows(terminal, secret), "{secret}: {}", terminal.screen_text());
    }
}

#[track_caller]
fn over(terminal: &TestTerminal, code: u32) {
    ended(terminal, code);
    no_secret_was_shown(terminal);
}

#[test]
fn five_keys_and_a_real_browser_lead_to_a_verified_connection_and_the_next_time_four_do() {
    let (desk, opened) = ConnectionSandbox::new().with_browser();
    desk.server.change(|behaviour| behaviour.consent = ConsentMode::PageSubmitsItself(ConsentDecision::Allow));
    // `2` and Enter, then the two pastes, then Enter.
    let terminal = desk.asking();
    assert!(!opened.exists(), "no browser opens by itself");
    terminal.send_key(Key::Enter);
    let link = poll_until("the browser", || std::fs::read_to_string(&opened).ok());
    let browser = chromium::open(&link);
    verified(&terminal);
    drop(browser);

    terminal.send_key(Key::Enter);
    terminal.wait_for_text("Where should both tokens and the client secret be kept?");
    terminal.send_key(Key::Enter);
    terminal.wait_for_text("as plain text");
    terminal.send_text("y");
    terminal.wait_for_text("Written and read back: ");
    terminal.send_key(Key::Enter);
    over(&terminal, 0);
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 1);

    let secrets = std::fs::read_to_string(desk.home.file("secrets.json")).unwrap();
    for (account, secret) in [
        ("workspace-1/oauth@bot-1", "ntn_fake_access_0001"),
        ("workspace-1/oauth-refresh@bot-1", "nrt_fake_refresh_0001"),
        ("workspace-1/oauth-client-secret@bot-1", CLIENT_SECRET),
    ] {
        assert!(secrets.contains(&format!("\"{account}\"")) && secrets.contains(secret), "{account}");
    }
    let records = std::fs::read_to_string(desk.home.file("credentials.json")).unwrap();
    assert!(records.contains(CLIENT_ID) && !records.contains(CLIENT_SECRET) && !records.contains("fake_access"), "{records}");
    let token = desk.home.run("token", "").stdout;
    assert!(desk.server.is_token_valid(token.trim_end()), "{token}");

    // Port and id are there again: `2`, Enter, the secret, Enter.
    std::fs::remove_file(&opened).unwrap();
    let terminal = desk.home.start_terminal(WIDE, "");
    terminal.wait_for_text("signed in: Fake Works");
    terminal.send_text("2");
    terminal.wait_for_text("Which of the two OAuths?");
    terminal.send_key(Key::Enter);
    terminal.wait_for_text(CLIENT_ID);
    terminal.paste(CLIENT_SECRET);
    terminal.wait_for_text(&desk.listening());
    terminal.send_key(Key::Enter);
    let link = poll_until("the browser", || std::fs::read_to_string(&opened).ok());
    assert_eq!(status_code(&visit(&desk.server.allow(&link))), "200");
    verified(&terminal);
    terminal.send_key(Key::Ctrl('c'));
    over(&terminal, 130);
}

#[test]
fn without_any_browser_the_address_is_pasted_and_a_wrong_one_says_why() {
    let desk = ConnectionSandbox::new();
    let terminal = desk.asking();
    terminal.wait_for_text("No browser will appear:");
    let link = printed_link(&terminal);
    let answer = desk.server.allow(&link);
    let another = answer.replace("state=", "state=another-");
    for (paste, why) in [
        (another.as_str(), "its state belongs to another request, or is missing"),
        ("fake-code-0001", "a code alone does not prove that it answers this request"),
        (&answer.replace("/callback", "/callback/"), "is '/' there and must be nothing"),
        (&link, "it does not begin with http://localhost:"),
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
    terminal.send_key(Key::Ctrl('c'));
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
    assert!(status_code(&page) == "200" && page.contains("Go back to the terminal"), "{page}");
    verified(&terminal);
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 1);
    drop((silent, slow));
    terminal.send_key(Key::Ctrl('c'));
    over(&terminal, 130);
}
