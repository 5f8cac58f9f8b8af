//! Accounts in a terminal, against a store of its own: what the keys change is what the commands see afterwards.

use super::{FIRST, ended};
use crate::support::binary::Home;
use crate::support::notion::{FakeNotion, TOKEN, member};
use crate::support::pty::Key;

/// One that is kept, and beside it another of the same Notion.
fn two_workspaces() -> (FakeNotion, Home) {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).code, Some(0));
    let read = |name: &str| serde_json::from_str::<serde_json::Value>(&crate::login::read(&home.file(name))).unwrap();
    let mut records = read("credentials.json");
    let mut record = records["credentials"][0].clone();
    record["account"]["workspace"] = "workspace-2".into();
    record["workspace"] = serde_json::json!({ "id": "workspace-2", "name": "Other Works" });
    records["credentials"].as_array_mut().unwrap().push(record);
    home.put("credentials.json", &records.to_string());
    let mut secrets = read("secrets.json");
    secrets["secrets"]["workspace-2/token@bot-1"] = TOKEN.into();
    home.put("secrets.json", &secrets.to_string());
    (notion, home)
}

fn active(home: &Home) -> String {
    home.run("status --json", "").document()["active"]["workspace"]["id"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn one_is_switched_to_verified_and_logged_out_of() {
    let (_notion, home) = two_workspaces();
    assert_eq!(active(&home), "workspace-1");
    let terminal = home.terminal((100, 44), "");
    terminal.wait_for_text(FIRST);
    terminal.wait_for_text("Continue");
    terminal.press("s");
    terminal.wait_for_text("Accounts: 2 credentials are here");
    terminal.press("2");
    terminal.wait_for_text("workspace-2/token");
    terminal.key(Key::Enter);
    terminal.wait_for_text("is the active one now");
    terminal.wait_for_text("it is the active one already");
    assert_eq!(active(&home), "workspace-2");

    terminal.press("r");
    terminal.wait_for_text("Notion answers to this token.");
    terminal.press("x");
    terminal.wait_for_text("Log out of Other Works");
    assert_eq!(active(&home), "workspace-2");
    terminal.press("y");
    terminal.wait_for_text("Other Works: deleted from the file.");
    terminal.wait_for_text("Accounts: one credential is here");
    assert_eq!(active(&home), "workspace-1");
    assert!(!crate::login::read(&home.file("secrets.json")).contains("workspace-2"));
    terminal.press("q");
    ended(&terminal, 130);
}
