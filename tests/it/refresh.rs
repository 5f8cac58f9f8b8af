//! The life of an own connection after its login, with the built binary: refreshed, raced for, taken back.
#![cfg(unix)]

mod logout;
mod race;
mod signals;
mod storm;

use crate::support::connection_fakes::client;
use crate::support::connection_life::{REFRESH, account, authorize, checked, record};
use crate::support::headline;
use crate::support::notion::{FakeNotion, Response};
use crate::support::oauth_server::{OauthServer, TokenPairs};
use crate::support::sandbox::{CommandOutput, Sandbox};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::file_store::FileStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::domain::credentials::Secrets;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;
use serde_json::json;
use std::sync::Mutex;
use std::sync::mpsc::channel;

/// A Notion with an own connection, and a home where somebody has logged in through it, kept in the private file.
struct Life {
    server: OauthServer,
    home: Sandbox,
}

impl Life {
    fn new() -> Self {
        Self::at(OauthServer::start())
    }

    fn at(server: OauthServer) -> Self {
        let home = Sandbox::new().with_variable("NOTION_API_BASE_URL", server.base_url());
        let life = Self { server, home };
        life.log_in();
        life
    }

    /// Authorizes and keeps, as the wizard does.
    fn log_in(&self) {
        self.store().save_blocking(record(), &authorize(&self.server)).unwrap();
    }

    fn folders(&self) -> Folders {
        Folders::under(self.home.path().join(".config/notion-auth"))
    }

    fn store(&self) -> LocalStore {
        LocalStore::new(&self.folders(), Some("off".into()))
    }

    fn kept(&self) -> Secrets {
        self.store().load_blocking(&account()).unwrap()
    }

    /// Nothing it says may hold a secret.
    #[track_caller]
    fn run(&self, arguments: &str) -> CommandOutput {
        checked(self.home.run(arguments, ""))
    }

    /// Checks that Notion accepts the saved tokens.
    #[track_caller]
    fn assert_alive(&self) {
        let kept = self.kept();
        assert!(self.server.is_token_valid(kept.token.expose()), "the access token is dead");
        assert!(self.server.is_token_valid(kept.refresh.unwrap().expose()), "the refresh token is dead");
        assert_eq!(kept.client_secret, Some(client().secret));
    }
}

#[test]
fn a_refresh_puts_notions_new_pair_in_the_old_ones_place() {
    let life = Life::new();
    let before = life.kept();
    let run = life.run("refresh");
    let expected = "Fake Works: the tokens were refreshed and saved in the file.\n";
    assert_eq!((run.exit_code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", expected));
    assert_ne!(life.kept().token, before.token);
    assert_ne!(life.kept().refresh, before.refresh);
    life.assert_alive();
    let token = life.home.run_allowing_secret("token", "");
    assert_eq!(token.stdout, format!("{}\n", life.kept().token.expose()));
}

#[test]
fn a_connection_that_its_person_ended_is_refused_and_stays_as_it_was() {
    let life = Life::new();
    life.server.disconnect();
    let before = life.kept();
    let run = life.run("refresh workspace-1");
    assert_eq!(run.exit_code, Some(4), "{run:?}");
    assert!(run.stderr.contains(headline(ProblemCode::RefreshRefused)), "{}", run.stderr);
    assert!(run.stderr.contains("notion-auth login --path oauth"), "{}", run.stderr);
    assert_eq!(life.kept(), before);
}

#[test]
fn an_answer_that_never_came_changes_nothing_here_and_leaves_the_doubt_that_there_is() {
    let life = Life::new();
    life.server.answer_next("/v1/oauth/token", Response::closed());
    let run = life.run("refresh");
    assert_eq!(run.exit_code, Some(5), "{run:?}");
    let messages = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(messages.contains("Notion may have renewed the tokens") && !messages.contains("untouched"), "{messages}");
    life.assert_alive();
    assert_eq!(life.home.data_files().len(), 2, "the room for an answer is given back");
}

#[test]
fn a_refusal_keeps_a_newer_token_that_somebody_else_kept_meanwhile() {
    let life = Life::new();
    let newer = authorize(&life.server);
    // Says that it was asked, and answers once it may.
    let ((asked, heard), (may, go)) = (channel(), channel::<()>());
    let go = Mutex::new(go);
    let notion = FakeNotion::start(move |_| {
        asked.send(()).unwrap();
        go.lock().unwrap().recv().unwrap();
        Response::json(400, json!({"error": "invalid_grant"}))
    });
    let life = Life { home: life.home.with_variable("NOTION_API_BASE_URL", notion.base_url()), ..life };
    let refresh = life.home.start("refresh");
    heard.recv().unwrap();
    // Somebody who takes no turns.
    let file = FileStore::new(&life.folders());
    let entries = newer.entries(&account());
    for (entry, secret) in entries.into_iter().filter_map(|(entry, secret)| Some((entry, secret?))) {
        file.write(&entry, secret).unwrap();
    }
    may.send(()).unwrap();
    let run = checked(CommandOutput::wait(refresh));
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.starts_with("Fake Works: another notion-auth process has just refreshed the tokens"), "{}", run.stderr);
    assert_eq!(life.kept(), newer);
    life.assert_alive();
}

#[test]
fn a_second_login_stands_whether_notion_gives_another_pair_or_the_same() {
    for pairs in [TokenPairs::Fresh, TokenPairs::Existing] {
        let life = Life::at(OauthServer::start().with_settings(|behaviour| behaviour.pairs = pairs));
        let first = life.kept();
        life.log_in();
        assert_eq!(life.kept() == first, pairs == TokenPairs::Existing);
        life.assert_alive();
        assert_eq!(life.run("refresh").exit_code, Some(0));
        life.assert_alive();
        let credentials = life.home.run("status --json", "").json_document()["credentials"].clone();
        assert_eq!(credentials.as_array().unwrap().len(), 1, "{credentials}");
    }
}

#[test]
fn where_notion_gives_no_refresh_token_there_is_nothing_to_refresh() {
    let life = Life::at(OauthServer::start().with_settings(|behaviour| behaviour.pairs = TokenPairs::WithoutRefresh));
    assert_eq!(life.kept().refresh, None::<Secret>);
    let run = life.run("refresh");
    assert_eq!(run.exit_code, Some(1), "{run:?}");
    assert!(run.stderr.contains("Notion issued no refresh token with it"), "{}", run.stderr);
    assert_eq!(life.server.request_count(REFRESH), 0);
}
