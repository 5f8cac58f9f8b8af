//! The demo's `ntn`: starts no program, and logs in to the simulated Notion.

use super::simulated_notion::{Approval, Decision, LOGIN_CODE, SimulatedNotion};
use crate::domain::credentials::{CredentialSource, DiscoveredCredential, Workspace};
use crate::domain::link::Link;
use crate::domain::login::{ApprovalRequest, Installer, InstallerState, LoginFlow, LoginRequest, LoginSteps, NtnLogin, NtnStorage};
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, NtnCli, ProgressCallback};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Delay of the automatic approval: long enough to read the page, short enough to wait for without a browser.
const AUTO_APPROVAL_DELAY: Duration = Duration::from_secs(6);

const VERSION: &str = "0.23.19";
const TOKEN_PLACE: &str = "the simulated ntn's keychain";

/// The workspace of a demo login, and the token that `ntn` would store for it.
const WORKSPACE: (&str, &str) = ("dddddddd-0000-4000-8000-0000000000aa", "Demo Works");
const TOKEN: &str = "ntn_demo_member_on_a_paid_plan_0001";

/// Simulates `ntn` from its detection to its keychain. Clones share the login.
#[derive(Clone)]
pub struct DemoNtn {
    approval: Arc<Approval>,
    login_page: Link,
    is_logged_in: Arc<AtomicBool>,
}

impl DemoNtn {
    pub fn new(notion: &SimulatedNotion) -> Self {
        Self { approval: notion.approval(), login_page: notion.login_page(), is_logged_in: Arc::default() }
    }

    /// The state that the detection of `ntn` would return.
    pub fn state() -> NtnState {
        NtnState::Found {
            path: "simulated".into(),
            version: VERSION.into(),
            generation: LoginFlow::TwoSteps,
            storage: NtnStorage::Keychain,
        }
    }

    /// Lists the login as the files of `ntn` would, once there is one.
    pub fn discovered_login(&self) -> Option<DiscoveredCredential> {
        self.is_logged_in.load(Ordering::Relaxed).then(|| DiscoveredCredential {
            source: CredentialSource::Ntn { workspace: WORKSPACE.0.into() },
            place: TOKEN_PLACE.into(),
            workspace: Some(demo_workspace()),
            unusable: None,
        })
    }

    /// Returns the token that is read back after a login.
    pub fn token(workspace: &str) -> Result<Secret, Problem> {
        if workspace == WORKSPACE.0 {
            Ok(Secret::new(TOKEN))
        } else {
            Err(Problem::new(ProblemCode::SecretMissing).with_evidence("the demo does not read your credentials"))
        }
    }
}

fn demo_workspace() -> Workspace {
    Workspace { id: WORKSPACE.0.into(), name: Some(WORKSPACE.1.into()) }
}

impl NtnCli for DemoNtn {
    fn login(&self, request: LoginRequest, invite: ProgressCallback<ApprovalRequest>) -> Job<Option<NtnLogin>> {
        let mut decided = self.approval.begin();
        let page = self.login_page.clone();
        let is_logged_in = Arc::clone(&self.is_logged_in);
        Box::pin(async move {
            if request.steps != LoginSteps::Resume {
                invite(ApprovalRequest { link: page, code: Some(LOGIN_CODE.into()), ends_at: None });
            }
            if request.steps == LoginSteps::Start {
                return Ok(None);
            }
            let decision = tokio::time::timeout(AUTO_APPROVAL_DELAY, decided.wait_for(Option::is_some)).await;
            // Without a decision, or without anyone left to make one, the demo goes on.
            let decision = decision.ok().and_then(Result::ok).and_then(|decision| *decision);
            if decision == Some(Decision::Declined) {
                return Err(Problem::new(ProblemCode::LoginRefused).with_evidence("declined on the page"));
            }
            is_logged_in.store(true, Ordering::Relaxed);
            Ok(Some(NtnLogin {
                workspace: demo_workspace(),
                user: None,
                version: VERSION.into(),
                place: TOKEN_PLACE.into(),
                needs_keyring_variable: false,
            }))
        })
    }

    fn list_installers(&self) -> Job<Vec<InstallerState>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn install(&self, _: Installer, _: ProgressCallback<String>) -> Job<()> {
        Box::pin(async { Err(Problem::new(ProblemCode::InstallFailed).with_evidence("the demo installs nothing")) })
    }
}
