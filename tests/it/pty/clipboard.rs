//! Copying: to the terminal's clipboard always, to the machine's own where there is one, and said as it was.

use super::printed_link::at_the_end;
use super::{WIDE, ended};
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::{Sandbox, poll_until};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

fn sent_to_the_terminal(terminal: &TestTerminal) -> String {
    String::from_utf8(STANDARD.decode(terminal.clipboard().unwrap()).unwrap()).unwrap()
}

#[test]
fn a_desktop_takes_it_too_and_is_named() {
    let home = Sandbox::new().with_variable("DISPLAY", ":0");
    home.add_program("xclip", "/bin/cat >\"$0.new\"; /bin/mv \"$0.new\" \"$0.text\"");
    let terminal = at_the_end(&home, WIDE);
    terminal.send_text("c");
    terminal.wait_for_text("Copied with xclip and via the terminal.");
    #[expect(clippy::disallowed_methods, reason = "looks at what another program left")]
    let taken = poll_until("the text", || std::fs::read_to_string(home.path().join("bin/xclip.text")).ok());
    assert!(taken.starts_with("eval ") && taken == sent_to_the_terminal(&terminal), "{taken}");
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
}

#[test]
fn where_only_the_terminal_was_told_nobody_says_that_it_is_copied() {
    let home = Sandbox::new().with_variable("DISPLAY", ":0").with_variable("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
    let xclip = home.add_program("xclip", "echo started >\"$0.started\"");
    let terminal = at_the_end(&home, WIDE);
    terminal.send_text("c");
    terminal.wait_for_text("Copied via the terminal. If nothing pastes, select the text.");
    assert!(sent_to_the_terminal(&terminal).starts_with("eval "));
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
    assert!(!xclip.with_extension("started").exists(), "that would be the far machine's clipboard");
}
