//! Accounts: with everything there can be, with nothing, with a thousand, asking, waiting and after each ending.

use super::machine_findings::{environment, of_ntn};
use super::{hold, hold_ascii, hold_layout};
use crate::support::connection_fakes::connection_record;
use crate::support::fakes::{token_record, workspace};
use crate::support::harness::Harness;
use jiff::civil::date;
use notion_auth::domain::credentials::{
    CredentialIndex, CredentialRecord, Deletion, LogoutOutcome, RefreshOutcome, Revocation, RevocationOutcomes, StoreKind,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::TaskOutcome;

fn beta() -> CredentialRecord {
    connection_record(workspace("ws-2", "Beta Collaborative Research"))
}

/// Acme, which ends soon, Beta of an own connection, and another Acme in the file.
fn records() -> Vec<CredentialRecord> {
    let mut acme = token_record(workspace("ws-1", "Acme"));
    acme.expires_on = Some(date(2026, 11, 25));
    let mut other = token_record(workspace("ws-5", "Acme"));
    other.store = StoreKind::File;
    vec![acme, beta(), other]
}

fn index(credentials: Vec<CredentialRecord>) -> CredentialIndex {
    CredentialIndex { active: credentials.first().map(|record| record.account.clone()), credentials, ..CredentialIndex::default() }
}

fn ours(wizard: &mut Harness) {
    wizard.reply_discovered(vec![of_ntn(false)], index(records()));
    wizard.press("s");
}

#[test]
fn several() {
    hold_layout("accounts_several", ours);
    hold_ascii("accounts_several_ascii", ours);
    hold("accounts_shadowed", |wizard| {
        wizard.reply_discovered(vec![environment(), of_ntn(true)], index(records()));
        wizard.press("s Down");
    });
    hold("accounts_of_ntn", |wizard| {
        ours(wizard);
        wizard.press("End");
    });
}

#[test]
fn none_and_many() {
    hold("accounts_checking", |wizard| {
        wizard.press("s");
    });
    hold("accounts_none", |wizard| {
        wizard.reply_discovered(vec![], CredentialIndex::default());
        wizard.press("s");
    });
    hold("accounts_thousand", |wizard| {
        let many = (0..1000).map(|n| token_record(workspace(&format!("ws-{n}"), &format!("Space {n}")))).collect();
        wizard.reply_discovered(vec![], index(many));
        wizard.press("s End Left");
    });
}

#[test]
fn asking_and_waiting() {
    hold("accounts_log_out_asks", |wizard| {
        ours(wizard);
        wizard.press("2 x");
    });
    hold("accounts_log_out_waits", |wizard| {
        ours(wizard);
        wizard.press("2 x y");
    });
    hold("accounts_verify_waits", |wizard| {
        ours(wizard);
        wizard.press("r");
    });
}

#[test]
fn endings() {
    hold("accounts_switched", |wizard| {
        ours(wizard);
        wizard.press("2 Enter").reply(TaskOutcome::Completed);
    });
    hold("accounts_refreshed", |wizard| {
        ours(wizard);
        wizard.press("2 f").reply(TaskOutcome::Refreshed(RefreshOutcome::Renewed));
    });
    hold("accounts_refused", |wizard| {
        ours(wizard);
        wizard.press("r").reply_verified(Err(Problem::new(ProblemCode::Unauthorized).with_evidence("401 unauthorized")));
    });
    hold("accounts_logged_out", |wizard| {
        ours(wizard);
        let acme = records().remove(0);
        let outcome = LogoutOutcome { record: acme, revocation: Revocation::Unsupported, deletion: Deletion::Done };
        wizard.press("x y").reply(TaskOutcome::LoggedOut(Box::new(outcome)));
    });
    hold("accounts_not_revoked", |wizard| {
        ours(wizard);
        let silent = || Err(Problem::new(ProblemCode::NoNetwork).with_evidence("api.notion.com: Name or service not known"));
        let revocation = Revocation::Attempted(RevocationOutcomes { refresh: Some(silent()), access: silent() });
        let outcome = LogoutOutcome { record: beta(), revocation, deletion: Deletion::Postponed };
        wizard.press("2 x y").reply(TaskOutcome::LoggedOut(Box::new(outcome)));
    });
}
