//! Before the sign-in: verdicts with their grounds, messages to send, and a way on that is never closed.

use crate::support::talk::{Talk, copy, known, start, verified, verify};
use crate::support::world::{MEMBER, member};
use notion_auth::domain::catalog::{Catalog, PathId};
use notion_auth::domain::check::Verdict;
use notion_auth::domain::credential::{Ledger, Told};
use notion_auth::domain::login::{LoginRequest, Steps, Target};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::prerequisites::{Capability, Plan, Policy, Role, Standing};
use notion_auth::wizard::msg::{Msg, Reply, Task};

const SMALL: Msg = Msg::Resized(40, 12);

fn standing(role: Role, plan: Plan, policy: Policy) -> Standing {
    Standing { role, plan, policy }
}

/// Somebody who said this earlier, on the Prepare page that this key leads to.
fn prepared(standing: Standing, key: &str) -> Talk {
    let mut talk = Talk::begin();
    talk.reply(Reply::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh }));
    talk.finds(vec![], Ledger { told: Told::standing(standing), ..Ledger::default() });
    talk.press(key);
    assert_eq!(talk.screen(), "prepare");
    talk.effects();
    talk
}

/// Everything that can be told.
fn every_standing() -> impl Iterator<Item = Standing> {
    let plans = |role| Plan::ALL.into_iter().flat_map(move |plan| Policy::ALL.map(|policy| standing(role, plan, policy)));
    Role::ALL.into_iter().flat_map(plans)
}

/// The whole page, read by scrolling.
fn read_through(talk: &mut Talk) -> String {
    let mut all = talk.text();
    for _ in 0..40 {
        talk.press("PgDn");
        all += &talk.text();
    }
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_verdict_has_its_reason_its_source_and_the_date_of_it() {
    let catalog = Catalog::shipped().expect("the shipped catalog parses");
    for standing in every_standing() {
        for (key, path) in [("1", PathId::Token), ("2", PathId::Oauth), ("3", PathId::Cli)] {
            let mut talk = prepared(standing, key);
            talk.tell(Msg::Resized(92, 120));
            let page = talk.text();
            let reads = |words: &str| assert!(page.contains(words), "{standing:?}: {words:?} does not stand in: {page}");
            for row in standing.outlook().capabilities {
                reads(row.title);
                reads(&row.reason);
                let source = catalog.source(row.source).expect("a source of the catalog");
                if row.verdict != Verdict::Unknown {
                    reads(&format!("{}, {}", source.title, source.as_of));
                }
                if Capability::of(path).contains(&row.id) && row.verdict != Verdict::Pass {
                    reads(&format!("You can: {}", row.alternative.expect("something can be done all the same")));
                    row.admin_message.iter().for_each(|message| reads(message));
                }
            }
        }
    }
}

#[test]
fn whatever_was_told_enter_goes_on() {
    for standing in every_standing() {
        let mut token = prepared(standing, "1");
        token.press("Enter");
        assert_eq!(token.screen(), "sign in", "{standing:?}");
        let mut cli = prepared(standing, "3");
        cli.press("Enter");
        let request = LoginRequest { target: Target::New, in_file: false, steps: Steps::All };
        assert_eq!((cli.screen(), cli.effects()), ("login", vec![start(6, Task::Login(request))]), "{standing:?}");
        let mut oauth = prepared(standing, "2");
        oauth.press("Enter");
        assert_eq!((oauth.screen(), oauth.effects()), ("connection", vec![]));
    }
}

#[test]
fn what_is_most_likely_closed_is_said_above_the_ways_in_one_line() {
    let warning = "It looks as if you cannot log in with ntn. Enter goes on all the same.";
    let mut guest = prepared(standing(Role::Guest, Plan::Plus, Policy::NotSure), "3");
    guest.tell(Msg::Resized(80, 24));
    guest.reads(&format!("Which way into the Notion CLI? ! {warning} ▸ 1 Log in with the browser"));
    let mut member = prepared(standing(Role::Member, Plan::Plus, Policy::NotSure), "3");
    member.lacks("It looks as if");
    member.press("Esc 1");
    member.lacks("It looks as if");
    let mut token = prepared(standing(Role::Guest, Plan::Plus, Policy::NotSure), "1");
    token.tell(Msg::Resized(80, 24));
    token.reads("It looks as if you cannot make a PAT. Enter goes on all the same.");
}

#[test]
fn at_eighty_by_twenty_four_the_ways_and_the_first_verdict_are_in_sight() {
    for standing in every_standing() {
        let mut talk = prepared(standing, "3");
        talk.tell(Msg::Resized(80, 24));
        let page = talk.text();
        let login = standing.outlook().capabilities.remove(0);
        for words in ["1 Log in with the browser", "2 Give it a token", &format!("{} {}", login.title, login.reason)] {
            assert!(page.contains(words), "{standing:?}: {words:?} does not stand in: {page}");
        }
    }
}

#[test]
fn on_the_smallest_screen_everything_is_reached_by_scrolling() {
    let told = standing(Role::Guest, Plan::Business, Policy::NotSure);
    for (key, path) in [("1", PathId::Token), ("2", PathId::Oauth), ("3", PathId::Cli)] {
        let mut talk = prepared(told, key);
        talk.reply(Reply::Ntn(NtnState::Missing));
        talk.tell(SMALL);
        let all = read_through(&mut talk);
        for title in Capability::ALL.map(Capability::title) {
            assert!(all.contains(title), "{path}: {title} is not in {all}");
        }
        assert!(all.contains("This machine") && all.contains("Not installed."), "{all}");
    }
}

#[test]
fn c_copies_the_message_that_is_pointed_at() {
    let told = standing(Role::Guest, Plan::Business, Policy::NotSure);
    let messages: Vec<String> = told.outlook().capabilities.into_iter().filter_map(|row| row.admin_message).collect();
    let of = |id: Capability| messages[Capability::ALL.iter().position(|known| *known == id).expect("it is listed")].as_str();
    let mut talk = prepared(told, "3");
    talk.press("c");
    assert_eq!(talk.effects(), copy(6, of(Capability::Login)));
    talk.press("End c");
    assert_eq!(talk.effects(), copy(7, of(Capability::DeployWorkers)));
    talk.press("Up c");
    assert_eq!(talk.effects(), copy(8, of(Capability::Login)));
    talk.press("Up Up Enter");
    assert_eq!(talk.screen(), "login", "the way that Enter takes was pointed at all along");
}

#[test]
fn one_message_that_serves_two_ends_is_offered_once() {
    let talk = prepared(standing(Role::Guest, Plan::Business, Policy::NotSure), "1");
    let (about, message) = ("about PAT with Notion API:", "Hello, I'd like to create a personal access token in");
    talk.reads(about);
    assert_eq!(talk.text().matches(message).count(), 1, "{}", talk.text());
}

#[test]
fn before_anything_was_told_there_is_nothing_to_send_and_an_owner_writes_to_nobody() {
    let mut talk = Talk::begin();
    talk.press("3 c");
    assert_eq!(talk.effects(), []);
    talk.lacks("To whoever runs the workspace");
    talk.reads("a Say your role and plan once, and this page tells what you may do.");
    let mut owner = prepared(standing(Role::Owner, Plan::Free, Policy::NotSure), "3");
    owner.press("c");
    assert_eq!(owner.effects(), []);
}

#[test]
fn numbers_take_a_way_at_once() {
    let told = Standing::default();
    for (keys, screen) in [("1", "sign in"), ("3", "prepare")] {
        let mut token = prepared(told, "1");
        token.press(keys);
        assert_eq!(token.screen(), screen);
    }
    let mut cli = prepared(told, "3");
    cli.press("2");
    assert_eq!(cli.screen(), "sign in");
    cli.press("Esc 1");
    assert_eq!(cli.screen(), "login");
}

#[test]
fn the_way_that_was_pointed_at_is_pointed_at_again_after_going_back() {
    let mut talk = prepared(Standing::default(), "3");
    talk.press("Down Enter");
    assert_eq!(talk.screen(), "sign in");
    talk.press("Esc Enter");
    assert_eq!(talk.screen(), "sign in");
}

#[test]
fn the_portal_is_opened_once_where_a_browser_will_appear() {
    use crate::support::talk::{PORTAL, open};
    let mut talk = Talk::begin();
    talk.reply(Reply::Browser(BrowserState::Ready { name: None }));
    talk.press("1 Enter");
    assert_eq!(talk.effects(), [start(6, open(PORTAL))]);
    talk.type_in("ntn_fake");
    talk.press("Esc Enter");
    assert_eq!(talk.effects(), [start(7, open(PORTAL))], "the key says so each time");
    talk.reads("8 characters");
    let mut headless = prepared(Standing::default(), "1");
    headless.press("Enter");
    assert_eq!(headless.effects(), []);
}

#[test]
fn a_token_pasted_there_is_verified_at_once() {
    for (key, path) in [("1", PathId::Token), ("3", PathId::Cli)] {
        let mut talk = prepared(Standing::default(), key);
        talk.paste(MEMBER);
        assert_eq!((talk.screen(), talk.effects()), ("sign in", vec![start(6, verify(MEMBER, path))]));
        talk.reply(known(verified(MEMBER, member())));
        assert_eq!(talk.screen(), "verify");
    }
    let mut oauth = prepared(Standing::default(), "2");
    oauth.paste(MEMBER);
    assert_eq!((oauth.screen(), oauth.effects()), ("prepare", vec![]));
}

#[test]
fn where_ntn_is_missing_one_key_leads_to_installing_it() {
    let others = NtnState::NotNotions { path: "/usr/bin/ntn".into(), evidence: "a time notifier".into() };
    for state in [NtnState::Missing, others] {
        let mut talk = Talk::begin();
        talk.reply(Reply::Browser(BrowserState::Ready { name: None }));
        talk.reply(Reply::Ntn(state));
        talk.press("3");
        talk.reads("install ntn");
        talk.press("Enter");
        assert_eq!(talk.screen(), "install");
        talk.press("Esc 2");
        assert_eq!(talk.screen(), "sign in", "a token needs no ntn");
    }
}

#[test]
fn what_is_still_being_looked_at_is_said_to_be() {
    let mut talk = Talk::begin();
    talk.press("3");
    talk.reads("This machine … Looking.");
    talk.press("1");
    assert_eq!(talk.screen(), "login", "and it is not waited for");
}
