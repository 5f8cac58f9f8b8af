//! Each way in which a step fails, and the problem it becomes.

use super::{WorkerDesk, await_token, credentials, deploy, github, start};
use crate::support::notion::{Response, unused_address};
use crate::support::workers_server::{build_response, log_line, refusal};
use notion_auth::domain::problem::ProblemCode::{self, *};
use notion_auth::domain::workers::{ProviderTokenState, StepCommand, StepOutcome};
use serde_json::json;

fn terms(can_consent: bool) -> Response {
    let consent =
        json!({"accepted": false, "tosVersion": 0, "currentTosVersion": 1, "needsConsent": true, "canConsent": can_consent});
    Response::json(200, consent)
}

#[tokio::test]
async fn a_deploy_that_is_refused_says_why() {
    let cases = [
        ("workersUpdateWorker", refusal(401, "UnauthorizedError", "no"), NtnNotLoggedIn, "unauthorized"),
        (
            "workersUpdateWorker",
            refusal(403, "X", "Workers requires at least a Business plan"),
            WorkersUnavailable,
            "Business plan",
        ),
        ("workersUpdateWorker", refusal(403, "X", "words of the server"), WorkerStepFailed, "words of the server"),
        ("workersUpdateWorker", refusal(500, "X", "words"), WorkerStepFailed, "500 Internal Server Error"),
        ("workersUpdateWorker", Response::closed(), LoginUnreachable, "caused by"),
        ("workersUpdateWorker", Response::html(200, "<h1>Sign in</h1>"), WorkerStepFailed, "parse"),
        ("upload", refusal(500, "X", "no room"), WorkerStepFailed, "upload"),
        (
            "workersBuildWorker",
            build_response(&[
                log_line("stdout", "npm ci\n"),
                log_line("stderr", "src/index.ts(3,1): error TS1005\n"),
                json!({"_tag": "error", "error": "tsc ended with 2"}),
            ]),
            WorkerBuildFailed,
            "tsc ended with 2",
        ),
        (
            "workersBuildWorker",
            build_response(&[
                log_line("stderr", "src/index.ts(3,1): error TS1005\n"),
                json!({"_tag": "result", "result": {"ok": false}}),
            ]),
            WorkerBuildFailed,
            "TS1005",
        ),
        ("workersBuildWorker", build_response(&[]), WorkerBuildFailed, "Worker build failed"),
    ];
    let desk = WorkerDesk::ready(github()).await;
    for (call, response, code, sign) in cases {
        desk.server.override_call(call, response);
        let evidence = desk.failure(deploy(), code).await;
        assert!(evidence.contains(sign), "{evidence}");
        desk.server.clear_override(call);
    }
    assert!(desk.output().iter().any(|line| line.contains("TS1005")), "the lines of a failed build are told");
    assert_eq!(desk.run(deploy()).await, Ok(StepOutcome::Done), "and it can be tried again");
}

#[tokio::test]
async fn terms_are_accepted_in_a_terminal_or_asked_of_an_admin() {
    let desk = WorkerDesk::ready(github()).await;
    desk.server.override_call("workersUpdateWorker", refusal(403, "TosConsentRequiredError", "no"));
    for (can_consent, code) in [(true, WorkersTerms), (false, WorkersUnavailable)] {
        desk.server.override_call("workersGetTosConsent", terms(can_consent));
        let evidence = desk.failure(deploy(), code).await;
        assert!(evidence.contains("Terms of Service"), "{evidence}");
    }
    assert_eq!(desk.server.call_count("workersSetTosConsent"), 0, "nobody accepts terms for the person");
}

#[tokio::test]
async fn no_step_but_the_first_goes_without_a_worker() {
    let desk = WorkerDesk::new(github());
    for step in [
        StepCommand::Start { key: "github".into() },
        await_token("github"),
        credentials("github", false),
        credentials("github", true),
    ] {
        let evidence = desk.failure(step, WorkerMissing).await;
        assert!(evidence.contains("No worker ID"), "{evidence}");
    }
}

#[tokio::test]
async fn nobody_logged_in_is_told_as_such() {
    let desk = WorkerDesk::ready(github()).await;
    desk.person.write_state("auth.json", "{}");
    for step in [deploy(), credentials("github", false), credentials("github", true), start("github"), await_token("github")] {
        let evidence = desk.failure(step, NtnNotLoggedIn).await;
        assert!(evidence.contains("No auth token found"), "{evidence}");
    }
}

#[tokio::test]
async fn a_network_that_is_gone_is_told_as_such() {
    let desk = WorkerDesk::ready(github()).await;
    let desk = WorkerDesk {
        person: desk.person.with_variables([("NOTION_API_BASE_URL", format!("http://{}", unused_address()))]),
        ..desk
    };
    for step in [deploy(), credentials("github", false), start("github")] {
        let evidence = desk.failure(step, LoginUnreachable).await;
        assert!(evidence.contains("Connection refused"), "{evidence}");
    }
}

#[tokio::test]
async fn a_consent_page_that_is_no_safe_address_is_not_handed_on() {
    let desk = WorkerDesk::ready(github()).await;
    for address in ["file:///etc/passwd", "http://github.com/x", "javascript:alert(1)", "--help", ""] {
        desk.server.override_call("workersStartOauth", Response::json(200, json!({"authorizationUrl": address, "state": "fake"})));
        let problem = desk.run(start("github")).await.expect_err(address);
        assert_eq!(problem.code, WorkerStepFailed, "{address}");
    }
}

#[tokio::test]
async fn a_capability_that_was_not_deployed_cannot_be_started() {
    let desk = WorkerDesk::ready(github()).await;
    let evidence = desk.failure(start("another"), WorkerStepFailed).await;
    assert!(evidence.contains("400 Bad Request"), "{evidence}");
}

#[tokio::test]
async fn a_key_that_is_none_reaches_no_ntn() {
    let desk = WorkerDesk::ready(github()).await;
    let before = desk.server.requests().len();
    for step in [start("--help"), await_token("a b")] {
        assert_eq!(desk.run(step).await.expect_err("no key").code, ProblemCode::Bug);
    }
    assert_eq!(desk.server.requests().len(), before);
}

#[tokio::test]
async fn variables_that_are_not_listed_afterwards_were_not_stored() {
    let desk = WorkerDesk::ready(github()).await;
    desk.server.override_call("workersUpsertSecrets", Response::json(200, json!({})));
    let evidence = desk.failure(credentials("lost", false), WorkerStepFailed).await;
    assert!(evidence.contains("LOST_CLIENT_ID"), "{evidence}");
}

#[tokio::test]
async fn waiting_ends_at_once_where_no_token_can_come() {
    let desk = WorkerDesk::ready(github()).await;
    desk.server.override_call("workersGetOauthToken", refusal(403, "X", "is not writable"));
    let evidence = desk.failure(await_token("github"), WorkerStepFailed).await;
    assert!(evidence.contains("is not writable"), "{evidence}");
    assert_eq!(desk.server.call_count("workersGetOauthToken"), 1);
}

#[tokio::test]
async fn waiting_for_a_consent_ends_when_patience_does() {
    let desk = WorkerDesk::ready(github()).await;
    let mut waiting = desk.begin(await_token("github"));
    tokio::select! {
        ran = &mut waiting => panic!("nobody consents: {ran:?}"),
        () = desk.server.wait_until_called("workersGetOauthToken") => {}
    }
    // From now on the clock jumps whenever nothing but time could go on.
    tokio::time::pause();
    assert_eq!(waiting.await, Ok(StepOutcome::Token(ProviderTokenState::Absent)));
    desk.person.wait_for_processes(|alive| alive == 0);
}
