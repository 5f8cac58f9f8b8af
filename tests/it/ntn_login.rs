//! A login through the real `ntn` 0.4.0 against a fake Notion, and through a stand-in for the newer ones.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at what is on the disk")]

mod approval;
mod cleanup;
mod failures;
mod picker;
mod storage;
mod two_steps;

use crate::support::deadline::DEADLINE;
use crate::support::ntn::NtnHome;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::login::LocalNtn;
use notion_auth::domain::login::{ApprovalRequest, LoginRequest, LoginSteps, LoginTarget, NtnLogin};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::runtime::ports::{Job, NtnCli};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

type Outcome = Result<Option<NtnLogin>, Problem>;

/// A login under way.
struct Login {
    job: Job<Option<NtnLogin>>,
    invitations: UnboundedReceiver<ApprovalRequest>,
}

impl Login {
    fn of(person: &NtnHome, target: LoginTarget) -> Self {
        Self::with(person, LoginRequest { target, use_file: true, steps: LoginSteps::All })
    }

    fn steps(person: &NtnHome, steps: LoginSteps) -> Self {
        Self::with(person, LoginRequest { target: LoginTarget::New, use_file: true, steps })
    }

    fn with(person: &NtnHome, request: LoginRequest) -> Self {
        Self::start(person.environment(), request)
    }

    fn start(environment: Environment, request: LoginRequest) -> Self {
        let (tell, invitations) = unbounded_channel();
        let ntn = LocalNtn::new(Arc::new(environment));
        let invite = move |invitation| tell.send(invitation).unwrap();
        Self { job: ntn.login(request, Box::new(invite)), invitations }
    }

    /// The invitation, which has to come while the login still waits.
    async fn invitation(&mut self) -> ApprovalRequest {
        tokio::select! {
            biased;
            invitation = self.invitations.recv() => invitation.unwrap(),
            outcome = &mut self.job => panic!("it ended early: {outcome:?}"),
            () = tokio::time::sleep(DEADLINE) => panic!("no invitation came"),
        }
    }

    /// It has to fail so; the evidence.
    async fn failure(self, code: ProblemCode) -> String {
        let problem = self.end().await.expect_err("it has to fail");
        assert_eq!(problem.code, code, "{:?}", problem.evidence);
        problem.evidence.unwrap_or_default()
    }

    async fn end(self) -> Outcome {
        tokio::time::timeout(DEADLINE, self.job).await.expect("it has to end")
    }
}
