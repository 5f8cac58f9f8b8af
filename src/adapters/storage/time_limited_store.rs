//! A secret store that responds within a time limit, whatever the one behind it does.
//!
//! Each call of a store that may hang runs on a thread of its own. A call that hangs is abandoned: it can't be stopped, and ends with
//! the process. An abandoned write may still complete if the person unlocks the keychain later. It is left there: the next write
//! replaces it, whereas deleting it could hit the write of a retry.
#![expect(clippy::disallowed_methods, reason = "a time limit needs a clock")]

use super::json_file::Note;
use super::secret_store::{ProbeOutcome, SecretStore};
use super::storage_step::{StorageStep, announce};
use crate::domain::credentials::Account;
use crate::domain::machine::{KEYCHAIN_DIALOG_TIMEOUT, KeychainState};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A call that takes longer than this has most likely raised a dialog.
const DIALOG_NOTICE_DELAY: Duration = Duration::from_secs(2);
/// Time that is left to a cancelled operation: enough to roll back its writes, if no dialog is in the way.
const CANCELLED_CALL_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug)]
pub struct KeychainLimits {
    /// Limit of the probe, which precedes the first answer on the screen.
    pub probe_timeout: Duration,
    /// Time that the probe waits for its test entry to be deleted before it reports the state. A delete that asks the person takes longer.
    pub probe_delete_timeout: Duration,
    /// Limit of all other calls of one operation together: the keychain may be asking the person to unlock it.
    pub operation_timeout: Duration,
}

impl Default for KeychainLimits {
    fn default() -> Self {
        Self {
            probe_timeout: Duration::from_secs(3),
            probe_delete_timeout: Duration::from_secs(1),
            operation_timeout: KEYCHAIN_DIALOG_TIMEOUT,
        }
    }
}

/// Called once for each operation whose keychain takes longer than an answer without a dialog would.
pub type DialogNotice = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
pub struct TimeLimitedStore {
    store: Arc<dyn SecretStore>,
    limits: KeychainLimits,
    notice: Option<DialogNotice>,
    /// Set while calls belong to one operation.
    operation: Option<KeychainOperation>,
}

impl TimeLimitedStore {
    pub fn new(store: Arc<dyn SecretStore>, limits: KeychainLimits) -> Self {
        Self { store, limits, notice: None, operation: None }
    }

    #[must_use]
    pub fn with_notice(self, notice: DialogNotice) -> Self {
        Self { notice: Some(notice), ..self }
    }

    /// Returns this store for the calls of one operation, which share its time limit and end when `cancellation` is triggered.
    #[must_use]
    pub fn for_operation(&self, cancellation: &CancellationFlag) -> Self {
        let ends_at = Instant::now() + self.limits.operation_timeout;
        let operation =
            KeychainOperation { ends_at, notice: Arc::new(Mutex::new(self.notice.clone())), cancellation: cancellation.clone() };
        Self { operation: Some(operation), ..self.clone() }
    }

    /// Returns this store for a call that nobody is to wait for: its time limit is that of the probe, and it gives no notice.
    #[must_use]
    pub fn for_search(&self) -> Self {
        let limits = KeychainLimits { operation_timeout: self.limits.probe_timeout, ..self.limits };
        Self { store: Arc::clone(&self.store), limits, notice: None, operation: None }
    }

    fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn SecretStore) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        announce(StorageStep::Keychain)
            .map_err(|error| Problem::new(ProblemCode::KeychainFailed).with_evidence(error.to_string()))?;
        if !self.store.may_hang() {
            return work(&*self.store);
        }
        let (store, name) = (Arc::clone(&self.store), self.store.name());
        let operation = self.operation.clone().unwrap_or_else(|| KeychainOperation::for_one_call(self.limits.operation_timeout));
        let answer = operation.run(move || work(&*store));
        answer.unwrap_or_else(|unanswered| Err(unanswered.problem(name, self.limits.operation_timeout)))
    }
}

impl SecretStore for TimeLimitedStore {
    fn name(&self) -> &'static str {
        self.store.name()
    }

    fn place(&self, account: &Account) -> String {
        self.store.place(account)
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        let (account, secret) = (account.clone(), secret.clone());
        self.call(move |store| store.write(&account, &secret))
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        let account = account.clone();
        self.call(move |store| store.read(&account))
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        let account = account.clone();
        self.call(move |store| store.delete(&account))
    }

    fn accounts(&self) -> Result<Option<Vec<Account>>, Problem> {
        self.call(|store| store.accounts())
    }

    /// The state is known before the probe's entry is deleted, because a keychain may ask the person about that.
    fn probe(&self) -> ProbeOutcome {
        let store = Arc::clone(&self.store);
        let probed = KeychainOperation::for_one_call(self.limits.probe_timeout).run(move || store.probe());
        match probed {
            Ok(probed) => {
                if probed.wrote_entry {
                    let store = Arc::clone(&self.store);
                    let _ = KeychainOperation::for_one_call(self.limits.probe_delete_timeout).run(move || store.remove_probe());
                }
                probed
            }
            Err(CallFailure::ThreadEnded) => KeychainState::Absent { evidence: "the probe ended early".into() }.into(),
            Err(CallFailure::TimedOut | CallFailure::Cancelled) => KeychainState::TimedOut.into(),
        }
    }
}

/// Returns the result of `work` if it comes within `limit`. `name` is the name of its store for a person.
pub fn run_within<T: Send + 'static>(
    limit: Duration,
    name: &str,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    KeychainOperation::for_one_call(limit).run(work).unwrap_or_else(|unanswered| Err(unanswered.problem(name, limit)))
}

/// Ends the calls of an operation when the person no longer waits for it.
#[derive(Clone, Default)]
pub struct CancellationFlag(Arc<Wakeup>);

#[derive(Default)]
struct Wakeup {
    is_cancelled: Mutex<bool>,
    changed: Condvar,
}

impl CancellationFlag {
    pub fn trigger(&self) {
        *self.lock() = true;
        self.0.changed.notify_all();
    }

    pub fn is_triggered(&self) -> bool {
        *self.lock()
    }

    /// A flag is valid even after a panic under the lock.
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.0.is_cancelled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
enum CallFailure {
    TimedOut,
    Cancelled,
    /// The thread panicked, or could not be started.
    ThreadEnded,
}

impl CallFailure {
    fn problem(&self, name: &str, limit: Duration) -> Problem {
        match self {
            Self::TimedOut => {
                Problem::new(ProblemCode::KeychainSlow).with_evidence(format!("{name}: no response within {} s", limit.as_secs()))
            }
            // The dialog is still open, so the next call must not wait for it either.
            Self::Cancelled => {
                Problem::new(ProblemCode::KeychainSlow).with_evidence(format!("{name}: no response before it was cancelled"))
            }
            Self::ThreadEnded => Problem::bug(format!("{name}: the call ended early")),
        }
    }
}

/// Calls that share a time limit.
#[derive(Clone)]
struct KeychainOperation {
    ends_at: Instant,
    /// Taken when the notice is given.
    notice: Arc<Mutex<Option<DialogNotice>>>,
    cancellation: CancellationFlag,
}

impl KeychainOperation {
    fn for_one_call(limit: Duration) -> Self {
        Self { ends_at: Instant::now() + limit, notice: Arc::default(), cancellation: CancellationFlag::default() }
    }

    /// Runs `work` on a thread of its own and waits until it answers, the operation is cancelled, or its time is up.
    fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, CallFailure> {
        let (sender, answer) = sync_channel(1);
        let thread_end = WakeOnDrop(self.cancellation.clone());
        // If no thread starts, the closure is dropped with its sender and the wait ends at once. If the wait is over, the answer is
        // dropped.
        let call: Box<dyn FnOnce() + Send> = Box::new(move || {
            let _thread_end = thread_end;
            // Declared later and so dropped earlier: the thread that is woken finds the answer or its end.
            let sender = sender;
            let _ = sender.send(work());
        });
        let _ = std::thread::Builder::new().name("keychain".into()).spawn(call);
        self.receive(&answer)
    }

    /// A call that begins after the cancellation is part of the rollback, so it is not ended by the cancellation.
    fn receive<T>(&self, answer: &Receiver<T>) -> Result<T, CallFailure> {
        let began_at = Instant::now();
        let notice_at = began_at + DIALOG_NOTICE_DELAY;
        let mut is_cancelled = self.cancellation.lock();
        let was_cancelled = *is_cancelled;
        let ends_at = if was_cancelled { began_at + CANCELLED_CALL_TIMEOUT } else { self.ends_at };
        loop {
            match answer.try_recv() {
                Ok(answer) => return Ok(answer),
                Err(TryRecvError::Disconnected) => return Err(CallFailure::ThreadEnded),
                Err(TryRecvError::Empty) => {}
            }
            let now = Instant::now();
            if *is_cancelled && !was_cancelled {
                return Err(CallFailure::Cancelled);
            }
            if now >= ends_at {
                return Err(CallFailure::TimedOut);
            }
            let wakes_at = if now < notice_at { ends_at.min(notice_at) } else { ends_at };
            if now >= notice_at {
                self.give_notice();
            }
            let wait = self.cancellation.0.changed.wait_timeout(is_cancelled, wakes_at.saturating_duration_since(now));
            (is_cancelled, _) = wait.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_notice(&self) {
        let notice = self.notice.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(notice) = notice {
            notice();
        }
    }
}

/// Wakes the thread that waits for this one when this one ends, even by a panic.
struct WakeOnDrop(CancellationFlag);

impl Drop for WakeOnDrop {
    fn drop(&mut self) {
        // While the lock is held, the waiting thread is either before its check for the answer or already waiting.
        let _is_cancelled = self.0.lock();
        self.0.0.changed.notify_all();
    }
}
