//! `run`, by the built binary: the command gets the token and nothing else of ours; its streams, its terminal, its signals and
//! its exit code are its own.
#![cfg(unix)]

use crate::support::notion::TOKEN;
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::{BINARY, CommandOutput, Sandbox};
use crate::support::workers_server::WORKSPACE;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

/// Signed in to a workspace of this id; the token is in the private file.
fn signed_in() -> Sandbox {
    signed_in_until(None)
}

/// The same, with a note of when the token ends.
fn signed_in_until(end: Option<&str>) -> Sandbox {
    let home = Sandbox::new().with_variable("PATH", "/usr/bin:/bin");
    let account = json!({"workspace": WORKSPACE, "name": "token"});
    let record = json!({
        "account": account, "workspace": {"id": WORKSPACE, "name": "Fake Works"}, "user": "Ada Fake", "kind": "user",
        "path": "token", "store": "file", "saved_on": "2026-11-01", "expires_on": end,
    });
    home.write_file("credentials.json", &json!({"schema": 1, "active": account, "credentials": [record]}).to_string());
    home.write_file("secrets.json", &json!({"schema": 1, "secrets": {format!("{WORKSPACE}/token"): TOKEN}}).to_string());
    home
}

fn run(home: &Sandbox, command: &[&str]) -> CommandOutput {
    run_as(home, "", command)
}

/// Runs with options of our own.
fn run_as(home: &Sandbox, options: &str, command: &[&str]) -> CommandOutput {
    let mut whole = home.command(&format!("run {options} --"));
    whole.args(command).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    CommandOutput::wait(whole.spawn().unwrap())
}

fn variables(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.split_once('=')).collect()
}

#[test]
fn the_command_gets_two_variables_more_and_nothing_less() {
    let home = signed_in().with_variable("MINE", "kept as it is");
    let before = home.program_command("/usr/bin/env").output().unwrap();
    let before = String::from_utf8(before.stdout).unwrap();
    let mut expected = variables(&before);
    expected.insert("NOTION_API_TOKEN", TOKEN);
    expected.insert("NOTION_WORKSPACE_ID", WORKSPACE);
    let after = run(&home, &["/usr/bin/env"]);
    assert_eq!(variables(&after.stdout), expected);
    assert_eq!(after.stderr, "");
}

/// Signed in, with programs that print the variables that may hold a token.
fn signed_in_with_own_programs() -> Sandbox {
    let home = signed_in().without_variable("NOTION_API_BASE_URL");
    let path = format!("{}:/usr/bin:/bin", home.path().join("bin").display());
    for program in ["notion-mcp-server", "npx", "notion2md", "my-sync"] {
        home.add_program(
            program,
            "/usr/bin/env | /usr/bin/grep -E 'NOTION|HEADERS|AUTH|MY_' | /usr/bin/grep -v NOTION_AUTH_NOW | /usr/bin/sort",
        );
    }
    home.with_variable("PATH", path)
}

#[test]
fn a_program_gets_the_names_that_it_is_known_to_read() {
    let home = signed_in_with_own_programs();
    let usual = format!("NOTION_API_TOKEN={TOKEN}\nNOTION_WORKSPACE_ID={WORKSPACE}\n");
    let with_token = format!("NOTION_API_TOKEN={TOKEN}\nNOTION_TOKEN={TOKEN}\nNOTION_WORKSPACE_ID={WORKSPACE}\n");
    for (command, expected) in [
        (vec!["notion-mcp-server"], &with_token),
        (vec!["notion-mcp-server", "--transport", "stdio"], &with_token),
        (vec!["npx", "-y", "@notionhq/notion-mcp-server@2.5.2"], &with_token),
        (vec!["notion2md"], &with_token),
        (vec!["npx", "-y", "@suekou/mcp-notion-server"], &usual),
        (vec!["my-sync"], &usual),
    ] {
        let shown = run(&home, &command);
        assert_eq!((shown.exit_code, &shown.stdout, shown.stderr.as_str()), (Some(0), expected, ""), "{command:?}");
    }
}

#[test]
fn a_value_that_is_set_already_is_replaced_and_no_other_variable_is_touched() {
    let old = "ntn_fake_old_00000000000000000000000000000";
    let home = signed_in_with_own_programs();
    let headers = r#"{"Authorization":"Bearer ntn_fake_old_00000000000000000000000000000","Notion-Version":"2022-06-28"}"#;
    let home = home.with_variable("NOTION_TOKEN", old).with_variable("NOTION_KEY", old);
    let home = home.with_variable("OPENAPI_MCP_HEADERS", headers).with_variable("AUTH_TOKEN", "fake password");
    let shown = run(&home, &["notion-mcp-server"]);
    let seen = variables(&shown.stdout);
    assert_eq!((seen["NOTION_TOKEN"], seen["NOTION_KEY"], seen["AUTH_TOKEN"]), (TOKEN, old, "fake password"));
    // The server would use these headers instead of NOTION_TOKEN.
    let headers: serde_json::Value = serde_json::from_str(seen["OPENAPI_MCP_HEADERS"]).unwrap();
    assert_eq!(headers["Authorization"], format!("Bearer {TOKEN}"));
    let shown = run(&home, &["my-sync"]);
    assert_eq!(variables(&shown.stdout)["NOTION_TOKEN"], old, "it is not known to read it");
}

#[test]
fn other_names_are_given_on_request() {
    let home = signed_in();
    let names = ["/usr/bin/printenv", "NOTION_KEY", "MY_TOKEN", "NOTION_API_TOKEN"];
    let shown = run_as(&home, "--as NOTION_KEY --as MY_TOKEN --as NOTION_KEY", &names);
    assert_eq!((shown.exit_code, shown.stdout), (Some(0), format!("{TOKEN}\n{TOKEN}\n{TOKEN}\n")));
    let shown = run_as(&home, "--as OPENAPI_MCP_HEADERS", &["/usr/bin/printenv", "OPENAPI_MCP_HEADERS"]);
    let headers: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(headers["Authorization"], format!("Bearer {TOKEN}"));
}

#[test]
fn a_name_that_must_not_hold_a_token_is_a_usage_error() {
    let home = signed_in();
    for command in ["run", "env"] {
        for name in ["PATH", "Path", "LD_PRELOAD", "NOTION_TOKEN_V2", "AUTH_TOKEN", "NOTION_WORKSPACE_ID", "A-B", "1A", "A=B"] {
            let end = if command == "run" { " -- /bin/echo ran" } else { "" };
            let refused = home.run(&format!("{command} --as {name}{end}"), "");
            assert_eq!((refused.exit_code, refused.stdout.as_str()), (Some(2), ""), "{command} {name}: {refused:?}");
            assert!(refused.stderr.contains("--as"), "{refused:?}");
        }
        let secret = home.run(&format!("{command} --as {TOKEN}"), "");
        assert_eq!(secret.exit_code, Some(2));
        assert!(!secret.stderr.contains(TOKEN), "{secret:?}");
    }
}

#[test]
fn an_id_of_another_workspace_is_not_replaced_in_silence() {
    let home = signed_in().with_variable("NOTION_WORKSPACE_ID", "of-another-token");
    for arguments in ["run -- /usr/bin/env", "token", "env", "refresh"] {
        let refused = home.run(arguments, "");
        assert_eq!((refused.exit_code, refused.stdout.as_str()), (Some(4), ""), "{arguments}: {refused:?}");
        let said = refused.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("NOTION_WORKSPACE_ID is of-another-token"), "{arguments}: {said}");
    }
    // The variable's token is known to be of the other workspace too.
    let home = home.with_variable("NOTION_API_TOKEN", TOKEN);
    for arguments in ["run -- /usr/bin/env", "token", "env", "status"] {
        let refused = home.run(arguments, "");
        assert_eq!(refused.exit_code, Some(4), "{arguments}: {refused:?}");
        assert!(refused.stderr.contains("NOTION_WORKSPACE_ID is of-another-token"), "{arguments}: {refused:?}");
    }
    let same = home.without_variable("NOTION_API_TOKEN").with_variable("NOTION_WORKSPACE_ID", WORKSPACE.to_uppercase());
    assert!(run(&same, &["/usr/bin/env"]).stdout.contains(&format!("NOTION_WORKSPACE_ID={WORKSPACE}\n")));
}

#[test]
fn a_keyring_that_is_off_is_told_in_the_way_that_ntn_understands() {
    let shown = run(&signed_in().with_variable("NOTION_KEYRING", "off"), &["/usr/bin/printenv", "NOTION_KEYRING"]);
    assert_eq!(shown.stdout, "0\n");
}

#[test]
fn it_takes_our_place_so_that_nothing_of_us_is_left() {
    let home = signed_in();
    let mut child = home
        .command("run --")
        .args(["/bin/sh", "-c", "echo $$; cat /proc/$$/cmdline; exec cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    drop(child.stdin.take());
    let shown = CommandOutput::wait(child);
    assert_eq!(shown.stdout.lines().next(), Some(id.to_string().as_str()), "it is the very process");
    let open = run(&home, &["/bin/sh", "-c", "for file in /proc/$$/fd/*; do readlink \"$file\"; done"]);
    let ours = |line: &&str| line.contains("eventpoll") || line.contains(".config/notion-auth");
    assert_eq!(open.stdout.lines().filter(ours).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn its_input_and_output_are_passed_through_untouched() {
    let mut command = signed_in_and_kept("run -- /bin/cat");
    let mut child = command.1.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut input = child.stdin.take().unwrap();
    let sent = bytes.clone();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut input, &sent).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.stdout == bytes && output.stderr.is_empty());
}

fn signed_in_and_kept(arguments: &str) -> (Sandbox, std::process::Command) {
    let home = signed_in();
    let command = home.command(arguments);
    (home, command)
}

#[test]
fn exit_codes_are_the_commands_own_and_those_of_shells_where_it_cannot_begin() {
    let home = signed_in();
    for code in [0, 1, 2, 3, 6, 42, 255] {
        assert_eq!(run(&home, &["/bin/sh", "-c", &format!("exit {code}")]).exit_code, Some(code));
    }
    let missing = run(&home, &["no-such-program"]);
    assert_eq!((missing.exit_code, missing.stderr.as_str()), (Some(127), "no-such-program: command not found\n"));
    let folder = run(&home, &["/usr"]);
    assert_eq!(folder.exit_code, Some(126));
    assert!(folder.stderr.starts_with("/usr: cannot execute: "), "{}", folder.stderr);
}

#[test]
fn a_command_that_a_signal_ends_is_seen_to_end_by_it() {
    let output = signed_in().command("run --").args(["/bin/sh", "-c", "kill -TERM $$"]).output().unwrap();
    assert_eq!(output.status.signal(), Some(15));
}

#[test]
fn a_broken_pipe_ends_it_as_it_would_without_us() {
    let mut command = signed_in_and_kept("run --");
    let mut child = command.1.args(["/usr/bin/yes"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().signal(), Some(13));
}

#[test]
fn nobody_signed_in_runs_nothing() {
    let home = Sandbox::new().with_variable("PATH", "/usr/bin:/bin");
    let shown = run(&home, &["/bin/sh", "-c", "echo ran"]);
    assert_eq!((shown.exit_code, shown.stdout.as_str()), (Some(4), ""));
    let shown = home.run("run --workspace Gamma -- /bin/echo ran", "");
    assert_eq!((shown.exit_code, shown.stdout.as_str()), (Some(4), ""));
}

#[test]
fn options_of_the_command_are_its_own() {
    let shown = run(&signed_in(), &["/bin/echo", "--token", "--demo", "--", "ntn_tool"]);
    assert_eq!((shown.exit_code, shown.stdout.as_str()), (Some(0), "--token --demo -- ntn_tool\n"));
}

#[test]
fn in_the_demo_signals_and_exit_codes_pass_through_all_the_same() {
    let home = Sandbox::new().with_variable("PATH", "/usr/bin:/bin");
    let mut command = home.command("--demo run --");
    let script = "trap 'echo asked to end; exit 7' TERM; echo ready; while :; do /bin/sleep 0.01; done";
    let mut child = command.args(["/bin/sh", "-c", script]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    assert_eq!(line, "ready\n");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(7));
    let killed = home.command("--demo run --").args(["/bin/sh", "-c", "kill -KILL $$"]).output().unwrap();
    assert_eq!(killed.status.code(), Some(137), "as a shell would say");
}

/// A shell with job control, as a person has it.
fn shell(home: &Sandbox) -> TestTerminal {
    let folder = home.path().to_str().unwrap();
    let variables =
        [("HOME", folder), ("XDG_RUNTIME_DIR", folder), ("PATH", "/usr/bin:/bin"), ("OURS", BINARY), ("PS1", "ready> ")];
    TestTerminal::start((100, 30), "/bin/bash", &["--norc", "--noprofile", "-i"], &variables)
}

#[test]
fn ctrl_c_reaches_the_command_and_ctrl_z_stops_it_in_the_demo_too() {
    let home = signed_in();
    for demo in ["", "--demo"] {
        let terminal = shell(&home);
        let script = "trap \"echo caught \\$((1 + 1)); exit 5\" INT; trap \"echo goes \\$((1 + 1)) on\" CONT; [ -t 0 ] && echo on a $((40 + 2)) terminal; while :; do sleep 0.01; done";
        terminal.send_text(&format!("\"$OURS\" {demo} run -- bash -c '{script}'\r"));
        terminal.wait_for_text("on a 42 terminal");
        terminal.send_key(TerminalKey::Ctrl('z'));
        terminal.wait_for_text("Stopped");
        terminal.send_text("fg\r");
        terminal.wait_for_text("goes 2 on");
        terminal.send_key(TerminalKey::Ctrl('c'));
        terminal.wait_for_text("caught 2");
        terminal.send_text("echo ended with $?\r");
        terminal.wait_for_text("ended with 5");
        terminal.send_text("exit\r");
        terminal.wait_exit();
    }
}

#[test]
fn a_token_that_has_ended_by_your_note_is_said_to_a_person_and_to_nobody_else() {
    let home = signed_in_until(Some("2020-01-31"));
    let shown = run(&home, &["/bin/sh", "-c", "echo out; echo err >&2"]);
    assert_eq!((shown.exit_code, shown.stdout.as_str(), shown.stderr.as_str()), (Some(0), "out\n", "err\n"), "{shown:?}");
    let terminal = home.start_terminal((200, 10), "run -- /bin/echo out");
    terminal.wait_exit();
    let text = terminal.screen_text();
    let (said, rest) = text.split_once('\n').unwrap();
    assert!(said.contains("notion-auth: the token for Fake Works: it expired "), "{text}");
    assert!(said.contains(&format!("Replace it: notion-auth rotate {WORKSPACE}/token")) && rest.contains("out"), "{text}");
}
