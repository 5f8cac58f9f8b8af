//! Draws a rotation: what holds the old token, the field, the comparison, and what came of it.

use super::{RotatePage, RotatePhase};
use crate::domain::checks::Verdict;
use crate::domain::rotation::{RotationCheck, RotationOutcome, check_lines, left_lines, plan_lines};
use crate::wizard::context::Ctx;
use crate::wizard::kit;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::screens::Page;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

pub(super) fn sheet(page: &RotatePage, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
    let mut sheet = Sheet::new(theme, ctx.size);
    match &page.phase {
        RotatePhase::Entering => {
            if !page.input.draw_choice(&mut sheet) {
                draw_entry(page, &mut sheet, ctx);
            }
        }
        RotatePhase::Reviewing(check) | RotatePhase::AwaitingConsent(check) => draw_review(page, check, &mut sheet, ctx),
        RotatePhase::Finished(outcome) => draw_outcome(page, outcome, &mut sheet, ctx),
        RotatePhase::Preparing => draw_wait(page, "Checking where the token is used, and what it can do…", &mut sheet, ctx),
        RotatePhase::Replacing(_) => draw_wait(page, "Replacing the token, and reading it back everywhere…", &mut sheet, ctx),
    }
    sheet
}

fn title(page: &RotatePage) -> String {
    format!("Replace the token of {}", page.name())
}

fn draw_wait(page: &RotatePage, text: &str, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    sheet.title(&title(page));
    sheet.blank();
    if ctx.is_waiting {
        let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
        components::draw_waiting(sheet, &format!("{text} ({esc} stops)"));
        if ctx.is_quitting {
            sheet.text(Role::Dim, "notion-auth quits as soon as this is finished.");
        }
        page.output.draw(sheet, "the secret managers' CLIs", ctx);
        return;
    }
    match &page.problem {
        Some(problem) => kit::draw_problem(sheet, problem, &page.keys(ctx)),
        None => sheet.text(Role::Text, "Cancelled. Press r to try again."),
    }
}

/// The field comes first and keeps its place; results are drawn below it, where they are always visible.
fn draw_entry(page: &RotatePage, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    sheet.title(&title(page));
    page.input.draw_field(sheet);
    page.input.draw_advice(sheet, &ctx.setup.notion_host, ctx.is_waiting);
    if let Some(problem) = &page.problem {
        sheet.blank();
        kit::draw_problem(sheet, problem, &page.keys(ctx));
    }
    if ctx.setup.demo.is_some() && !ctx.is_waiting {
        let tab = components::key_name(sheet.theme(), Mode::Insert, Intent::NextField);
        components::draw_demo(
            sheet,
            &format!("Press {tab} to fill in an example; the first is a second token of the same person."),
        );
    }
    sheet.blank();
    sheet.title("Where to create a new token");
    if let Some(link) = ctx.portal_link(page.portal_path()) {
        sheet.link(&link);
    }
    if let Some(plan) = &page.plan {
        sheet.blank();
        sheet.title("What will change");
        kit::draw_message(sheet, &plan_lines(plan, false), &page.keys(ctx));
    }
}

fn draw_review(page: &RotatePage, check: &RotationCheck, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    let Some(plan) = &page.plan else { return };
    sheet.title(&title(page));
    kit::draw_message(sheet, &check_lines(plan, check), &page.keys(ctx));
    page.expiry.draw(sheet, ctx.setup.today);
    sheet.blank();
    sheet.title("What will change");
    kit::draw_message(sheet, &plan_lines(plan, check.is_saved), &page.keys(ctx));
}

fn draw_outcome(page: &RotatePage, outcome: &RotationOutcome, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    let (verdict, headline) = match (outcome.is_saved(), outcome.is_confirmed()) {
        (true, true) => (Verdict::Pass, format!("The token of {} was replaced", page.name())),
        (true, false) => (Verdict::Warn, format!("The token of {} was not replaced everywhere", page.name())),
        (false, _) => (Verdict::Fail, format!("The token of {} was not replaced", page.name())),
    };
    let mark = vec![components::verdict_mark(sheet, verdict)];
    sheet.scroll_to_here();
    sheet.hanging(mark, Role::Title, &headline);
    sheet.blank();
    draw_proof(page, outcome, sheet, ctx);
    let revoke_page = RotatePage::revoke_link(outcome, ctx).map(|link| link.as_str().to_owned()).unwrap_or_default();
    // Once the old token is refused, only what was replaced is of interest.
    let lines = left_lines(outcome, &revoke_page, ctx.setup.shell_syntax);
    let shown = if page.is_revoked == Some(true) { outcome.results.len().min(lines.len()) } else { lines.len() };
    kit::draw_message(sheet, lines.get(..shown).unwrap_or_default(), &page.keys(ctx));
    if let Some(problem) = &page.problem {
        sheet.blank();
        kit::draw_problem(sheet, problem, &page.keys(ctx));
    }
    page.output.draw(sheet, "the secret managers' CLIs", ctx);
}

/// Draws Notion's answer about the old token.
fn draw_proof(page: &RotatePage, outcome: &RotationOutcome, sheet: &mut Sheet, ctx: &Ctx<'_>) {
    if ctx.is_waiting {
        let text = if page.is_finding_holders {
            "Checking whether an agent's file still contains the old token…".to_owned()
        } else {
            format!("Asking {} about the old token…", ctx.setup.notion_host)
        };
        components::draw_waiting(sheet, &text);
        return sheet.blank();
    }
    let (verdict, text) = match page.is_revoked {
        Some(true) => (Verdict::Pass, "Notion refuses the old token. The rotation is complete."),
        Some(false) if outcome.can_revoke() => {
            (Verdict::Warn, "Notion still accepts the old token. Revoke it on the page below, then check again.")
        }
        Some(false) => (Verdict::Warn, "Notion still accepts the old token. Follow the steps below, then check again."),
        None => return,
    };
    let mark = vec![components::verdict_mark(sheet, verdict)];
    sheet.hanging(mark, Role::Text, text);
    sheet.blank();
}
