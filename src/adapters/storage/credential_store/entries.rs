//! The secrets of one credential, each an entry of its own in a store: read together, and written all or none.

use crate::adapters::storage::json_file::Note;
use crate::adapters::storage::secret_store::SecretStore;
use crate::domain::credentials::{Account, CredentialRecord, Secrets};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

/// Returns the entries that a credential has. Only one that is renewed has more than one, so a plain token costs no extra calls.
pub fn entry_accounts(account: &Account, is_renewable: bool) -> Vec<Account> {
    let siblings = [Secrets::REFRESH_SUFFIX, client_suffix(account), Secrets::RENEWAL_SUFFIX];
    let siblings = siblings.into_iter().filter(|_| is_renewable).map(|part| account.sibling(part));
    std::iter::once(account.clone()).chain(siblings).collect()
}

/// Returns the entry that identifies the client: an own connection has a secret, a client that registered itself only an ID.
fn client_suffix(account: &Account) -> &'static str {
    if account.is_mcp() { Secrets::CLIENT_ID_SUFFIX } else { Secrets::CLIENT_SECRET_SUFFIX }
}

/// Loads everything that the record says is there. Notion may have issued no refresh token; nothing can be renewed without the client.
pub fn load_secrets(store: &dyn SecretStore, record: &CredentialRecord) -> Result<Secrets, Problem> {
    let needed = |account: &Account| {
        let gone = || Problem::new(ProblemCode::SecretMissing).with_evidence(store.place(account));
        store.read(account)?.ok_or_else(gone)
    };
    let token = needed(&record.account)?;
    if !record.is_renewable() {
        return Ok(Secrets::from_token(token));
    }
    let refresh = store.read(&record.account.sibling(Secrets::REFRESH_SUFFIX))?;
    let client = Some(needed(&record.account.sibling(client_suffix(&record.account)))?);
    let (client_secret, client_id) = if record.is_mcp() { (None, client) } else { (client, None) };
    let renew_at = record.mcp.as_ref().and_then(|mcp| mcp.access_renew_at);
    Ok(Secrets { token, refresh, client_secret, client_id, renew_at })
}

/// Replaces the pair with a newer one. What identifies the client stays, because Notion does not renew it.
///
/// The refresh token is written first. It alone can get a new access token, and the previous one is dead as soon as Notion has
/// answered: if the program dies between the two writes, the next refresh repairs what is missing. In the other order the account
/// would be lost. For the same reason nothing is rolled back, and the access token is written even if the refresh token could not
/// be: any part of the new pair is worth more than the old one.
pub fn write_token_pair(store: &dyn SecretStore, account: &Account, secrets: &Secrets) -> Result<(), Problem> {
    let refreshed =
        secrets.refresh.as_ref().map(|refresh| write_and_read_back(store, &account.sibling(Secrets::REFRESH_SUFFIX), refresh));
    match refreshed.transpose() {
        // Do not wait again for a store that has just stopped responding.
        Err(problem) if problem.code == ProblemCode::KeychainSlow => Err(problem),
        refreshed => {
            let token = write_and_read_back(store, account, &secrets.token);
            refreshed.and(token.map(Some)).map(|_| ())
        }
    }
}

/// Reports success only for what was read back, never for what was written.
pub fn write_and_read_back(store: &dyn SecretStore, account: &Account, secret: &Secret) -> Result<Note, Problem> {
    let note = store.write(account, secret)?;
    match store.read(account)? {
        Some(found) if found == *secret => Ok(note),
        _ => Err(Problem::new(ProblemCode::ReadBackMismatch).with_evidence(store.place(account))),
    }
}

/// Puts entries into a store, and restores the previous ones if a later step fails.
pub struct Transaction<'a> {
    store: &'a dyn SecretStore,
    replaced_entries: Vec<ReplacedEntry>,
}

/// One entry: its previous secret, and the one that was put there. `None` means "no entry".
struct ReplacedEntry {
    account: Account,
    previous: Option<Secret>,
    written: Option<Secret>,
}

impl<'a> Transaction<'a> {
    pub fn new(store: &'a dyn SecretStore) -> Self {
        Self { store, replaced_entries: Vec::new() }
    }

    /// `None` deletes the entry that an earlier credential of this account had there.
    pub fn put(&mut self, account: &Account, secret: Option<&Secret>) -> Result<Note, Problem> {
        let before = match self.store.read(account) {
            // The write sets the file aside and reports that.
            Err(problem) if problem.code == ProblemCode::FileCorrupt => None,
            other => other?,
        };
        if before.is_none() && secret.is_none() {
            return Ok(None);
        }
        self.replaced_entries.push(ReplacedEntry { account: account.clone(), previous: before, written: secret.cloned() });
        match secret {
            Some(secret) => write_and_read_back(self.store, account, secret),
            None => self.store.delete(account).map(|_| None),
        }
    }

    /// Restores what the store held before a step failed, and says so in the problem if that fails. Only what we put there is
    /// undone: another value belongs to another process, which may have reported it as saved.
    ///
    /// The other value is true if nothing that we wrote is left.
    pub fn rollback(self, problem: Problem) -> (Problem, bool) {
        let entries = self.replaced_entries.iter().rev();
        // Do not wait again for a store that has just stopped responding.
        let is_silent = problem.code == ProblemCode::KeychainSlow;
        let left = entries.filter(|entry| is_silent || !self.restore(entry));
        let mut places: Vec<String> = left.map(|entry| self.store.place(&entry.account)).collect();
        // All entries of a file have the same location.
        places.dedup();
        if places.is_empty() {
            return (problem, true);
        }
        let why = problem.evidence.clone().unwrap_or_default();
        let evidence = format!("{why}; the new secret could not be removed from {}", places.join(" and "));
        (problem.with_evidence(evidence), false)
    }

    /// True if nothing that we wrote is left.
    fn restore(&self, entry: &ReplacedEntry) -> bool {
        match (self.store.read(&entry.account), &entry.previous) {
            (Ok(now), before) if now == *before => true,
            (Ok(now), _) if now != entry.written => true,
            (Ok(_), Some(before)) => self.store.write(&entry.account, before).is_ok(),
            (Ok(_), None) => self.store.delete(&entry.account).is_ok(),
            (Err(_), _) => false,
        }
    }
}
