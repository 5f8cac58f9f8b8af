//! Before the sign-in: verdicts with their grounds, messages to send, and a way on that is never closed.

use crate::support::fakes::{MEMBER, member_identity};
use crate::support::harness::{
    Harness, TestEffect, copy_effects, port_probe, probed, verified_outcome, verified_token, verify_task,
};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::checks::Verdict;
use notion_auth::domain::credentials::{CredentialIndex, RememberedAnswers};
use notion_auth::domain::login::{LoginRequest, LoginSteps, LoginTarget};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::prerequisites::{Capability, MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::wizard::msg::{Msg, ProbeResult, Task};
use strum::VariantArray;

const SMALL: Msg = Msg::Resized(40, 12);

fn standing(role: MemberRole, plan: Plan, policy: TokenPolicy) -> MemberProfile {
    MemberProfile { role, plan, policy }
}

/// Somebody who said this earlier, on the Prepare page that this key leads to.
fn prepared(standing: MemberProfile, key: &str) -> Harness {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    wizard.reply_discovered(
        vec![],
        CredentialIndex { remembered: RememberedAnswers::from_profile(standing), ..CredentialIndex::default() },
    );
    wizard.press(key);
    assert_eq!(wizard.screen_name(), "prepare");
    wizard.take_effects();
    wizard
}

#[test]
fn only_the_path_with_a_redirect_shows_the_port() {
    let mut wizard = Harness::new();
    wizard.press("2").reply(probed(ProbeResult::Port(PortState::Free(8765))));
    wizard.assert_shows("8765");
    for key in ["1", "3"] {
        wizard.press("Esc").press(key).assert_hides("8765");
        assert_eq!(wizard.screen_name(), "prepare");
    }
}

/// Everything that can be told.
fn every_standing() -> impl Iterator<Item = MemberProfile> {
    let plans = |role| {
        Plan::VARIANTS
            .iter()
            .copied()
            .flat_map(move |plan| TokenPolicy::VARIANTS.iter().copied().map(move |policy| standing(role, plan, policy)))
    };
    MemberRole::VARIANTS.iter().copied().flat_map(plans)
}

/// The whole page, read by scrolling.
fn read_through(wizard: &mut Harness) -> String {
    let mut all = wizard.screen_text();
    for _ in 0..40 {
        wizard.press("PgDn");
        all += &wizard.screen_text();
    }
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_verdict_has_its_reason_its_source_and_the_date_of_it() {
    let catalog = Catalog::shipped().expect("the shipped catalog parses");
    for standing in every_standing() {
        for (key, path) in [("1", AuthPath::Token), ("2", AuthPath::Oauth), ("3", AuthPath::Cli)] {
            let mut wizard = prepared(standing, key);
            wizard.send(Msg::Resized(92, 120));
            let page = wizard.screen_text();
            let reads = |words: &str| assert!(page.contains(words), "{standing:?}: {words:?} does not stand in: {page}");
            for row in standing.permissions().capabilities {
                reads(row.title);
                reads(&row.reason);
                let source = catalog.source(row.source).expect("a source of the catalog");
                if row.verdict != Verdict::Unknown {
                    reads(&format!("{}, {}", source.title, source.as_of));
                }
                if path.capabilities().contains(&row.id) && row.verdict != Verdict::Pass {
                    reads(row.alternative.expect("something can be done all the same"));
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
        assert_eq!(token.screen_name(), "token", "{standing:?}");
        let mut cli = prepared(standing, "3");
        cli.press("Enter");
        let request = LoginRequest { target: LoginTarget::New, use_file: false, steps: LoginSteps::All };
        assert_eq!(
            (cli.screen_name(), cli.take_effects()),
            ("login", vec![TestEffect::Start(Task::Login(request))]),
            "{standing:?}"
        );
        let mut oauth = prepared(standing, "2");
        oauth.press("Enter");
        assert_eq!((oauth.screen_name(), oauth.take_effects()), ("connection", vec![port_probe(8765)]));
    }
}

#[test]
fn what_is_most_likely_closed_is_said_above_the_ways_in_one_line() {
    let warning = "You probably can't log in with ntn. Press Enter to continue anyway.";
    let mut guest = prepared(standing(MemberRole::Guest, Plan::Plus, TokenPolicy::NotSure), "3");
    guest.send(Msg::Resized(80, 24));
    guest.assert_shows(&format!("How do you want to sign in to the Notion CLI? ! {warning} ▌ 1 Log in with your browser"));
    let mut member = prepared(standing(MemberRole::Member, Plan::Plus, TokenPolicy::NotSure), "3");
    record!(member);
    member.press("Esc 1");
    record!(member);
    let mut token = prepared(standing(MemberRole::Guest, Plan::Plus, TokenPolicy::NotSure), "1");
    token.send(Msg::Resized(80, 24));
    record!(token);
}

#[test]
fn at_eighty_by_twenty_four_the_ways_and_the_first_verdict_are_in_sight() {
    for standing in every_standing() {
        let mut wizard = prepared(standing, "3");
        wizard.send(Msg::Resized(80, 24));
        let page = wizard.screen_text();
        let login = standing.permissions().capabilities.remove(0);
        for words in ["1 Log in with your browser", "2 Use a token", &format!("{} {}", login.title, login.reason)] {
            assert!(page.contains(words), "{standing:?}: {words:?} does not stand in: {page}");
        }
    }
}

#[test]
fn on_the_smallest_screen_everything_is_reached_by_scrolling() {
    let told = standing(MemberRole::Guest, Plan::Business, TokenPolicy::NotSure);
    for (key, path) in [("1", AuthPath::Token), ("2", AuthPath::Oauth), ("3", AuthPath::Cli)] {
        let mut wizard = prepared(told, key);
        wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
        wizard.send(SMALL);
        let all = read_through(&mut wizard);
        for title in Capability::VARIANTS.iter().copied().map(Capability::title) {
            assert!(all.contains(title), "{path}: {title} is not in {all}");
        }
        assert!(all.contains("This machine") && all.contains("Not installed."), "{all}");
    }
}

#[test]
fn c_copies_the_message_that_is_pointed_at() {
    let told = standing(MemberRole::Guest, Plan::Business, TokenPolicy::NotSure);
    let messages: Vec<String> = told.permissions().capabilities.into_iter().filter_map(|row| row.admin_message).collect();
    let of = |id: Capability| messages[Capability::VARIANTS.iter().position(|known| *known == id).expect("it is listed")].as_str();
    let mut wizard = prepared(told, "3");
    wizard.press("c");
    assert_eq!(wizard.take_effects(), copy_effects(of(Capability::Login)));
    wizard.press("End c");
    assert_eq!(wizard.take_effects(), copy_effects(of(Capability::DeployWorkers)));
    wizard.press("Up c");
    assert_eq!(wizard.take_effects(), copy_effects(of(Capability::Login)));
    wizard.press("Up Up Enter");
    assert_eq!(wizard.screen_name(), "login", "the way that Enter takes was pointed at all along");
}

#[test]
fn one_message_that_serves_two_ends_is_offered_once() {
    let wizard = prepared(standing(MemberRole::Guest, Plan::Business, TokenPolicy::NotSure), "1");
    let (about, message) = ("to copy: PAT with Notion API", "Hello, I'd like to create a personal access token in");
    wizard.assert_shows(about);
    assert_eq!(wizard.screen_text().matches(message).count(), 1, "{}", wizard.screen_text());
}

#[test]
fn before_anything_was_told_there_is_nothing_to_send_and_an_owner_writes_to_nobody() {
    let mut wizard = Harness::new();
    wizard.press("3 c");
    assert_eq!(wizard.take_effects(), []);
    record!(wizard);
    assert!(wizard.has_key("a"));
    let mut owner = prepared(standing(MemberRole::Owner, Plan::Free, TokenPolicy::NotSure), "3");
    owner.press("c");
    assert_eq!(owner.take_effects(), []);
}

#[test]
fn numbers_take_a_way_at_once() {
    let told = MemberProfile::default();
    for (keys, screen) in [("1", "token"), ("3", "prepare")] {
        let mut token = prepared(told, "1");
        token.press(keys);
        assert_eq!(token.screen_name(), screen);
    }
    let mut cli = prepared(told, "3");
    cli.press("2");
    assert_eq!(cli.screen_name(), "token");
    cli.press("Esc 1");
    assert_eq!(cli.screen_name(), "login");
}

#[test]
fn the_way_that_was_pointed_at_is_pointed_at_again_after_going_back() {
    let mut wizard = prepared(MemberProfile::default(), "3");
    wizard.press("Down Enter");
    assert_eq!(wizard.screen_name(), "token");
    wizard.press("Esc Enter");
    assert_eq!(wizard.screen_name(), "token");
}

#[test]
fn the_portal_is_opened_once_where_a_browser_will_appear() {
    use crate::support::harness::{TOKEN_PORTAL, open_task};
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: None })));
    wizard.press("1 Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(TOKEN_PORTAL))]);
    wizard.type_text("ntn_fake");
    wizard.press("Esc Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(TOKEN_PORTAL))], "the key says so each time");
    wizard.assert_shows("8 characters");
    let mut headless = prepared(MemberProfile::default(), "1");
    headless.press("Enter");
    assert_eq!(headless.take_effects(), []);
}

#[test]
fn a_token_pasted_there_is_verified_at_once() {
    for (key, path) in [("1", AuthPath::Token), ("3", AuthPath::Cli)] {
        let mut wizard = prepared(MemberProfile::default(), key);
        wizard.paste(MEMBER);
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("token", vec![TestEffect::Start(verify_task(MEMBER, path))]));
        wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
        assert_eq!(wizard.screen_name(), "verify");
    }
    let mut oauth = prepared(MemberProfile::default(), "2");
    oauth.paste(MEMBER);
    assert_eq!(oauth.screen_name(), "token");
    assert!(oauth.take_effects().contains(&TestEffect::Start(verify_task(MEMBER, AuthPath::Token))));
}

#[test]
fn where_ntn_is_missing_one_key_leads_to_installing_it() {
    let others = NtnState::OtherProgram { path: "/usr/bin/ntn".into(), evidence: "a time notifier".into() };
    for state in [NtnState::Missing, others] {
        let mut wizard = Harness::new();
        wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: None })));
        wizard.reply(probed(ProbeResult::Ntn(state)));
        wizard.press("3");
        record!(wizard);
        wizard.press("Enter");
        assert_eq!(wizard.screen_name(), "install");
        wizard.press("Esc 2");
        assert_eq!(wizard.screen_name(), "token", "a token needs no ntn");
    }
}

#[test]
fn what_is_still_being_looked_at_is_said_to_be() {
    let mut wizard = Harness::new();
    wizard.press("3");
    record!(wizard);
    wizard.press("1");
    assert_eq!(wizard.screen_name(), "login", "and it is not waited for");
}

#[test]
fn a_login_whose_ntn_cannot_be_installed_says_so_before_it_is_chosen() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: None })));
    wizard.reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    wizard.press("3");
    let is_disabled: Vec<bool> = wizard.options().iter().map(|(_, reason)| reason.is_some()).collect();
    assert_eq!(is_disabled, [true, false]);
    wizard.press("1");
    assert_eq!(wizard.screen_name(), "prepare");
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "token");
}

#[test]
fn the_field_for_a_token_has_the_focus_and_the_roles_are_one_line() {
    let mut wizard = Harness::new();
    wizard.press("1");
    assert_eq!(wizard.render(notion_auth::wizard::theme::Theme::default()).cursor.map(|at| at.y), Some(4));
    assert!(wizard.has_key("a") && wizard.has_key("Enter"));
}
