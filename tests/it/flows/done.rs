//! The end of the road: what to run next, exact for the path, the store and the day.

use crate::support::fakes::{MEMBER, connection_identity, member_identity};
use crate::support::harness::{Harness, TOKEN_PORTAL, TestEffect, open_task, probed, setup, verified_outcome};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Identity, Receipt, StoreKind, VerifiedCredential};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::context::Setup;
use notion_auth::wizard::msg::{Outcome, ProbeResult, Task, TaskOutcome};

/// All the way to Done: keys to the field, the keys that pick a day where one is asked, the store.
fn done(keys: &str, path: AuthPath, identity: &Identity, day: Option<&str>, store: StoreKind) -> Harness {
    let mut wizard = Harness::with_setup(Setup { file_was_chosen: true, ..setup() });
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
    wizard.press(keys);
    wizard.paste(MEMBER);
    wizard.reply(verified_outcome(VerifiedCredential::new(Secret::new(MEMBER), identity.clone(), path, None)));
    wizard.press("Enter");
    wizard.press(day.unwrap_or_default());
    wizard.press(match store {
        StoreKind::Keychain => "1",
        StoreKind::File => "2",
        StoreKind::None | StoreKind::Ntn => "3",
    });
    wizard.reply(TaskOutcome::Saved(Receipt { store, place: "its place".into(), note: Some("a note".into()) }));
    assert_eq!(wizard.screen_name(), "done");
    wizard.take_effects();
    wizard
}

/// Every command on the page, in order, as it is copied.
fn commands(wizard: &mut Harness) -> Vec<String> {
    let mut copied = Vec::new();
    wizard.press("Home");
    loop {
        wizard.press("c");
        match wizard.take_effects().as_slice() {
            [TestEffect::Copy(command), TestEffect::Start(Task::Copy(_))] if copied.last() != Some(command) => {
                copied.push(command.clone());
            }
            [TestEffect::Copy(_), TestEffect::Start(Task::Copy(_))] => return copied,
            other => panic!("c does not copy: {other:?}"),
        }
        wizard.press("Down");
    }
}

const TOKEN_NEXT: [&str; 3] =
    ["notion-auth status --check", r#"export NOTION_API_TOKEN="$(notion-auth token)""#, "notion-auth run -- python script.py"];

#[test]
fn the_commands_are_those_of_the_path_the_store_and_the_day() {
    let mut wizard = done("1 Enter", AuthPath::Token, &member_identity(), Some("Right Right"), StoreKind::Keychain);
    let again = "notion-auth login --token-stdin --expires 2026-12-22 < token.txt";
    assert_eq!(commands(&mut wizard), [&TOKEN_NEXT[..], &[again]].concat());
    record!(wizard);

    let mut wizard = done("1 Enter", AuthPath::Token, &connection_identity(), None, StoreKind::File);
    let again = "notion-auth login --token-stdin --store file < token.txt";
    assert_eq!(commands(&mut wizard), [&TOKEN_NEXT[..], &[again]].concat());
}

#[test]
fn the_cli_path_has_commands_of_its_own() {
    let mut wizard = done("3 2", AuthPath::Cli, &member_identity(), None, StoreKind::Keychain);
    let expected = [
        r#"eval "$(notion-auth env)""#,
        "ntn workers list",
        "notion-auth status --check",
        "notion-auth login --path cli --token-stdin < token.txt",
    ];
    assert_eq!(commands(&mut wizard), expected);
}

#[test]
fn what_is_kept_nowhere_offers_no_command_that_would_read_it() {
    let wizard = done("1 Enter", AuthPath::Token, &connection_identity(), None, StoreKind::None);
    assert!(!wizard.has_key("c") && !wizard.has_key("1"), "there is nothing to copy");
    record!(wizard);
}

#[test]
fn the_page_says_who_where_and_how_to_take_it_back() {
    let mut wizard = done("1 Enter", AuthPath::Token, &member_identity(), None, StoreKind::Keychain);
    record!(wizard);
    wizard.press("o");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(TOKEN_PORTAL))]);
}

#[test]
fn finishing_quits_with_what_was_done() {
    let mut wizard = done("1 Enter", AuthPath::Token, &connection_identity(), None, StoreKind::Keychain);
    wizard.press("Enter");
    let Some(Outcome::Done(told)) = wizard.outcome().cloned() else { panic!("{:?}", wizard.outcome()) };
    assert_eq!(wizard.take_effects(), [TestEffect::Quit(Outcome::Done(told.clone()))]);
    assert_eq!((told.record.store, told.receipt.place.as_str()), (StoreKind::Keychain, "its place"));
    for keys in ["Enter", "Esc", "Ctrl-C", "?", "Ctrl-Z"] {
        wizard.press(keys);
        assert_eq!(wizard.take_effects(), [], "after the end there is silence: {keys}");
    }
}

#[test]
fn back_starts_over_and_what_was_done_stays_done() {
    let mut wizard = done("1 Enter", AuthPath::Token, &connection_identity(), None, StoreKind::Keychain);
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "compare");
    wizard.press("1 Enter");
    record!(wizard);
    wizard.press("Esc q");
    assert!(matches!(wizard.outcome(), Some(Outcome::Done(_))), "{:?}", wizard.outcome());
}

#[test]
fn once_something_is_kept_no_text_is_left_in_any_field() {
    let mut wizard = done("3 2 x Esc Esc 1 Enter", AuthPath::Token, &connection_identity(), None, StoreKind::Keychain);
    wizard.press("Esc 3 2");
    record!(wizard);
}

#[test]
fn the_page_where_it_is_revoked_depends_on_the_kind_and_can_be_printed_outside_the_screen() {
    const CONNECTIONS: &str = "https://app.notion.com/developers/connections";
    for (identity, day, page) in [(connection_identity(), None, CONNECTIONS), (member_identity(), None, TOKEN_PORTAL)] {
        for keys in ["1 Enter", "3 2"] {
            let path = if keys == "3 2" { AuthPath::Cli } else { AuthPath::Token };
            let mut wizard = done(keys, path, &identity, day, StoreKind::Keychain);
            wizard.press("p");
            assert_eq!(wizard.take_effects(), [TestEffect::Print(page.into())]);
            wizard.press("o");
            let opens = |effect: &TestEffect| matches!(effect, TestEffect::Start(begun) if *begun == open_task(page));
            assert!(wizard.take_effects().iter().any(opens));
        }
    }
}

#[test]
fn what_is_kept_can_be_handed_over_too_by_way_of_the_accounts() {
    let offer = "To send it to a secret manager: s, then t";
    done("1 Enter", AuthPath::Token, &member_identity(), Some("Right Right"), StoreKind::Keychain).assert_shows(offer);
    done("1 Enter", AuthPath::Token, &member_identity(), Some("Right Right"), StoreKind::None).assert_hides(offer);
}

#[test]
fn the_page_where_it_is_revoked_fits_the_kind_of_token() {
    let connections = "https://app.notion.com/developers/connections";
    for (identity, day, page) in [(member_identity(), None, TOKEN_PORTAL), (connection_identity(), None, connections)] {
        let mut wizard = done("1 Enter", AuthPath::Token, &identity, day, StoreKind::Keychain);
        wizard.assert_shows(page);
        wizard.press("p");
        assert_eq!(wizard.take_effects(), [TestEffect::Print(page.to_owned())]);
    }
}
