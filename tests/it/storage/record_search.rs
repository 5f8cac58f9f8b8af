//! The search for one record answers as a full read does, wherever it ends.

use super::{Home, TOKEN, account, read, record, secrets, write};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::records_file::RecordsFile;
use notion_auth::domain::credentials::{Account, CredentialIndex, StoreKind};
use notion_auth::domain::problem::{Problem, ProblemCode};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A document in the order in which it is written, or in another one.
#[derive(Clone, Debug)]
struct RandomDocument {
    workspaces: Vec<u8>,
    /// The workspace of the active record, which may have none.
    active: Option<u8>,
    schema: u32,
    first_position: Option<usize>,
    has_schema_last: bool,
    /// The part of the text that is left, in percent.
    length: usize,
}

fn name(workspace: u8) -> String {
    format!("w{workspace}")
}

impl RandomDocument {
    fn whole(&self) -> String {
        let records: Vec<_> = self.workspaces.iter().map(|number| record(&name(*number), StoreKind::File)).collect();
        let active = self.active.map(|number| account(&name(number)));
        let rest = json!({ "active": active, "credentials": records, "first_position": self.first_position, "standing": {} });
        let rest = rest.to_string();
        let inner = rest.trim_start_matches('{').trim_end_matches('}');
        // The answers end with a brace of their own.
        let inner = format!("{inner}}}");
        let schema = format!("\"schema\": {}", self.schema);
        if self.has_schema_last { format!("{{{inner}, {schema}}}") } else { format!("{{{schema}, {inner}}}") }
    }

    fn text(&self) -> String {
        let whole = self.whole();
        whole.chars().take(whole.len() * self.length / 100).collect()
    }
}

fn document() -> impl Strategy<Value = RandomDocument> {
    let length = prop_oneof![3 => Just(100), 1 => 0_usize..100];
    let schema = prop_oneof![4 => Just(1_u32), 1 => Just(2)];
    let first = prop::option::of(0_usize..6);
    (prop::collection::vec(0_u8..6, 0..6), prop::option::of(0_u8..6), schema, first, any::<bool>(), length).prop_map(
        |(workspaces, active, schema, first_position, has_schema_last, length)| RandomDocument {
            workspaces,
            active,
            schema,
            first_position,
            has_schema_last,
            length,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_search_answers_as_a_full_read_does(document in document()) {
        let home = Home::new();
        let records = RecordsFile::new(&home.folders());
        let path = home.put("credentials.json", &document.whole());
        let whole = records.load();
        write(&path, &document.text());
        let full = records.load();
        let active = |index: &Result<CredentialIndex, Problem>| index.as_ref().ok().and_then(CredentialIndex::active_record).cloned();

        let quick = records.load_active();
        if active(&quick).is_some() {
            // Damage behind the record does not change the answer.
            prop_assert_eq!(active(&quick), active(&whole));
        } else {
            prop_assert_eq!(&quick, &full);
        }
        prop_assert!(full.is_err() || active(&quick) == active(&full));

        for workspace in 0..6 {
            let wanted = account(&name(workspace));
            let is_wanted = |index: &CredentialIndex| index.credentials.iter().find(|record| record.account == wanted).cloned();
            let searched = records.search(Some(&wanted));
            prop_assert!(searched.is_none() || searched == whole.as_ref().ok().and_then(is_wanted));
            prop_assert!(document.has_schema_last || full.is_err() || searched == full.as_ref().ok().and_then(is_wanted));
        }
    }
}

/// The accounts in the order of the file.
fn stored(home: &Home) -> Vec<Account> {
    let document: Value = serde_json::from_str(&read(&home.file("credentials.json"))).unwrap();
    let records = document["credentials"].as_array().unwrap().iter();
    records.map(|record| serde_json::from_value(record["account"].clone()).unwrap()).collect()
}

#[test]
fn the_active_record_is_stored_first_and_the_list_keeps_its_order() {
    let home = Home::new();
    let records = RecordsFile::new(&home.folders());
    let all = ["w1", "w2", "w3", "w4"];
    for workspace in all {
        records.put(record(workspace, StoreKind::File), true).unwrap();
    }
    let listed = || records.load().unwrap().credentials.into_iter().map(|record| record.account).collect::<Vec<_>>();
    for workspace in ["w3", "w1", "w4", "w2"] {
        records.activate(&account(workspace)).unwrap();
        assert_eq!(stored(&home).first(), Some(&account(workspace)));
        assert_eq!(listed(), all.map(account));
        let active = records.load_active().unwrap();
        assert_eq!((active.active, active.credentials), (Some(account(workspace)), vec![record(workspace, StoreKind::File)]));
    }
    records.remove(&account("w2")).unwrap();
    assert_eq!((stored(&home), listed()), (["w1", "w3", "w4"].map(account).to_vec(), ["w1", "w3", "w4"].map(account).to_vec()));
}

#[test]
fn one_of_a_thousand_is_found_in_an_old_order_too() {
    let home = Home::new();
    let records: Vec<_> = (0..1000).map(|number| record(&format!("w{number}"), StoreKind::File)).collect();
    let last = records.last().map(|record| record.account.clone());
    let document = json!({ "active": last, "credentials": records });
    let document = document.to_string().replacen('{', "{\"schema\": 1, ", 1);
    home.put("credentials.json", &document);
    let file = RecordsFile::new(&home.folders());
    assert_eq!(file.load_active().unwrap().credentials, [record("w999", StoreKind::File)]);
    assert_eq!(file.search(Some(&account("w500"))), Some(record("w500", StoreKind::File)));
}

#[test]
fn damage_behind_the_active_record_stops_writers_and_no_reader_of_it() {
    let home = Home::new();
    let store = LocalStore::new(&home.folders(), Some("off".into()));
    for workspace in ["w1", "w2"] {
        store.save_blocking(record(workspace, StoreKind::File), &secrets(TOKEN)).unwrap();
    }
    let path = home.file("credentials.json");
    let damaged = read(&path).trim_end().trim_end_matches('}').to_owned();
    write(&path, &damaged);
    assert_eq!(store.load_blocking(&account("w2")), Ok(secrets(TOKEN)));
    assert_eq!(store.activate_blocking(&account("w2")).unwrap_err().code, ProblemCode::FileCorrupt);
    assert_eq!(store.load_index_blocking().unwrap_err().code, ProblemCode::FileCorrupt);
    assert_eq!(read(&path), damaged);
}
