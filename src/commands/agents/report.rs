//! The changes to agents and their results, as text and as JSON.

use crate::domain::agents::AgentState;
use crate::domain::agents::plan::{AgentOutcome, AgentPlan, AgentResult, AgentStep, FileChange};
use crate::domain::credentials::TokenOutcome;
use crate::domain::diff::DiffLine;
use crate::frontends::console::{Console, problem_json};
use serde_json::{Value, json};

/// Returns the change as a patch, with a remark on what it replaces.
pub(super) fn change_lines(change: &FileChange) -> Vec<String> {
    let path = change.path.display();
    let name = |content: &Option<_>| if content.is_some() { path.to_string() } else { "(no file)".to_owned() };
    let mut lines = vec![format!("--- {}", name(&change.before)), format!("+++ {}", name(&change.after))];
    lines.extend(change.lines.iter().map(DiffLine::marked));
    lines.extend(replacement_text(change));
    lines
}

fn replacement_text(change: &FileChange) -> Option<String> {
    let replaced = change.replaces.as_ref()?;
    Some(match (replaced.state, &replaced.detail) {
        (AgentState::PlainSecret, detail) => format!(
            "This replaces a token in plain text ({}). If others can read the file, or if it is in git, revoke the token: {REVOKE_PAGES}",
            detail.as_deref().unwrap_or("not shown")
        ),
        (AgentState::OwnSignIn, _) => format!("This replaces the agent's own sign-in ({}).", replaced.name),
        _ => format!("This replaces the entry {}.", replaced.name),
    })
}

const REVOKE_PAGES: &str = "https://app.notion.com/developers/tokens or https://app.notion.com/developers/connections";

pub(super) fn report_plans(plans: &[AgentPlan], is_json: bool, console: &mut Console) {
    if is_json {
        let agents: Vec<_> = plans.iter().map(plan_json).collect();
        console.write_json(&json!({ "schema": 1, "agents": agents }));
        return;
    }
    for plan in plans {
        match &plan.step {
            AgentStep::Change(change) => change_lines(change).iter().for_each(|line| console.write_data(line)),
            AgentStep::Done { .. } => write_line(plan, "nothing to change", console),
            AgentStep::ByHand { entry } => report_by_hand(plan, entry, console),
            AgentStep::Refused(problem) => {
                write_line(plan, "not changed", console);
                console.write_problem(problem);
            }
        }
    }
}

pub(super) fn report_result(AgentResult { plan, outcome, token }: &AgentResult, console: &mut Console) {
    match outcome {
        AgentOutcome::Connected { tools } => {
            let already = if plan.change().is_some() { "connected" } else { "already connected" };
            write_line(plan, &format!("{already} ({tools} tools)"), console);
        }
        AgentOutcome::SignInNeeded { next } => {
            write_line(plan, "set up to sign in by itself", console);
            console.write_message_under("  ", next);
        }
        AgentOutcome::Disconnected => write_line(plan, "disconnected", console),
        AgentOutcome::SkillInstalled => write_line(plan, "skill installed", console),
        AgentOutcome::SkillRemoved => write_line(plan, "skill removed", console),
        AgentOutcome::Unchanged => write_line(plan, "not connected through notion-auth", console),
        AgentOutcome::ByHand { entry } => report_by_hand(plan, entry, console),
        AgentOutcome::Unverified(problem) => {
            write_line(plan, "the entry is in its settings, but does not work yet", console);
            console.write_problem(problem);
        }
        AgentOutcome::Failed(problem) => {
            write_line(plan, "not changed", console);
            console.write_problem(problem);
        }
    }
    if let Some(token) = token {
        console.write_message_under("  ", &token_text(token));
    }
    if let (Some(text), true) = (plan.change().and_then(replacement_text), is_connected(outcome)) {
        console.write_message_under("  ", &text);
    }
}

fn token_text(token: &TokenOutcome) -> String {
    match token {
        TokenOutcome::Saved { place, .. } => format!("The token is verified and saved: {place}"),
        TokenOutcome::AlreadySaved { .. } => "The token was saved before.".to_owned(),
        TokenOutcome::Rejected => "Notion no longer accepts the token, so it was not saved.".to_owned(),
    }
}

fn is_connected(outcome: &AgentOutcome) -> bool {
    matches!(outcome, AgentOutcome::Connected { .. } | AgentOutcome::SignInNeeded { .. } | AgentOutcome::Unverified(_))
}

fn write_line(plan: &AgentPlan, text: &str, console: &mut Console) {
    let file = plan.file.as_ref().map(|file| format!(": {file}")).unwrap_or_default();
    console.write_data_wrapped(&format!("{:<16}", plan.agent.name), &format!("{text}{file}"));
}

fn report_by_hand(plan: &AgentPlan, entry: &str, console: &mut Console) {
    write_line(plan, "to be changed by hand", console);
    for line in entry.lines() {
        console.write_data(&format!("    {line}"));
    }
}

/// Describes what would be done.
fn plan_json(plan: &AgentPlan) -> Value {
    outcome_json(plan, None, None)
}

pub(super) fn result_json(result: &AgentResult) -> Value {
    outcome_json(&result.plan, Some(&result.outcome), result.token.as_ref())
}

fn outcome_json(plan: &AgentPlan, outcome: Option<&AgentOutcome>, token: Option<&TokenOutcome>) -> Value {
    let (result, problem, tools) = match outcome {
        None => match &plan.step {
            AgentStep::Change(_) => ("would_change", None, None),
            AgentStep::Done { .. } => ("unchanged", None, None),
            AgentStep::ByHand { .. } => ("by_hand", None, None),
            AgentStep::Refused(problem) => ("failed", Some(problem), None),
        },
        Some(AgentOutcome::Connected { tools }) => ("connected", None, Some(tools)),
        Some(AgentOutcome::SignInNeeded { .. }) => ("sign_in_needed", None, None),
        Some(AgentOutcome::Disconnected) => ("disconnected", None, None),
        Some(AgentOutcome::SkillInstalled) => ("installed", None, None),
        Some(AgentOutcome::SkillRemoved) => ("removed", None, None),
        Some(AgentOutcome::Unverified(problem)) => ("unverified", Some(problem), None),
        Some(AgentOutcome::Unchanged) => ("unchanged", None, None),
        Some(AgentOutcome::ByHand { .. }) => ("by_hand", None, None),
        Some(AgentOutcome::Failed(problem)) => ("failed", Some(problem), None),
    };
    let change = plan.change();
    let entry = match &plan.step {
        AgentStep::ByHand { entry } => Some(entry),
        _ => None,
    };
    let next = match outcome {
        Some(AgentOutcome::SignInNeeded { next }) => Some(next),
        _ => None,
    };
    let subject: &str = plan.subject.into();
    let is_changed = change.is_some() && matches!(outcome, Some(outcome) if !matches!(outcome, AgentOutcome::Failed(_)));
    let replaces = change.and_then(|change| change.replaces.as_ref()).map(|replaced| {
        let state: &str = replaced.state.into();
        json!({ "name": replaced.name, "state": state, "detail": replaced.detail })
    });
    let token = token.map(|token| {
        let result: &str = token.into();
        let place = match token {
            TokenOutcome::Saved { place, .. } => Some(place),
            TokenOutcome::AlreadySaved { .. } | TokenOutcome::Rejected => None,
        };
        json!({ "result": result, "place": place })
    });
    json!({
        "id": plan.agent.id, "name": plan.agent.name, "subject": subject, "path": plan.file, "result": result, "changed": is_changed, "tools": tools,
        "command": command(&plan.step), "diff": change.map(change_lines), "entry": entry, "next": next, "replaces": replaces, "token": token,
        "problem": problem.map(problem_json),
    })
}

fn command(step: &AgentStep) -> Option<&Vec<String>> {
    let command = match step {
        AgentStep::Change(change) => &change.command,
        AgentStep::Done { command } => command,
        _ => return None,
    };
    (!command.is_empty()).then_some(command)
}
