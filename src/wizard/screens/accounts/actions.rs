//! The actions for a credential, and the reasons why one is unavailable.

use super::{AccountsPage, Operation};
use crate::domain::credentials::{
    Candidate, CredentialIndex, CredentialRecord, CredentialSource, Entry, IdentityResult, LogoutOutcome, MessageLine, StoreKind,
    active_after_logout, unique_name,
};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Task, Transition};

/// An action for one credential.
pub(super) struct CredentialAction {
    pub intent: Intent,
    pub label: &'static str,
    pub disabled: Option<String>,
}

/// Returns the actions in the order they are shown.
pub(super) fn actions(listed: &Entry, ctx: &Ctx<'_>) -> [CredentialAction; 5] {
    let action = |intent, does, disabled: Option<String>| CredentialAction { intent, label: does, disabled };
    [
        action(Intent::Confirm, use_label(listed), use_blocker(listed, ctx)),
        action(Intent::Retry, "verify with Notion", listed.not_checked()),
        action(Intent::Refresh, "refresh the tokens", refresh_blocker(listed).map(Into::into)),
        action(Intent::LogOut, "log out", logout_blocker(listed).map(Into::into)),
        action(Intent::Send, "send it to a secret manager", send_blocker(listed)),
    ]
}

fn use_label(listed: &Entry) -> &'static str {
    if listed.is_ours() { "make it active" } else { "use it here" }
}

fn use_blocker(listed: &Entry, ctx: &Ctx<'_>) -> Option<String> {
    let reason = match (&listed.source, &listed.record) {
        (CredentialSource::Environment, _) if !listed.is_usable() => return listed.not_checked(),
        (CredentialSource::Environment, _) => Some("already in use: the variable overrides saved credentials"),
        (_, Some(record)) if record.is_mcp() && ctx.credential_index().active_mcp.as_ref() == Some(&record.account) => {
            Some("already active")
        }
        (_, Some(record)) if ctx.credential_index().active.as_ref() == Some(&record.account) => Some("already active"),
        (_, None) => return listed.not_checked(),
        _ => None,
    };
    reason.map(str::to_owned)
}

fn refresh_blocker(listed: &Entry) -> Option<&'static str> {
    match (&listed.source, &listed.record) {
        (_, Some(record)) if record.is_renewable() => None,
        (CredentialSource::Environment | CredentialSource::OtherVariable(_), _) => Some("a variable contains only a token"),
        (CredentialSource::Ntn { .. }, _) => Some("ntn manages this login and refreshes it"),
        _ => Some("only for your own OAuth connections"),
    }
}

/// Returns how to end a credential that is not saved here.
pub(super) fn logout_blocker(listed: &Entry) -> Option<&'static str> {
    match (&listed.source, &listed.record) {
        (_, Some(_)) => None,
        (CredentialSource::Environment, None) => Some("unset NOTION_API_TOKEN in the shell and where it is set"),
        (CredentialSource::OtherVariable(_), None) => Some("unset the variable in the shell and where it is set"),
        (_, None) => Some("run ntn logout"),
    }
}

fn send_blocker(listed: &Entry) -> Option<String> {
    match &listed.record {
        Some(record) if record.is_renewable() => {
            Some("OAuth tokens are replaced often, so a copy would soon stop working".to_owned())
        }
        _ => listed.not_checked(),
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
        if let Some(why) =
            actions(&listed, ctx).into_iter().find(|action| action.intent == intent).and_then(|action| action.disabled)
        {
            return Transition::notify(format!("Not possible: {why}."));
        }
        self.clear_result();
        let record = listed.record.map(Box::new);
        match (intent, record) {
            (Intent::Confirm, Some(record)) => self.start(Operation::Switch(record)),
            (Intent::Confirm, None) => self.start(Operation::Use(listed.source)),
            (Intent::Refresh, Some(record)) => self.start(Operation::Refresh(record)),
            (Intent::Retry, _) => self.start(Operation::Verify(listed.source)),
            (Intent::Send, _) => self.start(Operation::Send(listed.source)),
            (Intent::LogOut, Some(record)) => {
                self.pending_logout = Some(record);
                Transition::stay()
            }
            _ => Transition::stay(),
        }
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

    fn start(&mut self, doing: Operation) -> Transition {
        let task = match &doing {
            Operation::Switch(record) => Task::Switch(record.account.clone()),
            Operation::Verify(source) | Operation::Use(source) | Operation::Send(source) => {
                Task::Verify(Candidate::Discovered(source.clone()))
            }
            Operation::Refresh(record) => Task::Refresh(record.clone()),
            // A logout always asks first.
            Operation::LogOut(record) => {
                self.pending_logout = Some(record.clone());
                return Transition::stay();
            }
        };
        self.operation = Some(doing);
        Transition::start(task)
    }

    pub(super) fn record_verification(&mut self, source: CredentialSource, answer: IdentityResult) {
        self.problem = answer.as_ref().err().cloned();
        self.verifications.retain(|(asked, _)| *asked != source);
        self.verifications.push((source, answer));
    }

    /// Reports the result of a logout, and which account is active now.
    pub(super) fn logout_report(outcome: &LogoutOutcome, ctx: &Ctx<'_>) -> Vec<MessageLine> {
        let page = Self::revocation_page(&outcome.record, ctx).map(|link| link.as_str().to_owned()).unwrap_or_default();
        let mut lines = outcome.lines(&page);
        if outcome.is_deleted() {
            let ended = &outcome.record.account;
            let credentials: Vec<_> =
                ctx.credential_index().credentials.iter().filter(|record| record.account != *ended).cloned().collect();
            let active = ctx.credential_index().active.clone().filter(|active| active != ended);
            let workspace_variable = ctx.credential_index().workspace_variable.clone();
            let now = CredentialIndex { active, credentials, workspace_variable, ..CredentialIndex::default() };
            lines.extend(active_after_logout(ctx.credential_index().active_record(), &now));
        }
        lines
    }
}
