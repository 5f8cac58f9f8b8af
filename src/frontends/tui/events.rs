//! Turns terminal events into messages, and recognizes pastes that arrive as a burst of keys.

use super::decoder::{Decoder, Event, Hold, PASTE_LIMIT};
use super::source::{Arrived, Source};
use crate::domain::secret::{Secret, WipingBuffer};
use crate::wizard::keymap::{self, Key, Meaning};
use crate::wizard::msg::{Input, Intent, Mode, Msg};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Minimum number of characters at once that count as a paste.
const BURST: usize = 4;
/// Maximum number of queued repeats of a held key; more of them count as a paste.
const HELD_LIMIT: usize = 64;
/// Pause that ends a burst.
const PAUSE: Duration = Duration::from_millis(12);
/// Timeout for the rest of a sequence.
const SEQUENCE_TIMEOUT: Duration = Duration::from_secs(1);
/// Timeout for the rest of a paste without its end mark.
const PASTE_TIMEOUT: Duration = Duration::from_secs(2);
/// Maximum number of events to read ahead; further input waits in the terminal.
const READ_AHEAD: usize = 64;

pub(super) struct Events {
    source: Source,
    decoder: Decoder,
    escape_delay: Duration,
    waiting: Waiting,
    last_arrival: Instant,
}

impl Events {
    /// Creates a queue that holds a lone ESC for `escape_delay`.
    pub(super) fn new(escape_delay: Duration) -> Self {
        Self {
            source: Source::default(),
            decoder: Decoder::default(),
            escape_delay,
            waiting: Waiting::default(),
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
            while self.waiting.len() < READ_AHEAD
                && let Some(arrived) = self.source.try_next()
            {
                self.accept(arrived);
            }
            let silence = match (self.waiting.may_grow(), self.decoder.hold()) {
                (true, _) => Some(PAUSE),
                (false, _) if !self.waiting.is_empty() => return Some(()),
                (false, None) => None,
                (false, Some(Hold::Escape)) => Some(self.escape_delay),
                (false, Some(Hold::Sequence)) => Some(SEQUENCE_TIMEOUT),
                (false, Some(Hold::Paste)) => Some(PASTE_TIMEOUT),
            };
            let until = self.last_arrival + silence.unwrap_or_default();
            tokio::select! {
                biased;
                arrived = self.source.next() => self.accept(arrived?),
                () = tokio::time::sleep_until(until), if silence.is_some() => {
                    if !self.waiting.is_empty() {
                        return Some(());
                    }
                    if let Some(event) = self.decoder.expire() {
                        self.waiting.push(event);
                    }
                }
            }
        }
    }

    fn accept(&mut self, arrived: Arrived) {
        let now = Instant::now();
        match arrived {
            #[cfg(unix)]
            Arrived::Bytes(bytes) => {
                if now > self.last_arrival + SEQUENCE_TIMEOUT {
                    self.decoder.forget_escape();
                }
                self.last_arrival = now;
                self.decoder.feed(&bytes, |event| self.waiting.push(event));
            }
            Arrived::Event(event) => {
                if !matches!(event, Event::Resized(..)) {
                    self.last_arrival = now;
                }
                self.waiting.push(event);
            }
            #[cfg(not(unix))]
            Arrived::Nothing => {}
        }
    }

    /// Returns the next message for the current mode, which the previous message may have changed.
    pub(super) fn take(&mut self, mode: Mode) -> Option<Msg> {
        self.waiting.take(mode)
    }

    /// Drains the queue while the main screen is shown: returns whether a key was pressed, and the messages that apply there too.
    pub(super) fn take_aside(&mut self) -> (bool, Vec<Msg>) {
        self.waiting.take_aside()
    }

    pub(super) fn has_more(&self) -> bool {
        !self.waiting.is_empty()
    }
}

/// Events that were received and not handled yet.
#[derive(Default)]
struct Waiting(VecDeque<Arrival>);

enum Arrival {
    /// Consecutive keys that may be a paste.
    Text(Run),
    Other(Event),
}

impl Waiting {
    fn push(&mut self, event: Event) {
        let text = match &event {
            Event::Key(key) => text_of(*key),
            Event::Paste(_) | Event::Resized(..) => None,
        };
        match (text, self.0.back_mut()) {
            (None, _) => self.0.push_back(Arrival::Other(event)),
            (Some(character), Some(Arrival::Text(run))) => run.push(character),
            (Some(character), _) => {
                let mut run = Run::default();
                run.push(character);
                self.0.push_back(Arrival::Text(run));
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
    fn may_grow(&self) -> bool {
        self.0.len() == 1 && matches!(self.0.front(), Some(Arrival::Text(run)) if run.has_several())
    }

    fn take(&mut self, mode: Mode) -> Option<Msg> {
        match self.0.front_mut()? {
            Arrival::Text(run) if run.is_paste(mode) => match self.0.pop_front() {
                Some(Arrival::Text(run)) => Some(Msg::Input(Input::Paste(run.into_secret()))),
                _ => None,
            },
            // Keys that arrived together with the key that opened the prompt were typed before it was visible, so they are dropped.
            Arrival::Text(run) if mode == Mode::Asking && run.began_in.is_some_and(|before| before != mode) => {
                self.0.pop_front();
                None
            }
            Arrival::Text(run) => {
                run.began_in.get_or_insert(mode);
                let key = run.pop().map(key_of);
                if run.is_empty() {
                    self.0.pop_front();
                }
                pressed(key?, mode)
            }
            Arrival::Other(_) => match self.0.pop_front() {
                Some(Arrival::Other(Event::Paste(text))) => Some(Msg::Input(Input::Paste(text))),
                Some(Arrival::Other(Event::Resized(columns, rows))) => Some(Msg::Resized(columns, rows)),
                Some(Arrival::Other(Event::Key(key))) => pressed(key, mode),
                Some(Arrival::Text(_)) | None => None,
            },
        }
    }

    /// Keys that quit or suspend still do so. Any other key returns to the wizard, and the keys after it are dropped.
    fn take_aside(&mut self) -> (bool, Vec<Msg>) {
        let mut has_key = false;
        let mut heard = Vec::new();
        for arrival in self.0.drain(..) {
            match arrival {
                Arrival::Text(run) => has_key |= !run.is_paste(Mode::Moving),
                Arrival::Other(Event::Resized(columns, rows)) => heard.push(Msg::Resized(columns, rows)),
                Arrival::Other(Event::Key(key)) => {
                    has_key = true;
                    let holds = |msg: &Msg| matches!(msg, Msg::Input(Input::Do(Intent::Leave | Intent::Suspend)));
                    heard.extend(pressed(key, Mode::Moving).filter(holds));
                }
                Arrival::Other(Event::Paste(_)) => {}
            }
        }
        (has_key, heard)
    }
}

/// Consecutive characters, with Enter as a line end. Characters beyond the limit of a paste are dropped.
#[derive(Default)]
struct Run {
    text: WipingBuffer,
    /// Bytes of `text` that were handled.
    taken: usize,
    /// The mode in which the first of them was handled.
    began_in: Option<Mode>,
}

impl Run {
    fn push(&mut self, character: char) {
        if self.text.len() < PASTE_LIMIT {
            self.text.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn rest(&self) -> &str {
        std::str::from_utf8(self.text.as_bytes()).ok().and_then(|text| text.get(self.taken..)).unwrap_or_default()
    }

    fn pop(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.taken += character.len_utf8();
        Some(character)
    }

    fn is_empty(&self) -> bool {
        self.text.len() == self.taken
    }

    fn has_several(&self) -> bool {
        self.rest().chars().nth(1).is_some()
    }

    /// Returns true if the characters came too fast to be typed: a paste never runs commands. A held movement key is not a paste.
    fn is_paste(&self, mode: Mode) -> bool {
        let characters = self.rest().chars();
        match mode {
            Mode::Typing => characters.filter(|character| !matches!(character, '\n' | '\t')).nth(BURST - 1).is_some(),
            Mode::Moving | Mode::Asking => {
                let is_held_down = characters.clone().nth(HELD_LIMIT).is_none() && is_held_down(characters.clone(), mode);
                characters.clone().nth(BURST - 1).is_some() && !is_held_down
            }
        }
    }

    fn into_secret(self) -> Secret {
        if self.taken == 0 { self.text.into_secret() } else { Secret::new(self.rest()) }
    }
}

fn is_held_down(mut characters: std::str::Chars<'_>, mode: Mode) -> bool {
    let Some(first) = characters.next() else { return false };
    let moves = Meaning::Do;
    let movement =
        [Intent::Up, Intent::Down, Intent::Left, Intent::Right, Intent::PageUp, Intent::PageDown, Intent::First, Intent::Last];
    movement.map(moves).contains(&keymap::meaning(mode, key_of(first))) && characters.all(|next| next == first)
}

/// Returns the character that a paste would contain for a key.
fn text_of(key: Key) -> Option<char> {
    match key {
        Key::Char(character) => Some(character),
        Key::Enter => Some('\n'),
        Key::Tab => Some('\t'),
        // A line feed, which no single key sends.
        Key::Ctrl('j') => Some('\r'),
        _ => None,
    }
}

fn key_of(character: char) -> Key {
    match character {
        '\n' => Key::Enter,
        '\t' => Key::Tab,
        '\r' => Key::Ctrl('j'),
        character => Key::Char(character),
    }
}

fn pressed(key: Key, mode: Mode) -> Option<Msg> {
    match keymap::meaning(mode, key) {
        Meaning::Do(intent) => Some(Msg::Input(Input::Do(intent))),
        Meaning::Type(edit) => Some(Msg::Input(Input::Type(edit))),
        Meaning::Nothing => None,
    }
}

#[cfg(test)]
#[path = "events/tests.rs"]
mod tests;
