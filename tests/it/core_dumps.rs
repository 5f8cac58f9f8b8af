//! Core dumps: none is written of a process that may hold a secret, and what it starts has the limits it was given.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "reads what the kernel says about a process, and what a stand-in wrote")]

use crate::support::pty::TestTerminal;
use crate::support::sandbox::{BINARY, Sandbox, poll_until};
use rustix::process::Signal;

/// Runs the rest of the line with the highest limit that can be had.
const RAISED: &str = "ulimit -S -c $(ulimit -H -c);";

fn wizard(home: &Sandbox) -> TestTerminal {
    let folder = home.path().to_str().unwrap();
    let script = format!("{RAISED} exec '{BINARY}' --demo");
    TestTerminal::start((120, 40), "/bin/sh", &["-c", &script], &[("XDG_RUNTIME_DIR", folder), ("PATH", folder)])
}

#[test]
fn no_core_is_written_while_a_token_is_in_the_field() {
    // The first two end it as a crash would: nothing of ours answers them.
    for signal in [Signal::ILL, Signal::FPE, Signal::QUIT] {
        let home = Sandbox::new();
        let terminal = wizard(&home);
        terminal.wait_for_text("1  API token");
        terminal.send_text("1");
        terminal.wait_for_text("Paste your token");
        terminal.send_text("\r");
        terminal.wait_for_text("Paste a token");
        terminal.paste("ntn_fake");
        terminal.wait_for_text("8 characters");
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", terminal.pid())).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
        terminal.signal(signal);
        let exit = terminal.wait_exit();
        assert!(!exit.core_dumped(), "{signal:?}");
        assert!(terminal.home().read_dir().unwrap().flatten().all(|file| !file.file_name().to_string_lossy().contains("core")));
    }
}

#[test]
fn a_command_that_takes_our_place_has_the_limit_that_we_were_given() {
    let home = Sandbox::new().with_variable("NOTION_API_TOKEN", "ntn_fake_00000000000000000000");
    let script = format!("{RAISED} ulimit -S -c; exec '{BINARY}' run -- /bin/sh -c 'ulimit -S -c'");
    let output = home.program_command("/bin/sh").args(["-c", &script]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let limits: Vec<&str> = text.lines().collect();
    assert!(matches!(limits.as_slice(), [given, its] if given == its), "{limits:?} {:?}", output.stderr);
}

#[test]
fn a_program_that_we_start_has_the_limit_that_we_were_given() {
    let home = Sandbox::new();
    let told = home.path().join("told");
    home.add_program("ntn", &format!("ulimit -S -c >'{0}.new'; /bin/mv '{0}.new' '{0}'; echo 0.4.0", told.display()));
    let script = format!("{RAISED} ulimit -S -c; exec '{BINARY}' doctor");
    let output = home.program_command("/bin/sh").args(["-c", &script]).output().unwrap();
    let its = poll_until("what ntn was given", || std::fs::read_to_string(&told).ok());
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().next(), Some(its.trim()));
}
