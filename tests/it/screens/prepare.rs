//! Before the sign-in: the ways, what this person may do, what this machine offers; and who one is.

use super::machine_findings::{all_bad, all_odd, all_well, all_well_but};
use super::{hold, hold_ascii, hold_layout};
use crate::support::fakes::inventory;
use crate::support::harness::{Harness, probed};
use notion_auth::domain::credentials::{CredentialIndex, RememberedAnswers};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::wizard::msg::ProbeResult;

/// A desk, and a person who said this about themselves earlier.
fn well_as(wizard: &mut Harness, role: MemberRole, plan: Plan, policy: TokenPolicy) {
    let index = CredentialIndex {
        remembered: RememberedAnswers::from_profile(MemberProfile { role, plan, policy }),
        ..CredentialIndex::default()
    };
    all_well_but(wizard, probed(ProbeResult::Inventory(Box::new(inventory(Vec::new(), index)))));
}

fn guest(wizard: &mut Harness) {
    well_as(wizard, MemberRole::Guest, Plan::Business, TokenPolicy::NotSure);
}

fn member(wizard: &mut Harness) {
    well_as(wizard, MemberRole::Member, Plan::Enterprise, TokenPolicy::OwnersAndGroups);
}

#[test]
fn the_ways_of_the_cli_before_anything_was_told() {
    hold_layout("prepare_cli", |wizard| {
        all_well(wizard);
        wizard.press("3");
    });
    hold("prepare_cli_checking", |wizard| {
        wizard.press("3");
    });
    hold("prepare_cli_bad", |wizard| {
        all_bad(wizard);
        wizard.press("3");
    });
    hold("prepare_cli_odd", |wizard| {
        all_odd(wizard);
        wizard.press("3 Down");
    });
}

#[test]
fn an_owner_reads_that_nothing_stands_in_the_way() {
    hold("prepare_cli_owner", |wizard| {
        well_as(wizard, MemberRole::Owner, Plan::Business, TokenPolicy::NotSure);
        wizard.press("3");
    });
}

#[test]
fn a_guest_is_warned_above_the_ways_and_has_a_message_to_send() {
    let at = |keys: &'static str| {
        move |wizard: &mut Harness| {
            guest(wizard);
            wizard.press(keys);
        }
    };
    hold("prepare_cli_guest", at("3"));
    hold_ascii("prepare_cli_guest_ascii", at("3"));
    hold("prepare_cli_guest_message", at("3 End"));
    hold("prepare_cli_guest_scrolled", at("3 PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn"));
    hold("prepare_cli_guest_copied", at("3 c"));
}

#[test]
fn whom_a_group_may_let_in_is_told_whom_to_ask() {
    hold("prepare_cli_groups", |wizard| {
        member(wizard);
        wizard.press("3");
    });
}

#[test]
fn a_token_is_prepared_for_by_what_a_token_takes() {
    hold_layout("prepare_token", |wizard| {
        all_well(wizard);
        wizard.press("1");
    });
    hold("prepare_token_guest", |wizard| {
        guest(wizard);
        wizard.press("1");
    });
    hold("prepare_token_second_message", |wizard| {
        guest(wizard);
        wizard.press("1 Down Down");
    });
}

#[test]
fn the_two_oauths_are_told_apart() {
    hold_layout("prepare_oauth", |wizard| {
        member(wizard);
        wizard.press("2").reply(probed(ProbeResult::Port(PortState::Free(8765))));
    });
}

#[test]
fn role_plan_and_policy_are_asked_one_at_a_time() {
    let asked = |keys: &'static str| {
        move |wizard: &mut Harness| {
            all_well(wizard);
            wizard.press("3").press(keys);
        }
    };
    hold_layout("profile_role", asked("a"));
    hold("profile_plan", asked("a 2"));
    hold("profile_policy", asked("a 2 4"));
    hold("profile_complete", asked("a 2 4 3"));
}
