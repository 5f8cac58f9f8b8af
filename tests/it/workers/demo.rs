//! The worker of the demo: the same road, without a program, a file or a network.

use super::{CLIENT_SECRET, await_token, credentials, deploy, start};
use notion_auth::adapters::demo::workers::DemoWorkers;
use notion_auth::domain::link::Link;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::workers::progress::{StepState, progress};
use notion_auth::domain::workers::{ProviderTokenState, Runbook, StepCommand, StepOutcome, WorkerStep};
use notion_auth::runtime::ports::Workers;
use std::sync::{Arc, Mutex};

fn page() -> Link {
    Link::parse("http://127.0.0.1:1/developers/tokens").unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_goes_all_the_way() {
    let workers = DemoWorkers::new(page());
    let told = Arc::new(Mutex::new(Vec::new()));
    let run = |step: StepCommand| {
        let told = Arc::clone(&told);
        workers.run_step(step, Box::new(move |line| told.lock().unwrap().push(line)))
    };
    let mut runbook = Runbook { registered: true, ..Runbook::new("demo".into(), "github".into(), "github".into()) };
    let present = ProviderTokenState::Present { expires_at: None };
    for (next, step, ran) in [
        (WorkerStep::Project, StepCommand::Create { name: "demo".into() }, StepOutcome::Done),
        (WorkerStep::Deploy, deploy(), StepOutcome::Done),
        (WorkerStep::Credentials, credentials("github", false), StepOutcome::Done),
        (WorkerStep::Redeploy, deploy(), StepOutcome::Done),
        (WorkerStep::Start, start("github"), StepOutcome::Started(page())),
        (WorkerStep::Start, await_token("github"), StepOutcome::Token(present)),
    ] {
        let project = workers.inspect_project(Some("github".into())).await.unwrap();
        let states = progress(&project, Some(&runbook));
        assert!(states.iter().any(|(step, state)| *step == next && matches!(state, StepState::Next(_))), "{next:?}: {states:?}");
        runbook.redeployed = next == WorkerStep::Redeploy || runbook.redeployed;
        assert_eq!(run(step).await, Ok(ran));
    }
    let project = workers.inspect_project(Some("github".into())).await.unwrap();
    assert!(progress(&project, Some(&runbook)).iter().all(|(_, state)| matches!(state, StepState::Done(_))));
    let told = told.lock().unwrap().join("\n");
    assert!(told.contains("npm ci") && !told.contains(CLIENT_SECRET), "{told}");
}

#[tokio::test(start_paused = true)]
async fn without_a_worker_it_says_what_ntn_would() {
    let workers = DemoWorkers::new(page());
    let problem = workers.run_step(start("github"), Box::new(|_| {})).await.expect_err("there is no worker");
    assert_eq!(problem.code, ProblemCode::WorkerMissing);
}
