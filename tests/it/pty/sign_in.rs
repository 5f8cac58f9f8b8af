//! The real road, against a Notion and a keychain of the test's own: few keys, the truth about where the token is, and
//! nothing of it anywhere else.

use super::{FIRST, WIDE, at_the_field, ended, leave, shows, to_the_field};
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::pty::TerminalKey;
use crate::support::sandbox::{Sandbox, poll_until};
use crate::support::wizard::{go_on_to_keeping, wait_until_verified};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::catalog::Catalog;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A browser that writes down what it was given: its arguments and its environment.
fn with_recording_browser(home: Sandbox) -> (Sandbox, PathBuf) {
    let record = home.path().join("bin/opened");
    let script = format!("printf '%s\\n' \"$@\" >'{0}.new'; /usr/bin/env >>'{0}.new'; /bin/mv '{0}.new' '{0}'", record.display());
    let browser = home.add_program("a-browser", &script);
    (home.with_variable("BROWSER", browser.to_str().unwrap()), record)
}

#[expect(clippy::disallowed_methods, reason = "looks at what other programs left")]
fn read(path: impl AsRef<Path>) -> Option<String> {
    std::fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn without_a_keychain_a_file_is_offered_and_written_only_with_consent() {
    let (_notion, home, terminal) = at_the_field();
    terminal.paste(TOKEN);
    wait_until_verified(&terminal);
    go_on_to_keeping(&terminal);
    terminal.wait_for_text("No keychain on this machine.");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("unencrypted");
    terminal.send_text("n");
    terminal.wait_for(|screen| !screen.contents().contains("write the file"), "the question is gone");
    assert!(home.files().is_empty(), "no consent, no file: {:?}", home.files());
    terminal.send_text("1");
    terminal.send_text("2");
    terminal.wait_for_text("unencrypted");
    terminal.send_text("y");
    terminal.wait_for_text("Saved and read back: ");
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
    let secrets = home.file("secrets.json");
    assert!(terminal.screen_text().replace('\n', "").contains(secrets.to_str().unwrap()), "{}", terminal.screen_text());
    assert_eq!(secrets.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
}

#[test]
fn three_keys_lead_from_the_first_frame_to_a_verified_token() {
    let notion = FakeNotion::start(respond_as_member);
    let (home, record) = with_recording_browser(Sandbox::with_notion(&notion));
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text("✓ browser");
    terminal.send_text("1");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Opening your browser.");
    terminal.paste(TOKEN);
    wait_until_verified(&terminal);
    let opened = poll_until("the browser", || read(&record));
    let portal = &Catalog::shipped().unwrap().path(AuthPath::Token).entry.portal;
    assert_eq!(opened.lines().next(), Some(portal.as_str()));
    leave(&terminal);
}

#[test]
fn one_key_uses_the_token_of_the_environment() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", TOKEN);
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text("Continue with the token in NOTION_API_TOKEN");
    terminal.send_key(TerminalKey::Enter);
    wait_until_verified(&terminal);
    leave(&terminal);
}

#[test]
fn what_is_kept_is_used_again_with_one_key_and_is_not_kept_twice() {
    let (_notion, home) = crate::login::signed_in();
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text("signed in: Fake Works");
    terminal.send_text("u");
    wait_until_verified(&terminal);
    let before = home.file("credentials.json").metadata().unwrap().modified().unwrap();
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("It was saved before; nothing was written.");
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
    assert_eq!(home.file("credentials.json").metadata().unwrap().modified().unwrap(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn the_token_is_in_nobodys_arguments_and_in_no_other_programs_environment() {
    let notion = FakeNotion::start(respond_as_member);
    let (home, record) = with_recording_browser(Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", TOKEN));
    let seen = home.path().join("bin/seen-by-ntn");
    let ntn = format!("printf '%s\\n' \"$@\" >>'{0}'; /usr/bin/env >>'{0}'; echo 'ntn 0.23.19'", seen.display());
    home.add_program("ntn", &ntn);
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text("ntn 0.23.19");
    terminal.wait_for_text("✓ browser");
    to_the_field(&terminal);
    let opened = poll_until("the browser", || read(&record));
    terminal.paste(TOKEN);
    wait_until_verified(&terminal);
    let ours = read(format!("/proc/{}/cmdline", terminal.pid())).unwrap();
    let asked = read(&seen).unwrap();
    assert!(ours.contains("notion-auth") && asked.contains("PATH=") && opened.contains("PATH="), "they looked");
    for (place, text) in [("our arguments", &ours), ("ntn", &asked), ("the browser", &opened)] {
        assert!(!text.contains(TOKEN), "{place}: {text}");
    }
    leave(&terminal);
}

#[test]
fn a_token_that_is_refused_stays_to_be_corrected_and_a_new_paste_replaces_it() {
    let (notion, _home, terminal) = at_the_field();
    let mistyped = TOKEN.replace("member", "mumber");
    terminal.paste(&mistyped);
    terminal.wait_for_text("Notion does not accept this token.");
    assert!(terminal.screen_text().contains("44 characters"), "{}", terminal.screen_text());
    terminal.paste(TOKEN);
    wait_until_verified(&terminal);
    let bearers: Vec<_> = notion.requests().iter().filter_map(|request| request.bearer().map(str::to_owned)).collect();
    assert_eq!(bearers[..2], [mistyped.clone(), TOKEN.to_owned()]);
    assert!(!shows(&terminal, &mistyped));
    leave(&terminal);
}

#[test]
fn names_from_notion_cannot_steer_the_terminal() {
    let hostile = "\u{1b}]0;owned\u{7}Ada\u{202e}\u{1b}[2J\u{9b}31m";
    let notion = FakeNotion::start(move |_| {
        let body = serde_json::json!({"object": "user", "id": "bot-1", "name": hostile, "type": "bot",
            "bot": {"owner": {"type": "user", "user": {"object": "user", "id": "user-1", "name": hostile, "type": "person"}},
                    "workspace_id": hostile, "workspace_name": hostile, "workspace_limits": {}}});
        crate::support::notion::Response::json(200, body)
    });
    let terminal = Sandbox::with_notion(&notion).start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    terminal.paste(TOKEN);
    terminal.wait_for_text("Token verified");
    for code in ["]0;owned", "\u{9b}", "\u{202e}", "\x1b[2J\u{9b}"] {
        let raw = String::from_utf8_lossy(&terminal.output()).into_owned();
        assert!(!raw.contains(&format!("\x1b{code}")) && !raw.contains("\u{9b}") && !raw.contains('\u{202e}'), "{code:?}");
    }
    leave(&terminal);
}
