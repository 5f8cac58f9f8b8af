//! `ntn` is logged in, but its token could not be verified with Notion: shows what `ntn` reports, and nothing more.

use super::{Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::checks::{Check, Verdict};
use crate::domain::credentials::{Account, CredentialRecord, CredentialSource, Receipt, SignInOutcome, StoreKind, TokenKind};
use crate::domain::login::NtnLogin;
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Prompt, PromptId, Reply, Route, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq)]
pub struct UnverifiedLoginPage {
    login: NtnLogin,
    /// The reason why Notion could not be asked.
    reason: String,
    problem: Option<Problem>,
}

impl UnverifiedLoginPage {
    pub fn new(login: NtnLogin, unread: String) -> Self {
        Self { login, reason: unread, problem: None }
    }

    /// Returns what a login proves by itself, and what stays unknown. Only full members can log in with `ntn`
    /// (<https://developers.notion.com/cli/get-started/authentication>).
    pub fn checks(&self) -> Vec<Check> {
        let version = &self.login.version;
        let user = self.login.user.as_deref();
        let who = user.map_or_else(|| "Not reported by ntn.".to_owned(), |user| format!("{user}, as reported by ntn."));
        let known = if self.login.user.is_some() { Verdict::Pass } else { Verdict::Unknown };
        vec![
            Check::new("credential.valid", "Login", Verdict::Pass, format!("ntn {version} exited successfully.")),
            Check::new("credential.identity", "Person", known, who),
            Check {
                source: Some("CLIAUTH"),
                ..Check::new(
                    "prerequisites.membership",
                    "Membership",
                    Verdict::Pass,
                    "Full member: only full members can log in with ntn.",
                )
            },
            Check {
                remedy: Some("ntn workers list shows whether Notion accepts it.".into()),
                ..Check::new(
                    "credential.readable",
                    "Asked Notion",
                    Verdict::Unknown,
                    format!("Not possible: {}.", self.reason.trim_end_matches('.')),
                )
            },
        ]
    }

    fn record_login(&mut self, ctx: &Ctx<'_>) -> Transition {
        self.problem = None;
        Transition::start(Task::RecordNtnLogin(Box::new(self.record(ctx))))
    }

    fn record(&self, ctx: &Ctx<'_>) -> CredentialRecord {
        CredentialRecord {
            account: Account::new(&self.login.workspace.id, AuthMethod::BrowserLogin.path(), None),
            workspace: self.login.workspace.clone(),
            user: self.login.user.clone(),
            kind: TokenKind::User,
            path: AuthMethod::BrowserLogin.path(),
            store: StoreKind::Ntn,
            expires_on: None,
            saved_on: ctx.setup.today,
            connection: None,
            mcp: None,
            person: None,
            sent_to: Vec::new(),
            replaced_keys: Vec::new(),
        }
    }
}

impl Page for UnverifiedLoginPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Verify)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => Transition::back(),
            Input::Do(Intent::Confirm | Intent::Retry) | Input::Answer(Answer::Choice(0)) if !ctx.is_waiting => {
                self.record_login(ctx)
            }
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => Transition::stay(),
        }
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match reply {
            Ok(TaskOutcome::Saved(receipt)) => Transition::finish(Route::Done(Box::new(SignInOutcome {
                record: self.record(ctx),
                receipt: Receipt { place: self.login.place.clone(), ..receipt },
                found_in: Some(CredentialSource::Ntn { workspace: self.login.workspace.id.clone() }),
                needs_keyring_variable: self.login.needs_keyring_variable,
            }))),
            reply => {
                self.problem = Some(problem_of(reply));
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let workspace = self.login.workspace.name.as_ref().unwrap_or(&self.login.workspace.id);
        let mark = vec![sheet.span(Role::Good, &format!("{} ", theme.glyph(Glyph::Pass)))];
        sheet.hanging(mark, Role::Title, &format!("ntn is logged in to {workspace}"));
        sheet.text(Role::Dim, "ntn reports this; it couldn't be verified with Notion.");
        sheet.blank();
        for check in self.checks() {
            components::draw_check(&mut sheet, &check, ctx.shows_details);
        }
        if ctx.is_waiting {
            sheet.scroll_to_here();
            components::draw_waiting(&mut sheet, "Recording that ntn stores this login…");
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            sheet.scroll_to_here();
            sheet.text(Role::Text, "You're logged in with ntn, but notion-auth couldn't record it.");
            kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
        }
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        Prompt::Choice { id: PromptId::Continue, prompt: "ntn is logged in.".into(), options: vec![Choice::new("Continue", "")] }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        match &self.problem {
            _ if ctx.is_waiting => Actions::new(),
            Some(_) => Actions::enter("try again").back("back").in_help(Intent::Retry, "try again"),
            None => Actions::enter("continue").back("back"),
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
