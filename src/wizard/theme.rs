//! Text roles and their styles. No colour is named elsewhere.
//!
//! Uses the terminal's own 16 colours only, and of those the ones that are readable on light and dark backgrounds: bright red and
//! magenta for words; green and yellow only tint marks whose shape carries the meaning.

use crate::domain::sanitize::to_ascii;
use ratatui::style::{Color, Modifier, Style};
use std::borrow::Cow;
use strum::VariantArray;

/// Returns the word that plain mode uses for a mark; marks that only guide the eye have none.
fn glyph_word(glyph: Glyph) -> &'static str {
    match glyph {
        Glyph::Pass => "OK:",
        Glyph::Warn => "warning:",
        Glyph::Fail => "problem:",
        Glyph::Unknown => "unknown:",
        Glyph::Skip => "skipped:",
        Glyph::Waiting => "waiting:",
        Glyph::BestFit => "(best fit)",
        Glyph::StepDone => "done:",
        Glyph::StepCurrent => "next:",
        Glyph::StepAhead => "to do:",
        Glyph::Bullet => "-",
        Glyph::Bar | Glyph::Mask | Glyph::Dash | Glyph::More => "",
    }
}

/// The purpose of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Role {
    Text,
    Dim,
    Title,
    /// The focus: the selected thing, the current step.
    Accent,
    /// The selected row or column.
    Focus,
    Rule,
    Good,
    Warn,
    Bad,
    Key,
    Link,
    /// The field with the focus.
    Field,
    /// The other fields.
    OtherField,
    Command,
    /// The sign that this is the demo.
    Badge,
    /// The light background of a QR code and the modules drawn on it; the only background that is not the terminal's own.
    Paper,
    /// A dark background, the same as the modules on `Paper`.
    Ink,
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
    BestFit,
    /// Marks the selected column, row or cell.
    Bar,
    StepDone,
    StepCurrent,
    StepAhead,
    Bullet,
    Mask,
    Dash,
    More,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// `NO_COLOR` is set; weight, underline and reverse video remain.
    pub mono: bool,
    /// ASCII marks and text only.
    pub ascii: bool,
    /// Plain mode: words instead of marks, and no line layout.
    pub plain: bool,
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
            Role::Focus | Role::Badge => plain.add_modifier(Modifier::REVERSED),
            Role::Field => tint(Color::Magenta).add_modifier(Modifier::REVERSED),
            Role::OtherField => plain.add_modifier(Modifier::UNDERLINED.union(Modifier::DIM)),
            Role::Good => tint(Color::Green),
            Role::Warn => tint(Color::Yellow).add_modifier(Modifier::BOLD),
            // Bright red: the normal red of the VGA palette is too dark on black.
            Role::Bad => tint(Color::LightRed).add_modifier(Modifier::BOLD),
            // Without colours, which of the two is light is unknown; in most terminals it is the foreground.
            Role::Paper if self.mono => plain.add_modifier(Modifier::REVERSED),
            Role::Ink if self.mono => plain,
            Role::Paper => plain.fg(Color::Black).bg(Color::White),
            Role::Ink => plain.fg(Color::White).bg(Color::Black),
            Role::Link | Role::Command => plain.add_modifier(Modifier::UNDERLINED),
        }
    }

    pub fn glyph(self, glyph: Glyph) -> &'static str {
        if self.plain {
            return glyph_word(glyph);
        }
        let (unicode, plain) = match glyph {
            Glyph::Pass | Glyph::StepDone => ("✓", "+"),
            Glyph::Warn => ("!", "!"),
            Glyph::Fail => ("✗", "x"),
            Glyph::Unknown => ("?", "?"),
            Glyph::Skip => ("–", "-"),
            Glyph::Waiting => ("…", "~"),
            Glyph::BestFit => ("★", "*"),
            Glyph::Bar => ("▌", "|"),
            Glyph::StepCurrent => ("●", "*"),
            Glyph::StepAhead => ("○", "o"),
            Glyph::Bullet => ("·", "-"),
            Glyph::Mask => ("•", "*"),
            Glyph::Dash => ("─", "-"),
            Glyph::More => ("⋮", ":"),
        };
        if self.ascii { plain } else { unicode }
    }

    /// Returns the picture of a spinner with this number; they repeat.
    pub fn spinner(self, number: usize) -> &'static str {
        const UNICODE: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
        const ASCII: [&str; 4] = ["|", "/", "-", "\\"];
        let pictures: &[&str] = if self.ascii { &ASCII } else { &UNICODE };
        pictures.get(number % pictures.len()).copied().unwrap_or_default()
    }

    /// Converts the text to what this terminal can show.
    pub fn text(self, text: &str) -> Cow<'_, str> {
        if self.ascii { to_ascii(text) } else { Cow::Borrowed(text) }
    }
}
