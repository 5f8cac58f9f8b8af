//! Several workspaces with the built binary: switching between them, and a reset that leaves nothing behind, with files, with
//! a real Secret Service, and in a terminal.
#![cfg(target_os = "linux")]

use crate::support::binary::{Home, Run};
use crate::support::notion::{FakeNotion, TOKEN, member};
use crate::support::pty::Key;
use crate::support::secret_service::SecretService;

/// Signed in, with the token in the file.
fn signed_in() -> (FakeNotion, Home) {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.code, Some(0), "{run:?}");
    (notion, home)
}

/// Beside the one that is kept.
fn another(home: &Home, id: &str, name: &str) {
    let mut records: serde_json::Value = serde_json::from_str(&crate::login::read(&home.file("credentials.json"))).unwrap();
    let mut record = records["credentials"][0].clone();
    record["account"]["workspace"] = id.into();
    record["workspace"] = serde_json::json!({ "id": id, "name": name });
    records["credentials"].as_array_mut().unwrap().push(record);
    home.put("credentials.json", &records.to_string());
    let mut secrets: serde_json::Value = serde_json::from_str(&crate::login::read(&home.file("secrets.json"))).unwrap();
    secrets["secrets"][format!("{id}/token@bot-1")] = "ntn_fake_other_00000000000000000000000000000".into();
    home.put("secrets.json", &secrets.to_string());
}

fn would_remove(run: &Run) -> Vec<String> {
    run.out.lines().map(|line| line.strip_prefix("would remove ").unwrap().to_owned()).collect()
}

fn removed(run: &Run) -> Vec<String> {
    run.err.lines().filter_map(|line| line.strip_prefix("removed ")).map(Into::into).collect()
}

#[test]
fn switching_changes_what_token_prints_and_status_says_so() {
    let (_notion, home) = signed_in();
    another(&home, "workspace-2", "Other Works");
    let run = home.run("switch other", "");
    assert_eq!(run.code, Some(4), "{run:?}");
    let run = home.run("switch workspace-2", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.err.starts_with("Other Works is the active one now"), "{}", run.err);
    assert_eq!(home.run_showing_the_secret("token", "").out, "ntn_fake_other_00000000000000000000000000000\n");
    assert_eq!(home.run_showing_the_secret("token --workspace workspace-1", "").out, format!("{TOKEN}\n"));
    let status = home.run("status --json", "").document();
    assert_eq!(status["active"]["workspace"]["id"], "workspace-2");
    assert_eq!(status["credentials"].as_array().unwrap().len(), 2);
}

#[test]
fn a_reset_removes_exactly_what_the_dry_run_listed_and_asks_before() {
    let (_notion, home) = signed_in();
    let before = home.files();
    let dry = home.run("reset --dry-run", "");
    assert_eq!(dry.code, Some(0), "{dry:?}");
    assert_eq!(home.files(), before);
    let refused = home.run("reset", "yes\n");
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    assert_eq!(home.files(), before);

    let run = home.run("reset --yes", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(removed(&run), would_remove(&dry));
    assert_eq!(home.contents(), [""; 0].map(std::path::PathBuf::from));
    let talk = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(talk.contains("these stay good at Notion: Fake Works."), "{talk}");
    assert_eq!(home.run("reset --yes", "").err, "notion-auth keeps nothing on this machine.\n");
}

#[test]
fn files_of_ntn_are_not_ours_to_reset() {
    let (_notion, home) = signed_in();
    let folder = home.path().join(".config/notion");
    std::fs::create_dir_all(&folder).unwrap();
    home.put("../notion/auth.json", r#"{"ws-9": "ntn_fake_of_ntn_0000000000000000000000000000"}"#);
    let run = home.run("reset --yes", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(home.contents(), [folder.join("auth.json")]);
    assert!(run.err.contains("ntn's own login to ws-9 is untouched"), "{}", run.err);
}

#[test]
fn corrupt_files_are_when_one_needs_it() {
    let home = Home::new();
    home.put("credentials.json", "{ half");
    home.put("secrets.json", "\u{0}\u{0}");
    assert_ne!(home.run("logout --all", "").code, Some(0));
    let dry = home.run("reset --dry-run --json", "").document();
    assert_eq!(dry["removes"].as_array().unwrap().len(), 2, "{dry}");
    let run = home.run("reset --yes", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(home.contents(), [""; 0].map(std::path::PathBuf::from));
    assert!(run.err.contains("No keychain was looked into"), "what nobody can know is said: {}", run.err);
}

#[test]
fn the_real_keychain_is_emptied_of_ours_and_of_nobody_elses() {
    let service = SecretService::start();
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion).with_keychain(&service);
    let run = home.run("login --token-stdin --store keychain", TOKEN);
    assert_eq!(run.code, Some(0), "{run:?}");
    service.keep(&["service", "notion-cli", "username", "workspace-1"], "ntn_fake_of_ntn_0000000000000000000000000000");
    // Entries are found by their service, even where nobody can say any more which there are.
    home.put("credentials.json", "{ half");
    let ours =
        |service: &SecretService| service.secret_tool(&["lookup", "service", "notion-auth", "username", "workspace-1/token@bot-1"]);

    let dry = home.run("reset --dry-run", "");
    assert!(would_remove(&dry).contains(&"keychain entry: workspace-1/token@bot-1".to_owned()), "{dry:?}");
    assert_eq!(ours(&service), TOKEN);
    let run = home.run("reset --yes", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(removed(&run), would_remove(&dry));
    assert_eq!(ours(&service), "");
    let other = service.secret_tool(&["lookup", "service", "notion-cli", "username", "workspace-1"]);
    assert_eq!(other, "ntn_fake_of_ntn_0000000000000000000000000000");
}

#[test]
fn in_a_terminal_it_asks_and_only_yes_is_a_yes() {
    let (_notion, home) = signed_in();
    for (answer, code) in [("y", 130), ("yes", 0)] {
        let terminal = home.terminal((100, 40), "reset");
        terminal.wait_for_text("Type yes and press Enter");
        terminal.press(answer);
        terminal.key(Key::Enter);
        assert_eq!(terminal.wait_exit().exit_code(), code, "{}", terminal.screen_text());
        assert_eq!(home.file("secrets.json").exists(), code != 0);
    }
}
