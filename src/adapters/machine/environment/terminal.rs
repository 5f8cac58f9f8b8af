//! The terminal, as its variables and the person's describe it.

use super::Environment;
use std::time::Duration;

/// An arrow key's bytes arrive together on one machine; over a network they may not.
const ESCAPE_DELAY: Duration = Duration::from_millis(50);
const REMOTE_ESCAPE_DELAY: Duration = Duration::from_millis(150);
const MAX_ESCAPE_DELAY: Duration = Duration::from_secs(5);

impl Environment {
    pub fn wants_no_color(&self) -> bool {
        self.is_set("NO_COLOR")
    }

    /// True if the person asked for a linear, accessible interface.
    pub fn wants_accessible(&self) -> bool {
        self.is_on("ACCESSIBLE")
    }

    pub fn term(&self) -> Option<&str> {
        self.text("TERM")
    }

    /// True for a terminal that cannot move its cursor: `TERM=dumb`, or an unset `TERM` on Unix.
    pub fn is_dumb_terminal(&self) -> bool {
        self.term().map_or(cfg!(unix), |term| term == "dumb")
    }

    /// True if the locale is set and not UTF-8, or on Linux' own console, whose font has no such glyphs.
    ///
    /// POSIX takes an unset locale for `C`; but containers and SSH sessions come without one, in terminals that draw UTF-8.
    pub fn wants_ascii(&self) -> bool {
        self.locale().is_some_and(|locale| !is_utf8(locale)) || self.term() == Some("linux")
    }

    /// The first variable that is set decides, as POSIX says.
    fn locale(&self) -> Option<&str> {
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| self.text(name))
    }

    /// Time that a lone ESC is held before it counts as the Esc key. ESCDELAY, in milliseconds, is curses' name for it.
    pub fn escape_delay(&self) -> Duration {
        let asked_for = self.text("ESCDELAY").and_then(|value| value.parse::<u64>().ok());
        let otherwise = if self.is_ssh() { REMOTE_ESCAPE_DELAY } else { ESCAPE_DELAY };
        asked_for.map_or(otherwise, Duration::from_millis).min(MAX_ESCAPE_DELAY)
    }

    pub fn in_tmux(&self) -> bool {
        self.is_set("TMUX")
    }

    /// tmux sets `TERM` to `screen` too, so it is checked first.
    pub fn in_screen(&self) -> bool {
        !self.in_tmux() && (self.is_set("STY") || self.term().is_some_and(|term| term.starts_with("screen")))
    }
}

/// True for `en_US.UTF-8`, `C.utf8` and, with a modifier, `de_DE.UTF-8@euro`.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<const N: usize>(pairs: [(&str, &str); N]) -> Environment {
        Environment::from_pairs(pairs)
    }

    #[test]
    fn glyphs_are_ascii_only_where_a_locale_or_console_asks_for_it() {
        for (pairs, ascii) in [
            (vec![("LANG", "en_US.UTF-8")], false),
            (vec![("LANG", "C.utf8")], false),
            (vec![("LANG", "C")], true),
            (vec![("LANG", "de_DE.ISO-8859-1")], true),
            (vec![("LANG", "en_US.UTF-8"), ("LC_ALL", "C")], true),
            (vec![("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")], false),
            (vec![("LC_ALL", ""), ("LANG", "C")], true),
            (vec![], false),
            (vec![("LANG", "en_US.UTF-8"), ("TERM", "linux")], true),
        ] {
            assert_eq!(Environment::from_pairs(pairs.clone()).wants_ascii(), ascii, "{pairs:?}");
        }
    }

    #[test]
    fn no_color_follows_its_convention() {
        assert!(with([("NO_COLOR", "0")]).wants_no_color(), "any value turns colour off");
        assert!(!with([("NO_COLOR", "")]).wants_no_color(), "an empty one does not");
    }

    #[test]
    fn an_esc_is_held_longer_over_ssh_and_as_long_as_escdelay_says() {
        for (pairs, milliseconds) in [
            (vec![], 50),
            (vec![("SSH_TTY", "/dev/pts/1")], 150),
            (vec![("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22"), ("ESCDELAY", "300")], 300),
            (vec![("ESCDELAY", "0")], 0),
            (vec![("ESCDELAY", "3600000")], 5000),
            (vec![("ESCDELAY", "-1")], 50),
            (vec![("ESCDELAY", "soon")], 50),
        ] {
            let delay = Environment::from_pairs(pairs.clone()).escape_delay();
            assert_eq!(delay, Duration::from_millis(milliseconds), "{pairs:?}");
        }
    }

    #[test]
    fn tmux_is_not_taken_for_screen() {
        assert!(!with([("TMUX", "/tmp/t,1,0"), ("TERM", "screen-256color")]).in_screen());
        assert!(with([("TERM", "screen.xterm-256color")]).in_screen());
        assert!(with([("STY", "1.pts-0"), ("TERM", "xterm")]).in_screen());
    }
}
