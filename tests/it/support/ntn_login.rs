//! A login through `ntn`, in this process.
#![cfg(unix)]

use super::deadline::DEADLINE;
use super::ntn::NtnHome;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::login::LocalNtn;
use notion_auth::domain::login::{ApprovalRequest, LoginRequest, LoginSteps, LoginTarget, NtnLogin};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::runtime::ports::{Job, NtnCli};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(crate) type NtnLoginResult = Result<Option<NtnLogin>, Problem>;

/// A login under way.
pub(crate) struct NtnLoginRun {
    pub(crate) job: Job<Option<NtnLogin>>,
    pub(crate) invitations: UnboundedReceiver<ApprovalRequest>,
}

impl NtnLoginRun {
    pub(crate) fn of(person: &NtnHome, target: LoginTarget) -> Self {
        Self::with(person, LoginRequest { target, use_file: true, steps: LoginSteps::All })
    }

    pub(crate) fn steps(person: &NtnHome, steps: LoginSteps) -> Self {
        Self::with(person, LoginRequest { target: LoginTarget::New, use_file: true, steps })
    }

    pub(crate) fn with(person: &NtnHome, request: LoginRequest) -> Self {
        Self::start(person.environment(), request)
    }

    pub(crate) fn start(environment: Environment, request: LoginRequest) -> Self {
        let (tell, invitations) = unbounded_channel();
        let ntn = LocalNtn::new(Arc::new(environment));
        let invite = move |invitation| tell.send(invitation).unwrap();
        Self { job: ntn.login(request, Box::new(invite)), invitations }
    }

    /// The invitation, which has to come while the login still waits.
    pub(crate) async fn invitation(&mut self) -> ApprovalRequest {
        tokio::select! {
            biased;
            invitation = self.invitations.recv() => invitation.unwrap(),
            outcome = &mut self.job => panic!("it ended early: {outcome:?}"),
            () = tokio::time::sleep(DEADLINE) => panic!("no invitation came"),
        }
    }

    /// It has to fail so; the evidence.
    pub(crate) async fn failure(self, code: ProblemCode) -> String {
        let problem = self.end().await.expect_err("it has to fail");
        assert_eq!(problem.code, code, "{:?}", problem.evidence);
        problem.evidence.unwrap_or_default()
    }

    pub(crate) async fn end(self) -> NtnLoginResult {
        tokio::time::timeout(DEADLINE, self.job).await.expect("it has to end")
    }
}
