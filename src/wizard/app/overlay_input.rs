//! Input while an overlay is open, and which keys the help leaves out.

use super::model::Model;
use super::overlay::Overlay;
use crate::wizard::keymap;
use crate::wizard::msg::{Answer, Effect, Input, Intent, Msg};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::chrome;
use ratatui::layout::Rect;

pub(super) fn open_help(model: &mut Model) {
    let inactive = inactive_intents(model);
    model.overlay = Some(Overlay::Help { scroll_offset: 0, inactive });
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
    let page_mode = model.top().screen.page().mode();
    let has_steps = model.top().screen.page().has_steps();
    let height = chrome::body_area(Rect::new(0, 0, model.size.columns, model.size.rows), has_steps, &[]).height;
    let last = match &model.overlay {
        Some(overlay) => overlay.sheet(&model.ctx(), Theme::default(), page_mode).height().saturating_sub(usize::from(height)),
        None => return,
    };
    if let Some(Overlay::Help { scroll_offset: scrolled, .. }) = &mut model.overlay {
        *scrolled = (*scrolled).min(last);
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
    let picks: Vec<Intent> = (0..8).map(Intent::Pick).collect();
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
