//! `rotate`, by the built binary: a new token takes the old one's place wherever it was put, or nothing changes.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "looks at what was written")]

mod calendar;

use crate::support::mcp_server::McpServer;
use crate::support::notion::TOKEN;
use crate::support::rotation_notion::{COLLEAGUE, ELSEWHERE, NEW, Notion, SMALLER};
use crate::support::sandbox::{CommandOutput, Sandbox, poll_until};
use notion_auth::adapters::storage::file_lock::FileLock;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;

const SECRETS: [&str; 5] = [TOKEN, NEW, SMALLER, COLLEAGUE, ELSEWHERE];

const ROTATE: &str = "rotate --token-stdin --yes --json";

/// Signed in with the old token in the private file, with stand-ins for the clients of two secret managers.
fn machine() -> (Notion, Sandbox) {
    let notion = Notion::start();
    let home = Sandbox::with_notion(&notion.server);
    let kept = home.path().join("kept").display().to_string();
    for manager in ["vault", "doppler"] {
        home.add_program(
            manager,
            &format!(
                "kept={kept}-{manager}\n[ -e {kept}-broken ] && {{ echo 'permission denied' >&2; exit 2; }}\n\
                 case \"$2\" in patch|put|set) /bin/cat >\"$kept\" ;; get) /bin/cat \"$kept\" ;; *) exit 9 ;; esac"
            ),
        );
    }
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    (notion, home)
}

fn held(home: &Sandbox, manager: &str) -> String {
    fs::read_to_string(home.path().join(format!("kept-{manager}"))).unwrap()
}

fn break_managers(home: &Sandbox, is_broken: bool) {
    let file = home.path().join("kept-broken");
    if is_broken { fs::write(file, "").unwrap() } else { fs::remove_file(file).unwrap() }
}

/// Sends the saved token to both managers.
fn send(home: &Sandbox) {
    for arguments in ["vault --path ci/notion", "doppler --project app --config prd"] {
        let run = home.run(&format!("send-to {arguments} --yes"), "");
        assert_eq!(run.exit_code, Some(0), "{run:?}");
    }
}

fn rotate(home: &Sandbox, arguments: &str, token: &str) -> (Option<i32>, Value) {
    let run = home.run(arguments, token);
    check_no_secret(&run);
    (run.exit_code, run.json_document())
}

fn check_no_secret(run: &CommandOutput) {
    for secret in SECRETS {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
    }
}

fn saved_token(home: &Sandbox) -> String {
    home.run_allowing_secret("token", "").stdout.trim_end().to_owned()
}

fn files(home: &Sandbox) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    home.data_files().into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

fn results(document: &Value) -> Vec<(String, bool)> {
    let result = |result: &Value| {
        let manager = result["manager"].as_str().map(|manager| format!(" {manager}")).unwrap_or_default();
        (format!("{}{manager}", result["target"].as_str().unwrap()), result["replaced"] == true)
    };
    document["results"].as_array().unwrap().iter().map(result).collect()
}

fn names(pairs: &[(&str, bool)]) -> Vec<(String, bool)> {
    pairs.iter().map(|(name, replaced)| ((*name).to_owned(), *replaced)).collect()
}

#[test]
fn the_token_is_replaced_in_the_store_and_in_every_manager_that_was_sent_it() {
    let (_notion, home) = machine();
    send(&home);
    let (exit_code, document) = rotate(&home, &format!("{ROTATE} --expires 90d"), NEW);
    assert_eq!(exit_code, Some(0), "{document}");
    assert_eq!(results(&document), names(&[("store", true), ("secret_manager vault", true), ("secret_manager doppler", true)]));
    for flag in ["rotated", "complete", "can_revoke"] {
        assert_eq!(document[flag], true, "{flag}");
    }
    assert_eq!((&document["owner_proof"], &document["reach"]["verdict"]), (&json!("id"), &json!("same")));
    assert_eq!(
        (&document["replaced_account"], &document["account"]),
        (&json!("workspace-1/token@bot-1"), &json!("workspace-1/token@bot-2"))
    );
    assert!(document["revoke_page"].as_str().unwrap().starts_with("https://"), "{document}");
    assert_eq!((&document["opened"], &document["left"]), (&json!(false), &json!([])), "no terminal, so nobody sees a browser");
    assert_eq!((held(&home, "vault"), held(&home, "doppler"), saved_token(&home)), (NEW.into(), NEW.into(), NEW.into()));

    let status = home.run("status --json", "").json_document();
    let credentials = status["credentials"].as_array().unwrap();
    assert_eq!(credentials.len(), 1, "{status}");
    assert_eq!((&credentials[0]["account"], &status["active"]["account"]), (&document["account"], &document["account"]));
    assert_eq!(credentials[0]["expires_at"], document["expires_at"]);
    for file in home.files() {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains(TOKEN), "{}", file.display());
        let may_hold = file.ends_with("secrets.json") || file.to_string_lossy().contains("kept-");
        assert!(may_hold || !text.contains(NEW), "{}", file.display());
    }

    // The copies are known to the new credential, so the next rotation replaces them too.
    let (exit_code, document) = rotate(&home, ROTATE, SMALLER);
    assert_eq!((exit_code, held(&home, "vault")), (Some(0), SMALLER.to_owned()), "{document}");
    assert_eq!(document["reach"]["verdict"], "less");
}

#[test]
fn the_keys_of_replaced_tokens_still_select_the_credential() {
    let (_notion, home) = machine();
    let token_of = |key: &str| home.run_allowing_secret(&format!("token --workspace {key}"), "").stdout.trim_end().to_owned();
    rotate(&home, ROTATE, NEW);
    // A shell profile that `scan --fix` has changed names this key.
    assert_eq!(token_of("workspace-1/token@bot-1"), NEW);
    let (_, document) = rotate(&home, &format!("{ROTATE} workspace-1/token@bot-1"), SMALLER);
    assert_eq!(document["replaced_account"], "workspace-1/token@bot-2", "{document}");
    for key in ["workspace-1/token@bot-1", "workspace-1/token@bot-2", "token@bot-1", "bot-2"] {
        assert_eq!(token_of(key), SMALLER, "{key}");
    }
    // A credential that has the key itself comes first, and signing in again with the new token forgets no key.
    for (token, store) in [(TOKEN, "file"), (SMALLER, "file")] {
        home.run(&format!("login --token-stdin --store {store}"), token);
    }
    assert_eq!((token_of("workspace-1/token@bot-1"), token_of("workspace-1/token@bot-2")), (TOKEN.into(), SMALLER.into()));
}

#[test]
fn a_token_of_someone_else_or_of_another_workspace_changes_nothing() {
    let (notion, home) = machine();
    let before = files(&home);
    for is_revoked in [false, true] {
        for (token, names) in [(COLLEAGUE, "user-2"), (ELSEWHERE, "workspace-2")] {
            let (exit_code, document) = rotate(&home, ROTATE, token);
            assert_eq!((exit_code, &document["problem"]["code"]), (Some(4), &json!("rotation_mismatch")), "{document}");
            let evidence = document["problem"]["evidence"].as_str().unwrap();
            assert!(evidence.contains(names) && evidence.contains("workspace-1"), "{evidence}");
        }
        assert!(files(&home) == before);
        if !is_revoked {
            notion.revoke_old();
        }
    }
}

#[test]
fn input_that_is_of_no_use_is_told_and_changes_nothing() {
    let (_notion, home) = machine();
    let before = files(&home);
    for (arguments, input, exit_code, code) in [
        (ROTATE, TOKEN, 2, "rotation_same_token"),
        (ROTATE, "", 2, "token_missing"),
        (ROTATE, "ghp_fakefakefakefakefakefakefakefakefake", 2, "foreign_secret"),
        (ROTATE, "ntn_fake_unknown_00000000000000000000000000", 4, "unauthorized"),
        (&format!("{ROTATE} --expires 2001-02-03"), NEW, 2, "usage"),
        ("rotate --json", NEW, 3, "input_required"),
        ("rotate --token-stdin --json", NEW, 3, "input_required"),
        ("rotate Nowhere --token-stdin --yes --json", NEW, 4, "credential_not_found"),
    ] {
        let (exited, document) = rotate(&home, arguments, input);
        assert_eq!((exited, &document["problem"]["code"]), (Some(exit_code), &json!(code)), "{arguments} {document}");
        assert_eq!(document["rotated"], false);
    }
    assert!(files(&home) == before);
}

#[test]
fn an_expired_token_is_replaced_and_nothing_is_claimed_about_its_access() {
    let (notion, home) = machine();
    notion.revoke_old();
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, &document["reach"]["verdict"]), (Some(0), &json!("unknown")), "{document}");
    assert_eq!((&document["owner_proof"], saved_token(&home)), (&json!("id"), NEW.to_owned()));
}

#[test]
fn a_record_of_an_earlier_version_is_compared_by_its_name() {
    let (notion, home) = machine();
    notion.revoke_old();
    let mut records: Value = serde_json::from_slice(&fs::read(home.file("credentials.json")).unwrap()).unwrap();
    let record = records["credentials"][0].as_object_mut().unwrap();
    assert!(record.remove("person").is_some() && !record.contains_key("sent_to"), "{record:?}");
    // What cannot be read is left out, and what is not known is kept.
    record.insert("sent_to".into(), json!([{"manager": 1}, "x"]));
    record.insert("of_a_newer_version".into(), json!(1));
    home.write_file("credentials.json", &records.to_string());
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, &document["owner_proof"]), (Some(0), &json!("name")), "{document}");
    let records = fs::read_to_string(home.file("credentials.json")).unwrap();
    assert!(records.contains("of_a_newer_version"), "{records}");
}

#[test]
fn what_a_failing_manager_leaves_is_named_and_taken_up_by_the_same_token_again() {
    let (notion, home) = machine();
    send(&home);
    break_managers(&home, true);
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, &document["problem"]["code"]), (Some(1), &json!("rotation_incomplete")), "{document}");
    assert_eq!(results(&document), names(&[("store", true), ("secret_manager vault", false), ("secret_manager doppler", false)]));
    assert_eq!(
        (&document["rotated"], &document["complete"], &document["can_revoke"]),
        (&json!(true), &json!(false), &json!(false))
    );
    let left = document["left"].as_array().unwrap();
    let command = left[0]["command"].as_str().unwrap();
    assert_eq!((left.len(), &left[0]["before_revoking"]), (2, &json!(true)));
    assert_eq!((saved_token(&home), held(&home, "vault")), (NEW.to_owned(), TOKEN.to_owned()));

    // The command that was named works, and is one thing less to do.
    break_managers(&home, false);
    let run = home.run(&format!("{} --yes", command.strip_prefix("notion-auth ").unwrap()), "");
    assert_eq!((run.exit_code, held(&home, "vault")), (Some(0), NEW.to_owned()), "{run:?}");
    notion.revoke_old();
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, results(&document)), (Some(0), names(&[("secret_manager doppler", true)])), "{document}");
    assert_eq!((held(&home, "doppler"), &document["can_revoke"]), (NEW.to_owned(), &json!(true)));
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, &document["problem"]["code"]), (Some(2), &json!("rotation_same_token")));
}

#[test]
fn a_manager_whose_client_is_gone_or_cannot_replace_is_left_with_a_command() {
    let (_notion, home) = machine();
    send(&home);
    fs::remove_file(home.path().join("bin/vault")).unwrap();
    let (_, plan) = rotate(&home, "rotate --dry-run --json", "");
    let managers: Vec<_> = plan["secret_managers"].as_array().unwrap().iter().map(|copy| copy["unusable"].is_null()).collect();
    assert_eq!((managers, &plan["rotated"]), (vec![false, true], &json!(false)), "{plan}");
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, held(&home, "doppler"), held(&home, "vault")), (Some(1), NEW.to_owned(), TOKEN.to_owned()));
    assert_eq!(document["results"][1]["problem"]["code"], "manager_unusable");
}

#[test]
fn a_login_with_another_token_of_the_account_leaves_its_copies_outdated() {
    let (_notion, home) = machine();
    send(&home);
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    let (_, plan) = rotate(&home, "rotate --dry-run --json", "");
    let outdated =
        |plan: &Value| plan["secret_managers"].as_array().unwrap().iter().map(|copy| copy["outdated"] == true).collect::<Vec<_>>();
    assert_eq!(outdated(&plan), [false, false], "the same token was saved again");
    // The connection's token was refreshed in the portal: the account is the same, the token is not.
    let secrets = fs::read_to_string(home.file("secrets.json")).unwrap();
    home.write_file("secrets.json", &secrets.replace(TOKEN, "ntn_fake_earlier_000000000000000000000000000"));
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    let (_, plan) = rotate(&home, "rotate --dry-run --json", "");
    assert_eq!(outdated(&plan), [true, true]);
}

#[test]
fn a_store_that_cannot_be_written_keeps_the_old_token_and_sends_nothing() {
    let (_notion, home) = machine();
    send(&home);
    let before = fs::read(home.file("secrets.json")).unwrap();
    // A folder in the file's place cannot be replaced by a file.
    fs::remove_file(home.file("secrets.json")).unwrap();
    fs::create_dir_all(home.file("secrets.json").join("in the way")).unwrap();
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, &document["rotated"]), (Some(6), &json!(false)), "{document}");
    assert_eq!(held(&home, "vault"), TOKEN);
    fs::remove_dir_all(home.file("secrets.json")).unwrap();
    fs::write(home.file("secrets.json"), before).unwrap();
    assert_eq!(saved_token(&home), TOKEN);
}

#[test]
fn what_holds_the_old_token_and_is_not_ours_is_named_and_the_page_waits() {
    let (_notion, home) = machine();
    let home = home.with_variable("NOTION_TOKEN", TOKEN);
    fs::write(home.path().join(".claude.json"), json!({"mcpServers": {"notion": {"type": "http", "url": "https://mcp.notion.com/mcp", "headers": {"Authorization": format!("Bearer {TOKEN}")}}}}).to_string()).unwrap();
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, &document["complete"], &document["can_revoke"]), (Some(0), &json!(true), &json!(false)), "{document}");
    let commands: Vec<_> =
        document["left"].as_array().unwrap().iter().map(|left| left["command"].as_str().unwrap().to_owned()).collect();
    assert_eq!(commands.len(), 2, "{document}");
    assert!(commands[0].starts_with("export NOTION_TOKEN="), "{commands:?}");
    assert!(commands[1].starts_with("notion-auth agents connect "), "{commands:?}");
}

/// The store has the new token by then, so the old one can't be compared with anything.
#[test]
fn a_continued_rotation_takes_no_place_with_the_new_token_for_one_with_the_old() {
    let (_notion, mut home) = machine();
    send(&home);
    for token in [NEW, TOKEN] {
        home = home.with_variable("NOTION_TOKEN", token);
        break_managers(&home, true);
        rotate(&home, ROTATE, SMALLER);
        assert_eq!(rotate(&home, ROTATE, NEW).0, Some(1));
        break_managers(&home, false);
        // A file is compared by the end of its token, and the fakes end alike.
        let in_file = if token == NEW { NEW } else { "ntn_fake_before_000000000000000000000000001234" };
        let headers = json!({"Authorization": format!("Bearer {in_file}")});
        let entry = json!({"type": "http", "url": "https://mcp.notion.com/mcp", "headers": headers});
        fs::write(home.path().join(".claude.json"), json!({"mcpServers": {"notion": entry}}).to_string()).unwrap();
        let (exit_code, document) = rotate(&home, ROTATE, NEW);
        assert_eq!((exit_code, &document["complete"]), (Some(0), &json!(true)), "{document}");
        let first: Vec<_> = document["left"].as_array().unwrap().iter().map(|left| &left["before_revoking"]).collect();
        let expected = if token == NEW { vec![] } else { vec![&json!(true); 2] };
        assert_eq!((first, &document["can_revoke"]), (expected.clone(), &json!(expected.is_empty())), "{document}");
    }
}

#[test]
fn what_is_replaced_in_another_way_is_told_with_the_command() {
    let (_notion, home) = machine();
    let account = |name: &str| json!({"workspace": "workspace-9", "name": name});
    let record = |name: &str, more: Value| {
        let mut record = json!({"account": account(name), "workspace": {"id": "workspace-9", "name": name}, "kind": "user",
            "path": "token", "store": "file", "saved_on": "2026-11-01"});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record
    };
    let records = [
        record("oauth@b", json!({"path": "oauth", "connection": {"client_id": "c", "redirect": 8765}})),
        record("cli@b", json!({"path": "cli", "store": "ntn"})),
        record("mcp@b", json!({"kind": "mcp", "mcp": {"server": "https://mcp.notion.com/mcp"}})),
        record(
            "mcp@c",
            json!({"kind": "mcp", "mcp": {"server": "https://mcp.notion.com/mcp", "issuer": "https://mcp.notion.com"}}),
        ),
    ];
    home.write_file("credentials.json", &json!({"schema": 1, "active": null, "credentials": records}).to_string());
    for (name, command) in
        [("oauth@b", "notion-auth refresh"), ("cli@b", "--path cli"), ("mcp@b", "--path mcp"), ("mcp@c", "notion-auth refresh")]
    {
        let (exit_code, document) = rotate(&home, &format!("{ROTATE} workspace-9/{name}"), NEW);
        assert_eq!((exit_code, &document["problem"]["code"]), (Some(1), &json!("rotation_unsupported")), "{document}");
        assert!(document["problem"]["evidence"].as_str().unwrap().contains(command), "{document}");
    }
}

/// The same token, saved for Notion MCP too.
fn machine_with_mcp() -> (Notion, McpServer, Sandbox) {
    let (notion, home) = machine();
    let server = McpServer::start();
    server.change(|settings| settings.own_token = Some(TOKEN));
    let home = home.with_variable("NOTION_MCP_URL", server.url());
    let run = home.run("login --path mcp --token-stdin --store file --json", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    (notion, server, home)
}

#[test]
fn the_same_token_for_notion_mcp_is_replaced_if_its_server_accepts_the_new_one() {
    let (_notion, server, home) = machine_with_mcp();
    server.change(|settings| settings.own_token = Some(NEW));
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, results(&document)), (Some(0), names(&[("store", true), ("mcp", true)])), "{document}");
    let headers = home.run_allowing_secret("mcp --headers", "");
    assert!(headers.stdout.contains(NEW), "{headers:?}");
    let status = home.run("status --json", "").json_document();
    assert_eq!(status["credentials"].as_array().unwrap().len(), 2, "{status}");
}

#[test]
fn a_new_token_that_notion_mcp_refuses_leaves_the_old_one_there_and_unrevoked() {
    let (_notion, _server, home) = machine_with_mcp();
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, results(&document)), (Some(1), names(&[("store", true), ("mcp", false)])), "{document}");
    assert_eq!((&document["can_revoke"], saved_token(&home)), (&json!(false), NEW.to_owned()));
    assert!(document["left"][0]["command"].as_str().unwrap().contains("login --path mcp --token-stdin"), "{document}");
    assert!(home.run_allowing_secret("mcp --headers", "").stdout.contains(TOKEN));
}

#[test]
fn for_a_person_the_page_is_named_last_and_only_if_nothing_is_left() {
    for is_broken in [false, true] {
        let (_notion, home) = machine();
        send(&home);
        if is_broken {
            break_managers(&home, true);
        }
        let run = home.run("rotate --token-stdin --yes", NEW);
        check_no_secret(&run);
        assert_eq!(run.exit_code, Some(i32::from(is_broken)), "{run:?}");
        assert_eq!(run.stderr.contains("Don't revoke the old token yet"), is_broken, "{}", run.stderr);
        assert!(run.stderr.trim_end().ends_with("/developers/tokens"), "{}", run.stderr);
    }
}

#[test]
fn stopped_at_a_secret_manager_it_says_what_is_left_and_can_go_on() {
    let (_notion, home) = machine();
    send(&home);
    let began = home.path().join("began");
    let script = format!("case \"$2\" in patch) : >{}; exec /bin/sleep 600 ;; *) exit 9 ;; esac", began.display());
    home.add_program("vault", &script);
    let mut child = home.start(ROTATE);
    child.stdin.take().unwrap().write_all(NEW.as_bytes()).unwrap();
    poll_until("the client", || began.exists().then_some(()));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let run = CommandOutput::wait(child);
    check_no_secret(&run);
    let document = run.json_document();
    assert_eq!((run.exit_code, &document["problem"]["code"]), (Some(130), &json!("cancelled")), "{document}");
    assert_eq!(results(&document), names(&[("store", true), ("secret_manager vault", false), ("secret_manager doppler", false)]));
    assert_eq!((saved_token(&home), document["left"].as_array().unwrap().len()), (NEW.to_owned(), 2));
    let (_, plan) = rotate(&home, "rotate --dry-run --json", "");
    assert!(plan["secret_managers"].as_array().unwrap().iter().all(|copy| copy["outdated"] == true), "{plan}");
}

/// Two signals arrive while the new token is being written: the file of secrets is locked by another program, for less than the time after
/// which a write gives up. Returns the document, and the home as it was left.
fn interrupted_twice() -> (Notion, Sandbox, Option<i32>, Value) {
    let (notion, home) = machine();
    let lock = FileLock::acquire(&home.file("secrets.json.lock")).unwrap();
    let mut child = home.start(ROTATE);
    child.stdin.take().unwrap().write_all(NEW.as_bytes()).unwrap();
    let is_marker = |file: &std::path::PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("saving-"));
    poll_until("the write", || home.files().iter().any(is_marker).then_some(()));
    // The program waits for the second signal only after it has noticed the first.
    poll_until("the end", || {
        let _ = kill_process(Pid::from_child(&child), Signal::INT);
        child.try_wait().unwrap().map(drop)
    });
    let run = CommandOutput::wait(child);
    drop(lock);
    check_no_secret(&run);
    let document = run.json_document();
    (notion, home, run.exit_code, document)
}

#[test]
fn a_second_signal_in_the_middle_of_the_write_leaves_unknown_what_was_replaced() {
    let is_unknown = |document: &Value| document["rotated"].is_null() && document.get("rotated").is_some();
    // On a busy machine, the write may give up before the second signal, and then the result is known.
    let interrupted = (0..5).map(|_| interrupted_twice()).find(|(.., document)| is_unknown(document));
    let (_notion, home, exit_code, document) = interrupted.expect("each write gave up before the second signal");
    assert_eq!((exit_code, &document["problem"]["code"]), (Some(130), &json!("cancelled")), "{document}");
    assert!(document["problem"]["evidence"].as_str().unwrap().contains("same new token"), "{document}");
    assert!([TOKEN, NEW].contains(&saved_token(&home).as_str()));
    let (exit_code, document) = rotate(&home, ROTATE, NEW);
    assert_eq!((exit_code, &document["can_revoke"], saved_token(&home)), (Some(0), &json!(true), NEW.to_owned()), "{document}");
    assert_eq!(home.run("status --json", "").json_document()["leftovers"], json!([]));
}

#[test]
fn at_a_terminal_the_token_is_asked_for_and_not_shown() {
    let (notion, home) = machine();
    // No browser can be opened.
    let home = home.with_variable("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    let terminal = home.start_terminal((100, 30), "rotate");
    terminal.wait_for_text("press Enter. It is not shown.");
    terminal.send_text(&format!("{NEW}\r"));
    terminal.wait_for_text("When does it expire?");
    terminal.send_text("someday\r");
    terminal.wait_for_text("use 7d, 30d");
    terminal.send_text("90d\r");
    terminal.wait_for_text("Type y or n");
    terminal.send_text("y\r");
    terminal.wait_for_text("refuses the old token?");
    terminal.send_text("y\r");
    terminal.wait_for_text("Notion still accepts the old token");
    notion.revoke_old();
    terminal.send_text("y\r");
    terminal.wait_for_text("The rotation is complete.");
    assert_eq!(saved_token(&home), NEW);
}
