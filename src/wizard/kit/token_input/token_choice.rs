//! The choice between several pasted tokens. Each is shown by its name and its last four characters.

use crate::domain::secret::Secret;
use crate::domain::token_text::FoundToken;
use crate::wizard::kit::{Menu, MenuEvent};
use crate::wizard::msg::{Choice, Input, PromptId};
use crate::wizard::theme::Role;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct TokenChoice {
    tokens: Vec<FoundToken>,
    selected: usize,
}

impl TokenChoice {
    pub(super) fn new(tokens: Vec<FoundToken>) -> Self {
        Self { tokens, selected: 0 }
    }

    /// Returns the token that an input picks; `None` if it only moves the selection.
    pub(super) fn on_input(&mut self, input: &Input) -> Option<Secret> {
        match self.menu().on_input(&mut self.selected, input) {
            MenuEvent::Chosen(index) => self.tokens.get(index).map(|token| token.secret.clone()),
            MenuEvent::Handled(_) | MenuEvent::Ignored => None,
        }
    }

    pub(super) fn menu(&self) -> Menu {
        let choice = |token: &FoundToken| {
            let tail = format!("…{}", token.secret.last_four().unwrap_or_default());
            let length = format!("{} characters", token.secret.len());
            match &token.name {
                Some(name) => Choice::new(format!("{tail} ({name})"), length),
                None => Choice::new(tail, length),
            }
        };
        Menu::new(PromptId::WhichToken, "Which token do you mean?", self.tokens.iter().map(choice).collect())
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        let menu = self.menu();
        sheet.title(&menu.question);
        sheet.text(Role::Dim, "The text contains several Notion tokens. None was sent.");
        sheet.blank();
        menu.draw(sheet, self.selected);
    }
}
