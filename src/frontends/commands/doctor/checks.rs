//! Turns a diagnosis into checks, each with its subject and the command that fixes it.

use super::commands;
use super::examination::{Examination, Examined};
use crate::domain::accounts::{self, NamedCredential};
use crate::domain::catalog::PathId;
use crate::domain::check::Check;
use crate::domain::credential::{Existing, ExistingSource, Identity, Ledger, Unusable, Verified, Workspace};
use crate::domain::judge::{self, EnvironmentToken, Evidence, InUse};
use crate::domain::membership::{self, Signal};
use crate::domain::problem::{Problem, ProblemCode};
use jiff::civil::Date;

/// A check with its subject and its command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reported {
    pub(super) check: Check,
    /// The credential it is about, if any: `Acme (notion-auth)`.
    pub(super) subject: Option<String>,
    /// The command that fixes it.
    pub(super) command: Option<String>,
}

impl Reported {
    fn new(check: Check, about: Option<&Examined>) -> Self {
        let command = commands::for_check(&check, about);
        Self { check, subject: about.map(|credential| credential.name.clone()), command }
    }
}

/// Returns all checks, sorted by group as they are shown.
pub(super) fn all(found: &Examination, today: Date) -> Vec<Reported> {
    let active = found.credentials.iter().find(|credential| credential.is_active);
    let mut checks: Vec<Reported> =
        judge::environment_checks(&found.findings).into_iter().map(|check| Reported::new(check, None)).collect();
    let in_use = in_use(found);
    checks.push(Reported { command: commands::for_use(&in_use), ..Reported::new(judge::in_use(&in_use), active) });
    let mut add = |check: Check, about: Option<&Examined>| checks.push(Reported::new(check, about));

    // Checks from Notion's responses come before checks from the person's own answers.
    if let Some(active) = active {
        for check in closely(active, found, today) {
            add(check, Some(active));
        }
    }
    if let Some(check) = shadows(found) {
        add(check, active);
    }
    if let Some(check) = workspace_variable(found, active) {
        add(check, active);
    }
    for credential in found.credentials.iter().filter(|credential| !credential.is_active) {
        add(briefly(credential), Some(credential));
    }

    for check in judge::told_checks(found.ledger.told.standing).into_iter().chain(judge::storage_checks(&found.findings)) {
        add(check, None);
    }
    for credential in &found.credentials {
        if let Some(check) = read_back(credential) {
            add(check, Some(credential));
        }
    }
    // The sort is stable, so the order within a group is kept.
    checks.sort_by_key(|reported| reported.check.group as u8);
    checks
}

/// As `status` calls each, once nothing about them changes any more.
pub(super) fn name(credentials: &mut [Examined]) {
    let all = credentials.iter().map(|credential| NamedCredential {
        source: &credential.existing.source,
        record: credential.record.as_ref(),
        workspace: workspace(credential),
    });
    let titles = accounts::titles(&all.collect::<Vec<_>>());
    for (credential, name) in credentials.iter_mut().zip(titles) {
        credential.name = name;
    }
}

/// Returns the workspace from Notion's response if there is one, otherwise the recorded one.
fn workspace(credential: &Examined) -> Option<&Workspace> {
    let told = identity(credential).and_then(|identity| identity.workspace.as_ref());
    // `NOTION_WORKSPACE_ID` is an unverified claim, which has a check of its own.
    let noted = || match credential.existing.source {
        ExistingSource::Environment => None,
        ExistingSource::Ours(_) | ExistingSource::Ntn { .. } => credential.existing.workspace.as_ref(),
    };
    told.or_else(noted)
}

fn verified(credential: &Examined) -> Option<&Verified> {
    credential.answer.as_ref()?.as_ref().ok()
}

fn identity(credential: &Examined) -> Option<&Identity> {
    verified(credential).map(|verified| &verified.identity)
}

fn in_use(found: &Examination) -> InUse {
    match found.credentials.iter().find(|credential| credential.is_active) {
        Some(Examined { existing: Existing { unusable: Some(Unusable::Variable(problem)), .. }, .. }) => {
            InUse::Unusable(problem.clone())
        }
        Some(active) => InUse::This { name: active.name.clone(), reason: reason(active, &found.ledger) },
        None if !found.ledger.credentials.is_empty() && found.ledger.selectable().next().is_none() => {
            InUse::Elsewhere { id: found.ledger.workspace_variable.clone().unwrap_or_default() }
        }
        None => match (&found.findings.existing_trouble, found.ledger.credentials.len()) {
            (Some(problem), 0) if problem.code != ProblemCode::NtnFileUnreadable => InUse::Unreadable(problem.clone()),
            (_, 0) => InUse::None,
            (_, kept) => InUse::Unmarked { kept },
        },
    }
}

/// Returns the reason that `status` gives.
fn reason(active: &Examined, ledger: &Ledger) -> &'static str {
    match active.existing.source {
        ExistingSource::Environment => "The variable goes before what is kept.",
        ExistingSource::Ours(_) | ExistingSource::Ntn { .. } => accounts::reason_for(ledger),
    }
}

/// Returns all checks of the active credential.
fn closely(active: &Examined, found: &Examination, today: Date) -> Vec<Check> {
    let answer = match &active.answer {
        None => return vec![judge::unread()],
        Some(Err(problem)) => return refused(problem),
        Some(Ok(verified)) => verified,
    };
    judge::checks(&Evidence {
        identity: &answer.identity,
        users: active.users.as_ref(),
        owner_found: active.owner_found.as_ref(),
        search: active.search.as_ref(),
        connection: answer.connection.as_deref(),
        introspected: active.introspected.as_ref(),
        expires_on: active.record.as_ref().and_then(|record| record.expires_on),
        today,
        environment_token: environment_token(active, found),
        path: answer.path,
        logged_in_by_ntn: matches!(answer.found_in, Some(ExistingSource::Ntn { .. })),
    })
}

/// Returns the checks of an active credential that Notion refused, including what the refusal says about the person.
fn refused(problem: &Problem) -> Vec<Check> {
    let signal = match problem.code {
        ProblemCode::Unauthorized => Some(Signal::Unauthorized),
        ProblemCode::Restricted => Some(Signal::Restricted),
        _ => None,
    };
    let valid = judge::valid(Err(problem));
    std::iter::once(valid).chain(membership::checks(signal.as_slice())).collect()
}

fn environment_token(active: &Examined, found: &Examination) -> EnvironmentToken {
    let is_set = found.credentials.iter().any(|credential| credential.existing.source == ExistingSource::Environment);
    match (&active.existing.source, is_set) {
        (ExistingSource::Environment, _) => EnvironmentToken::Same,
        (_, true) => EnvironmentToken::Other,
        (_, false) => EnvironmentToken::Unset,
    }
}

/// Checks which saved credentials `NOTION_API_TOKEN` shadows.
fn shadows(found: &Examination) -> Option<Check> {
    let variable = found.credentials.iter().find(|credential| credential.existing.source == ExistingSource::Environment)?;
    let secret = verified(variable).map(Verified::secret);
    let kept = found.credentials.iter().filter(|credential| credential.record.is_some());
    let kept =
        kept.map(|credential| (credential.name.clone(), secret.is_some() && verified(credential).map(Verified::secret) == secret));
    judge::shadows(&kept.collect::<Vec<_>>())
}

fn workspace_variable(found: &Examination, active: Option<&Examined>) -> Option<Check> {
    let surroundings = found.findings.surroundings.get()?.as_ref().ok()?;
    let variable = surroundings.workspace_id.as_deref()?;
    Some(judge::workspace_variable(variable, active.and_then(workspace)))
}

fn briefly(credential: &Examined) -> Check {
    match &credential.answer {
        None => judge::unread(),
        Some(answer) => judge::valid(answer.as_ref().map(|verified| &verified.identity)),
    }
}

/// Checks that a saved credential can be read back.
fn read_back(credential: &Examined) -> Option<Check> {
    let record = credential.record.as_ref()?;
    let answer = credential.answer.as_ref()?;
    Some(judge::read_back(record.store, answer.as_ref().err()))
}

/// Returns the path that the credential was created on.
pub(super) fn path(credential: &Examined) -> PathId {
    match (&credential.record, &credential.existing.source) {
        (Some(record), _) => record.path,
        (None, ExistingSource::Ntn { .. }) => PathId::Cli,
        (None, _) => PathId::Token,
    }
}
