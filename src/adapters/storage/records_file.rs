//! `credentials.json`: the record of each credential, and which one is active. Holds no secret.

use super::folders::Folders;
use super::json_file::{JsonFile, Note, SCHEMA_VERSION};
use super::record_search::find_record;
use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, CredentialSource, RememberedAnswers, SecretCopy, StoreKind, remember_copy,
    unique_name,
};
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::io::BufReader;
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct RecordsFile {
    file: JsonFile<RecordsJson>,
}

impl RecordsFile {
    pub fn new(folders: &Folders) -> Self {
        Self { file: JsonFile::new(folders.config.clone(), "credentials.json") }
    }

    /// Checks that there is room for one more record.
    pub fn check_room(&self) -> Result<(), Problem> {
        self.file.check_room()
    }

    pub fn has_temporary_files(&self) -> bool {
        self.file.has_temporary_files()
    }

    pub fn remove_temporary_files(&self) -> Result<(), Problem> {
        self.file.remove_temporary_files()
    }

    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    pub fn load(&self) -> Result<CredentialIndex, Problem> {
        self.file.read_as().map(IndexJson::into_index)
    }

    /// Loads the active record and no other, nor the answers. If the search does not end in a record, loads everything.
    pub fn load_active(&self) -> Result<CredentialIndex, Problem> {
        let Some(record) = self.search(None) else { return self.load() };
        Ok(CredentialIndex { active: Some(record.account.clone()), credentials: vec![record], ..CredentialIndex::default() })
    }

    /// Searches for the record of an account, or for the active one. `None` means that only [`Self::load`] can decide.
    ///
    /// A writer must not rely on it, because damage behind the record goes unnoticed.
    pub fn search(&self, wanted: Option<&Account>) -> Option<CredentialRecord> {
        let file = self.file.open().ok()??;
        find_record(BufReader::new(file), wanted).map(sanitize_record)
    }

    /// Edits the records in the order in which they are listed, and stores them with the active one first.
    fn update<T>(&self, edit: impl FnOnce(&mut RecordsJson) -> T) -> Result<(T, Note), Problem> {
        self.file.update(|document| {
            restore_order(&mut document.credentials, document.first_position.take());
            let outcome = edit(document);
            document.put_active_first();
            outcome
        })
    }

    /// Adds the record, or replaces the one with the same account.
    pub fn put(&self, record: CredentialRecord, make_active: bool) -> Result<Note, Problem> {
        self.update(|document| document.put(record, make_active)).map(join_notes)
    }

    /// Puts a record in the place of another one. If that one was active, the new one is.
    pub fn replace(&self, replaced: &Account, record: CredentialRecord) -> Result<Note, Problem> {
        let edit = |document: &mut RecordsJson| {
            let account = record.account.clone();
            if account != *replaced {
                document.credentials.retain(|entry| entry.record.account != account);
            }
            let was_active = document.mark(record.is_mcp()).as_ref() == Some(replaced);
            if was_active {
                *document.mark(record.is_mcp()) = Some(account);
            }
            match document.credentials.iter_mut().find(|entry| entry.record.account == *replaced) {
                Some(entry) => entry.record = record,
                None => document.credentials.push(RecordJson { record, unknown: Map::new() }),
            }
        };
        self.update(edit).map(|((), note)| note)
    }

    /// Remembers a copy of a credential's token in a secret manager. Returns `false` if no record has this account.
    pub fn remember_copy(&self, account: &Account, copy: SecretCopy) -> Result<bool, Problem> {
        let edit = |document: &mut RecordsJson| {
            let found = document.credentials.iter_mut().find(|entry| entry.record.account == *account);
            found.map(|entry| remember_copy(&mut entry.record.sent_to, copy)).is_some()
        };
        self.update(edit).map(|(is_there, _)| is_there)
    }

    /// Records a login that `ntn` stores, and makes it the active credential.
    ///
    /// It replaces an earlier record of the same workspace, because `ntn` keeps one login of each. If one of ours has the account,
    /// the record gets a key of its own: in the place of ours, it would leave a secret that no record knows.
    pub fn put_ntn_login(&self, mut record: CredentialRecord) -> Result<Note, Problem> {
        let edit = |document: &mut RecordsJson| {
            let login = CredentialSource::Ntn { workspace: record.workspace.id.clone() };
            let ours = |account: &Account| {
                document.credentials.iter().any(|entry| entry.record.account == *account && !entry.record.refers_to(&login))
            };
            if ours(&record.account) {
                let actor = record.account.actor().map(str::to_owned);
                record.account.name = "ntn".into();
                record.account = record.account.with_actor(actor.as_deref());
            }
            if let Some(earlier) = document.credentials.iter_mut().find(|entry| entry.record.refers_to(&login)) {
                let before = earlier.record.account.clone();
                // Without a known actor, the record keeps its key.
                if record.account.actor().is_none() {
                    record.account = before.clone();
                }
                // The person may be another one now; the workspace is the same.
                record.workspace.name = record.workspace.name.take().or_else(|| earlier.record.workspace.name.clone());
                earlier.record.account = record.account.clone();
                if document.active.as_ref() == Some(&before) {
                    document.active = Some(record.account.clone());
                }
            }
            document.put(record, true)
        };
        self.update(edit).map(join_notes)
    }

    /// Saves a person's answers; `None` leaves the stored answer unchanged.
    pub fn remember_answers(&self, answers: &RememberedAnswers) -> Result<Note, Problem> {
        let answers = AnswersJson::from_answers(answers).map_err(|error| Problem::bug(error.to_string()))?;
        self.update(|document| document.answers.merge(answers)).map(|((), note)| note)
    }

    /// Makes a credential the active one of its kind. Returns `false` if none has this account.
    pub fn activate(&self, account: &Account) -> Result<bool, Problem> {
        let edit = |document: &mut RecordsJson| {
            let found = document.credentials.iter().find(|entry| entry.record.account == *account);
            let Some(is_mcp) = found.map(|entry| entry.record.is_mcp()) else { return false };
            *document.mark(is_mcp) = Some(account.clone());
            true
        };
        self.update(edit).map(|(is_there, _)| is_there)
    }

    /// Gives a record another key, and leaves everything else of it as it is. Changes nothing if that key is taken.
    pub fn rename(&self, from: &Account, to: &Account) -> Result<Note, Problem> {
        let edit = |document: &mut RecordsJson| {
            if document.credentials.iter().any(|entry| entry.record.account == *to) {
                return;
            }
            if let Some(entry) = document.credentials.iter_mut().find(|entry| entry.record.account == *from) {
                entry.record.account = to.clone();
                for mark in [&mut document.active, &mut document.active_mcp] {
                    if mark.as_ref() == Some(from) {
                        *mark = Some(to.clone());
                    }
                }
            }
        };
        self.update(edit).map(|((), note)| note)
    }

    /// Removes the record; if it was the active one, none is active.
    pub fn remove(&self, account: &Account) -> Result<Note, Problem> {
        let edit = |document: &mut RecordsJson| {
            document.credentials.retain(|entry| entry.record.account != *account);
            for is_mcp in [false, true] {
                document.mark(is_mcp).take_if(|marked| marked == account);
            }
        };
        self.update(edit).map(|((), note)| note)
    }

    /// Records when the access token of a sign-in to Notion MCP is to be renewed.
    pub fn set_renewal_time(&self, account: &Account, renew_at: Option<Timestamp>) -> Result<Note, Problem> {
        let edit = |document: &mut RecordsJson| {
            let found = document.credentials.iter_mut().find(|entry| entry.record.account == *account);
            if let Some(mcp) = found.and_then(|entry| entry.record.mcp.as_mut()) {
                mcp.access_renew_at = renew_at;
            }
        };
        self.update(edit).map(|((), note)| note)
    }
}

/// Joins the notes of the file and of the change.
fn join_notes((change, file): (Note, Note)) -> Note {
    match (file, change) {
        (Some(file), Some(change)) => Some(format!("{file}; {change}")),
        (file, change) => file.or(change),
    }
}

/// Sanitises the text of a record, which anyone may have written. The account is left as it is, because it is a key.
fn sanitize_record(mut record: CredentialRecord) -> CredentialRecord {
    record.workspace.id = sanitize(&record.workspace.id);
    record.workspace.name = record.workspace.name.as_deref().map(sanitize);
    record.user = record.user.as_deref().map(sanitize);
    record
}

/// Moves the first record to the position at which it is listed, so that a switch does not change the list that a person sees.
fn restore_order<Record>(records: &mut [Record], first_position: Option<usize>) {
    if let Some(before) = first_position.and_then(|position| records.get_mut(..=position)) {
        before.rotate_left(1);
    }
}

/// The part that a reader needs. Unknown fields are skipped: carrying them along costs milliseconds with a thousand records.
#[derive(Default, Deserialize)]
struct IndexJson {
    active: Option<Account>,
    active_mcp: Option<Account>,
    first_position: Option<usize>,
    credentials: Vec<CredentialRecord>,
    #[serde(flatten)]
    answers: AnswersJson,
}

impl IndexJson {
    fn into_index(self) -> CredentialIndex {
        let Self { active, active_mcp, first_position, mut credentials, answers } = self;
        restore_order(&mut credentials, first_position);
        CredentialIndex {
            active,
            active_mcp,
            credentials: credentials.into_iter().map(sanitize_record).collect(),
            remembered: answers.into_answers(),
            workspace_variable: None,
        }
    }
}

/// A person's answers, as they were found: a newer version may know more of them.
#[derive(Debug, Default, Serialize, Deserialize)]
struct AnswersJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    standing: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    connection: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runbooks: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    team_profiles: Option<Value>,
}

impl AnswersJson {
    fn from_answers(answers: &RememberedAnswers) -> serde_json::Result<Self> {
        Ok(Self {
            standing: answers.profile.as_ref().map(serde_json::to_value).transpose()?,
            connection: answers.connection.as_ref().map(serde_json::to_value).transpose()?,
            runbooks: (!answers.runbooks.is_empty()).then(|| serde_json::to_value(&answers.runbooks)).transpose()?,
            team_profiles: (!answers.team_profiles.is_empty()).then(|| serde_json::to_value(&answers.team_profiles)).transpose()?,
        })
    }

    /// Answers that cannot be read count as missing, so that they do not block the credentials.
    fn into_answers(self) -> RememberedAnswers {
        fn understood<T: DeserializeOwned>(value: Option<Value>) -> Option<T> {
            value.and_then(|value| serde_json::from_value(value).ok())
        }
        fn understood_entries<T: DeserializeOwned>(list: Option<Value>) -> Vec<T> {
            entries(list).into_iter().filter_map(|entry| understood(Some(entry))).collect()
        }
        RememberedAnswers {
            profile: understood(self.standing),
            connection: understood(self.connection),
            runbooks: understood_entries(self.runbooks),
            team_profiles: understood_entries(self.team_profiles),
        }
    }

    fn merge(&mut self, later: Self) {
        self.standing = later.standing.or_else(|| self.standing.take());
        self.connection = later.connection.or_else(|| self.connection.take());
        merge_entries(&mut self.runbooks, later.runbooks, "folder", RememberedAnswers::MAX_RUNBOOKS);
        merge_entries(&mut self.team_profiles, later.team_profiles, "sha256", RememberedAnswers::MAX_TEAM_PROFILES);
    }
}

/// Adds the later entries to a list, in the place of those with the same key. An unreadable entry stays until a new one replaces it.
fn merge_entries(list: &mut Option<Value>, later: Option<Value>, key: &str, limit: usize) {
    let Some(later) = later else { return };
    let later = entries(Some(later));
    let mut all = entries(list.take());
    all.retain(|known| later.iter().all(|newer| newer.get(key) != known.get(key)));
    all.extend(later);
    all.drain(..all.len().saturating_sub(limit));
    *list = Some(Value::Array(all));
}

fn entries(list: Option<Value>) -> Vec<Value> {
    match list {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    }
}

/// The part that a writer needs. Fields that this version does not know are carried along, so that an older version keeps the data
/// of a newer one.
#[derive(Debug, Serialize, Deserialize)]
struct RecordsJson {
    schema: u32,
    active: Option<Account>,
    /// The active one of the credentials for Notion MCP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_mcp: Option<Account>,
    /// The position in the list of the record that is stored first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_position: Option<usize>,
    credentials: Vec<RecordJson>,
    #[serde(flatten)]
    answers: AnswersJson,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl Default for RecordsJson {
    fn default() -> Self {
        Self {
            schema: SCHEMA_VERSION,
            active: None,
            active_mcp: None,
            first_position: None,
            credentials: Vec::new(),
            answers: AnswersJson::default(),
            unknown: Map::new(),
        }
    }
}

impl RecordsJson {
    /// The mark of the active credential of one kind.
    fn mark(&mut self, is_mcp: bool) -> &mut Option<Account> {
        if is_mcp { &mut self.active_mcp } else { &mut self.active }
    }

    /// Stores the active record first, so that a search for it ends there.
    fn put_active_first(&mut self) {
        let position = self.credentials.iter().position(|entry| Some(&entry.record.account) == self.active.as_ref());
        self.first_position = position.filter(|position| *position > 0);
        if let Some(before) = self.first_position.and_then(|position| self.credentials.get_mut(..=position)) {
            before.rotate_right(1);
        }
    }

    /// The note names the record that is replaced, and another one that was active until now.
    fn put(&mut self, record: CredentialRecord, make_active: bool) -> Note {
        let displaced = if make_active { self.mark(record.is_mcp()).replace(record.account.clone()) } else { None };
        let displaced = displaced.filter(|account| *account != record.account);
        let displaced = displaced.and_then(|account| self.credentials.iter().find(|entry| entry.record.account == account));
        let all: Vec<_> = self.credentials.iter().map(|entry| &entry.record).chain([&record]).collect();
        let displaced = displaced.map(|RecordJson { record, .. }| {
            format!("now active; {} is still saved (switch back with notion-auth switch)", sanitize(&unique_name(record, &all)))
        });
        let Some(entry) = self.credentials.iter_mut().find(|entry| entry.record.account == record.account) else {
            // An entry of an earlier version that is about to get its full name keeps its place in the list.
            let nameless = record.account.with_actor(None);
            let before = self.credentials.iter().position(|entry| entry.record.account == nameless);
            let place = before.map_or(self.credentials.len(), |before| before + 1);
            self.credentials.insert(place, RecordJson { record, unknown: Map::new() });
            return displaced;
        };
        // Recording a login of ntn again does not replace anything.
        let is_change = record.store != StoreKind::Ntn || entry.record.user != record.user;
        let earlier = std::mem::replace(&mut entry.record, record);
        let user = earlier.user.as_deref().map(|user| format!(", as {}", sanitize(user))).unwrap_or_default();
        let replaced = is_change.then(|| format!("replaces the credential saved on {}{user}", earlier.saved_on));
        join_notes((displaced, replaced))
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordJson {
    #[serde(flatten)]
    record: CredentialRecord,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}
