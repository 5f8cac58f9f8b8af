//! Connecting coding agents.

use super::{hold, hold_layout};
use crate::flows::agents::{at_the_page, plans};
use notion_auth::domain::agents::plan::AgentOutcome;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::TaskOutcome;

#[test]
fn the_agents_are_chosen_from() {
    hold_layout("agents_choosing", |talk| at_the_page(talk, None));
    hold("agents_not_signed_in", |talk| at_the_page(talk, Some(Problem::new(ProblemCode::McpNotSignedIn))));
}

#[test]
fn the_exact_changes_are_agreed_to() {
    hold_layout("agents_consent", |talk| {
        at_the_page(talk, None);
        talk.press("Enter");
    });
}

#[test]
fn each_result_is_told() {
    hold("agents_results", |talk| {
        at_the_page(talk, None);
        talk.press("Enter y");
        let outcomes = [AgentOutcome::Connected { tools: 13 }, AgentOutcome::Unverified(Problem::new(ProblemCode::McpNotSignedIn))];
        talk.reply(TaskOutcome::AgentsConnected(plans().into_iter().zip(outcomes).collect()));
    });
}
