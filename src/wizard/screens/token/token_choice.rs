//! The choice between several pasted tokens. Each is shown by its name and its last four characters.

use crate::domain::secret::Secret;
use crate::domain::token_text::FoundToken;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId};
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

const PROMPT: &str = "Which token do you mean?";

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
        let last = self.tokens.len().saturating_sub(1);
        let picked = match input {
            Input::Do(Intent::Up) => {
                self.selected = self.selected.saturating_sub(1);
                return None;
            }
            Input::Do(Intent::Down) => {
                self.selected = (self.selected + 1).min(last);
                return None;
            }
            Input::Do(Intent::First) => {
                self.selected = 0;
                return None;
            }
            Input::Do(Intent::Last) => {
                self.selected = last;
                return None;
            }
            Input::Do(Intent::Confirm) => self.selected,
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => *index,
            _ => return None,
        };
        self.tokens.get(picked).map(|token| token.secret.clone())
    }

    fn choices(&self) -> Vec<Choice> {
        let choice = |token: &FoundToken| {
            let tail = format!("…{}", token.secret.last_four().unwrap_or_default());
            let length = format!("{} characters", token.secret.len());
            match &token.name {
                Some(name) => Choice::new(format!("{tail} ({name})"), length),
                None => Choice::new(tail, length),
            }
        };
        self.tokens.iter().map(choice).collect()
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        sheet.title(PROMPT);
        sheet.text(Role::Dim, "The text holds several Notion tokens. None was sent.");
        sheet.blank();
        for (index, choice) in self.choices().iter().enumerate() {
            components::draw_choice(sheet, index + 1, choice, index == self.selected);
        }
    }

    pub(super) fn prompt(&self) -> Prompt {
        Prompt::Choice { id: PromptId::WhichToken, prompt: PROMPT.into(), options: self.choices() }
    }
}
