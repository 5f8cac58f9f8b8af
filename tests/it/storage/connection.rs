//! The three secrets of an own connection: kept all or none, renewed, forgotten; and that a plain token pays nothing for them.

use super::{Home, OTHER, TOKEN, account, read, record, secret, secrets};
use notion_auth::adapters::demo::keychain::DemoKeychain;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::file_store::FileStore;
use notion_auth::adapters::storage::json_file::Note;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Account, CredentialIndex, CredentialRecord, Secrets, StoreKind};
use notion_auth::domain::oauth::{ConnectionRecord, RedirectUri};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use std::sync::{Arc, Mutex};

pub(super) const REFRESH: &str = "nrt_fake_refresh_0000000000000000000000000000";
pub(super) const NEWER: &str = "nrt_fake_refresh_1111111111111111111111111111";
const CLIENT_SECRET: &str = "secret_fake_client_0000000000000000000000000";

pub(super) fn oauth(workspace: &str) -> Account {
    Account { workspace: workspace.into(), name: "oauth".into() }
}

pub(super) fn connection(workspace: &str, store: StoreKind) -> CredentialRecord {
    let note = ConnectionRecord { client_id: "fake0000-0000-4000-8000-00000000c11d".into(), redirect: RedirectUri::default() };
    CredentialRecord { account: oauth(workspace), path: AuthPath::Oauth, connection: Some(note), ..record(workspace, store) }
}

pub(super) fn three(token: &str, refresh: &str) -> Secrets {
    Secrets { refresh: Some(secret(refresh)), client_secret: Some(secret(CLIENT_SECRET)), ..secrets(token) }
}

/// A keychain in memory that writes down what it is asked, and refuses to write one entry.
#[derive(Default)]
struct RecordingKeychain {
    sound: DemoKeychain,
    asked: Mutex<Vec<String>>,
    refuses: Mutex<Option<&'static str>>,
    /// The number of further writes that succeed.
    writes: Mutex<Option<usize>>,
}

impl RecordingKeychain {
    fn note(&self, what: &str, account: &Account) {
        self.asked.lock().unwrap().push(format!("{what} {}", account.name));
    }

    /// Returns the calls since the last time.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn refuses(&self, name: Option<&'static str>) {
        *self.refuses.lock().unwrap() = name;
    }

    /// From the write of this number on, it refuses them all.
    fn refuses_from(&self, number: usize) {
        *self.writes.lock().unwrap() = Some(number - 1);
    }

    fn holds(&self, name: &str) -> Option<Secret> {
        self.sound.read(&Account { workspace: "w".into(), name: name.into() }).unwrap()
    }

    /// Access token, refresh token, client secret.
    fn all(&self) -> [Option<Secret>; 3] {
        ["oauth", "oauth-refresh", "oauth-client-secret"].map(|name| self.holds(name))
    }
}

impl SecretStore for RecordingKeychain {
    fn name(&self) -> &'static str {
        "Watched"
    }

    fn place(&self, account: &Account) -> String {
        format!("keychain (Watched), account {}", account.key())
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        self.note("write", account);
        let is_used_up = match &mut *self.writes.lock().unwrap() {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        };
        if is_used_up || *self.refuses.lock().unwrap() == Some(account.name.as_str()) {
            return Err(Problem::new(ProblemCode::KeychainLocked).with_evidence("prompt dismissed"));
        }
        self.sound.write(account, secret)
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        self.note("read", account);
        self.sound.read(account)
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        self.note("delete", account);
        self.sound.delete(account)
    }
}

fn store(home: &Home) -> (LocalStore, Arc<RecordingKeychain>) {
    let keychain = Arc::new(RecordingKeychain::default());
    (LocalStore::with_keychain(&home.folders(), keychain.clone(), KeychainLimits::default()), keychain)
}

fn some(texts: [&str; 3]) -> [Option<Secret>; 3] {
    texts.map(|text| Some(secret(text)))
}

#[test]
fn each_secret_is_an_entry_of_its_own_and_all_come_back() {
    for kind in [StoreKind::Keychain, StoreKind::File] {
        let home = Home::new();
        let (store, keychain) = store(&home);
        store.save_blocking(connection("w", kind), &three(TOKEN, REFRESH)).unwrap();
        assert_eq!(store.load_blocking(&oauth("w")), Ok(three(TOKEN, REFRESH)));
        assert_eq!(store.load_index_blocking().unwrap().active_record(), Some(&connection("w", kind)));
        match kind {
            StoreKind::File => {
                let document: serde_json::Value = serde_json::from_str(&read(&home.file("secrets.json"))).unwrap();
                let expected =
                    serde_json::json!({"w/oauth": TOKEN, "w/oauth-refresh": REFRESH, "w/oauth-client-secret": CLIENT_SECRET});
                assert_eq!(document["secrets"], expected);
            }
            _ => assert_eq!(keychain.all(), some([TOKEN, REFRESH, CLIENT_SECRET])),
        }
        let records = read(&home.file("credentials.json"));
        assert!([TOKEN, REFRESH, CLIENT_SECRET].iter().all(|secret| !records.contains(secret)), "{records}");
    }
}

#[test]
fn a_plain_token_costs_no_call_more_than_its_own() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    assert_eq!(keychain.asked(), ["read token", "write token", "read token"]);
    store.load_blocking(&account("w")).unwrap();
    assert_eq!(keychain.asked(), ["read token"]);
    store.delete_blocking(&account("w")).unwrap();
    assert_eq!(keychain.asked(), ["delete token"]);
}

#[test]
fn a_refusal_half_way_leaves_nothing_of_a_first_login() {
    for refused in ["oauth", "oauth-refresh", "oauth-client-secret"] {
        let home = Home::new();
        let (store, keychain) = store(&home);
        keychain.refuses(Some(refused));
        let problem = store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap_err();
        assert_eq!((problem.code, problem.evidence.as_deref()), (ProblemCode::KeychainLocked, Some("prompt dismissed")));
        assert_eq!(keychain.all(), [None, None, None], "{refused}");
        assert_eq!(store.load_index_blocking(), Ok(CredentialIndex::default()));
    }
}

#[test]
fn a_refusal_half_way_leaves_the_earlier_login_as_it_was() {
    for refused in ["oauth", "oauth-refresh", "oauth-client-secret"] {
        let home = Home::new();
        let (store, keychain) = store(&home);
        store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap();
        keychain.refuses(Some(refused));
        let problem = store.save_blocking(connection("w", StoreKind::Keychain), &three(OTHER, NEWER)).unwrap_err();
        keychain.refuses(None);
        assert_eq!(problem.code, ProblemCode::KeychainLocked);
        // The refused entry could not be written back either, and did not change.
        assert_eq!(store.load_blocking(&oauth("w")), Ok(three(TOKEN, REFRESH)), "{refused}");
    }
}

#[test]
fn what_cannot_be_taken_back_is_named() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap();
    // It refuses once the first of the three is written, and then for good.
    keychain.refuses_from(3);
    let problem = store.save_blocking(connection("w", StoreKind::Keychain), &three(OTHER, NEWER)).unwrap_err();
    let seen = "prompt dismissed; the new secret could not be removed from keychain (Watched), account w/oauth-refresh";
    assert_eq!(problem.evidence.as_deref(), Some(seen));
}

#[test]
fn a_login_without_a_refresh_token_removes_that_of_an_earlier_one() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap();
    let without = Secrets { refresh: None, ..three(OTHER, REFRESH) };
    store.save_blocking(connection("w", StoreKind::Keychain), &without).unwrap();
    assert_eq!(store.load_blocking(&oauth("w")), Ok(without));
    assert_eq!(keychain.holds("oauth-refresh"), None);
}

#[test]
fn a_plain_token_in_its_place_removes_what_only_a_connection_has() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap();
    let plain = CredentialRecord { connection: None, ..connection("w", StoreKind::Keychain) };
    store.save_blocking(plain, &secrets(OTHER)).unwrap();
    assert_eq!(keychain.all(), [Some(secret(OTHER)), None, None]);
}

#[test]
fn moving_takes_every_entry_along_and_leaves_no_copy() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(connection("w", StoreKind::File), &three(TOKEN, REFRESH)).unwrap();
    let note = store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap().note.unwrap();
    assert_eq!(note.matches("the earlier copy was removed").count(), 1, "of one file it is said once: {note}");
    assert!(!read(&home.file("secrets.json")).contains("fake"));

    let note = store.save_blocking(connection("w", StoreKind::File), &three(TOKEN, REFRESH)).unwrap().note.unwrap();
    assert!(note.contains("w/oauth-client-secret"), "{note}");
    assert_eq!(keychain.all(), [None, None, None]);
    assert_eq!(store.load_blocking(&oauth("w")), Ok(three(TOKEN, REFRESH)));
}

#[test]
fn a_client_secret_that_is_gone_is_missed_and_a_refresh_token_is_not() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap();
    keychain.sound.delete(&oauth("w").sibling(Secrets::REFRESH_SUFFIX)).unwrap();
    assert_eq!(store.load_blocking(&oauth("w")), Ok(Secrets { refresh: None, ..three(TOKEN, REFRESH) }));
    keychain.sound.delete(&oauth("w").sibling(Secrets::CLIENT_SECRET_SUFFIX)).unwrap();
    let problem = store.load_blocking(&oauth("w")).unwrap_err();
    assert_eq!(problem.code, ProblemCode::SecretMissing);
    assert!(problem.evidence.is_some_and(|seen| seen.contains("w/oauth-client-secret")));
}

#[test]
fn forgetting_removes_every_entry_and_every_copy_in_plain_text() {
    for kind in [StoreKind::Keychain, StoreKind::File] {
        let home = Home::new();
        let (store, keychain) = store(&home);
        store.save_blocking(connection("w", kind), &three(TOKEN, REFRESH)).unwrap();
        let file = FileStore::new(&home.folders());
        file.write(&oauth("w").sibling(Secrets::REFRESH_SUFFIX), &secret(REFRESH)).unwrap();
        assert_eq!(store.delete_blocking(&oauth("w")), Ok(None));
        assert_eq!(keychain.all(), [None, None, None]);
        assert!(!read(&home.file("secrets.json")).contains("fake"));
        assert_eq!(store.load_index_blocking(), Ok(CredentialIndex::default()));
    }
}

#[test]
fn a_newer_pair_goes_in_with_the_refresh_token_first_and_changes_nothing_else() {
    for kind in [StoreKind::Keychain, StoreKind::File] {
        let home = Home::new();
        let (store, keychain) = store(&home);
        store.save_blocking(connection("w", kind), &three(TOKEN, REFRESH)).unwrap();
        store.save_blocking(record("v", kind), &secrets(TOKEN)).unwrap();
        let before = read(&home.file("credentials.json"));
        keychain.asked();
        assert_eq!(store.renew_blocking(&oauth("w"), &three(OTHER, NEWER)), Ok(None));
        assert_eq!(store.load_blocking(&oauth("w")), Ok(three(OTHER, NEWER)));
        assert_eq!(read(&home.file("credentials.json")), before);
        if kind == StoreKind::Keychain {
            let asked = keychain.asked();
            let reserved = ["read oauth-refresh", "write oauth-renewal", "read oauth-renewal"];
            let moved = ["write oauth-refresh", "read oauth-refresh", "write oauth", "read oauth", "delete oauth-renewal"];
            assert_eq!(asked[..8], [&reserved[..], &moved[..]].concat());
        }
    }
}

#[test]
fn of_a_newer_pair_everything_that_can_be_kept_is() {
    for refused in ["oauth", "oauth-refresh"] {
        let home = Home::new();
        let (store, keychain) = store(&home);
        store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap();
        keychain.refuses(Some(refused));
        let renewed = store.renew_blocking(&oauth("w"), &three(OTHER, NEWER));
        // The pair stays where it was written down first, and is found there.
        assert_eq!(renewed.unwrap().map(|problem| problem.code), Some(ProblemCode::KeychainLocked));
        assert_eq!(store.load_blocking(&oauth("w")), Ok(three(OTHER, NEWER)), "{refused}");
    }
}

#[test]
fn what_was_forgotten_meanwhile_does_not_come_back() {
    for kind in [StoreKind::Keychain, StoreKind::File] {
        let home = Home::new();
        let (store, keychain) = store(&home);
        store.save_blocking(connection("w", kind), &three(TOKEN, REFRESH)).unwrap();
        store.delete_blocking(&oauth("w")).unwrap();
        let renewed = store.renew_blocking(&oauth("w"), &three(OTHER, NEWER));
        assert_eq!(renewed.map_err(|problem| problem.code), Err(ProblemCode::NotSignedIn));
        assert_eq!(keychain.all(), [None, None, None]);
        assert_eq!(FileStore::new(&home.folders()).read(&oauth("w").sibling(Secrets::REFRESH_SUFFIX)), Ok(None));
    }
}
