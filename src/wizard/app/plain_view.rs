//! Plain mode: renders the model as lines and parses a typed line as an input. Reads only.
//!
//! The lines come from the same sheets that [`view`](super::view()) draws, and a one-letter line does what that key does
//! on the screen, so plain mode has no rules of its own.

use super::model::Model;
use super::{actions, mode, prompt, sheet};
use crate::domain::sanitize::width;
use crate::domain::secret::Secret;
use crate::wizard::keymap;
use crate::wizard::kit::{Action, Importance};
use crate::wizard::msg::{Answer, Input, Intent, Label, Mode, Notice, Prompt};
use crate::wizard::screens::Stage;
use crate::wizard::theme::Theme;
use crate::wizard::widgets::chrome;
use crate::wizard::widgets::sheet::PlainLine;

/// The current page as text.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainView {
    pub stage: Stage,
    /// A sentence: this is the demo, or who is signed in.
    pub header: Option<String>,
    /// The page's text; the first line names the page.
    pub lines: Vec<PlainLine>,
    pub notice: Option<Notice>,
    /// The lines that do something here, each with its description.
    pub keys: Vec<(String, Label)>,
    /// `None` while there is only something to wait for.
    pub prompt: Option<PlainPrompt>,
}

/// The prompt, which is written before the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainPrompt {
    pub text: String,
    /// The answer must not be echoed.
    pub is_secret: bool,
}

/// Maximum width of the key line. Screen readers read it after every page, so it stays short on a wide terminal too.
const KEYS_COLUMNS: usize = 80;

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
        Some(_) => Some("Demo: nothing leaves this machine.".to_owned()),
        None => chrome::signed_in_label(&ctx).filter(|_| model.stage() != Stage::Done).map(|label| sentence(&label)),
    };
    let notice = model.notice.clone().map(|notice| Notice { text: theme.text(&notice.text).into_owned(), ..notice });
    PlainView {
        stage: model.stage(),
        header: head,
        lines: sheet.to_plain_lines(),
        notice,
        keys: active_keys(model),
        prompt: plain_prompt(model),
    }
}

/// Begins with a capital letter and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| format!("{}{}.", first.to_uppercase(), characters.as_str())).unwrap_or_default()
}

/// Returns the open question. Where there is nothing to choose, no question is asked, and the prompt names the main key.
fn plain_prompt(model: &Model) -> Option<PlainPrompt> {
    let main_key = main_key(model).map(|(key, label)| format!("Press {key} ({label}): "));
    // A token can be pasted on many pages; only a page that waits for a paste of its own asks for it.
    let page_actions = model.screen().page().keys(&model.ctx()).actions;
    let paste = page_actions.iter().find(|action| action.intent == Intent::Paste);
    let (text, is_secret) = match prompt(model) {
        Prompt::Busy => match paste {
            Some(paste) => (format!("Paste {}: ", paste.label), false),
            None => (main_key?, false),
        },
        // The front end punctuates a hidden prompt, because it also says that the input is hidden.
        Prompt::Text { id, prompt } if id.is_secret() => (prompt, true),
        Prompt::Text { prompt, .. } => (format!("{prompt}: "), false),
        Prompt::Consent { .. } => ("y or n? ".to_owned(), false),
        Prompt::Ended => (main_key?, false),
        Prompt::Choice { prompt, options, .. } => {
            let is_question = prompt.ends_with('?');
            let has_choice = options.iter().filter(|option| option.disabled_reason.is_none()).count() > 1;
            let text = match main_key {
                Some(main_key) if is_question && !has_choice => main_key,
                Some(main_key) if !is_question => format!("{prompt} {main_key}"),
                None if !has_choice => "Press a key: ".to_owned(),
                _ => format!("{prompt} "),
            };
            (text, false)
        }
    };
    Some(PlainPrompt { text, is_secret })
}

/// Returns Enter and its label or, where Enter does nothing, the page's main key.
fn main_key(model: &Model) -> Option<(String, Label)> {
    let actions = actions(model);
    let is_main = |action: &Action| action.importance == Importance::Essential && key_group(action) == KeyGroup::Letter;
    let confirm = actions.iter().find(|action| action.intent == Intent::Confirm);
    let action = confirm.or_else(|| actions.iter().find(is_main))?;
    Some((keymap::line_label(mode(model), action.intent)?, action.label))
}

/// True for actions that a line can carry and that do not need a screen.
fn has_line(action: &Action) -> bool {
    action.intent != Intent::ToggleQr
}

/// The order in which keys are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum KeyGroup {
    Enter,
    Back,
    Number,
    Letter,
    Help,
    Quit,
    Signal,
}

fn key_group(action: &Action) -> KeyGroup {
    match action.intent {
        Intent::Confirm | Intent::Yes => KeyGroup::Enter,
        Intent::Back => KeyGroup::Back,
        Intent::Pick(_) => KeyGroup::Number,
        Intent::Help => KeyGroup::Help,
        Intent::Quit => KeyGroup::Quit,
        Intent::QuitNow | Intent::Suspend => KeyGroup::Signal,
        _ => KeyGroup::Letter,
    }
}

/// Returns the keys of the footer as lines. Letters that do not fit on one line are left to the help; numbers stay, because they
/// answer the question.
fn active_keys(model: &Model) -> Vec<(String, Label)> {
    let mode = mode(model);
    let mut shown = actions(model).in_footer();
    shown.retain(|action| has_line(action) && keymap::line_label(mode, action.intent).is_some());
    let cell = |action: &Action| (keymap::line_label(mode, action.intent).unwrap_or_default(), action.label.clone());
    while width(&keys_text(&shown.iter().map(cell).collect::<Vec<_>>())) > KEYS_COLUMNS
        && let Some(extra) =
            shown.iter().rposition(|action| action.importance != Importance::Essential && key_group(action) == KeyGroup::Letter)
    {
        shown.remove(extra);
        if let Some(help) = shown.iter_mut().find(|action| action.intent == Intent::Help) {
            help.label = "more".into();
        }
    }
    shown.sort_by_key(key_group);
    shown.iter().map(cell).collect()
}

/// Returns the keys as a sentence: `Keys: Enter continue, b back.`
pub fn keys_text(keys: &[(String, Label)]) -> String {
    let labels: Vec<String> = keys.iter().map(|(key, does)| format!("{key} {does}")).collect();
    format!("Keys: {}.", labels.join(", "))
}

/// Returns every line that means something here, with its label; lines with the same label are joined.
pub fn line_help(model: &Model) -> Vec<(String, Label)> {
    let mut lines: Vec<(String, Label)> = Vec::new();
    let mut shown: Vec<Action> = actions(model).iter().filter(has_line).collect();
    shown.sort_by_key(key_group);
    for action in shown {
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
