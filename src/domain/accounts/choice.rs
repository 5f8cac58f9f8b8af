//! Which credential is meant. Whoever is told a name, or none, asks here, so that all answer alike.

use super::suggestion::near_names;
use crate::domain::credential::{CredentialRecord, Ledger, same_id};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::sanitize::{comparable, sanitize};

/// The most that are named where one of many is asked for: as many as a line of evidence holds.
const MOST_NAMED: usize = 6;

/// The shortest beginning of an id or a key that stands for it: fewer characters fit too much.
const SHORTEST_BEGINNING: usize = 4;

/// No single credential is meant. Where several may be, a person can be asked which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled<'a> {
    pub problem: Problem,
    /// Those that may be meant; empty where none fits.
    pub among: Vec<&'a CredentialRecord>,
}

impl From<Problem> for Unsettled<'_> {
    fn from(problem: Problem) -> Self {
        Self { problem, among: Vec::new() }
    }
}

impl From<Unsettled<'_>> for Problem {
    fn from(unsettled: Unsettled<'_>) -> Self {
        unsettled.problem
    }
}

type Chosen<'a> = Result<&'a CredentialRecord, Unsettled<'a>>;

/// The one in use among those that are kept.
pub fn active(ledger: &Ledger) -> Chosen<'_> {
    if let Some(record) = ledger.active_record() {
        return Ok(record);
    }
    let among: Vec<_> = ledger.selectable().collect();
    match &ledger.workspace_variable {
        _ if ledger.credentials.is_empty() => Err(Problem::new(ProblemCode::NotSignedIn).into()),
        Some(id) if among.is_empty() => Err(not_of(id, ledger).into()),
        Some(id) => Err(which(&format!("NOTION_WORKSPACE_ID names {}, and several fit", sanitize(id)), among)),
        None => Err(which("which workspace", among)),
    }
}

/// The one that `wanted` names: by its key or the short form of it, by the workspace's name or id, or by the beginning of a key
/// or an id.
pub fn named<'a>(ledger: &'a Ledger, wanted: &str) -> Chosen<'a> {
    let tests: [fn(&CredentialRecord, &str) -> bool; 3] = [has_key, is_called, begins_with];
    let matching = |test: &fn(&CredentialRecord, &str) -> bool| {
        let found: Vec<_> = ledger.credentials.iter().filter(|record| test(record, wanted)).collect();
        (!found.is_empty()).then_some(found)
    };
    match tests.iter().find_map(matching).as_deref() {
        Some([record]) => Ok(record),
        Some(several) => Err(which(&format!("\"{}\" fits {}", sanitize(wanted), several.len()), several.to_vec())),
        None if ledger.credentials.is_empty() => Err(nothing_is_kept().into()),
        None => Err(unknown(ledger, wanted).into()),
    }
}

/// The only one that is kept. To end one, it is not enough that the environment names its workspace.
pub fn only(ledger: &Ledger) -> Chosen<'_> {
    match (ledger.credentials.as_slice(), &ledger.workspace_variable) {
        ([], _) => Err(nothing_is_kept().into()),
        ([record], Some(id)) if !same_id(&record.workspace.id, id) => Err(not_of(id, ledger).into()),
        ([record], _) => Ok(record),
        (several, _) => Err(which("which workspace", several.iter().collect())),
    }
}

/// Not the same as not signed in: a variable may still be in use.
pub fn nothing_is_kept() -> Problem {
    Problem::new(ProblemCode::NotKept).seen("nothing is kept on this machine")
}

/// A workspace by its name, or its id where it has none.
pub fn workspace_name(record: &CredentialRecord) -> &str {
    record.workspace.name.as_deref().unwrap_or(&record.workspace.id)
}

/// The workspace, and in brackets what selects this credential and no other.
pub fn name_and_label(record: &CredentialRecord) -> String {
    format!("{} ({})", workspace_name(record), record.account.label())
}

fn has_key(record: &CredentialRecord, wanted: &str) -> bool {
    record.account.as_text() == wanted
}

fn is_called(record: &CredentialRecord, wanted: &str) -> bool {
    let name = record.workspace.name.as_deref().unwrap_or_default();
    let account = &record.account;
    same_id(&record.workspace.id, wanted)
        || comparable(name) == comparable(wanted)
        || account.label() == wanted
        || account.actor().is_some_and(|actor| same_id(actor, wanted))
        // As an earlier version wrote it into profiles and scripts.
        || account.with_actor(None).as_text() == wanted
}

fn begins_with(record: &CredentialRecord, wanted: &str) -> bool {
    let account = &record.account;
    let key = format!("{}@{}", account.path(), account.actor().unwrap_or_default());
    let plain = |id: &str| id.replace('-', "").to_ascii_lowercase();
    let beginning = plain(wanted);
    let is_begun = |id: &str| beginning.len() >= SHORTEST_BEGINNING && plain(id).starts_with(&beginning);
    let is_key = wanted.contains(['@', '/']) && (account.as_text().starts_with(wanted) || key.starts_with(wanted));
    is_key || is_begun(&record.workspace.id) || account.actor().is_some_and(is_begun)
}

/// Several fit. How they are told apart is what selects them.
fn which<'a>(why: &str, among: Vec<&'a CredentialRecord>) -> Unsettled<'a> {
    let problem = Problem::needed(MissingInput::Account, format!("{why}: {}", names(&among)));
    Unsettled { problem, among }
}

/// Nothing that is kept is called so; what is near to it may be meant.
fn unknown(ledger: &Ledger, wanted: &str) -> Problem {
    let all: Vec<_> = ledger.credentials.iter().collect();
    let near: Vec<String> = near_names(ledger, wanted).iter().map(|name| format!("\"{name}\"")).collect();
    let meant = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) };
    let evidence = format!("No account is called \"{}\".{meant} Kept here: {}", sanitize(wanted), names(&all));
    Problem::new(ProblemCode::NotKept).seen(evidence)
}

/// The environment names a workspace of which there is nothing.
fn not_of(id: &str, ledger: &Ledger) -> Problem {
    let all: Vec<_> = ledger.credentials.iter().collect();
    let evidence = format!(
        "NOTION_WORKSPACE_ID names {}, and no credential of that workspace is kept. Kept here: {}",
        sanitize(id),
        names(&all)
    );
    Problem::new(ProblemCode::NotKept).seen(evidence)
}

/// Each by its workspace, whom it acts as, and the shortest text that selects it.
pub fn names(records: &[&CredentialRecord]) -> String {
    let mut names: Vec<_> = records.iter().take(MOST_NAMED).map(|record| name_among(record, records)).collect();
    match records.len().saturating_sub(MOST_NAMED) {
        0 => {}
        more => names.push(format!("and {more} more")),
    }
    names.join(", ")
}

/// One of several: its label, or its whole key where another one's label is the same.
pub fn name_among(record: &CredentialRecord, records: &[&CredentialRecord]) -> String {
    let label = record.account.label();
    let is_shared = records.iter().filter(|other| other.account.label() == label).count() > 1;
    let selector = if is_shared { record.account.as_text() } else { label };
    let user = record.user.as_deref().map(|user| format!(", as {user}")).unwrap_or_default();
    format!("{}{user} ({selector})", workspace_name(record))
}
