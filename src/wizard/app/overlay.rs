//! Overlays: the help, and the question before an unsaved credential is lost.

use crate::domain::sanitize::width;
use crate::wizard::context::Size;
use crate::wizard::keymap;
use crate::wizard::kit::{Actions, Consent, HelpGroup};
use crate::wizard::msg::{Intent, Label, Mode, Prompt, PromptId};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::{Sheet, pad};
use strum::VariantArray;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Overlay {
    Help {
        scroll_offset: usize,
    },
    /// Leaving would lose a verified credential that is not saved anywhere.
    UnsavedCredential,
}

impl Overlay {
    /// Returns the question that it asks below the page, if any.
    pub fn consent(&self) -> Option<Consent> {
        (*self == Self::UnsavedCredential).then(unsaved_credential)
    }

    /// Returns the prompt of that question.
    pub fn prompt(&self) -> Option<Prompt> {
        self.consent().map(Consent::prompt)
    }

    pub fn actions(&self) -> Actions {
        match self {
            Self::Help { .. } => Actions::only_back("close").in_help(Intent::Help, "close").in_help(Intent::Confirm, "close"),
            Self::UnsavedCredential => unsaved_credential().actions(),
        }
    }

    pub fn scroll_offset(&self) -> Option<usize> {
        match self {
            Self::Help { scroll_offset } => Some(*scroll_offset),
            Self::UnsavedCredential => None,
        }
    }
}

/// Returns the help for the actions of the page in this mode.
pub(super) fn help_sheet(size: Size, theme: Theme, mode: Mode, actions: &Actions) -> Sheet {
    let mut sheet = Sheet::new(theme, size);
    draw_help(&mut sheet, mode, actions);
    sheet
}

fn unsaved_credential() -> Consent {
    let question = "The token isn't saved. Quit anyway? You'd have to sign in again.";
    Consent::new(PromptId::UnsavedCredential, question, "quit", "stay")
}

/// Columns of the keys. A rare longer list of keys does not push the labels of all others to the right.
const WIDEST_KEYS: usize = 12;

/// Draws the actions in groups. Those with the same label share a line.
fn draw_help(sheet: &mut Sheet, mode: Mode, actions: &Actions) {
    let ascii = sheet.theme().ascii;
    sheet.title("Keys on this screen");
    let mut groups: Vec<(HelpGroup, Vec<(Label, String)>)> = HelpGroup::VARIANTS.iter().map(|group| (*group, Vec::new())).collect();
    for action in actions.iter() {
        let keys = keymap::key_labels(mode, action.intent, ascii).join(" ");
        let Some((_, lines)) = groups.iter_mut().find(|(group, _)| *group == action.help_group()) else { continue };
        match lines.iter_mut().find(|(label, _)| *label == action.label) {
            _ if keys.is_empty() => {}
            Some((_, known)) => *known = format!("{known} {keys}"),
            None => lines.push((action.label, keys)),
        }
    }
    let widths = groups.iter().flat_map(|(_, lines)| lines).map(|(_, keys)| width(keys));
    let widest = widths.filter(|width| *width <= WIDEST_KEYS).max().unwrap_or_default();
    for (group, lines) in groups.iter().filter(|(_, lines)| !lines.is_empty()) {
        sheet.text(Role::Dim, group.title());
        for (label, keys) in lines {
            let mark = vec![sheet.span(Role::Key, &pad(&format!("  {keys}  "), widest + 4))];
            sheet.hanging(mark, Role::Text, label);
        }
    }
    if mode == Mode::Insert {
        sheet.text(Role::Dim, "In this field, letter keys type text.");
    }
}
