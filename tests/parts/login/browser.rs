//! Needs the real `ntn` 0.4.0: `login --path cli` with the built binary and a Notion that somebody approves at.

use crate::installed::ntn::real_ntn_folder;
use crate::support::login_server::{APPROVAL, CODE, LoginServer, WORKSPACE};
use crate::support::notion::{Response, TOKEN};
use crate::support::ntn::processes_with_home;
use crate::support::sandbox::{CommandOutput, Sandbox, poll_until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::process::Child;

/// A home with the real `ntn`, which keeps its tokens in its file.
fn home(server: &LoginServer) -> Sandbox {
    let home = server.environment().into_iter().fold(Sandbox::new(), |home, (name, value)| home.with_variable(name, value));
    home.add_program("ntn", &format!("exec '{}' \"$@\"", real_ntn_folder().join("ntn").display()));
    home.with_variable("NOTION_KEYRING", "0")
}

/// Waits until the approval is asked for, approves, and waits for the end.
fn approve(server: &LoginServer, child: Child) -> CommandOutput {
    poll_until("the question for the approval", || (server.poll_count() > 0).then_some(()));
    server.approve();
    CommandOutput::wait(child)
}

#[test]
fn a_program_is_told_where_to_approve_and_then_who_it_is() {
    let server = LoginServer::start();
    let home = home(&server);
    let run = approve(&server, home.start("login --path cli --json"));
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let events = run.json_lines();
    assert_eq!((&events[0]["event"], &events[0]["url"], &events[0]["code"]), (&json!("open"), &json!(APPROVAL), &json!(CODE)));
    assert!(events[0]["expires_at"].is_string(), "0.4.0 waits for five minutes");
    assert_eq!(events[1], json!({ "event": "waiting", "for": "approval" }));
    let done = events.last().unwrap();
    assert_eq!((&done["event"], &done["store"], &done["user"]), (&json!("done"), &json!("ntn"), &json!("Ada Fake")));
    assert_eq!(done["workspace"], json!({ "id": WORKSPACE.0, "name": WORKSPACE.1 }));
    let auth = home.path().join(".config/notion/auth.json").display().to_string();
    assert_eq!((&done["place"], &done["needs_variable"]), (&json!(auth), &Value::Null));
}

#[test]
fn what_ntn_keeps_is_listed_once_checked_printed_and_left_alone() {
    let server = LoginServer::start();
    let home = home(&server);
    assert_eq!(approve(&server, home.start("login --path cli")).exit_code, Some(0));

    let document = home.run("status --check --json", "").json_document();
    assert_eq!(document["credentials"].as_array().unwrap().len(), 1, "{document}");
    let active = &document["active"];
    assert_eq!((&active["store"], &active["source"], &active["verdict"]), (&json!("ntn"), &json!("ntn"), &json!("pass")));
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
    assert!(!home.file("secrets.json").exists(), "it is nowhere but where ntn has put it");

    let run = home.run("logout", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.contains("ntn stays logged in."), "{}", run.stderr);
    assert!(home.path().join(".config/notion/auth.json").exists());
    assert_eq!(home.run("token", "").exit_code, Some(4), "{run:?}");
}

/// As in a fresh container: `ntn` keeps its files in `~/.notion` as long as nobody makes `~/.config`.
#[test]
fn ntn_finds_its_login_where_there_is_no_configuration_folder() {
    let server = LoginServer::start();
    let home = home(&server);
    std::fs::remove_dir(home.path().join(".config")).unwrap();
    assert_eq!(approve(&server, home.start("login --path cli")).exit_code, Some(0));
    assert!(home.path().join(".notion/auth.json").exists() && home.path().join(".notion-auth/credentials.json").exists());
    assert!(home.run("status --check", "").stdout.contains("checked  pass"));
    let listed = home.program_command(home.path().join("bin/ntn")).args(["workers", "list"]).output().unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
}

#[test]
fn a_person_is_told_on_standard_error_and_no_browser_is_started_for_a_program() {
    let server = LoginServer::start();
    let home = home(&server).with_variable("DISPLAY", ":0");
    home.add_program("xdg-open", "echo opened >\"$HOME/opened\"");
    let run = approve(&server, home.start("login --path cli"));
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.stderr.contains(&format!("\n    {CODE}\n")) && run.stderr.contains(&format!("\n  {APPROVAL}\n")), "{}", run.stderr);
    assert!(run.stderr.contains("Managed by ntn: "), "{}", run.stderr);
    assert!(!home.path().join("opened").exists(), "nobody sits at a terminal");
}

#[test]
fn in_a_terminal_the_browser_opens_unless_it_is_told_not_to() {
    let ends = |line: &str, opens: bool| {
        let server = LoginServer::start();
        let home = home(&server).with_variable("BROWSER", "opener");
        home.add_program("opener", "echo \"$1\" >\"$HOME/opened\"");
        let terminal = home.start_terminal((100, 30), line);
        let opened = || std::fs::exists(home.path().join("opened")).unwrap();
        poll_until("the question for the approval", || (server.poll_count() > 0 && opened() == opens).then_some(()));
        server.approve();
        assert!(terminal.wait_exit().success(), "{line}");
        assert_eq!(opened(), opens, "{line}");
    };
    std::thread::scope(|scope| {
        scope.spawn(|| ends("login --path cli", true));
        scope.spawn(|| ends("login --path cli --no-browser", false));
    });
}

#[test]
fn what_goes_wrong_is_the_same_for_a_program_and_has_its_exit_code() {
    for (answer, code, exit_code) in [
        (Response::json(200, json!({ "status": "expired" })), "login_expired", 4),
        (Response::json(401, json!({})), "login_refused", 4),
    ] {
        let server = LoginServer::start().on_redeem(answer);
        let home = home(&server);
        let run = home.run("login --path cli --json", "");
        let last = run.json_lines().pop().unwrap();
        assert_eq!((run.exit_code, &last["event"], &last["code"]), (Some(exit_code), &json!("problem"), &json!(code)), "{last}");
        assert!(!home.file("credentials.json").exists(), "nothing is noted");
    }
}

/// As in a container: a login would be approved and then lost.
#[cfg(target_os = "linux")]
#[test]
fn where_the_kernel_keeps_no_token_the_flag_that_answers_is_named_and_suffices() {
    use crate::installed::kernel_keyring::refusal_wrapper;
    let server = LoginServer::start();
    let home = home(&server).without_variable("NOTION_KEYRING");
    let start = |line: &str| home.start_with_wrapper(&refusal_wrapper("1"), line);

    let run = CommandOutput::wait(start("login --path cli --json"));
    let problem = run.json_lines().remove(0);
    assert_eq!((run.exit_code, &problem["code"]), (Some(3), &json!("input_required")), "{run:?}");
    assert!(problem["evidence"].as_str().unwrap().contains("Add --store file to agree to this:"), "{problem}");
    assert_eq!(server.started_count(), 0, "nobody is asked to approve in vain");

    let run = approve(&server, start("login --path cli --store file --json"));
    let done = run.json_lines().pop().unwrap();
    assert_eq!((run.exit_code, &done["needs_variable"]), (Some(0), &json!("NOTION_KEYRING=0")), "{run:?}");
    let run = CommandOutput::wait(start("status --json"));
    assert_eq!(run.json_document()["active"]["store"], "ntn", "it is found without the variable too");
}

#[test]
fn ctrl_c_ends_ntn_with_us() {
    let server = LoginServer::start();
    let home = home(&server);
    let child = home.start("login --path cli --json");
    poll_until("the question for the approval", || (server.poll_count() > 0).then_some(()));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let run = CommandOutput::wait(child);
    assert_eq!((run.exit_code, &run.json_lines().pop().unwrap()["code"]), (Some(130), &json!("cancelled")), "{run:?}");
    poll_until("the end of ntn", || processes_with_home(home.path()).is_empty().then_some(()));
}

#[test]
fn the_older_ntn_cannot_finish_later_what_it_begins() {
    let server = LoginServer::start();
    for line in ["login --path cli --no-wait --json", "login --resume --json"] {
        let run = home(&server).run(line, "");
        assert_eq!((run.exit_code, &run.json_lines().pop().unwrap()["code"]), (Some(1), &json!("ntn_too_old")), "{line}: {run:?}");
    }
    assert_eq!(server.started_count(), 0);
}
