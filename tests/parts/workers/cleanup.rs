//! A step that is left: nobody goes on, and a fresh look takes it up again.

use super::{WorkerDesk, await_token, deploy, github, start};
use crate::support::workers_server::{WORKER, build_response, log_line};
use notion_auth::domain::workers::{NtnAnswer, StepCommand, StepOutcome};
use std::fs;

#[tokio::test]
async fn a_deploy_that_is_left_ends_its_ntn_and_is_taken_up_again() {
    let desk = WorkerDesk::new(github());
    let slow = build_response(&[log_line("stdout", "npm ci\n"), log_line("stdout", "and then nothing\n")]);
    desk.server.override_call("workersBuildWorker", slow.stalled_after(60));
    let mut deploying = desk.begin(deploy());
    tokio::select! {
        ran = &mut deploying => panic!("its build never ends: {ran:?}"),
        () = desk.server.wait_until_called("workersBuildWorker") => {}
    }
    assert!(!desk.person.processes().is_empty());
    drop(deploying);
    desk.person.wait_for_processes(|alive| alive == 0);

    let project = desk.look("github").await;
    assert_eq!(project.worker_id.as_deref(), Some(WORKER), "ntn wrote it before the build");
    assert_eq!(project.oauth_keys, NtnAnswer::Answer(Vec::new()));
    desk.server.clear_override("workersBuildWorker");
    assert_eq!(desk.run(deploy()).await, Ok(StepOutcome::Done), "the name of a worker that is there already is left out");
    assert_eq!(desk.server.call_count("workersCreateWorker"), 1, "the same worker goes on");
    assert_eq!(desk.look("github").await.oauth_keys, NtnAnswer::Answer(vec!["github".into()]));
}

#[tokio::test]
async fn waiting_for_a_token_that_is_left_asks_no_more() {
    let desk = WorkerDesk::ready(github()).await;
    let mut waiting = desk.begin(await_token("github"));
    tokio::select! {
        ran = &mut waiting => panic!("nobody consents: {ran:?}"),
        () = desk.server.wait_until_called("workersGetOauthToken") => {}
    }
    drop(waiting);
    desk.person.wait_for_processes(|alive| alive == 0);
    assert_eq!(desk.server.call_count("workersGetOauthToken"), 1);
}

#[tokio::test]
async fn a_worker_is_not_created_twice() {
    let desk = WorkerDesk::new(github());
    let create = || StepCommand::Create { name: "--force".into() };
    assert_eq!(desk.run(create()).await, Ok(StepOutcome::Done), "a name like an option is still a name");
    let written = fs::read_to_string(desk.path("workers.json")).unwrap();
    let problem = desk.run(create()).await.expect_err("it is there");
    assert!(problem.evidence.is_some_and(|evidence| evidence.contains("already has a worker")));
    assert_eq!(fs::read_to_string(desk.path("workers.json")).unwrap(), written);
}

#[tokio::test]
async fn the_consent_page_is_handed_on_and_opened_by_nobody() {
    let desk = WorkerDesk::ready(github()).await;
    let Ok(StepOutcome::Started(link)) = desk.run(start("github")).await else { panic!("there is a page") };
    assert_eq!(link.host(), "github.com");
    assert!(desk.person.processes().is_empty());
    assert!(!desk.output().join("\n").contains("state=fake"), "the page is handed on, not told");
}
