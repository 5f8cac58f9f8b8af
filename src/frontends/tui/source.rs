//! The source of terminal input: a thread that reads bytes, because reading blocks, and the signal for a new size.

use super::decoder::Event;
#[cfg(not(unix))]
pub(super) use other::Source;
#[cfg(unix)]
pub(super) use unix::Source;
#[cfg(all(unix, test))]
pub(super) use unix::sent;

/// Input from the terminal, before it is decoded.
pub(super) enum Arrived {
    #[cfg(unix)]
    Bytes(zeroize::Zeroizing<Vec<u8>>),
    Event(Event),
    /// An event without a meaning here.
    #[cfg(not(unix))]
    Nothing,
}

#[cfg(unix)]
mod unix {
    use super::{Arrived, Event};
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    use std::io::{self, PipeReader, PipeWriter};
    use std::time::Duration;
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::sync::mpsc::{Receiver, Sender, channel};
    use tokio::sync::oneshot;
    use zeroize::Zeroizing;

    /// The size of the kernel's input buffer of a terminal.
    const READ_SIZE: usize = 4096;
    /// Time limit for the thread to end.
    const STOP_TIMEOUT: Duration = Duration::from_secs(2);
    /// Maximum number of queued reads; a terminal that sends endlessly has to wait.
    const AHEAD: usize = 8;

    /// The thread is started by the first wait, so that the first frame does not wait for it.
    #[derive(Default)]
    pub(in super::super) struct Source(Option<Running>);

    struct Running {
        chunks: Receiver<Zeroizing<Vec<u8>>>,
        resized: Option<Signal>,
        /// Closing the pipe ends the thread.
        stop: PipeWriter,
        ended: oneshot::Receiver<()>,
    }

    impl Source {
        /// Returns the next arrival. Dropping the wait loses nothing. `None`: the terminal is gone, or cannot be read.
        pub(in super::super) async fn next(&mut self) -> Option<Arrived> {
            if self.0.is_none() {
                self.0 = Some(Running::start().ok()?);
                // The size may have changed before the signal handler was installed.
                let (columns, rows) = super::super::size().ok()?;
                return Some(Arrived::Event(Event::Resized(columns, rows)));
            }
            let running = self.0.as_mut()?;
            let resized = async {
                match &mut running.resized {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(()) = resized => {
                    let (columns, rows) = super::super::size().ok()?;
                    Some(Arrived::Event(Event::Resized(columns, rows)))
                }
                chunk = running.chunks.recv() => chunk.map(Arrived::Bytes),
            }
        }

        /// Returns input that has arrived already.
        pub(in super::super) fn try_next(&mut self) -> Option<Arrived> {
            self.0.as_mut()?.chunks.try_recv().ok().map(Arrived::Bytes)
        }

        /// Stops reading. When this returns, nothing reads the terminal.
        pub(in super::super) async fn stop(self) {
            if let Some(Running { chunks, stop, ended, .. }) = self.0 {
                drop((chunks, stop));
                // The thread drops its sender last. If `poll` does not support terminals, as on older macOS, the thread waits in `read`
                // and ends with the next key.
                let _ = tokio::time::timeout(STOP_TIMEOUT, ended).await;
            }
        }
    }

    impl Running {
        fn start() -> io::Result<Self> {
            let (sender, chunks) = channel(AHEAD);
            let (stopped, stop) = io::pipe()?;
            let (ending, ended) = oneshot::channel::<()>();
            let resized = signal(SignalKind::window_change()).ok();
            std::thread::Builder::new().name("terminal input".into()).stack_size(64 * 1024).spawn(move || {
                read_all(&sender, &stopped);
                drop(ending);
            })?;
            Ok(Self { chunks, resized, stop, ended })
        }
    }

    /// Creates a source that yields what a test sends.
    #[cfg(test)]
    pub(in super::super) fn sent() -> (Sender<Zeroizing<Vec<u8>>>, Source) {
        let (sender, chunks) = channel(AHEAD);
        let (_, stop) = io::pipe().unwrap();
        let (_, ended) = oneshot::channel();
        (sender, Source(Some(Running { chunks, resized: None, stop, ended })))
    }

    /// Reads until the terminal ends or the pipe is closed.
    fn read_all(chunks: &Sender<Zeroizing<Vec<u8>>>, stopped: &PipeReader) {
        let stdin = io::stdin();
        let mut buffer = Zeroizing::new(vec![0; READ_SIZE]);
        loop {
            let mut fds = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
            match poll(&mut fds, None) {
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(_) => return,
            }
            let [input, stop] = fds;
            if !stop.revents().is_empty() {
                return;
            }
            if input.revents().is_empty() {
                continue;
            }
            match rustix::io::read(&stdin, buffer.as_mut_slice()) {
                Ok(0) => return,
                Ok(length) => {
                    let chunk = Zeroizing::new(buffer.get(..length).unwrap_or_default().to_vec());
                    if chunks.blocking_send(chunk).is_err() {
                        return;
                    }
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return,
            }
        }
    }
}

#[cfg(not(unix))]
mod other {
    use super::{Arrived, Event};
    use crate::domain::secret::Secret;
    use crate::wizard::keymap::Key;
    use crossterm::event::{Event as Sent, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
    use futures_util::StreamExt;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use tokio::task::JoinHandle;

    /// A Windows console sends keys, not bytes. A task owns the event stream, because a stream that is polled from several places
    /// keeps only the last waker and would miss wake-ups.
    #[derive(Default)]
    pub(in super::super) struct Source(Option<(JoinHandle<()>, UnboundedReceiver<Sent>)>);

    impl Source {
        pub(in super::super) async fn next(&mut self) -> Option<Arrived> {
            let (_, inbox) = self.0.get_or_insert_with(start);
            inbox.recv().await.map(arrived)
        }

        pub(in super::super) fn try_next(&mut self) -> Option<Arrived> {
            self.0.as_mut()?.1.try_recv().ok().map(arrived)
        }

        pub(in super::super) async fn stop(self) {
            if let Some((reader, _)) = self.0 {
                reader.abort();
                let _ = reader.await;
            }
        }
    }

    fn start() -> (JoinHandle<()>, UnboundedReceiver<Sent>) {
        let (outbox, inbox) = unbounded_channel();
        #[expect(
            clippy::disallowed_methods,
            reason = "reads the terminal for as long as it is ours; the runtime knows no terminal"
        )]
        let reader = tokio::spawn(async move {
            let mut stream = EventStream::new();
            while let Some(Ok(event)) = stream.next().await {
                if outbox.send(event).is_err() {
                    break;
                }
            }
        });
        (reader, inbox)
    }

    fn arrived(sent: Sent) -> Arrived {
        let event = match sent {
            // A console reports releases too (crossterm #772).
            Sent::Key(KeyEvent { kind: KeyEventKind::Release, .. }) | Sent::FocusGained | Sent::FocusLost | Sent::Mouse(_) => None,
            Sent::Key(event) => key(event).map(Event::Key),
            Sent::Paste(text) => Some(Event::Paste(Secret::new(text))),
            Sent::Resize(columns, rows) => Some(Event::Resized(columns, rows)),
        };
        event.map_or(Arrived::Nothing, Arrived::Event)
    }

    fn key(event: KeyEvent) -> Option<Key> {
        let is_control = event.modifiers.contains(KeyModifiers::CONTROL);
        Some(match event.code {
            KeyCode::Char(character) if is_control => Key::Ctrl(character.to_ascii_lowercase()),
            KeyCode::Char(_) if event.modifiers.contains(KeyModifiers::ALT) => return None,
            KeyCode::Char(character) => Key::Char(character),
            KeyCode::Enter => Key::Enter,
            KeyCode::Esc => Key::Esc,
            KeyCode::Tab => Key::Tab,
            KeyCode::BackTab => Key::BackTab,
            KeyCode::Backspace => Key::Backspace,
            KeyCode::Delete => Key::Delete,
            KeyCode::Up => Key::Up,
            KeyCode::Down => Key::Down,
            KeyCode::Left => Key::Left,
            KeyCode::Right => Key::Right,
            KeyCode::Home => Key::Home,
            KeyCode::End => Key::End,
            KeyCode::PageUp => Key::PageUp,
            KeyCode::PageDown => Key::PageDown,
            KeyCode::F(number) => Key::Function(number),
            _ => return None,
        })
    }
}
