//! The storage on this machine: the files, and the credential store on top of them and a keychain.

mod account_locks;
mod child;
mod connection;
mod dialogs;
mod faults;
mod files;
mod homes;
mod identity;
mod interleaving;
mod orders;
mod orphans;
mod record_search;
mod records_without_secret;
mod reset;
mod safety;
mod saving;
mod switching;

use crate::support::scratch::scratch_folder;
use jiff::civil::date;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Account, CredentialRecord, Secrets, StoreKind, TokenKind, Workspace};
use notion_auth::domain::secret::Secret;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";
const OTHER: &str = "ntn_fake_owner_11111111111111111111111111111";

fn account(workspace: &str) -> Account {
    Account { workspace: workspace.into(), name: "token".into() }
}

fn record(workspace: &str, store: StoreKind) -> CredentialRecord {
    CredentialRecord {
        account: account(workspace),
        workspace: Workspace { id: workspace.into(), name: Some("Example Space".into()) },
        user: Some("Ada Example".into()),
        kind: TokenKind::User,
        path: AuthPath::Token,
        store,
        expires_on: Some(date(2027, 1, 31)),
        saved_on: date(2026, 11, 22),
        connection: None,
        mcp: None,
        person: None,
        sent_to: Vec::new(),
        replaced_keys: Vec::new(),
    }
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

/// Returns the secrets of a token.
fn secrets(text: &str) -> Secrets {
    Secrets::from_token(secret(text))
}

/// A folder of ours that does not exist yet, inside one that is removed with the value.
struct Home {
    parent: TempDir,
}

impl Home {
    fn new() -> Self {
        Self { parent: scratch_folder() }
    }

    fn path(&self) -> PathBuf {
        self.parent.path().join("notion-auth")
    }

    fn folders(&self) -> Folders {
        Folders::under(self.path())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Puts a file there, making the folder.
    fn put(&self, name: &str, content: &str) -> PathBuf {
        std::fs::create_dir_all(self.path()).unwrap();
        write(&self.file(name), content);
        self.file(name)
    }

    /// The names of what holds something: neither locks nor spare room.
    fn files(&self) -> Vec<String> {
        let holds = |name: &String| ![".lock", ".spare"].iter().any(|end| name.ends_with(end));
        self.names().into_iter().filter(holds).collect()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.path()).unwrap().map(|entry| name_of(&entry.unwrap().path())).collect();
        names.sort();
        names
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[expect(clippy::disallowed_methods, reason = "looks at what was written")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "prepares what is to be read")]
fn write(path: &Path, content: &str) {
    std::fs::write(path, content).unwrap();
}
