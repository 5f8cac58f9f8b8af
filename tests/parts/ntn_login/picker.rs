//! The list of workspaces that `ntn` shows where it knows some: answered by us, from what was asked for.

use super::NtnLoginRun;
use crate::support::login_server::{LoginServer, approval_response};
use crate::support::notion::TOKEN;
use crate::support::ntn::{NtnHome, fake_ntn_folder};
use notion_auth::domain::login::{LoginFlow, LoginTarget};
use notion_auth::domain::problem::ProblemCode;
use serde_json::{Value, json};

/// Two of the same name, two of their own, and one that looks as if it were marked.
const KNOWN: [(&str, &str); 5] =
    [("id-1", "Beta"), ("id-2", "Alpha"), ("id-3", "Beta"), ("id-4", "Éclair \u{1f370}"), ("id-6", "> marked")];

/// Knows all of them, and has a token for the second alone.
fn person(server: &LoginServer) -> NtnHome {
    let person = NtnHome::with_server(server);
    let entry = |(id, name): (&str, &str)| (id.to_owned(), json!({"id": id, "name": name}));
    let entries: Value = KNOWN.into_iter().map(entry).collect::<serde_json::Map<_, _>>().into();
    person.write_state("workspaces.json", &json!({"version": "1", "environments": {"local": entries}}).to_string());
    person.write_state("config.json", &json!({"version": "1", "defaultWorkspaceIds": {"local": "id-1"}}).to_string());
    person.write_state("auth.json", &json!({"id-2": TOKEN}).to_string());
    person
}

#[tokio::test]
async fn one_with_a_token_becomes_the_default_and_no_browser_opens() {
    let server = LoginServer::start();
    let person = person(&server);
    let login = NtnLoginRun::of(&person, LoginTarget::Stored("id-2".into())).end().await.unwrap().unwrap();
    assert_eq!((login.workspace.id.as_str(), login.workspace.name.as_deref()), ("id-2", Some("Alpha")));
    assert_eq!(person.read_state("config.json")["defaultWorkspaceIds"]["local"], "id-2");
    assert_eq!(server.started_count(), 0);
}

#[tokio::test]
async fn one_whose_token_is_gone_is_logged_in_to_anew() {
    for (id, name) in [KNOWN[0], KNOWN[2], KNOWN[3], KNOWN[4]] {
        let server = LoginServer::start();
        let person = person(&server);
        server.approve_for(id, name);
        let mut login = NtnLoginRun::of(&person, LoginTarget::Stored(id.into()));
        let workspace = (&mut login.job).await.unwrap().unwrap().workspace;
        assert_eq!((workspace.id.as_str(), workspace.name.as_deref()), (id, Some(name)));
        assert!(login.invitations.try_recv().is_ok(), "the person has to approve it");
    }
}

#[tokio::test]
async fn a_new_one_is_the_last_row() {
    let server = LoginServer::start().on_redeem(approval_response("id-5", "Gamma"));
    let person = person(&server);
    let login = NtnLoginRun::of(&person, LoginTarget::New).end().await.unwrap().unwrap();
    assert_eq!(login.workspace.id, "id-5");
    assert_eq!(person.read_state("workspaces.json")["environments"]["local"].as_object().unwrap().len(), 6);
}

#[tokio::test]
async fn one_that_ntn_no_longer_knows_is_not_guessed_at() {
    let server = LoginServer::start();
    let evidence = NtnLoginRun::of(&person(&server), LoginTarget::Stored("id-9".into())).failure(ProblemCode::NtnFailed).await;
    assert_eq!(evidence, "ntn no longer knows the workspace id-9");
    assert_eq!(server.started_count(), 0);
}

#[tokio::test]
async fn a_list_that_is_not_understood_is_left_alone() {
    let question = "echo '? Select a workspace ›'";
    for (rows, what) in [
        ("printf '  Alpha\\n  Beta\\n  Authenticate with new workspace\\n'; sleep 60", "no mark"),
        ("printf '❯ Alpha\\n❯ Beta\\n  Authenticate with new workspace\\n'; sleep 60", "two marks"),
        ("printf '❯ Gamma\\n  Delta\\n  Authenticate with new workspace\\n'; sleep 60", "other names"),
        ("printf '❯ Beta\\n  Alpha\\n  Something else\\n'; sleep 60", "another end"),
        (
            "while :; do printf '❯ Beta\\n  Alpha\\n  Authenticate with new workspace\\n'; sleep 0.01; done",
            "a mark that does not move",
        ),
    ] {
        let folder = fake_ntn_folder(LoginFlow::Terminal, &format!("{question}\n{rows}"));
        let person = NtnHome::with_programs(folder.path());
        let entries = json!({"id-1": {"id": "id-1", "name": "Alpha"}, "id-2": {"id": "id-2", "name": "Beta"}});
        person.write_state("workspaces.json", &json!({"version": "1", "environments": {"prod": entries}}).to_string());
        let evidence = NtnLoginRun::of(&person, LoginTarget::Stored("id-1".into())).failure(ProblemCode::NtnFailed).await;
        assert_eq!(evidence, "couldn't choose \"Alpha\" in ntn's list of workspaces", "{what}");
        person.wait_for_processes(|alive| alive == 0);
    }
}

#[tokio::test]
async fn a_list_that_stops_half_way_is_given_up_within_seconds() {
    let folder =
        fake_ntn_folder(LoginFlow::Terminal, "echo '? Select a workspace ›'; echo '❯ Alpha'; : >\"$HOME/drawn\"; sleep 60");
    let person = NtnHome::with_programs(folder.path());
    let entries = json!({"id-1": {"id": "id-1", "name": "Alpha"}});
    person.write_state("workspaces.json", &json!({"version": "1", "environments": {"prod": entries}}).to_string());
    let mut login = NtnLoginRun::of(&person, LoginTarget::New);
    let drawn = person.state_file("../drawn");
    let is_drawn = async {
        while !drawn.exists() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = is_drawn => tokio::time::pause(),
        outcome = &mut login.job => panic!("{outcome:?}"),
    }
    let evidence = login.failure(ProblemCode::NtnFailed).await;
    assert!(evidence.contains("list of workspaces"), "{evidence}");
}
