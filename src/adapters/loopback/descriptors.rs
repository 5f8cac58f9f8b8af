//! File descriptors, of which a process has few: the number that the listener may use, and one that is kept in reserve.
//!
//! Connections to the port take descriptors from everything else here: the browser that is started, the exchange of the code, the
//! credential store. Without a limit the callback arrives, and none is left to save what it brings.

#[cfg(unix)]
use std::os::fd::{AsFd, OwnedFd};

/// Descriptors that are left to the rest of the program.
#[cfg(unix)]
const RESERVED_DESCRIPTORS: u64 = 48;

/// A browser opens some connections at once, and one of them brings the callback.
const MIN_CONNECTIONS: usize = 4;

/// Returns the number of connections that may be open at once: as many as requested, or as few as the process can afford.
#[cfg(unix)]
pub(super) fn connection_limit(connections: usize) -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let spare = limit.and_then(|limit| usize::try_from(limit.saturating_sub(RESERVED_DESCRIPTORS)).ok()).unwrap_or(usize::MAX);
    connections.min(spare.max(MIN_CONNECTIONS))
}

#[cfg(not(unix))]
pub(super) fn connection_limit(connections: usize) -> usize {
    connections.max(MIN_CONNECTIONS)
}

/// True if the process, or the whole machine, has no descriptor left.
#[cfg(unix)]
pub(super) fn is_out_of_descriptors(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

#[cfg(not(unix))]
pub(super) fn is_out_of_descriptors(_error: &std::io::Error) -> bool {
    false
}

/// A descriptor that is released for the next connection when no other is left.
#[derive(Default)]
pub(super) struct ReserveDescriptor {
    #[cfg(unix)]
    held: Option<OwnedFd>,
}

#[cfg(unix)]
impl ReserveDescriptor {
    /// Takes a descriptor again after a release, if there is one.
    pub(super) fn replenish(&mut self, listener: Option<&tokio::net::TcpListener>) {
        if self.held.is_none() {
            self.held = listener.and_then(|listener| rustix::io::fcntl_dupfd_cloexec(listener.as_fd(), 0).ok());
        }
    }

    /// True if there was one to release.
    pub(super) fn release(&mut self) -> bool {
        self.held.take().is_some()
    }
}

#[cfg(not(unix))]
#[expect(clippy::unused_self, reason = "on Unix there is one to hold")]
impl ReserveDescriptor {
    pub(super) fn replenish(&mut self, _listener: Option<&tokio::net::TcpListener>) {}

    pub(super) fn release(&mut self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_taken_than_asked_for_and_never_less_than_a_browser_needs() {
        assert_eq!(connection_limit(5), 5);
        assert_eq!(connection_limit(4), MIN_CONNECTIONS);
    }
}
