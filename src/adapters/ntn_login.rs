//! The `Ntn` port: the Notion CLI at work.

use super::environment::Environment;
use crate::domain::login::{Installer, InstallerState, Invitation, LoginRequest, NtnLogin};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{Job, Ntn, Tell};
use std::sync::Arc;

/// The `ntn` of this machine.
pub struct LocalNtn {
    environment: Arc<Environment>,
}

impl LocalNtn {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment }
    }
}

impl Ntn for LocalNtn {
    fn login(&self, _: LoginRequest, _: Tell<Invitation>) -> Job<Option<NtnLogin>> {
        let _ = &self.environment;
        Box::pin(async { Err(Problem::new(ProblemCode::NtnMissing)) })
    }

    fn installers(&self) -> Job<Vec<InstallerState>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn install(&self, _: Installer, _: Tell<String>) -> Job<()> {
        Box::pin(async { Err(Problem::new(ProblemCode::InstallFailed)) })
    }
}
