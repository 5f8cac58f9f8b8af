//! Terminal events as messages: release events ignored, pastes kept whole, also where the terminal sends them as a burst of keys.

use crate::domain::secret::Secret;
use crate::wizard::keymap::{self, Key, Meaning};
use crate::wizard::msg::{Input, Mode, Msg};
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::StreamExt;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

/// This many characters at once were not typed by hand.
const BURST: usize = 4;
/// Silence that ends a burst.
const PAUSE: Duration = Duration::from_millis(12);

/// A task of its own owns the stream: polled now and then, it would keep the waker of whoever asked last, and sleep on.
pub(super) struct Events {
    reader: JoinHandle<()>,
    inbox: UnboundedReceiver<Event>,
}

impl Events {
    pub(super) fn new() -> Self {
        let (outbox, inbox) = unbounded_channel();
        #[expect(
            clippy::disallowed_methods,
            reason = "reads the terminal for as long as it is ours; the runtime knows no terminal"
        )]
        let reader = tokio::spawn(async move {
            // Opened here, it starts its thread after the first frame, not before.
            let mut stream = EventStream::new();
            while let Some(Ok(event)) = stream.next().await {
                if outbox.send(event).is_err() {
                    break;
                }
            }
        });
        Self { reader, inbox }
    }

    /// Stops reading; when this returns, the terminal is nobody's.
    pub(super) async fn stop(self) {
        self.reader.abort();
        let _ = self.reader.await;
    }

    /// Waits for an event and takes everything that is there with it. `None`: the terminal is gone.
    pub(super) async fn next(&mut self, mode: Mode) -> Option<Vec<Msg>> {
        let mut batch = vec![self.inbox.recv().await?];
        self.drain(&mut batch);
        if mode == Mode::Typing && characters(&batch) >= BURST {
            while let Ok(Some(event)) = tokio::time::timeout(PAUSE, self.inbox.recv()).await {
                batch.push(event);
                self.drain(&mut batch);
            }
        }
        Some(translate(&batch, mode))
    }

    fn drain(&mut self, batch: &mut Vec<Event>) {
        while let Ok(event) = self.inbox.try_recv() {
            batch.push(event);
        }
    }
}

fn characters(batch: &[Event]) -> usize {
    batch.iter().filter(|event| typed(event).is_some_and(|character| character != '\n')).count()
}

/// A character as a paste would hold it; Enter is a line break.
fn typed(event: &Event) -> Option<char> {
    match event {
        Event::Key(KeyEvent { code, modifiers, kind, .. }) if *kind != KeyEventKind::Release => match code {
            KeyCode::Char(character) if !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => Some(*character),
            KeyCode::Enter => Some('\n'),
            _ => None,
        },
        _ => None,
    }
}

fn translate(batch: &[Event], mode: Mode) -> Vec<Msg> {
    let mut messages = Vec::new();
    let is_burst = mode == Mode::Typing && characters(batch) >= BURST;
    let mut pasted = String::new();
    for event in batch {
        match (typed(event), event) {
            (Some(character), _) if is_burst => pasted.push(character),
            (_, Event::Paste(text)) => messages.push(Msg::Input(Input::Paste(Secret::new(text.as_str())))),
            (_, Event::Resize(columns, rows)) => messages.push(Msg::Resized(*columns, *rows)),
            (_, Event::Key(key)) => messages.extend(pressed(*key, mode)),
            (_, Event::FocusGained | Event::FocusLost | Event::Mouse(_)) => {}
        }
    }
    if !pasted.is_empty() {
        messages.push(Msg::Input(Input::Paste(Secret::new(pasted))));
    }
    messages
}

/// Windows, and terminals with the kitty protocol, report releases too (crossterm #772).
fn pressed(event: KeyEvent, mode: Mode) -> Option<Msg> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    match keymap::meaning(mode, key(event)?) {
        Meaning::Do(intent) => Some(Msg::Input(Input::Do(intent))),
        Meaning::Type(edit) => Some(Msg::Input(Input::Type(edit))),
        Meaning::Nothing => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wizard::msg::{Edit, Intent};

    fn press(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn letters(text: &str) -> Vec<Event> {
        text.chars().map(|character| press(if character == '\n' { KeyCode::Enter } else { KeyCode::Char(character) })).collect()
    }

    #[test]
    fn a_burst_of_keys_is_one_paste_and_its_enter_submits_nothing() {
        let messages = translate(&letters("ntn_fake\n"), Mode::Typing);
        assert_eq!(messages, [Msg::Input(Input::Paste(Secret::new("ntn_fake\n")))]);
    }

    #[test]
    fn single_keys_are_typed_and_enter_confirms() {
        let messages = translate(&letters("q\n"), Mode::Typing);
        assert_eq!(messages, [Msg::Input(Input::Type(Edit::Insert('q'))), Msg::Input(Input::Do(Intent::Confirm))]);
    }

    #[test]
    fn release_events_are_ignored() {
        let mut released = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        released.kind = KeyEventKind::Release;
        assert!(translate(&[Event::Key(released)], Mode::Moving).is_empty());
    }

    #[test]
    fn while_moving_a_burst_stays_keys() {
        assert_eq!(translate(&letters("jjjjj"), Mode::Moving).len(), 5);
    }
}
