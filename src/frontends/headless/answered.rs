//! The law of a conversation without a screen: no question is given one answer twice. Who answers from flags alone would otherwise
//! never stop, because nothing that they say can change.

use super::{Next, needed};
use crate::wizard::msg::{Ask, AskId, Given};

/// The answers that were given.
#[derive(Default)]
pub(super) struct Answered {
    answers: Vec<(AskId, Given)>,
    has_ended: bool,
}

impl Answered {
    /// Lets a step through that is new; one that was taken before becomes a problem.
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
