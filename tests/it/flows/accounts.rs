//! Accounts: what each key does with the highlighted credential, what is said of it, and what is never done unasked.

use crate::support::connections::authorized;
use crate::support::headline;
use crate::support::talk::{Talk, open};
use crate::support::world::{member, noted, record, workspace};
use notion_auth::domain::accounts::{Deletion, LoggedOut, Refreshed, Revocation, Revoked};
use notion_auth::domain::credential::{Candidate, CredentialRecord, Existing, ExistingSource, Ledger, StoreKind, Unusable};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Effect, Outcome, Probe, Reply, Task};

fn environment() -> Existing {
    Existing { source: ExistingSource::Environment, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None }
}

fn of_ntn(readable: bool) -> Existing {
    let source = ExistingSource::Ntn { workspace: "ws-9".into() };
    Existing {
        source,
        place: "ntn's auth.json".into(),
        workspace: Some(workspace("ws-9", "Gamma")),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

fn ledger(records: Vec<CredentialRecord>) -> Ledger {
    Ledger { active: records.first().map(|record| record.account.clone()), credentials: records, ..Ledger::default() }
}

/// Acme, which is active, and Beta, which is of an own connection.
fn two() -> Vec<CredentialRecord> {
    vec![record(workspace("ws-1", "Acme")), authorized(workspace("ws-2", "Beta"))]
}

fn accounts(existing: Vec<Existing>, records: Vec<CredentialRecord>) -> Talk {
    let mut talk = Talk::begin();
    talk.finds(existing, ledger(records));
    talk.press("s");
    assert_eq!(talk.screen(), "accounts");
    talk.effects();
    talk
}

/// Returns the tasks that were started, without their ids.
fn begun(talk: &mut Talk) -> Vec<Task> {
    let of_start = |effect| match effect {
        Effect::Start(_, begun) => Some(begun),
        _ => None,
    };
    talk.effects().into_iter().filter_map(of_start).collect()
}

fn logged_out(record: CredentialRecord, revocation: Revocation, deletion: Deletion) -> Reply {
    Reply::LoggedOut(Box::new(LoggedOut { record, revocation, deletion }))
}

#[test]
fn to_look_asks_nobody_anything() {
    let mut talk = accounts(vec![environment(), of_ntn(true)], two());
    for keys in ["Down Down Down Up", "Home End", "Left Right h j k l", "1 2 3 4 8", "PgDn PgUp Space"] {
        talk.press(keys);
        assert_eq!(talk.effects(), [], "{keys}");
    }
}

#[test]
fn enter_makes_the_highlighted_one_the_active_one_and_says_what_that_does_not_affect() {
    let mut talk = accounts(vec![of_ntn(true)], two());
    talk.press("Down Enter");
    assert_eq!(begun(&mut talk), [Task::Switch(two()[1].account.clone())]);
    talk.reply(Reply::Switched(Ok(())));
    assert_eq!(begun(&mut talk), [Task::Probe(Probe::Existing)], "the list is looked at again");
    talk.reads("Beta is the active one now, as Ada Fake.");
    talk.reads("ntn is not switched");
    talk.press("Enter");
    talk.lacks("That cannot be done");
    assert_eq!(begun(&mut talk), [Task::Switch(two()[1].account.clone())], "until the list says so, it can be tried again");
}

#[test]
fn what_cannot_be_done_says_why_and_does_nothing() {
    for (selected, key, why) in [
        ("1", "Enter", "it is used already: the variable goes before what is kept"),
        ("1", "f", "the variable holds a token alone"),
        ("1", "x", "unset NOTION_API_TOKEN"),
        ("2", "Enter", "it is the active one already"),
        ("2", "f", "only the tokens of an own OAuth connection are refreshed"),
        ("4", "Enter", "only ntn can read it"),
        ("4", "r", "only ntn can read it"),
        ("4", "f", "ntn keeps this login"),
        ("4", "x", "notion-auth does not use it; `ntn logout` ends it"),
    ] {
        let mut talk = accounts(vec![environment(), of_ntn(false)], two());
        talk.press(selected).press(key);
        talk.reads(&format!("That cannot be done with this one: {why}"));
        assert_eq!(talk.effects(), [], "{selected} {key}");
    }
}

#[test]
fn verifying_shows_what_notion_says_and_keeps_no_secret() {
    let mut talk = accounts(vec![], two());
    talk.press("r");
    let source = ExistingSource::Ours(two()[0].account.clone());
    assert_eq!(begun(&mut talk), [Task::Verify(Candidate::Existing(source))]);
    talk.notion_says(Ok(member()));
    talk.reads("pass: Notion answers to this token.");
    talk.reads("active, works");
    assert!(!format!("{:?}", talk.model.screen()).contains("Verified"), "only the identity stays");

    // An earlier version kept it without saying whom it acts as.
    let (kept, named) = (two()[0].account.clone(), two()[0].account.with_actor(Some("bot-1")));
    assert_eq!(begun(&mut talk), [Task::Identify(kept, "bot-1".into())]);
    talk.reply(Reply::Identified(Ok(named.clone())));
    assert_eq!(begun(&mut talk), [Task::Probe(Probe::Existing)]);
    let mut now = two();
    now[0].account = named;
    talk.finds(vec![], ledger(now));
    talk.reads("active, works");
    talk.press("r");
    begun(&mut talk);
    talk.notion_says(Ok(member()));
    assert_eq!(begun(&mut talk), [], "its name is right now");

    talk.press("2 r").notion_says(Err(Problem::new(ProblemCode::Unauthorized)));
    talk.reads("Notion does not accept this token.");
    talk.reads("does not work");
    talk.press("r");
    assert_eq!(begun(&mut talk).len(), 2, "r tries again");
}

#[test]
fn a_refresh_needs_its_key_and_says_how_it_ended() {
    let mut talk = accounts(vec![], two());
    talk.press("2 f");
    assert_eq!(begun(&mut talk), [Task::Refresh(Box::new(two()[1].clone()))]);
    talk.reply(Reply::Refreshed(Ok(Refreshed::Now)));
    talk.reads("Beta: Notion gave a new pair of tokens; it is kept in the keychain.");
    talk.press("f").reply(Reply::Refreshed(Err(Problem::new(ProblemCode::NoNetwork))));
    talk.effects();
    talk.press("r");
    assert_eq!(begun(&mut talk), [Task::Refresh(Box::new(two()[1].clone()))], "r tries again what failed");
}

#[test]
fn a_logout_asks_first_and_enter_is_no_yes() {
    let mut talk = accounts(vec![], two());
    talk.press("2 x");
    talk.reads("Log out of Beta? Its tokens are revoked at Notion, and then deleted from the keychain.");
    talk.press("Enter 1 Down");
    assert_eq!(talk.effects(), []);
    talk.press("n");
    talk.lacks("Log out of Beta");
    talk.press("x y");
    assert_eq!(begun(&mut talk), [Task::LogOut(Box::new(two()[1].clone()))]);
}

#[test]
fn after_a_logout_it_is_said_what_is_left_and_who_is_active_now() {
    let mut talk = accounts(vec![], two());
    talk.press("1 x");
    talk.reads("The token itself stays good at Notion until it is revoked there.");
    talk.press("y").reply(logged_out(two()[0].clone(), Revocation::NotFromHere, Deletion::Done));
    talk.reads("Acme: deleted from the keychain.");
    talk.reads("The token itself stays good until it is revoked at");
    talk.reads("Acme was the active one. Beta is from now on: no other is kept.");
    talk.effects();
    talk.press("o");
    assert_eq!(begun(&mut talk), [open("https://app.notion.com/developers/tokens")]);
}

#[test]
fn where_notion_is_out_of_reach_nothing_is_deleted_and_the_question_comes_again() {
    let mut talk = accounts(vec![], two());
    let silent = || Err(Problem::new(ProblemCode::NoNetwork));
    let revocation = Revocation::Asked(Revoked { refresh: Some(silent()), access: silent() });
    talk.press("2 x y").reply(logged_out(two()[1].clone(), revocation, Deletion::Withheld));
    talk.reads("nothing was deleted, so that it can be tried again.");
    talk.effects();
    talk.press("r");
    talk.reads("Log out of Beta");
    assert_eq!(talk.effects(), [], "it is not done again without a yes");
}

#[test]
fn of_a_login_of_ntns_only_the_note_is_forgotten() {
    let mut talk = accounts(vec![of_ntn(true)], vec![noted(workspace("ws-9", "Gamma"))]);
    talk.press("x");
    talk.reads("notion-auth forgets that it uses this login. ntn's own login stays.");
}

#[test]
fn a_login_of_ntns_that_is_not_noted_yet_is_verified_and_then_used() {
    let mut talk = accounts(vec![of_ntn(true)], vec![]);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [Task::Verify(Candidate::Existing(of_ntn(true).source))]);
    talk.notion_says(Ok(member()));
    assert_eq!(talk.screen(), "verify");
}

#[test]
fn the_wait_of_a_logout_for_the_keychain_can_be_ended_and_it_still_says_what_became_of_it() {
    let mut talk = accounts(vec![], two());
    talk.press("1 x y");
    let [Effect::Start(id, Task::LogOut(_))] = talk.effects()[..] else { panic!("a logout is begun") };
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("accounts", vec![Effect::EndWait(id)]));
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("accounts", vec![]), "once is enough");
    let slow = Deletion::Failed(Problem::new(ProblemCode::KeychainSlow).seen("no answer before it was cancelled"));
    talk.reply(logged_out(two()[0].clone(), Revocation::NotFromHere, slow));
    talk.reads("Acme: it is not known whether it was deleted from the keychain.");
    talk.reads("notion-auth logout ws-1/token");

    let in_file = CredentialRecord { store: StoreKind::File, ..two()[0].clone() };
    let mut talk = accounts(vec![], vec![in_file]);
    talk.press("x y");
    talk.effects();
    talk.press("Esc");
    assert_eq!(talk.effects(), [], "no dialog is waited for");
}

#[test]
fn leaving_while_it_writes_waits_and_back_stops_nothing() {
    let mut talk = accounts(vec![], two());
    talk.press("2 Enter");
    talk.effects();
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("accounts", vec![]));
    talk.press("Ctrl-C");
    talk.reads("The program ends as soon as this is finished.");
    assert_eq!(talk.outcome(), None);
    talk.reply(Reply::Switched(Ok(())));
    assert_eq!(talk.outcome(), Some(&Outcome::Cancelled));
}

#[test]
fn one_more_is_signed_in_to_from_the_first_page() {
    let mut talk = accounts(vec![], two());
    talk.press("n");
    assert_eq!(talk.screen(), "compare");
    talk.press("s Esc");
    assert_eq!(talk.screen(), "compare", "there is nothing behind it");
    let mut none = accounts(vec![], vec![]);
    none.reads("nothing is signed in here yet");
    none.press("Enter");
    none.reads("n signs in");
    assert_eq!(none.effects(), []);
}

#[test]
fn workspaces_of_one_name_are_told_apart() {
    let talk = accounts(vec![], vec![record(workspace("ws-1", "Acme")), record(workspace("ws-2", "Acme"))]);
    talk.reads("Acme (notion-auth, ws-1/token)");
    talk.reads("Acme (notion-auth, ws-2/token)");
}

#[test]
fn a_thousand_are_walked_with_the_highlight_in_sight() {
    let many = (0..1000).map(|n| record(workspace(&format!("ws-{n}"), &format!("Space {n}")))).collect();
    let mut talk = accounts(vec![], many);
    for (keys, title) in
        [("End", "Space 999 (notion-auth)"), ("Left", "Space 989"), ("Up", "Space 988"), ("Home Right Down", "Space 11")]
    {
        talk.press(keys);
        talk.reads(&format!("▸ {}", title.split(' ').nth(1).unwrap().parse::<usize>().map(|n| n + 1).unwrap()));
        talk.reads(title);
        assert!(talk.shown(notion_auth::wizard::theme::Theme::default()).cursor.is_some());
    }
    talk.reads("of 1000");
}

#[test]
fn an_end_that_is_near_stands_on_the_first_page_and_in_the_list() {
    let mut acme = record(workspace("ws-1", "Acme"));
    acme.expires_on = Some(jiff::civil::date(2026, 11, 25));
    let ours = Existing {
        source: ExistingSource::Ours(acme.account.clone()),
        place: "keychain".into(),
        workspace: Some(acme.workspace.clone()),
        unusable: None,
    };
    let mut talk = Talk::begin();
    talk.finds(vec![ours], ledger(vec![acme]));
    talk.reads("· Acme; by your note it has 3 days left (until 2026-11-25)");
    talk.press("s");
    talk.reads("active, 3 days left");
    talk.reads("2026-11-25, 3 days left");
}

#[test]
fn one_that_is_kept_is_handed_over_after_notion_has_answered_to_it() {
    let mut talk = accounts(vec![], two());
    talk.press("t");
    let source = ExistingSource::Ours(two()[0].account.clone());
    assert_eq!(begun(&mut talk), [Task::Verify(Candidate::Existing(source))]);
    talk.notion_says(Err(Problem::new(ProblemCode::NoNetwork)));
    talk.reads(headline(ProblemCode::NoNetwork));
    assert_eq!(talk.screen(), "accounts");
    talk.press("r");
    assert_eq!(begun(&mut talk).len(), 1, "r tries the same again");
    talk.notion_says(Ok(member()));
    assert_eq!(talk.screen(), "hand to");
    assert_eq!(begun(&mut talk), [Task::FindManagers]);
    talk.press("q");
    assert_eq!(talk.outcome(), Some(&Outcome::Cancelled), "it is kept: nothing would be lost");
}

#[test]
fn tokens_that_are_renewed_are_not_handed_over() {
    let mut talk = accounts(vec![], two());
    talk.press("2 t");
    talk.reads("That cannot be done with this one: these tokens are renewed");
    assert_eq!(talk.effects(), []);
}
