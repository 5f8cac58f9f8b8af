//! Installing `ntn` from the wizard: seen while it runs, found afterwards, and ended with the wizard.

use super::{FIRST, WIDE, ended};
use crate::support::deadline::DEADLINE;
use crate::support::headline;
use crate::support::named_pipe::make_named_pipe;
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::Sandbox;
use notion_auth::domain::problem::ProblemCode;
use rustix::process::Signal;
use std::path::Path;
use std::sync::mpsc;

/// With a Node that is new enough, and an npm that does this to install.
fn with_npm(script: &str) -> Sandbox {
    let home = Sandbox::new();
    home.add_program("node", "echo v22.11.0");
    let root = home.path().display();
    home.add_program("npm", &format!("case \"$*\" in --version) echo 11.0.0;; 'root --global') echo {root};; *) {script};; esac"));
    home
}

/// At the question whether to run it.
fn at_the_question(home: &Sandbox) -> TestTerminal {
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text("ntn not installed yet");
    terminal.send_text("3");
    terminal.wait_for(|screen| !screen.contents().contains(FIRST), "another screen");
    terminal.send_text("1");
    terminal.wait_for_text("Run npm install --global ntn?");
    terminal
}

#[test]
fn it_runs_after_a_yes_and_ntn_is_there() {
    let home = with_npm("echo 'added 1 package'; /bin/cp \"${0%npm}kept\" \"${0%npm}ntn\"");
    home.add_program("kept", "case \"$*\" in --version) echo 'ntn 0.23.19';; *) exit 0;; esac");
    let terminal = at_the_question(&home);
    terminal.send_key(TerminalKey::Enter);
    terminal.send_text("y");
    terminal.wait_for_text("ntn is installed.");
    terminal.wait_for_text("0.23.19");
    terminal.send_key(TerminalKey::Ctrl('c'));
    ended(&terminal, 130);
}

#[test]
fn what_goes_wrong_is_seen_with_all_that_was_said() {
    let home = with_npm("echo 'npm error code EACCES' >&2; exit 243");
    let terminal = at_the_question(&home);
    terminal.send_text("y");
    terminal.wait_for_text(headline(ProblemCode::InstallFailed));
    terminal.wait_for_text("npm: npm error code EACCES (exit status: 243)");
    terminal.wait_for_text("Output of npm");
    terminal.send_key(TerminalKey::Ctrl('c'));
    ended(&terminal, 130);
}

/// All that is written into a named pipe, once nobody holds it any more.
fn until_nobody_holds(pipe: &Path) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    let pipe = pipe.to_owned();
    #[expect(clippy::disallowed_methods, reason = "reads what other programs write")]
    std::thread::spawn(move || tell.send(std::fs::read_to_string(pipe).unwrap()));
    told
}

#[test]
fn it_ends_with_the_wizard_however_that_ends() {
    let endings: [fn(&TestTerminal); 4] = [
        |terminal| terminal.send_key(TerminalKey::Esc),
        |terminal| terminal.send_key(TerminalKey::Ctrl('c')),
        |terminal| terminal.signal(Signal::TERM),
        |terminal| terminal.signal(Signal::KILL),
    ];
    for end in endings {
        let home = with_npm("exec 3>\"$0.pipe\"; /bin/sleep 60 & echo begun; wait");
        let pipe = home.path().join("bin/npm.pipe");
        make_named_pipe(&pipe);
        let held = until_nobody_holds(&pipe);
        let terminal = at_the_question(&home);
        terminal.send_text("y");
        terminal.wait_for_text("begun");
        end(&terminal);
        assert_eq!(held.recv_timeout(DEADLINE).as_deref(), Ok(""), "npm or its child was left behind");
    }
}
