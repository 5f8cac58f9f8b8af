//! Machine findings that several pages are put into; not a page of its own.

use crate::support::talk::Talk;
use crate::support::world::{record, workspace};
use notion_auth::domain::credential::{CredentialRecord, Existing, ExistingSource, Ledger, Unusable};
use notion_auth::domain::login::{Generation, NtnStorage};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, KeychainState, NtnState, Reachable};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{AlreadyHere, Reply};

pub(super) fn keychain_answers() -> Reply {
    Reply::Keychain(KeychainState::Answers { name: "Secret Service".into() })
}

pub(super) fn keychain_absent() -> Reply {
    Reply::Keychain(KeychainState::Absent { evidence: "no session bus: DBUS_SESSION_BUS_ADDRESS is not set".into() })
}

pub(super) fn ntn_found() -> Reply {
    Reply::Ntn(NtnState::Found {
        path: "/home/ada/.local/bin/ntn".into(),
        version: "0.23.19".into(),
        generation: Generation::TwoSteps,
        storage: NtnStorage::Keychain,
    })
}

pub(super) fn nothing_here() -> Reply {
    Reply::Existing(Box::default())
}

pub(super) fn environment() -> Existing {
    Existing { source: ExistingSource::Environment, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None }
}

pub(super) fn of_ntn(readable: bool) -> Existing {
    let source = ExistingSource::Ntn { workspace: "ws-3".into() };
    let place = if readable { "/home/ada/.config/notion/auth.json" } else { "ntn's keychain entry" };
    Existing {
        source,
        place: place.into(),
        workspace: Some(workspace("ws-3", "Gamma Research")),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

/// One of ours, with what was written down about it.
pub(super) fn ours() -> (Existing, Ledger) {
    let record = record(workspace("ws-1", "Acme"));
    let record = CredentialRecord { account: record.account.with_actor(Some("bot-1")), ..record };
    let source = ExistingSource::Ours(record.account.clone());
    let existing = Existing { source, place: "keychain".into(), workspace: Some(record.workspace.clone()), unusable: None };
    (existing, Ledger { active: Some(record.account.clone()), credentials: vec![record], ..Ledger::default() })
}

pub(super) fn here(existing: Vec<Existing>) -> Reply {
    Reply::Existing(Box::new(AlreadyHere { existing, ..AlreadyHere::default() }))
}

/// The environment's, ours and two of ntn's, one of which only ntn can read.
pub(super) fn several_here() -> Reply {
    let (ours, ledger) = ours();
    let locked = Existing {
        source: ExistingSource::Ntn { workspace: "ws-4".into() },
        workspace: Some(workspace("ws-4", "Delta")),
        ..of_ntn(false)
    };
    Reply::Existing(Box::new(AlreadyHere { existing: vec![environment(), ours, of_ntn(true), locked], ledger, trouble: None }))
}

/// A desk: everything is there, and nobody is signed in.
pub(super) fn all_well(talk: &mut Talk) {
    all_well_but(talk, nothing_here());
}

/// A desk, and these credentials.
pub(super) fn all_well_but(talk: &mut Talk, existing: Reply) {
    talk.reply(keychain_answers()).reply(ntn_found()).reply(existing);
    talk.reply(Reply::Browser(BrowserState::Ready { name: Some("Firefox".into()) }));
    talk.reply(Reply::Network(Ok(Reachable { latency_ms: 84, clock_skew_s: Some(0), proxy: None })));
}

/// A box far away without anything.
pub(super) fn all_bad(talk: &mut Talk) {
    let corrupt = Problem::new(ProblemCode::FileCorrupt).seen("/home/ada/.config/notion-auth/credentials.json, line 3");
    talk.reply(keychain_absent()).reply(Reply::Ntn(NtnState::Missing));
    talk.reply(Reply::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh }));
    talk.reply(Reply::Network(Err(Problem::new(ProblemCode::NoNetwork).seen("api.notion.com: Name or service not known"))));
    talk.reply(Reply::Existing(Box::new(AlreadyHere { trouble: Some(corrupt), ..AlreadyHere::default() })));
}

/// Everything is there and something is the matter with each.
pub(super) fn all_odd(talk: &mut Talk) {
    let another = NtnState::NotNotions { path: "/usr/bin/ntn".into(), evidence: "ntn 3.1, a network time notifier".into() };
    talk.reply(Reply::Keychain(KeychainState::Locked { evidence: "the collection login is locked".into() }));
    talk.reply(Reply::Ntn(another)).reply(nothing_here());
    talk.reply(Reply::Browser(BrowserState::Headless { reason: HeadlessReason::TextBrowser }));
    talk.reply(Reply::Network(Ok(Reachable { latency_ms: 1240, clock_skew_s: Some(-7205), proxy: None })));
}
