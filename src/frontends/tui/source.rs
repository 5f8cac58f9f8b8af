//! The source of terminal input: a thread that reads bytes, because reading blocks, and the signal for a new size.

use super::decoder::TerminalEvent;
#[cfg(not(unix))]
pub(super) use other::InputSource;
#[cfg(unix)]
pub(super) use unix::InputSource;
#[cfg(all(unix, test))]
pub(super) use unix::test_source;

/// Input from the terminal, before it is decoded.
pub(super) enum RawInput {
    #[cfg(unix)]
    Bytes(zeroize::Zeroizing<Vec<u8>>),
    Event(TerminalEvent),
    /// An event that is ignored.
    #[cfg(not(unix))]
    Nothing,
}

#[cfg(unix)]
mod unix {
    use super::{RawInput, TerminalEvent};
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    use std::io::{self, PipeReader, PipeWriter};
    use std::time::Duration;
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::sync::mpsc::{Receiver, Sender, channel};
    use tokio::sync::oneshot;
    use zeroize::Zeroizing;

    /// The size of the kernel's input buffer of a terminal.
    const CHUNK_BYTES: usize = 4096;
    /// Time limit for the thread to end.
    const STOP_TIMEOUT: Duration = Duration::from_secs(2);
    /// Maximum number of queued reads; a terminal that sends endlessly has to wait.
    const CHUNK_QUEUE_LEN: usize = 8;

    /// The thread is started by the first wait, so that the first frame does not wait for a thread to start.
    #[derive(Default)]
    pub(in super::super) struct InputSource(Option<ReaderThread>);

    struct ReaderThread {
        chunks: Receiver<Zeroizing<Vec<u8>>>,
        resize_signal: Option<Signal>,
        /// Closing the pipe ends the thread.
        stop_pipe: PipeWriter,
        thread_ended: oneshot::Receiver<()>,
    }

    impl InputSource {
        /// Returns the next input. It is cancel safe. Returns `None` if the terminal is gone or cannot be read.
        pub(in super::super) async fn next(&mut self) -> Option<RawInput> {
            if self.0.is_none() {
                self.0 = Some(ReaderThread::start().ok()?);
                // The size may have changed before the signal handler was installed.
                let (columns, rows) = super::super::terminal_size().ok()?;
                return Some(RawInput::Event(TerminalEvent::Resized(columns, rows)));
            }
            let running = self.0.as_mut()?;
            let resized = async {
                match &mut running.resize_signal {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(()) = resized => {
                    let (columns, rows) = super::super::terminal_size().ok()?;
                    Some(RawInput::Event(TerminalEvent::Resized(columns, rows)))
                }
                chunk = running.chunks.recv() => chunk.map(RawInput::Bytes),
            }
        }

        /// Returns input that has arrived already.
        pub(in super::super) fn try_next(&mut self) -> Option<RawInput> {
            self.0.as_mut()?.chunks.try_recv().ok().map(RawInput::Bytes)
        }

        /// Stops reading. When this returns, nothing reads the terminal.
        pub(in super::super) async fn stop(self) {
            if let Some(ReaderThread { chunks, stop_pipe: stop, thread_ended: ended, .. }) = self.0 {
                drop((chunks, stop));
                // The thread drops its sender last. If `poll` does not support terminals, as on older macOS, the thread waits in `read`
                // and ends with the next key.
                let _ = tokio::time::timeout(STOP_TIMEOUT, ended).await;
            }
        }
    }

    impl ReaderThread {
        fn start() -> io::Result<Self> {
            let (sender, chunks) = channel(CHUNK_QUEUE_LEN);
            let (stopped, stop) = io::pipe()?;
            let (ending, ended) = oneshot::channel::<()>();
            let resized = signal(SignalKind::window_change()).ok();
            std::thread::Builder::new().name("terminal input".into()).stack_size(64 * 1024).spawn(move || {
                forward_chunks(&sender, &stopped);
                drop(ending);
            })?;
            Ok(Self { chunks, resize_signal: resized, stop_pipe: stop, thread_ended: ended })
        }
    }

    /// Creates a source that yields what a test sends.
    #[cfg(test)]
    pub(in super::super) fn test_source() -> (Sender<Zeroizing<Vec<u8>>>, InputSource) {
        let (sender, chunks) = channel(CHUNK_QUEUE_LEN);
        let (_, stop) = io::pipe().unwrap();
        let (_, ended) = oneshot::channel();
        (sender, InputSource(Some(ReaderThread { chunks, resize_signal: None, stop_pipe: stop, thread_ended: ended })))
    }

    /// Reads until the terminal ends or the pipe is closed.
    fn forward_chunks(chunks: &Sender<Zeroizing<Vec<u8>>>, stopped: &PipeReader) {
        let stdin = io::stdin();
        let mut buffer = Zeroizing::new(vec![0; CHUNK_BYTES]);
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
    use super::{RawInput, TerminalEvent};
    use crate::domain::secret::Secret;
    use crate::wizard::keymap::Key;
    use crossterm::event::{Event as Sent, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
    use futures_util::StreamExt;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use tokio::task::JoinHandle;

    /// A Windows console sends keys, not bytes. A task owns the event stream, because a stream that is polled from several places
    /// keeps only the last waker and would miss wake-ups.
    #[derive(Default)]
    pub(in super::super) struct InputSource(Option<(JoinHandle<()>, UnboundedReceiver<Sent>)>);

    impl InputSource {
        pub(in super::super) async fn next(&mut self) -> Option<RawInput> {
            let (_, inbox) = self.0.get_or_insert_with(start);
            inbox.recv().await.map(to_raw_input)
        }

        pub(in super::super) fn try_next(&mut self) -> Option<RawInput> {
            self.0.as_mut()?.1.try_recv().ok().map(to_raw_input)
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

    fn to_raw_input(sent: Sent) -> RawInput {
        let event = match sent {
            // A console reports releases too (crossterm #772).
            Sent::Key(KeyEvent { kind: KeyEventKind::Release, .. }) | Sent::FocusGained | Sent::FocusLost | Sent::Mouse(_) => None,
            Sent::Key(event) => key(event).map(TerminalEvent::Key),
            Sent::Paste(text) => Some(TerminalEvent::Paste(Secret::new(text))),
            Sent::Resize(columns, rows) => Some(TerminalEvent::Resized(columns, rows)),
        };
        event.map_or(RawInput::Nothing, RawInput::Event)
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
