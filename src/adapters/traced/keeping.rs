//! What keeps and finds credentials, told.

use super::{ANSWERED, Traced};
use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, DiscoveredCredential, OrphanSecret, Receipt, RememberedAnswers, ResetOutcome,
    Secrets, StoreKind, StoredData,
};
use crate::domain::host_details::HostDetails;
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, KeychainState, NtnState};
use crate::domain::oauth::RedirectUri;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::storage::StorageState;
use crate::runtime::ports::{AccountLock, CredentialStore, Job, Machine};

impl CredentialStore for Traced<dyn CredentialStore> {
    fn probe_keychain(&self) -> Job<KeychainState> {
        self.told("probe_keychain", self.port.probe_keychain())
    }

    fn load_index(&self) -> Job<CredentialIndex> {
        self.told("ledger", self.port.load_index())
    }

    fn load_active(&self) -> Job<CredentialIndex> {
        self.told("ledger", self.port.load_active())
    }

    fn save(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.told("keep", self.port.save(record, secrets))
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

    fn record_ntn_login(&self, note: CredentialRecord) -> Job<Receipt> {
        self.told("note", self.port.record_ntn_login(note))
    }

    fn remember_answers(&self, told: RememberedAnswers) -> Job<()> {
        self.told("remember", self.port.remember_answers(told))
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.told("load", self.port.load(account))
    }

    fn delete(&self, lock: AccountLock) -> Job<()> {
        self.told("forget", self.port.delete(lock))
    }

    fn activate(&self, account: Account) -> Job<()> {
        self.told("activate", self.port.activate(account))
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        self.told("identify", self.port.identify(account, actor))
    }

    fn find_stored_data(&self) -> Job<StoredData> {
        self.told("remains", self.port.find_stored_data())
    }

    fn remove_stored_data(&self, remains: StoredData) -> Job<ResetOutcome> {
        self.told("remove", self.port.remove_stored_data(remains))
    }

    fn inspect_storage(&self) -> Job<StorageState> {
        self.told("look", self.port.inspect_storage())
    }

    fn delete_orphan(&self, orphan: OrphanSecret) -> Job<bool> {
        self.told("delete_orphan", self.port.delete_orphan(orphan))
    }

    /// Looks at nothing, so there is nothing to tell.
    fn file_place(&self) -> String {
        self.port.file_place()
    }
}

impl Machine for Traced<dyn Machine> {
    fn detect_browser(&self) -> Job<BrowserState> {
        self.told("browser", self.port.detect_browser())
    }

    fn detect_ntn(&self) -> Job<NtnState> {
        self.told("ntn", self.port.detect_ntn())
    }

    fn check_port(&self, redirect: RedirectUri) -> Job<PortState> {
        self.told("port", self.port.check_port(redirect))
    }

    fn inspect_host(&self) -> Job<HostDetails> {
        self.told("surroundings", self.port.inspect_host())
    }

    fn discover_credentials(&self) -> Job<(Vec<DiscoveredCredential>, Option<Problem>)> {
        let trouble = |(_, trouble): &(_, Option<Problem>)| trouble.as_ref().map_or(ANSWERED, |trouble| trouble.code.name()).into();
        self.told_as("existing", self.port.discover_credentials(), trouble)
    }

    fn environment_token(&self, name: &str) -> Job<Secret> {
        self.told("environment_secret", self.port.environment_token(name))
    }

    /// It asks nobody, so there is nothing to log.
    fn is_variable_set(&self, name: &str) -> bool {
        self.port.is_variable_set(name)
    }

    /// Looks at nothing, so there is nothing to tell.
    fn workspace_variable(&self) -> Option<String> {
        self.port.workspace_variable()
    }

    fn ntn_token(&self, workspace: String) -> Job<Secret> {
        self.told("ntn_secret", self.port.ntn_token(workspace))
    }
}
