//! Decodes the terminal's bytes into keys and pastes, wherever the reads split them.
//!
//! crossterm's decoder cannot be used on Unix: it treats an ESC at the end of a read as the Esc key, so that the rest of an arrow
//! key or a paste in the next read becomes letters, and it waits for the end of a paste without a timeout or a size limit.
//!
//! The decoder has no clock. [`Decoder::incomplete()`] says which timeout applies to an incomplete sequence, and [`Decoder::time_out()`] is
//! called after it.
#![cfg_attr(not(any(unix, test)), expect(dead_code, reason = "a Windows console sends keys, not bytes"))]

use crate::domain::secret::{Secret, WipingBuffer};
use crate::wizard::keymap::Key;

/// Maximum length of a paste in bytes, far more than any token or configuration file. The rest is read and dropped.
pub(super) const MAX_PASTE_BYTES: usize = 64 * 1024;
/// Maximum length of a sequence's parameters. Longer sequences are ignored.
const MAX_PARAMETER_BYTES: usize = 32;
const PASTE_END: &[u8] = b"\x1b[201~";
const CTRL_C: u8 = 0x03;
const ESC: u8 = 0x1b;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum TerminalEvent {
    Key(Key),
    Paste(Secret),
    Resized(u16, u16),
}

/// The kind of incomplete input, which decides how long to wait for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Incomplete {
    /// An ESC that may be a key or start a sequence, or a Ctrl-C inside a paste that may be a key or a part of it.
    Escape,
    /// The start of a sequence, which no single key sends.
    Sequence,
    /// A paste without its end mark.
    Paste,
}

#[derive(Default)]
pub(super) struct Decoder {
    state: DecoderState,
    /// True if the last key was an ESC that timed out; the rest of its sequence may still arrive.
    escape_timed_out: bool,
}

#[derive(Default)]
enum DecoderState {
    #[default]
    Ground,
    /// Inside a multi-byte character.
    Utf8(Vec<u8>),
    Escape,
    /// After `ESC [`, with the parameters so far.
    Csi(Vec<u8>),
    /// After `ESC O`.
    Ss3,
    /// Inside a control string such as the reply to a query, up to BEL or `ESC \`.
    ControlString {
        escaped: bool,
    },
    /// Inside a mouse report, with the number of bytes left.
    Mouse(u8),
    Paste(PasteBuffer),
}

impl Decoder {
    /// Decodes the bytes of one read.
    pub(super) fn feed(&mut self, bytes: &[u8], mut on_event: impl FnMut(TerminalEvent)) {
        if std::mem::take(&mut self.escape_timed_out) && matches!(bytes, [b'[' | b'O', _, ..]) {
            self.state = DecoderState::Escape;
        }
        for byte in bytes {
            if let Some(event) = self.push(*byte) {
                on_event(event);
            }
        }
    }

    /// Returns the kind of incomplete input, or `None` if there is none.
    pub(super) fn incomplete(&self) -> Option<Incomplete> {
        match &self.state {
            DecoderState::Ground => None,
            DecoderState::Escape => Some(Incomplete::Escape),
            DecoderState::Paste(paste) if paste.last_byte == CTRL_C => Some(Incomplete::Escape),
            DecoderState::Paste(_) => Some(Incomplete::Paste),
            DecoderState::Utf8(_)
            | DecoderState::Csi(_)
            | DecoderState::Ss3
            | DecoderState::ControlString { .. }
            | DecoderState::Mouse(_) => Some(Incomplete::Sequence),
        }
    }

    /// Ends incomplete input after its timeout.
    pub(super) fn time_out(&mut self) -> Option<TerminalEvent> {
        match std::mem::take(&mut self.state) {
            DecoderState::Escape => {
                self.escape_timed_out = true;
                Some(TerminalEvent::Key(Key::Esc))
            }
            DecoderState::Paste(paste) if paste.last_byte == CTRL_C => Some(TerminalEvent::Key(Key::Ctrl('c'))),
            DecoderState::Paste(paste) => Some(TerminalEvent::Paste(paste.finish())),
            DecoderState::Ground
            | DecoderState::Utf8(_)
            | DecoderState::Csi(_)
            | DecoderState::Ss3
            | DecoderState::ControlString { .. }
            | DecoderState::Mouse(_) => None,
        }
    }

    /// Treats further bytes as unrelated to an ESC that timed out.
    pub(super) fn forget_escape(&mut self) {
        self.escape_timed_out = false;
    }

    fn push(&mut self, byte: u8) -> Option<TerminalEvent> {
        let (state, key) = match (std::mem::take(&mut self.state), byte) {
            (DecoderState::Paste(mut paste), _) => {
                if paste.push(byte) {
                    return Some(TerminalEvent::Paste(paste.finish()));
                }
                (DecoderState::Paste(paste), None)
            }
            // Ctrl-C works inside any incomplete sequence.
            (_, CTRL_C) => (DecoderState::Ground, Some(Key::Ctrl('c'))),
            (DecoderState::Mouse(left), _) => (if left > 1 { DecoderState::Mouse(left - 1) } else { DecoderState::Ground }, None),
            (DecoderState::ControlString { escaped: false }, ESC) => (DecoderState::ControlString { escaped: true }, None),
            (DecoderState::ControlString { .. }, 0x07) | (DecoderState::ControlString { escaped: true }, b'\\') => {
                (DecoderState::Ground, None)
            }
            (DecoderState::ControlString { escaped: false }, _) => (DecoderState::ControlString { escaped: false }, None),
            (DecoderState::ControlString { escaped: true }, _) => return self.push_in_state(DecoderState::Escape, byte),
            (DecoderState::Escape, ESC) => (DecoderState::Escape, Some(Key::Esc)),
            (_, ESC) => (DecoderState::Escape, None),
            (DecoderState::Escape, b'[') => (DecoderState::Csi(Vec::new()), None),
            (DecoderState::Escape, b'O') => (DecoderState::Ss3, None),
            (DecoderState::Escape, b']' | b'P' | b'_' | b'^' | b'X') => (DecoderState::ControlString { escaped: false }, None),
            // Alt with a key has no meaning; a multi-byte character is read to its end first.
            (DecoderState::Escape, 0x80..) => (DecoderState::Utf8(vec![ESC, byte]), None),
            (DecoderState::Escape, _) => (DecoderState::Ground, None),
            (DecoderState::Csi(parameters), _) => return self.push_csi(parameters, byte),
            (DecoderState::Ss3, _) => (DecoderState::Ground, ss3_key(byte)),
            (DecoderState::Utf8(bytes), 0x80..=0xbf) => return self.push_utf8(bytes, byte),
            (DecoderState::Ground | DecoderState::Utf8(_), 0x80..) => (DecoderState::Utf8(vec![byte]), None),
            (DecoderState::Ground | DecoderState::Utf8(_), _) => (DecoderState::Ground, Some(single_byte_key(byte))),
        };
        self.state = state;
        key.map(TerminalEvent::Key)
    }

    fn push_in_state(&mut self, state: DecoderState, byte: u8) -> Option<TerminalEvent> {
        self.state = state;
        self.push(byte)
    }

    fn push_utf8(&mut self, mut bytes: Vec<u8>, byte: u8) -> Option<TerminalEvent> {
        bytes.push(byte);
        let (has_alt, character) = match bytes.as_slice() {
            [ESC, character @ ..] => (true, character),
            character => (false, character),
        };
        match std::str::from_utf8(character).map(|text| text.chars().next()) {
            Ok(Some(character)) => (!has_alt).then_some(TerminalEvent::Key(Key::Char(character))),
            Err(error) if error.error_len().is_none() && character.len() < 4 => {
                self.state = DecoderState::Utf8(bytes);
                None
            }
            Ok(None) | Err(_) => None,
        }
    }

    fn push_csi(&mut self, mut parameters: Vec<u8>, byte: u8) -> Option<TerminalEvent> {
        // The Linux console's function keys: ESC [ [ A.
        let is_console = parameters == b"[";
        match byte {
            b'[' if parameters.is_empty() => self.state = DecoderState::Csi(vec![byte]),
            b'A'..=b'E' if is_console => return Some(TerminalEvent::Key(Key::Function(byte - b'A' + 1))),
            b' '..=b'?' if !is_console => {
                if parameters.len() <= MAX_PARAMETER_BYTES {
                    parameters.push(byte);
                }
                self.state = DecoderState::Csi(parameters);
            }
            b'M' if parameters.is_empty() => self.state = DecoderState::Mouse(3),
            b'~' if parameters == b"200" => self.state = DecoderState::Paste(PasteBuffer::default()),
            b'@'..=b'~' if parameters.len() <= MAX_PARAMETER_BYTES => return csi_key(&parameters, byte).map(TerminalEvent::Key),
            // A control character ends the sequence and is a key itself.
            0..b' ' => return self.push_in_state(DecoderState::Ground, byte),
            _ => {}
        }
        None
    }
}

/// Pasted text, in a buffer that is wiped.
#[derive(Default)]
struct PasteBuffer {
    text: WipingBuffer,
    /// Bytes of the end mark that have matched.
    matched: usize,
    last_byte: u8,
}

impl PasteBuffer {
    /// Adds a byte, and returns true if the paste has ended.
    fn push(&mut self, byte: u8) -> bool {
        self.last_byte = byte;
        if PASTE_END.get(self.matched) == Some(&byte) {
            self.matched += 1;
            return self.matched == PASTE_END.len();
        }
        // ESC occurs only at the start of the end mark, so a failed match can restart only there.
        let (text, matched) = if byte == ESC { (&[][..], 1) } else { (std::slice::from_ref(&byte), 0) };
        let passed = PASTE_END.get(..self.matched).unwrap_or_default();
        for byte in passed.iter().chain(text) {
            if self.text.len() < MAX_PASTE_BYTES {
                self.text.push(*byte);
            }
        }
        self.matched = matched;
        false
    }

    fn finish(self) -> Secret {
        self.text.into_secret()
    }
}

fn single_byte_key(byte: u8) -> Key {
    match byte {
        b'\r' => Key::Enter,
        b'\t' => Key::Tab,
        0x7f => Key::Backspace,
        0 => Key::Ctrl(' '),
        0x01..=0x1a => Key::Ctrl(char::from(byte - 1 + b'a')),
        0x1b..=0x1f => Key::Ctrl(char::from(byte - 0x1c + b'4')),
        _ => Key::Char(char::from(byte)),
    }
}

fn ss3_key(last: u8) -> Option<Key> {
    match last {
        b'M' => Some(Key::Enter),
        b'P'..=b'S' => Some(Key::Function(last - b'P' + 1)),
        _ => final_byte_key(last),
    }
}

fn final_byte_key(last: u8) -> Option<Key> {
    Some(match last {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'Z' => Key::BackTab,
        _ => return None,
    })
}

/// Decodes `CSI number ; modifiers : kind last`, as xterm and the kitty protocol send it.
fn csi_key(parameters: &[u8], last: u8) -> Option<Key> {
    let mut fields = std::str::from_utf8(parameters).ok()?.split(';');
    let number = fields.next().unwrap_or_default().split(':').next().and_then(|number| number.parse::<u32>().ok());
    let mut modifiers = fields.next().unwrap_or_default().split(':');
    let held = modifiers.next().and_then(|held| held.parse::<u8>().ok()).unwrap_or(1).saturating_sub(1);
    // The kitty protocol also reports key releases.
    if modifiers.next() == Some("3") {
        return None;
    }
    match last {
        b'~' => tilde_key(number?),
        b'u' => kitty_key(number?, held),
        b'P' | b'Q' | b'S' => Some(Key::Function(last - b'P' + 1)),
        _ => final_byte_key(last),
    }
}

fn tilde_key(number: u32) -> Option<Key> {
    let function = |first: u32, from: u8| u8::try_from(number - first).ok().map(|offset| Key::Function(from + offset));
    match number {
        1 | 7 => Some(Key::Home),
        4 | 8 => Some(Key::End),
        3 => Some(Key::Delete),
        5 => Some(Key::PageUp),
        6 => Some(Key::PageDown),
        11..=15 => function(11, 1),
        17..=21 => function(17, 6),
        23..=24 => function(23, 11),
        _ => None,
    }
}

fn kitty_key(code: u32, held: u8) -> Option<Key> {
    let [shift, alt, control] = [1, 2, 4].map(|bit| held & bit != 0);
    Some(match code {
        9 if shift => Key::BackTab,
        9 => Key::Tab,
        13 => Key::Enter,
        27 => Key::Esc,
        127 => Key::Backspace,
        _ => match char::from_u32(code).filter(|character| !character.is_control())? {
            character if control => Key::Ctrl(character.to_ascii_lowercase()),
            _ if alt => return None,
            character if shift => Key::Char(character.to_ascii_uppercase()),
            character => Key::Char(character),
        },
    })
}

#[cfg(test)]
#[path = "decoder/tests.rs"]
mod tests;
