//! Each way in which Notion, the network or `ntn` can let a login down, and the problem it becomes.

use super::NtnLoginRun;
use crate::support::login_server::{LoginServer, approval_response};
use crate::support::notion::{Response, unused_address};
use crate::support::ntn::NtnHome;
use futures_util::future::join_all;
use notion_auth::domain::login::{LoginSteps, LoginTarget};
use notion_auth::domain::problem::ProblemCode::{self, *};
use serde_json::{Value, json};

fn status(status: u16) -> Response {
    Response::json(status, json!({"name": "SomeError", "message": "words of the server"}))
}

fn answer(body: Value) -> Response {
    Response::json(200, body)
}

fn begun(link: &str) -> Response {
    answer(json!({"sessionId": "session-1", "verificationCode": "ABCD-1234", "browserUrl": link}))
}

async fn fails(server: LoginServer, code: ProblemCode, sign: &str) {
    let person = NtnHome::with_server(&server);
    let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(code).await;
    assert!(evidence.contains(sign), "{evidence}");
    assert!(person.processes().is_empty(), "somebody was left behind: {evidence}");
}

#[tokio::test]
async fn a_login_that_cannot_begin_says_why() {
    let cases = [
        (status(401), LoginRefused, "401 Unauthorized"),
        (status(403), LoginRefused, "words of the server"),
        (status(429), LoginInterrupted, "429"),
        (status(500), LoginInterrupted, "500"),
        (status(503), LoginInterrupted, "503"),
        (Response::closed(), LoginUnreachable, "Failed to start login"),
        (answer(json!({"sessionId": "session-1"})), LoginInterrupted, "missing field"),
        (Response::html(200, "<h1>Sign in to this network</h1>"), LoginInterrupted, "Failed to parse"),
        (Response::raw(b"no HTTP at all"), LoginUnreachable, "Failed to start login"),
    ];
    join_all(cases.map(|(response, code, sign)| fails(LoginServer::start().on_init(response), code, sign))).await;
}

#[tokio::test]
async fn a_login_that_is_not_approved_says_why() {
    let cases = [
        (status(401), LoginRefused, "401"),
        (status(403), LoginRefused, "403"),
        (status(429), LoginInterrupted, "429"),
        (status(500), LoginInterrupted, "500"),
        (Response::closed(), LoginUnreachable, "Login redeem request failed"),
        (approval_response("workspace-1", "Fake Works").cut_after(20), LoginUnreachable, "end of file"),
        (answer(json!({"status": "expired"})), LoginExpired, "expired"),
        (answer(json!({"status": "denied"})), LoginRefused, "it was declined"),
        (answer(json!({"status": "confirmed", "token": null})), LoginInterrupted, "Failed to parse"),
        (Response::html(200, "<h1>Sorry</h1>"), LoginInterrupted, "Failed to parse"),
    ];
    join_all(cases.map(|(response, code, sign)| fails(LoginServer::start().on_redeem(response), code, sign))).await;
}

#[tokio::test]
async fn an_address_that_is_not_safe_is_neither_shown_nor_followed() {
    for link in [
        "https://evil.example/notion.so",
        "http://notion.so/approve",
        "file:///etc/passwd",
        "https://me:fake@notion.so/",
        "--help",
        "",
    ] {
        let server = LoginServer::start().on_init(begun(link));
        let person = NtnHome::with_server(&server);
        let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(LoginLinkRefused).await;
        assert!(
            evidence.starts_with("the address that ntn opens") || evidence == "ntn would open a page of evil.example",
            "{evidence}"
        );
        person.wait_for_processes(|alive| alive == 0);
    }
}

#[tokio::test]
async fn a_network_without_notion_is_named_as_such() {
    let person =
        NtnHome::with_server(&LoginServer::start()).with_variables([("HTTP_PROXY", format!("http://{}", unused_address()))]);
    let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(LoginUnreachable).await;
    assert!(evidence.contains("error sending request"), "{evidence}");
}

/// The clock is stopped only once `ntn` has asked: then it leaps to the next thing that is due, which is our patience's end.
#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let server = LoginServer::start().on_init(Response::silent());
    let person = NtnHome::with_server(&server);
    let mut login = NtnLoginRun::of(&person, LoginTarget::New);
    tokio::select! {
        () = server.wait_until_started() => tokio::time::pause(),
        outcome = &mut login.job => panic!("{outcome:?}"),
    }
    let problem = login.job.await.expect_err("it has to fail");
    assert_eq!((problem.code, problem.evidence.as_deref()), (LoginUnreachable, Some("ntn showed no code within 30 s")));
    person.wait_for_processes(|alive| alive == 0);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up_after_the_login_has_ended() {
    let server = LoginServer::start().on_redeem(Response::silent());
    let person = NtnHome::with_server(&server);
    let mut login = NtnLoginRun::of(&person, LoginTarget::New);
    login.invitation().await;
    tokio::select! {
        () = server.wait_until_polled(1) => tokio::time::pause(),
        outcome = &mut login.job => panic!("{outcome:?}"),
    }
    let problem = login.job.await.expect_err("it has to fail");
    assert_eq!((problem.code, problem.evidence.as_deref()), (LoginExpired, Some("ntn did not finish within 360 s")));
    person.wait_for_processes(|alive| alive == 0);
}

#[tokio::test]
async fn files_that_ntn_cannot_read_are_ntns_trouble() {
    let server = LoginServer::start();
    let person = NtnHome::with_server(&server);
    person.write_state("workspaces.json", "{");
    let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(NtnFileUnreadable).await;
    assert!(evidence.contains("workspaces.json: line 1"), "{evidence}");

    let person = NtnHome::with_server(&server).with_variables([("NOTION_HOME", "/no/such/folder".into())]);
    let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(NtnFileUnreadable).await;
    assert_eq!(evidence, "NOTION_HOME is not a folder: /no/such/folder");

    let person = NtnHome::with_server(&server);
    person.write_state("auth.json", "{");
    person.write_state("workspaces.json", r#"{"version":"1","environments":{"local":{"id-1":{"id":"id-1","name":"Alpha"}}}}"#);
    for target in [LoginTarget::New, LoginTarget::Stored("id-1".into())] {
        let evidence = NtnLoginRun::of(&person, target).failure(NtnFileUnreadable).await;
        assert!(evidence.contains("auth.json: line 1"), "nothing was approved that could be lost: {evidence}");
    }
    assert_eq!(server.started_count(), 0);
}

#[tokio::test]
async fn the_older_generation_cannot_begin_now_and_finish_later() {
    let server = LoginServer::start();
    for steps in [LoginSteps::Start, LoginSteps::Resume] {
        let evidence = NtnLoginRun::steps(&NtnHome::with_server(&server), steps).failure(NtnTooOld).await;
        assert!(evidence.starts_with("this is ntn 0.4.0; to update it, run "), "{evidence}");
    }
    assert_eq!(server.started_count(), 0);
}
