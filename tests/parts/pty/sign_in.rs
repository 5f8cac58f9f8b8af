//! Needs gnome-keyring, D-Bus and secret-tool: a token is kept by the wizard in a real keychain.

use crate::installed::secret_service::{SecretService, with_patience};
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::pty::TerminalKey;
use crate::support::sandbox::Sandbox;
use crate::support::wizard::{WIDE, ended, go_on_to_keeping, to_the_field, wait_until_verified};

#[test]
fn a_token_ends_in_the_keychain_where_another_program_finds_it() {
    let service = SecretService::start();
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_keychain(&service);
    let terminal = home.start_terminal(WIDE, "");
    let probed = || {
        terminal
            .wait_for(|screen| ["keychain works", "no response"].iter().any(|text| screen.contents().contains(text)), "a probe");
        let screen = terminal.screen_text();
        if screen.contains("no response") {
            terminal.send_text("r");
            terminal.wait_for(|screen| !screen.contents().contains("no response"), "another probe");
        }
        screen
    };
    with_patience(probed, |screen| screen.contains("no response"));
    to_the_field(&terminal);
    terminal.paste(TOKEN);
    wait_until_verified(&terminal);
    go_on_to_keeping(&terminal);
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Saved and read back: keychain (Secret Service)");
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
    let left = terminal.screen_text();
    assert!(left.contains("Signed in as Ada Fake in Fake Works.") && left.contains("account workspace-1/token"), "{left}");
    assert_eq!(service.run_secret_tool(&["lookup", "service", "notion-auth", "username", "workspace-1/token@bot-1"]), TOKEN);
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
    assert!(!home.file("secrets.json").exists());
}
