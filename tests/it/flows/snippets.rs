//! Snippets for the developer's own server: one language after the other, copied whole, without secrets.

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET, CODE, client, grant, pending};
use crate::support::fakes::member_identity;
use crate::support::harness::{Harness, TestEffect};
use notion_auth::domain::credentials::{Candidate, Receipt, StoreKind};
use notion_auth::domain::oauth::{OauthConnection, RedirectUri};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Answer, Progress, Prompt, TaskOutcome};

/// Signed in through an own connection, and handed over.
pub(crate) fn hand_over(wizard: &mut Harness) {
    wizard.press("2 1").paste(CLIENT_ID).paste(CLIENT_SECRET);
    wizard.reply(TaskOutcome::Completed).send_progress(Progress::AuthorizationPending(Box::new(pending())));
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(CODE)));
    let connection = OauthConnection { client: client(), redirect: RedirectUri::default(), refresh: grant().refresh };
    let granted = Candidate::Granted { token: grant().access, connection: Box::new(connection) };
    wizard.reply(TaskOutcome::Exchanged(Box::new(granted))).reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed);
    while wizard.screen_name() != "save" {
        wizard.press("Enter");
    }
    wizard.press("3");
    let receipt = Receipt { store: StoreKind::None, place: "this session only".into(), note: None };
    wizard.reply(TaskOutcome::Saved(receipt)).press("Tab");
}

fn begun() -> Harness {
    let mut wizard = Harness::new();
    hand_over(&mut wizard);
    assert_eq!(wizard.screen_name(), "snippets");
    wizard.take_effects();
    wizard
}

#[track_caller]
fn copied(wizard: &mut Harness) -> String {
    wizard.take_effects();
    wizard.press("c");
    match wizard.take_effects().into_iter().next() {
        Some(TestEffect::Copy(text)) => text,
        other => panic!("nothing was copied: {other:?}"),
    }
}

#[test]
fn every_language_is_one_key_away_and_copied_whole() {
    let mut wizard = begun();
    for (key, name, sign) in [
        ("1", "Environment", "NOTION_CLIENT_ID="),
        ("2", "curl", "--fail-with-body"),
        ("3", "JavaScript", "notion.oauth.token("),
        ("4", "Python", "urlopen("),
        ("5", "Rust", "pub async fn refresh"),
    ] {
        wizard.press(key);
        wizard.assert_shows(&format!("▌ {key} {name}"));
        wizard.assert_shows(sign);
        let text = copied(&mut wizard);
        assert!(text.contains(sign) && text.contains(CLIENT_ID) && text.ends_with('\n'), "{text}");
    }
}

#[test]
fn left_and_right_choose_and_stop_at_the_ends() {
    let mut wizard = begun();
    wizard.press("Left");
    record!(wizard);
    wizard.press("Right Right");
    record!(wizard);
    wizard.press("Right Right Right Right 6 8");
    record!(wizard);
}

#[test]
fn what_is_copied_is_the_text_and_not_its_lines_on_a_narrow_screen() {
    let wide = copied(begun().press("5"));
    let mut narrow = begun();
    narrow.send(notion_auth::wizard::msg::Msg::Resized(40, 12));
    assert_eq!(copied(narrow.press("5")), wide);
}

#[test]
fn no_secret_stands_in_a_frame_or_in_what_is_copied() {
    let mut wizard = begun();
    for key in ["1", "2", "3", "4", "5"] {
        wizard.press(key);
        wizard.assert_hides(&CLIENT_SECRET[..12]);
        assert!(!copied(&mut wizard).contains(&CLIENT_SECRET[..12]));
    }
}

#[test]
fn it_says_what_has_to_be_changed_on_a_server_and_leads_back() {
    let mut wizard = begun();
    wizard.assert_shows("Register your server's own redirect URI too, and put it in the place of http://localhost:8765/callback.");
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "done");
}

#[test]
fn it_is_asked_and_answered_without_a_key() {
    let mut wizard = begun();
    assert!(matches!(wizard.prompt(), Prompt::Choice { .. }));
    wizard.answer(Answer::Choice(3));
    record!(wizard);
}
