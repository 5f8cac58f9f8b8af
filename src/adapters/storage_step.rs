//! The single steps of storage, announced to an observer before they are taken.
//!
//! Nothing observes in the program itself. Tests do, to run several operations step by step in every order, to end the
//! process between two steps, and to let one step fail as a full or broken disk would. The observer belongs to a thread and
//! goes along with the work that this thread hands to others.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// A step that is about to be taken. Steps on files carry the path that they are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A try for a lock; another follows where it is held elsewhere.
    TryLock(&'a Path),
    /// The lock is held elsewhere: the thread is about to wait.
    LockHeld(&'a Path),
    /// The lock was obtained.
    Locked(&'a Path),
    /// The lock is let go of. A failure that is answered here is ignored.
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

pub type Observer = Arc<dyn Fn(Step<'_>) -> io::Result<()> + Send + Sync>;

thread_local! {
    static OBSERVER: RefCell<Option<Observer>> = const { RefCell::new(None) };
}

/// Announces a step. An error takes the place of the step.
pub fn announce(step: Step<'_>) -> io::Result<()> {
    observer().map_or(Ok(()), |observer| observer(step))
}

/// The observer of this thread, for a thread that works for it.
pub fn observer() -> Option<Observer> {
    OBSERVER.with_borrow(Clone::clone)
}

/// Makes this the observer of the current thread.
pub fn observe(observer: Option<Observer>) {
    OBSERVER.set(observer);
}
