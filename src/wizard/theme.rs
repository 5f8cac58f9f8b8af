//! Roles, and what they look like. No colour is named elsewhere.
//!
//! Only the terminal's own 16 colours, and of those only the ones that read on light and dark grounds alike: bright red and magenta carry
//! words; green and yellow never do, they only tint a mark whose shape already says the same.

use crate::domain::sanitize::ascii;
use ratatui::style::{Color, Modifier, Style};
use std::borrow::Cow;

/// A mark as it is read out; what only guides the eye has no word.
fn word(glyph: Glyph) -> &'static str {
    match glyph {
        Glyph::Pass => "OK:",
        Glyph::Warn => "warning:",
        Glyph::Fail => "problem:",
        Glyph::Unknown => "unknown:",
        Glyph::Skip => "skipped:",
        Glyph::Waiting => "waiting:",
        Glyph::BestFit => "(best fit)",
        Glyph::StepDone => "done:",
        Glyph::StepHere => "next:",
        Glyph::StepAhead => "to do:",
        Glyph::Bullet => "-",
        Glyph::Pointer | Glyph::Bar | Glyph::Mask | Glyph::Dash | Glyph::More => "",
    }
}

/// What a piece of text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Text,
    Dim,
    Title,
    /// The one thing the eye should land on.
    Accent,
    /// The selected row or column.
    Focus,
    Rule,
    Good,
    Warn,
    Bad,
    Key,
    Link,
    Field,
    Command,
    /// The ground of a QR code, and what is printed on it: the only ground that is not the terminal's own.
    Paper,
    /// A ground as dark as what is printed on paper.
    Ink,
}

impl Role {
    pub const ALL: [Self; 15] = [
        Self::Text,
        Self::Dim,
        Self::Title,
        Self::Accent,
        Self::Focus,
        Self::Rule,
        Self::Good,
        Self::Warn,
        Self::Bad,
        Self::Key,
        Self::Link,
        Self::Field,
        Self::Command,
        Self::Paper,
        Self::Ink,
    ];
}

/// Marks whose shape carries the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Pass,
    Warn,
    Fail,
    Unknown,
    Skip,
    Waiting,
    Pointer,
    BestFit,
    /// Beside the selected column, row or cell.
    Bar,
    StepDone,
    StepHere,
    StepAhead,
    Bullet,
    Mask,
    Dash,
    More,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// `NO_COLOR`: weight, underline and reverse video remain.
    pub mono: bool,
    /// ASCII marks and text.
    pub ascii: bool,
    /// For a listener: words in the place of marks, and lines that are not laid out.
    pub linear: bool,
}

impl Theme {
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let tint = |colour: Color| if self.mono { plain } else { plain.fg(colour) };
        match role {
            Role::Text => plain,
            Role::Dim | Role::Rule => plain.add_modifier(Modifier::DIM),
            Role::Title | Role::Key => plain.add_modifier(Modifier::BOLD),
            Role::Accent => tint(Color::Magenta).add_modifier(Modifier::BOLD),
            Role::Focus | Role::Field => plain.add_modifier(Modifier::REVERSED),
            Role::Good => tint(Color::Green),
            Role::Warn => tint(Color::Magenta),
            // The bright one: the plain red of the VGA palette is too dark on black.
            Role::Bad => tint(Color::LightRed).add_modifier(Modifier::BOLD),
            // Without colours there is no telling which of the two is the light one; of most terminals it is the foreground.
            Role::Paper if self.mono => plain.add_modifier(Modifier::REVERSED),
            Role::Ink if self.mono => plain,
            Role::Paper => plain.fg(Color::Black).bg(Color::White),
            Role::Ink => plain.fg(Color::White).bg(Color::Black),
            Role::Link | Role::Command => plain.add_modifier(Modifier::UNDERLINED),
        }
    }

    pub fn glyph(self, glyph: Glyph) -> &'static str {
        if self.linear {
            return word(glyph);
        }
        let (unicode, plain) = match glyph {
            Glyph::Pass | Glyph::StepDone => ("✓", "+"),
            Glyph::Warn => ("!", "!"),
            Glyph::Fail => ("✗", "x"),
            Glyph::Unknown => ("?", "?"),
            Glyph::Skip => ("–", "-"),
            Glyph::Waiting => ("…", "~"),
            Glyph::Pointer => ("▸", ">"),
            Glyph::BestFit => ("★", "*"),
            Glyph::Bar => ("▌", "|"),
            Glyph::StepHere => ("●", "*"),
            Glyph::StepAhead => ("○", "o"),
            Glyph::Bullet => ("·", "-"),
            Glyph::Mask => ("•", "*"),
            Glyph::Dash => ("─", "-"),
            Glyph::More => ("⋮", ":"),
        };
        if self.ascii { plain } else { unicode }
    }

    /// The text as this terminal can show it.
    pub fn text(self, text: &str) -> Cow<'_, str> {
        if self.ascii { ascii(text) } else { Cow::Borrowed(text) }
    }
}
