//! Needs gnome-keyring and D-Bus: `doctor` examines a real keychain.

use crate::installed::secret_service::SecretService;
use crate::support::doctor_document::{doctor, evidence, the};
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;

#[test]
fn a_real_keychain_is_tried_out_and_gives_its_secret_back() {
    let (service, notion) = (SecretService::start(), FakeNotion::start(respond_as_member));
    let home = Sandbox::with_notion(&notion).with_keychain(&service);
    assert_eq!(home.run("login --token-stdin", TOKEN).exit_code, Some(0));
    let (code, document) = doctor(&home, "");
    assert_eq!(code, Some(0), "{document:#}");
    assert_eq!(evidence(&document, "environment.keychain"), "Secret Service works: a test entry was written and read back.");
    assert_eq!(evidence(&document, "storage.read_back"), "The keychain returns it.");

    drop(service);
    let (code, document) = doctor(&home, "");
    assert_eq!((code, &the(&document, "storage.read_back")["verdict"]), (Some(1), &"fail".into()), "{document:#}");
}

#[test]
fn a_keychain_without_a_collection_is_called_locked() {
    let service = SecretService::without_collection();
    let home = Sandbox::with_notion(&FakeNotion::start(respond_as_member)).with_keychain(&service);
    let (_, document) = doctor(&home, "");
    let keychain = the(&document, "environment.keychain");
    assert_eq!(keychain["verdict"], "warn", "{keychain}");
    assert!(keychain["evidence"].as_str().unwrap().starts_with("Locked"), "{keychain}");
}
