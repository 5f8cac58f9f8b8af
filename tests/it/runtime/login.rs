//! A browser login: its invitation first, then what came of it, believed as far as it is proven.

use super::*;
use crate::support::headline;
use crate::support::world::{invitation, ntn_login};
use notion_auth::domain::credential::Told;
use notion_auth::domain::login::{LoggedIn, LoginRequest, Steps, Target};
use notion_auth::domain::prerequisites::{Plan, Policy, Role, Standing};
use notion_auth::domain::problem::ProblemCode;

fn login() -> Task {
    Task::Login(LoginRequest { target: Target::New, in_file: false, steps: Steps::All })
}

/// Returns the result of the login after its invitation.
async fn ending(fakes: &FakeWorld) -> Result<LoggedIn, Problem> {
    let mut work = Work::on(fakes.world());
    let id = work.start(login());
    assert_eq!(work.next().await.1, Msg::Progress(id, Progress::Invited(invitation())));
    match work.next().await.1 {
        Msg::Reply(from, Reply::LoggedIn(ending)) if from == id => *ending,
        other => panic!("{other:?} is no end of a login"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_is_verified_with_the_token_that_was_read_back() {
    let fakes = FakeWorld::new();
    let workspace = ntn_login().workspace;
    fakes.machine.has_ntn_login(workspace.clone(), Some(MEMBER));
    let found_in = Some(ExistingSource::Ntn { workspace: workspace.id });
    let verified = Verified::by_notion(Secret::new(MEMBER), member(), PathId::Cli, found_in);
    assert_eq!(ending(&fakes).await, Ok(LoggedIn::Verified(Box::new(verified), ntn_login())));
}

#[tokio::test(start_paused = true)]
async fn a_login_whose_token_only_ntn_can_read_is_what_ntn_reports() {
    let fakes = FakeWorld::new();
    fakes.machine.ntn_secret.then_fail(Problem::new(ProblemCode::SecretGone).seen("the keyring does not show it"));
    assert_eq!(ending(&fakes).await, Ok(LoggedIn::Reported(ntn_login(), "the keyring does not show it".into())));
    assert!(fakes.notion.calls.are_empty());
}

#[tokio::test(start_paused = true)]
async fn a_login_that_notion_could_not_be_asked_about_stands_all_the_same() {
    for (code, evidence) in [(ProblemCode::NotionTrouble, "503"), (ProblemCode::NoNetwork, "no route")] {
        let problem = Problem::new(code).seen(evidence);
        let why = format!("{} ({evidence})", headline(code).trim_end_matches('.'));
        let fakes = FakeWorld::new();
        fakes.machine.has_ntn_login(ntn_login().workspace, Some(MEMBER));
        fakes.notion.answers(MEMBER, Turn::Now(Err(problem)));
        assert_eq!(ending(&fakes).await, Ok(LoggedIn::Reported(ntn_login(), why)));
    }
}

/// As where a stored login was revoked: `ntn` only switches to it, and asks nobody.
#[tokio::test(start_paused = true)]
async fn a_login_that_notion_refuses_is_no_login() {
    let fakes = FakeWorld::new();
    fakes.machine.has_ntn_login(ntn_login().workspace, Some(MEMBER));
    fakes.notion.answers(MEMBER, Turn::Now(Err(Problem::new(ProblemCode::Unauthorized).seen("401"))));
    let refused = Problem::new(ProblemCode::LoginRefused).seen("ntn has a token, and Notion refuses it: 401");
    assert_eq!(ending(&fakes).await, Err(refused));
}

#[tokio::test(start_paused = true)]
async fn a_login_that_ntn_did_not_finish_is_its_problem_and_nothing_is_read() {
    let fakes = FakeWorld::new();
    let problem = Problem::new(ProblemCode::LoginRefused).seen("declined");
    fakes.ntn.login.then_fail(problem.clone());
    assert_eq!(ending(&fakes).await, Err(problem));
    assert!(fakes.machine.calls.are_empty());
}

#[tokio::test(start_paused = true)]
async fn a_login_that_was_only_begun_is_left_for_later() {
    let fakes = FakeWorld::new();
    fakes.ntn.login.then(Turn::Now(Ok(None)));
    assert_eq!(ending(&fakes).await, Ok(LoggedIn::Begun));
}

#[tokio::test(start_paused = true)]
async fn what_a_person_said_of_themselves_is_in_the_store() {
    let fakes = FakeWorld::new();
    let standing = Standing { role: Role::Guest, plan: Plan::Free, policy: Policy::NotSure };
    assert_eq!(Work::on(fakes.world()).reply(Task::Remember(Box::new(Told::standing(standing)))).await, Reply::Remembered(Ok(())));
    assert_eq!(fakes.store.now().told.standing, Some(standing));
}
