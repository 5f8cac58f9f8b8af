//! The demo's secret managers: all that can be supported are there, no program is started, and nothing is written.

use crate::domain::credentials::VerifiedCredential;
use crate::domain::secret_manager::{ManagerState, ReadBackCommand, SendOutcome, SendPlan, managers};
use crate::runtime::ports::{Job, ProgressCallback, SecretManagers};

pub struct DemoSecretManagers;

impl SecretManagers for DemoSecretManagers {
    fn list_managers(&self) -> Job<Vec<ManagerState>> {
        let state = |manager| ManagerState { manager, unusable_reason: manager.unsupported_reason(false).map(str::to_owned) };
        let states = managers().iter().map(state).collect();
        Box::pin(async move { Ok(states) })
    }

    fn send(&self, _: VerifiedCredential, plan: SendPlan, on_progress: ProgressCallback<String>) -> Job<SendOutcome> {
        Box::pin(async move {
            on_progress(format!("simulated: {} received it and discarded it", plan.manager().program));
            Ok(match plan.read_back_command() {
                Some(ReadBackCommand::List { .. }) => SendOutcome::Listed { changed: "the time of the demo".into() },
                Some(ReadBackCommand::Secret(_)) | None => SendOutcome::Confirmed,
            })
        })
    }
}
