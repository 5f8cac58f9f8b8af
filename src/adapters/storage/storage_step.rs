//! The single steps of storage, announced to an observer before they are taken.
//!
//! The program itself has no observer. Tests have one, to run several operations step by step in every order, to end the process
//! between two steps, and to let one step fail as a full or broken disk would. The observer belongs to a thread and goes along with
//! the work that this thread hands to others.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// A step that is about to be taken, with the path of the file that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageStep<'a> {
    /// A try for a lock; another follows if it is held elsewhere.
    TryLock(&'a Path),
    /// The lock is held elsewhere: the thread is about to wait.
    LockHeld(&'a Path),
    /// The lock was obtained.
    Locked(&'a Path),
    /// The lock is released. An error that is returned here is ignored.
    Unlock(&'a Path),
    Read(&'a Path),
    /// Content is written to a new file beside this one.
    WriteBeside(&'a Path),
    /// The new file takes this one's place.
    Replace(&'a Path),
    /// Content is written into this file itself.
    WriteInto(&'a Path),
    Remove(&'a Path),
    Keychain,
}

pub type StepObserver = Arc<dyn Fn(StorageStep<'_>) -> io::Result<()> + Send + Sync>;

thread_local! {
    static OBSERVER: RefCell<Option<StepObserver>> = const { RefCell::new(None) };
}

/// Announces a step. An error replaces the step.
pub fn announce(step: StorageStep<'_>) -> io::Result<()> {
    current_observer().map_or(Ok(()), |observer| observer(step))
}

/// Returns the observer of this thread, for a thread that works for it.
pub fn current_observer() -> Option<StepObserver> {
    OBSERVER.with_borrow(Clone::clone)
}

/// Sets the observer of the current thread.
pub fn set_observer(observer: Option<StepObserver>) {
    OBSERVER.set(observer);
}
