//! Plain mode: renders the model as lines and parses a typed line as an input. Reads only.
//!
//! The lines come from the same sheets that [`view`](super::view()) draws, and a one-letter line does what that key does
//! on the screen, so plain mode has no rules of its own.

use super::model::Model;
use super::{actions, mode, prompt, sheet};
use crate::domain::secret::Secret;
use crate::wizard::keymap;
use crate::wizard::kit::Action;
use crate::wizard::msg::{Answer, Input, Intent, Label, Mode, Notice, Prompt};
use crate::wizard::screens::Stage;
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
    pub keys: Vec<(String, Label)>,
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
    let sheet = sheet(model, theme);
    let head = match &ctx.setup.demo {
        Some(_) => Some("demo: nothing leaves this machine".to_owned()),
        None => chrome::signed_in_label(&ctx).filter(|_| model.stage() != Stage::Done),
    };
    let notice = model.notice.clone().map(|notice| Notice { text: theme.text(&notice.text).into_owned(), ..notice });
    PlainView {
        stage: model.stage(),
        header: head,
        lines: sheet.to_plain_lines(),
        notice,
        keys: active_keys(model),
        prompt: prompt(model),
    }
}

/// True for actions that a line can carry and that do not need a screen.
fn has_line(action: &Action) -> bool {
    action.intent != Intent::ToggleQr
}

/// Returns the keys of the footer as lines.
fn active_keys(model: &Model) -> Vec<(String, Label)> {
    let mode = mode(model);
    let shown = actions(model).in_footer().into_iter().filter(has_line);
    shown.filter_map(|action| keymap::line_label(mode, action.intent).map(|line| (line, action.label))).collect()
}

/// Returns every line that means something here, with its label; lines with the same label are joined.
pub fn line_help(model: &Model) -> Vec<(String, Label)> {
    let mut lines: Vec<(String, Label)> = Vec::new();
    for action in actions(model).iter().filter(has_line) {
        let Some(line) = keymap::line_label(mode(model), action.intent) else { continue };
        match lines.iter_mut().find(|(_, label)| *label == action.label) {
            Some((known, _)) => *known = format!("{known} {line}"),
            None => lines.push((line, action.label)),
        }
    }
    lines
}

/// Parses a line of text, without its line ending.
pub fn parse_line(model: &Model, line: &Secret) -> ParsedLine {
    let (mode, actions) = (mode(model), actions(model));
    let do_if_possible = |intent| match intent {
        Intent::Help => ParsedLine::Help,
        Intent::Back => ParsedLine::Input(Input::Do(Intent::Back)),
        Intent::ToggleQr => ParsedLine::Unknown,
        intent if actions.allows(intent) => ParsedLine::Input(Input::Do(intent)),
        _ => ParsedLine::Unknown,
    };
    let answer = || {
        let is_asked = actions.allows(Intent::Paste);
        if is_asked { ParsedLine::Input(Input::Answer(Answer::Text(line.clone()))) } else { ParsedLine::Unknown }
    };
    let text = line.expose().trim();
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => do_if_possible(Intent::Confirm),
        (Some(letter), None) if !letter.is_ascii_digit() => match keymap::intent_for_letter(mode, letter) {
            Some(intent) => do_if_possible(intent),
            None if mode == Mode::Insert => answer(),
            None => ParsedLine::Unknown,
        },
        _ if mode == Mode::Insert => answer(),
        _ => match (text.parse(), parse_word(mode, text)) {
            (Ok(number @ 1_u16..), _) if mode == Mode::Normal => do_if_possible(Intent::Pick(usize::from(number - 1))),
            (_, Some(intent)) => do_if_possible(intent),
            // As on the screen, a page may accept a paste that it did not ask for. A single word is not a paste.
            (Err(_), None) if mode == Mode::Normal && text.len() >= MIN_PASTE_BYTES && actions.allows(Intent::Paste) => {
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
