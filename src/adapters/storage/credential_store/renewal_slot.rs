//! The slot where Notion's response to a refresh is written at once, before anything else is done with it.
//!
//! A refresh invalidates the pair of tokens before it. So room for the next pair is reserved, in the store that holds the account,
//! before Notion is asked: a reserved file beside `secrets.json`, or an entry of its own in the keychain. The pair in it takes
//! precedence over the usual entries until it has been moved into them, so the next command finds it however this one ends.

use super::account_locks::fingerprint;
use crate::adapters::storage::file_store::SecretJson;
use crate::adapters::storage::folders::Folders;
use crate::adapters::storage::reserved_file::ReservedFile;
use crate::adapters::storage::secret_store::SecretStore;
use crate::domain::credentials::{Account, Secrets, StoreKind};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use zeroize::Zeroizing;

const RENEWAL_PREFIX: &str = "renewal-";
const RENEWAL_SUFFIX: &str = ".json";
/// As long as a response, so that a keychain with room for the placeholder has room for the response.
const PLACEHOLDER_LENGTH: usize = 512;
/// More bytes than a response takes.
const BUFFER_CAPACITY: usize = 4096;
const RENEWAL_SCHEMA: u32 = 1;

/// True for the name of a reserved file of this module.
pub fn is_renewal_name(name: &str) -> bool {
    name.strip_prefix(RENEWAL_PREFIX).is_some_and(|rest| rest.ends_with(RENEWAL_SUFFIX))
}

/// The pair that Notion issued, and the refresh token that was spent for it.
#[derive(Debug, Serialize, Deserialize)]
pub struct RenewedPairJson {
    schema: u32,
    replaces: SecretJson,
    token: SecretJson,
    refresh: SecretJson,
    /// When the token is to be renewed, if the server said how long it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renew_at: Option<Timestamp>,
}

impl RenewedPairJson {
    /// True if the usual entries hold the refresh token that was exchanged for this pair, or hold this pair or a part of it
    /// already. A pair that belongs to an earlier login does not count.
    pub fn is_successor_of(&self, saved: &Secrets) -> bool {
        saved.refresh.as_ref().is_some_and(|saved| *saved == self.replaces.0 || *saved == self.refresh.0)
    }

    /// Returns the secrets that count: those in the usual entries, or the pair that has yet to be moved there.
    pub fn apply_to(self, saved: Secrets) -> Secrets {
        if !self.is_successor_of(&saved) {
            return saved;
        }
        Secrets { token: self.token.0, refresh: Some(self.refresh.0), renew_at: self.renew_at, ..saved }
    }
}

/// The slot of one account, in the store that holds its secrets.
pub enum RenewalSlot<'a> {
    File(ReservedFile),
    Keychain(&'a dyn SecretStore, Account),
}

impl<'a> RenewalSlot<'a> {
    /// Returns `None` for a store in which we renew nothing.
    pub fn for_account(account: &Account, kind: StoreKind, folders: &Folders, keychain: &'a dyn SecretStore) -> Option<Self> {
        match kind {
            StoreKind::File => Some(Self::File(ReservedFile::new(file_path(account, folders)))),
            StoreKind::Keychain => Some(Self::Keychain(keychain, account.sibling(Secrets::RENEWAL_SUFFIX))),
            StoreKind::None | StoreKind::Ntn => None,
        }
    }

    /// Reserves the room, which proves that the store can be written to.
    pub fn reserve(&self) -> Result<(), Problem> {
        match self {
            Self::File(file) => file.reserve(),
            Self::Keychain(store, entry) => {
                let placeholder = Secret::new(" ".repeat(PLACEHOLDER_LENGTH));
                super::entries::write_and_read_back(*store, entry, &placeholder).map(|_| ())
            }
        }
    }

    /// Writes the pair, so that [`Self::read`] finds it.
    pub fn write(&self, replaces: Secret, renewed: &Secrets) -> Result<(), Problem> {
        let refresh = renewed.refresh.clone().ok_or_else(|| Problem::bug("a renewal without a refresh token"))?;
        let stored = RenewedPairJson {
            schema: RENEWAL_SCHEMA,
            replaces: SecretJson(replaces),
            token: SecretJson(renewed.token.clone()),
            refresh: SecretJson(refresh),
            renew_at: renewed.renew_at,
        };
        // Allocated at full size, because a buffer that grows leaves unwiped copies of its contents behind.
        let mut content = Zeroizing::new(Vec::with_capacity(BUFFER_CAPACITY));
        serde_json::to_writer(&mut *content, &stored).map_err(|error| Problem::bug(error.to_string()))?;
        match self {
            Self::File(file) => file.fill(&content),
            Self::Keychain(store, entry) => {
                let content = std::str::from_utf8(&content).map_err(|error| Problem::bug(error.to_string()))?;
                super::entries::write_and_read_back(*store, entry, &Secret::new(content)).map(|_| ())
            }
        }
    }

    /// Read before the usual entries: the pair is removed from here only after it was written there. Returns `None` if there is no
    /// pair, or its write was cut off.
    pub fn read(&self) -> Result<Option<RenewedPairJson>, Problem> {
        let content = match self {
            Self::File(file) => file.read()?,
            Self::Keychain(store, entry) => store.read(entry)?.map(|content| content.expose().as_bytes().to_vec().into()),
        };
        let renewed = content.and_then(|content| serde_json::from_slice::<RenewedPairJson>(&content).ok());
        Ok(renewed.filter(|renewed| renewed.schema == RENEWAL_SCHEMA))
    }

    pub fn clear(&self) -> Result<(), Problem> {
        match self {
            Self::File(file) => file.remove().map(|_| ()),
            Self::Keychain(store, entry) => store.delete(entry).map(|_| ()),
        }
    }
}

/// The problem of a refresh that was not sent, because its response could not be saved.
pub fn no_room_problem(problem: &Problem) -> Problem {
    let why = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    Problem::new(problem.code)
        .with_evidence(format!("{why}; the refresh was not started, because the new tokens could not be saved"))
}

fn file_path(account: &Account, folders: &Folders) -> PathBuf {
    folders.config.join(format!("{RENEWAL_PREFIX}{:016x}{RENEWAL_SUFFIX}", fingerprint(&account.key())))
}
