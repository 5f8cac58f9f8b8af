//! The `ntn` of a rehearsal: starts no program, and logs in to the simulated Notion.

use super::simulated_notion::{Approval, CODE, Decision, SimulatedNotion};
use crate::domain::credential::Workspace;
use crate::domain::link::Link;
use crate::domain::login::{Generation, Installer, InstallerState, Invitation, LoginRequest, NtnLogin, NtnStorage, Steps};
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, Ntn, Tell};
use std::sync::Arc;
use std::time::Duration;

/// Long enough to read the page, short enough to wait for where no browser can decide.
const APPROVES_AFTER: Duration = Duration::from_secs(6);

const VERSION: &str = "0.23.19 (simulated)";
const PLACE: &str = "the simulated ntn's keychain";

/// The workspace that a rehearsed login ends in, and what `ntn` would keep for it.
const WORKSPACE: (&str, &str) = ("dddddddd-0000-4000-8000-0000000000aa", "Demo Works");
const TOKEN: &str = "ntn_demo_member_on_a_paid_plan_0001";

/// Simulated from its detection to its keychain.
pub struct DemoNtn {
    approval: Arc<Approval>,
    page: Link,
}

impl DemoNtn {
    pub fn new(notion: &SimulatedNotion) -> Self {
        Self { approval: notion.approval(), page: notion.login_page() }
    }

    /// As the search for `ntn` finds it.
    pub fn state() -> NtnState {
        NtnState::Found {
            path: "simulated".into(),
            version: VERSION.into(),
            generation: Generation::TwoSteps,
            storage: NtnStorage::Keychain,
        }
    }

    /// What is read back after a login.
    pub fn secret(workspace: &str) -> Result<Secret, Problem> {
        if workspace == WORKSPACE.0 {
            Ok(Secret::new(TOKEN))
        } else {
            Err(Problem::new(ProblemCode::SecretGone).seen("the demo reads no credential of yours"))
        }
    }
}

impl Ntn for DemoNtn {
    fn login(&self, request: LoginRequest, invite: Tell<Invitation>) -> Job<Option<NtnLogin>> {
        let mut decided = self.approval.begin();
        let page = self.page.clone();
        Box::pin(async move {
            if request.steps != Steps::Resume {
                invite(Invitation { link: page, code: Some(CODE.into()), ends_at: None });
            }
            if request.steps == Steps::Begin {
                return Ok(None);
            }
            let decision = tokio::time::timeout(APPROVES_AFTER, decided.wait_for(Option::is_some)).await;
            // Nobody decided, or nobody can any more: the demo goes on.
            let decision = decision.ok().and_then(Result::ok).and_then(|decision| *decision);
            if decision == Some(Decision::Declined) {
                return Err(Problem::new(ProblemCode::LoginRefused).seen("declined on the page"));
            }
            let workspace = Workspace { id: WORKSPACE.0.into(), name: Some(WORKSPACE.1.into()) };
            Ok(Some(NtnLogin { workspace, user: None, version: VERSION.into(), place: PLACE.into(), needs_variable: false }))
        })
    }

    fn installers(&self) -> Job<Vec<InstallerState>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn install(&self, _: Installer, _: Tell<String>) -> Job<()> {
        Box::pin(async { Err(Problem::new(ProblemCode::InstallFailed).seen("the demo installs nothing")) })
    }
}
