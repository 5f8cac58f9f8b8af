//! The Accounts page: every credential of this machine, and the actions for each. It uses the same engine and the same words as
//! the commands `status`, `switch`, `refresh` and `logout`.

mod actions;
mod view;

use super::Page;
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{
    CredentialRecord, CredentialSource, Entry, IdentityResult, Inventory, MessageLine, StoreKind, refresh_message, revoke_path,
    switch_message,
};
use crate::domain::link::Link;
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Consent, Menu, MenuEvent};
use crate::wizard::msg::{
    Choice, Input, Intent, Navigation, Probe, Prompt, PromptId, Reply, Route, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::sheet::Sheet;

/// Rows that Left and Right move by.
const LEAP_ROWS: isize = 10;

/// The operation that is running or ran last.
#[derive(Clone, Debug, PartialEq)]
enum AccountOperation {
    Switch(Box<CredentialRecord>),
    /// Asks Notion who the credential belongs to.
    Verify(CredentialSource),
    /// Verifies, then continues to the checks: a login of `ntn` that is not recorded here yet.
    Use(CredentialSource),
    /// Verifies, then opens the page that sends it to a secret manager.
    Send(CredentialSource),
    Refresh(Box<CredentialRecord>),
    LogOut(Box<CredentialRecord>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountsPage {
    selected: usize,
    /// Notion's answers about the credentials that were verified.
    verifications: Vec<(CredentialSource, IdentityResult)>,
    operation: Option<AccountOperation>,
    /// The account whose logout waits for consent.
    pending_logout: Option<Box<CredentialRecord>>,
    /// The result of the last operation.
    result_lines: Vec<MessageLine>,
    problem: Option<Problem>,
}

impl AccountsPage {
    /// Returns everything that was found; `None` until the probe has finished.
    fn inventory(&self, ctx: &Ctx<'_>) -> Option<Inventory> {
        let mut inventory = ctx.inventory()?.clone();
        for (source, answer) in &self.verifications {
            if let Some(entry) = inventory.entries.iter_mut().find(|entry| entry.source == *source) {
                entry.answer = Some(answer.clone());
            }
        }
        Some(inventory)
    }

    /// Returns the selected index, limited to the list's length, which may have shrunk.
    fn clamped_index(&self, inventory: &Inventory) -> usize {
        self.selected.min(inventory.entries.len().saturating_sub(1))
    }

    fn menu(ctx: &Ctx<'_>) -> Menu {
        let titles = ctx.inventory().map(Inventory::titles).unwrap_or_default();
        let items = titles.into_iter().map(|title| Choice::new(title, "")).collect();
        Menu::new(PromptId::Account, "Which credential do you want to use?", items).with_numbers_that_select()
    }

    /// Moves the selection by that many rows and dismisses the last result.
    fn leap(&mut self, rows: isize, ctx: &Ctx<'_>) -> Transition {
        let last = ctx.inventory().map_or(0, |inventory| inventory.entries.len().saturating_sub(1));
        self.selected = self.current_index(ctx).saturating_add_signed(rows).min(last);
        self.clear_result();
        Transition::stay()
    }

    fn clear_result(&mut self) {
        self.result_lines.clear();
        self.problem = None;
        self.operation = None;
    }

    fn current_index(&self, ctx: &Ctx<'_>) -> usize {
        self.inventory(ctx).map_or(0, |inventory| self.clamped_index(&inventory))
    }

    /// Returns the page at Notion where this credential, or the connection behind it, is revoked.
    fn revocation_page(record: &CredentialRecord, ctx: &Ctx<'_>) -> Option<Link> {
        ctx.revocation_link(revoke_path(record))
    }

    fn selected_credential(&self, ctx: &Ctx<'_>) -> Option<Entry> {
        let inventory = ctx.inventory()?;
        let mut entry = inventory.entries.get(self.clamped_index(inventory))?.clone();
        if let Some((_, answer)) = self.verifications.iter().rev().find(|(source, _)| *source == entry.source) {
            entry.answer = Some(answer.clone());
        }
        Some(entry)
    }

    fn open_portal(&self, ctx: &Ctx<'_>) -> Transition {
        let record = self.selected_credential(ctx).and_then(|listed| listed.record);
        let link = record.map_or_else(|| ctx.portal_link(AuthMethod::Token.path()), |record| Self::revocation_page(&record, ctx));
        link.map_or_else(Transition::stay, Transition::open)
    }
}

/// Probes the credentials again, so that the list shows the change.
fn reprobe() -> Transition {
    Transition::start(Task::Probe(Probe::Inventory))
}

impl Page for AccountsPage {
    /// The accounts are beside the steps.
    fn has_steps(&self) -> bool {
        false
    }

    fn consent(&self, ctx: &Ctx<'_>) -> Option<Consent> {
        let record = self.pending_logout.as_ref()?;
        Some(Consent::new(PromptId::LogOut, actions::logout_question(record, ctx), "log out", "cancel"))
    }

    fn on_consent(&mut self, agreed: bool, _ctx: &Ctx<'_>) -> Transition {
        let Some(record) = self.pending_logout.take().filter(|_| agreed) else { return Transition::stay() };
        self.clear_result();
        self.operation = Some(AccountOperation::LogOut(record.clone()));
        Transition::start(Task::LogOut(record))
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => Transition::back(),
            Input::Do(Intent::Retry) => self.retry(ctx),
            _ if ctx.is_waiting => Transition::stay(),
            Input::Do(
                intent @ (Intent::Confirm | Intent::Refresh | Intent::Rotate | Intent::Reminder | Intent::LogOut | Intent::Send),
            ) => self.perform(intent, ctx),
            // Another account is added from the first page, like the first one.
            Input::Do(Intent::AddAccount) => Transition { navigation: Navigation::First, ..Transition::stay() },
            Input::Do(Intent::Agents) => Transition::to(Route::Agents),
            Input::Do(Intent::Scan) => Transition::to(Route::Scan),
            Input::Do(Intent::Open) => self.open_portal(ctx),
            Input::Do(Intent::Left) => self.leap(-LEAP_ROWS, ctx),
            Input::Do(Intent::Right) => self.leap(LEAP_ROWS, ctx),
            input => match Self::menu(ctx).on_input(&mut self.selected, &input) {
                MenuEvent::Chosen(_) => self.perform(Intent::Confirm, ctx),
                MenuEvent::Handled(_) => self.leap(0, ctx),
                MenuEvent::Ignored => Transition::stay(),
            },
        }
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (task, reply, self.operation.clone()) {
            (_, Ok(TaskOutcome::Verified(verified)), Some(AccountOperation::Use(_))) => {
                return Transition::to(Route::Verify(verified, None));
            }
            (_, Ok(TaskOutcome::Verified(verified)), Some(AccountOperation::Send(_))) => {
                self.clear_result();
                return Transition::to(Route::Send(verified));
            }
            // Only the identity is kept: the list does not need the secret.
            (_, Ok(TaskOutcome::Verified(verified)), Some(AccountOperation::Verify(source))) => {
                let actor = verified.identity.actor_id().map(str::to_owned);
                let account = self.selected_credential(ctx).and_then(|listed| listed.record).map(|record| record.account);
                self.record_verification(source, Ok(verified.identity));
                // Records of earlier versions have no actor.
                if let (Some(account), Some(actor)) = (account.filter(|account| account.actor().is_none()), actor) {
                    return Transition::start(Task::Identify(account, actor));
                }
            }
            (
                Task::Verify(_),
                Err(problem),
                Some(AccountOperation::Use(source) | AccountOperation::Send(source) | AccountOperation::Verify(source)),
            ) => {
                self.record_verification(source, Err(problem));
            }
            (_, Ok(TaskOutcome::Identified(account)), Some(AccountOperation::Verify(source))) => {
                let named =
                    if matches!(source, CredentialSource::Saved(_)) { CredentialSource::Saved(account) } else { source.clone() };
                for (verified, _) in self.verifications.iter_mut().filter(|(verified, _)| *verified == source) {
                    *verified = named.clone();
                }
                return reprobe();
            }
            // A failed move to the new key is not an error: the next verification tries it again.
            (Task::Identify(..), Err(_), _) => {}
            (Task::Switch(_), Ok(TaskOutcome::Completed), Some(AccountOperation::Switch(record))) => {
                self.result_lines = ctx.inventory().map(|inventory| switch_message(&record, false, inventory)).unwrap_or_default();
                return reprobe();
            }
            (Task::Refresh(record), Ok(TaskOutcome::Refreshed(outcome)), _) => {
                // The old token is dead, and so is Notion's answer about it.
                self.verifications.retain(|(source, _)| !record.refers_to(source));
                self.result_lines = vec![MessageLine::Sentence(refresh_message(record, &outcome))];
                return reprobe();
            }
            (Task::LogOut(record), Ok(TaskOutcome::LoggedOut(outcome)), _) => {
                self.verifications.retain(|(source, _)| !record.refers_to(source));
                self.result_lines = Self::logout_report(&outcome, ctx);
                return reprobe();
            }
            (_, reply, _) => self.problem = Some(problem_of(reply)),
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        self.draw(ctx, theme)
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        Self::menu(ctx).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        if ctx.is_waiting {
            let can_stop = match &self.operation {
                Some(AccountOperation::Verify(_) | AccountOperation::Use(_) | AccountOperation::Send(_)) => true,
                Some(AccountOperation::LogOut(record)) => record.store == StoreKind::Keychain,
                Some(AccountOperation::Switch(_) | AccountOperation::Refresh(_)) | None => false,
            };
            return if can_stop { Actions::only_back("stop") } else { Actions::new() };
        }
        let Some(listed) = self.selected_credential(ctx) else {
            return Actions::new()
                .main(Intent::AddAccount, "sign in")
                .back("back")
                .key(Intent::Open, "portal")
                .key(Intent::Agents, "agents")
                .key(Intent::Scan, "scan");
        };
        let possible = actions::actions(&listed, self.has_failed(), ctx).into_iter();
        let possible = possible.fold(Actions::new(), |actions, (intent, label, _)| match intent {
            Intent::Confirm => actions.main(intent, label),
            _ => actions.key(intent, label),
        });
        let last = ctx.inventory().map_or(0, |inventory| inventory.entries.len().saturating_sub(1));
        let moves = [Intent::Up, Intent::Down, Intent::First, Intent::Last, Intent::Left, Intent::Right];
        let selecting = Actions::new().in_help(Intent::Pick(last), "select");
        let selecting = if last > 0 { selecting.moving(&moves, "move") } else { selecting };
        possible
            .key(Intent::AddAccount, "add another")
            .back("back")
            .key(Intent::Open, "portal")
            .key(Intent::Agents, "agents")
            .key(Intent::Scan, "scan")
            .and(selecting)
    }

    fn back_cancels_wait(&self) -> bool {
        true
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
