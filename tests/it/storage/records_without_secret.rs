//! Records without a secret: a login that `ntn` stores, and a person's profile.

use super::{Home, TOKEN, account, read, record, secrets, write};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::domain::credentials::{CredentialRecord, CredentialSource, ProfileDecision, RememberedAnswers, StoreKind};
use notion_auth::domain::oauth::{ConnectionRecord, RedirectUri};
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::workers::Runbook;
use notion_auth::runtime::ports::CredentialStore;

/// The keychain is turned off: whatever asked it would fail.
fn store(home: &Home) -> LocalStore {
    LocalStore::new(&home.folders(), Some("0".into()))
}

fn of_ntn(workspace: &str) -> CredentialRecord {
    record(workspace, StoreKind::Ntn)
}

fn standing() -> MemberProfile {
    MemberProfile { role: MemberRole::Member, plan: Plan::Business, ..MemberProfile::default() }
}

#[test]
fn a_noted_login_is_active_and_has_no_secret_here() {
    let home = Home::new();
    let store = store(&home);
    let receipt = store.record_ntn_login_blocking(of_ntn("w")).unwrap();
    assert_eq!((receipt.store, receipt.place.as_str(), receipt.note), (StoreKind::Ntn, "managed by ntn", None));
    assert_eq!(store.load_index_blocking().unwrap().active_record(), Some(&of_ntn("w")));
    assert_eq!(home.files(), ["credentials.json"]);
    let problem = store.load_blocking(&account("w")).unwrap_err();
    assert_eq!(problem.code, ProblemCode::SecretMissing);
    assert_eq!(problem.evidence.as_deref(), Some("w/token: ntn keeps it, not notion-auth"));
}

/// In its place, our secret would be one that nobody knows about.
#[test]
fn one_of_ours_with_that_account_stays_and_the_note_goes_beside_it() {
    let home = Home::new();
    let store = store(&home);
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    store.record_ntn_login_blocking(of_ntn("w")).unwrap();
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(TOKEN)));
    let index = store.load_index_blocking().unwrap();
    let accounts: Vec<_> = index.credentials.iter().map(|record| (record.account.key(), record.store)).collect();
    assert_eq!(accounts, [("w/token".into(), StoreKind::File), ("w/ntn".into(), StoreKind::Ntn)]);
    assert_eq!(index.active.map(|account| account.key()), Some("w/ntn".into()));
}

#[test]
fn a_second_login_to_a_workspace_takes_the_place_of_the_first() {
    let home = Home::new();
    let store = store(&home);
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    store.record_ntn_login_blocking(of_ntn("w")).unwrap();
    let mut second = of_ntn("W");
    (second.user, second.workspace.name) = (None, None);
    store.record_ntn_login_blocking(second).unwrap();
    let index = store.load_index_blocking().unwrap();
    assert_eq!(index.credentials.len(), 2);
    let noted = index.active_record().unwrap();
    assert!(noted.refers_to(&CredentialSource::Ntn { workspace: "w".into() }));
    assert_eq!(noted.workspace.name.as_deref(), Some("Example Space"), "the workspace is the same");
    assert_eq!(noted.user, None, "the person may be another one");
}

#[test]
fn forgetting_it_removes_the_note_alone() {
    let home = Home::new();
    let store = store(&home);
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    store.record_ntn_login_blocking(of_ntn("w")).unwrap();
    let noted = store.load_index_blocking().unwrap().active.unwrap();
    assert_eq!(store.delete_blocking(&noted), Ok(None));
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(TOKEN)));
    assert_eq!(store.load_index_blocking().unwrap().credentials, [record("w", StoreKind::File)]);
}

#[test]
fn keeping_a_token_of_that_account_ourselves_replaces_the_note() {
    let home = Home::new();
    let store = store(&home);
    store.record_ntn_login_blocking(of_ntn("w")).unwrap();
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    assert_eq!(store.load_index_blocking().unwrap().credentials, [record("w", StoreKind::File)]);
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(TOKEN)));
}

#[test]
fn fields_of_a_newer_version_survive_a_second_note() {
    let home = Home::new();
    let store = store(&home);
    store.record_ntn_login_blocking(of_ntn("w")).unwrap();
    let path = home.file("credentials.json");
    write(&path, &read(&path).replace(r#""kind":"#, r#""seen_on": "2027-01-01", "kind":"#));
    store.record_ntn_login_blocking(of_ntn("w")).unwrap();
    assert!(read(&path).contains(r#""seen_on": "2027-01-01""#));
}

#[tokio::test]
async fn what_was_said_survives_everything_that_is_written_later() {
    let home = Home::new();
    let store = store(&home);
    store.remember_answers(RememberedAnswers::from_profile(standing())).await.unwrap();
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    store.record_ntn_login_blocking(of_ntn("v")).unwrap();
    store.delete_blocking(&account("w")).unwrap();
    assert_eq!(store.load_index_blocking().unwrap().remembered.profile, Some(standing()));
}

#[tokio::test]
async fn an_answer_that_only_a_newer_version_knows_is_not_told_and_not_lost() {
    let home = Home::new();
    for broken in [r#"{"role":"emperor"}"#, r#""a text""#, "[]", "7"] {
        let path = home.put("credentials.json", &format!(r#"{{"schema":1,"active":null,"credentials":[],"standing":{broken}}}"#));
        let store = store(&home);
        assert_eq!(store.load_index_blocking().map(|index| index.remembered.profile), Ok(None), "{broken}");
        store.record_ntn_login_blocking(of_ntn("w")).unwrap();
        let kept: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        assert_eq!(kept["standing"], serde_json::from_str::<serde_json::Value>(broken).unwrap());
        store.remember_answers(RememberedAnswers::from_profile(standing())).await.unwrap();
        assert_eq!(store.load_index_blocking().unwrap().remembered.profile, Some(standing()));
    }
}

fn decision() -> ProfileDecision {
    ProfileDecision { sha256: "ab".repeat(32), used: true }
}

fn runbook() -> Runbook {
    let runbook = Runbook::new("/home/fake/worker".into(), "github".into(), "github-oauth".into());
    Runbook { registered: true, ..runbook }
}

#[tokio::test]
async fn what_was_said_of_one_thing_leaves_the_others() {
    let home = Home::new();
    let store = store(&home);
    let note = ConnectionRecord { client_id: "fake-client".into(), redirect: RedirectUri { port: 9876 } };
    store.remember_answers(RememberedAnswers::from_profile(standing())).await.unwrap();
    store.remember_answers(RememberedAnswers { connection: Some(note.clone()), ..RememberedAnswers::default() }).await.unwrap();
    store.remember_answers(RememberedAnswers::from_runbook(runbook())).await.unwrap();
    for used in [false, true] {
        let decision = ProfileDecision { used, ..decision() };
        store.remember_answers(RememberedAnswers { team_profiles: vec![decision], ..RememberedAnswers::default() }).await.unwrap();
    }
    let all = RememberedAnswers {
        profile: Some(standing()),
        connection: Some(note),
        runbooks: vec![runbook()],
        team_profiles: vec![decision()],
    };
    assert_eq!(store.load_index_blocking().unwrap().remembered, all);
}

/// Each of them, in a way that only a newer version understands.
#[tokio::test]
async fn a_broken_answer_costs_none_of_the_others_and_no_credential() {
    let home = Home::new();
    let store = store(&home);
    let connection = Some(ConnectionRecord { client_id: "fake-client".into(), redirect: RedirectUri::default() });
    let all =
        RememberedAnswers { profile: Some(standing()), connection, runbooks: vec![runbook()], team_profiles: vec![decision()] };
    for broken in ["standing", "connection", "runbooks", "team_profiles"] {
        store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
        store.remember_answers(all.clone()).await.unwrap();
        let path = home.file("credentials.json");
        let mut document: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        document[broken] = serde_json::json!({"of": ["a", "newer", "version"]});
        document["later"] = serde_json::json!({"another": "field"});
        write(&path, &document.to_string());

        let mut expected = all.clone();
        match broken {
            "standing" => expected.profile = None,
            "connection" => expected.connection = None,
            "runbooks" => expected.runbooks.clear(),
            _ => expected.team_profiles.clear(),
        }
        let index = store.load_index_blocking().unwrap();
        assert_eq!((index.remembered, index.credentials.len()), (expected, 1), "{broken}");
        store.save_blocking(record("v", StoreKind::File), &secrets(TOKEN)).unwrap();
        store.delete_blocking(&account("v")).unwrap();
        let kept: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        for field in ["standing", "connection", "runbooks", "team_profiles", "later"] {
            assert_eq!(kept[field], document[field], "{broken}");
        }
    }
}

fn runbook_of(folder: &str) -> Runbook {
    Runbook { folder: folder.into(), ..runbook() }
}

#[tokio::test]
async fn each_folder_has_its_runbook_and_the_oldest_make_way() {
    let home = Home::new();
    let store = store(&home);
    store.remember_answers(RememberedAnswers::from_runbook(runbook_of("/one"))).await.unwrap();
    store.remember_answers(RememberedAnswers::from_runbook(runbook_of("/two"))).await.unwrap();
    let again = Runbook { redeployed: true, ..runbook_of("/one") };
    store.remember_answers(RememberedAnswers::from_runbook(again.clone())).await.unwrap();
    let told = store.load_index_blocking().unwrap().remembered;
    assert_eq!(told.runbooks, [runbook_of("/two"), again.clone()]);
    assert_eq!(told.runbook_for("/one"), Some(&again));

    let many = (0..RememberedAnswers::MAX_RUNBOOKS).map(|number| runbook_of(&format!("/later/{number}"))).collect();
    let mut remembered = told;
    let later = RememberedAnswers { runbooks: many, ..RememberedAnswers::default() };
    remembered.merge(later.clone());
    store.remember_answers(later.clone()).await.unwrap();
    assert_eq!(remembered.runbooks, later.runbooks);
    assert_eq!(store.load_index_blocking().unwrap().remembered, remembered, "the file and the model agree");
}

#[tokio::test]
async fn a_broken_runbook_loses_only_itself() {
    let home = Home::new();
    let store = store(&home);
    store
        .remember_answers(RememberedAnswers {
            runbooks: vec![runbook_of("/one"), runbook_of("/two")],
            ..RememberedAnswers::default()
        })
        .await
        .unwrap();
    let path = home.file("credentials.json");
    let mut document: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
    document["runbooks"][0]["skipped"] = serde_json::json!(["a_step_of_a_newer_version"]);
    write(&path, &document.to_string());
    assert_eq!(store.load_index_blocking().unwrap().remembered.runbooks, [runbook_of("/two")]);
    store.remember_answers(RememberedAnswers::from_runbook(runbook_of("/three"))).await.unwrap();
    let kept: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
    assert_eq!(kept["runbooks"][0], document["runbooks"][0], "nobody said anything new about it");
    store.remember_answers(RememberedAnswers::from_runbook(runbook_of("/one"))).await.unwrap();
    let all = ["/two", "/three", "/one"].map(runbook_of);
    assert_eq!(store.load_index_blocking().unwrap().remembered.runbooks, all);
}
