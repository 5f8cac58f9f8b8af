//! Several workspaces with the built binary: switching between them, and a reset that leaves nothing behind, with files
//! and in a terminal.
#![cfg(target_os = "linux")]

use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::pty::TerminalKey;
use crate::support::reset_output::{removed, would_remove};
use crate::support::sandbox::Sandbox;

/// Signed in, with the token in the file.
fn signed_in() -> (FakeNotion, Sandbox) {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    (notion, home)
}

/// Beside the one that is kept.
fn another(home: &Sandbox, id: &str, name: &str) {
    let mut records: serde_json::Value = serde_json::from_str(&crate::login::read(&home.file("credentials.json"))).unwrap();
    let mut record = records["credentials"][0].clone();
    record["account"]["workspace"] = id.into();
    record["workspace"] = serde_json::json!({ "id": id, "name": name });
    records["credentials"].as_array_mut().unwrap().push(record);
    home.write_file("credentials.json", &records.to_string());
    let mut secrets: serde_json::Value = serde_json::from_str(&crate::login::read(&home.file("secrets.json"))).unwrap();
    secrets["secrets"][format!("{id}/token@bot-1")] = "ntn_fake_other_00000000000000000000000000000".into();
    home.write_file("secrets.json", &secrets.to_string());
}

#[test]
fn switching_changes_what_token_prints_and_status_says_so() {
    let (_notion, home) = signed_in();
    another(&home, "workspace-2", "Other Works");
    let run = home.run("switch other", "");
    assert_eq!(run.exit_code, Some(4), "{run:?}");
    let run = home.run("switch workspace-2", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.starts_with("Other Works is now active"), "{}", run.stderr);
    assert_eq!(home.run_allowing_secret("token", "").stdout, "ntn_fake_other_00000000000000000000000000000\n");
    assert_eq!(home.run_allowing_secret("token --workspace workspace-1", "").stdout, format!("{TOKEN}\n"));
    let status = home.run("status --json", "").json_document();
    assert_eq!(status["active"]["workspace"]["id"], "workspace-2");
    assert_eq!(status["credentials"].as_array().unwrap().len(), 2);
}

#[test]
fn a_reset_removes_exactly_what_the_dry_run_listed_and_asks_before() {
    let (_notion, home) = signed_in();
    let before = home.files();
    let dry = home.run("reset --dry-run", "");
    assert_eq!(dry.exit_code, Some(0), "{dry:?}");
    assert_eq!(home.files(), before);
    let refused = home.run("reset", "yes\n");
    assert_eq!(refused.exit_code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    assert_eq!(home.files(), before);

    let run = home.run("reset --yes", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(removed(&run), would_remove(&dry));
    assert_eq!(home.data_files(), [""; 0].map(std::path::PathBuf::from));
    let messages = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(messages.contains("These stay valid at Notion: Fake Works."), "{messages}");
    assert_eq!(home.run("reset --yes", "").stderr, "notion-auth stores nothing on this machine.\n");
}

#[test]
fn files_of_ntn_are_not_ours_to_reset() {
    let (_notion, home) = signed_in();
    let folder = home.path().join(".config/notion");
    std::fs::create_dir_all(&folder).unwrap();
    home.write_file("../notion/auth.json", r#"{"ws-9": "ntn_fake_of_ntn_0000000000000000000000000000"}"#);
    let run = home.run("reset --yes", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(home.data_files(), [folder.join("auth.json")]);
    assert!(run.stderr.contains("ntn is still logged in to ws-9"), "{}", run.stderr);
}

#[test]
fn corrupt_files_are_when_one_needs_it() {
    let home = Sandbox::new();
    home.write_file("credentials.json", "{ half");
    home.write_file("secrets.json", "\u{0}\u{0}");
    assert_ne!(home.run("logout --all", "").exit_code, Some(0));
    let dry = home.run("reset --dry-run --json", "").json_document();
    assert_eq!(dry["removes"].as_array().unwrap().len(), 2, "{dry}");
    let run = home.run("reset --yes", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(home.data_files(), [""; 0].map(std::path::PathBuf::from));
    assert!(run.stderr.contains("The keychain was not searched"), "what nobody can know is said: {}", run.stderr);
}

#[test]
fn in_a_terminal_it_asks_and_only_yes_is_a_yes() {
    let (_notion, home) = signed_in();
    for (answer, code) in [("y", 130), ("yes", 0)] {
        let terminal = home.start_terminal((100, 40), "reset");
        terminal.wait_for_text("Type yes and press Enter");
        terminal.send_text(answer);
        terminal.send_key(TerminalKey::Enter);
        assert_eq!(terminal.wait_exit().exit_code(), code, "{}", terminal.screen_text());
        assert_eq!(home.file("secrets.json").exists(), code != 0);
    }
}
