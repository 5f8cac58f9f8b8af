//! A login through the real `ntn` 0.4.0 against a fake Notion, and through a stand-in for the newer ones.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at what is on the disk")]

mod approval;
mod endings;
mod failures;
mod picker;
mod storage;
mod two_steps;

use crate::support::deadline::DEADLINE;
use crate::support::ntn::Person;
use notion_auth::adapters::environment::Environment;
use notion_auth::adapters::ntn_login::LocalNtn;
use notion_auth::domain::login::{Invitation, LoginRequest, NtnLogin, Steps, Target};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::runtime::ports::{Job, Ntn};
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

type Outcome = Result<Option<NtnLogin>, Problem>;

/// A login under way.
struct Login {
    job: Job<Option<NtnLogin>>,
    invitations: UnboundedReceiver<Invitation>,
}

impl Login {
    fn of(person: &Person, target: Target) -> Self {
        Self::with(person, LoginRequest { target, in_file: true, steps: Steps::All })
    }

    fn steps(person: &Person, steps: Steps) -> Self {
        Self::with(person, LoginRequest { target: Target::New, in_file: true, steps })
    }

    fn with(person: &Person, request: LoginRequest) -> Self {
        Self::start(person.environment(), request)
    }

    fn start(environment: Environment, request: LoginRequest) -> Self {
        let (tell, invitations) = unbounded_channel();
        let ntn = LocalNtn::new(Arc::new(environment));
        let invite = move |invitation| tell.send(invitation).unwrap();
        Self { job: ntn.login(request, Box::new(invite)), invitations }
    }

    /// The invitation, which has to come while the login still waits.
    async fn invitation(&mut self) -> Invitation {
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
