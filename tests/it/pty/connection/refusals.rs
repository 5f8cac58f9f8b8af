//! Refusals by Notion or the person: each page gives the reason, keeps the typed text, and offers the next step on a key.

use super::{CLIENT_ID, CLIENT_SECRET, ConnectionSandbox, EXCHANGE_REQUEST_LINE, TerminalKey, over, printed_link, verified, visit};
use crate::support::headline;
use crate::support::notion::Response;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::retry::MAX_ATTEMPTS;
use std::net::TcpListener;

#[test]
fn a_denied_consent_is_said_and_the_next_link_is_one_key_away() {
    let desk = ConnectionSandbox::new();
    let terminal = desk.asking();
    let link = printed_link(&terminal);
    visit(&desk.server.cancel(&link));
    terminal.wait_for_text(headline(ProblemCode::AuthorizationDenied));
    terminal.wait_for_text(&ProblemCode::AuthorizationDenied.text().causes[0].text);
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text(&desk.listening());
    let next = printed_link(&terminal);
    assert_ne!(next, link, "another state");
    // The answer to the link before is none any more.
    terminal.paste(&desk.server.allow(&link));
    terminal.wait_for_text("Its state is missing, or belongs to another request");
    visit(&desk.server.allow(&next));
    verified(&terminal);
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 1);
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
}

#[test]
fn what_notion_does_not_know_is_named_before_any_link_is_out_and_stays_to_be_corrected() {
    let desk = ConnectionSandbox::new();
    let terminal = desk.at_the_fields();
    terminal.paste(&CLIENT_ID.replace("c11d", "0000"));
    terminal.paste(CLIENT_SECRET);
    terminal.wait_for_text(headline(ProblemCode::ClientUnknown));
    terminal.wait_for_text("00000000"); // the id, as it was pasted
    terminal.paste(CLIENT_ID);
    terminal.wait_for_text(&desk.listening());

    terminal.send_key(super::TerminalKey::Esc);
    terminal.wait_for_text("Where to find the client ID and secret");
    terminal.paste(&CLIENT_SECRET.replace("client", "mistyped"));
    terminal.wait_for_text("Notion does not accept this client secret.");
    let screen = terminal.screen_text();
    assert!(screen.contains(CLIENT_ID) && screen.contains("characters"), "both are still present: {screen}");
    assert!(!desk.server.request_lines().iter().any(|asked| asked == EXCHANGE_REQUEST_LINE));
    terminal.paste(CLIENT_SECRET);
    terminal.wait_for_text(&desk.listening());
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
}

#[test]
fn an_address_that_is_not_registered_is_found_before_the_browser_opens_and_named() {
    let desk = ConnectionSandbox::new();
    let registered = format!("http://localhost:{}/callback/", desk.port);
    desk.server.change(|behaviour| behaviour.redirects = vec![registered.clone()]);
    let terminal = desk.at_the_fields();
    terminal.paste(CLIENT_ID);
    terminal.paste(CLIENT_SECRET);
    terminal.wait_for_text(headline(ProblemCode::RedirectMismatch));
    terminal.paste(&registered);
    terminal.wait_for_text(&format!("You registered {registered}."));
    // It is corrected in the portal.
    desk.server.change(|behaviour| behaviour.redirects = vec![registered.trim_end_matches('/').to_owned()]);
    terminal.send_key(TerminalKey::Ctrl('r'));
    terminal.wait_for_text(&desk.listening());
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
}

#[test]
fn a_port_that_somebody_holds_is_named_with_its_holder_and_pasting_still_works() {
    let desk = ConnectionSandbox::new();
    let held = TcpListener::bind(("127.0.0.1", desk.port)).unwrap();
    let terminal = desk.at_the_fields();
    terminal.wait_for_text(&format!("Port {} isn't available:", desk.port));
    #[cfg(target_os = "linux")]
    terminal.wait_for_text(&format!("(pid {})", std::process::id()));
    terminal.paste(CLIENT_ID);
    terminal.paste(CLIENT_SECRET);
    terminal.wait_for_text("choose Allow");
    terminal.paste(&desk.server.allow(&printed_link(&terminal)));
    verified(&terminal);
    drop(held);
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
}

#[test]
fn a_code_or_a_check_that_fails_is_asked_for_again() {
    let desk = ConnectionSandbox::new();
    let terminal = desk.asking();
    let answer = desk.server.allow(&printed_link(&terminal));
    desk.server.disconnect();
    terminal.paste(&answer);
    terminal.wait_for_text(headline(ProblemCode::CodeRefused));
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text(&desk.listening());

    // The tokens are not lost if their identity cannot be verified.
    for _ in 0..MAX_ATTEMPTS {
        desk.server.answer_next("/v1/users/me", Response::html(502, "<h1>Bad gateway</h1>"));
    }
    visit(&desk.server.allow(&printed_link(&terminal)));
    terminal.wait_for_text("Notion issued the tokens, but they aren't verified or saved yet.");
    terminal.send_text("q");
    terminal.wait_for_text("isn't saved. Quit");
    terminal.send_text("n");
    terminal.wait_for(|screen| !screen.contents().contains("isn't saved. Quit"), "the question is gone");
    terminal.send_key(TerminalKey::Enter);
    verified(&terminal);
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 2);
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
}
