//! The actions for a credential.

use super::{AccountOperation, AccountsPage};
use crate::domain::calendar::ReminderFile;
use crate::domain::credentials::{
    Candidate, CredentialRecord, CredentialSource, Entry, IdentityResult, LogoutOutcome, MessageLine, StoreKind,
    active_after_logout, rotate_command, unique_name,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::rotation::rotation_blocker;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Route, Task, Transition};

/// An action for one credential: its key, its label in the footer, and what it does.
pub(super) type CredentialAction = (Intent, &'static str, &'static str);

/// Returns the possible actions, in the order in which they are shown. After a failure, the verify key tries the same again.
pub(super) fn actions(listed: &Entry, has_failed: bool, ctx: &Ctx<'_>) -> Vec<CredentialAction> {
    let record = listed.record.as_ref();
    let is_renewable = record.is_some_and(CredentialRecord::is_renewable);
    let can_be_verified = listed.not_checked().is_none();
    let use_here = if listed.is_ours() { "make it active" } else { "use it here" };
    [
        (use_blocker(listed, ctx).is_none(), (Intent::Confirm, "use", use_here)),
        (has_failed, (Intent::Retry, "try again", "try again")),
        (can_be_verified && !has_failed, (Intent::Retry, "verify", "verify with Notion")),
        (is_renewable, (Intent::Refresh, "refresh", "refresh the tokens")),
        (record.is_some(), (Intent::LogOut, "log out", "log out")),
        // OAuth tokens are replaced often, so a copy would soon stop working.
        (can_be_verified && !is_renewable, (Intent::Send, "send", "send it to a secret manager")),
        (can_rotate(listed), (Intent::Rotate, "rotate", "replace the token with a new one, everywhere")),
        (can_rotate(listed), (Intent::Reminder, "reminder", "write a calendar reminder of the expiry date")),
    ]
    .into_iter()
    .filter_map(|(is_possible, action)| is_possible.then_some(action))
    .collect()
}

/// True if its token can be replaced from here.
fn can_rotate(listed: &Entry) -> bool {
    listed.record.as_ref().is_some_and(|record| rotation_blocker(record).is_none())
}

/// Returns the reason why the credential can't be made active.
fn use_blocker(listed: &Entry, ctx: &Ctx<'_>) -> Option<String> {
    match (&listed.source, &listed.record) {
        (CredentialSource::Environment, _) if listed.is_usable() => {
            Some("already in use: the variable overrides saved credentials".to_owned())
        }
        (_, Some(record)) => ctx.credential_index().is_active(record).then(|| "already active".to_owned()),
        (_, None) => listed.not_checked(),
    }
}

/// Returns how to end a credential that is not saved here.
pub(super) fn logout_instruction(listed: &Entry) -> Option<&'static str> {
    match (&listed.source, &listed.record) {
        (_, Some(_)) => None,
        (CredentialSource::Environment, None) => Some("unset NOTION_API_TOKEN in the shell and where it is set"),
        (CredentialSource::OtherVariable(_), None) => Some("unset the variable in the shell and where it is set"),
        (_, None) => Some("run ntn logout"),
    }
}

/// Returns the text of the consent to a logout.
pub(super) fn logout_question(record: &CredentialRecord, ctx: &Ctx<'_>) -> String {
    let what = match (record.store, record.is_renewable()) {
        (StoreKind::Ntn, _) => "notion-auth stops using this login. ntn stays logged in.".to_owned(),
        (store, true) => format!("Its tokens are revoked at Notion, then deleted from the {}.", store.name()),
        (store, false) => {
            format!("It is deleted from the {}. The token keeps working until you revoke it at Notion.", store.name())
        }
    };
    format!("Log out of {}? {what}", unique_name(record, &ctx.credential_index().credentials))
}

impl AccountsPage {
    pub(super) fn perform(&mut self, intent: Intent, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        let Some(listed) = self.selected_credential(ctx) else { return Transition::stay() };
        if let Some(why) = use_blocker(&listed, ctx).filter(|_| intent == Intent::Confirm) {
            return Transition::notify(format!("Not possible: {why}."));
        }
        self.clear_result();
        let record = listed.record.map(Box::new);
        match (intent, record) {
            (Intent::Confirm, Some(record)) => self.start(AccountOperation::Switch(record)),
            (Intent::Confirm, None) => self.start(AccountOperation::Use(listed.source)),
            (Intent::Rotate, Some(record)) if rotation_blocker(&record).is_none() => Transition::to(Route::Rotate(record)),
            (Intent::Reminder, Some(record)) if rotation_blocker(&record).is_none() => self.write_reminder(&record, ctx),
            (Intent::Refresh, Some(record)) => self.start(AccountOperation::Refresh(record)),
            (Intent::Retry, _) => self.start(AccountOperation::Verify(listed.source)),
            (Intent::Send, _) => self.start(AccountOperation::Send(listed.source)),
            (Intent::LogOut, Some(record)) => {
                self.pending_logout = Some(record);
                Transition::stay()
            }
            _ => Transition::stay(),
        }
    }

    /// Writes the reminder to the current folder. Without a date, there is nothing to remind of.
    fn write_reminder(&mut self, record: &CredentialRecord, ctx: &Ctx<'_>) -> Transition {
        self.clear_result();
        let Some(end) = record.expires_on else {
            let command = format!("{} --ics FILE --expires YYYY-MM-DD", rotate_command(record));
            self.problem = Some(Problem::new(ProblemCode::ExpiryUnknown).with_evidence(command));
            return Transition::stay();
        };
        Transition::start(Task::WriteReminder(Box::new(ReminderFile::new(record, end, ctx.setup.today))))
    }

    /// Repeats a failed operation; otherwise the same key verifies the credential.
    pub(super) fn retry(&mut self, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        match self.operation.clone() {
            Some(doing) if self.has_failed() => {
                self.clear_result();
                self.start(doing)
            }
            _ => self.perform(Intent::Retry, ctx),
        }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.operation.is_some()
            && (self.problem.is_some() || self.result_lines.iter().any(|line| matches!(line, MessageLine::Problem(_))))
    }

    fn start(&mut self, doing: AccountOperation) -> Transition {
        let task = match &doing {
            AccountOperation::Switch(record) => Task::Switch(record.account.clone()),
            AccountOperation::Verify(source) | AccountOperation::Use(source) | AccountOperation::Send(source) => {
                Task::Verify(Candidate::Discovered(source.clone()))
            }
            AccountOperation::Refresh(record) => Task::Refresh(record.clone()),
            // A logout always asks first.
            AccountOperation::LogOut(record) => {
                self.pending_logout = Some(record.clone());
                return Transition::stay();
            }
        };
        self.operation = Some(doing);
        Transition::start(task)
    }

    pub(super) fn record_verification(&mut self, source: CredentialSource, answer: IdentityResult) {
        self.problem = answer.as_ref().err().cloned();
        self.verifications.retain(|(verified, _)| *verified != source);
        self.verifications.push((source, answer));
    }

    /// Reports the result of a logout, and which account is active now.
    pub(super) fn logout_report(outcome: &LogoutOutcome, ctx: &Ctx<'_>) -> Vec<MessageLine> {
        let page = Self::revocation_page(&outcome.record, ctx).map(|link| link.as_str().to_owned()).unwrap_or_default();
        let mut lines = outcome.lines(&page);
        if outcome.is_deleted() {
            let ended = &outcome.record.account;
            let mut now = ctx.credential_index().clone();
            now.credentials.retain(|record| record.account != *ended);
            for mark in [&mut now.active, &mut now.active_mcp] {
                mark.take_if(|account| account == ended);
            }
            lines.extend(ctx.credential_index().active_records().filter_map(|record| active_after_logout(record, &now)));
        }
        lines
    }
}
