//! Plain mode: renders the model as lines and parses a typed line as an input. Reads only.
//!
//! The lines come from the same sheets that [`view`](super::view()) draws, and a one-letter line does what that key does
//! on the screen, so plain mode has no rules of its own.

use super::model::Model;
use super::{ask, mode, overlay};
use crate::domain::secret::Secret;
use crate::wizard::keymap;
use crate::wizard::msg::{Ask, Given, Input, Intent, Mode, Notice};
use crate::wizard::screens::{Hint, Stage};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::chrome;
use crate::wizard::widgets::sheet::Said;

/// The current page as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    pub stage: Stage,
    /// Says that this is the demo, or who is signed in.
    pub head: Option<String>,
    /// The page's text; the first line names the page.
    pub said: Vec<Said>,
    pub notice: Option<Notice>,
    /// The lines that do something here, each with its description.
    pub keys: Vec<(String, &'static str)>,
    pub ask: Ask,
}

/// Shorter texts are not treated as a paste: no token and no URL is that short.
const PASTE: usize = 16;

/// The meaning of a typed line.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Input(Input),
    /// Repeat the page and its keys.
    Explain,
    /// The line means nothing here.
    Nothing,
}

/// Renders the current page, or the overlay on top of it. With `ascii`, in ASCII characters only.
pub fn lines(model: &Model, ascii: bool) -> Lines {
    let theme = Theme { mono: true, ascii, linear: true };
    let ctx = model.ctx();
    let page = model.screen().page();
    let (sheet, hints) = match &model.overlay {
        Some(overlay) => (overlay.sheet(&ctx, theme, page.mode()), overlay.hints()),
        None => (page.sheet(&ctx, theme), page.hints(&ctx)),
    };
    let head = match &ctx.setup.demo {
        Some(_) => Some("demo: nothing leaves this machine".to_owned()),
        None => chrome::signed_in(&ctx).filter(|_| page.stage() != Stage::Done),
    };
    let notice = model.notice.clone().map(|notice| Notice { text: theme.text(&notice.text).into_owned(), ..notice });
    Lines { stage: page.stage(), head, said: sheet.read_out(), notice, keys: keys(model, hints), ask: ask(model) }
}

/// Returns the active keys as lines, without scrolling and the QR code.
fn keys(model: &Model, mut hints: Vec<Hint>) -> Vec<(String, &'static str)> {
    let mode = mode(model);
    if model.overlay.is_none() {
        let always: &[Hint] = match mode {
            Mode::Moving | Mode::Typing => &[(Intent::Back, "back"), (Intent::Help, "help"), (Intent::Quit, "quit")],
            Mode::Asking => &[(Intent::Quit, "quit")],
        };
        for hint in always {
            // A write cannot be cancelled with Back.
            let is_possible = hint.0 != Intent::Back || !model.is_writing();
            if is_possible && hints.iter().all(|(hinted, _)| *hinted != hint.0) {
                hints.push(*hint);
            }
        }
    }
    let told = hints.into_iter().filter(|(intent, _)| !is_for_eyes(model, *intent));
    let label = |intent| keymap::range(intent, true).or_else(|| keymap::line_label(mode, intent));
    told.filter_map(|(intent, does)| label(intent).map(|line| (line, does))).collect()
}

/// True for intents that only make sense on a screen: scrolling and the QR code.
fn is_for_eyes(model: &Model, intent: Intent) -> bool {
    match intent {
        Intent::Scan | Intent::PageUp | Intent::PageDown => true,
        Intent::Up | Intent::Down | Intent::First | Intent::Last => model.screen().page().arrows_scroll(),
        _ => false,
    }
}

/// Returns every line that means something here, with its description.
pub fn explain(model: &Model) -> Vec<(String, &'static str)> {
    let mode = mode(model);
    let dead = overlay::dead(model);
    let is_here = |binding: &&keymap::Binding| !is_for_eyes(model, binding.intent) && !dead.contains(&binding.intent);
    keymap::line_bindings(mode, is_here)
}

/// Parses a line of text, without its line ending.
pub fn hear(model: &Model, line: &Secret) -> Heard {
    let mode = mode(model);
    let text = line.expose().trim();
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => Heard::Input(Input::Do(Intent::Confirm)),
        (Some(letter), None) if !letter.is_ascii_digit() => match keymap::line_meaning(mode, letter) {
            Some(Intent::Help) => Heard::Explain,
            Some(intent) if is_for_eyes(model, intent) => Heard::Nothing,
            Some(intent) => Heard::Input(Input::Do(intent)),
            None if mode == Mode::Typing => Heard::Input(Input::Answer(Given::Text(line.clone()))),
            None => Heard::Nothing,
        },
        _ if mode == Mode::Typing => Heard::Input(Input::Answer(Given::Text(line.clone()))),
        _ => match (text.parse(), in_words(mode, text)) {
            (Ok(number @ 1_u8..), _) if mode == Mode::Moving => Heard::Input(Input::Do(Intent::Pick(number))),
            (_, Some(intent)) => Heard::Input(Input::Do(intent)),
            // As on the screen, a page may accept a paste that it did not ask for. A single word is not a paste.
            (Err(_), None) if mode == Mode::Moving && text.len() >= PASTE => Heard::Input(Input::Paste(line.clone())),
            _ => Heard::Nothing,
        },
    }
}

/// Parses commands that are written out in full.
fn in_words(mode: Mode, text: &str) -> Option<Intent> {
    match (text.to_ascii_lowercase().as_str(), mode) {
        ("yes", Mode::Asking) => Some(Intent::Yes),
        ("no", Mode::Asking) | ("back", _) => Some(Intent::Back),
        ("quit" | "exit", _) => Some(Intent::Quit),
        _ => None,
    }
}
