//! Which credential is meant. `status`, `token` and `logout` answer it alike, because they ask here.

use crate::domain::credential::{CredentialRecord, Ledger, StoreKind, same_id};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::ports::World;

/// The secret of `NOTION_API_TOKEN`. That it is not set is no problem, and the demo has none; anything else is one.
pub(super) async fn environment_secret(world: &World) -> Result<Option<Secret>, Problem> {
    match world.machine.environment_secret().await {
        Ok(secret) => Ok(Some(secret)),
        Err(problem) if matches!(problem.code, ProblemCode::TokenMissing | ProblemCode::SecretGone) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The secret of what is kept, by us or by `ntn`.
pub(super) async fn secret(record: &CredentialRecord, world: &World) -> Result<Secret, Problem> {
    match record.store {
        StoreKind::Ntn => world.machine.ntn_secret(record.workspace.id.clone()).await,
        StoreKind::Keychain | StoreKind::File | StoreKind::None => {
            world.store.load(record.account.clone()).await.map(|secrets| secrets.token)
        }
    }
}

/// The one in use among those that are kept.
pub(super) fn active(ledger: &Ledger) -> Result<&CredentialRecord, Problem> {
    match (ledger.active_record(), ledger.credentials.as_slice()) {
        (Some(record), _) => Ok(record),
        (None, []) => Err(Problem::new(ProblemCode::NotSignedIn)),
        (None, several) => Err(which(several)),
    }
}

/// The one that `wanted` names: by account, workspace id or workspace name.
pub(super) fn named<'a>(ledger: &'a Ledger, wanted: &str) -> Result<&'a CredentialRecord, Problem> {
    let by_account = |record: &&CredentialRecord| record.account.as_text() == wanted;
    if let Some(record) = ledger.credentials.iter().find(by_account) {
        return Ok(record);
    }
    let matching: Vec<_> = ledger.credentials.iter().filter(|record| is_called(record, wanted)).collect();
    match matching.as_slice() {
        [record] => Ok(record),
        [] => Err(Problem::new(ProblemCode::NotSignedIn).seen(format!("{wanted} is none of: {}", names(&ledger.credentials)))),
        several => Err(which(several.iter().copied())),
    }
}

/// The only one that is kept.
pub(super) fn only(ledger: &Ledger) -> Result<&CredentialRecord, Problem> {
    match ledger.credentials.as_slice() {
        [record] => Ok(record),
        [] => Err(Problem::new(ProblemCode::NotSignedIn)),
        several => Err(which(several)),
    }
}

/// A workspace by its name, or its id where it has none.
pub(super) fn workspace_name(record: &CredentialRecord) -> &str {
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
    let names: Vec<_> = records.into_iter().map(name).collect();
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}
