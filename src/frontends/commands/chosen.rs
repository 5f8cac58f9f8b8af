//! The credential that a command hands on, as `token` would pick it: the variable, unless a workspace is named; then what is
//! kept.

use super::{choice, token};
use crate::domain::credential::{Candidate, CredentialRecord, ExistingSource, StoreKind};
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::frontends::console::Console;
use crate::runtime::ports::World;
use jiff::civil::Date;

pub(super) struct Chosen {
    source: Source,
    /// Where it is known.
    pub(super) workspace_id: Option<String>,
}

enum Source {
    Variable(Secret),
    Kept(Box<CredentialRecord>),
}

impl Chosen {
    pub(super) async fn find(wanted: Option<&str>, world: &World) -> Result<Self, Problem> {
        let from_environment = match wanted {
            None => choice::environment_secret(world).await?,
            Some(_) => None,
        };
        if let Some(secret) = from_environment {
            return Ok(Self { source: Source::Variable(secret), workspace_id: id_beside_the_variable(world).await });
        }
        let ledger = world.store.ledger().await?;
        let record = match wanted {
            Some(wanted) => choice::named(&ledger, wanted)?,
            None => choice::active(&ledger)?,
        };
        let workspace_id = Some(sanitize(&record.workspace.id)).filter(|id| !id.is_empty());
        Ok(Self { source: Source::Kept(Box::new(record.clone())), workspace_id })
    }

    pub(super) async fn secret(&self, world: &World) -> Result<Secret, Problem> {
        match &self.source {
            Source::Variable(secret) => Ok(secret.clone()),
            Source::Kept(record) => choice::secret(record, world).await,
        }
    }

    /// What `token --workspace` has to be told to give this one again; `None` where it is not kept.
    pub(super) fn account(&self) -> Option<String> {
        match &self.source {
            Source::Kept(record) => Some(sanitize(&record.account.as_text())),
            Source::Variable(_) => None,
        }
    }

    /// That its end is near or past, as `token` says it.
    pub(super) fn remind(&self, today: Date, console: &mut Console) {
        if let Source::Kept(record) = &self.source {
            token::remind(record, today, console);
        }
    }

    /// For a person: whose it is.
    pub(super) fn name(&self) -> String {
        match &self.source {
            Source::Kept(record) => choice::workspace_name(record).to_owned(),
            Source::Variable(_) => "NOTION_API_TOKEN".to_owned(),
        }
    }

    /// To be asked of Notion.
    pub(super) fn candidate(&self) -> Candidate {
        match &self.source {
            Source::Variable(_) => Candidate::Existing(ExistingSource::Environment),
            Source::Kept(record) if record.store == StoreKind::Ntn => {
                Candidate::Existing(ExistingSource::Ntn { workspace: record.workspace.id.clone() })
            }
            Source::Kept(record) => Candidate::Existing(ExistingSource::Ours(record.account.clone())),
        }
    }
}

/// `NOTION_WORKSPACE_ID`, as it stands beside the token.
async fn id_beside_the_variable(world: &World) -> Option<String> {
    // Trouble with `ntn`'s files says nothing of the variable.
    let (existing, _) = world.machine.existing().await.unwrap_or_default();
    let variable = existing.into_iter().find(|found| found.source == ExistingSource::Environment);
    variable.and_then(|found| found.workspace).map(|workspace| workspace.id)
}
