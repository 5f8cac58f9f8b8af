//! A store with one fault: the lock of an account that it hands out keeps nobody out.

use notion_auth::adapters::credential_store::LocalStore;
use notion_auth::domain::accounts::{Remains, Removed};
use notion_auth::domain::credential::{Account, CredentialRecord, Ledger, Receipt, Secrets, StoreKind, Told};
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

    fn ledger(&self) -> Job<Ledger> {
        self.0.ledger()
    }

    fn keep(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.0.keep(record, secrets)
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

    fn note(&self, record: CredentialRecord) -> Job<Receipt> {
        self.0.note(record)
    }

    fn remember(&self, told: Told) -> Job<()> {
        self.0.remember(told)
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.0.load(account)
    }

    fn forget(&self, lock: AccountLock) -> Job<()> {
        self.0.forget(lock)
    }

    fn activate(&self, account: Account) -> Job<()> {
        self.0.activate(account)
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        self.0.identify(account, actor)
    }

    fn remains(&self) -> Job<Remains> {
        self.0.remains()
    }

    fn remove(&self, remains: Remains) -> Job<Removed> {
        self.0.remove(remains)
    }

    fn look(&self) -> Job<StorageState> {
        self.0.look()
    }

    fn file_place(&self) -> String {
        self.0.file_place()
    }
}
