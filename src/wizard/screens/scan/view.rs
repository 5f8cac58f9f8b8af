//! Draws what a scan found, the places of a secret, the changes to shell profiles, and their results.

use super::{ScanPage, ScanPhase};
use crate::domain::checks::Verdict;
use crate::domain::credentials::TokenOutcome;
use crate::domain::diff::{DiffLine, DiffLineKind};
use crate::domain::problem::Problem;
use crate::domain::sanitize::{capitalised, truncate};
use crate::domain::scan::{FoundSecret, ShellProfilePlan, ShellProfileResult, TokenResult, counted};
use crate::wizard::context::Ctx;
use crate::wizard::kit;
use crate::wizard::screens::Page;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

const TITLE: &str = "Tokens in plain text";

/// Places that the list names for each secret.
const PLACES_IN_LIST: usize = 3;
/// Rows that the rest of the page needs beside the list.
const OTHER_ROWS: usize = 9;

pub(super) fn sheet(page: &ScanPage, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
    let mut sheet = Sheet::new(theme, ctx.size);
    match &page.phase {
        ScanPhase::Listing => draw_list(page, &mut sheet, ctx),
        ScanPhase::Showing(index) => draw_secret(page, &mut sheet, *index, ctx),
        ScanPhase::AwaitingSave(tokens) | ScanPhase::AwaitingPlaintext(tokens) => {
            sheet.title(TITLE);
            for secret in page.report.secrets().iter().filter(|secret| tokens.contains(secret.secret)) {
                let mark = vec![components::verdict_mark(&sheet, Verdict::Warn)];
                sheet.hanging(mark, Role::Text, &format!("{}: {}", capitalised(&secret.title()), places_text(secret)));
            }
        }
        ScanPhase::AwaitingChange => {
            sheet.title("Changes to your shell profiles");
            draw_tokens(&mut sheet, &page.results);
            draw_plans(&mut sheet, &page.plans);
        }
        ScanPhase::Finished => draw_results(page, &mut sheet),
        ScanPhase::Scanning | ScanPhase::Saving(_) | ScanPhase::Replacing => draw_work(page, &mut sheet, ctx),
    }
    sheet
}

fn draw_work(page: &ScanPage, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    sheet.title(TITLE);
    sheet.blank();
    if let Some(problem) = &page.problem {
        return kit::draw_problem(sheet, problem, &page.keys(ctx));
    }
    if !ctx.is_waiting {
        return sheet.text(Role::Text, "Cancelled. Press r to try again.");
    }
    let text = match page.phase {
        ScanPhase::Saving(_) if page.saving.is_some_and(|next| next.count > 1) => {
            let (number, count) = page.saving.map_or((1, 1), |next| (next.number, next.count));
            format!("Verifying token {number} of {count} with {} and saving it…", ctx.setup.notion_host)
        }
        ScanPhase::Saving(_) => format!("Verifying with {} and saving…", ctx.setup.notion_host),
        ScanPhase::Replacing => "Replacing the lines…".to_owned(),
        _ if page.progress.files == 0 => "Searching shell profiles, agents' settings and this folder…".to_owned(),
        _ => format!("Searching… {} files", page.progress.files),
    };
    components::draw_waiting(sheet, &text);
}

/// Returns the first places of a secret, for one line.
pub(super) fn places_text(secret: &FoundSecret<'_>) -> String {
    let mut places: Vec<String> = secret.findings.iter().take(PLACES_IN_LIST).map(|finding| finding.position()).collect();
    match secret.findings.len().saturating_sub(PLACES_IN_LIST) {
        0 => {}
        more => places.push(format!("{more} more")),
    }
    places.join(", ")
}

fn draw_list(page: &ScanPage, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    sheet.title(TITLE);
    if ctx.setup.demo.is_some() && ctx.size.is_roomy() {
        components::draw_demo(sheet, "The files are simulated. Yours are not read.");
    }
    let verdict = if page.report.findings.is_empty() { Verdict::Pass } else { Verdict::Warn };
    let mark = vec![components::verdict_mark(sheet, verdict)];
    sheet.hanging(mark, Role::Text, &page.report.summary());
    if !page.report.skipped.is_empty() {
        let text = format!("{} not searched. For the reasons: notion-auth scan --json", counted(page.report.skipped.len(), "file"));
        sheet.text(Role::Dim, &text);
    }
    if page.report.findings.is_empty() {
        return sheet.text(Role::Dim, "Places: shell profiles and histories, the settings of editors and agents, and this folder.");
    }
    if ctx.size.is_roomy() {
        sheet.blank();
    }
    let list = page.list();
    if 2 * list.items.len() + OTHER_ROWS > usize::from(ctx.size.rows) {
        list.draw_short(sheet, page.selected);
    } else {
        list.draw(sheet, page.selected);
    }
}

fn draw_secret(page: &ScanPage, sheet: &mut Sheet, index: usize, ctx: &Ctx<'_>) {
    let secrets = page.report.secrets();
    let Some(secret) = secrets.get(index) else { return };
    sheet.title(&capitalised(&secret.title()));
    for finding in &secret.findings {
        sheet.bullet(Role::Text, &format!("{}, {}", finding.position(), finding.description()));
    }
    sheet.blank();
    for (name, advice) in secret.advice() {
        sheet.hanging(vec![Span::raw("")], Role::Text, &format!("{}: {advice}", capitalised(name)));
    }
    if secret.is_committed() || secret.is_tracked() {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        let text = if secret.is_committed() {
            "It's in a commit, so everyone with the repository has it. Revoke it: press o for the page."
        } else {
            "git tracks a file that contains it. If it was ever committed, revoke it: press o for the page."
        };
        sheet.hanging(mark, Role::Text, text);
    }
    sheet.blank();
    page.answers(index, ctx).draw(sheet, page.selected_answer);
}

fn draw_tokens(sheet: &mut Sheet, results: &[TokenResult]) {
    for TokenResult { secret, outcome } in results {
        let end = secret.last_four().map(|end| format!("…{end}")).unwrap_or_default();
        let (verdict, text) = match outcome {
            Ok(TokenOutcome::Saved { workspace, .. }) => (Verdict::Pass, format!("saved for {workspace}")),
            Ok(TokenOutcome::AlreadySaved { .. }) => (Verdict::Pass, "already saved".to_owned()),
            Ok(TokenOutcome::Rejected) => (Verdict::Warn, "no longer works; delete the line".to_owned()),
            Err(problem) => (Verdict::Fail, format!("not saved. {}", problem_text(problem))),
        };
        let mark = vec![components::verdict_mark(sheet, verdict)];
        sheet.hanging(mark, Role::Text, &format!("{end}: {text}"));
    }
}

fn draw_plans(sheet: &mut Sheet, plans: &[ShellProfilePlan]) {
    let room = if sheet.is_plain() { usize::MAX } else { sheet.width() };
    for plan in plans {
        sheet.blank();
        match &plan.change {
            Ok(Some(change)) => {
                sheet.text(Role::Title, &change.short_path);
                for line in &change.diff {
                    let role = match line.kind {
                        DiffLineKind::Removed => Role::Bad,
                        DiffLineKind::Context | DiffLineKind::Note => Role::Dim,
                        DiffLineKind::Added => Role::Title,
                    };
                    let span = sheet.span(role, &truncate(&DiffLine::marked(line), room));
                    sheet.line(vec![span]);
                }
            }
            Ok(None) => {
                sheet.text(Role::Text, &format!("{}: {}", plan.short_path, ShellProfilePlan::BY_HAND));
            }
            Err(problem) => {
                let mark = vec![components::verdict_mark(sheet, Verdict::Fail)];
                sheet.hanging(mark, Role::Text, &format!("{}: {}", plan.short_path, problem_text(problem)));
            }
        }
    }
}

/// Returns how many tokens are saved and lines replaced.
pub(super) fn result_summary(page: &ScanPage) -> String {
    let saved = page.results.iter().filter(|result| result.saved().is_some()).count();
    let lines = page.changes.iter().filter(|change| change.outcome.is_ok()).map(|change| change.lines.len()).sum();
    format!("{saved} of {} saved, {} replaced.", counted(page.results.len(), "token"), counted(lines, "line"))
}

fn draw_results(page: &ScanPage, sheet: &mut Sheet) {
    sheet.title(&result_summary(page));
    draw_tokens(sheet, &page.results);
    for ShellProfileResult { short_path, outcome, lines } in &page.changes {
        let (verdict, text) = match outcome {
            Ok(copy) => (Verdict::Pass, format!("{} replaced. A copy without the token: {copy}", counted(lines.len(), "line"))),
            Err(problem) => (Verdict::Fail, problem_text(problem)),
        };
        let mark = vec![components::verdict_mark(sheet, verdict)];
        sheet.hanging(mark, Role::Text, &format!("{short_path}: {text}"));
    }
    for plan in page.plans.iter().filter(|plan| !matches!(plan.change, Ok(Some(_)))) {
        draw_plans(sheet, std::slice::from_ref(plan));
    }
    let mut rest = page.report.without_replaced(&page.plans, &page.changes);
    rest.findings.retain(|finding| page.results.iter().any(|result| result.secret == finding.secret));
    let advice = rest.advice();
    if !advice.is_empty() {
        sheet.blank();
        sheet.text(Role::Title, "What is left to do");
        for (name, text) in advice {
            sheet.bullet(Role::Text, &format!("{}: {text}", capitalised(name)));
        }
    }
    let revocations = page.report.revocations();
    for sentence in &revocations {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        sheet.hanging(mark, Role::Text, sentence);
    }
}

/// Returns what happened and the first remedy.
fn problem_text(problem: &Problem) -> String {
    let evidence = problem.evidence.as_ref().filter(|_| !problem.has_technical_evidence());
    let headline = problem.headline();
    let sentence = evidence.map_or(headline.to_owned(), |evidence| format!("{} ({evidence}).", headline.trim_end_matches('.')));
    let remedy = problem.remedies().first().map(|remedy| format!(" {}", remedy.text)).unwrap_or_default();
    format!("{sentence}{remedy}")
}
