//! Needs the real `ntn` 0.4.0: the Workers runbook in plain mode, from a folder of sources to a token that `ntn` confirms.
#![expect(clippy::disallowed_methods, reason = "prepares a project")]

use super::{FIRST, PlainConversation, WIDE, accept};
use crate::installed::ntn::real_ntn_folder;
use crate::support::notion::TOKEN;
use crate::support::ntn::NtnHome;
use crate::support::pty::TestTerminal;
use crate::support::workers_server::{PROVIDER_TOKEN, WORKSPACE, WorkersServer};
use notion_auth::domain::workers::provider::provider;
use serde_json::json;
use tempfile::TempDir;

const CLIENT_ID: &str = "fake-client-id-0000";
const CLIENT_SECRET: &str = "fake_client_secret_0000000000000000";

#[test]
fn the_runbook_is_walked_from_a_folder_of_sources_to_a_token() {
    let server = WorkersServer::start_oauth(provider("github").expect("it is shipped"));
    let person = NtnHome::with_programs(&real_ntn_folder()).with_variables([
        ("NOTION_ENV", "local".to_owned()),
        ("NOTION_KEYRING", "0".to_owned()),
        ("NOTION_API_BASE_URL", server.base_url()),
        ("TERM", "dumb".to_owned()),
        ("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22".to_owned()),
    ]);
    person.write_state("auth.json", &json!({WORKSPACE: TOKEN}).to_string());
    person.write_state("config.json", &json!({"version": "1", "defaultWorkspaceIds": {"local": WORKSPACE}}).to_string());
    let project = TempDir::new().unwrap();
    let sources = json!({"dependencies": {"@notionhq/workers": "^0.9.2"}});
    std::fs::write(project.path().join("package.json"), sources.to_string()).unwrap();
    let variables: Vec<_> = person.variables().collect();
    let folder = project.path().to_str().unwrap();
    let script = ["-c", "cd \"$0\" && exec \"$1\"", folder, env!("CARGO_BIN_EXE_notion-auth")];
    let it = PlainConversation::new(TestTerminal::start(WIDE, "/bin/sh", &script, &variables));

    it.hear(FIRST).say("2").hear("Which kind of OAuth? ").say("2").hear("What does the worker sign in to? ");
    it.say("1").hear("What's the OAuth key").hear("worker.oauth): ").say("").hear("Which step do you want to run? ");
    it.say("").hear("waiting: Running ntn workers ").hear("workers.json names the worker").hear("want to run? ");
    it.say("").hear("registered capability: github").hear("/workers/oauth/callback").hear("want to run? ");
    it.say("").hear("marked done by you").hear("want to run? ");
    it.say("").hear("The app's client ID: ").say(CLIENT_ID).hear("The app's client secret (hidden): ");
    it.say(CLIENT_SECRET).hear("GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET are set").hear("want to run? ");
    it.say("").hear("deployed after they were stored").hear("want to run? ");
    it.say("").hear("https://github.com/login/oauth/authorize").hear("waiting: Waiting for the token");
    server.give_consent();
    it.hear("Notion has a token from GitHub").hear("want to run? ").say("");
    it.assert_ended(0);
    person.wait_for_processes(|alive| alive == 0);
    let told = it.transcript(&[]);
    for secret in [CLIENT_SECRET, PROVIDER_TOKEN] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    assert_eq!(server.variables().get("GITHUB_CLIENT_SECRET").map(String::as_str), Some(CLIENT_SECRET));
    let name = project.path().file_name().unwrap().to_str().unwrap().trim_start_matches('.');
    let told = it.transcript(&[
        (folder, "PROJECT"),
        (name, "NAME"),
        (person.home().to_str().unwrap(), "HOME"),
        (&server.base_url(), "http://notion"),
    ]);
    accept("workers", told.split_once("Step 3 of 6").unwrap().1.split_once("The app's client secret").unwrap().0);
}
