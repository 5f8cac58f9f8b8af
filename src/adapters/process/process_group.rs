//! A program of ours and everything it starts: all of it ends with us.
//!
//!
//! npm's `ntn` is a script that starts the real one, so killing the child alone would leave the real one running. The group is
//! killed outright: 0.4.0 has no handler for any signal, so a polite one changes nothing, and when this is dropped there may be no
//! later moment in which to follow up.

use tokio::process::Child;

/// The process group of a child; killed when this is dropped.
pub struct ProcessGroup {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl ProcessGroup {
    #[cfg(unix)]
    pub fn of_child(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    #[cfg(not(unix))]
    pub fn of_child(_: &Child) -> Self {
        Self {}
    }

    /// Disarms the kill: the leader has ended by itself, and its number may soon be another process's.
    pub fn disarm(&mut self) {
        #[cfg(unix)]
        self.leader.take();
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}
