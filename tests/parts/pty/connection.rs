//! Needs Chromium: an OAuth connection in the wizard, whose consent page a real browser answers.
#![expect(clippy::disallowed_methods, reason = "looks at what other programs left")]

use crate::installed::chromium;
use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::connection_sandbox::{ConnectionSandbox, EXCHANGE_REQUEST_LINE};
use crate::support::connection_wizard::{over, verified};
use crate::support::loopback_client::{status_code, visit};
use crate::support::oauth_server::{ConsentDecision, ConsentMode};
use crate::support::pty::TerminalKey;
use crate::support::sandbox::poll_until;
use crate::support::wizard::WIDE;

#[test]
fn five_keys_and_a_real_browser_lead_to_a_verified_connection_and_the_next_time_four_do() {
    let (desk, opened) = ConnectionSandbox::new().with_browser();
    desk.server.change(|behaviour| behaviour.consent = ConsentMode::PageSubmitsItself(ConsentDecision::Allow));
    // `2` and Enter, then the two pastes, then Enter.
    let terminal = desk.asking();
    assert!(!opened.exists(), "no browser opens by itself");
    terminal.send_key(TerminalKey::Enter);
    let link = poll_until("the browser", || std::fs::read_to_string(&opened).ok());
    let browser = chromium::open(&link);
    verified(&terminal);
    drop(browser);

    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Where do you want to save both tokens and the client secret?");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("unencrypted");
    terminal.send_text("y");
    terminal.wait_for_text("Saved and read back: ");
    terminal.send_key(TerminalKey::Enter);
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
    terminal.wait_for_text("Which kind of OAuth?");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text(CLIENT_ID);
    terminal.paste(CLIENT_SECRET);
    terminal.wait_for_text(&desk.listening());
    terminal.send_key(TerminalKey::Enter);
    let link = poll_until("the browser", || std::fs::read_to_string(&opened).ok());
    assert_eq!(status_code(&visit(&desk.server.allow(&link))), "200");
    verified(&terminal);
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
}
