//! Overlays: the help, and the question before an unsaved credential is lost.

use super::model::Model;
use crate::domain::sanitize::width;
use crate::wizard::context::Ctx;
use crate::wizard::keymap;
use crate::wizard::msg::{Answer, Effect, Input, Intent, Mode, Msg, Prompt, PromptId};
use crate::wizard::screens::Hint;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::{Sheet, pad};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    Help {
        scroll_offset: usize,
        /// Keys of this mode that do nothing on the page below, left out of the help.
        inactive: Vec<Intent>,
    },
    /// Leaving would lose a verified credential that is not saved anywhere.
    UnsavedCredential,
}

impl Overlay {
    pub fn new_help(model: &Model) -> Self {
        Self::Help { scroll_offset: 0, inactive: inactive_intents(model) }
    }

    pub fn prompt(&self) -> Prompt {
        let what = match self {
            Self::Help { .. } => "Help is open; close it?",
            Self::UnsavedCredential => "The token is kept nowhere. Leave all the same?",
        };
        Prompt::Consent { id: PromptId::UnsavedCredential, question: what.into() }
    }

    pub fn hints(&self) -> Vec<Hint> {
        match self {
            Self::Help { .. } => vec![(Intent::Help, "close"), (Intent::PageDown, "scroll")],
            Self::UnsavedCredential => vec![(Intent::Yes, "leave"), (Intent::Back, "stay")],
        }
    }

    pub fn scroll_offset(&self) -> Option<usize> {
        match self {
            Self::Help { scroll_offset: scrolled, .. } => Some(*scrolled),
            Self::UnsavedCredential => None,
        }
    }

    /// `page_mode` is the mode of the page below, whose keys the help lists.
    pub fn sheet(&self, ctx: &Ctx<'_>, theme: Theme, page_mode: Mode) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        match self {
            Self::Help { inactive: dead, .. } => draw_help(&mut sheet, page_mode, dead),
            Self::UnsavedCredential => {
                let mark = vec![sheet.span(Role::Warn, &format!("{} ", theme.glyph(Glyph::Warn)))];
                sheet.hanging(mark, Role::Title, "The token is kept nowhere.");
                sheet.text(Role::Text, "Leave all the same? You would have to sign in again.");
            }
        }
        sheet
    }
}

/// Returns the intents that do nothing on the current page, found by trying them on a copy. Numbers up to the last active one are
/// kept, because the highlighted one may do nothing. Keys that move the highlight or leave are always kept: at a list's end they are idle.
pub(super) fn inactive_intents(model: &Model) -> Vec<Intent> {
    let mut page = model.clone();
    (page.overlay, page.notice, page.top_mut().scroll_offset) = (None, None, None);
    let is_live = |intent: Intent| {
        let mut after = page.clone();
        !super::update(&mut after, Msg::Input(Input::Do(intent))).is_empty() || !after.equals_ignoring_notice(&page)
    };
    let picks: Vec<Intent> = (1..=8).map(Intent::Pick).collect();
    let live_picks = picks.iter().rposition(|pick| is_live(*pick)).map_or(0, |last| last + 1);
    let mut dead: Vec<Intent> = picks.into_iter().skip(live_picks).collect();
    let others = keymap::bindings(super::mode(&page)).map(|binding| binding.intent).filter(|intent| may_be_inactive(*intent));
    dead.extend(others.filter(|intent| !is_live(*intent)));
    dead
}

fn may_be_inactive(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::Details
            | Intent::NextField
            | Intent::Guide
            | Intent::AskQuestion
            | Intent::UseExisting
            | Intent::Accounts
            | Intent::Refresh
            | Intent::LogOut
            | Intent::Send
            | Intent::AddAccount
            | Intent::Open
            | Intent::Copy
            | Intent::Retry
            | Intent::Profile
            | Intent::PrintLink
            | Intent::ToggleQr
    )
}

/// Draws the help; keys with the same description share a line.
fn draw_help(sheet: &mut Sheet, mode: Mode, dead: &[Intent]) {
    let ascii = sheet.theme().ascii;
    sheet.title("Keys on this screen");
    let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
    for binding in keymap::bindings(mode).filter(|binding| !dead.contains(&binding.intent)) {
        let key = binding.key.name(ascii);
        match lines.iter_mut().find(|(does, _)| *does == binding.description) {
            Some((_, keys)) => keys.push(key),
            None => lines.push((binding.description, vec![key])),
        }
    }
    let widest = lines.iter().map(|(_, keys)| width(&keys.join(" "))).max().unwrap_or_default();
    for (does, keys) in lines {
        let mark = vec![sheet.span(Role::Key, &pad(&keys.join(" "), widest + 2))];
        sheet.hanging(mark, Role::Text, does);
    }
    if mode == Mode::Insert {
        sheet.blank();
        sheet.text(
            Role::Dim,
            "While you type, every printable key is text. A token pasted where one is asked for is verified at once.",
        );
    }
}

pub(super) fn on_input(model: &mut Model, input: &Input, effects: &mut Vec<Effect>) {
    let Some(overlay) = &mut model.overlay else { return };
    let is_help = matches!(overlay, Overlay::Help { .. });
    match (overlay, input) {
        (Overlay::Help { scroll_offset: scrolled, .. }, Input::Do(Intent::PageDown | Intent::Down)) => *scrolled += 3,
        (Overlay::Help { scroll_offset: scrolled, .. }, Input::Do(Intent::PageUp | Intent::Up)) => {
            *scrolled = scrolled.saturating_sub(3);
        }
        (_, Input::Do(Intent::Back | Intent::Help | Intent::Quit) | Input::Answer(Answer::Consent(false))) => model.overlay = None,
        (_, Input::Do(Intent::Confirm | Intent::Yes) | Input::Answer(Answer::Consent(true))) => {
            model.overlay = None;
            if !is_help {
                super::quit(model, effects);
            }
        }
        (_, Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_)) => {}
    }
    clamp_scroll(model);
}

/// Limits the scroll offset to the end of the help, so that Up works at once.
fn clamp_scroll(model: &mut Model) {
    use crate::wizard::widgets::chrome;
    let page_mode = model.top().screen.page().mode();
    let has_steps = model.top().screen.page().has_steps();
    let height = chrome::body_area(ratatui::layout::Rect::new(0, 0, model.size.columns, model.size.rows), has_steps, &[]).height;
    let last = match &model.overlay {
        Some(overlay) => overlay.sheet(&model.ctx(), Theme::default(), page_mode).height().saturating_sub(usize::from(height)),
        None => return,
    };
    if let Some(Overlay::Help { scroll_offset: scrolled, .. }) = &mut model.overlay {
        *scrolled = (*scrolled).min(last);
    }
}
