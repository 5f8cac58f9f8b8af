//! Which credential is meant. Whoever is told a name, or none, asks here, so that all answer alike.

use crate::domain::credential::{CredentialRecord, Ledger, same_id};
use crate::domain::problem::{Problem, ProblemCode};

/// The most that are named where one of many is asked for: as many as a line of evidence holds.
const MOST_NAMED: usize = 6;

/// The one in use among those that are kept.
pub fn active(ledger: &Ledger) -> Result<&CredentialRecord, Problem> {
    match (ledger.active_record(), ledger.credentials.as_slice()) {
        (Some(record), _) => Ok(record),
        (None, []) => Err(Problem::new(ProblemCode::NotSignedIn)),
        (None, several) => Err(which(several)),
    }
}

/// The one that `wanted` names: by account, workspace id or workspace name.
pub fn named<'a>(ledger: &'a Ledger, wanted: &str) -> Result<&'a CredentialRecord, Problem> {
    let by_account = |record: &&CredentialRecord| record.account.as_text() == wanted;
    if let Some(record) = ledger.credentials.iter().find(by_account) {
        return Ok(record);
    }
    let matching: Vec<_> = ledger.credentials.iter().filter(|record| is_called(record, wanted)).collect();
    match matching.as_slice() {
        [record] => Ok(record),
        [] if ledger.credentials.is_empty() => Err(nothing_is_kept()),
        [] => Err(Problem::new(ProblemCode::NotKept).seen(format!("{wanted:?} is none of: {}", names(&ledger.credentials)))),
        several => Err(which(several.iter().copied())),
    }
}

/// The only one that is kept.
pub fn only(ledger: &Ledger) -> Result<&CredentialRecord, Problem> {
    match ledger.credentials.as_slice() {
        [record] => Ok(record),
        [] => Err(nothing_is_kept()),
        several => Err(which(several)),
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

fn is_called(record: &CredentialRecord, wanted: &str) -> bool {
    let name = record.workspace.name.as_deref().unwrap_or_default();
    same_id(&record.workspace.id, wanted) || name.to_lowercase() == wanted.to_lowercase()
}

fn which<'a>(records: impl IntoIterator<Item = &'a CredentialRecord>) -> Problem {
    Problem::new(ProblemCode::AnswerNeeded).seen(format!("which workspace: {}", names(records)))
}

fn names<'a>(records: impl IntoIterator<Item = &'a CredentialRecord>) -> String {
    let name = |record: &CredentialRecord| format!("{} ({})", workspace_name(record), record.account.as_text());
    let mut records = records.into_iter();
    let mut names: Vec<_> = records.by_ref().take(MOST_NAMED).map(name).collect();
    match records.count() {
        0 => {}
        more => names.push(format!("and {more} more")),
    }
    names.join(", ")
}
