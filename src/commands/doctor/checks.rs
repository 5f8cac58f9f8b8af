//! Turns a diagnosis into checks, each with its subject and the command that fixes it.

use super::diagnosis::{DiagnosedCredential, Diagnosis};
use super::remedies;
use crate::domain::checks::{self, Check, EnvironmentToken, Evidence, MembershipSignal};
use crate::domain::command_line::ShellSyntax;
use crate::domain::credentials::{self, CredentialSource, Identity, NamedCredential, VerifiedCredential, Workspace};
use crate::domain::problem::{Problem, ProblemCode};
use jiff::civil::Date;

/// A check with its subject and its command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DoctorCheck {
    pub(super) check: Check,
    /// The credential it is about, if any: `Acme (notion-auth)`.
    pub(super) subject: Option<String>,
    /// The command that fixes it.
    pub(super) command: Option<String>,
}

impl DoctorCheck {
    fn new(check: Check, about: Option<&DiagnosedCredential>) -> Self {
        let command = remedies::command_for_check(&check, about);
        Self { check, subject: about.map(|credential| credential.name.clone()), command }
    }

    pub(super) fn with_command_in(self, syntax: ShellSyntax) -> Self {
        Self { command: self.command.map(|command| syntax.translate(&command)), ..self }
    }
}

/// Returns all checks, sorted by group as they are shown.
pub(super) fn doctor_checks(found: &Diagnosis, today: Date) -> Vec<DoctorCheck> {
    let active = found.credentials.iter().find(|credential| credential.is_active);
    let mut checks: Vec<DoctorCheck> =
        checks::environment_checks(&found.findings).into_iter().map(|check| DoctorCheck::new(check, None)).collect();
    if let Some(inventory) = found.findings.inventory.get() {
        let in_use = inventory.active();
        let name = active.map(|active| active.name.as_str()).unwrap_or_default();
        checks.push(DoctorCheck {
            command: remedies::command_for_use(&in_use),
            ..DoctorCheck::new(checks::active_check(&in_use, name), active)
        });
    }
    let mut add = |check: Check, about: Option<&DiagnosedCredential>| checks.push(DoctorCheck::new(check, about));

    // Checks from Notion's responses come before checks from the person's own answers.
    if let Some(active) = active {
        for check in active_checks(active, found, today) {
            add(check, Some(active));
        }
    }
    if let Some(check) = shadow_check(found) {
        add(check, active);
    }
    if let Some(check) = workspace_variable_check(found, active) {
        add(check, active);
    }
    for credential in found.credentials.iter().filter(|credential| !credential.is_active) {
        add(validity_check(credential), Some(credential));
    }

    for check in checks::profile_checks(found.remembered.profile).into_iter().chain(checks::storage_checks(&found.findings)) {
        add(check, None);
    }
    for credential in &found.credentials {
        if let Some(check) = read_back_check(credential) {
            add(check, Some(credential));
        }
    }
    // The sort is stable, so the order within a group is kept.
    checks.sort_by_key(|reported| reported.check.group as u8);
    checks
}

/// Sets the names that `status` shows. Called once the credentials no longer change.
pub(super) fn set_display_names(credentials: &mut [DiagnosedCredential]) {
    let all = credentials.iter().map(|credential| NamedCredential { workspace: workspace(credential), ..credential.entry.named() });
    let titles = credentials::titles(&all.collect::<Vec<_>>());
    for (credential, name) in credentials.iter_mut().zip(titles) {
        credential.name = name;
    }
}

/// Returns the workspace from Notion's response if there is one, otherwise the recorded one.
fn workspace(credential: &DiagnosedCredential) -> Option<&Workspace> {
    let verified_workspace = identity(credential).and_then(|identity| identity.workspace.as_ref());
    // `NOTION_WORKSPACE_ID` is an unverified claim, which has a check of its own.
    let recorded_workspace = || match credential.entry.source {
        CredentialSource::Environment | CredentialSource::OtherVariable(_) => None,
        CredentialSource::Saved(_) | CredentialSource::Ntn { .. } => credential.entry.workspace.as_ref(),
    };
    verified_workspace.or_else(recorded_workspace)
}

fn verified(credential: &DiagnosedCredential) -> Option<&VerifiedCredential> {
    credential.verification.as_ref()?.as_ref().ok()
}

fn identity(credential: &DiagnosedCredential) -> Option<&Identity> {
    verified(credential).map(|verified| &verified.identity)
}

/// Returns all checks of the active credential.
fn active_checks(active: &DiagnosedCredential, found: &Diagnosis, today: Date) -> Vec<Check> {
    let answer = match &active.verification {
        None => return vec![checks::unreadable_check()],
        Some(Err(problem)) => return refusal_checks(problem),
        Some(Ok(verified)) => verified,
    };
    checks::credential_checks(&Evidence {
        identity: &answer.identity,
        users: active.users.as_ref(),
        owner_found: active.owner_found.as_ref(),
        search: active.search.as_ref(),
        connection: answer.connection.as_deref(),
        introspection: active.introspection.as_ref(),
        expires_on: active.entry.expires_on(),
        today,
        environment_token: environment_token(active, found),
        logged_in_by_ntn: matches!(answer.found_in, Some(CredentialSource::Ntn { .. })),
    })
}

/// Returns the checks of an active credential that Notion refused, including what the refusal says about the person.
fn refusal_checks(problem: &Problem) -> Vec<Check> {
    let signal = match problem.code {
        ProblemCode::Unauthorized => Some(MembershipSignal::Unauthorized),
        ProblemCode::Restricted => Some(MembershipSignal::Restricted),
        _ => None,
    };
    let valid = checks::validity_check(Err(problem));
    std::iter::once(valid).chain(checks::membership_checks(signal.as_slice())).collect()
}

fn environment_token(active: &DiagnosedCredential, found: &Diagnosis) -> EnvironmentToken {
    let is_set = found.credentials.iter().any(|credential| credential.entry.source == CredentialSource::Environment);
    match (&active.entry.source, is_set) {
        (CredentialSource::Environment, _) => EnvironmentToken::Same,
        (_, true) => EnvironmentToken::Other,
        (_, false) => EnvironmentToken::Unset,
    }
}

/// Checks which saved credentials `NOTION_API_TOKEN` shadows.
fn shadow_check(found: &Diagnosis) -> Option<Check> {
    let variable = found.credentials.iter().find(|credential| credential.entry.source == CredentialSource::Environment)?;
    let secret = verified(variable).map(VerifiedCredential::secret);
    let saved = found.credentials.iter().filter(|credential| credential.entry.is_ours());
    let saved = saved.map(|credential| {
        (credential.name.clone(), secret.is_some() && verified(credential).map(VerifiedCredential::secret) == secret)
    });
    checks::shadowed_check(&saved.collect::<Vec<_>>())
}

fn workspace_variable_check(found: &Diagnosis, active: Option<&DiagnosedCredential>) -> Option<Check> {
    let surroundings = found.findings.host_details.get()?.as_ref().ok()?;
    let variable = surroundings.workspace_id.as_deref()?;
    Some(checks::workspace_variable_check(variable, active.and_then(workspace)))
}

fn validity_check(credential: &DiagnosedCredential) -> Check {
    match &credential.verification {
        None => checks::unreadable_check(),
        Some(answer) => checks::validity_check(answer.as_ref().map(|verified| &verified.identity)),
    }
}

/// Checks that a saved credential can be read back.
fn read_back_check(credential: &DiagnosedCredential) -> Option<Check> {
    let record = credential.entry.record.as_ref()?;
    let answer = credential.verification.as_ref()?;
    Some(checks::read_back_check(record.store, answer.as_ref().err()))
}
