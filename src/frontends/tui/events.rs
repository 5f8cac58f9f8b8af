//! Turns terminal events into messages, and recognizes pastes that arrive as a burst of keys.

use super::decoder::{Decoder, Incomplete, MAX_PASTE_BYTES, TerminalEvent};
use super::source::{InputSource, RawInput};
use crate::domain::secret::{Secret, WipingBuffer};
use crate::wizard::keymap::{self, Key, KeyAction};
use crate::wizard::msg::{Input, Intent, Mode, Msg};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Minimum number of characters at once that count as a paste.
const MIN_BURST_CHARS: usize = 4;
/// Maximum number of queued repeats of a held key; more of them count as a paste.
const MAX_KEY_REPEATS: usize = 64;
/// Pause that ends a burst.
const BURST_TIMEOUT: Duration = Duration::from_millis(12);
/// Timeout for the rest of a sequence.
const SEQUENCE_TIMEOUT: Duration = Duration::from_secs(1);
/// Timeout for the rest of a paste without its end mark.
const PASTE_TIMEOUT: Duration = Duration::from_secs(2);
/// Maximum number of events to read ahead; further input waits in the terminal.
const READ_AHEAD_LIMIT: usize = 64;

pub(super) struct Events {
    source: InputSource,
    decoder: Decoder,
    escape_delay: Duration,
    queue: InputQueue,
    last_arrival: Instant,
}

impl Events {
    /// Creates a queue that holds a lone ESC for `escape_delay`.
    pub(super) fn new(escape_delay: Duration) -> Self {
        Self {
            source: InputSource::default(),
            decoder: Decoder::default(),
            escape_delay,
            queue: InputQueue::default(),
            last_arrival: Instant::now(),
        }
    }

    /// Stops reading. When this returns, nothing reads the terminal.
    pub(super) async fn stop(self) {
        self.source.stop().await;
    }

    /// Waits until an event is available. It is cancel safe. Returns `None` if the terminal is gone.
    pub(super) async fn ready(&mut self) -> Option<()> {
        loop {
            while self.queue.len() < READ_AHEAD_LIMIT
                && let Some(input) = self.source.try_next()
            {
                self.accept(input);
            }
            let timeout = match (self.queue.may_be_burst(), self.decoder.incomplete()) {
                (true, _) => Some(BURST_TIMEOUT),
                (false, _) if !self.queue.is_empty() => return Some(()),
                (false, None) => None,
                (false, Some(Incomplete::Escape)) => Some(self.escape_delay),
                (false, Some(Incomplete::Sequence)) => Some(SEQUENCE_TIMEOUT),
                (false, Some(Incomplete::Paste)) => Some(PASTE_TIMEOUT),
            };
            let until = self.last_arrival + timeout.unwrap_or_default();
            tokio::select! {
                biased;
                input = self.source.next() => self.accept(input?),
                () = tokio::time::sleep_until(until), if timeout.is_some() => {
                    if !self.queue.is_empty() {
                        return Some(());
                    }
                    if let Some(event) = self.decoder.time_out() {
                        self.queue.push(event);
                    }
                }
            }
        }
    }

    fn accept(&mut self, input: RawInput) {
        let now = Instant::now();
        match input {
            #[cfg(unix)]
            RawInput::Bytes(bytes) => {
                if now > self.last_arrival + SEQUENCE_TIMEOUT {
                    self.decoder.forget_escape();
                }
                self.last_arrival = now;
                self.decoder.feed(&bytes, |event| self.queue.push(event));
            }
            RawInput::Event(event) => {
                if !matches!(event, TerminalEvent::Resized(..)) {
                    self.last_arrival = now;
                }
                self.queue.push(event);
            }
            #[cfg(not(unix))]
            RawInput::Nothing => {}
        }
    }

    /// Returns the next message for the current mode, which the previous message may have changed.
    pub(super) fn next_message(&mut self, mode: Mode) -> Option<Msg> {
        self.queue.next_message(mode)
    }

    /// Drains the queue while the main screen is shown: returns whether a key was pressed, and the messages that apply there too.
    pub(super) fn drain_on_main_screen(&mut self) -> (bool, Vec<Msg>) {
        self.queue.drain_on_main_screen()
    }

    pub(super) fn has_more(&self) -> bool {
        !self.queue.is_empty()
    }
}

/// Events that were received and not handled yet.
#[derive(Default)]
struct InputQueue(VecDeque<QueuedInput>);

enum QueuedInput {
    /// Consecutive keys that may be a paste.
    Text(KeyRun),
    Other(TerminalEvent),
}

impl InputQueue {
    fn push(&mut self, event: TerminalEvent) {
        let text = match &event {
            TerminalEvent::Key(key) => key_to_char(*key),
            TerminalEvent::Paste(_) | TerminalEvent::Resized(..) => None,
        };
        match (text, self.0.back_mut()) {
            (None, _) => self.0.push_back(QueuedInput::Other(event)),
            (Some(character), Some(QueuedInput::Text(run))) => run.push(character),
            (Some(character), _) => {
                let mut run = KeyRun::default();
                run.push(character);
                self.0.push_back(QueuedInput::Text(run));
            }
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true if the queue may be the start of a longer burst. A single character is a key, and is not delayed.
    fn may_be_burst(&self) -> bool {
        self.0.len() == 1 && matches!(self.0.front(), Some(QueuedInput::Text(run)) if run.has_several())
    }

    fn next_message(&mut self, mode: Mode) -> Option<Msg> {
        match self.0.front_mut()? {
            QueuedInput::Text(run) if run.is_paste(mode) => match self.0.pop_front() {
                Some(QueuedInput::Text(run)) => Some(Msg::Input(Input::Paste(run.into_secret()))),
                _ => None,
            },
            // Keys that arrived together with the key that opened the prompt were typed before it was visible, so they are dropped.
            QueuedInput::Text(run) if mode == Mode::Confirm && run.initial_mode.is_some_and(|before| before != mode) => {
                self.0.pop_front();
                None
            }
            QueuedInput::Text(run) => {
                run.initial_mode.get_or_insert(mode);
                let key = run.pop().map(char_to_key);
                if run.is_empty() {
                    self.0.pop_front();
                }
                key_message(key?, mode)
            }
            QueuedInput::Other(_) => match self.0.pop_front() {
                Some(QueuedInput::Other(TerminalEvent::Paste(text))) => Some(Msg::Input(Input::Paste(text))),
                Some(QueuedInput::Other(TerminalEvent::Resized(columns, rows))) => Some(Msg::Resized(columns, rows)),
                Some(QueuedInput::Other(TerminalEvent::Key(key))) => key_message(key, mode),
                Some(QueuedInput::Text(_)) | None => None,
            },
        }
    }

    /// Keys that quit or suspend still do so. Any other key returns to the wizard, and the keys after it are dropped.
    fn drain_on_main_screen(&mut self) -> (bool, Vec<Msg>) {
        let mut has_key = false;
        let mut messages = Vec::new();
        for queued in self.0.drain(..) {
            match queued {
                QueuedInput::Text(run) => has_key |= !run.is_paste(Mode::Normal),
                QueuedInput::Other(TerminalEvent::Resized(columns, rows)) => messages.push(Msg::Resized(columns, rows)),
                QueuedInput::Other(TerminalEvent::Key(key)) => {
                    has_key = true;
                    let applies_there = |msg: &Msg| matches!(msg, Msg::Input(Input::Do(Intent::QuitNow | Intent::Suspend)));
                    messages.extend(key_message(key, Mode::Normal).filter(applies_there));
                }
                QueuedInput::Other(TerminalEvent::Paste(_)) => {}
            }
        }
        (has_key, messages)
    }
}

/// Consecutive characters, with Enter as a line end. Characters beyond the limit of a paste are dropped.
#[derive(Default)]
struct KeyRun {
    text: WipingBuffer,
    /// Bytes of `text` that were handled.
    consumed: usize,
    /// The mode in which the first of them was handled.
    initial_mode: Option<Mode>,
}

impl KeyRun {
    fn push(&mut self, character: char) {
        if self.text.len() < MAX_PASTE_BYTES {
            self.text.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn remaining(&self) -> &str {
        std::str::from_utf8(self.text.as_bytes()).ok().and_then(|text| text.get(self.consumed..)).unwrap_or_default()
    }

    fn pop(&mut self) -> Option<char> {
        let character = self.remaining().chars().next()?;
        self.consumed += character.len_utf8();
        Some(character)
    }

    fn is_empty(&self) -> bool {
        self.text.len() == self.consumed
    }

    fn has_several(&self) -> bool {
        self.remaining().chars().nth(1).is_some()
    }

    /// Returns true if the characters came too fast to be typed: a paste never runs commands. A held movement key is not a paste.
    fn is_paste(&self, mode: Mode) -> bool {
        let characters = self.remaining().chars();
        match mode {
            Mode::Insert => characters.filter(|character| !matches!(character, '\n' | '\t')).nth(MIN_BURST_CHARS - 1).is_some(),
            Mode::Normal | Mode::Confirm => {
                let is_held_down = characters.clone().nth(MAX_KEY_REPEATS).is_none() && is_held_down(characters.clone(), mode);
                characters.clone().nth(MIN_BURST_CHARS - 1).is_some() && !is_held_down
            }
        }
    }

    fn into_secret(self) -> Secret {
        if self.consumed == 0 { self.text.into_secret() } else { Secret::new(self.remaining()) }
    }
}

fn is_held_down(mut characters: std::str::Chars<'_>, mode: Mode) -> bool {
    let Some(first) = characters.next() else { return false };
    let moves = KeyAction::Do;
    let movement =
        [Intent::Up, Intent::Down, Intent::Left, Intent::Right, Intent::PageUp, Intent::PageDown, Intent::First, Intent::Last];
    movement.map(moves).contains(&keymap::key_action(mode, char_to_key(first))) && characters.all(|next| next == first)
}

/// Returns the character that a paste would contain for a key.
fn key_to_char(key: Key) -> Option<char> {
    match key {
        Key::Char(character) => Some(character),
        Key::Enter => Some('\n'),
        Key::Tab => Some('\t'),
        // A line feed, which no single key sends.
        Key::Ctrl('j') => Some('\r'),
        _ => None,
    }
}

fn char_to_key(character: char) -> Key {
    match character {
        '\n' => Key::Enter,
        '\t' => Key::Tab,
        '\r' => Key::Ctrl('j'),
        character => Key::Char(character),
    }
}

fn key_message(key: Key, mode: Mode) -> Option<Msg> {
    match keymap::key_action(mode, key) {
        KeyAction::Do(intent) => Some(Msg::Input(Input::Do(intent))),
        KeyAction::Type(edit) => Some(Msg::Input(Input::Type(edit))),
        KeyAction::Nothing => None,
    }
}

#[cfg(test)]
#[path = "events/tests.rs"]
mod tests;
