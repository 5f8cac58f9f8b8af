//! Uses a credential that was found on this machine: asks which one if there are several, verifies a single one at once.

use super::{Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{Account, Candidate, CredentialSource, Entry, Inventory, Unusable, VerifiedCredential, titles};
use crate::domain::problem::Problem;
use crate::domain::sanitize::capitalised;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, Menu, MenuEvent};
use crate::wizard::msg::{
    Choice, Input, Intent, Mode, Probe, Prompt, PromptId, Reply, Route, Task, TaskOutcome, TokenEntry, Transition, problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq)]
pub struct UseExistingPage {
    selected: usize,
    problem: Option<Problem>,
    /// Verified, and about to be put under the key that names whom it acts as.
    unidentified: Option<Box<VerifiedCredential>>,
}

impl UseExistingPage {
    /// Creates the page; a single credential is verified at once.
    pub fn open(ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let existing = Self::credentials(ctx);
        let task = match existing.as_slice() {
            [only] if only.is_usable() => Some(Task::Verify(Candidate::Discovered(only.source.clone()))),
            _ => None,
        };
        // The first usable credential is selected, wherever it is in the list.
        let selected = existing.iter().position(|existing| existing.is_usable()).unwrap_or_default();
        (Self { selected, problem: None, unidentified: None }, task)
    }

    /// Creates the page with this credential selected and verifies it, because the key that led here said so.
    pub fn continue_with(source: CredentialSource, ctx: &Ctx<'_>) -> (Self, Task) {
        let selected = Self::credentials(ctx).iter().position(|existing| existing.source == source).unwrap_or_default();
        (Self { selected, problem: None, unidentified: None }, Task::Verify(Candidate::Discovered(source)))
    }

    fn credentials<'a>(ctx: &Ctx<'a>) -> Vec<&'a Entry> {
        // A credential that works only with Notion MCP can't be used on the pages that follow.
        let mut entries = ctx.inventory().map(Inventory::by_precedence).unwrap_or_default();
        entries.retain(|entry| !entry.is_mcp());
        entries
    }

    fn menu(ctx: &Ctx<'_>) -> Menu {
        let existing = Self::credentials(ctx);
        let titles = titles(&existing.iter().map(|entry| entry.named()).collect::<Vec<_>>());
        let items = existing.into_iter().zip(titles).map(|(existing, title)| Self::choice(existing, title)).collect();
        Menu::new(PromptId::Existing, "Which account do you want to use?", items)
    }

    fn choice(existing: &Entry, title: String) -> Choice {
        let reason = existing.unusable.as_ref().map(|unusable| match unusable {
            Unusable::KeptByNtn => "Only ntn can read it: its token is in ntn's own keychain.".to_owned(),
            Unusable::Gone | Unusable::Variable(_) => format!("{}.", capitalised(&unusable.reason())),
        });
        let place = match &existing.source {
            CredentialSource::Environment => "Set in the environment of this shell".to_owned(),
            CredentialSource::OtherVariable(_) => "Set in the environment of this shell; not active by itself".to_owned(),
            CredentialSource::Saved(_) => format!("Saved by notion-auth: {}", existing.place),
            CredentialSource::Ntn { .. } => existing.place.clone(),
        };
        let place = match existing.also_in.as_slice() {
            [] => place,
            names => format!("{place}; also in {}", names.join(", ")),
        };
        Choice::new(title, place).disabled_because(reason)
    }

    fn go_on(&mut self, verified: VerifiedCredential, ctx: &Ctx<'_>) -> Transition {
        let is_kept = |account: &Account| ctx.credential_index().credentials.iter().any(|record| record.account == *account);
        match verified.unidentified().filter(|(account, _)| is_kept(account)) {
            Some((account, actor)) => {
                self.unidentified = Some(Box::new(verified));
                Transition::start(Task::Identify(account, actor))
            }
            None => Transition::to(Route::Verify(Box::new(verified), None)),
        }
    }

    fn use_identified(verified: Box<VerifiedCredential>) -> Transition {
        Transition { start: Some(Task::Probe(Probe::Inventory)), ..Transition::to(Route::Verify(verified, None)) }
    }

    fn verify(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        self.problem = None;
        match Self::credentials(ctx).get(index) {
            Some(existing) => Transition::start(Task::Verify(Candidate::Discovered(existing.source.clone()))),
            None => Transition::stay(),
        }
    }
}

impl Page for UseExistingPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::SignIn)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => return Transition::back(),
            _ if ctx.is_waiting => {}
            Input::Do(Intent::Retry) => return self.verify(self.selected, ctx),
            Input::Do(Intent::Open) => {
                return ctx.portal_link(AuthMethod::Token.path()).map_or_else(Transition::stay, Transition::open);
            }
            // The credentials may be revoked or expired, so entering another token takes one key.
            Input::Do(Intent::AddAccount) => return Transition::to(Route::Token(AuthMethod::Token.path(), TokenEntry::Field)),
            Input::Do(Intent::Accounts) => return Transition::to(Route::Accounts),
            input => match Self::menu(ctx).on_input(&mut self.selected, &input) {
                MenuEvent::Chosen(index) => return self.verify(index, ctx),
                MenuEvent::Handled(transition) => {
                    self.problem = None;
                    return *transition;
                }
                MenuEvent::Ignored => {}
            },
        }
        Transition::stay()
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (task, reply, self.unidentified.take()) {
            (_, Ok(TaskOutcome::Verified(verified)), _) => self.go_on(*verified, ctx),
            (_, Ok(TaskOutcome::Identified(account)), Some(mut verified)) => {
                verified.found_in = Some(CredentialSource::Saved(account));
                Self::use_identified(verified)
            }
            // A failed move to the new key is not an error here: the next verification tries it again.
            (Task::Identify(..), Err(_), Some(verified)) => Self::use_identified(verified),
            (_, reply, _) => {
                self.problem = Some(problem_of(reply));
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let menu = Self::menu(ctx);
        // A single account needs no question.
        sheet.title(if menu.items.len() > 1 { &menu.question } else { "Already signed in" });
        sheet.blank();
        menu.draw(&mut sheet, self.selected);
        if ctx.is_waiting {
            sheet.blank();
            sheet.scroll_to_here();
            let esc = components::key_name(theme, Mode::Normal, Intent::Back);
            components::draw_waiting(&mut sheet, &format!("Verifying with {}… ({esc} cancels)", ctx.setup.notion_host));
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            sheet.scroll_to_here();
            kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
            sheet.blank();
            let key = components::key_name(theme, Mode::Normal, Intent::AddAccount);
            sheet.text(Role::Text, &format!("Have another token? Paste it here, or press {key}."));
            let selected = Self::credentials(ctx).into_iter().nth(self.selected);
            if let Some(name) = selected.and_then(|existing| existing.source.variable()) {
                sheet.text(Role::Dim, &format!("Programs in this shell keep using {name} until you change or unset it."));
            }
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        Self::menu(ctx).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        if ctx.is_waiting {
            return Actions::only_back("stop");
        }
        let (menu, has_failed) = (Self::menu(ctx).actions("use"), self.problem.is_some());
        let can_retry = has_failed && menu.allows(Intent::Confirm);
        let actions = if can_retry { Actions::new().main(Intent::Retry, "try again") } else { Actions::new() };
        actions.and(menu).back("back").key(Intent::AddAccount, "another token").key(Intent::Accounts, "accounts").key_if(
            has_failed,
            Intent::Open,
            "portal",
        )
    }

    fn back_cancels_wait(&self) -> bool {
        true
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
