//! Keeps our memory, which may hold secrets, out of core dumps.
//!
//! On Linux the process is made not dumpable, which also closes its memory to debuggers of the same user; on every Unix the limit for the
//! size of core dumps is set to zero. Programs that we start get the inherited limit back, and the system makes them dumpable again.

#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

/// The inherited limit, once it has been replaced. Locked while a program starts: two concurrent starts would otherwise take the
/// limit away from each other.
#[cfg(unix)]
static INHERITED_LIMIT: Mutex<Option<Rlimit>> = Mutex::new(None);

/// Called before anything else, and before a secret is read. A failure is ignored, because nothing else can be done.
pub fn disable() {
    #[cfg(unix)]
    {
        let mut inherited = INHERITED_LIMIT.lock().unwrap_or_else(PoisonError::into_inner);
        if inherited.is_none() {
            let limit = getrlimit(Resource::Core);
            let _ = setrlimit(Resource::Core, zero_soft_limit(&limit));
            *inherited = Some(limit);
        }
    }
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Starts a program with the inherited limit. `start` returns once the program runs, or has failed to start.
pub fn with_inherited_limit<T>(start: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    {
        let inherited = INHERITED_LIMIT.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(limit) = inherited.as_ref() else { return start() };
        let _ = setrlimit(Resource::Core, Rlimit { current: limit.current, maximum: limit.maximum });
        let started = start();
        let _ = setrlimit(Resource::Core, zero_soft_limit(limit));
        started
    }
    #[cfg(not(unix))]
    start()
}

/// Lowers only the soft limit, because a lowered hard limit could not be raised again.
#[cfg(unix)]
fn zero_soft_limit(limit: &Rlimit) -> Rlimit {
    Rlimit { current: Some(0), maximum: limit.maximum }
}
