//! `token`: the secret and nothing else.

use super::{CommandOutcome, outcome};
use crate::support::fakes::{CONNECTION, FakeWorld, MEMBER, STRANGER, ntn_record, token_record, workspace};
use crate::support::headline;
use notion_auth::commands::token::{self, TokenArgs};
use notion_auth::domain::credentials::{Account, CredentialRecord, Inventory, name_and_user, unique_name};
use notion_auth::domain::problem::{Problem, ProblemCode};

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

async fn token(fakes: &FakeWorld, workspace: Option<&str>) -> CommandOutcome {
    let args = TokenArgs { workspace: workspace.map(Into::into) };
    let world = fakes.world();
    let outcome = outcome(async |console| token::run(&args, TODAY, &world, console).await).await;
    assert!(fakes.notion.calls.is_empty(), "nothing leaves this machine");
    outcome
}

/// Acme, and Beta which was signed in to last.
fn two_workspaces() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.add(token_record(workspace("0000-2222", "Beta")), CONNECTION);
    fakes
}

#[tokio::test]
async fn the_active_secret_is_printed_alone() {
    let shown = token(&two_workspaces(), None).await;
    assert_eq!((shown.out, shown.err.as_str(), shown.exit_code), (format!("{CONNECTION}\n"), "", 0));
}

#[tokio::test]
async fn the_variable_goes_first_and_the_store_is_not_even_asked() {
    let fakes = two_workspaces();
    fakes.machine.set_token_variable(MEMBER);
    assert_eq!(token(&fakes, None).await.out, format!("{MEMBER}\n"));
    assert!(fakes.store.calls.is_empty());
}

#[tokio::test]
async fn a_named_workspace_goes_before_the_variable() {
    let fakes = two_workspaces();
    fakes.machine.set_token_variable(CONNECTION);
    for name in ["Acme", "acme", "ws-1", "ws-1/token"] {
        assert_eq!(token(&fakes, Some(name)).await.out, format!("{MEMBER}\n"), "{name}");
    }
    assert_eq!(token(&fakes, Some("00002222")).await.out, format!("{CONNECTION}\n"), "an id without its dashes");
}

#[tokio::test]
async fn two_workspaces_of_one_name_need_an_answer_that_is_listed() {
    let fakes = two_workspaces();
    fakes.store.add(token_record(workspace("ws-3", "Acme")), MEMBER);
    let shown = token(&fakes, Some("Acme")).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 3));
    let said = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Acme (ws-1/token), as Ada Fake; Acme (ws-3/token), as Ada Fake"), "{said}");
    assert!(!shown.err.contains("Beta"), "{}", shown.err);
}

#[tokio::test]
async fn several_and_none_in_use_need_an_answer() {
    let fakes = two_workspaces();
    fakes.store.clear_active();
    assert_eq!(token(&fakes, None).await.exit_code, 3);
}

#[tokio::test]
async fn nobody_signed_in_is_told_apart_from_failure() {
    let shown = token(&FakeWorld::new(), None).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
    let shown = token(&two_workspaces(), Some("Gamma")).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
    let said = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("No account called \"Gamma\". Saved accounts: Acme, as Ada Fake; Beta, as Ada Fake"), "{said}");
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_leaves_standard_output_empty() {
    let fakes = two_workspaces();
    fakes.store.load.push_error(Problem::new(ProblemCode::KeychainLocked));
    let shown = token(&fakes, None).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 6));
    assert!(fakes.store.secret(&Account { workspace: "0000-2222".into(), name: "token".into() }).is_some());
}

#[tokio::test]
async fn a_variable_that_cannot_be_read_is_not_passed_over() {
    let fakes = two_workspaces();
    fakes.machine.environment_secret.push_error(Problem::new(ProblemCode::NotAToken));
    let shown = token(&fakes, None).await;
    assert_eq!(shown.out, "");
    assert_ne!(shown.exit_code, 0);
}

#[tokio::test]
async fn a_token_that_ntn_keeps_is_read_back_from_it() {
    let fakes = two_workspaces();
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), Some(MEMBER));
    fakes.store.add_ntn_login(ntn_record(workspace("ws-9", "Gamma")));
    for name in [None, Some("Gamma"), Some("ws-9/cli")] {
        let shown = token(&fakes, name).await;
        assert_eq!((shown.out, shown.err.as_str(), shown.exit_code), (format!("{MEMBER}\n"), "", 0));
    }
    assert!(!fakes.store.calls.all().iter().any(|call| call.starts_with("load")));
}

#[tokio::test]
async fn where_it_was_looked_for_in_vain_is_told() {
    let fakes = FakeWorld::new();
    fakes.store.add_ntn_login(ntn_record(workspace("ws-9", "Gamma")));
    fakes.machine.ntn_secret.push_error(Problem::new(ProblemCode::SecretMissing).with_evidence("the kernel's keyring: nothing"));
    let shown = token(&fakes, None).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 6));
    assert!(shown.err.contains("details: the kernel's keyring: nothing"), "{}", shown.err);
}

#[tokio::test]
async fn an_end_that_is_near_or_past_is_said_on_one_line_of_talk_and_never_in_the_data() {
    for (end, said) in [
        (None, ""),
        (Some(jiff::civil::date(2026, 12, 7)), ""),
        (
            Some(jiff::civil::date(2026, 12, 6)),
            "notion-auth: the token for Acme: 14 days left (expires 2026-12-06), by the date you entered.\n",
        ),
        (Some(TODAY), "notion-auth: the token for Acme: it expires today (2026-11-22), by the date you entered.\n"),
        (
            Some(jiff::civil::date(2026, 11, 20)),
            "notion-auth: the token for Acme: it expired 2 days ago (2026-11-20), by the date you entered.\n",
        ),
    ] {
        let fakes = FakeWorld::new();
        let mut acme = token_record(workspace("ws-1", "Acme"));
        acme.expires_on = end;
        fakes.store.add(acme, MEMBER);
        for workspace in [None, Some("Acme")] {
            let shown = token(&fakes, workspace).await;
            let said = said.replace(".\n", ". Replace it: notion-auth rotate ws-1/token\n");
            assert_eq!((shown.out, shown.err, shown.exit_code), (format!("{MEMBER}\n"), said, 0));
        }
    }
}

#[tokio::test]
async fn a_workspace_id_in_the_environment_selects_or_the_command_fails() {
    for (id, expected) in [("0000-2222", CONNECTION), ("00002222", CONNECTION), ("ws-1", MEMBER), ("WS1", MEMBER)] {
        let fakes = two_workspaces();
        fakes.machine.set_workspace_variable(id);
        let shown = token(&fakes, None).await;
        assert_eq!((shown.out, shown.exit_code), (format!("{expected}\n"), 0), "{id}: {}", shown.err);
        assert_eq!(token(&fakes, Some("Acme")).await.out, format!("{MEMBER}\n"), "what is named goes before it");
    }
    let fakes = two_workspaces();
    fakes.machine.set_workspace_variable("ws-9");
    let shown = token(&fakes, None).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
    assert!(shown.err.contains("NOTION_WORKSPACE_ID is ws-9"), "{}", shown.err);
}

#[tokio::test]
async fn a_variable_that_is_known_to_be_of_another_workspace_than_the_id_is_refused() {
    for (variable, id, is_refused) in [
        (MEMBER, "0000-2222", true),
        (MEMBER, "ws-9", true),
        (CONNECTION, "ws-1", true),
        (MEMBER, "WS1", false),
        (CONNECTION, "00002222", false),
        // Nobody but Notion knows whose this is.
        (STRANGER, "ws-1", false),
    ] {
        let fakes = two_workspaces();
        fakes.machine.set_token_variable(variable);
        fakes.machine.set_workspace_variable(id);
        let shown = token(&fakes, None).await;
        let out = if is_refused { String::new() } else { format!("{variable}\n") };
        assert_eq!((shown.out, shown.exit_code), (out, if is_refused { 4 } else { 0 }), "{variable} {id}: {}", shown.err);
        assert_eq!(shown.err.starts_with(headline(ProblemCode::WrongWorkspace)), is_refused, "{}", shown.err);
        assert_eq!(token(&fakes, Some("Acme")).await.out, format!("{MEMBER}\n"), "what is named goes before both");
    }
}

#[tokio::test]
async fn where_a_kept_token_cannot_be_read_the_variable_is_used() {
    for (code, loads) in [(ProblemCode::KeychainLocked, 1), (ProblemCode::SecretMissing, 2)] {
        let fakes = two_workspaces();
        fakes.machine.set_token_variable(STRANGER);
        fakes.machine.set_workspace_variable("ws-1");
        fakes.store.load.push_error(Problem::new(code));
        assert_eq!(token(&fakes, None).await.out, format!("{STRANGER}\n"));
        let calls = fakes.store.calls.all();
        assert_eq!(calls.iter().filter(|call| call.starts_with("load")).count(), loads, "a dialog is not raised twice");
    }
}

/// Three of Beta, whose keys begin alike, and one of Acme.
fn many() -> FakeWorld {
    let fakes = two_workspaces();
    let beta = token_record(workspace("ws-4", "Beta"));
    for (actor, user, token) in
        [("bot-pat-1", "Ada, Countess", "one"), ("bot-pat-11", "Bob", "eleven"), ("bot-cli-1", "Cid", "cli")]
    {
        let account = beta.account.with_actor(Some(actor));
        fakes.store.add(CredentialRecord { account, user: Some(user.into()), ..beta.clone() }, token);
    }
    fakes
}

#[tokio::test]
async fn every_name_that_is_printed_is_accepted_and_means_that_one_alone() {
    let fakes = many();
    let index = fakes.store.current_index();
    let listing = Inventory::new(Vec::new(), Ok(index.clone()), None, "");
    for (record, title) in index.credentials.iter().zip(listing.titles()) {
        let secret = fakes.store.secret(&record.account).unwrap();
        for name in [title, unique_name(record, &index.credentials), name_and_user(record, &index), record.account.key()] {
            let shown = token(&fakes, Some(&name)).await;
            assert_eq!((shown.out, shown.exit_code), (format!("{}\n", secret.expose()), 0), "{name}: {}", shown.err);
        }
    }
    let names: Vec<_> = index.credentials.iter().map(|record| unique_name(record, &index.credentials)).collect();
    assert_eq!(
        names,
        ["Acme", "Beta (0000-2222/token)", "Beta (token@bot-pat-1)", "Beta (token@bot-pat-11)", "Beta (token@bot-cli-)"]
    );
    for (name, exit_code) in
        [("Beta (token@bot-pat-)", 3), ("Beta (notion-auth)", 3), ("Acme (token@bot-pat-1)", 4), ("Acme (ntn)", 4)]
    {
        assert_eq!(token(&fakes, Some(name)).await.exit_code, exit_code, "{name}");
    }
}

#[tokio::test]
async fn of_two_of_the_selected_workspace_the_active_one_is_meant_and_otherwise_it_is_asked() {
    let fakes = two_workspaces();
    let second = token_record(workspace("0000-2222", "Beta"));
    fakes.store.add(CredentialRecord { account: second.account.with_actor(Some("bot-2")), ..second }, MEMBER);
    fakes.machine.set_workspace_variable("0000-2222");
    assert_eq!(token(&fakes, None).await.out, format!("{MEMBER}\n"));
    fakes.store.add(token_record(workspace("ws-1", "Acme")), CONNECTION);
    let shown = token(&fakes, None).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 3));
    let said = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Beta (0000-2222/token), as Ada Fake; Beta (token@bot-2), as Ada Fake"), "{said}");
}

#[tokio::test]
async fn a_name_that_is_nearly_right_suggests_the_right_one() {
    let fakes = two_workspaces();
    for (wanted, suggested) in [("Acm", "Acme"), ("acne", "Acme"), ("bet", "Beta"), ("Beat", "Beta")] {
        let shown = token(&fakes, Some(wanted)).await;
        assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
        let said = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.starts_with(&format!("No account called \"{wanted}\". Did you mean \"{suggested}\"?")), "{said}");
    }
}

#[tokio::test]
async fn a_name_of_joined_emoji_is_found_with_and_without_its_joiners() {
    let family = "Smith \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
    let unjoined = family.replace('\u{200d}', "");
    for kept in [family, &unjoined] {
        let fakes = two_workspaces();
        fakes.store.add(token_record(workspace("ws-7", kept)), MEMBER);
        for wanted in [family, &unjoined] {
            assert_eq!(token(&fakes, Some(wanted)).await.out, format!("{MEMBER}\n"));
        }
    }
}
