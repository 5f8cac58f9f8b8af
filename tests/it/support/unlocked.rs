//! A store with one fault: the lock of an account that it hands out keeps nobody out.

use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, OrphanSecret, Receipt, RememberedAnswers, ResetOutcome, SecretCopy, Secrets,
    StoreKind, StoredData,
};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::Problem;
use notion_auth::domain::storage::StorageState;
use notion_auth::runtime::ports::{AccountLock, CredentialStore, Job};

pub(crate) struct Unlocked(pub(crate) LocalStore);

impl CredentialStore for Unlocked {
    fn lock_account(&self, account: Account) -> Job<AccountLock> {
        Box::pin(std::future::ready(Ok(AccountLock::new(&account, ()))))
    }

    fn probe_keychain(&self) -> Job<KeychainState> {
        self.0.probe_keychain()
    }

    fn load_index(&self) -> Job<CredentialIndex> {
        self.0.load_index()
    }

    fn save(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.0.save(record, secrets)
    }

    fn replace(&self, account: Account, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.0.replace(account, record, secrets)
    }

    fn remember_copy(&self, account: Account, copy: SecretCopy) -> Job<()> {
        self.0.remember_copy(account, copy)
    }

    fn check_room(&self, store: StoreKind) -> Job<()> {
        self.0.check_room(store)
    }

    fn begin_renewal(&self, lock: AccountLock) -> Job<()> {
        self.0.begin_renewal(lock)
    }

    fn cancel_renewal(&self, lock: AccountLock) -> Job<()> {
        self.0.cancel_renewal(lock)
    }

    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>> {
        self.0.renew(lock, secrets)
    }

    fn record_ntn_login(&self, record: CredentialRecord) -> Job<Receipt> {
        self.0.record_ntn_login(record)
    }

    fn remember_answers(&self, told: RememberedAnswers) -> Job<()> {
        self.0.remember_answers(told)
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.0.load(account)
    }

    fn delete(&self, lock: AccountLock) -> Job<()> {
        self.0.delete(lock)
    }

    fn activate(&self, account: Account) -> Job<()> {
        self.0.activate(account)
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        self.0.identify(account, actor)
    }

    fn find_stored_data(&self) -> Job<StoredData> {
        self.0.find_stored_data()
    }

    fn remove_stored_data(&self, remains: StoredData) -> Job<ResetOutcome> {
        self.0.remove_stored_data(remains)
    }

    fn inspect_storage(&self) -> Job<StorageState> {
        self.0.inspect_storage()
    }

    fn delete_orphan(&self, orphan: OrphanSecret) -> Job<bool> {
        self.0.delete_orphan(orphan)
    }

    fn file_place(&self) -> String {
        self.0.file_place()
    }
}
