//! A port that blocks its thread, as a file on a dead network mount does: the thread of the screen goes on.

use super::*;
use std::sync::{Mutex, mpsc};

/// Opening blocks until the test says so.
struct Blocking(Mutex<mpsc::Receiver<()>>);

impl Browser for Blocking {
    fn open(&self, _: Link) -> Job<()> {
        self.0.lock().unwrap().recv().unwrap();
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_port_that_blocks_keeps_no_key_and_no_timer_waiting() {
    let (release, blocked) = mpsc::channel();
    let fakes = FakeWorld::new();
    let world = World { browser: Arc::new(Blocking(Mutex::new(blocked))), ..fakes.world() };
    let (mut runtime, mut inbox) = Runtime::with_task_thread(world);
    runtime.start(TaskId(1), portal());
    // The port answers only after this thread has gone on: beside each other on one thread, both would wait for ever.
    tokio::time::sleep(Duration::from_millis(1)).await;
    release.send(()).unwrap();
    assert_eq!(inbox.recv().await, Some(Msg::Reply(TaskId(1), Ok(TaskOutcome::Completed))));
}

/// Says when it is dropped, which is when what it started is ended.
struct Unending {
    opened: Mutex<mpsc::Sender<()>>,
    dropped: Arc<Mutex<bool>>,
}

struct OnDrop(Arc<Mutex<bool>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        *self.0.lock().unwrap() = true;
    }
}

impl Browser for Unending {
    fn open(&self, _: Link) -> Job<()> {
        let on_drop = OnDrop(Arc::clone(&self.dropped));
        self.opened.lock().unwrap().send(()).unwrap();
        Box::pin(async move {
            let _on_drop = on_drop;
            std::future::pending().await
        })
    }
}

#[tokio::test]
async fn when_the_runtime_is_gone_so_is_everything_that_it_ran() {
    let dropped = Arc::new(Mutex::new(false));
    let (opened, opening) = mpsc::channel();
    let unending = Unending { opened: Mutex::new(opened), dropped: Arc::clone(&dropped) };
    let fakes = FakeWorld::new();
    let (mut runtime, _inbox) = Runtime::with_task_thread(World { browser: Arc::new(unending), ..fakes.world() });
    runtime.start(TaskId(1), portal());
    opening.recv().unwrap();
    drop(runtime);
    assert!(*dropped.lock().unwrap());
}
