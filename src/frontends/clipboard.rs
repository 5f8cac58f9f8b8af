//! Copies through the terminal (OSC 52), which works over SSH without a program. There is no reply, so say "sent", not "copied".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// GNU screen drops passed-through strings longer than 768 bytes, so the sequence is split.
const SCREEN_CHUNK_CHARS: usize = 700;

/// Returns the escape sequence that copies `text` to the clipboard of the user's terminal.
///
/// tmux forwards it to the outer terminal only if `allow-passthrough` is on; screen always does.
pub fn osc52(text: &str, in_tmux: bool, in_screen: bool) -> String {
    let sequence = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    if in_tmux {
        format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
    } else if in_screen {
        let characters: Vec<char> = sequence.chars().collect();
        let pieces: Vec<String> = characters.chunks(SCREEN_CHUNK_CHARS).map(|piece| piece.iter().collect()).collect();
        format!("\x1bP{}\x1b\\", pieces.join("\x1b\\\x1bP"))
    } else {
        sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_travels_in_base64() {
        assert_eq!(osc52("notion.so é\n", false, false), "\x1b]52;c;bm90aW9uLnNvIMOpCg==\x07");
        assert_eq!(osc52("", false, false), "\x1b]52;c;\x07");
    }

    #[test]
    fn tmux_is_asked_to_pass_it_on_with_its_escapes_doubled() {
        assert_eq!(osc52("x", true, false), "\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\");
        assert_eq!(osc52("x", true, true), osc52("x", true, false), "tmux is the inner one");
    }

    #[test]
    fn screen_gets_it_in_pieces_it_does_not_drop() {
        assert_eq!(osc52("x", false, true), "\x1bP\x1b]52;c;eA==\x07\x1b\\");
        let long = osc52(&"x".repeat(3000), false, true);
        let pieces: Vec<&str> = long.split_terminator("\x1b\\").map(|piece| piece.strip_prefix("\x1bP").unwrap()).collect();
        assert!(pieces.iter().all(|piece| piece.len() + 4 <= 768));
        assert_eq!(pieces.concat(), osc52(&"x".repeat(3000), false, false));
    }
}
