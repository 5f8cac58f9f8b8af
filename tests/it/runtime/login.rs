//! A browser login: its invitation first, then what came of it, believed as far as it is proven.

use super::*;
use crate::support::fakes::{invitation, ntn_login};
use crate::support::headline;
use notion_auth::domain::credentials::RememberedAnswers;
use notion_auth::domain::login::{LoginOutcome, LoginRequest, LoginSteps, LoginTarget};
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::domain::problem::ProblemCode;

fn login() -> Task {
    Task::Login(LoginRequest { target: LoginTarget::New, use_file: false, steps: LoginSteps::All })
}

/// Returns the result of the login after its invitation.
async fn ending(fakes: &FakeWorld) -> Result<LoginOutcome, Problem> {
    let mut work = Work::on(fakes.world());
    let id = work.start(login());
    assert_eq!(work.next().await.1, Msg::Progress(id, Progress::LoginInvitation(invitation())));
    match work.next().await.1 {
        Msg::Reply(from, Ok(TaskOutcome::LoggedIn(outcome))) if from == id => Ok(*outcome),
        Msg::Reply(from, Err(problem)) if from == id => Err(problem),
        other => panic!("{other:?} is no end of a login"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_is_verified_with_the_token_that_was_read_back() {
    let fakes = FakeWorld::new();
    let workspace = ntn_login().workspace;
    fakes.machine.add_ntn_login(workspace.clone(), Some(MEMBER));
    let found_in = Some(CredentialSource::Ntn { workspace: workspace.id });
    let verified = VerifiedCredential::new(Secret::new(MEMBER), member_identity(), AuthPath::Cli, found_in);
    assert_eq!(ending(&fakes).await, Ok(LoginOutcome::Verified(Box::new(verified), ntn_login())));
}

#[tokio::test(start_paused = true)]
async fn a_login_whose_token_only_ntn_can_read_is_what_ntn_reports() {
    let fakes = FakeWorld::new();
    fakes.machine.ntn_secret.push_error(Problem::new(ProblemCode::SecretMissing).with_evidence("the keyring does not show it"));
    assert_eq!(ending(&fakes).await, Ok(LoginOutcome::Unverified(ntn_login(), "the keyring does not show it".into())));
    assert!(fakes.notion.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_login_that_notion_could_not_be_asked_about_stands_all_the_same() {
    for (code, evidence) in [(ProblemCode::NotionServerError, "503"), (ProblemCode::NoNetwork, "no route")] {
        let problem = Problem::new(code).with_evidence(evidence);
        let why = format!("{} ({evidence})", headline(code).trim_end_matches('.'));
        let fakes = FakeWorld::new();
        fakes.machine.add_ntn_login(ntn_login().workspace, Some(MEMBER));
        fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(problem)));
        assert_eq!(ending(&fakes).await, Ok(LoginOutcome::Unverified(ntn_login(), why)));
    }
}

/// As where a stored login was revoked: `ntn` only switches to it, and asks nobody.
#[tokio::test(start_paused = true)]
async fn a_login_that_notion_refuses_is_no_login() {
    let fakes = FakeWorld::new();
    fakes.machine.add_ntn_login(ntn_login().workspace, Some(MEMBER));
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(ProblemCode::Unauthorized).with_evidence("401"))));
    let refused = Problem::new(ProblemCode::LoginRefused).with_evidence("ntn has a token, but Notion does not accept it: 401");
    assert_eq!(ending(&fakes).await, Err(refused));
}

#[tokio::test(start_paused = true)]
async fn a_login_that_ntn_did_not_finish_is_its_problem_and_nothing_is_read() {
    let fakes = FakeWorld::new();
    let problem = Problem::new(ProblemCode::LoginRefused).with_evidence("declined");
    fakes.ntn.login.push_error(problem.clone());
    assert_eq!(ending(&fakes).await, Err(problem));
    assert!(fakes.machine.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_login_that_was_only_begun_is_left_for_later() {
    let fakes = FakeWorld::new();
    fakes.ntn.login.push(ScriptedAnswer::Now(Ok(None)));
    assert_eq!(ending(&fakes).await, Ok(LoginOutcome::Started));
}

#[tokio::test(start_paused = true)]
async fn what_a_person_said_of_themselves_is_in_the_store() {
    let fakes = FakeWorld::new();
    let standing = MemberProfile { role: MemberRole::Guest, plan: Plan::Free, policy: TokenPolicy::NotSure };
    assert_eq!(
        Work::on(fakes.world()).reply(Task::RememberAnswers(Box::new(RememberedAnswers::from_profile(standing)))).await,
        Ok(TaskOutcome::Completed)
    );
    assert_eq!(fakes.store.current_index().remembered.profile, Some(standing));
}
