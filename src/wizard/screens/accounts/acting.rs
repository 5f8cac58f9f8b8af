//! The actions for a credential, and the reasons why one is unavailable.

use super::{Accounts, Doing};
use crate::domain::accounts::{Answer, Line, Listed, LoggedOut, name_among, succession};
use crate::domain::credential::{Candidate, CredentialRecord, ExistingSource, Ledger, StoreKind};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Task, Transition};

/// An action for one credential.
pub(super) struct Action {
    pub intent: Intent,
    pub does: &'static str,
    pub disabled: Option<String>,
}

/// Returns the actions in the order they are shown.
pub(super) fn actions(listed: &Listed, ctx: &Ctx<'_>) -> [Action; 5] {
    let action = |intent, does, disabled: Option<String>| Action { intent, does, disabled };
    [
        action(Intent::Confirm, use_words(listed), cannot_use(listed, ctx)),
        action(Intent::Retry, "verify: ask Notion who it is", listed.not_checked()),
        action(Intent::Refresh, "refresh: a new pair of tokens", cannot_refresh(listed).map(Into::into)),
        action(Intent::LogOut, "log out", cannot_log_out(listed).map(Into::into)),
        action(Intent::HandTo, "hand it to a secret manager", cannot_hand_over(listed)),
    ]
}

fn use_words(listed: &Listed) -> &'static str {
    if listed.is_ours() { "use it from now on" } else { "use it here" }
}

fn cannot_use(listed: &Listed, ctx: &Ctx<'_>) -> Option<String> {
    let reason = match (&listed.source, &listed.record) {
        (ExistingSource::Environment, _) if listed.unusable.is_some() => return listed.not_checked(),
        (ExistingSource::Environment, _) => Some("it is used already: the variable goes before what is kept"),
        (_, Some(record)) if ctx.ledger.active.as_ref() == Some(&record.account) => Some("it is the active one already"),
        (_, None) => return listed.not_checked(),
        _ => None,
    };
    reason.map(str::to_owned)
}

fn cannot_refresh(listed: &Listed) -> Option<&'static str> {
    match (&listed.source, &listed.record) {
        (_, Some(record)) if record.connection.is_some() => None,
        (ExistingSource::Environment, _) => Some("the variable holds a token alone"),
        (ExistingSource::Ntn { .. }, _) => Some("ntn keeps this login, and renews it itself"),
        _ => Some("only the tokens of an own OAuth connection are refreshed"),
    }
}

fn cannot_log_out(listed: &Listed) -> Option<&'static str> {
    match (&listed.source, &listed.record) {
        (_, Some(_)) => None,
        (ExistingSource::Environment, None) => Some("unset NOTION_API_TOKEN in the shell, and where it is set"),
        (_, None) => Some("notion-auth does not use it; `ntn logout` ends it"),
    }
}

fn cannot_hand_over(listed: &Listed) -> Option<String> {
    match &listed.record {
        Some(record) if record.connection.is_some() => Some("these tokens are renewed, and the old ones soon worthless".to_owned()),
        _ => listed.not_checked(),
    }
}

/// What agreeing to a logout means.
pub(super) fn question(record: &CredentialRecord, ctx: &Ctx<'_>) -> String {
    let what = match (record.store, record.connection.is_some()) {
        (StoreKind::Ntn, _) => "notion-auth forgets that it uses this login. ntn's own login stays.".to_owned(),
        (store, true) => format!("Its tokens are revoked at Notion, and then deleted from the {}.", store.name()),
        (store, false) => {
            format!("It is deleted from the {}. The token itself stays good at Notion until it is revoked there.", store.name())
        }
    };
    format!("Log out of {}? {what}", name_among(record, &ctx.ledger.credentials))
}

impl Accounts {
    pub(super) fn act(&mut self, intent: Intent, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        let Some(listed) = self.chosen(ctx) else {
            return Transition::say("There is no credential here yet; n signs in.");
        };
        if let Some(why) =
            actions(&listed, ctx).into_iter().find(|action| action.intent == intent).and_then(|action| action.disabled)
        {
            return Transition::say(format!("That cannot be done with this one: {why}."));
        }
        self.settle();
        let record = listed.record.map(Box::new);
        match (intent, record) {
            (Intent::Confirm, Some(record)) => self.begin(Doing::Switch(record)),
            (Intent::Confirm, None) => self.begin(Doing::Use(listed.source)),
            (Intent::Refresh, Some(record)) => self.begin(Doing::Refresh(record)),
            (Intent::Retry, _) => self.begin(Doing::Verify(listed.source)),
            (Intent::HandTo, _) => self.begin(Doing::HandTo(listed.source)),
            (Intent::LogOut, Some(record)) => {
                self.asks = Some(record);
                Transition::stay()
            }
            _ => Transition::stay(),
        }
    }

    /// Repeats a failed operation; otherwise the same key verifies the credential.
    pub(super) fn again(&mut self, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        match self.doing.clone() {
            Some(doing) if self.has_failed() => {
                self.settle();
                self.begin(doing)
            }
            _ => self.act(Intent::Retry, ctx),
        }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.doing.is_some() && (self.problem.is_some() || self.said.iter().any(|line| matches!(line, Line::Problem(_))))
    }

    fn begin(&mut self, doing: Doing) -> Transition {
        let task = match &doing {
            Doing::Switch(record) => Task::Switch(record.account.clone()),
            Doing::Verify(source) | Doing::Use(source) | Doing::HandTo(source) => Task::Verify(Candidate::Existing(source.clone())),
            Doing::Refresh(record) => Task::Refresh(record.clone()),
            // A logout always asks first.
            Doing::LogOut(record) => {
                self.asks = Some(record.clone());
                return Transition::stay();
            }
        };
        self.doing = Some(doing);
        Transition::begin(task)
    }

    /// Logs out, after consent.
    pub(super) fn log_out(&mut self) -> Transition {
        let Some(record) = self.asks.take() else { return Transition::stay() };
        self.settle();
        self.doing = Some(Doing::LogOut(record.clone()));
        Transition::begin(Task::LogOut(record))
    }

    pub(super) fn hear(&mut self, source: ExistingSource, answer: Answer) {
        self.problem = answer.as_ref().err().cloned();
        self.answers.retain(|(asked, _)| *asked != source);
        self.answers.push((source, answer));
    }

    /// Reports the result of a logout, and which account is active now.
    pub(super) fn told(outcome: &LoggedOut, ctx: &Ctx<'_>) -> Vec<Line> {
        let page = Self::page_of(&outcome.record, ctx).map(|link| link.as_str().to_owned()).unwrap_or_default();
        let mut lines = outcome.lines(&page);
        if outcome.is_deleted() {
            let ended = &outcome.record.account;
            let credentials: Vec<_> = ctx.ledger.credentials.iter().filter(|record| record.account != *ended).cloned().collect();
            let active = ctx.ledger.active.clone().filter(|active| active != ended);
            let workspace_variable = ctx.ledger.workspace_variable.clone();
            let now = Ledger { active, credentials, workspace_variable, ..Ledger::default() };
            lines.extend(succession(ctx.ledger.active_record(), &now));
        }
        lines
    }
}
