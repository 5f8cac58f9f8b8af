//! Selects the credential that a name, or no name, refers to. Every command uses it, so that all resolve names alike.

use super::suggestion::near_names;
use crate::domain::credential::{CredentialRecord, Ledger, same_id};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::{comparable, sanitize};

/// Limit of names in a message that asks which one is meant: one line of evidence holds no more.
const MOST_NAMED: usize = 6;

/// Minimum length of a prefix that selects an id or a key: shorter ones match too many.
const SHORTEST_BEGINNING: usize = 4;

/// No single credential matches. If several do, a person can be asked to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled<'a> {
    pub problem: Problem,
    /// The credentials that match; empty if none does.
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

/// Returns the saved credential that is in use.
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

/// Returns the credential that `wanted` names: by its key or short label, by the workspace's name or id, or by a prefix of a key or
/// an id.
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

/// Returns the only saved credential. For a logout it is not enough that the environment names the workspace of one of several.
pub fn only(ledger: &Ledger) -> Chosen<'_> {
    match (ledger.credentials.as_slice(), &ledger.workspace_variable) {
        ([], _) => Err(nothing_is_kept().into()),
        ([record], Some(id)) if !same_id(&record.workspace.id, id) => Err(not_of(id, ledger).into()),
        ([record], _) => Ok(record),
        (several, _) => Err(which("which workspace", several.iter().collect())),
    }
}

/// This differs from "not signed in": a token in an environment variable may still be in use.
pub fn nothing_is_kept() -> Problem {
    Problem::new(ProblemCode::NotKept).seen("nothing is kept on this machine")
}

/// The workspace's name, or its id if it has no name.
pub fn workspace_name(record: &CredentialRecord) -> &str {
    record.workspace.name.as_deref().unwrap_or(&record.workspace.id)
}

/// The workspace's name, and in parentheses the label that selects this credential.
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
        // Earlier versions wrote keys without an actor into profiles and scripts.
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

/// Several credentials match. The evidence lists each with the text that selects it.
fn which<'a>(why: &str, among: Vec<&'a CredentialRecord>) -> Unsettled<'a> {
    let problem = Problem::new(ProblemCode::AnswerNeeded).seen(format!("{why}: {}", names(&among)));
    Unsettled { problem, among }
}

/// No saved credential has this name. The evidence suggests similar names.
fn unknown(ledger: &Ledger, wanted: &str) -> Problem {
    let all: Vec<_> = ledger.credentials.iter().collect();
    let near: Vec<String> = near_names(ledger, wanted).iter().map(|name| format!("\"{name}\"")).collect();
    let meant = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) };
    let evidence = format!("No account is called \"{}\".{meant} Kept here: {}", sanitize(wanted), names(&all));
    Problem::new(ProblemCode::NotKept).seen(evidence)
}

/// The environment names a workspace that has no saved credential.
fn not_of(id: &str, ledger: &Ledger) -> Problem {
    let all: Vec<_> = ledger.credentials.iter().collect();
    let evidence = format!(
        "NOTION_WORKSPACE_ID names {}, and no credential of that workspace is kept. Kept here: {}",
        sanitize(id),
        names(&all)
    );
    Problem::new(ProblemCode::NotKept).seen(evidence)
}

/// Lists each credential by its workspace, the user it acts as, and the shortest text that selects it.
pub fn names(records: &[&CredentialRecord]) -> String {
    let mut names: Vec<_> = records.iter().take(MOST_NAMED).map(|record| name_among(record, records)).collect();
    match records.len().saturating_sub(MOST_NAMED) {
        0 => {}
        more => names.push(format!("and {more} more")),
    }
    names.join(", ")
}

/// The name of one of several credentials: with its label, or with its whole key if another one has the same label.
pub fn name_among(record: &CredentialRecord, records: &[&CredentialRecord]) -> String {
    let label = record.account.label();
    let is_shared = records.iter().filter(|other| other.account.label() == label).count() > 1;
    let selector = if is_shared { record.account.as_text() } else { label };
    let user = record.user.as_deref().map(|user| format!(", as {user}")).unwrap_or_default();
    format!("{}{user} ({selector})", workspace_name(record))
}
