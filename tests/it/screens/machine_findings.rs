//! Machine findings that several pages are put into; not a page of its own.

use crate::support::fakes::{inventory, token_record, workspace};
use crate::support::harness::{Harness, probed};
use notion_auth::domain::credentials::{
    CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, Inventory, Unusable,
};
use notion_auth::domain::login::{LoginFlow, NtnStorage};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, KeychainState, NtnState, Reachability};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{ProbeResult, TaskOutcome};

pub(super) fn keychain_answers() -> TaskOutcome {
    probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() }))
}

pub(super) fn keychain_absent() -> TaskOutcome {
    probed(ProbeResult::Keychain(KeychainState::Absent { evidence: "no session bus: DBUS_SESSION_BUS_ADDRESS is not set".into() }))
}

pub(super) fn ntn_found() -> TaskOutcome {
    probed(ProbeResult::Ntn(NtnState::Found {
        path: "/home/ada/.local/bin/ntn".into(),
        version: "0.23.19".into(),
        generation: LoginFlow::TwoSteps,
        storage: NtnStorage::Keychain,
    }))
}

pub(super) fn nothing_here() -> TaskOutcome {
    probed(ProbeResult::Inventory(Box::default()))
}

pub(super) fn environment() -> DiscoveredCredential {
    DiscoveredCredential {
        source: CredentialSource::Environment,
        place: "NOTION_API_TOKEN".into(),
        workspace: None,
        unusable: None,
    }
}

pub(super) fn of_ntn(readable: bool) -> DiscoveredCredential {
    let source = CredentialSource::Ntn { workspace: "ws-3".into() };
    let place = if readable { "/home/ada/.config/notion/auth.json" } else { "ntn's keychain entry" };
    DiscoveredCredential {
        source,
        place: place.into(),
        workspace: Some(workspace("ws-3", "Gamma Research")),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

/// One of ours, with what was written down about it.
pub(super) fn ours() -> (DiscoveredCredential, CredentialIndex) {
    let record = token_record(workspace("ws-1", "Acme"));
    let record = CredentialRecord { account: record.account.with_actor(Some("bot-1")), ..record };
    let source = CredentialSource::Saved(record.account.clone());
    let existing =
        DiscoveredCredential { source, place: "keychain".into(), workspace: Some(record.workspace.clone()), unusable: None };
    (existing, CredentialIndex { active: Some(record.account.clone()), credentials: vec![record], ..CredentialIndex::default() })
}

pub(super) fn here(existing: Vec<DiscoveredCredential>) -> TaskOutcome {
    probed(ProbeResult::Inventory(Box::new(inventory(existing, CredentialIndex::default()))))
}

/// The environment's, ours and two of ntn's, one of which only ntn can read.
pub(super) fn several_here() -> TaskOutcome {
    let (ours, index) = ours();
    let locked = DiscoveredCredential {
        source: CredentialSource::Ntn { workspace: "ws-4".into() },
        workspace: Some(workspace("ws-4", "Delta")),
        ..of_ntn(false)
    };
    probed(ProbeResult::Inventory(Box::new(inventory(vec![environment(), ours, of_ntn(true), locked], index))))
}

/// A desk: everything is there, and nobody is signed in.
pub(super) fn all_well(wizard: &mut Harness) {
    all_well_but(wizard, nothing_here());
}

/// A desk, and these credentials.
pub(super) fn all_well_but(wizard: &mut Harness, existing: TaskOutcome) {
    wizard.reply(keychain_answers()).reply(ntn_found()).reply(existing);
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: Some("Firefox".into()) })));
    wizard.reply(probed(ProbeResult::Network(Ok(Reachability { latency_ms: 84, clock_skew_s: Some(0), proxy: None }))));
}

/// A box far away without anything.
pub(super) fn all_bad(wizard: &mut Harness) {
    let corrupt = Problem::new(ProblemCode::FileCorrupt).with_evidence("/home/ada/.config/notion-auth/credentials.json, line 3");
    wizard.reply(keychain_absent()).reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    wizard.reply(probed(ProbeResult::Network(Err(
        Problem::new(ProblemCode::NoNetwork).with_evidence("api.notion.com: Name or service not known")
    ))));
    wizard.reply(probed(ProbeResult::Inventory(Box::new(Inventory { search_problem: Some(corrupt), ..Inventory::default() }))));
}

/// Everything is there and something is the matter with each.
pub(super) fn all_odd(wizard: &mut Harness) {
    let another = NtnState::OtherProgram { path: "/usr/bin/ntn".into(), evidence: "ntn 3.1, a network time notifier".into() };
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Locked { evidence: "the collection login is locked".into() })));
    wizard.reply(probed(ProbeResult::Ntn(another))).reply(nothing_here());
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::TextBrowser })));
    wizard.reply(probed(ProbeResult::Network(Ok(Reachability { latency_ms: 1240, clock_skew_s: Some(-7205), proxy: None }))));
}
