//! Draws the running commands and their result.

use crate::domain::problem::Problem;
use crate::domain::sanitize::capitalised;
use crate::domain::secret_manager::{SendOutcome, SendPlan};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Keys};
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::output_log::OutputLog;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

pub(super) fn draw(sheet: &mut Sheet, plan: &SendPlan, output: &OutputLog, problem: Option<&Problem>, keys: &Keys, ctx: &Ctx<'_>) {
    sheet.title(&format!("Send the token to {}", plan.manager().name));
    sheet.blank();
    if ctx.is_waiting {
        let program = &plan.manager().program;
        let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
        components::draw_waiting(sheet, &format!("{program} is running; it may ask you in another window. ({esc} cancels)"));
    } else if let Some(problem) = problem {
        sheet.scroll_to_here();
        kit::draw_problem(sheet, problem, keys);
    } else {
        sheet.text(Role::Text, "Cancelled. It's unknown whether the token was stored. Press r to try again.");
    }
    output.draw(sheet, &plan.manager().program, ctx);
}

pub(super) fn draw_sent(
    sheet: &mut Sheet,
    plan: &SendPlan,
    outcome: &SendOutcome,
    output: &OutputLog,
    is_saved: bool,
    ctx: &Ctx<'_>,
) {
    let mark = vec![sheet.span(Role::Good, &format!("{} ", sheet.theme().glyph(Glyph::Pass)))];
    sheet.scroll_to_here();
    sheet.hanging(mark, Role::Title, &format!("Sent to {}: {}", plan.manager().name, plan.name()));
    sheet.hanging(vec![Span::raw("  ")], Role::Text, &capitalised(&outcome.text()));
    if let Some(used) = plan.reference() {
        sheet.blank();
        sheet.text(Role::Dim, "Use it there as");
        sheet.verbatim(&used, false);
    }
    sheet.blank();
    if !is_saved {
        let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
        sheet.text(Role::Dim, &format!("Not saved on this machine. Press {esc} to save it here too."));
    }
    sheet.text(Role::Dim, "When you revoke or replace the token, send the new one.");
    output.draw(sheet, &plan.manager().program, ctx);
}
