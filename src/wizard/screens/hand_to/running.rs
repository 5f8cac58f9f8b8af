//! Draws the running commands and their result.

use crate::domain::problem::Problem;
use crate::domain::sanitize::{capitalised, fit};
use crate::domain::secret_manager::{Handed, Handing};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// Lines of output that are kept.
const KEPT: usize = 200;
/// Rows of the screen that are not output while it runs.
const AROUND: usize = 10;

pub(super) fn push(output: &mut Vec<String>, line: String) {
    if output.len() == KEPT {
        output.remove(0);
    }
    output.push(line);
}

pub(super) fn draw(sheet: &mut Sheet, handing: &Handing, output: &[String], problem: Option<&Problem>, ctx: &Ctx<'_>) {
    sheet.title(&format!("Hand the token to {}", handing.manager().name));
    sheet.blank();
    let (mut shown, mut longest) = (KEPT, usize::MAX);
    if ctx.is_waiting {
        let program = &handing.manager().program;
        let esc = marks::key(sheet.theme(), Mode::Moving, Intent::Back);
        marks::waiting(sheet, &format!("{program} is at work; it may ask you in another window. {esc} stops it."));
        shown = usize::from(ctx.size.rows).saturating_sub(AROUND).max(2);
        longest = sheet.width().saturating_sub(2);
    } else if let Some(problem) = problem {
        sheet.put_news();
        marks::problem(sheet, problem, Mode::Moving);
    } else {
        sheet.text(Role::Text, "Stopped before it was done: whether it was written is not known. r asks again.");
    }
    said(sheet, output, shown, longest);
}

pub(super) fn draw_handed(sheet: &mut Sheet, handing: &Handing, handed: &Handed, output: &[String], is_kept: bool) {
    let mark = vec![sheet.span(Role::Good, &format!("{} ", sheet.theme().glyph(Glyph::Pass)))];
    sheet.put_news();
    sheet.hanging(mark, Role::Title, &format!("Handed to {}: {}", handing.manager().name, handing.name()));
    sheet.hanging(vec![Span::raw("  ")], Role::Text, &capitalised(&handed.told()));
    if let Some(used) = handing.used() {
        sheet.blank();
        sheet.text(Role::Dim, "It is used there as");
        sheet.verbatim(&used, true);
    }
    sheet.blank();
    if !is_kept {
        let esc = marks::key(sheet.theme(), Mode::Moving, Intent::Back);
        sheet.text(Role::Dim, &format!("On this machine it is kept nowhere so far: {esc} goes back to keep it here too."));
    }
    sheet.text(Role::Dim, "When the token is revoked or replaced, hand the new one over again.");
    said(sheet, output, KEPT, usize::MAX);
}

fn said(sheet: &mut Sheet, output: &[String], shown: usize, longest: usize) {
    if output.is_empty() {
        return;
    }
    sheet.blank();
    sheet.text(Role::Dim, "It says");
    for line in output.iter().skip(output.len().saturating_sub(shown)) {
        sheet.hanging(vec![Span::raw("  ")], Role::Text, &fit(line, longest));
    }
}
