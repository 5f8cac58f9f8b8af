//! The comparison where there is no room for a table, and in lines: the paths one under another, then what the selected one is like.

use super::{At, machine};
use crate::domain::catalog::PathId;
use crate::wizard::context::{Ctx, Layout};
use crate::wizard::msg::Choice;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

/// Width of the column with the rows' names.
pub const LABEL: usize = 17;

/// The paths to choose from.
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

/// Every row of the table for this path, then this machine.
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
