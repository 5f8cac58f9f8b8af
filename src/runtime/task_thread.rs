//! A thread for tasks, separate from the one that draws the screen and reads keys.
//!
//! Ports read files, search `PATH` and start programs. A call that blocks on a slow disk or a dead network mount delays other tasks
//! at most, never a key, a signal or a frame.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Time that the end of the program waits for tasks to be dropped, which ends the programs they started.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) struct TaskThread {
    pub(super) handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    done: mpsc::Receiver<()>,
}

impl TaskThread {
    /// Returns `None` if the system provides no thread; tasks then run on the thread of the screen.
    pub(super) fn start() -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            // An idle thread of the blocking pool that waited for more work would wake a still screen to end itself.
            .thread_keep_alive(Duration::ZERO)
            .build()
            .ok()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (ending, ended) = mpsc::channel::<()>();
        let work = move || {
            let _ = runtime.block_on(stopped);
            runtime.shutdown_background();
            drop(ending);
        };
        thread::Builder::new().name("tasks".into()).spawn(work).ok()?;
        Some(Self { handle, stop: Some(stop), done: ended })
    }
}

impl Drop for TaskThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        // The channel disconnects once the thread has dropped everything.
        let _ = self.done.recv_timeout(SHUTDOWN_TIMEOUT);
    }
}
