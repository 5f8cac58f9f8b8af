//! The store of a machine on which nothing can be saved, such as a container without a home. It reports that when it is used, and
//! not before.
//!
//! Everything that needs no store, such as passing `NOTION_API_TOKEN` on, works beside it.

use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, OrphanSecret, Receipt, RememberedAnswers, ResetOutcome, SecretCopy, Secrets,
    StoreKind, StoredData,
};
use crate::domain::machine::KeychainState;
use crate::domain::problem::Problem;
use crate::domain::storage::StorageState;
use crate::runtime::ports::{AccountLock, CredentialStore, Job};
use std::future::ready;

pub struct NoStore {
    /// The reason why there is no store.
    problem: Problem,
}

impl NoStore {
    pub fn new(problem: Problem) -> Self {
        Self { problem }
    }

    fn unavailable<T: Send + 'static>(&self) -> Job<T> {
        Box::pin(ready(Err(self.problem.clone())))
    }
}

impl CredentialStore for NoStore {
    /// A secret in the keychain needs a record beside it, and there is no place for one.
    fn probe_keychain(&self) -> Job<KeychainState> {
        let evidence = self.problem.evidence.clone().unwrap_or_else(|| self.problem.headline().to_owned());
        Box::pin(ready(Ok(KeychainState::Absent { evidence })))
    }

    fn load_index(&self) -> Job<CredentialIndex> {
        self.unavailable()
    }

    /// A credential that is for this session only needs no store.
    fn save(&self, record: CredentialRecord, _secrets: Secrets) -> Job<Receipt> {
        if record.store == StoreKind::None {
            return Box::pin(ready(Ok(Receipt::for_session())));
        }
        self.unavailable()
    }

    fn replace(&self, _account: Account, _record: CredentialRecord, _secrets: Secrets) -> Job<Receipt> {
        self.unavailable()
    }

    fn remember_copy(&self, _account: Account, _copy: SecretCopy) -> Job<()> {
        self.unavailable()
    }

    fn check_room(&self, store: StoreKind) -> Job<()> {
        if store == StoreKind::None { Box::pin(ready(Ok(()))) } else { self.unavailable() }
    }

    fn begin_renewal(&self, _lock: AccountLock) -> Job<()> {
        self.unavailable()
    }

    fn cancel_renewal(&self, _lock: AccountLock) -> Job<()> {
        self.unavailable()
    }

    fn renew(&self, _lock: AccountLock, _secrets: Secrets) -> Job<Option<Problem>> {
        self.unavailable()
    }

    fn lock_account(&self, _account: Account) -> Job<AccountLock> {
        self.unavailable()
    }

    fn record_ntn_login(&self, _record: CredentialRecord) -> Job<Receipt> {
        self.unavailable()
    }

    fn remember_answers(&self, _answers: RememberedAnswers) -> Job<()> {
        self.unavailable()
    }

    fn load(&self, _account: Account) -> Job<Secrets> {
        self.unavailable()
    }

    fn delete(&self, _lock: AccountLock) -> Job<()> {
        self.unavailable()
    }

    fn activate(&self, _account: Account) -> Job<()> {
        self.unavailable()
    }

    fn identify(&self, _account: Account, _actor: String) -> Job<Account> {
        self.unavailable()
    }

    fn find_stored_data(&self) -> Job<StoredData> {
        Box::pin(ready(Ok(StoredData { problems: vec![self.problem.clone()], ..StoredData::default() })))
    }

    fn remove_stored_data(&self, _stored_data: StoredData) -> Job<ResetOutcome> {
        Box::pin(ready(Ok(ResetOutcome { removed: Vec::new(), problems: vec![self.problem.clone()] })))
    }

    fn inspect_storage(&self) -> Job<StorageState> {
        self.unavailable()
    }

    fn delete_orphan(&self, _orphan: OrphanSecret) -> Job<bool> {
        self.unavailable()
    }

    fn file_place(&self) -> String {
        "nowhere".into()
    }
}
