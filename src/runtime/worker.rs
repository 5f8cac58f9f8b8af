//! A thread for tasks, beside the one that draws the screen and reads keys.
//!
//! Ports look at files, search `PATH` and start programs. Whatever of it blocks, on a slow disk or a dead network mount, keeps other
//! tasks waiting at most: never a key, a signal or a frame.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// How long the end of the program waits for tasks to be dropped: dropping them ends the programs they started.
const END_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) struct Worker {
    pub(super) handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    ended: mpsc::Receiver<()>,
}

impl Worker {
    /// `None` where the system gives no thread: tasks then run beside the screen.
    pub(super) fn start() -> Option<Self> {
        let (started, starting) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let (ending, ended) = mpsc::channel::<()>();
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                // An idle thread of the blocking pool that waited for more work would wake a still screen to end itself.
                .thread_keep_alive(Duration::ZERO)
                .build();
            let Ok(runtime) = runtime else { return };
            if started.send(runtime.handle().clone()).is_ok() {
                let _ = runtime.block_on(stopped);
            }
            runtime.shutdown_background();
            drop(ending);
        };
        thread::Builder::new().name("tasks".into()).spawn(work).ok()?;
        Some(Self { handle: starting.recv().ok()?, stop: Some(stop), ended })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Disconnected once the thread has dropped everything.
        let _ = self.ended.recv_timeout(END_TIMEOUT);
    }
}
