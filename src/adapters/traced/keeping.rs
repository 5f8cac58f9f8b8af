//! What keeps and finds credentials, told.

use super::{ANSWERED, Traced};
use crate::domain::accounts::{Remains, Removed};
use crate::domain::credential::{Account, CredentialRecord, Existing, Ledger, Receipt, Secrets, StoreKind, Told};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, KeychainState, NtnState};
use crate::domain::oauth::Redirect;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::storage::StorageState;
use crate::domain::surroundings::Surroundings;
use crate::runtime::ports::{AccountLock, CredentialStore, Job, Machine};

impl CredentialStore for Traced<dyn CredentialStore> {
    fn probe_keychain(&self) -> Job<KeychainState> {
        self.told("probe_keychain", self.port.probe_keychain())
    }

    fn ledger(&self) -> Job<Ledger> {
        self.told("ledger", self.port.ledger())
    }

    fn keep(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.told("keep", self.port.keep(record, secrets))
    }

    fn check_room(&self, store: StoreKind) -> Job<()> {
        self.told("check_room", self.port.check_room(store))
    }

    fn begin_renewal(&self, lock: AccountLock) -> Job<()> {
        self.told("begin_renewal", self.port.begin_renewal(lock))
    }

    fn cancel_renewal(&self, lock: AccountLock) -> Job<()> {
        self.told("cancel_renewal", self.port.cancel_renewal(lock))
    }

    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>> {
        self.told("renew", self.port.renew(lock, secrets))
    }

    fn lock_account(&self, account: Account) -> Job<AccountLock> {
        self.told("lock_account", self.port.lock_account(account))
    }

    fn note(&self, record: CredentialRecord) -> Job<Receipt> {
        self.told("note", self.port.note(record))
    }

    fn remember(&self, told: Told) -> Job<()> {
        self.told("remember", self.port.remember(told))
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.told("load", self.port.load(account))
    }

    fn forget(&self, lock: AccountLock) -> Job<()> {
        self.told("forget", self.port.forget(lock))
    }

    fn activate(&self, account: Account) -> Job<()> {
        self.told("activate", self.port.activate(account))
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        self.told("identify", self.port.identify(account, actor))
    }

    fn remains(&self) -> Job<Remains> {
        self.told("remains", self.port.remains())
    }

    fn remove(&self, remains: Remains) -> Job<Removed> {
        self.told("remove", self.port.remove(remains))
    }

    fn look(&self) -> Job<StorageState> {
        self.told("look", self.port.look())
    }

    /// Looks at nothing, so there is nothing to tell.
    fn file_place(&self) -> String {
        self.port.file_place()
    }
}

impl Machine for Traced<dyn Machine> {
    fn browser(&self) -> Job<BrowserState> {
        self.told("browser", self.port.browser())
    }

    fn ntn(&self) -> Job<NtnState> {
        self.told("ntn", self.port.ntn())
    }

    fn port(&self, redirect: Redirect) -> Job<PortState> {
        self.told("port", self.port.port(redirect))
    }

    fn surroundings(&self) -> Job<Surroundings> {
        self.told("surroundings", self.port.surroundings())
    }

    fn existing(&self) -> Job<(Vec<Existing>, Option<Problem>)> {
        let trouble = |(_, trouble): &(_, Option<Problem>)| trouble.as_ref().map_or(ANSWERED, |trouble| trouble.code.name()).into();
        self.told_as("existing", self.port.existing(), trouble)
    }

    fn environment_secret(&self) -> Job<Secret> {
        self.told("environment_secret", self.port.environment_secret())
    }

    /// Looks at nothing, so there is nothing to tell.
    fn workspace_variable(&self) -> Option<String> {
        self.port.workspace_variable()
    }

    fn ntn_secret(&self, workspace: String) -> Job<Secret> {
        self.told("ntn_secret", self.port.ntn_secret(workspace))
    }
}
