//! Input while an overlay is open.

use super::model::Model;
use super::overlay::Overlay;
use crate::wizard::kit::Consent;
use crate::wizard::msg::{Effect, Input, Intent};
use crate::wizard::theme::Theme;

pub(super) fn on_input(model: &mut Model, input: &Input, effects: &mut Vec<Effect>) {
    match (&mut model.overlay, input) {
        (Some(Overlay::Help { scroll_offset }), Input::Do(Intent::PageDown | Intent::Down)) => *scroll_offset += 3,
        (Some(Overlay::Help { scroll_offset }), Input::Do(Intent::PageUp | Intent::Up)) => {
            *scroll_offset = scroll_offset.saturating_sub(3);
        }
        (Some(Overlay::Help { .. }), Input::Do(Intent::Help | Intent::Quit | Intent::Confirm)) => model.overlay = None,
        _ => match Consent::answer(input) {
            Some(true) if model.overlay == Some(Overlay::UnsavedCredential) => {
                model.overlay = None;
                super::quit(model, effects);
            }
            Some(_) => model.overlay = None,
            None => {}
        },
    }
    clamp_scroll(model);
}

/// Limits the scroll offset to the end of the help, so that Up works at once.
fn clamp_scroll(model: &mut Model) {
    let last = super::sheet(model, Theme::default()).height().saturating_sub(model.body_height());
    if let Some(Overlay::Help { scroll_offset }) = &mut model.overlay {
        *scroll_offset = (*scroll_offset).min(last);
    }
}
