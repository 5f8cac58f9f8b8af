//! Every credential on this machine in one list, in the order of precedence: the variable, ours, `ntn`'s.

use super::super::choice;
use crate::domain::catalog::PathId;
use crate::domain::check::Check;
use crate::domain::credential::{CredentialRecord, Existing, ExistingSource, Identity, Ledger, StoreKind, TokenKind, Workspace};
use crate::domain::judge;
use crate::domain::problem::Problem;
use crate::runtime::ports::World;
use futures_util::future;
use jiff::civil::Date;

/// What Notion said about one credential.
pub(super) type Answer = Result<Identity, Problem>;

pub(super) struct Listing {
    pub(super) credentials: Vec<Listed>,
    /// Where the one in use stands in the list, or why there is none.
    pub(super) active: Result<usize, Problem>,
    pub(super) reason: &'static str,
    /// Trouble met while looking; what was found elsewhere is listed all the same.
    pub(super) troubles: Vec<Problem>,
}

pub(super) struct Listed {
    pub(super) source: ExistingSource,
    /// Where it is, for a person.
    pub(super) place: String,
    pub(super) readable: bool,
    pub(super) path: Option<PathId>,
    pub(super) store: Option<StoreKind>,
    pub(super) expires_on: Option<Date>,
    /// `None`: Notion was not asked.
    pub(super) answer: Option<Answer>,
    workspace: Option<Workspace>,
    user: Option<String>,
    kind: Option<TokenKind>,
}

impl Listed {
    fn identity(&self) -> Option<&Identity> {
        self.answer.as_ref()?.as_ref().ok()
    }

    /// What Notion says today goes before what was written down.
    pub(super) fn workspace(&self) -> Option<&Workspace> {
        self.identity().and_then(|identity| identity.workspace.as_ref()).or(self.workspace.as_ref())
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.identity().and_then(Identity::display_name).or(self.user.as_deref())
    }

    pub(super) fn kind(&self) -> Option<TokenKind> {
        self.identity().map(Identity::kind).or(self.kind)
    }

    pub(super) fn check(&self) -> Option<Check> {
        self.answer.as_ref().map(|answer| judge::valid(answer.as_ref()))
    }
}

/// Looks everywhere at once. Nothing leaves this machine.
pub(super) async fn take(world: &World) -> Listing {
    let (variable, existing, ledger) =
        future::join3(choice::environment_secret(world), world.machine.existing(), world.store.ledger()).await;
    let mut troubles = Vec::new();
    let (existing, existing_trouble) = existing.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    troubles.extend(existing_trouble);
    let ledger_trouble = ledger.as_ref().err().cloned();
    troubles.extend(ledger_trouble.clone());
    let ledger = ledger.unwrap_or_default();

    let (in_environment, elsewhere): (Vec<_>, Vec<_>) =
        existing.into_iter().partition(|existing| existing.source == ExistingSource::Environment);
    let ours = ledger.credentials.iter().map(|record| kept(record, world));
    let credentials: Vec<_> = in_environment.into_iter().map(found).chain(ours).chain(elsewhere.into_iter().map(found)).collect();

    let (active, reason) = match variable {
        Err(problem) => (Err(problem), ""),
        Ok(Some(_)) => (Ok(ExistingSource::Environment), "The variable goes before what is kept."),
        Ok(None) => match ledger_trouble {
            Some(problem) => (Err(problem), ""),
            None => (choice::active(&ledger).map(|record| ExistingSource::Ours(record.account.clone())), reason_for(&ledger)),
        },
    };
    let position = |source| credentials.iter().position(|credential| credential.source == source);
    let active = active.and_then(|source| position(source).ok_or_else(|| Problem::bug("the active credential is not listed")));
    // What is told as the answer is not told again as trouble.
    troubles.retain(|problem| active.as_ref().err() != Some(problem));
    Listing { credentials, active, reason, troubles }
}

fn reason_for(ledger: &Ledger) -> &'static str {
    if ledger.credentials.len() == 1 { "It is the only one kept here." } else { "It is the one that was signed in to last." }
}

fn found(existing: Existing) -> Listed {
    let path = matches!(existing.source, ExistingSource::Ntn { .. }).then_some(PathId::Cli);
    Listed {
        source: existing.source,
        place: existing.place,
        readable: existing.readable,
        path,
        store: None,
        expires_on: None,
        answer: None,
        workspace: existing.workspace,
        user: None,
        kind: None,
    }
}

fn kept(record: &CredentialRecord, world: &World) -> Listed {
    let place = match record.store {
        StoreKind::Keychain => format!("keychain, account {}", record.account.as_text()),
        StoreKind::File => world.store.file_place(),
        StoreKind::None => "this session only".into(),
        StoreKind::Ntn => "managed by ntn".into(),
    };
    Listed {
        source: ExistingSource::Ours(record.account.clone()),
        place,
        readable: true,
        path: Some(record.path),
        store: Some(record.store),
        expires_on: record.expires_on,
        answer: None,
        workspace: Some(record.workspace.clone()),
        user: record.user.clone(),
        kind: Some(record.kind),
    }
}
