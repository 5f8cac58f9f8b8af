//! How many keys each way to a credential takes, counted from the first frame. A paste counts as one.

use crate::support::connection_fakes::pending;
use crate::support::fakes::{MEMBER, member_identity, workspace};
use crate::support::harness::{Harness, TestEffect, probed, verified_outcome, verified_token};
use notion_auth::domain::credentials::{CredentialIndex, CredentialSource, DiscoveredCredential, Receipt, StoreKind};
use notion_auth::domain::machine::{BrowserState, KeychainState};
use notion_auth::wizard::msg::{ProbeResult, Progress, Task, TaskOutcome};

/// A machine where everything works.
fn start() -> Harness {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: None })));
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
    wizard
}

fn opens(wizard: &mut Harness) -> bool {
    wizard.take_effects().iter().any(|effect| matches!(effect, TestEffect::Start(Task::OpenLink(_))))
}

#[test]
fn a_credential_that_is_here_takes_one_key() {
    let mut wizard = start();
    let source = CredentialSource::Environment;
    let existing =
        DiscoveredCredential { source, place: "here".into(), workspace: Some(workspace("ws-1", "Acme")), unusable: None };
    wizard.reply_discovered(vec![existing], CredentialIndex::default());
    wizard.press("u").reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "verify");
}

#[test]
fn a_token_in_hand_takes_one_paste() {
    let mut wizard = start();
    wizard.paste(MEMBER).reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "verify");
}

#[test]
fn a_browser_login_takes_two_keys() {
    let mut wizard = start();
    wizard.press("3 Enter").send_invitation();
    assert!(opens(&mut wizard), "the browser opens by itself");
}

#[test]
fn a_new_token_takes_three_keys() {
    let mut wizard = start();
    wizard.press("1 Enter");
    assert!(opens(&mut wizard), "Enter opened the portal");
    wizard.paste(MEMBER).reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "verify");
}

#[test]
fn the_portal_is_never_forced_on_somebody_with_a_token() {
    let mut wizard = start();
    wizard.press("1").paste(MEMBER);
    assert!(!opens(&mut wizard));
    wizard.reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "verify");
}

#[test]
fn an_own_connection_takes_five_keys() {
    let mut wizard = start();
    wizard.press("2 Enter");
    wizard.paste("11111111-2222-3333-4444-555555555555").paste("secret_fake_000000000000000000000000000000000000000");
    wizard.reply(TaskOutcome::Completed);
    wizard.send_progress(Progress::AuthorizationPending(Box::new(pending())));
    wizard.take_effects();
    wizard.press("Enter");
    assert!(opens(&mut wizard));
}

#[test]
fn from_verified_to_saved_takes_two_keys_and_a_file_one_more() {
    let mut wizard = start();
    wizard.paste(MEMBER).reply_verified(Ok(member_identity()));
    wizard.press("Enter Enter");
    let receipt = |store| TaskOutcome::Saved(Receipt { store, place: "there".into(), note: None });
    wizard.reply(receipt(StoreKind::Keychain));
    assert_eq!(wizard.screen_name(), "done");
    let mut file = Harness::new();
    file.reply(probed(ProbeResult::Keychain(KeychainState::Absent { evidence: "no bus".into() })));
    file.paste(MEMBER).reply_verified(Ok(member_identity()));
    file.press("Enter Enter y").reply(receipt(StoreKind::File));
    assert_eq!(file.screen_name(), "done");
}

#[test]
fn enter_before_notion_has_answered_skips_nothing() {
    for keys in ["Enter", "Enter Enter Enter"] {
        let mut wizard = start();
        wizard.paste(MEMBER);
        wizard.take_effects();
        wizard.press(keys);
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("token", vec![]), "{keys}");
        wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
        assert_eq!(wizard.screen_name(), "verify", "{keys}");
    }
}
