//! The whole road, for each provider: from sources in a folder to a token that `ntn` confirms.

use super::{CLIENT_ID, CLIENT_SECRET, WorkerDesk, await_token, credentials, deploy, github, start};
use crate::support::workers_server::{PROVIDER_TOKEN, TOKEN_EXPIRES_AT, WORKER};
use futures_util::future::join_all;
use notion_auth::domain::workers::progress::{StepState, progress};
use notion_auth::domain::workers::provider::{Provider, provider};
use notion_auth::domain::workers::{NtnAnswer, ProviderTokenState, Runbook, StepCommand, StepOutcome, WorkerProject, WorkerStep};

fn runbook(provider: &Provider, project: &WorkerProject) -> Runbook {
    Runbook::new(project.folder.clone(), provider.id.clone(), provider.id.clone())
}

fn next(project: &WorkerProject, runbook: &Runbook) -> Option<WorkerStep> {
    let is_next = |state: &StepState| matches!(state, StepState::Next(_));
    progress(project, Some(runbook)).into_iter().find(|(_, state)| is_next(state)).map(|(step, _)| step)
}

/// As the page does it: look, run what is next, look again.
async fn goes_all_the_way(provider: &Provider) {
    let desk = WorkerDesk::new(provider);
    let key = provider.id.as_str();
    let mut runbook = runbook(provider, &desk.look(key).await);
    let mut steps = Vec::new();
    while let Some(step) = next(&desk.look(key).await, &runbook) {
        steps.push(step);
        let ran = match step {
            WorkerStep::Project => desk.run(StepCommand::Create { name: "fake worker".into() }).await,
            WorkerStep::Deploy => desk.run(deploy()).await,
            WorkerStep::Redeploy => {
                runbook.redeployed = true;
                desk.run(deploy()).await
            }
            WorkerStep::Register => {
                runbook.registered = true;
                continue;
            }
            WorkerStep::Credentials => desk.run(credentials(key, false)).await,
            WorkerStep::Start => desk.run(start(key)).await,
            WorkerStep::RedirectUrl | WorkerStep::Token => panic!("{step:?} is done by looking"),
        };
        match ran.unwrap_or_else(|problem| panic!("{key}: {step:?}: {problem:?}")) {
            StepOutcome::Done => {}
            StepOutcome::Started(link) => {
                assert!(link.as_str().starts_with(&provider.authorization_endpoint), "{link}");
                assert!(link.as_str().contains(&format!("client_id={CLIENT_ID}")), "{link}");
                desk.server.give_consent();
                let there = ProviderTokenState::Present { expires_at: Some(TOKEN_EXPIRES_AT.into()) };
                assert_eq!(desk.run(await_token(key)).await, Ok(StepOutcome::Token(there)));
            }
            StepOutcome::Token(state) => panic!("nothing was asked for it: {state:?}"),
        }
    }
    let all = [
        WorkerStep::Project,
        WorkerStep::Deploy,
        WorkerStep::Register,
        WorkerStep::Credentials,
        WorkerStep::Redeploy,
        WorkerStep::Start,
    ];
    assert_eq!(steps, all, "{key}");
    let project = desk.look(key).await;
    assert!(progress(&project, Some(&runbook)).iter().all(|(_, state)| matches!(state, StepState::Done(_))), "{project:?}");
    let secret = format!("{}_CLIENT_SECRET", key.to_uppercase());
    assert_eq!(desk.server.variables().get(&secret).map(String::as_str), Some(CLIENT_SECRET));
    for secret in [CLIENT_SECRET, PROVIDER_TOKEN] {
        assert!(!desk.runs().contains(secret) && !desk.output().join("\n").contains(secret), "{key}: a secret got out");
    }
    assert!(desk.person.processes().is_empty());
}

#[tokio::test]
async fn each_provider_ends_with_a_token() {
    let providers = ["github", "google", "salesforce"].map(|id| provider(id).expect("it is shipped"));
    join_all(providers.map(goes_all_the_way)).await;
}

#[tokio::test]
async fn a_deploy_that_creates_the_worker_needs_no_other_step_before() {
    let desk = WorkerDesk::new(github());
    assert_eq!(desk.run(deploy()).await, Ok(StepOutcome::Done));
    let project = desk.look("github").await;
    assert_eq!(project.worker_id.as_deref(), Some(WORKER));
    assert_eq!(project.oauth_keys, NtnAnswer::Answer(vec!["github".into()]), "another kind of capability does not count");
    let told = desk.output();
    assert!(told.iter().any(|line| line.contains("npm ci")) && told.iter().any(|line| line.contains("a warning")), "{told:?}");
    assert!(told.iter().all(|line| !line.contains('\u{1b}')), "{told:?}");
}

#[tokio::test]
async fn a_token_is_waited_for_until_it_is_there() {
    let desk = WorkerDesk::ready(github()).await;
    let waiting = desk.begin(await_token("github"));
    let consenting = async {
        desk.server.wait_until_called("workersGetOauthToken").await;
        desk.server.give_consent();
    };
    let (ran, ()) = tokio::join!(super::within(waiting), consenting);
    assert!(matches!(ran, Ok(StepOutcome::Token(ProviderTokenState::Present { .. }))), "{ran:?}");
    assert_eq!(desk.server.call_count("workersGetOauthToken"), 2);
}

#[tokio::test]
async fn a_token_in_the_environment_goes_before_the_login() {
    let desk = WorkerDesk::new(github());
    let token = ("NOTION_API_TOKEN", "ntn_fake_another_0000000000000000".to_owned());
    let workspace = ("NOTION_WORKSPACE_ID", "workspace-2".to_owned());
    let desk = WorkerDesk { person: desk.person.with_variables([token, workspace]), ..desk };
    let _refused = desk.failure(deploy(), notion_auth::domain::problem::ProblemCode::NtnNotLoggedIn).await;
    let bearers: Vec<Option<String>> = desk.server.requests().iter().map(|request| request.bearer().map(str::to_owned)).collect();
    assert_eq!(bearers, [Some("ntn_fake_another_0000000000000000".to_owned())]);
}
