//! Needs gnome-keyring, D-Bus and secret-tool: a reset with a real keychain.
#![cfg(target_os = "linux")]

use crate::installed::secret_service::SecretService;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::reset_output::{removed, would_remove};
use crate::support::sandbox::Sandbox;

#[test]
fn the_real_keychain_is_emptied_of_ours_and_of_nobody_elses() {
    let service = SecretService::start();
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_keychain(&service);
    let run = home.run("login --token-stdin --store keychain", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    service.store(&["service", "notion-cli", "username", "workspace-1"], "ntn_fake_of_ntn_0000000000000000000000000000");
    // Entries are found by their service, even where nobody can say any more which there are.
    home.write_file("credentials.json", "{ half");
    let ours = |service: &SecretService| {
        service.run_secret_tool(&["lookup", "service", "notion-auth", "username", "workspace-1/token@bot-1"])
    };

    let dry = home.run("reset --dry-run", "");
    assert!(would_remove(&dry).contains(&"keychain entry: workspace-1/token@bot-1".to_owned()), "{dry:?}");
    assert_eq!(ours(&service), TOKEN);
    let run = home.run("reset --yes", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(removed(&run), would_remove(&dry));
    assert_eq!(ours(&service), "");
    let other = service.run_secret_tool(&["lookup", "service", "notion-cli", "username", "workspace-1"]);
    assert_eq!(other, "ntn_fake_of_ntn_0000000000000000000000000000");
}
