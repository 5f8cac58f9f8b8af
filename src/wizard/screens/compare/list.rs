//! The comparison as a list, for narrow screens and plain mode: the paths, then the details of the selected one.

use super::{At, machine};
use crate::domain::catalog::PathId;
use crate::wizard::context::{Ctx, Layout};
use crate::wizard::msg::Choice;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

/// Width of the label column.
pub const LABEL: usize = 17;

/// Draws the paths to choose from.
pub fn paths(sheet: &mut Sheet, ctx: &Ctx<'_>, at: At, best: Option<PathId>) {
    let is_list = ctx.size.layout() == Layout::List;
    if ctx.size.is_roomy() {
        sheet.blank();
    }
    for (index, path) in PathId::ALL.into_iter().enumerate() {
        let entry = ctx.catalog().path(path);
        let star = if best == Some(path) { format!(" {}", sheet.theme().glyph(Glyph::BestFit)) } else { String::new() };
        let detail = if is_list { entry.promise.as_str() } else { "" };
        marks::choice(sheet, index + 1, &Choice::new(format!("{}{star}", entry.title), detail), at.is_column(path));
    }
    if ctx.size.is_roomy() {
        sheet.blank();
    }
}

/// Draws every row of the table for this path, then the findings about this machine.
pub fn rows(sheet: &mut Sheet, ctx: &Ctx<'_>, path: PathId) {
    for row in &ctx.catalog().rows {
        sheet.pair(&row.label, LABEL, Role::Text, &row.cell(path).short);
    }
    if sheet.is_linear() {
        sheet.blank();
    }
    sheet.title("This machine");
    machine::full(sheet, ctx);
}
