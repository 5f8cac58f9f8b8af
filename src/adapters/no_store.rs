//! The store of a machine on which nothing can be saved, such as a container without a home. It reports that when it is used, and
//! not before.
//!
//!
//! Everything that needs no store, such as passing `NOTION_API_TOKEN` on, works beside it.

use crate::domain::accounts::{Remains, Removed};
use crate::domain::credential::{Account, CredentialRecord, Ledger, Receipt, Secrets, StoreKind, Told};
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
    pub fn because(problem: Problem) -> Self {
        Self { problem }
    }

    fn refused<T: Send + 'static>(&self) -> Job<T> {
        Box::pin(ready(Err(self.problem.clone())))
    }
}

impl CredentialStore for NoStore {
    /// A secret in the keychain needs a record beside it, and there is no place for one.
    fn probe_keychain(&self) -> Job<KeychainState> {
        let evidence = self.problem.evidence.clone().unwrap_or_else(|| self.problem.headline().to_owned());
        Box::pin(ready(Ok(KeychainState::Absent { evidence })))
    }

    fn ledger(&self) -> Job<Ledger> {
        self.refused()
    }

    /// A credential that is for this session only needs no store.
    fn keep(&self, record: CredentialRecord, _secrets: Secrets) -> Job<Receipt> {
        if record.store == StoreKind::None {
            return Box::pin(ready(Ok(Receipt::of_session())));
        }
        self.refused()
    }

    fn check_room(&self, store: StoreKind) -> Job<()> {
        if store == StoreKind::None { Box::pin(ready(Ok(()))) } else { self.refused() }
    }

    fn begin_renewal(&self, _lock: AccountLock) -> Job<()> {
        self.refused()
    }

    fn cancel_renewal(&self, _lock: AccountLock) -> Job<()> {
        self.refused()
    }

    fn renew(&self, _lock: AccountLock, _secrets: Secrets) -> Job<Option<Problem>> {
        self.refused()
    }

    fn lock_account(&self, _account: Account) -> Job<AccountLock> {
        self.refused()
    }

    fn note(&self, _record: CredentialRecord) -> Job<Receipt> {
        self.refused()
    }

    fn remember(&self, _told: Told) -> Job<()> {
        self.refused()
    }

    fn load(&self, _account: Account) -> Job<Secrets> {
        self.refused()
    }

    fn forget(&self, _lock: AccountLock) -> Job<()> {
        self.refused()
    }

    fn activate(&self, _account: Account) -> Job<()> {
        self.refused()
    }

    fn identify(&self, _account: Account, _actor: String) -> Job<Account> {
        self.refused()
    }

    fn remains(&self) -> Job<Remains> {
        Box::pin(ready(Ok(Remains { troubles: vec![self.problem.clone()], ..Remains::default() })))
    }

    fn remove(&self, _remains: Remains) -> Job<Removed> {
        Box::pin(ready(Ok(Removed { removed: Vec::new(), troubles: vec![self.problem.clone()] })))
    }

    fn look(&self) -> Job<StorageState> {
        self.refused()
    }

    fn file_place(&self) -> String {
        "nowhere".into()
    }
}
