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
    /// Whether it is in the ledger: signed in to with us, whoever keeps the secret.
    pub(super) is_ours: bool,
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

    let (in_environment, mut of_ntn): (Vec<_>, Vec<_>) =
        existing.into_iter().partition(|existing| existing.source == ExistingSource::Environment);
    let mut credentials: Vec<_> = in_environment.into_iter().map(found).collect();
    for record in &ledger.credentials {
        // What we noted of a login of ntn's, and that login, are one.
        let login = of_ntn.iter().position(|existing| record.stands_for(&existing.source)).map(|at| of_ntn.remove(at));
        credentials.push(kept(record, login, world));
    }
    credentials.extend(of_ntn.into_iter().map(found));

    let (active, reason) = match variable {
        Err(problem) => (Err(problem), ""),
        Ok(Some(_)) => (Ok(None), "The variable goes before what is kept."),
        Ok(None) => match ledger_trouble {
            Some(problem) => (Err(problem), ""),
            None => (choice::active(&ledger).map(Some), reason_for(&ledger)),
        },
    };
    let is_active = |credential: &Listed, record: Option<&CredentialRecord>| match record {
        Some(record) => credential.is_ours && record.stands_for(&credential.source),
        None => credential.source == ExistingSource::Environment,
    };
    let active = active.and_then(|record| {
        let position = credentials.iter().position(|credential| is_active(credential, record));
        position.ok_or_else(|| Problem::bug("the active credential is not listed"))
    });
    // What is told as the answer is not told again as trouble.
    troubles.retain(|problem| active.as_ref().err() != Some(problem));
    Listing { credentials, active, reason, troubles }
}

fn reason_for(ledger: &Ledger) -> &'static str {
    match ledger.credentials.as_slice() {
        [record] if record.store == StoreKind::Ntn => "It is the only one signed in to here.",
        [_] => "It is the only one kept here.",
        _ => "It is the one that was signed in to last.",
    }
}

fn found(existing: Existing) -> Listed {
    let is_ntn = matches!(existing.source, ExistingSource::Ntn { .. });
    Listed {
        source: existing.source,
        place: existing.place,
        readable: existing.readable,
        path: is_ntn.then_some(PathId::Cli),
        store: is_ntn.then_some(StoreKind::Ntn),
        expires_on: None,
        is_ours: false,
        answer: None,
        workspace: existing.workspace,
        user: None,
        kind: None,
    }
}

/// One of the ledger's; with the login that it stands for, where `ntn` keeps that and still has it.
fn kept(record: &CredentialRecord, login: Option<Existing>, world: &World) -> Listed {
    let place = match record.store {
        StoreKind::Keychain => format!("keychain, account {}", record.account.as_text()),
        StoreKind::File => world.store.file_place(),
        StoreKind::None => "this session only".into(),
        StoreKind::Ntn => "nowhere any more: ntn does not list it".into(),
    };
    let ours = || (ExistingSource::Ours(record.account.clone()), place, record.store != StoreKind::Ntn);
    let (source, place, readable) = login.map_or_else(ours, |login| (login.source, login.place, login.readable));
    Listed {
        source,
        place,
        readable,
        path: Some(record.path),
        store: Some(record.store),
        expires_on: record.expires_on,
        is_ours: true,
        answer: None,
        workspace: Some(record.workspace.clone()),
        user: record.user.clone(),
        kind: Some(record.kind),
    }
}
