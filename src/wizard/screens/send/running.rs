//! Draws the running commands and their result.

use crate::domain::problem::Problem;
use crate::domain::sanitize::{capitalised, truncate};
use crate::domain::secret_manager::{SendOutcome, SendPlan};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Keys};
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// Lines of output that are kept.
const MAX_OUTPUT_LINES: usize = 200;
/// Rows of the screen that are not output while it runs.
const ROWS_AROUND_OUTPUT: usize = 10;

pub(super) fn push_line(output: &mut Vec<String>, line: String) {
    if output.len() == MAX_OUTPUT_LINES {
        output.remove(0);
    }
    output.push(line);
}

pub(super) fn draw(
    sheet: &mut Sheet,
    handing: &SendPlan,
    output: &[String],
    problem: Option<&Problem>,
    keys: &Keys,
    ctx: &Ctx<'_>,
) {
    sheet.title(&format!("Send the token to {}", handing.manager().name));
    sheet.blank();
    let (mut shown, mut longest) = (MAX_OUTPUT_LINES, usize::MAX);
    if ctx.is_waiting {
        let program = &handing.manager().program;
        let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
        components::draw_waiting(sheet, &format!("{program} is running; it may ask you in another window. ({esc} cancels)"));
        shown = usize::from(ctx.size.rows).saturating_sub(ROWS_AROUND_OUTPUT).max(2);
        longest = sheet.width().saturating_sub(2);
    } else if let Some(problem) = problem {
        sheet.scroll_to_here();
        kit::draw_problem(sheet, problem, keys);
    } else {
        sheet.text(Role::Text, "Cancelled. It's unknown whether the token was stored. Press r to try again.");
    }
    draw_output(sheet, output, shown, longest);
}

pub(super) fn draw_sent(sheet: &mut Sheet, handing: &SendPlan, handed: &SendOutcome, output: &[String], is_kept: bool) {
    let mark = vec![sheet.span(Role::Good, &format!("{} ", sheet.theme().glyph(Glyph::Pass)))];
    sheet.scroll_to_here();
    sheet.hanging(mark, Role::Title, &format!("Sent to {}: {}", handing.manager().name, handing.name()));
    sheet.hanging(vec![Span::raw("  ")], Role::Text, &capitalised(&handed.text()));
    if let Some(used) = handing.reference() {
        sheet.blank();
        sheet.text(Role::Dim, "Use it there as");
        sheet.verbatim(&used, false);
    }
    sheet.blank();
    if !is_kept {
        let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
        sheet.text(Role::Dim, &format!("Not saved on this machine. Press {esc} to save it here too."));
    }
    sheet.text(Role::Dim, "When you revoke or replace the token, send the new one.");
    draw_output(sheet, output, MAX_OUTPUT_LINES, usize::MAX);
}

fn draw_output(sheet: &mut Sheet, output: &[String], shown: usize, longest: usize) {
    if output.is_empty() {
        return;
    }
    sheet.blank();
    sheet.text(Role::Dim, "It says");
    for line in output.iter().skip(output.len().saturating_sub(shown)) {
        sheet.hanging(vec![Span::raw("  ")], Role::Text, &truncate(line, longest));
    }
}
