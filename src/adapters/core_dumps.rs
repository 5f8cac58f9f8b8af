//! Keeps our memory, which may hold secrets, out of core dumps.
//!
//! On Linux the process is made not dumpable, which also closes its memory to debuggers of the same user; everywhere on Unix the
//! limit for the size of core dumps is zero. Programs that we start are not ours to limit: they begin with the limit that we were
//! given. Whether they can be dumped is set anew by the system when they begin.

#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

/// The limit that we were given, once it is not in force any more. Locked while a program starts: two that start at once would
/// take the limit away from each other.
#[cfg(unix)]
static GIVEN: Mutex<Option<Rlimit>> = Mutex::new(None);

/// Called first of all, before a secret is read. Where it fails there is nothing else to be done.
pub fn forbid() {
    #[cfg(unix)]
    {
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        if given.is_none() {
            let limit = getrlimit(Resource::Core);
            let _ = setrlimit(Resource::Core, none(&limit));
            *given = Some(limit);
        }
    }
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Starts a program that inherits the limit we were given. `start` returns once the program runs, or has failed to.
pub fn as_given<T>(start: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    {
        let given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(limit) = given.as_ref() else { return start() };
        let _ = setrlimit(Resource::Core, Rlimit { current: limit.current, maximum: limit.maximum });
        let started = start();
        let _ = setrlimit(Resource::Core, none(limit));
        started
    }
    #[cfg(not(unix))]
    start()
}

/// Only the soft limit: the hard one could not be raised again.
#[cfg(unix)]
fn none(limit: &Rlimit) -> Rlimit {
    Rlimit { current: Some(0), maximum: limit.maximum }
}
