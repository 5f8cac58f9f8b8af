//! Inspecting a worker, which changes nothing.

use super::{WorkerDesk, credentials, deploy, github};
use crate::support::notion::{Request, Response};
use crate::support::workers_server::{WORKER, refusal};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::workers::{NtnAnswer, ProviderTokenState, StepOutcome, WorkerProject};
use std::fs;

fn refused<T>(said: &NtnAnswer<T>) -> &str {
    said.refusal().expect("a refusal")
}

#[tokio::test]
async fn an_empty_folder_has_a_redirect_address_and_nothing_else() {
    let desk = WorkerDesk::empty(github());
    let expected = WorkerProject {
        folder: desk.folder.path().display().to_string(),
        redirect_url: NtnAnswer::Answer(format!("{}/workers/oauth/callback", desk.server.base_url())),
        supports_file_push: true,
        ..WorkerProject::default()
    };
    assert_eq!(desk.look("github").await, expected);
    assert_eq!(desk.server.requests(), [], "where there is no worker, nobody is asked about one");
}

#[tokio::test]
async fn a_deployed_worker_is_seen_whole() {
    let desk = WorkerDesk::ready(github()).await;
    let project = desk.look("github").await;
    assert!(project.has_sources);
    assert_eq!(project.worker_id.as_deref(), Some(WORKER));
    assert_eq!(project.oauth_keys, NtnAnswer::Answer(vec!["github".into()]));
    assert_eq!(project.variables, NtnAnswer::Answer(vec!["GITHUB_CLIENT_ID".into(), "GITHUB_CLIENT_SECRET".into()]));
    assert_eq!(project.token, NtnAnswer::Answer(ProviderTokenState::Absent));
    assert_eq!(desk.try_to_look(None).await.unwrap().token, NtnAnswer::NotAsked);
    desk.server.give_consent();
    assert!(matches!(desk.look("github").await.token, NtnAnswer::Answer(ProviderTokenState::Present { .. })));
}

#[tokio::test]
async fn looking_changes_nothing() {
    let desk = WorkerDesk::ready(github()).await;
    let before = (desk.server.variables(), fs::read(desk.path("workers.json")).unwrap());
    let asked = desk.server.requests().len();
    desk.look("github").await;
    assert_eq!((desk.server.variables(), fs::read(desk.path("workers.json")).unwrap()), before);
    let requests = desk.server.requests();
    let mut calls: Vec<&str> = requests[asked..].iter().map(Request::path).collect();
    calls.sort_unstable();
    assert_eq!(
        calls,
        ["workersGetOauthToken", "workersListCapabilities", "workersListSecrets"].map(|call| format!("/api/v3/{call}"))
    );
    assert_eq!(fs::read_dir(desk.folder.path()).unwrap().count(), 2);
}

#[tokio::test]
async fn each_question_is_refused_by_itself() {
    let desk = WorkerDesk::ready(github()).await;
    desk.server.override_call("workersListCapabilities", refusal(403, "ForbiddenError", "not \u{1b}[31myours"));
    desk.server.override_call("workersListSecrets", Response::html(200, "<h1>Sign in to this network</h1>"));
    let project = desk.look("github").await;
    assert_eq!(refused(&project.oauth_keys), "Failed to list capabilities (403 Forbidden ForbiddenError): not yours");
    assert!(refused(&project.variables).contains("parse"), "{:?}", project.variables);
    assert_eq!(project.token, NtnAnswer::Answer(ProviderTokenState::Absent), "what can be asked is answered");
}

#[tokio::test]
async fn a_login_that_ended_is_told_in_each_answer() {
    let desk = WorkerDesk::ready(github()).await;
    desk.person.write_state("auth.json", "{}");
    let project = desk.look("github").await;
    for said in [refused(&project.oauth_keys), refused(&project.variables), refused(&project.token)] {
        assert!(said.contains("No auth token found"), "{said}");
    }
    assert!(project.redirect_url.answer().is_some(), "that needs no login");
}

#[tokio::test]
async fn another_environments_worker_is_not_taken_for_ours() {
    let desk = WorkerDesk::ready(github()).await;
    let file = fs::read_to_string(desk.path("workers.json")).unwrap().replace("\"local\"", "\"prod\"");
    fs::write(desk.path("workers.json"), file).unwrap();
    let project = desk.look("github").await;
    assert!(refused(&project.oauth_keys).contains("created for the \"prod\" environment"), "{:?}", project.oauth_keys);
}

#[tokio::test]
async fn a_trouble_of_notions_is_not_taken_for_a_missing_token() {
    let desk = WorkerDesk::ready(github()).await;
    for (response, absent) in [
        (refusal(404, "X", "no"), true),
        (refusal(400, "X", "no"), true),
        (Response::json(200, serde_json::json!({"accessToken": ""})), true),
        (refusal(403, "X", "no"), false),
        (refusal(429, "X", "no"), false),
        (refusal(500, "X", "no"), false),
        (Response::html(200, "no"), false),
        (Response::closed(), false),
    ] {
        desk.server.override_call("workersGetOauthToken", response);
        let token = desk.look("github").await.token;
        assert_eq!(token == NtnAnswer::Answer(ProviderTokenState::Absent), absent, "{token:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_not_asked_for() {
    let desk = WorkerDesk::ready(github()).await;
    assert_eq!(desk.look("--plain").await.token, NtnAnswer::NotAsked);
    assert_eq!(desk.server.call_count("workersGetOauthToken"), 0);
}

#[tokio::test]
async fn without_ntn_there_is_nothing_to_look_with() {
    let desk = WorkerDesk::new(github());
    let desk = WorkerDesk { person: desk.person.with_variables([("PATH", "/nowhere".into())]), ..desk };
    assert_eq!(desk.try_to_look(None).await.expect_err("no ntn").code, ProblemCode::NtnMissing);
    assert_eq!(desk.run(deploy()).await.expect_err("no ntn").code, ProblemCode::NtnMissing);
}

#[tokio::test]
async fn variables_of_another_key_are_not_its_own() {
    let desk = WorkerDesk::new(github());
    assert_eq!(desk.run(deploy()).await, Ok(StepOutcome::Done));
    assert_eq!(desk.run(credentials("other", false)).await, Ok(StepOutcome::Done));
    let names = desk.look("github").await.variables;
    assert_eq!(names, NtnAnswer::Answer(vec!["OTHER_CLIENT_ID".into(), "OTHER_CLIENT_SECRET".into()]));
}
