//! Needs the real `ntn` 0.4.0: the Workers runbook in the wizard, from a folder of sources to a token that `ntn` confirms.
#![expect(clippy::disallowed_methods, reason = "prepares a project, and looks at what other programs left")]

use super::{FIRST, WIDE, shows};
use crate::installed::ntn::real_ntn_folder;
use crate::support::notion::TOKEN;
use crate::support::ntn::NtnHome;
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::workers_server::{PROVIDER_TOKEN, WORKSPACE, WorkersServer};
use notion_auth::domain::workers::provider::provider;
use serde_json::json;
use tempfile::TempDir;

const CLIENT_ID: &str = "fake-client-id-0000";
const CLIENT_SECRET: &str = "fake_client_secret_0000000000000000";

/// Somebody who is logged in to `ntn`, and the folder of a worker that nobody has deployed.
struct LoggedInDeveloper {
    server: WorkersServer,
    person: NtnHome,
    project: TempDir,
}

impl LoggedInDeveloper {
    fn new() -> Self {
        let server = WorkersServer::start_oauth(provider("github").expect("it is shipped"));
        let person = NtnHome::with_programs(&real_ntn_folder()).with_variables([
            ("NOTION_ENV", "local".to_owned()),
            ("NOTION_KEYRING", "0".to_owned()),
            ("NOTION_API_BASE_URL", server.base_url()),
            ("TERM", "xterm-256color".to_owned()),
        ]);
        person.write_state("auth.json", &json!({WORKSPACE: TOKEN}).to_string());
        person.write_state("config.json", &json!({"version": "1", "defaultWorkspaceIds": {"local": WORKSPACE}}).to_string());
        let project = TempDir::new().unwrap();
        let sources = json!({"dependencies": {"@notionhq/workers": "^0.9.2"}});
        std::fs::write(project.path().join("package.json"), sources.to_string()).unwrap();
        Self { server, person, project }
    }

    /// The wizard, started in the worker's folder, with the runbook or its first question in sight.
    fn runbook(&self) -> TestTerminal {
        let variables: Vec<_> = self.person.variables().collect();
        let folder = self.project.path().to_str().unwrap();
        let script = ["-c", "cd \"$0\" && exec \"$1\"", folder, env!("CARGO_BIN_EXE_notion-auth")];
        let terminal = TestTerminal::start(WIDE, "/bin/sh", &script, &variables);
        terminal.wait_for_text(FIRST);
        terminal.send_text("2");
        terminal.wait_for_text("Which kind of OAuth?");
        terminal.send_text("2");
        terminal
    }

    fn leave(&self, terminal: &TestTerminal, by: TerminalKey, exit_code: u32) {
        terminal.send_key(by);
        assert_eq!(terminal.wait_exit().exit_code(), exit_code);
        terminal.assert_restored();
        self.person.wait_for_processes(|alive| alive == 0);
        for secret in [TOKEN, CLIENT_SECRET, PROVIDER_TOKEN] {
            assert!(!shows(terminal, secret), "{secret} was shown");
        }
    }
}

#[test]
fn the_runbook_ends_with_a_token_that_ntn_confirms_also_where_it_was_left_in_the_middle() {
    let desk = LoggedInDeveloper::new();
    let terminal = desk.runbook();
    terminal.wait_for_text("What does the worker sign in to?");
    terminal.send_text("1");
    terminal.wait_for_text("What's the OAuth key");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("⏎ create it");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("workers.json names the worker");
    terminal.wait_for_text("⏎ deploy ");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("registered capability: github");
    desk.leave(&terminal, TerminalKey::Ctrl('c'), 130);

    // The next day: neither provider nor key is asked for again, and what is done is found done.
    let terminal = desk.runbook();
    terminal.wait_for_text("registered capability: github");
    terminal.wait_for_text("/workers/oauth/callback");
    terminal.wait_for_text("⏎ mark registered");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("marked done by you");
    terminal.wait_for_text("⏎ enter them");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Client ID and secret of your GitHub app");
    terminal.paste(CLIENT_ID);
    terminal.paste(CLIENT_SECRET);
    terminal.wait_for_text("store both");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET are set");
    terminal.wait_for_text("⏎ deploy again");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("deployed after they were stored");
    terminal.wait_for_text("⏎ get the token");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("https://github.com/login/oauth/authorize");
    desk.server.give_consent();
    terminal.wait_for_text("⏎ finish");
    desk.leave(&terminal, TerminalKey::Enter, 0);
    terminal.wait_for_text("Notion has a token from GitHub");

    let printed = desk.person.run_ntn(&[
        "--workers-config-file",
        desk.project.path().join("workers.json").to_str().unwrap(),
        "workers",
        "oauth",
        "token",
        "github",
        "--plain",
    ]);
    assert_eq!(String::from_utf8_lossy(&printed.stdout).trim(), PROVIDER_TOKEN, "{printed:?}");
    assert_eq!(desk.server.variables().get("GITHUB_CLIENT_SECRET").map(String::as_str), Some(CLIENT_SECRET));
}
