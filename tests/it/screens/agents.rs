//! Connecting coding agents.

use super::{hold, hold_layout};
use crate::flows::agents::{at_the_page, not_signed_in, plan_with_token, plans, result, sign_in};
use crate::support::connection_fakes::pending;
use notion_auth::domain::agents::plan::AgentOutcome;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Progress, TaskOutcome};

#[test]
fn the_agents_are_chosen_from() {
    hold_layout("agents_choosing", |wizard| at_the_page(wizard, None));
    hold_layout("agents_not_signed_in", not_signed_in);
}

#[test]
fn the_exact_changes_are_agreed_to() {
    hold_layout("agents_consent", |wizard| {
        at_the_page(wizard, None);
        wizard.press("Enter");
    });
}

#[test]
fn each_result_is_told() {
    hold("agents_results", |wizard| {
        at_the_page(wizard, None);
        wizard.press("Enter y");
        let outcomes = [AgentOutcome::Connected { tools: 13 }, AgentOutcome::Unverified(Problem::new(ProblemCode::McpNotSignedIn))];
        wizard.reply(TaskOutcome::AgentsChanged(
            plans().into_iter().zip(outcomes).map(|(plan, outcome)| result(plan, outcome)).collect(),
        ));
    });
}

#[test]
fn the_sign_in_has_its_link() {
    hold_layout("agents_sign_in", |wizard| {
        not_signed_in(wizard);
        wizard.press("Enter");
        wizard.send_progress(Progress::AuthorizationPending(Box::new(pending())));
    });
}

#[test]
fn a_token_in_a_file_is_asked_about() {
    hold("agents_token", |wizard| {
        wizard.press("m");
        wizard.reply(TaskOutcome::AgentPlans(vec![plan_with_token()], Ok(sign_in())));
        wizard.press("Enter");
    });
}
