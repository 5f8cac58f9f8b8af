//! The ports behind which other programs are started, told.

use super::Traced;
use crate::domain::credentials::VerifiedCredential;
use crate::domain::link::Link;
use crate::domain::login::{ApprovalRequest, Installer, InstallerState, LoginRequest, NtnLogin};
use crate::domain::secret_manager::{ManagerState, SendOutcome, SendPlan};
use crate::domain::workers::{StepCommand, StepOutcome, WorkerProject};
use crate::runtime::ports::{Browser, Clipboard, Job, NtnCli, ProgressCallback, SecretManagers, Workers};

impl NtnCli for Traced<dyn NtnCli> {
    fn login(&self, request: LoginRequest, invite: ProgressCallback<ApprovalRequest>) -> Job<Option<NtnLogin>> {
        self.told("login", self.port.login(request, invite))
    }

    fn list_installers(&self) -> Job<Vec<InstallerState>> {
        self.told("installers", self.port.list_installers())
    }

    fn install(&self, installer: Installer, tell: ProgressCallback<String>) -> Job<()> {
        self.told("install", self.port.install(installer, tell))
    }
}

impl Workers for Traced<dyn Workers> {
    fn inspect_project(&self, key: Option<String>) -> Job<WorkerProject> {
        self.told("look", self.port.inspect_project(key))
    }

    fn run_step(&self, step: StepCommand, tell: ProgressCallback<String>) -> Job<StepOutcome> {
        self.told("run", self.port.run_step(step, tell))
    }
}

impl SecretManagers for Traced<dyn SecretManagers> {
    fn list_managers(&self) -> Job<Vec<ManagerState>> {
        self.told("look", self.port.list_managers())
    }

    fn send(&self, verified: VerifiedCredential, handing: SendPlan, tell: ProgressCallback<String>) -> Job<SendOutcome> {
        self.told("hand", self.port.send(verified, handing, tell))
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
