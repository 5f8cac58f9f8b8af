//! Connecting coding agents: what is found is shown, the exact changes are agreed to, and each one's result is told.

use crate::support::harness::{Harness, TestEffect};
use notion_auth::domain::agents::diff::diff;
use notion_auth::domain::agents::known_agents;
use notion_auth::domain::agents::plan::{AgentOutcome, AgentPlan, AgentStep, FileChange, PlanSubject};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Task, TaskOutcome};

pub(crate) fn plan(id: &str, step: AgentStep) -> AgentPlan {
    let agent = known_agents().iter().find(|agent| agent.id == id).unwrap();
    AgentPlan { agent, subject: PlanSubject::Server, file: Some(format!("~/.{id}.json")), step }
}

pub(crate) fn change(id: &str) -> AgentStep {
    let (before, after) = (
        "{}\n",
        "{\n  \"mcpServers\": {\n    \"notion\": {\n      \"command\": \"notion-auth\",\n      \"args\": [\"mcp\"]\n    }\n  }\n}\n",
    );
    AgentStep::Change(Box::new(FileChange {
        path: format!("/home/fake/.{id}.json").into(),
        before: Some(Secret::new(before)),
        after: Some(Secret::new(after)),
        record: None,
        replaces: None,
        command: vec!["notion-auth".into(), "mcp".into()],
        lines: diff(before, after, None),
    }))
}

/// Two that can be connected, one by hand, one that is refused.
pub(crate) fn plans() -> Vec<AgentPlan> {
    let refused = Problem::new(ProblemCode::AgentFileRefused).with_evidence("~/.zed.json: it is a symbolic link");
    vec![
        plan("claude-code", change("claude-code")),
        plan("cursor", change("cursor")),
        plan("goose", AgentStep::ByHand { entry: "extensions:".into() }),
        plan("zed", AgentStep::Refused(refused)),
    ]
}

pub(crate) fn at_the_page(wizard: &mut Harness, missing: Option<Problem>) {
    wizard.press("m");
    wizard.reply(TaskOutcome::AgentPlans(plans(), missing));
}

#[test]
fn the_changes_are_shown_and_nothing_is_written_before_a_yes() {
    let mut wizard = Harness::new();
    wizard.take_effects();
    wizard.press("m");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("agents", vec![TestEffect::Start(Task::PlanAgents)]));
    wizard.reply(TaskOutcome::AgentPlans(plans(), None));
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), []);
    wizard.press("n Enter y");
    let possible: Vec<_> = plans().into_iter().take(2).collect();
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::ConnectAgents(possible.clone()))]);
    let results = possible.into_iter().map(|plan| (plan, AgentOutcome::Connected { tools: 13 })).collect();
    wizard.reply(TaskOutcome::AgentsConnected(results));
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "compare");
}

#[test]
fn an_agent_that_is_turned_off_is_left_alone() {
    let mut wizard = Harness::new();
    at_the_page(&mut wizard, None);
    wizard.take_effects();
    wizard.press("1 Enter y");
    let cursor = plans().remove(1);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::ConnectAgents(vec![cursor]))]);
}

#[test]
fn without_a_sign_in_the_command_can_be_copied() {
    let mut wizard = Harness::new();
    at_the_page(&mut wizard, Some(Problem::new(ProblemCode::McpNotSignedIn)));
    wizard.take_effects();
    wizard.press("c");
    let copied = format!("{:?}", wizard.take_effects());
    assert!(copied.contains("notion-auth login --path mcp"), "{copied}");
}
