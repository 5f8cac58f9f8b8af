//! Stops a login without a screen from looping: no prompt gets the same answer twice. Answers from flags never change, so a
//! repeated prompt would otherwise repeat for ever.

use super::answers::{PromptAction, input_required};
use crate::wizard::msg::{Answer, Prompt, PromptId};

/// The answers given so far.
#[derive(Default)]
pub(super) struct RepeatGuard {
    answers: Vec<(PromptId, Answer)>,
    has_ended: bool,
}

impl RepeatGuard {
    /// Returns `next` unchanged if it is new; a repeated answer becomes a problem.
    pub(super) fn check_repeat(&mut self, prompt: &Prompt, next: PromptAction) -> PromptAction {
        match (next, prompt) {
            (
                PromptAction::Answer(given),
                Prompt::Choice { id, prompt, .. } | Prompt::Text { id, prompt } | Prompt::Consent { id, question: prompt },
            ) => {
                let answer = (*id, given);
                if self.answers.contains(&answer) {
                    return input_required(format!("The answer was not accepted: {prompt}"));
                }
                self.answers.push(answer.clone());
                PromptAction::Answer(answer.1)
            }
            (PromptAction::Finish, _) if std::mem::replace(&mut self.has_ended, true) => {
                input_required("The sign-in did not finish.".into())
            }
            (next, _) => next,
        }
    }
}
