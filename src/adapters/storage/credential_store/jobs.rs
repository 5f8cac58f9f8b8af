//! The credential store's port: each operation as a job on a thread of its own, which a dropped job cancels.

use super::LocalStore;
use crate::adapters::blocking_thread::run_blocking;
use crate::adapters::storage::time_limited_store::CancellationFlag;
use crate::adapters::trace;
use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, OrphanSecret, Receipt, RememberedAnswers, ResetOutcome, SecretCopy, Secrets,
    StoreKind, StoredData,
};
use crate::domain::machine::KeychainState;
use crate::domain::problem::Problem;
use crate::domain::storage::StorageState;
use crate::runtime::ports::{AccountLock, CredentialStore, Job};

/// Cancels the operation when its job is dropped.
struct CancelOnDrop(CancellationFlag);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.trigger();
    }
}

impl LocalStore {
    /// Acquires the account lock, then runs `work` with it. Dropping the job ends the wait, but not the work.
    fn with_account_lock<T: Send + 'static>(
        &self,
        account: Account,
        work: impl FnOnce(&Self, &AccountLock) -> Result<T, Problem> + Send + 'static,
    ) -> Job<T> {
        let store = self.clone();
        Box::pin(async move {
            let lock = store.lock_account(account).await?;
            store.run_operation(move |store| work(store, &lock)).await
        })
    }

    /// Runs `work` as one operation of the keychain, which is cancelled when the job is dropped.
    fn run_operation<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static) -> Job<T> {
        let cancellation = CancellationFlag::default();
        let keychain = self.keychain.for_operation(&cancellation);
        let store = Self { keychain, cancellation: cancellation.clone(), ..self.clone() };
        if self.runs_in_place {
            return Box::pin(async move { work(&store) });
        }
        let job = run_blocking("credential store", move || work(&store));
        Box::pin(async move {
            let _cancels = CancelOnDrop(cancellation);
            job.await
        })
    }
}

impl CredentialStore for LocalStore {
    fn probe_keychain(&self) -> Job<KeychainState> {
        trace::job("store", "probe_keychain", self.run_operation(|store| Ok(store.probe_keychain_blocking())))
    }

    fn load_index(&self) -> Job<CredentialIndex> {
        trace::job("store", "load_index", self.run_operation(Self::load_index_blocking))
    }

    fn load_active(&self) -> Job<CredentialIndex> {
        trace::job("store", "load_active", self.run_operation(|store| store.records.load_active()))
    }

    fn save(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        if record.store == StoreKind::None {
            return Box::pin(std::future::ready(Ok(Receipt::for_session())));
        }
        trace::job(
            "store",
            "save",
            self.with_account_lock(record.account.clone(), move |store, lock| store.save_locked(lock, record, &secrets)),
        )
    }

    fn replace(&self, account: Account, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        trace::job(
            "store",
            "replace",
            self.with_account_lock(account, move |store, lock| store.replace_locked(lock, record, &secrets)),
        )
    }

    fn remember_copy(&self, account: Account, copy: SecretCopy) -> Job<()> {
        trace::job(
            "store",
            "remember_copy",
            self.with_account_lock(account, move |store, lock| store.remember_copy_locked(lock, copy)),
        )
    }

    fn check_room(&self, kind: StoreKind) -> Job<()> {
        trace::job("store", "check_room", self.run_operation(move |store| store.check_room_now(kind)))
    }

    fn begin_renewal(&self, lock: AccountLock) -> Job<()> {
        trace::job("store", "begin_renewal", self.run_operation(move |store| store.begin_renewal_locked(&lock)))
    }

    fn cancel_renewal(&self, lock: AccountLock) -> Job<()> {
        trace::job("store", "cancel_renewal", self.run_operation(move |store| store.cancel_renewal_locked(&lock)))
    }

    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>> {
        trace::job("store", "renew", self.run_operation(move |store| store.renew_locked(&lock, &secrets)))
    }

    fn lock_account(&self, account: Account) -> Job<AccountLock> {
        let store = self.clone();
        trace::job("store", "lock_account", async move {
            // Every writer calls this first, before it holds a lock.
            let sweep = |store: &Self| {
                store.sweep();
                Ok(())
            };
            let _ = store.run_operation(sweep).await;
            store.locks.acquire(&account).await
        })
    }

    fn record_ntn_login(&self, record: CredentialRecord) -> Job<Receipt> {
        trace::job(
            "store",
            "record_ntn_login",
            self.with_account_lock(record.account.clone(), move |store, lock| store.record_ntn_login_locked(lock, record)),
        )
    }

    fn remember_answers(&self, answers: RememberedAnswers) -> Job<()> {
        trace::job(
            "store",
            "remember_answers",
            self.run_operation(move |store| store.remember_answers_blocking(&answers).map(|_| ())),
        )
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        trace::job("store", "load", self.run_operation(move |store| store.load_blocking(&account)))
    }

    fn delete(&self, lock: AccountLock) -> Job<()> {
        trace::job("store", "delete", self.run_operation(move |store| store.delete_locked(&lock).map(|_| ())))
    }

    fn activate(&self, account: Account) -> Job<()> {
        trace::job("store", "activate", self.with_account_lock(account, Self::activate_locked))
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        trace::job("store", "identify", self.with_account_lock(account, move |store, lock| store.identify_locked(lock, &actor)))
    }

    fn find_stored_data(&self) -> Job<StoredData> {
        trace::job("store", "find_stored_data", self.run_operation(|store| Ok(store.find_stored_data_blocking())))
    }

    fn remove_stored_data(&self, stored_data: StoredData) -> Job<ResetOutcome> {
        trace::job(
            "store",
            "remove_stored_data",
            self.run_operation(move |store| Ok(store.remove_stored_data_blocking(&stored_data))),
        )
    }

    fn inspect_storage(&self) -> Job<StorageState> {
        trace::job("store", "inspect_storage", self.run_operation(Self::inspect_storage_blocking))
    }

    fn delete_orphan(&self, orphan: OrphanSecret) -> Job<bool> {
        trace::job(
            "store",
            "delete_orphan",
            self.with_account_lock(orphan.account, move |store, lock| store.delete_orphan_locked(lock, orphan.store)),
        )
    }

    fn file_place(&self) -> String {
        self.file_store.path().display().to_string()
    }
}
