//! Terminal events as messages: release events ignored, pastes kept whole, also where the terminal sends them as a burst of keys.

use crate::domain::secret::Secret;
use crate::wizard::keymap::{self, Key, Meaning};
use crate::wizard::msg::{Input, Intent, Mode, Msg};
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::StreamExt;
use std::collections::VecDeque;
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
    waiting: Waiting,
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
        Self { reader, inbox, waiting: Waiting::default() }
    }

    /// Stops reading; when this returns, the terminal is nobody's.
    pub(super) async fn stop(self) {
        self.reader.abort();
        let _ = self.reader.await;
    }

    /// Waits until something can be taken, in `mode`. Dropping the wait loses no key. `None`: the terminal is gone.
    pub(super) async fn ready(&mut self, mode: Mode) -> Option<()> {
        if self.waiting.is_empty() {
            let event = self.inbox.recv().await?;
            self.waiting.push(event);
        }
        self.drain();
        if mode == Mode::Typing && self.waiting.burst().is_some() {
            while let Ok(Some(event)) = tokio::time::timeout(PAUSE, self.inbox.recv()).await {
                self.waiting.push(event);
                self.drain();
            }
        }
        Some(())
    }

    /// What comes next, by what keys mean at this moment: the message before it may have changed that.
    pub(super) fn take(&mut self, mode: Mode) -> Option<Msg> {
        self.waiting.take(mode)
    }

    /// While a printed line is read: whether a key was pressed, any key; and of all that came, what holds there too.
    pub(super) fn take_aside(&mut self) -> (bool, Vec<Msg>) {
        self.waiting.take_aside()
    }

    pub(super) fn has_more(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn drain(&mut self) {
        while let Ok(event) = self.inbox.try_recv() {
            self.waiting.push(event);
        }
    }
}

/// Events that have arrived and have not been acted upon.
#[derive(Default)]
struct Waiting(VecDeque<Event>);

impl Waiting {
    /// Windows, and terminals with the kitty protocol, report releases too (crossterm #772): they would break up bursts.
    fn push(&mut self, event: Event) {
        match event {
            Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) | Event::FocusGained | Event::FocusLost | Event::Mouse(_) => {}
            Event::Key(_) | Event::Paste(_) | Event::Resize(..) => self.0.push_back(event),
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many of the next events are characters that nobody can have typed by hand.
    fn burst(&self) -> Option<usize> {
        let characters = || self.0.iter().map_while(typed);
        (characters().filter(|character| *character != '\n').count() >= BURST).then(|| characters().count())
    }

    fn take(&mut self, mode: Mode) -> Option<Msg> {
        if mode == Mode::Typing
            && let Some(length) = self.burst()
        {
            let pasted: String = self.0.drain(..length).filter_map(|event| typed(&event)).collect();
            return Some(Msg::Input(Input::Paste(Secret::new(pasted))));
        }
        self.0.pop_front().and_then(|event| match event {
            Event::Paste(text) => Some(Msg::Input(Input::Paste(Secret::new(text)))),
            Event::Resize(columns, rows) => Some(Msg::Resized(columns, rows)),
            Event::Key(key) => pressed(key, mode),
            Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
        })
    }

    /// A key that leaves or suspends does so; every other means "come back", and what was typed behind it is meant for nothing.
    fn take_aside(&mut self) -> (bool, Vec<Msg>) {
        let mut has_key = false;
        let mut heard = Vec::new();
        for event in self.0.drain(..) {
            match event {
                Event::Resize(columns, rows) => heard.push(Msg::Resized(columns, rows)),
                Event::Key(key) => {
                    has_key = true;
                    let holds = |msg: &Msg| matches!(msg, Msg::Input(Input::Do(Intent::Leave | Intent::Suspend)));
                    heard.extend(pressed(key, Mode::Moving).filter(holds));
                }
                Event::Paste(_) | Event::FocusGained | Event::FocusLost | Event::Mouse(_) => {}
            }
        }
        (has_key, heard)
    }
}

/// A character as a paste would hold it; Enter is a line break.
fn typed(event: &Event) -> Option<char> {
    match event {
        Event::Key(KeyEvent { code, modifiers, .. }) => match code {
            KeyCode::Char(character) if !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => Some(*character),
            KeyCode::Enter => Some('\n'),
            _ => None,
        },
        _ => None,
    }
}

fn pressed(event: KeyEvent, mode: Mode) -> Option<Msg> {
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
    use crate::wizard::msg::Edit;

    fn press(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn letters(text: &str) -> Waiting {
        let mut waiting = Waiting::default();
        for character in text.chars() {
            waiting.push(press(if character == '\n' { KeyCode::Enter } else { KeyCode::Char(character) }));
        }
        waiting
    }

    fn all(mut waiting: Waiting, mode: Mode) -> Vec<Msg> {
        let mut messages = Vec::new();
        while !waiting.is_empty() {
            messages.extend(waiting.take(mode));
        }
        messages
    }

    #[test]
    fn a_burst_of_keys_is_one_paste_and_its_enter_submits_nothing() {
        assert_eq!(all(letters("ntn_fake\n"), Mode::Typing), [Msg::Input(Input::Paste(Secret::new("ntn_fake\n")))]);
    }

    #[test]
    fn single_keys_are_typed_and_enter_confirms() {
        let typed = [Msg::Input(Input::Type(Edit::Insert('q'))), Msg::Input(Input::Do(Intent::Confirm))];
        assert_eq!(all(letters("q\n"), Mode::Typing), typed);
    }

    #[test]
    fn what_follows_a_key_is_read_by_what_that_key_led_to() {
        let mut waiting = letters("1ntn_fake");
        assert_eq!(waiting.take(Mode::Moving), Some(Msg::Input(Input::Do(Intent::Pick(1)))));
        assert_eq!(waiting.take(Mode::Typing), Some(Msg::Input(Input::Paste(Secret::new("ntn_fake")))));
        assert_eq!(waiting.take(Mode::Typing), None);
    }

    #[test]
    fn a_command_ends_a_burst() {
        let mut waiting = letters("ntn_fake");
        waiting.push(press(KeyCode::Esc));
        let expected = [Msg::Input(Input::Paste(Secret::new("ntn_fake"))), Msg::Input(Input::Do(Intent::Back))];
        assert_eq!(all(waiting, Mode::Typing), expected);
    }

    #[test]
    fn beside_a_printed_line_any_key_comes_back_and_a_paste_or_a_new_size_does_not() {
        let mut waiting = letters("xq");
        waiting.push(Event::Resize(70, 33));
        assert_eq!(waiting.take_aside(), (true, vec![Msg::Resized(70, 33)]));
        waiting.push(Event::Paste("y".into()));
        waiting.push(Event::Resize(60, 20));
        assert_eq!(waiting.take_aside(), (false, vec![Msg::Resized(60, 20)]));
        assert!(waiting.is_empty());
        for (letter, intent) in [('c', Intent::Leave), ('z', Intent::Suspend)] {
            waiting.push(Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)));
            assert_eq!(waiting.take_aside(), (true, vec![Msg::Input(Input::Do(intent))]));
        }
    }

    #[test]
    fn release_events_are_ignored_and_break_no_burst() {
        let mut waiting = Waiting::default();
        for letter in "ntn_".chars() {
            let mut released = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            waiting.push(Event::Key(released));
            released.kind = KeyEventKind::Release;
            waiting.push(Event::Key(released));
        }
        assert_eq!(all(waiting, Mode::Typing), [Msg::Input(Input::Paste(Secret::new("ntn_")))]);
    }

    #[test]
    fn while_moving_a_burst_stays_keys() {
        assert_eq!(all(letters("jjjjj"), Mode::Moving).len(), 5);
    }

    /// The runtime's answers come first, and cancel the wait for keys.
    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "a reader that reads nothing")]
    async fn a_wait_that_is_dropped_loses_no_key() {
        let (keys, inbox) = unbounded_channel();
        let mut events = Events { reader: tokio::spawn(async {}), inbox, waiting: Waiting::default() };
        "ntn_".chars().for_each(|letter| keys.send(press(KeyCode::Char(letter))).unwrap());
        assert!(tokio::time::timeout(PAUSE / 2, events.ready(Mode::Typing)).await.is_err(), "the burst may not be over");
        "fake".chars().for_each(|letter| keys.send(press(KeyCode::Char(letter))).unwrap());
        assert_eq!(events.ready(Mode::Typing).await, Some(()));
        assert_eq!(events.take(Mode::Typing), Some(Msg::Input(Input::Paste(Secret::new("ntn_fake")))));
        assert!(!events.has_more());
    }
}
