//! A yes-or-no question. The router asks it, draws it below the page and takes the answer, so every page asks for consent alike.

use super::Actions;
use crate::wizard::msg::{Answer, Input, Intent, Prompt, PromptId};
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub id: PromptId,
    pub question: String,
    /// The labels of yes and no, in the footer.
    pub yes: &'static str,
    pub no: &'static str,
}

impl Consent {
    pub fn new(id: PromptId, question: impl Into<String>, yes: &'static str, no: &'static str) -> Self {
        Self { id, question: question.into(), yes, no }
    }

    /// Asks whether a secret may be in a file in plain text, and says who could read it. `asked` is the question.
    pub fn to_plaintext(asked: &str, yes: &'static str, no: &'static str) -> Self {
        let readers = "Other users can't read the file, but your backups and any program you run can.";
        Self::new(PromptId::Plaintext, format!("{asked} {readers}"), yes, no)
    }

    pub fn actions(&self) -> Actions {
        Actions::new().main(Intent::Yes, self.yes).back(self.no)
    }

    pub fn prompt(self) -> Prompt {
        Prompt::Consent { id: self.id, question: self.question }
    }

    /// Draws the question, with the focus on it; its keys are in the footer.
    pub fn draw(&self, sheet: &mut Sheet) {
        if sheet.height() > 0 {
            sheet.blank();
        }
        sheet.scroll_to_here();
        let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
        sheet.hanging(mark, Role::Title, &self.question);
    }

    /// Returns the answer that an input gives. Enter gives none: a key held down must not agree.
    pub fn answer(input: &Input) -> Option<bool> {
        match input {
            Input::Do(Intent::Yes) => Some(true),
            Input::Do(Intent::Back) => Some(false),
            Input::Answer(Answer::Consent(given)) => Some(*given),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => None,
        }
    }
}
