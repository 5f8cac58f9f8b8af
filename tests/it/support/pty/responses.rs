//! The terminal's responses to queries, and its state outside the screen.

/// Responds to common queries as xterm does, because a program without a response would hang.
#[derive(Default)]
pub(super) struct TerminalResponses {
    /// Bytes to send to the program.
    pub(super) pending_input: Vec<u8>,
    pub(super) query_count: usize,
    pub(super) clipboard: Option<String>,
    /// True inside a synchronized update, which a terminal would not show yet.
    pub(super) in_frame: bool,
}

impl TerminalResponses {
    fn respond(&mut self, answer: impl AsRef<[u8]>) {
        self.query_count += 1;
        self.pending_input.extend_from_slice(answer.as_ref());
    }
}

impl vt100::Callbacks for TerminalResponses {
    fn unhandled_csi(&mut self, screen: &mut vt100::Screen, mark: Option<u8>, _: Option<u8>, parameters: &[&[u16]], name: char) {
        let first = parameters.first().and_then(|numbers| numbers.first()).copied().unwrap_or(0);
        match (mark, name, first) {
            (None, 'n', 5) => self.respond("\x1b[0n"),
            (None, 'n', 6) => {
                let (row, column) = screen.cursor_position();
                self.respond(format!("\x1b[{};{}R", row + 1, column + 1));
            }
            (None, 'c', 0) => self.respond("\x1b[?62;22c"),
            (Some(b'?'), 'h' | 'l', 2026) => self.in_frame = name == 'h',
            (Some(b'>'), 'c', 0) => self.respond("\x1b[>1;10;0c"),
            _ => {}
        }
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, parameters: &[&[u8]]) {
        match parameters {
            [b"10", b"?"] => self.respond("\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
            [b"11", b"?"] => self.respond("\x1b]11;rgb:0000/0000/0000\x1b\\"),
            _ => {}
        }
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], text: &[u8]) {
        self.clipboard = Some(String::from_utf8_lossy(text).into_owned());
    }
}
