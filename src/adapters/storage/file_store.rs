//! `secrets.json`: secrets in plain text, for machines without a keychain. Written only after the person agreed to it.

use super::folders::Folders;
use super::json_file::{JsonFile, Note, SCHEMA_VERSION};
use super::secret_store::SecretStore;
use crate::domain::credentials::Account;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct FileStore {
    file: JsonFile<SecretsJson>,
}

impl FileStore {
    pub fn new(folders: &Folders) -> Self {
        Self { file: JsonFile::new(folders.config.clone(), "secrets.json") }
    }

    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    /// Checks that there is room for one more secret.
    pub fn check_room(&self) -> Result<(), Problem> {
        self.file.check_room()
    }

    pub fn has_temporary_files(&self) -> bool {
        self.file.has_temporary_files()
    }

    pub fn remove_temporary_files(&self) -> Result<(), Problem> {
        self.file.remove_temporary_files()
    }

    /// True if the whole file has the expected form.
    pub fn check(&self) -> Result<(), Problem> {
        self.file.read().map(|_| ())
    }
}

impl SecretStore for FileStore {
    fn name(&self) -> &'static str {
        "private file"
    }

    fn place(&self, _account: &Account) -> String {
        self.path().display().to_string()
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        let edit = |document: &mut SecretsJson| document.secrets.insert(account.key(), SecretJson(secret.clone()));
        self.file.update(edit).map(|(_, note)| note)
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        let Some(content) = self.file.content()? else { return Ok(None) };
        if let Some(secrets) = borrow_secrets(&content) {
            return Ok(secrets.get(account.key().as_str()).copied().map(Secret::new));
        }
        let mut document = self.file.read()?;
        Ok(document.secrets.remove(&account.key()).map(|stored| stored.0))
    }

    fn accounts(&self) -> Result<Option<Vec<Account>>, Problem> {
        let keys = self.file.read()?.secrets.into_keys();
        Ok(Some(keys.filter_map(|key| Account::from_key(&key)).collect()))
    }

    /// Writes only if there is something to remove, so that a query never creates a file or sets one aside.
    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        if self.read(account)?.is_none() {
            return Ok(false);
        }
        self.file.update(|document| document.secrets.remove(&account.key())).map(|(removed, _)| removed.is_some())
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct SecretsJson {
    schema: u32,
    secrets: BTreeMap<String, SecretJson>,
    /// Carried along, so that an older version keeps the data of a newer one.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// The secrets as slices of the content, so that only the requested one is copied.
#[derive(Deserialize)]
struct BorrowedSecretsJson<'a> {
    schema: u32,
    #[serde(borrow)]
    secrets: BTreeMap<&'a str, &'a str>,
}

/// Returns `None` for a document that has to be read in the usual way: it may be damaged, or of a newer schema, or a text has an
/// escape in it, which cannot be borrowed.
fn borrow_secrets(content: &[u8]) -> Option<BTreeMap<&str, &str>> {
    let document: BorrowedSecretsJson = serde_json::from_slice(content).ok()?;
    (document.schema <= SCHEMA_VERSION).then_some(document.secrets)
}

impl Default for SecretsJson {
    fn default() -> Self {
        Self { schema: SCHEMA_VERSION, secrets: BTreeMap::new(), unknown: Map::new() }
    }
}

/// The only place where a secret is serialised; the type itself refuses.
#[derive(Debug)]
pub(super) struct SecretJson(pub(super) Secret);

impl Serialize for SecretJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for SecretJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Secret::deserialize(deserializer).map(Self)
    }
}
