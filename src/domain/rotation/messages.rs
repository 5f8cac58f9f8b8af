//! The messages about a rotation: what it will replace, what was found out about the new token, and what is left to do.

use super::{
    CopyTarget, HeldToken, OldToken, OtherHolder, OwnerProof, ReachVerdict, RotationCheck, RotationOutcome, RotationPlan,
    SwapTarget,
};
use crate::domain::command_line::{ShellSyntax, operand, option_word};
use crate::domain::credentials::{CredentialRecord, MessageLine, SecretCopy, rotate_command, workspace_name};

/// Lists what a rotation replaces, with the commands that run, and what it leaves alone. `is_saved` says that the new token is saved
/// already.
pub fn plan_lines(plan: &RotationPlan, is_saved: bool) -> Vec<MessageLine> {
    let mut lines = Vec::new();
    let store = plan.record.store.name();
    lines.push(MessageLine::Sentence(if is_saved {
        format!("The new token is already saved in the {store}.")
    } else {
        format!("The token saved in the {store} will be replaced.")
    }));
    if plan.mcp.is_some() && !is_saved {
        lines.push(MessageLine::Sentence(
            "The same token saved for Notion MCP will be replaced, if its server accepts the new one.".into(),
        ));
    }
    for target in plan.pending_copies(is_saved) {
        copy_lines(target, &mut lines);
    }
    if !plan.agents.is_empty() {
        lines.push(MessageLine::Sentence(agents_sentence(&plan.agents)));
    }
    lines.extend(plan.other_holders(is_saved).iter().map(|other| MessageLine::Sentence(other_sentence(other))));
    lines
}

fn copy_lines(target: &CopyTarget, lines: &mut Vec<MessageLine>) {
    let title = target.copy.title();
    match &target.plan {
        Ok(plan) => {
            lines.push(MessageLine::Sentence(format!("{title}: the token there will be replaced with these commands:")));
            lines.extend(plan.commands().into_iter().map(|command| MessageLine::Verbatim(format!("  {command}"))));
            lines.extend(plan.fallback_text().map(MessageLine::Detail));
        }
        Err(why) => lines.push(MessageLine::Sentence(format!("{title}: can't be replaced from here. {why}"))),
    }
}

fn agents_sentence(agents: &[String]) -> String {
    let verb = if agents.len() == 1 { "gets" } else { "get" };
    format!("{} {verb} the token for Notion MCP from notion-auth: nothing to do.", agents.join(", "))
}

fn other_sentence(other: &OtherHolder) -> String {
    let (place, suffix) = match other {
        OtherHolder::Variable { name, .. } => (format!("{name} in this shell"), ""),
        OtherHolder::AgentFile { agent, .. } => (format!("A file of {agent}"), " in plain text"),
    };
    match other.token() {
        HeldToken::Old => format!("{place} contains the old token{suffix}."),
        HeldToken::Different => format!("{place} contains a different token{suffix}."),
        HeldToken::Unknown => {
            format!("{place} contains a token{suffix}. It may be the old one, which is no longer saved and can't be compared.")
        }
    }
}

/// Reports what was found out about the new token.
pub fn check_lines(plan: &RotationPlan, check: &RotationCheck) -> Vec<MessageLine> {
    let workspace = workspace_name(&plan.record);
    let who = check.verified.identity.display_name().unwrap_or("the same owner");
    let mut lines = vec![MessageLine::Sentence(match check.proof {
        _ if check.is_saved => format!("The token works and belongs to {who} in {workspace}."),
        OwnerProof::Id => format!("The new token works and belongs to {who} in {workspace}, like the old one."),
        OwnerProof::Name => format!(
            "The new token works and belongs to {who} in {workspace}. The old one was saved under the same name; Notion can't confirm \
             that it was the same person's."
        ),
    })];
    if check.is_saved {
        return lines;
    }
    match &plan.old {
        OldToken { secret: None, .. } => {
            lines.push(MessageLine::Sentence("The old token is no longer in the store, so access can't be compared.".into()));
            return lines;
        }
        OldToken { reach: Err(problem), .. } => {
            let headline = problem.headline();
            lines.push(MessageLine::Sentence(format!("The old token can't be compared: {headline}")));
            return lines;
        }
        OldToken { reach: Ok(_), .. } => {}
    }
    let summary = match check.verdict() {
        ReachVerdict::Same => "Access: the same, as far as search and the list of people show.",
        ReachVerdict::More => "Access: the new token can do more.",
        ReachVerdict::Less => "Access: the new token can do less.",
        ReachVerdict::Unknown => "Access: not all of it could be compared.",
    };
    lines.push(MessageLine::Sentence(summary.into()));
    let differences = check.comparison.iter().filter(|aspect| aspect.verdict != ReachVerdict::Same);
    lines.extend(differences.map(|aspect| MessageLine::Detail(aspect.text.clone())));
    lines
}

/// Reports where the token was replaced, what is left to do, and the page on which the old one is revoked last.
pub fn left_lines(outcome: &RotationOutcome, revoke_page: &str, syntax: ShellSyntax) -> Vec<MessageLine> {
    let mut lines = Vec::new();
    for result in &outcome.results {
        match &result.result {
            Ok(place) => lines.push(MessageLine::Sentence(format!("{}: {place}", result.title()))),
            Err(problem) => {
                lines.push(MessageLine::Sentence(format!("{}: not replaced.", result.title())));
                lines.push(MessageLine::Problem(problem.clone()));
            }
        }
    }
    if !outcome.is_saved() {
        lines.push(MessageLine::Sentence("The old token is still saved and in use. To try again, run:".into()));
        lines.push(MessageLine::Verbatim(format!("  {}", rotate_command(&outcome.record))));
        return lines;
    }
    if !outcome.agents.is_empty() {
        lines.push(MessageLine::Sentence(agents_sentence(&outcome.agents)));
    }
    let left = left_steps(outcome, syntax);
    if outcome.can_revoke() {
        lines.push(MessageLine::Sentence("Revoke the old token now, on this page:".into()));
    } else {
        lines.push(MessageLine::Sentence("Don't revoke the old token yet. First:".into()));
    }
    let (first, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|step| step.is_needed);
    for step in first {
        step.write(&mut lines);
    }
    if !outcome.can_revoke() {
        lines.push(MessageLine::Sentence("Then revoke the old token on this page:".into()));
    }
    lines.push(MessageLine::Verbatim(format!("  {revoke_page}")));
    for step in rest {
        step.write(&mut lines);
    }
    lines
}

/// Something that a person still has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftStep {
    pub text: String,
    pub command: String,
    /// The old token must not be revoked before.
    pub is_needed: bool,
}

impl LeftStep {
    fn write(self, lines: &mut Vec<MessageLine>) {
        lines.push(MessageLine::Detail(self.text));
        lines.push(MessageLine::Verbatim(format!("  {}", self.command)));
    }
}

/// Returns what is left to do, with the exact commands for this shell.
pub fn left_steps(outcome: &RotationOutcome, syntax: ShellSyntax) -> Vec<LeftStep> {
    let needed = |text: String, command: String| LeftStep { text, command, is_needed: true };
    let account = outcome.record.account.key();
    let mut steps: Vec<LeftStep> = Vec::new();
    for result in outcome.results.iter().filter(|result| result.result.is_err()) {
        steps.push(match &result.target {
            SwapTarget::Store => needed("Replace the saved token:".into(), rotate_command(&outcome.record)),
            SwapTarget::Mcp => needed(
                "Save the new token for Notion MCP (put it in token.txt first):".into(),
                "notion-auth login --path mcp --token-stdin < token.txt".into(),
            ),
            SwapTarget::Copy(copy) => needed(copy_step(copy), copy.command(&account)),
        });
    }
    steps.extend(outcome.others.iter().map(|other| other_step(other, &outcome.record)));
    for step in &mut steps {
        step.command = syntax.translate(&step.command);
    }
    steps
}

fn copy_step(copy: &SecretCopy) -> String {
    if copy.plan().is_some_and(|plan| !plan.can_replace()) {
        format!("Delete {} there, then send the new token:", copy.name)
    } else {
        format!("Send the new token to {}:", copy.title())
    }
}

fn other_step(other: &OtherHolder, record: &CredentialRecord) -> LeftStep {
    let is_needed = other.needs_old();
    let is_unknown = other.token() == HeldToken::Unknown;
    match other {
        OtherHolder::Variable { name, .. } => LeftStep {
            text: if is_unknown {
                format!("If {name} contains the old token, set it to the new one, in this shell and where it is set:")
            } else {
                format!("Set {name} to the new token, in this shell and where it is set:")
            },
            command: format!("export {name}=\"$(notion-auth token {})\"", option_word("workspace", &record.account.key())),
            is_needed,
        },
        OtherHolder::AgentFile { agent, id, .. } => LeftStep {
            text: if is_unknown {
                format!("If a file of {agent} contains the old token, connect {agent} without a token in its file:")
            } else {
                format!("Connect {agent} without a token in its file:")
            },
            command: format!("notion-auth agents connect {}", operand(id)),
            is_needed,
        },
    }
}
