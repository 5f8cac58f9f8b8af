//! Where the terminal's bytes come from: a thread that reads them, because reading blocks, and the signal of a new size.

use super::decoder::Event;
#[cfg(not(unix))]
pub(super) use other::Source;
#[cfg(unix)]
pub(super) use unix::Source;
#[cfg(all(unix, test))]
pub(super) use unix::sent;

/// What the terminal sent.
pub(super) enum Arrived {
    #[cfg(unix)]
    Bytes(zeroize::Zeroizing<Vec<u8>>),
    Event(Event),
    /// Nothing that means anything here.
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

    /// As much as a terminal holds back for its reader.
    const READ_SIZE: usize = 4096;
    /// How long the end of the thread is waited for.
    const STOP_TIMEOUT: Duration = Duration::from_secs(2);
    /// Reads that may be ahead of us: a terminal that sends without end has to wait.
    const AHEAD: usize = 8;

    /// Reads from the first wait on: the first frame does not wait for a thread to start.
    #[derive(Default)]
    pub(in super::super) struct Source(Option<Running>);

    struct Running {
        chunks: Receiver<Zeroizing<Vec<u8>>>,
        resized: Option<Signal>,
        /// Closing it ends the thread, whatever that waits for.
        stop: PipeWriter,
        ended: oneshot::Receiver<()>,
    }

    impl Source {
        /// Returns the next arrival. Dropping the wait loses nothing. `None`: the terminal is gone, or cannot be read.
        pub(in super::super) async fn next(&mut self) -> Option<Arrived> {
            if self.0.is_none() {
                self.0 = Some(Running::start().ok()?);
                // The size may have changed after it was last read and before its signal was listened for.
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

        /// Something that is here already.
        pub(in super::super) fn try_next(&mut self) -> Option<Arrived> {
            self.0.as_mut()?.chunks.try_recv().ok().map(Arrived::Bytes)
        }

        /// Stops reading; when this returns, the terminal is nobody's.
        pub(in super::super) async fn stop(self) {
            if let Some(Running { chunks, stop, ended, .. }) = self.0 {
                drop((chunks, stop));
                // The thread drops its end of it last. Where `poll` knows no terminals, as once on macOS, it waits in `read` instead, and
                // ends with the next key.
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

    /// A source of what a test sends.
    #[cfg(test)]
    pub(in super::super) fn sent() -> (Sender<Zeroizing<Vec<u8>>>, Source) {
        let (sender, chunks) = channel(AHEAD);
        let (_, stop) = io::pipe().unwrap();
        let (_, ended) = oneshot::channel();
        (sender, Source(Some(Running { chunks, resized: None, stop, ended })))
    }

    /// Sleeps until the terminal sends something, or until it is told to stop.
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

    /// A console sends keys, not bytes. A task of its own owns the stream: polled now and then, it would keep the waker of whoever
    /// asked last, and sleep on.
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
