//! Selects the credential that a command passes on. `token`, `env`, `run` and `send-to` select the same one: `NOTION_API_TOKEN`,
//! or the saved one if the variable is unset or a workspace is named.

use crate::domain::accounts::{Unsettled, active, name_and_user, named, reminder, workspace_name};
use crate::domain::credential::{Candidate, CredentialRecord, ExistingSource, Ledger, StoreKind};
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::frontends::console::Console;
use crate::frontends::stdin;
use crate::runtime::accounts;
use crate::runtime::ports::World;
use jiff::civil::Date;

/// Prompts for one of several matching credentials. Without a terminal, returns the problem that lists them.
pub(super) fn settled<'a>(
    chosen: Result<&'a CredentialRecord, Unsettled<'a>>,
    ledger: &Ledger,
    console: &mut Console,
) -> Result<&'a CredentialRecord, Problem> {
    let Unsettled { problem, among } = match chosen {
        Ok(record) => return Ok(record),
        Err(unsettled) => unsettled,
    };
    if !console.can_ask || among.is_empty() {
        return Err(problem);
    }
    console.say("Several credentials fit. Which one?");
    for (index, record) in among.iter().enumerate() {
        console.say_under(&format!("  {}  ", index + 1), &name_and_user(record, ledger));
    }
    console.say("Type its number and press Enter.");
    let answer = stdin::line()?;
    let is_answer = |index: &usize| (index + 1).to_string() == answer;
    let picked = (0..among.len()).find(is_answer).and_then(|index| among.get(index).copied());
    picked.ok_or(problem)
}

pub(super) enum Chosen {
    /// The value of `NOTION_API_TOKEN`.
    Variable(Secret),
    Kept(Box<CredentialRecord>),
}

impl Chosen {
    pub(super) async fn find(wanted: Option<&str>, world: &World, console: &mut Console) -> Result<Self, Problem> {
        let from_environment = match wanted {
            None => accounts::variable(world).await?,
            Some(_) => None,
        };
        if let Some(secret) = from_environment {
            return Ok(Self::Variable(secret));
        }
        let ledger = accounts::ledger(world).await?;
        let record = settled(wanted.map_or_else(|| active(&ledger), |wanted| named(&ledger, wanted)), &ledger, console)?;
        Ok(Self::Kept(Box::new(record.clone())))
    }

    pub(super) async fn secret(&self, world: &World) -> Result<Secret, Problem> {
        match self {
            Self::Variable(secret) => Ok(secret.clone()),
            Self::Kept(record) => accounts::secret(record, world).await,
        }
    }

    /// Returns the workspace id, if known. For a token from the environment it is the value of `NOTION_WORKSPACE_ID`.
    pub(super) async fn workspace_id(&self, world: &World) -> Option<String> {
        match self {
            Self::Variable(_) => {
                // A problem with `ntn`'s files does not affect the variable.
                let (existing, _) = world.machine.existing().await.unwrap_or_default();
                let variable = existing.into_iter().find(|found| found.source == ExistingSource::Environment);
                variable.and_then(|found| found.workspace).map(|workspace| workspace.id)
            }
            Self::Kept(record) => Some(sanitize(&record.workspace.id)).filter(|id| !id.is_empty()),
        }
    }

    /// Returns the key that selects this credential with `token --workspace`, or `None` if it is not saved.
    pub(super) fn account(&self) -> Option<String> {
        match self {
            Self::Kept(record) => Some(sanitize(&record.account.as_text())),
            Self::Variable(_) => None,
        }
    }

    /// Warns if the credential expires soon or has expired. The line goes to standard error, so that `$(…)` does not capture it.
    pub(super) fn remind(&self, today: Date, console: &mut Console) {
        let Self::Kept(record) = self else { return };
        if let Some(reminder) = record.expires_on.and_then(|end| reminder(end, today)) {
            console.say_whole(&format!("notion-auth: the token for {}: {reminder}.", workspace_name(record)));
        }
    }

    /// Returns a display name: the workspace, or the name of the variable.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Kept(record) => workspace_name(record).to_owned(),
            Self::Variable(_) => "NOTION_API_TOKEN".to_owned(),
        }
    }

    /// Returns the candidate with which Notion is asked to verify this credential.
    pub(super) fn candidate(&self) -> Candidate {
        match self {
            Self::Variable(_) => Candidate::Existing(ExistingSource::Environment),
            Self::Kept(record) if record.store == StoreKind::Ntn => {
                Candidate::Existing(ExistingSource::Ntn { workspace: record.workspace.id.clone() })
            }
            Self::Kept(record) => Candidate::Existing(ExistingSource::Ours(record.account.clone())),
        }
    }
}
