//! The team's answers: the offer, the page, and the marks on the pages that they pre-answer.

use super::{accept, frames};
use crate::flows::agents::{plans, sign_in};
use crate::flows::team_profile::{find, searching};
use crate::support::fakes::{MEMBER, member_identity};
use crate::support::frames::SIZES;
use crate::support::harness::{Harness, probed, verified_outcome, verified_token};
use crate::support::team_profiles::TEAM;
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{ProbeResult, TaskOutcome};
use notion_auth::wizard::theme::Theme;

fn hold_found(state: &str, prepare: impl Fn(&mut Harness)) {
    let all = frames(
        &searching(),
        &|wizard| {
            wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
            prepare(wizard);
        },
        &SIZES,
        &SIZES,
        Theme::default(),
    );
    accept(state, &all);
}

fn used(wizard: &mut Harness) {
    find(wizard, TEAM, Vec::new());
    wizard.press("a Enter");
}

#[test]
fn the_answers_are_offered_and_shown() {
    hold_found("team_profile_offered", |wizard| find(wizard, TEAM, Vec::new()));
    hold_found("team_profile_page", |wizard| {
        find(wizard, TEAM, Vec::new());
        wizard.press("a");
    });
}

#[test]
fn what_the_team_answered_is_marked() {
    hold_found("team_profile_used", used);
    hold_found("team_profile_prepare", |wizard| {
        used(wizard);
        wizard.press("1");
    });
    hold_found("team_profile_save", |wizard| {
        used(wizard);
        wizard.press("1 Enter").paste(MEMBER);
        wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
        wizard.press("Enter");
    });
    hold_found("team_profile_agents", |wizard| {
        used(wizard);
        wizard.press("m");
        wizard.reply(TaskOutcome::AgentPlans(plans(), Ok(sign_in())));
    });
}

#[test]
fn a_refused_file_says_why() {
    let refuse = |wizard: &mut Harness| {
        wizard.reply(probed(ProbeResult::Inventory(Box::default())));
        let evidence = "/home/ada/acme/notion-auth.toml, line 3: there is no key \"rol\". Did you mean role? Keys: role, plan, \
                        policy, path, store, agents.";
        let problem = Problem::new(ProblemCode::ProfileInvalid).with_evidence(evidence);
        wizard.reply(probed(ProbeResult::TeamProfile(Box::new(Err(problem)))));
    };
    hold_found("team_profile_refused", refuse);
    hold_found("team_profile_refused_page", |wizard| {
        refuse(wizard);
        wizard.press("a");
    });
}
