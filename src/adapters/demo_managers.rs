//! The demo's secret managers: all that can be supported are there, no program is started, and nothing is written.

use crate::domain::credential::Verified;
use crate::domain::secret_manager::{Handed, Handing, ManagerState, ReadBack, managers};
use crate::runtime::ports::{Job, SecretManagers, Tell};

pub struct DemoManagers;

impl SecretManagers for DemoManagers {
    fn look(&self) -> Job<Vec<ManagerState>> {
        let state = |manager| ManagerState { manager, unusable: manager.unsupported(false).map(str::to_owned) };
        let states = managers().iter().map(state).collect();
        Box::pin(async move { Ok(states) })
    }

    fn hand(&self, _: Verified, handing: Handing, tell: Tell<String>) -> Job<Handed> {
        Box::pin(async move {
            tell(format!("simulated: {} took it and wrote it nowhere", handing.manager().program));
            Ok(match handing.read() {
                Some(ReadBack::List { .. }) => Handed::Listed { changed: "the time of the demo".into() },
                Some(ReadBack::Secret(_)) | None => Handed::ReadBack,
            })
        })
    }
}
