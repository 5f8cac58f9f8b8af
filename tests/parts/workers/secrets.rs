//! The places that a client's id and secret are sent to, and that they are sent nowhere else.

use super::{CLIENT_ID, CLIENT_SECRET, WorkerDesk, client, credentials, deploy, github, within};
use crate::support::notion::Response;
use notion_auth::domain::oauth::OauthClient;
use notion_auth::domain::secret::Secret;
use notion_auth::domain::workers::{StepCommand, StepOutcome};
use std::path::PathBuf;

/// The files that were pushed, by the arguments of `ntn`.
fn pushed(desk: &WorkerDesk) -> Vec<PathBuf> {
    let runs = desk.runs();
    let files = runs.lines().filter_map(|line| line.strip_prefix("workers --verbose env push --yes --file "));
    files.map(PathBuf::from).collect()
}

async fn deployed() -> WorkerDesk {
    let desk = WorkerDesk::new(github());
    assert_eq!(desk.run(deploy()).await, Ok(StepOutcome::Done));
    desk
}

#[tokio::test]
async fn they_go_through_a_file_that_is_gone_afterwards() {
    let desk = deployed().await;
    assert_eq!(desk.run(credentials("github", false)).await, Ok(StepOutcome::Done));
    let stored = desk.server.variables();
    assert_eq!(stored["GITHUB_CLIENT_ID"], CLIENT_ID);
    assert_eq!(stored["GITHUB_CLIENT_SECRET"], CLIENT_SECRET);
    let files = pushed(&desk);
    assert_eq!(files.len(), 1);
    assert!(!files[0].parent().unwrap().exists());
    assert!(!desk.runs().contains(CLIENT_SECRET), "neither its arguments nor its environment hold the secret");
    assert_eq!(desk.output().last().map(String::as_str), Some("✔ Environment variables pushed successfully"));
    assert!(!desk.output().join("\n").contains(CLIENT_SECRET));
}

#[tokio::test]
async fn the_file_is_gone_also_where_storing_fails_or_is_given_up() {
    let desk = deployed().await;
    desk.server.override_call("workersPullEnv", Response::closed());
    assert!(desk.run(credentials("github", false)).await.is_err());

    desk.server.override_call("workersPullEnv", Response::silent());
    let before = desk.server.call_count("workersPullEnv");
    let mut storing = desk.begin(credentials("github", false));
    tokio::select! {
        ran = &mut storing => panic!("nobody answers: {ran:?}"),
        () = async { while desk.server.call_count("workersPullEnv") == before { tokio::task::yield_now().await } } => {}
    }
    assert!(pushed(&desk).iter().any(|file| file.exists()), "ntn is reading it");
    drop(storing);
    desk.person.wait_for_processes(|alive| alive == 0);
    let files = pushed(&desk);
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|file| !file.parent().unwrap().exists()), "{files:?}");
}

#[tokio::test]
async fn every_character_arrives() {
    let desk = deployed().await;
    for odd in [
        "a b#c$HOME`x`\\n\\",
        "\"quoted\"",
        "it's \"\\\\ both",
        "  spaces  ",
        "two\nlines",
        "tab\there",
        "ключ日本",
        "a=b==",
        "#no-comment",
    ] {
        let client = OauthClient { id: CLIENT_ID.into(), secret: Secret::new(odd) };
        let names = ("GITHUB_CLIENT_ID".to_owned(), "GITHUB_CLIENT_SECRET".to_owned());
        let step = StepCommand::Credentials { id_name: names.0, secret_name: names.1, client, in_arguments: false };
        assert_eq!(desk.run(step).await, Ok(StepOutcome::Done));
        assert_eq!(desk.server.variables()["GITHUB_CLIENT_SECRET"], odd);
    }
}

#[tokio::test]
async fn newer_ones_take_the_place_of_older_ones() {
    let desk = deployed().await;
    assert_eq!(desk.run(credentials("github", false)).await, Ok(StepOutcome::Done));
    let client = OauthClient { id: "fake-newer-id".into(), ..client() };
    let StepCommand::Credentials { id_name, secret_name, .. } = credentials("github", false) else { unreachable!() };
    assert_eq!(
        desk.run(StepCommand::Credentials { id_name, secret_name, client, in_arguments: false }).await,
        Ok(StepOutcome::Done)
    );
    assert_eq!(desk.server.variables()["GITHUB_CLIENT_ID"], "fake-newer-id");
}

#[tokio::test]
async fn they_stand_in_arguments_only_where_that_was_consented_to() {
    let desk = deployed().await;
    assert_eq!(within(desk.begin(credentials("github", true))).await, Ok(StepOutcome::Done));
    assert!(desk.runs().contains(&format!("env set GITHUB_CLIENT_ID={CLIENT_ID} GITHUB_CLIENT_SECRET={CLIENT_SECRET}")));
    assert_eq!(desk.server.variables()["GITHUB_CLIENT_SECRET"], CLIENT_SECRET);
    assert!(!desk.output().join("\n").contains(CLIENT_SECRET));
}
