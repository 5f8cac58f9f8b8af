//! `-v`: on standard error alone, with what goes over HTTP, and nothing without it. The wizard's goes to a log.

use super::{read, signed_in};
use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::pty::TerminalKey;
use crate::support::sandbox::Sandbox;
use notion_auth::adapters::storage::log_file::{LOG_NAME, LogFile, MAX_LOG_BYTES};
use std::os::unix::fs::PermissionsExt;

#[test]
fn it_is_told_what_is_asked_of_whom_and_the_document_stays_the_same() {
    let (_notion, home) = signed_in();
    let (quiet, told) = (home.run("status --check --json", ""), home.run("status --check --json -v", ""));
    assert_eq!((quiet.exit_code, quiet.stderr.as_str()), (Some(0), ""));
    assert_eq!((told.exit_code, told.json_document()), (Some(0), quiet.json_document()));
    let calls: Vec<Vec<&str>> = told.stderr.lines().map(|line| line.split_whitespace().collect()).collect();
    let is_told = |expected: &[&str]| calls.iter().any(|call| call.starts_with(expected));
    assert!(is_told(&["http", "GET", "/v1/users/me", "200"]), "{}", told.stderr);
    assert!(is_told(&["notion", "whoami", "answered"]) && is_told(&["store", "load", "answered"]), "{}", told.stderr);
    assert!(calls.iter().all(|call| call.last() == Some(&"ms")), "{}", told.stderr);
    assert!(!told.stderr.contains("Fake Works") && !told.stderr.contains("workspace-1"), "{}", told.stderr);
}

#[test]
fn a_secret_goes_to_standard_output_alone_and_a_command_that_is_run_comes_after() {
    let (_notion, home) = signed_in();
    let token = home.run_allowing_secret("token -v", "");
    assert_eq!((token.exit_code, token.stdout.trim_end()), (Some(0), TOKEN.trim_end()), "{}", token.stderr);
    assert!(token.stderr.lines().any(|line| line.starts_with("store      load")), "{}", token.stderr);
    let run = home.run("run -v -- /usr/bin/printenv NOTION_WORKSPACE_ID", "");
    assert!(run.exit_code == Some(0) && run.stdout.lines().count() == 1, "{run:?}");
    assert!(run.stderr.lines().any(|line| line.starts_with("store      load")), "{}", run.stderr);
}

#[test]
fn without_a_network_the_line_says_the_code_and_a_login_that_is_told_keeps_its_events() {
    let run = Sandbox::new().run("login --token-stdin --store none --json -v", TOKEN);
    assert_eq!(run.json_lines().last().unwrap()["code"], "no_network", "{run:?}");
    assert!(run.stderr.lines().any(|line| line.starts_with("http ") && line.contains("  no_network  ")), "{}", run.stderr);
}

#[test]
fn what_asks_nobody_has_nothing_to_tell() {
    for line in ["paths -v", "ask -v how long does a token last"] {
        let run = Sandbox::new().run(line, "");
        assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{line}");
    }
}

/// Runs a wizard with these arguments until it has verified the token, and leaves it without saving.
fn run_wizard(home: &Sandbox, arguments: &str) -> String {
    let terminal = home.start_terminal((120, 40), arguments);
    terminal.wait_for_text("1  API token");
    terminal.send_text("1");
    terminal.wait_for_text("Paste your token");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Paste a token");
    terminal.paste(TOKEN);
    terminal.wait_for_text("Token verified");
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.send_text("y");
    assert_eq!(terminal.wait_exit().exit_code(), 130, "{}", terminal.screen_text());
    String::from_utf8_lossy(&terminal.output()).into_owned()
}

#[test]
fn a_wizard_writes_a_private_log_that_doctor_names_and_reset_removes() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    // A link in its place is replaced, not followed.
    let elsewhere = home.path().join("elsewhere");
    home.write_file("credentials.json.lock", "");
    std::os::unix::fs::symlink(&elsewhere, home.file(LOG_NAME)).unwrap();
    let shown = run_wizard(&home, "-v");
    let (path, log) = (home.file(LOG_NAME), read(&home.file(LOG_NAME)));
    assert!(shown.contains(&format!("Log: {}", path.display())) && !shown.contains("answered"), "{shown}");
    assert!(!elsewhere.exists() && !path.is_symlink());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(log.lines().any(|line| line.contains("  http       GET /v1/users/me   ") && line.contains("  200  ")), "{log}");
    assert!(log.contains("  notion     whoami  ") && log.contains("  machine    detect_browser  "), "{log}");
    for part in [TOKEN, "Ada", "Fake Works", "workspace-1", &notion.base_url()] {
        assert!(!log.contains(part), "{part}: {log}");
    }

    let of_doctor = home.run("doctor", "").stdout.split_whitespace().collect::<String>();
    assert!(of_doctor.contains(&format!("~/.config/notion-auth/{LOG_NAME}")), "{of_doctor}");
    let document = home.run("doctor --json", "").json_document();
    let checks = document["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == "storage.log").unwrap();
    assert!(check["verdict"] == "pass" && check["evidence"].as_str().unwrap().contains(LOG_NAME), "{check}");

    // Another run begins it anew; one without -v leaves it alone.
    run_wizard(&home, "-v");
    let second = read(&path);
    assert!(second.len() < log.len() * 2 && second != log, "{second}");
    run_wizard(&home, "");
    assert_eq!(read(&path), second);
    let reset = home.run("reset --yes", "");
    assert!(reset.exit_code == Some(0) && !path.exists(), "{reset:?}");
}

/// Fails if the text holds the token, also without the characters that an id cannot have.
#[track_caller]
fn assert_no_token(text: &str) {
    for part in [TOKEN, &TOKEN.replace('_', ""), TOKEN.trim_start_matches("ntn_")] {
        assert!(!text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_token_that_everything_repeats_is_in_no_line() {
    // A gateway that repeats the token in the headers and the body of every answer.
    let notion = FakeNotion::start(|request| {
        let answer =
            if request.path() == "/v1/users/me" { respond_as_member(request) } else { Response::error(403, TOKEN, request) };
        let answer = answer.header("x-notion-request-id", TOKEN).header("x-request-id", TOKEN);
        answer.header("location", &format!("/{TOKEN}?token={TOKEN}")).header("set-cookie", TOKEN)
    });
    // A program that repeats it in its output.
    let mut home = Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", TOKEN).with_variable("NOTION_TOKEN", TOKEN);
    for program in ["ntn", "npm", "curl", "xdg-open", "wl-copy"] {
        home.add_program(program, &format!("echo {TOKEN}; echo {TOKEN} >&2; exit 1"));
    }
    for line in ["status --check -v", "doctor -v", "env -v", "reset --dry-run -v", "run -v -- /usr/bin/true"] {
        let told = home.run(line, "").stderr;
        assert!(told.lines().any(|line| line.ends_with(" ms")), "{line}: {told}");
        assert_no_token(&told);
    }
    for line in ["login --token-stdin --store file -v", "login --token-stdin --store none --json -v"] {
        let output = home.run(line, TOKEN);
        assert_no_token(&output.stderr);
        assert_no_token(&output.stdout);
    }
    home = home.without_variable("NOTION_API_TOKEN");
    run_wizard(&home, "-v");
    let log = read(&home.file(LOG_NAME));
    assert!(log.contains("  http       GET /v1/users/me   ") && log.contains("  process    ntn  "), "{log}");
    assert_no_token(&log);
}

#[test]
fn plain_mode_logs_too_and_a_demo_leaves_nothing_behind() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let terminal = home.start_terminal((80, 24), "--plain -v");
    terminal.wait_for_text("How do you want to connect to Notion?");
    terminal.send_text("q\r");
    assert_eq!(terminal.wait_exit().exit_code(), 130, "{}", terminal.screen_text());
    assert!(read(&home.file(LOG_NAME)).contains("  machine    "));

    let home = Sandbox::with_notion(&notion);
    let terminal = home.start_terminal((120, 40), "--demo -v");
    terminal.wait_for_text("1  API token");
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.wait_exit();
    assert!(home.files().is_empty() && !terminal.screen_text().contains("Log:"), "{:?}", home.files());
}

#[test]
fn a_log_has_a_limit_and_says_so() {
    let home = Sandbox::new();
    let log = LogFile::create(&home.path().join("logs")).unwrap();
    for _ in 0..MAX_LOG_BYTES / 99 + 9 {
        log.write_line(&"x".repeat(99));
    }
    let text = read(log.path());
    assert!(text.len() <= MAX_LOG_BYTES && text.len() > MAX_LOG_BYTES - 200, "{}", text.len());
    assert_eq!(text.lines().last(), Some("The log is full; nothing more is written."));
    assert_eq!(text.matches("The log is full").count(), 1);
}
