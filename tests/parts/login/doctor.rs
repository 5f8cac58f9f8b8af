//! Needs gnome-keyring and D-Bus: `doctor` examines a real keychain.

use crate::installed::secret_service::{SecretService, with_patience};
use crate::support::doctor_document::{doctor, evidence, the};
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use serde_json::Value;

fn keychain_is_slow((_, document): &(Option<i32>, Value)) -> bool {
    evidence(document, "environment.keychain").starts_with("No response")
}

#[test]
fn a_real_keychain_is_tried_out_and_gives_its_secret_back() {
    let (service, notion) = (SecretService::start(), FakeNotion::start(respond_as_member));
    let home = Sandbox::with_notion(&notion).with_keychain(&service);
    assert_eq!(home.run("login --token-stdin", TOKEN).exit_code, Some(0));
    let (code, document) = with_patience(|| doctor(&home, ""), keychain_is_slow);
    assert_eq!(code, Some(0), "{document:#}");
    assert_eq!(evidence(&document, "environment.keychain"), "Works: Secret Service.");
    assert_eq!(evidence(&document, "storage.read_back"), "The keychain returns it.");

    drop(service);
    let (code, document) = doctor(&home, "");
    assert_eq!((code, &the(&document, "storage.read_back")["verdict"]), (Some(1), &"fail".into()), "{document:#}");
}

#[test]
fn a_keychain_without_a_collection_is_called_locked() {
    let service = SecretService::without_collection();
    let home = Sandbox::with_notion(&FakeNotion::start(respond_as_member)).with_keychain(&service);
    let (_, document) = with_patience(|| doctor(&home, ""), keychain_is_slow);
    let keychain = the(&document, "environment.keychain");
    assert_eq!(keychain["verdict"], "warn", "{keychain}");
    assert!(keychain["evidence"].as_str().unwrap().starts_with("Locked"), "{keychain}");
}
