//! Draws the agents, the changes to their files, and what came of them.

use super::{AgentsPage, AgentsPhase, is_possible};
use crate::domain::agents::plan::{AgentOutcome, AgentPlan, AgentResult, AgentStep, FileChange, PlanSubject};
use crate::domain::agents::{Agent, AgentState};
use crate::domain::checks::Verdict;
use crate::domain::credentials::CredentialRecord;
use crate::domain::credentials::TokenOutcome;
use crate::domain::diff::{DiffLine, DiffLineKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::truncate;
use crate::domain::team_profile::ProfileKey;
use crate::wizard::context::Ctx;
use crate::wizard::kit;
use crate::wizard::screens::Page;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

const TITLE: &str = "Connect your coding agents";

/// From this many rows up, every agent has its details.
const MIN_ROWS_FOR_DETAILS: u16 = 36;

pub(super) fn sheet(page: &AgentsPage, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
    let mut sheet = Sheet::new(theme, ctx.size);
    let waiting = match &page.phase {
        AgentsPhase::Choosing | AgentsPhase::AwaitingPlaintext => {
            draw_choices(page, &mut sheet, ctx);
            return sheet;
        }
        AgentsPhase::AwaitingTokens | AgentsPhase::AwaitingConsent => {
            draw_changes(page, &mut sheet);
            return sheet;
        }
        AgentsPhase::Finished(results) => {
            draw_results(&mut sheet, results, page.disconnection.is_some());
            return sheet;
        }
        AgentsPhase::Planning => "Looking for coding agents…",
        AgentsPhase::Changing if page.disconnection.is_some() => "Changing the settings…",
        AgentsPhase::Changing => "Changing the settings and testing each connection…",
    };
    sheet.title(TITLE);
    sheet.blank();
    match &page.problem {
        Some(problem) => kit::draw_problem(&mut sheet, problem, &page.keys(ctx)),
        None => components::draw_waiting(&mut sheet, waiting),
    }
    sheet
}

fn draw_choices(page: &AgentsPage, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    sheet.title(TITLE);
    if ctx.size.is_roomy() {
        sheet.text(Role::Dim, "They share one sign-in through notion-auth mcp; no token is written to their settings.");
        if ctx.setup.demo.is_some() {
            components::draw_demo(sheet, "The agents and their settings are simulated. Yours are not read.");
        }
        sheet.blank();
    }
    match &page.sign_in {
        Some(Ok(record)) => {
            let mark = vec![components::verdict_mark(sheet, Verdict::Pass)];
            sheet.hanging(mark, Role::Text, &sign_in_text(record));
        }
        Some(Err(problem)) => {
            let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
            let can_sign_in = page.phase == AgentsPhase::Choosing && page.plans.iter().any(is_possible);
            sheet.hanging(mark, Role::Text, &missing_sign_in_text(problem, can_sign_in));
        }
        None => {}
    }
    if let Some(note) = team_note(page, ctx) {
        sheet.text(Role::Dim, &note);
    }
    if ctx.size.is_roomy() {
        sheet.blank();
    }
    if page.plans.is_empty() {
        return sheet.text(Role::Text, "No coding agents were found on this machine.");
    }
    let menu = page.menu();
    if ctx.size.rows < MIN_ROWS_FOR_DETAILS {
        menu.draw_short(sheet, page.selected);
    } else {
        menu.draw(sheet, page.selected);
    }
    for (plan, lines) in manual_entries(&page.plans) {
        sheet.blank();
        let file = plan.short_file.as_deref().unwrap_or_default();
        sheet.text(Role::Text, &format!("{}: add these lines to {file}, without the first if it's there", plan.agent.name));
        lines.lines().for_each(|line| sheet.verbatim(line, false));
    }
}

/// Returns the agents that the team profile names, and those of them that are not on this machine.
fn team_note(page: &AgentsPage, ctx: &Ctx<'_>) -> Option<String> {
    let note = ctx.team_note(ProfileKey::Agents)?;
    let named = ctx.team_answers().map(|answers| answers.agents.as_slice()).unwrap_or_default();
    let is_missing = |agent: &&&Agent| page.plans.iter().all(|plan| plan.agent.id != agent.id);
    let missing: Vec<_> = named.iter().filter(is_missing).map(|agent| agent.name.as_str()).collect();
    Some(if missing.is_empty() { note } else { format!("{note} Not found here: {}.", missing.join(", ")) })
}

/// Returns the agents that a person connects by hand, with the lines to add.
pub(super) fn manual_entries(plans: &[AgentPlan]) -> impl Iterator<Item = (&AgentPlan, &str)> {
    plans.iter().filter_map(|plan| match &plan.step {
        AgentStep::ByHand { entry } => Some((plan, entry.as_str())),
        _ => None,
    })
}

/// Names the tokens by their last four characters.
pub(super) fn token_question(plans: &[AgentPlan]) -> String {
    let name = |plan: &AgentPlan| {
        let end = plan.saveable_token()?.last_four().map(|end| format!(" (…{end})")).unwrap_or_default();
        Some(format!("{}{end}", plan.agent.name))
    };
    let names: Vec<_> = plans.iter().filter_map(name).collect();
    format!(
        "A token is in plain text in the settings of {}. Verify it and save it before it's removed from there?",
        names.join(", ")
    )
}

fn sign_in_text(record: &CredentialRecord) -> String {
    let workspace = record.workspace.name.as_deref().unwrap_or(&record.workspace.id);
    match &record.user {
        Some(user) => format!("Signed in as {user} in {workspace}."),
        None => format!("Signed in to {workspace}."),
    }
}

fn missing_sign_in_text(problem: &Problem, can_sign_in: bool) -> String {
    let headline = match problem.code {
        ProblemCode::McpNotSignedIn | ProblemCode::NotSignedIn => "You're not signed in to Notion MCP.",
        _ => problem.headline(),
    };
    let key = if can_sign_in { " Press Enter to sign in with your browser first." } else { "" };
    format!("{headline}{key}")
}

fn draw_changes(page: &AgentsPage, sheet: &mut Sheet) {
    sheet.title("Changes to their settings");
    for plan in page.pending_plans() {
        if let Some(change) = plan.change() {
            sheet.blank();
            sheet.text(Role::Title, plan.short_file.as_deref().unwrap_or_default());
            draw_change(sheet, change);
        }
    }
}

pub(super) fn blocker(plan: &AgentPlan) -> Option<String> {
    match &plan.step {
        AgentStep::Change(_) | AgentStep::Done { .. } => None,
        AgentStep::ByHand { .. } => Some("Change its settings by hand: see below.".to_owned()),
        AgentStep::Refused(problem) => Some(problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned())),
    }
}

/// Returns an empty text for an agent whose reason says everything.
pub(super) fn plan_text(plan: &AgentPlan) -> String {
    if !is_possible(plan) {
        return String::new();
    }
    let replaced = plan.change().and_then(|change| change.replaces.as_ref()).map(|replaced| replaced.state);
    let state = match (&plan.step, replaced) {
        (AgentStep::Done { .. }, _) => "already connected",
        (_, Some(AgentState::PlainSecret)) => "a token is in its settings as plain text; it is replaced",
        (_, Some(AgentState::OwnSignIn)) => "signs in by itself; that is replaced",
        (_, Some(_)) => "connected in another way; that is replaced",
        (_, None) => "not connected",
    };
    plan.short_file.as_ref().map_or_else(|| state.to_owned(), |file| format!("{state}: {file}"))
}

fn draw_change(sheet: &mut Sheet, change: &FileChange) {
    let room = if sheet.is_plain() { usize::MAX } else { sheet.width() };
    for line in &change.lines {
        let DiffLine { kind, .. } = line;
        let role = match kind {
            DiffLineKind::Context | DiffLineKind::Note => Role::Dim,
            DiffLineKind::Removed => Role::Bad,
            // Green is too pale on white to carry words.
            DiffLineKind::Added => Role::Title,
        };
        let span = sheet.span(role, &truncate(&line.marked(), room));
        sheet.line(vec![span]);
    }
    if change.replaces.as_ref().is_some_and(|replaced| replaced.state == AgentState::PlainSecret) {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        sheet.hanging(mark, Role::Text, "Revoke this token at Notion if others can read the file, or if it is in git.");
    }
}

/// Returns how many agents are as they should be.
pub(super) fn summary(results: &[AgentResult], is_disconnection: bool) -> String {
    let is_done = |outcome: &AgentOutcome| match outcome {
        AgentOutcome::Connected { .. } => !is_disconnection,
        AgentOutcome::Disconnected => is_disconnection,
        _ => false,
    };
    let agents = results.iter().filter(|result| result.plan.subject == PlanSubject::Server);
    let (done, all) = (agents.clone().filter(|result| is_done(&result.outcome)).count(), agents.count());
    let verb = if is_disconnection { "disconnected" } else { "connected" };
    format!("{done} of {all} agents {verb}")
}

fn draw_results(sheet: &mut Sheet, results: &[AgentResult], is_disconnection: bool) {
    sheet.title(&summary(results, is_disconnection));
    sheet.blank();
    for AgentResult { plan, outcome, token } in results {
        let (verdict, text) = match outcome {
            AgentOutcome::Connected { tools } => (Verdict::Pass, format!("connected ({tools} tools)")),
            AgentOutcome::SignInNeeded { next } => (Verdict::Warn, next.clone()),
            AgentOutcome::Unverified(problem) => (Verdict::Warn, problem_text(problem)),
            AgentOutcome::Failed(problem) => (Verdict::Fail, problem_text(problem)),
            AgentOutcome::ByHand { .. } => (Verdict::Warn, "remove its entry by hand".to_owned()),
            AgentOutcome::Disconnected => (Verdict::Pass, "disconnected".to_owned()),
            AgentOutcome::SkillInstalled => (Verdict::Pass, "skill installed".to_owned()),
            AgentOutcome::SkillRemoved => (Verdict::Pass, "skill removed".to_owned()),
            AgentOutcome::Unchanged => (Verdict::Pass, "nothing to change".to_owned()),
        };
        let mark = vec![components::verdict_mark(sheet, verdict)];
        sheet.hanging(mark, Role::Text, &format!("{}: {text}", plan.agent.name));
        if let Some(token) = token {
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, &token_text(token));
        }
    }
    sheet.blank();
    if is_disconnection {
        sheet.text(Role::Dim, "You're still signed in. To end the sign-in: notion-auth logout");
    } else {
        sheet.text(Role::Dim, "If an agent is running, restart it. To undo this later: notion-auth agents disconnect");
    }
}

fn token_text(token: &TokenOutcome) -> String {
    match token {
        TokenOutcome::Saved { workspace, .. } => format!("Its token for {workspace} is saved. If the file was in git, revoke it."),
        TokenOutcome::AlreadySaved { .. } => "The token was saved before. If the file was in git, revoke it.".to_owned(),
        TokenOutcome::Rejected => "Notion no longer accepts the token, so it wasn't saved.".to_owned(),
    }
}

/// Returns what happened and the first remedy. The text of a library is left to `agents connect`, which shows it.
fn problem_text(problem: &Problem) -> String {
    let evidence = problem
        .evidence
        .as_ref()
        .filter(|_| !problem.has_technical_evidence())
        .map(|evidence| format!(" ({evidence})"))
        .unwrap_or_default();
    let remedy = problem.remedies().first().map(|remedy| format!(" {}", remedy.text)).unwrap_or_default();
    format!("{}{evidence}{remedy}", problem.headline())
}
