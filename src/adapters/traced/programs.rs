//! The ports behind which other programs are started, told.

use super::Traced;
use crate::domain::credential::Verified;
use crate::domain::link::Link;
use crate::domain::login::{Installer, InstallerState, Invitation, LoginRequest, NtnLogin};
use crate::domain::secret_manager::{Handed, Handing, ManagerState};
use crate::domain::workers::{Project, StepRan, StepRun};
use crate::runtime::ports::{Browser, Clipboard, Job, Ntn, SecretManagers, Tell, Workers};

impl Ntn for Traced<dyn Ntn> {
    fn login(&self, request: LoginRequest, invite: Tell<Invitation>) -> Job<Option<NtnLogin>> {
        self.told("login", self.port.login(request, invite))
    }

    fn installers(&self) -> Job<Vec<InstallerState>> {
        self.told("installers", self.port.installers())
    }

    fn install(&self, installer: Installer, tell: Tell<String>) -> Job<()> {
        self.told("install", self.port.install(installer, tell))
    }
}

impl Workers for Traced<dyn Workers> {
    fn look(&self, key: Option<String>) -> Job<Project> {
        self.told("look", self.port.look(key))
    }

    fn run(&self, step: StepRun, tell: Tell<String>) -> Job<StepRan> {
        self.told("run", self.port.run(step, tell))
    }
}

impl SecretManagers for Traced<dyn SecretManagers> {
    fn look(&self) -> Job<Vec<ManagerState>> {
        self.told("look", self.port.look())
    }

    fn hand(&self, verified: Verified, handing: Handing, tell: Tell<String>) -> Job<Handed> {
        self.told("hand", self.port.hand(verified, handing, tell))
    }
}

impl Browser for Traced<dyn Browser> {
    fn open(&self, link: Link) -> Job<()> {
        self.told("open", self.port.open(link))
    }
}

impl Clipboard for Traced<dyn Clipboard> {
    fn copy(&self, text: String) -> Job<Option<String>> {
        self.told("copy", self.port.copy(text))
    }
}
