//! Replacing a token in lines: the new one is not echoed, and the old one's page comes last.

use super::{PlainConversation, accept};
use crate::support::notion::TOKEN;
use crate::support::rotation_notion::{NEW, Notion};
use crate::support::sandbox::Sandbox;

#[test]
fn a_token_is_replaced_and_its_end_is_proven() {
    let notion = Notion::start();
    let home = Sandbox::with_notion(&notion.server).with_variable("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    assert_eq!(home.run("login --token-stdin --store file --expires 7d", TOKEN).exit_code, Some(0));
    let it = PlainConversation::at_the_first_question(&home, "");
    it.say("e").hear("Paste the new token (hidden): ");
    assert!(!it.terminal.line_mode().echo, "it is not shown");
    it.say(NEW).hear("Press Enter (replace): ").say("l").hear("Press Enter (replace): ").say("").hear("y or n? ");
    it.say("y").hear("Press Enter (revoke page): ").say("r").hear("Press Enter (revoke page): ");
    notion.revoke_old();
    it.say("r").hear("Press Enter (back): ").say("q");
    it.assert_ended(0);
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{NEW}\n"));
    let host = notion.server.base_url();
    accept("token_rotated", &it.transcript(&[(home.path().to_str().unwrap(), "HOME"), (&host, "http://notion")]));
}
