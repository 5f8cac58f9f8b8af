//! Connecting coding agents.

use super::{hold, hold_layout};
use crate::flows::agents::{at_the_page, plans};
use notion_auth::domain::agents::plan::AgentOutcome;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::TaskOutcome;

#[test]
fn the_agents_are_chosen_from() {
    hold_layout("agents_choosing", |wizard| at_the_page(wizard, None));
    hold("agents_not_signed_in", |wizard| at_the_page(wizard, Some(Problem::new(ProblemCode::McpNotSignedIn))));
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
        wizard.reply(TaskOutcome::AgentsConnected(plans().into_iter().zip(outcomes).collect()));
    });
}
