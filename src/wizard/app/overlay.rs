//! Overlays: the help, and the question before an unsaved credential is lost.

use crate::domain::sanitize::width;
use crate::wizard::context::Ctx;
use crate::wizard::keymap;
use crate::wizard::msg::{Intent, Mode, Prompt, PromptId};
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
