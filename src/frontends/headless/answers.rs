//! Answers the wizard's prompts from the flags, or names the option that would.

use super::reporter::WaitingFor;
use super::{HeadlessLogin, SignInMethod};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::credentials::StoreKind;
use crate::domain::login::LoginSteps;
use crate::domain::machine::{Finding, NtnState};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::store_choice::{StoreChoice, StoreRequest};
use crate::wizard::app::{self, Model};
use crate::wizard::msg::{Answer, Choice, Prompt, PromptId};
use jiff::civil::Date;

/// The reaction to a prompt.
pub(super) enum PromptAction {
    Answer(Answer),
    /// A task in progress will change the prompt.
    Wait,
    Finish,
    /// Checks first that this store has room.
    CheckRoom(StoreKind),
    /// Ends this run; another one finishes the login.
    Exit,
    Fail(Problem),
}

impl HeadlessLogin<'_> {
    pub(super) fn answer_prompt(&mut self, model: &Model) -> PromptAction {
        match app::prompt(model) {
            Prompt::Busy => PromptAction::Wait,
            // A write in progress is awaited; the wizard ends by itself afterwards.
            Prompt::Ended if model.with_ctx(|_, ctx| ctx.is_quitting) => PromptAction::Wait,
            Prompt::Ended => PromptAction::Finish,
            Prompt::Choice { id: PromptId::Path, .. } => {
                PromptAction::Answer(Answer::Choice(AuthPath::ALL.iter().position(|path| *path == self.answers.path).unwrap_or(0)))
            }
            Prompt::Choice { id: PromptId::SignInMethod, .. } => self.answer_method(model),
            // The last option starts a new login; the others reuse one that ntn has. The workspace is chosen in the browser.
            Prompt::Choice { id: PromptId::Workspace, options, .. } => PromptAction::Answer(last_option(&options)),
            Prompt::Choice { id: PromptId::RetryLogin, .. } if login_steps(model) == LoginSteps::Start => {
                self.format.report_waiting(WaitingFor::Resume, self.console);
                PromptAction::Exit
            }
            Prompt::Choice { id: PromptId::Continue, .. } => {
                self.report_checks(model);
                PromptAction::Answer(Answer::Choice(0))
            }
            Prompt::Choice { id: PromptId::Store, .. } => match self.take_expiry() {
                Some(day) => PromptAction::Answer(Answer::Day(Some(day))),
                None => self.answer_store(model),
            },
            Prompt::Consent { id: PromptId::Plaintext, question: what } => self.answer_consent(&what),
            // No secret is sent before there is a store for the resulting credential.
            Prompt::Text { id: PromptId::Token | PromptId::ClientSecret, .. } if self.is_store_unavailable(model) => {
                self.answer_store(model)
            }
            Prompt::Text { id: PromptId::Token, prompt } => self.answer_token(prompt),
            Prompt::Text { id: PromptId::ClientSecret, prompt } => self.answer_client_secret(prompt),
            Prompt::Choice { prompt: what, .. } | Prompt::Text { prompt: what, .. } | Prompt::Consent { question: what, .. } => {
                input_required(what)
            }
        }
    }

    /// Picks the sign-in method.
    fn answer_method(&mut self, model: &Model) -> PromptAction {
        let found = model.findings();
        match (&self.answers.method, &found.ntn) {
            // The port registered before is among the saved records.
            (SignInMethod::Connection { .. }, _) if found.inventory == Finding::Pending => PromptAction::Wait,
            (SignInMethod::Connection { auto_open_browser: true, .. }, _) if found.browser == Finding::Pending => {
                PromptAction::Wait
            }
            (SignInMethod::Connection { .. }, _) => PromptAction::Answer(Answer::Choice(0)),
            (SignInMethod::Token { .. }, _) => {
                let token = self.answers.path.methods().iter().position(|method| *method == AuthMethod::Token);
                PromptAction::Answer(Answer::Choice(token.unwrap_or(0)))
            }
            (SignInMethod::Browser { .. }, Finding::Pending) => PromptAction::Wait,
            (SignInMethod::Browser { auto_open_browser: true }, _) if found.browser == Finding::Pending => PromptAction::Wait,
            (SignInMethod::Browser { .. }, Finding::Found(NtnState::Missing | NtnState::NotInstallable)) => {
                PromptAction::Fail(Problem::new(ProblemCode::NtnMissing))
            }
            (SignInMethod::Browser { .. }, Finding::Found(NtnState::OtherProgram { path, evidence })) => {
                let what = format!("{path} is another program: {evidence}");
                PromptAction::Fail(Problem::new(ProblemCode::NtnMissing).with_evidence(what))
            }
            (SignInMethod::Browser { .. }, Finding::Found(_)) => {
                if login_steps(model) == LoginSteps::Resume {
                    self.format.report_waiting(WaitingFor::Approval, self.console);
                }
                PromptAction::Answer(Answer::Choice(0))
            }
        }
    }

    pub(super) fn auto_opens_browser(&self) -> bool {
        matches!(
            self.answers.method,
            SignInMethod::Browser { auto_open_browser: true } | SignInMethod::Connection { auto_open_browser: true, .. }
        )
    }

    fn answer_token(&mut self, prompt: String) -> PromptAction {
        let SignInMethod::Token { token, .. } = &self.answers.method else { return input_required(prompt) };
        self.format.report_waiting(WaitingFor::Notion, self.console);
        PromptAction::Answer(Answer::Text(token.clone()))
    }

    fn answer_client_secret(&mut self, prompt: String) -> PromptAction {
        let SignInMethod::Connection { client, .. } = &self.answers.method else { return input_required(prompt) };
        self.format.report_waiting(WaitingFor::Notion, self.console);
        PromptAction::Answer(Answer::Text(client.secret.clone()))
    }

    /// Returns the day of `--expires`, once. The page ignores it for a token that is not known to expire.
    fn take_expiry(&mut self) -> Option<Date> {
        match &mut self.answers.method {
            SignInMethod::Token { expires_on, .. } => expires_on.take(),
            SignInMethod::Browser { .. } | SignInMethod::Connection { .. } => None,
        }
    }

    /// Answers the prompt for consent to a plain text file. `--store file` and NOTION_KEYRING count as consent; with either, a
    /// browser login does not prompt.
    fn answer_consent(&self, what: &str) -> PromptAction {
        match &self.answers.method {
            SignInMethod::Token { .. } | SignInMethod::Connection { .. } => PromptAction::Answer(Answer::Consent(true)),
            // The instruction comes first, because the rest may be cut off.
            SignInMethod::Browser { .. } => option_needed(&format!("Add --store file to agree to this: {what}")),
        }
    }

    /// Returns true while the store is being probed, and if it cannot be used.
    fn is_store_unavailable(&self, model: &Model) -> bool {
        !matches!(self.answer_store(model), PromptAction::Answer(_))
    }

    /// Answers the prompt for the store, once the chosen one is known to have room.
    fn answer_store(&self, model: &Model) -> PromptAction {
        let request = StoreRequest { named: self.answers.store, file_was_chosen: false, waits_for_unlock: false };
        let store = match request.choose(model.findings().keychain.get()) {
            StoreChoice::Use(store) => store,
            StoreChoice::ProbeFirst => return PromptAction::Wait,
            StoreChoice::Refused(problem) => return PromptAction::Fail(problem),
            StoreChoice::Undecided(undecided) => return PromptAction::Fail(undecided.option_needed(true)),
        };
        let Some(index) = StoreKind::OFFERED.iter().position(|offered| *offered == store) else {
            return input_required(format!("--store {}", store.name()));
        };
        match &self.room {
            Some(Finding::Found(Err(problem))) if store != StoreKind::None => PromptAction::Fail(problem.clone()),
            Some(Finding::Pending) if store != StoreKind::None => PromptAction::Wait,
            None if store != StoreKind::None => PromptAction::CheckRoom(store),
            _ => PromptAction::Answer(Answer::Choice(index)),
        }
    }
}

pub(super) fn login_steps(model: &Model) -> LoginSteps {
    model.with_ctx(|_, ctx| ctx.setup.login_steps)
}

fn last_option(options: &[Choice]) -> Answer {
    Answer::Choice(options.len().saturating_sub(1))
}

/// Returns the failure of a prompt that no option answers.
pub(super) fn input_required(what: String) -> PromptAction {
    PromptAction::Fail(Problem::new(ProblemCode::InputRequired).with_evidence(what))
}

fn option_needed(what: &str) -> PromptAction {
    PromptAction::Fail(Problem::needed(MissingInput::Option, what))
}
