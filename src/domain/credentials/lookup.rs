//! Selects the credential that a name, or no name, refers to. Every command uses it, so that all resolve names alike.

use super::identity::{Workspace, same_id};
use super::index::{CredentialIndex, NoActive, TokenPurpose};
use super::record::{CredentialRecord, StoreKind, workspace_name};
use super::suggestion::similar_names;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::sanitize::{normalize_name, sanitize};
use std::borrow::Borrow;

/// Limit of names in a message that asks which one is meant: one line of evidence holds no more.
const MAX_NAMES: usize = 6;

/// Minimum length of a prefix that selects an id or a key: shorter ones match too many.
const MIN_PREFIX_LENGTH: usize = 4;

/// No single credential matches. If several do, a person can be asked to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionError<'a> {
    pub problem: Problem,
    /// The credentials that match; empty if none does.
    pub candidates: Vec<&'a CredentialRecord>,
}

impl From<Problem> for SelectionError<'_> {
    fn from(problem: Problem) -> Self {
        Self { problem, candidates: Vec::new() }
    }
}

impl From<SelectionError<'_>> for Problem {
    fn from(unsettled: SelectionError<'_>) -> Self {
        unsettled.problem
    }
}

type SelectionResult<'a> = Result<&'a CredentialRecord, SelectionError<'a>>;

/// Returns the active one of the saved credentials for this purpose, whatever the environment holds. For any purpose it is that of the
/// REST API, or that of Notion MCP if there is no other.
pub fn active_credential(index: &CredentialIndex, purpose: TokenPurpose) -> SelectionResult<'_> {
    let found = match purpose {
        TokenPurpose::Any => index.active_record().or_else(|| {
            let has_other = index.credentials.iter().any(|record| !record.is_mcp());
            index.active_for(TokenPurpose::Mcp).filter(|_| !has_other)
        }),
        purpose => index.active_for(purpose),
    };
    found.ok_or_else(|| not_selected(index, &NoActive::among(index, purpose), purpose))
}

/// Returns the only saved credential, of the workspace in `NOTION_WORKSPACE_ID` if that is set. Being the active one of several is
/// not enough to be logged out.
pub fn only_credential(index: &CredentialIndex) -> SelectionResult<'_> {
    let mut selectable = index.selectable();
    let first = selectable.next().filter(|_| selectable.next().is_none());
    first.ok_or_else(|| match NoActive::among(index, TokenPurpose::Any) {
        NoActive::NotSignedIn => no_saved_credential().into(),
        reason => not_selected(index, &reason, TokenPurpose::Any),
    })
}

/// Returns the error of a command that needs the active credential when there is none.
pub(super) fn not_selected<'a>(index: &'a CredentialIndex, reason: &NoActive, purpose: TokenPurpose) -> SelectionError<'a> {
    match (reason, &index.workspace_variable) {
        (NoActive::NotSignedIn | NoActive::OtherPurpose, _) if purpose == TokenPurpose::Mcp => purpose.mismatch().into(),
        (NoActive::OtherPurpose, _) => purpose.mismatch().into(),
        (NoActive::NotSignedIn, _) => Problem::new(ProblemCode::NotSignedIn).into(),
        (NoActive::Unreadable(problem), _) => problem.clone().into(),
        (NoActive::WorkspaceNotSaved { id }, _) => workspace_not_saved(id, index).into(),
        (NoActive::Ambiguous { .. }, variable) => {
            let why = match variable {
                Some(id) => format!("Several credentials match NOTION_WORKSPACE_ID {}", sanitize(id)),
                None => "Choose a workspace".to_owned(),
            };
            let fitting: Vec<_> = index.selectable().filter(|record| purpose.accepts(record)).collect();
            ambiguous(&why, &fitting, index)
        }
    }
}

/// `NOTION_API_TOKEN` holds the token of this record: it is refused where `NOTION_WORKSPACE_ID` names another workspace.
pub fn check_variable(record: &CredentialRecord, index: &CredentialIndex) -> Result<(), Problem> {
    let conflict = index.workspace_variable.as_deref().and_then(|id| workspace_conflict(id, &record.workspace));
    conflict.map_or(Ok(()), |evidence| Err(Problem::new(ProblemCode::WrongWorkspace).with_evidence(evidence)))
}

/// Compares `NOTION_WORKSPACE_ID` with the workspace of the credential in use. Returns the evidence if they differ.
pub fn workspace_conflict(variable: &str, own: &Workspace) -> Option<String> {
    let is_same = same_id(&own.id, variable);
    (!is_same).then(|| format!("NOTION_WORKSPACE_ID is {variable}, but the credential in use belongs to {}.", own.id))
}

/// Finds the credential for this purpose that `wanted` names: by its key or short form, by the workspace's name or id, by the beginning
/// of a key or an id, or by a name as it is printed.
pub fn find_credential<'a>(index: &'a CredentialIndex, wanted: &str, purpose: TokenPurpose) -> SelectionResult<'a> {
    let (fitting, others): (Vec<_>, Vec<_>) = index.credentials.iter().partition(|record| purpose.accepts(record));
    let find = |records: &[&'a CredentialRecord]| {
        Some(matching(records, wanted)).filter(|found| !found.is_empty()).unwrap_or_else(|| printed(records, wanted))
    };
    match find(&fitting).as_slice() {
        [record] => Ok(record),
        [] if index.credentials.is_empty() => Err(no_saved_credential().into()),
        [] if !find(&others).is_empty() => Err(purpose.mismatch().into()),
        [] => Err(not_found(index, wanted).into()),
        several => Err(ambiguous(&format!("\"{}\" matches {} credentials", sanitize(wanted), several.len()), several, index)),
    }
}

/// Returns the records that match best.
fn matching<'a>(records: &[&'a CredentialRecord], wanted: &str) -> Vec<&'a CredentialRecord> {
    let tests: [fn(&CredentialRecord, &str) -> bool; 5] =
        [matches_key, matches_replaced_key, matches_name, matches_prefix, matches_replaced_prefix];
    let fitting = |test: &fn(&CredentialRecord, &str) -> bool| -> Vec<_> {
        records.iter().copied().filter(|record| test(record, wanted)).collect()
    };
    tests.iter().map(fitting).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Returns the records that are printed under this name: `Acme (token@1f3a9c2b)`. `status` adds the program that stores them, and
/// lists add the user.
fn printed<'a>(records: &[&'a CredentialRecord], wanted: &str) -> Vec<&'a CredentialRecord> {
    let (title, user) = wanted.rsplit_once(", as ").map_or((wanted, None), |(title, user)| (title, Some(user)));
    let (name, inside) = title.strip_suffix(')').and_then(|title| title.rsplit_once(" (")).unwrap_or((title, ""));
    let (owner, label) = inside.split_once(", ").unwrap_or((inside, inside));
    if (user, inside) == (None, "") {
        return Vec::new();
    }
    let is_meant =
        |record: &&CredentialRecord| matches_name(record, name) && user.is_none_or(|user| record.user.as_deref() == Some(user));
    let called: Vec<_> = records.iter().copied().filter(is_meant).collect();
    if label == owner && (inside.is_empty() || OWNER_PROGRAMS.contains(&owner)) {
        return called.into_iter().filter(|record| inside.is_empty() || owner_program(record.store) == owner).collect();
    }
    matching(&called, label)
}

/// This differs from "not signed in": a token in an environment variable may still be in use.
pub fn no_saved_credential() -> Problem {
    Problem::new(ProblemCode::CredentialNotFound).with_evidence("No credentials are saved on this machine.")
}

/// Returns the workspace's name. If other credentials have the same one, adds the label that selects this credential, in brackets.
pub fn unique_name<R: Borrow<CredentialRecord>>(record: &CredentialRecord, all: &[R]) -> String {
    let name = workspace_name(record);
    let compared = normalize_name(name);
    let others = || all.iter().map(Borrow::borrow).filter(|other| other.account != record.account);
    if others().all(|other| normalize_name(workspace_name(other)) != compared) {
        return name.to_owned();
    }
    format!("{name} ({})", record.account.label(others().map(|other| &other.account)))
}

const OWNER_PROGRAMS: [&str; 2] = ["notion-auth", "ntn"];

/// The program that owns this store.
pub fn owner_program(store: StoreKind) -> &'static str {
    if store == StoreKind::Ntn { "ntn" } else { "notion-auth" }
}

fn matches_key(record: &CredentialRecord, wanted: &str) -> bool {
    record.account.key() == wanted
}

/// A key stays valid when its token is rotated, as long as no other credential has it.
fn matches_replaced_key(record: &CredentialRecord, wanted: &str) -> bool {
    record.replaced_keys.iter().any(|key| key == wanted)
}

fn matches_name(record: &CredentialRecord, wanted: &str) -> bool {
    let name = record.workspace.name.as_deref().unwrap_or_default();
    let account = &record.account;
    same_id(&record.workspace.id, wanted)
        || normalize_name(name) == normalize_name(wanted)
        || (account.actor().is_some() && account.name == wanted)
        || account.actor().is_some_and(|actor| same_id(actor, wanted))
        // Earlier versions wrote keys without an actor into profiles and scripts.
        || account.with_actor(None).key() == wanted
}

fn matches_prefix(record: &CredentialRecord, wanted: &str) -> bool {
    let account = &record.account;
    let key = format!("{}@{}", account.path(), account.actor().unwrap_or_default());
    let is_begun = |id: &str| is_id_prefix(wanted, id);
    let is_key = wanted.contains(['@', '/']) && (account.key().starts_with(wanted) || key.starts_with(wanted));
    is_key || is_begun(&record.workspace.id) || account.actor().is_some_and(is_begun)
}

/// The short forms of a replaced key, which `status` printed.
fn matches_replaced_prefix(record: &CredentialRecord, wanted: &str) -> bool {
    let is_begun = |key: &String| {
        let name = key.split_once('/').map_or(key.as_str(), |(_, name)| name);
        let is_key = wanted.contains(['@', '/']) && (key.starts_with(wanted) || name.starts_with(wanted));
        is_key || name.split_once('@').is_some_and(|(_, actor)| is_id_prefix(wanted, actor))
    };
    record.replaced_keys.iter().any(is_begun)
}

fn is_id_prefix(wanted: &str, id: &str) -> bool {
    let plain = |id: &str| id.replace('-', "").to_ascii_lowercase();
    let beginning = plain(wanted);
    beginning.len() >= MIN_PREFIX_LENGTH && plain(id).starts_with(&beginning)
}

/// Several credentials match. They are listed by names that select one each.
fn ambiguous<'a>(why: &str, among: &[&'a CredentialRecord], index: &CredentialIndex) -> SelectionError<'a> {
    let problem = Problem::needed(MissingInput::Account, format!("{why}: {}", list_names(among, index)));
    SelectionError { problem, candidates: among.to_vec() }
}

/// No saved credential has this name. The evidence suggests similar names.
fn not_found(index: &CredentialIndex, wanted: &str) -> Problem {
    let near: Vec<String> = similar_names(index, wanted).iter().map(|name| format!("\"{name}\"")).collect();
    let suggestion = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) };
    let evidence = format!("No account called \"{}\".{suggestion} Saved accounts: {}", sanitize(wanted), all_names(index));
    Problem::new(ProblemCode::CredentialNotFound).with_evidence(evidence)
}

/// The environment names a workspace that has no saved credential.
fn workspace_not_saved(id: &str, index: &CredentialIndex) -> Problem {
    let evidence = format!(
        "NOTION_WORKSPACE_ID is {}, but no credential of that workspace is saved. Saved accounts: {}",
        sanitize(id),
        all_names(index)
    );
    Problem::new(ProblemCode::CredentialNotFound).with_evidence(evidence)
}

fn all_names(index: &CredentialIndex) -> String {
    list_names(&index.credentials.iter().collect::<Vec<_>>(), index)
}

/// Lists the credentials, each by its name and the user that it acts as.
pub fn list_names(records: &[&CredentialRecord], index: &CredentialIndex) -> String {
    let mut names: Vec<_> = records.iter().take(MAX_NAMES).map(|record| name_and_user(record, index)).collect();
    match records.len().saturating_sub(MAX_NAMES) {
        0 => {}
        more => names.push(format!("and {more} more")),
    }
    names.join("; ")
}

pub fn name_and_user(record: &CredentialRecord, index: &CredentialIndex) -> String {
    let user = record.user.as_deref().map(|user| format!(", as {user}")).unwrap_or_default();
    format!("{}{user}", unique_name(record, &index.credentials))
}
