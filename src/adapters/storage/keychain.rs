//! The operating system's keychain. It blocks without a time limit: a hung bus or an unlock dialog on another screen holds a call
//! for ever, so it is only used through `TimeLimitedStore`.
//!
//! The store is opened again for every call (milliseconds): `keyring::Entry` remembers its first failure for the life of the
//! process, and a wizard has a retry key.

use super::json_file::Note;
use super::secret_store::{ProbeOutcome, SecretStore, round_trip_probe};
use crate::domain::credentials::Account;
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use keyring::Entry;
use keyring_core::Error;
use keyring_core::api::CredentialStoreApi;
use std::collections::HashMap;
use std::sync::Arc;
use zeroize::Zeroize;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
use zbus_secret_service_keyring_store::Store;

/// Not `notion-cli`, which `ntn` and others use.
const SERVICE: &str = "notion-auth";

/// Name of the keychain for a person.
pub const NAME: &str = if cfg!(target_os = "macos") {
    "Keychain"
} else if cfg!(windows) {
    "Credential Manager"
} else {
    "Secret Service"
};

#[derive(Clone, Debug)]
pub struct Keychain {
    /// The value of `NOTION_KEYRING` that turns the keychain off.
    disabled_by: Option<String>,
}

impl Keychain {
    /// `setting` is the value of `NOTION_KEYRING`. `ntn` honours only `0`; people also write the others.
    pub fn new(setting: Option<String>) -> Self {
        let off = |value: &String| ["0", "false", "no", "off"].iter().any(|word| value.trim().eq_ignore_ascii_case(word));
        Self { disabled_by: setting.filter(off) }
    }

    fn check_enabled(&self) -> Result<(), Problem> {
        let Some(value) = &self.disabled_by else { return Ok(()) };
        let evidence = format!("NOTION_KEYRING={value} turns the keychain off");
        Err(Problem::new(ProblemCode::KeychainAbsent).with_evidence(evidence))
    }

    fn entry(&self, account: &Account) -> Result<Entry, Problem> {
        self.check_enabled()?;
        let account = account.key();
        let label = format!("Notion token · {account}");
        entry(SERVICE, &account, Some(&entry_attributes(&label)))
    }
}

impl SecretStore for Keychain {
    fn name(&self) -> &'static str {
        NAME
    }

    fn place(&self, account: &Account) -> String {
        format!("keychain ({NAME}), service {SERVICE}, account {}", account.key())
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        let bytes = secret.expose().as_bytes();
        for_each_entry(&self.entry(account)?, |entry| entry.set_secret(bytes)).map(|()| None).map_err(keychain_problem)
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        read(&self.entry(account)?, get_text)
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        match for_each_entry(&self.entry(account)?, Entry::delete_credential) {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(keychain_problem(error)),
        }
    }

    /// Every keychain finds entries by their service, locked ones too, without asking the person.
    fn accounts(&self) -> Result<Option<Vec<Account>>, Problem> {
        self.check_enabled()?;
        let query = if cfg!(windows) { ("pattern", r"\.notion-auth$") } else { ("service", SERVICE) };
        let entries = store()?.search(&HashMap::from([query])).map_err(keychain_problem)?;
        let accounts = entries.iter().filter_map(|entry| {
            // These are attributes, which are read without the secret.
            let (service, account) = entry.get_specifiers()?;
            (service == SERVICE).then(|| Account::from_key(&account)).flatten()
        });
        Ok(Some(accounts.collect()))
    }

    fn probe(&self) -> ProbeOutcome {
        match &self.disabled_by {
            Some(value) => KeychainState::Disabled { value: value.clone() }.into(),
            None => round_trip_probe(self),
        }
    }
}

/// Reads the entry of another program, by its service and account. Creates nothing if there is none. It holds a password, which
/// Windows keeps in UTF-16, where ours hold bytes.
pub fn read_foreign(service: &str, account: &str) -> Result<Option<Secret>, Problem> {
    read(&entry(service, account, None)?, keyring_core::Entry::get_password)
}

fn entry(service: &str, account: &str, modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry, Problem> {
    store()?.build(service, account, modifiers).map(|inner| Entry { inner }).map_err(keychain_problem)
}

fn store() -> Result<Arc<Store>, Problem> {
    Store::new().map_err(|error| Problem::new(ProblemCode::KeychainAbsent).with_evidence(error.to_string()))
}

/// Reads the text of an entry.
type GetText = fn(&keyring_core::Entry) -> keyring_core::Result<String>;

fn read(entry: &Entry, get_text: GetText) -> Result<Option<Secret>, Problem> {
    match get_text(&entry.inner) {
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(Error::NoEntry) => Ok(None),
        Err(Error::Ambiguous(entries)) => read_equal(&entries, get_text).map(Some),
        Err(error) => Err(keychain_problem(error)),
    }
}

/// The secret of several entries of one name, as long as they hold the same. Other programs, a restored backup or an import
/// can make such entries: the Secret Service looks entries up by attributes, which need not be unique
/// (Secret Service API draft, "Lookup Attributes").
fn read_equal(entries: &[keyring_core::Entry], get_text: GetText) -> Result<Secret, Problem> {
    let count = entries.len();
    let mut secrets = entries.iter().map(|entry| get_text(entry).map(Secret::new).map_err(keychain_problem));
    let first = secrets.next().unwrap_or_else(|| Err(ambiguous_problem(count)))?;
    for other in secrets {
        if other? != first {
            return Err(ambiguous_problem(count));
        }
    }
    Ok(first)
}

/// Applies `action` to every entry of this name. Writing the same secret into all of them repairs what `read` cannot decide, and
/// deletes nothing; deleting deletes all of them.
fn for_each_entry(entry: &Entry, action: impl Fn(&Entry) -> keyring_core::Result<()>) -> keyring_core::Result<()> {
    match action(entry) {
        Err(Error::Ambiguous(entries)) => entries.into_iter().try_for_each(|inner| action(&Entry { inner })),
        other => other,
    }
}

fn ambiguous_problem(count: usize) -> Problem {
    Problem::new(ProblemCode::KeychainAmbiguous).with_evidence(format!("{count} entries have this service and account"))
}

/// The attributes of an entry that the platform's store accepts.
fn entry_attributes(label: &str) -> HashMap<&str, &str> {
    if cfg!(target_os = "macos") {
        HashMap::new()
    } else if cfg!(windows) {
        // By default an entry roams to the other machines of a domain account.
        HashMap::from([("persistence", "Local")])
    } else {
        HashMap::from([("label", label)])
    }
}

fn get_text(entry: &keyring_core::Entry) -> keyring_core::Result<String> {
    String::from_utf8(entry.get_secret()?).map_err(|error| Error::BadEncoding(error.into_bytes()))
}

/// The problem of a keychain that exists but refuses.
fn keychain_problem(error: Error) -> Problem {
    match error {
        Error::NoStorageAccess(_) => Problem::new(ProblemCode::KeychainLocked).with_evidence(error.to_string()),
        // Its own text would print the entries.
        Error::Ambiguous(entries) => ambiguous_problem(entries.len()),
        // These two carry the secret's bytes.
        Error::BadEncoding(mut bytes) | Error::BadDataFormat(mut bytes, _) => {
            bytes.zeroize();
            Problem::new(ProblemCode::KeychainFailed).with_evidence("the entry is not in the keychain's own format")
        }
        other => Problem::new(ProblemCode::KeychainFailed).with_evidence(other.to_string()),
    }
}
