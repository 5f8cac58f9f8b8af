//! The wizard at the pages of an OAuth connection, in a terminal.
#![cfg(unix)]

use super::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use super::connection_sandbox::{ConnectionSandbox, SECRET_PREFIXES};
use super::pty::{TerminalKey, TestTerminal};
use super::sandbox::poll_until;
use super::wizard::{FIRST, WIDE, ended, shows};
use std::path::PathBuf;

impl ConnectionSandbox {
    /// With a browser that writes down what it is to open; the test then starts a real one there.
    pub(crate) fn with_browser(mut self) -> (Self, PathBuf) {
        let opened = self.home.path().join("bin/opened");
        let script = format!("printf %s \"$1\" >'{0}.new'; /bin/mv '{0}.new' '{0}'", opened.display());
        let browser = self.home.add_program("a-browser", &script);
        self.home = self.home.with_variable("BROWSER", browser.to_str().unwrap());
        (self, opened)
    }

    /// Two keys from the first frame, and what chooses the port once.
    pub(crate) fn at_the_fields(&self) -> TestTerminal {
        let terminal = self.home.start_terminal(WIDE, "");
        terminal.wait_for_text(FIRST);
        terminal.send_text("2");
        terminal.wait_for_text("Which kind of OAuth?");
        terminal.send_key(TerminalKey::Enter);
        terminal.wait_for_text("Where to find the client ID and secret");
        terminal.send_key(TerminalKey::Up);
        terminal.send_key(TerminalKey::Ctrl('u'));
        terminal.send_text(&self.port.to_string());
        terminal.wait_for_text(&self.port.to_string());
        terminal.send_key(TerminalKey::Enter);
        terminal.wait_for_text(&format!("http://localhost:{}/callback", self.port));
        terminal
    }

    /// The link is out.
    pub(crate) fn asking(&self) -> TestTerminal {
        let terminal = self.at_the_fields();
        terminal.paste(CLIENT_ID);
        terminal.paste(CLIENT_SECRET);
        terminal.wait_for_text(&self.listening());
        terminal
    }

    pub(crate) fn listening(&self) -> String {
        format!("Listening on http://localhost:{}/callback until ", self.port)
    }
}

/// The link as it is printed for a terminal that cannot be clicked: whole, on one line.
pub(crate) fn printed_link(terminal: &TestTerminal) -> String {
    // Those printed before are still there, above.
    let printed = || String::from_utf8_lossy(&terminal.output()).matches("Press Enter to return.").count();
    let before = printed();
    terminal.send_text("p");
    poll_until("the printed link", || (printed() > before).then_some(()));
    let screen = terminal.screen_text();
    let link = screen.lines().rfind(|line| line.starts_with("http://")).expect("a link");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Open this page and choose Allow:");
    link.to_owned()
}

pub(crate) fn verified(terminal: &TestTerminal) {
    terminal.wait_for_text("Token verified");
    terminal.wait_for_text("A token of your own connection");
}

/// Whatever was on it: none of what is secret.
#[track_caller]
pub(crate) fn no_secret_was_shown(terminal: &TestTerminal) {
    for secret in SECRET_PREFIXES {
        assert!(!shows(terminal, secret), "{secret}: {}", terminal.screen_text());
    }
}

#[track_caller]
pub(crate) fn over(terminal: &TestTerminal, code: u32) {
    ended(terminal, code);
    no_secret_was_shown(terminal);
}
