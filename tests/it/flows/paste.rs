//! A paste before anything is verified: a token is verified, whatever page is open; anything else waits in the token field.

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::fakes::{MEMBER, member_identity};
use crate::support::harness::{Harness, TestEffect, probed, verified_outcome, verified_token, verify_task};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::machine::BrowserState;
use notion_auth::wizard::msg::{ProbeResult, Task};

/// Keys that lead to each page that has no field, and to each page that has one for something else.
const WITHOUT_FIELD: [&str; 9] = ["", "Tab", "g", "g 1 1", "g 1 1 1", "s", "2", "2 a", "Tab Right"];
const WITH_FIELD: [&str; 3] = ["/", "2 1", "/ h i"];

fn verifications(wizard: &mut Harness) -> Vec<Task> {
    let started = wizard.take_effects().into_iter().filter_map(|effect| match effect {
        TestEffect::Start(task) => Some(task),
        _ => None,
    });
    started.filter(|task| matches!(task, Task::Verify(_))).collect()
}

#[test]
fn a_token_pasted_on_any_page_is_verified_at_once() {
    for keys in WITHOUT_FIELD.iter().chain(&WITH_FIELD) {
        for text in [MEMBER.to_owned(), format!("export NOTION_API_TOKEN=\"{MEMBER}\"\n")] {
            let mut wizard = Harness::new();
            wizard.press(keys).take_effects();
            wizard.paste(&text);
            assert_eq!(wizard.screen_name(), "token", "{keys}");
            assert_eq!(verifications(&mut wizard), [verify_task(MEMBER, AuthPath::Token)], "{keys}");
            wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
            assert_eq!(wizard.screen_name(), "verify", "{keys}");
        }
    }
}

#[test]
fn on_the_cli_path_it_is_for_notion_api_token() {
    let mut wizard = Harness::new();
    wizard.press("3").paste(MEMBER);
    assert_eq!(verifications(&mut wizard), [verify_task(MEMBER, AuthPath::Cli)]);
}

#[test]
fn another_text_waits_in_the_token_field_with_what_is_wrong_with_it() {
    for keys in WITHOUT_FIELD {
        for (text, kept) in
            [("fake_fake_fake_fake_fake", true), ("ghp_fakefakefakefakefakefakefakefakefake", false), ("two words", true)]
        {
            let mut wizard = Harness::new();
            wizard.press(keys).take_effects();
            wizard.paste(text);
            assert_eq!(wizard.screen_name(), "token", "{keys} {text}");
            assert_eq!(wizard.take_effects(), [], "{keys} {text}: it is sent only by Enter");
            assert_eq!(wizard.screen_text().contains("••"), kept, "{keys} {text}");
            record!(wizard);
        }
    }
}

#[test]
fn a_field_for_something_else_keeps_what_is_no_token() {
    let mut wizard = Harness::new();
    wizard.press("/").paste("How long does a token last?");
    assert_eq!(wizard.screen_name(), "question");
    wizard.press("Esc 2 1").paste(CLIENT_ID).paste(CLIENT_SECRET);
    assert_ne!(wizard.screen_name(), "token");
    let block = format!("NOTION_CLIENT_ID={CLIENT_ID}\nNOTION_CLIENT_SECRET={CLIENT_SECRET}\n");
    let mut wizard = Harness::new();
    wizard.press("2 1").paste(&block);
    assert_ne!(wizard.screen_name(), "token");
}

#[test]
fn a_token_takes_the_place_of_a_login_that_waits() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: None })));
    wizard.press("3 Enter").send_invitation().take_effects();
    assert_eq!(wizard.screen_name(), "login");
    wizard.paste(MEMBER);
    assert_eq!(wizard.screen_name(), "token");
    let effects = wizard.take_effects();
    assert!(effects.iter().any(|effect| matches!(effect, TestEffect::Cancel(_))), "{effects:?}");
    assert!(effects.contains(&TestEffect::Start(verify_task(MEMBER, AuthPath::Token))), "{effects:?}");
}

#[test]
fn once_a_credential_is_verified_a_paste_does_nothing() {
    let mut wizard = Harness::with_verified_token();
    let before = wizard.model.clone();
    wizard.paste(MEMBER);
    assert_eq!((wizard.take_effects(), wizard.model == before), (vec![], true));
}
