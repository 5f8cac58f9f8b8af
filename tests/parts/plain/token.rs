//! Needs gnome-keyring, D-Bus and secret-tool: a token is kept by plain mode in a real keychain.

use crate::installed::secret_service::{SecretService, with_patience};
use crate::support::conversation::asked_for_a_token;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};

#[test]
fn a_token_is_kept_in_the_keychain_by_enter_alone() {
    let service = SecretService::start();
    let notion = FakeNotion::start(respond_as_member);
    let asked_for_a_store = || {
        let (home, it) = asked_for_a_token(&notion, |home| home.with_keychain(&service));
        it.say(TOKEN).hear("Checks complete. ").say("").hear("save the token? ");
        (home, it)
    };
    let (_home, it) = with_patience(asked_for_a_store, |(_, it)| it.transcript(&[]).contains("No response yet"));
    it.say("");
    it.hear("Saved and read back: keychain (Secret Service)").hear("Press Enter (finish): ").say("");
    it.assert_ended(0);
    assert_eq!(service.run_secret_tool(&["lookup", "service", "notion-auth", "username", "workspace-1/token@bot-1"]), TOKEN);
}
