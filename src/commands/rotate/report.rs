//! The plan and the outcome of a rotation as JSON, and the plan as text.

use crate::domain::command_line::ShellSyntax;
use crate::domain::credentials::{CredentialRecord, MessageLine, workspace_name};
use crate::domain::rotation::{
    HeldToken, OtherHolder, RotationOutcome, RotationPlan, RotationRequest, SwapResult, SwapTarget, left_steps, plan_lines,
};
use crate::domain::secret_manager::SendPlan;
use crate::frontends::console::{Console, problem_json};
use serde_json::{Value, json};

/// Writes what a rotation would replace.
pub(super) fn write_plan(plan: &RotationPlan, is_json: bool, console: &mut Console) {
    if is_json {
        console.write_json(&plan_json(plan));
        return;
    }
    console.write_data_wrapped("", &format!("{} ({})", workspace_name(&plan.record), plan.record.account.key()));
    for line in plan_lines(plan, false) {
        match line {
            MessageLine::Sentence(text) | MessageLine::Detail(text) => console.write_data_wrapped("  ", &text),
            MessageLine::Verbatim(text) => console.write_data(&format!("  {text}")),
            MessageLine::Problem(problem) => {
                console.write_problem(&problem);
            }
        }
    }
}

fn plan_json(plan: &RotationPlan) -> Value {
    let copies: Vec<_> = plan
        .copies
        .iter()
        .map(|target| {
            json!({
                "manager": target.copy.manager, "name": target.copy.name, "sent_on": target.copy.sent_on,
                "outdated": target.copy.is_outdated, "commands": target.plan.as_ref().ok().map(SendPlan::commands),
                "unusable": target.plan.as_ref().err(),
            })
        })
        .collect();
    json!({
        "schema": 1, "rotated": false, "account": plan.record.account.key(), "workspace": plan.record.workspace,
        "store": plan.record.store.name(), "old_works": plan.old.reach.is_ok(),
        "mcp": plan.mcp.as_ref().map(|record| record.account.key()), "secret_managers": copies,
        "agents": plan.agents, "others": plan.other_holders(false).iter().map(other_json).collect::<Vec<_>>(),
    })
}

fn other_json(other: &OtherHolder) -> Value {
    let (kind, name) = match other {
        OtherHolder::Variable { name, .. } => ("variable", name),
        OtherHolder::AgentFile { id, .. } => ("agent", id),
    };
    let is_same = match other.token() {
        HeldToken::Old => Some(true),
        HeldToken::Different => Some(false),
        HeldToken::Unknown => None,
    };
    json!({ "kind": kind, "name": name, "same": is_same })
}

pub(super) fn outcome_json(
    request: &RotationRequest,
    outcome: &RotationOutcome,
    syntax: ShellSyntax,
    page: &str,
    is_open: bool,
) -> Value {
    let check = &request.check;
    let differences: Vec<_> = check
        .comparison
        .iter()
        .map(|aspect| json!({ "aspect": aspect.aspect.name(), "verdict": aspect.verdict.name(), "text": aspect.text }))
        .collect();
    let CredentialRecord { account, workspace, user, expires_on, .. } = &outcome.record;
    let left: Vec<_> = left_steps(outcome, syntax)
        .into_iter()
        .map(|step| json!({ "text": step.text, "command": step.command, "before_revoking": step.is_needed }))
        .collect();
    json!({
        "schema": 1, "rotated": outcome.is_saved(), "complete": outcome.is_confirmed(), "can_revoke": outcome.can_revoke(),
        "account": account.key(), "replaced_account": request.plan.record.account.key(), "workspace": workspace, "user": user,
        "expires_at": expires_on, "owner_proof": check.proof.name(),
        "reach": { "verdict": check.verdict().name(), "aspects": differences },
        "results": outcome.results.iter().map(result_json).collect::<Vec<_>>(), "left": left,
        "revoke_page": page, "opened": is_open, "problem": outcome.problem().as_ref().map(problem_json),
    })
}

fn result_json(result: &SwapResult) -> Value {
    let copy = match &result.target {
        SwapTarget::Copy(copy) => Some(copy),
        SwapTarget::Store | SwapTarget::Mcp => None,
    };
    json!({
        "target": result.target.id(), "manager": copy.map(|copy| &copy.manager), "name": copy.map(|copy| &copy.name),
        "replaced": result.result.is_ok(), "text": result.result.as_ref().ok(),
        "problem": result.result.as_ref().err().map(problem_json),
    })
}
