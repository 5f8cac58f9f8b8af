//! Plain mode: renders the model as lines and parses a typed line as an input. Reads only.
//!
//! The lines come from the same sheets that [`view`](super::view()) draws, and a one-letter line does what that key does
//! on the screen, so plain mode has no rules of its own.

use super::model::Model;
use super::{mode, overlay_input, prompt};
use crate::domain::secret::Secret;
use crate::wizard::keymap;
use crate::wizard::msg::{Answer, Input, Intent, Mode, Notice, Prompt};
use crate::wizard::screens::{Hint, Stage};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::chrome;
use crate::wizard::widgets::sheet::PlainLine;

/// The current page as text.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainView {
    pub stage: Stage,
    /// Says that this is the demo, or who is signed in.
    pub header: Option<String>,
    /// The page's text; the first line names the page.
    pub lines: Vec<PlainLine>,
    pub notice: Option<Notice>,
    /// The lines that do something here, each with its description.
    pub keys: Vec<(String, &'static str)>,
    pub prompt: Prompt,
}

/// Shorter texts are not treated as a paste: no token and no URL is that short.
const MIN_PASTE_BYTES: usize = 16;

/// The meaning of a typed line.
#[derive(Clone, Debug, PartialEq)]
pub enum ParsedLine {
    Input(Input),
    /// Repeat the page and its keys.
    Help,
    /// The line means nothing here.
    Unknown,
}

/// Renders the current page, or the overlay on top of it. With `ascii`, in ASCII characters only.
pub fn plain_view(model: &Model, ascii: bool) -> PlainView {
    let theme = Theme { mono: true, ascii, plain: true };
    let ctx = model.ctx();
    let page = model.screen().page();
    let (sheet, hints) = match &model.overlay {
        Some(overlay) => (overlay.sheet(&ctx, theme, page.mode()), overlay.hints()),
        None => (page.sheet(&ctx, theme), page.hints(&ctx)),
    };
    let head = match &ctx.setup.demo {
        Some(_) => Some("demo: nothing leaves this machine".to_owned()),
        None => chrome::signed_in_label(&ctx).filter(|_| page.stage() != Stage::Done),
    };
    let notice = model.notice.clone().map(|notice| Notice { text: theme.text(&notice.text).into_owned(), ..notice });
    PlainView {
        stage: page.stage(),
        header: head,
        lines: sheet.to_plain_lines(),
        notice,
        keys: active_keys(model, hints),
        prompt: prompt(model),
    }
}

/// Returns the active keys as lines, without scrolling and the QR code.
fn active_keys(model: &Model, mut hints: Vec<Hint>) -> Vec<(String, &'static str)> {
    let mode = mode(model);
    if model.overlay.is_none() {
        let always: &[Hint] = match mode {
            Mode::Normal | Mode::Insert => &[(Intent::Back, "back"), (Intent::Help, "help"), (Intent::Quit, "quit")],
            Mode::Confirm => &[(Intent::Quit, "quit")],
        };
        for hint in always {
            // A write cannot be cancelled with Back.
            let is_possible = hint.0 != Intent::Back || !model.is_writing();
            if is_possible && hints.iter().all(|(hinted, _)| *hinted != hint.0) {
                hints.push(*hint);
            }
        }
    }
    let told = hints.into_iter().filter(|(intent, _)| !needs_screen(model, *intent));
    let label = |intent| keymap::range_label(intent, true).or_else(|| keymap::line_label(mode, intent));
    told.filter_map(|(intent, does)| label(intent).map(|line| (line, does))).collect()
}

/// True for intents that only make sense on a screen: scrolling and the QR code.
fn needs_screen(model: &Model, intent: Intent) -> bool {
    match intent {
        Intent::ToggleQr | Intent::PageUp | Intent::PageDown => true,
        Intent::Up | Intent::Down | Intent::First | Intent::Last => model.screen().page().arrows_scroll(),
        _ => false,
    }
}

/// Returns every line that means something here, with its description.
pub fn line_help(model: &Model) -> Vec<(String, &'static str)> {
    let mode = mode(model);
    let dead = overlay_input::inactive_intents(model);
    let is_here = |binding: &&keymap::Binding| !needs_screen(model, binding.intent) && !dead.contains(&binding.intent);
    keymap::line_bindings(mode, is_here)
}

/// Parses a line of text, without its line ending.
pub fn parse_line(model: &Model, line: &Secret) -> ParsedLine {
    let mode = mode(model);
    let text = line.expose().trim();
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => ParsedLine::Input(Input::Do(Intent::Confirm)),
        (Some(letter), None) if !letter.is_ascii_digit() => match keymap::intent_for_letter(mode, letter) {
            Some(Intent::Help) => ParsedLine::Help,
            Some(intent) if needs_screen(model, intent) => ParsedLine::Unknown,
            Some(intent) => ParsedLine::Input(Input::Do(intent)),
            None if mode == Mode::Insert => ParsedLine::Input(Input::Answer(Answer::Text(line.clone()))),
            None => ParsedLine::Unknown,
        },
        _ if mode == Mode::Insert => ParsedLine::Input(Input::Answer(Answer::Text(line.clone()))),
        _ => match (text.parse(), parse_word(mode, text)) {
            (Ok(number @ 1_u8..), _) if mode == Mode::Normal => ParsedLine::Input(Input::Do(Intent::Pick(usize::from(number - 1)))),
            (_, Some(intent)) => ParsedLine::Input(Input::Do(intent)),
            // As on the screen, a page may accept a paste that it did not ask for. A single word is not a paste.
            (Err(_), None) if mode == Mode::Normal && text.len() >= MIN_PASTE_BYTES => {
                ParsedLine::Input(Input::Paste(line.clone()))
            }
            _ => ParsedLine::Unknown,
        },
    }
}

/// Parses commands that are written out in full.
fn parse_word(mode: Mode, text: &str) -> Option<Intent> {
    match (text.to_ascii_lowercase().as_str(), mode) {
        ("yes", Mode::Confirm) => Some(Intent::Yes),
        ("no", Mode::Confirm) | ("back", _) => Some(Intent::Back),
        ("quit" | "exit", _) => Some(Intent::Quit),
        _ => None,
    }
}
