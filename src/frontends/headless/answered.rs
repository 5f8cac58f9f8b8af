//! Stops a login without a screen from looping: no prompt gets the same answer twice. Answers from flags never change, so a
//! repeated prompt would otherwise repeat for ever.

use super::{Next, needed};
use crate::wizard::msg::{Ask, AskId, Given};

/// The answers given so far.
#[derive(Default)]
pub(super) struct Answered {
    answers: Vec<(AskId, Given)>,
    has_ended: bool,
}

impl Answered {
    /// Returns `next` unchanged if it is new; a repeated answer becomes a problem.
    pub(super) fn check(&mut self, ask: &Ask, next: Next) -> Next {
        match (next, ask) {
            (Next::Say(given), Ask::Choice { id, prompt, .. } | Ask::Text { id, prompt } | Ask::Consent { id, what: prompt }) => {
                let answer = (*id, given);
                if self.answers.contains(&answer) {
                    return needed(format!("it was answered, and is asked again: {prompt}"));
                }
                self.answers.push(answer.clone());
                Next::Say(answer.1)
            }
            (Next::End, _) if std::mem::replace(&mut self.has_ended, true) => needed("the conversation does not end".into()),
            (next, _) => next,
        }
    }
}
