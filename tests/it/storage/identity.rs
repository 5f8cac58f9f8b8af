//! A credential is known by its workspace and by whom it acts as; what an earlier version kept without that is not lost.

use super::connection::{REFRESH, connection, oauth, three};
use super::{Home, OTHER, TOKEN, account, read, record, secrets};
use notion_auth::adapters::demo::keychain::DemoKeychain;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::json_file::Note;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::credentials::{Account, CredentialRecord, Secrets, StoreKind};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use std::sync::Arc;

fn store(home: &Home) -> LocalStore {
    LocalStore::with_keychain(&home.folders(), Arc::new(DemoKeychain::default()), KeychainLimits::default())
}

/// A credential of workspace `w` that acts as this bot.
fn acting_as(actor: &str, store: StoreKind) -> CredentialRecord {
    CredentialRecord { account: account("w").with_actor(Some(actor)), ..record("w", store) }
}

fn keys(store: &LocalStore) -> Vec<String> {
    store.load_index_blocking().unwrap().credentials.iter().map(|record| record.account.key()).collect()
}

fn active(store: &LocalStore) -> Option<String> {
    store.load_index_blocking().unwrap().active.map(|account| account.key())
}

const BOTH: [StoreKind; 2] = [StoreKind::Keychain, StoreKind::File];

#[test]
fn two_bots_of_one_workspace_stand_side_by_side() {
    for kind in BOTH {
        let home = Home::new();
        let store = store(&home);
        store.save_blocking(acting_as("bot-1", kind), &secrets(TOKEN)).unwrap();
        let receipt = store.save_blocking(acting_as("bot-2", kind), &secrets(OTHER)).unwrap();
        assert_eq!(keys(&store), ["w/token@bot-1", "w/token@bot-2"]);
        assert_eq!(store.load_blocking(&acting_as("bot-1", kind).account), Ok(secrets(TOKEN)));
        assert_eq!(store.load_blocking(&acting_as("bot-2", kind).account), Ok(secrets(OTHER)));
        assert!(receipt.note.unwrap_or_default().contains("(token@bot-1) is still saved"));
    }
}

#[test]
fn the_same_one_again_is_replaced_and_that_is_said() {
    for kind in BOTH {
        let home = Home::new();
        let store = store(&home);
        assert_eq!(store.save_blocking(acting_as("bot-1", kind), &secrets(TOKEN)).unwrap().note, None);
        let note = store.save_blocking(acting_as("bot-1", kind), &secrets(OTHER)).unwrap().note;
        assert_eq!(note.as_deref(), Some("replaces the credential saved on 2026-11-22, as Ada Example"));
        assert_eq!(keys(&store), ["w/token@bot-1"]);
    }
}

#[test]
fn an_entry_without_an_actor_is_only_replaced_by_the_very_same_token() {
    for kind in BOTH {
        for (token, expected) in [(TOKEN, &["w/token@bot-1"][..]), (OTHER, &["w/token", "w/token@bot-1"][..])] {
            let home = Home::new();
            let store = store(&home);
            store.save_blocking(record("w", kind), &secrets(TOKEN)).unwrap();
            store.save_blocking(acting_as("bot-1", kind), &secrets(token)).unwrap();
            assert_eq!(keys(&store), expected);
            assert_eq!(active(&store).as_deref(), Some("w/token@bot-1"));
            let is_left = store.load_blocking(&account("w")).is_ok();
            assert_eq!(is_left, token == OTHER, "what nobody has told to be the same stays");
        }
    }
}

#[test]
fn reading_rewrites_no_entry_of_an_earlier_version() {
    let home = Home::new();
    let store = store(&home);
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    let before = ["credentials.json", "secrets.json"].map(|name| read(&home.file(name)));
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(TOKEN)));
    assert_eq!(keys(&store), ["w/token"]);
    assert_eq!(["credentials.json", "secrets.json"].map(|name| read(&home.file(name))), before);
}

#[test]
fn once_its_bot_is_known_an_entry_is_moved_with_everything_beside_it() {
    for kind in BOTH {
        let home = Home::new();
        let store = store(&home);
        store.save_blocking(connection("w", kind), &three(TOKEN, REFRESH)).unwrap();
        let named = store.identify_blocking(&oauth("w"), "bot-1").unwrap();
        assert_eq!(named.key(), "w/oauth@bot-1");
        assert_eq!(store.load_blocking(&named), Ok(three(TOKEN, REFRESH)));
        assert_eq!((keys(&store), active(&store)), (vec![named.key()], Some(named.key())));
        assert_eq!(
            store.load_index_blocking().unwrap().credentials,
            [CredentialRecord { account: named.clone(), ..connection("w", kind) }]
        );
        let left: Vec<String> = store
            .find_stored_data_blocking()
            .removable
            .into_iter()
            .map(|one| one.place)
            .filter(|place| place.starts_with("w/"))
            .collect();
        let entries: &[&str] = if kind == StoreKind::Keychain {
            &["w/oauth-client-secret@bot-1", "w/oauth-refresh@bot-1", "w/oauth@bot-1"]
        } else {
            &[]
        };
        assert!(left.iter().all(|place| entries.contains(&place.as_str())), "{left:?}");
        assert_eq!(store.identify_blocking(&named, "bot-2"), Ok(named), "who it acts as is told once");
    }
}

#[test]
fn one_that_is_not_active_does_not_become_so_by_being_moved() {
    let home = Home::new();
    let store = store(&home);
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    store.save_blocking(record("v", StoreKind::File), &secrets(OTHER)).unwrap();
    store.identify_blocking(&account("w"), "bot-1").unwrap();
    assert_eq!((keys(&store), active(&store)), (vec!["w/token@bot-1".into(), "v/token".into()], Some("v/token".into())));
}

/// A move that ended half-way: both entries are there.
#[test]
fn a_move_that_was_cut_off_is_finished_by_the_next_answer_and_never_costs_another_token() {
    let home = Home::new();
    let store = store(&home);
    store.save_blocking(acting_as("bot-1", StoreKind::File), &secrets(TOKEN)).unwrap();
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    store.identify_blocking(&account("w"), "bot-1").unwrap();
    assert_eq!((keys(&store), active(&store)), (vec!["w/token@bot-1".into()], Some("w/token@bot-1".into())));

    store.save_blocking(record("w", StoreKind::File), &secrets(OTHER)).unwrap();
    assert_eq!(store.identify_blocking(&account("w"), "bot-1"), Ok(account("w")));
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(OTHER)), "another token of that bot stays where it is");
}

#[test]
fn a_noted_login_gets_its_actor_too_and_no_second_note() {
    let home = Home::new();
    let store = store(&home);
    store.record_ntn_login_blocking(record("w", StoreKind::Ntn)).unwrap();
    store.identify_blocking(&account("w"), "bot-1").unwrap();
    assert_eq!((keys(&store), active(&store)), (vec!["w/token@bot-1".into()], Some("w/token@bot-1".into())));
    let another = CredentialRecord { user: Some("Bo Example".into()), ..acting_as("bot-2", StoreKind::Ntn) };
    let note = store.record_ntn_login_blocking(another).unwrap().note;
    assert_eq!(keys(&store), ["w/token@bot-2"], "ntn keeps one login of a workspace");
    assert!(note.unwrap_or_default().contains("as Ada Example"), "whose place it takes is said");
}

/// Refuses to write under names that have an actor.
#[derive(Default)]
struct Full(DemoKeychain);

impl SecretStore for Full {
    fn name(&self) -> &'static str {
        "Full"
    }

    fn place(&self, account: &Account) -> String {
        account.key()
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        if account.actor().is_some() {
            return Err(Problem::new(ProblemCode::KeychainFailed).with_evidence("full"));
        }
        self.0.write(account, secret)
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        self.0.read(account)
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        self.0.delete(account)
    }
}

#[test]
fn what_cannot_be_copied_is_not_deleted() {
    let home = Home::new();
    let store = LocalStore::with_keychain(&home.folders(), Arc::new(Full::default()), KeychainLimits::default());
    let kept: Secrets = three(TOKEN, REFRESH);
    store.save_blocking(connection("w", StoreKind::Keychain), &kept).unwrap();
    assert_eq!(store.identify_blocking(&oauth("w"), "bot-1").unwrap_err().code, ProblemCode::KeychainFailed);
    assert_eq!((keys(&store), store.load_blocking(&oauth("w"))), (vec!["w/oauth".into()], Ok(kept)));
}

#[test]
fn a_key_is_taken_apart_as_it_was_put_together() {
    for (actor, name) in [(Some("bot-1"), "token@bot-1"), (Some("a/b@c d"), "token@abcd"), (Some("/"), "token"), (None, "token")] {
        let named = account("w").with_actor(actor);
        assert_eq!((named.name.as_str(), named.path()), (name, "token"));
        assert_eq!(named.with_actor(None), account("w"));
        assert_eq!(named.sibling("refresh").path(), "token-refresh");
        assert_eq!(named.sibling("refresh").actor(), named.actor());
    }
}
