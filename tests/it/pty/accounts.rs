//! Accounts in a terminal, against a store of its own: what the keys change is what the commands see afterwards.

use super::{FIRST, ended};
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::pty::TerminalKey;
use crate::support::sandbox::Sandbox;

/// One that is kept, and beside it another of the same Notion.
fn two_workspaces() -> (FakeNotion, Sandbox) {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    let read = |name: &str| serde_json::from_str::<serde_json::Value>(&crate::login::read(&home.file(name))).unwrap();
    let mut records = read("credentials.json");
    let mut record = records["credentials"][0].clone();
    record["account"]["workspace"] = "workspace-2".into();
    record["workspace"] = serde_json::json!({ "id": "workspace-2", "name": "Other Works" });
    records["credentials"].as_array_mut().unwrap().push(record);
    home.write_file("credentials.json", &records.to_string());
    let mut secrets = read("secrets.json");
    secrets["secrets"]["workspace-2/token@bot-1"] = TOKEN.into();
    home.write_file("secrets.json", &secrets.to_string());
    (notion, home)
}

fn active(home: &Sandbox) -> String {
    home.run("status --json", "").json_document()["active"]["workspace"]["id"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn one_is_switched_to_verified_and_logged_out_of() {
    let (_notion, home) = two_workspaces();
    assert_eq!(active(&home), "workspace-1");
    let terminal = home.start_terminal((100, 44), "");
    terminal.wait_for_text(FIRST);
    terminal.wait_for_text("Continue");
    terminal.send_text("s");
    terminal.wait_for_text("Accounts: 2 credentials");
    terminal.send_text("2");
    terminal.wait_for_text("workspace-2/token");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("is now active");
    assert_eq!(active(&home), "workspace-2");

    terminal.send_text("r");
    terminal.wait_for_text("Notion accepted the token.");
    terminal.send_text("x");
    terminal.wait_for_text("Log out of Other Works");
    assert_eq!(active(&home), "workspace-2");
    terminal.send_text("y");
    terminal.wait_for_text("Other Works: deleted from the file.");
    terminal.wait_for_text("Accounts: 1 credential");
    assert_eq!(active(&home), "workspace-1");
    assert!(!crate::login::read(&home.file("secrets.json")).contains("workspace-2"));
    terminal.send_text("q");
    ended(&terminal, 130);
}
