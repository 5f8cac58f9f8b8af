//! The comparison as a list, for narrow screens and plain mode: the paths, then the details of the selected one.

use super::{Selection, machine};
use crate::domain::auth_path::AuthPath;
use crate::wizard::context::{Ctx, Layout};
use crate::wizard::msg::Choice;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// Width of the label column.
pub const LABEL_COLUMNS: usize = 17;

/// Draws the paths to choose from.
pub fn draw_paths(sheet: &mut Sheet, ctx: &Ctx<'_>, at: Selection, best: Option<AuthPath>) {
    let is_list = ctx.size.layout() == Layout::List;
    let is_spaced = ctx.size.is_roomy() && !sheet.is_plain();
    if is_spaced {
        sheet.blank();
    }
    for (index, path) in AuthPath::ALL.into_iter().enumerate() {
        let entry = ctx.catalog().path(path);
        let star = if best == Some(path) { format!(" {}", sheet.theme().glyph(Glyph::BestFit)) } else { String::new() };
        let detail = if is_list { entry.promise.as_str() } else { "" };
        components::draw_choice(sheet, index + 1, &Choice::new(format!("{}{star}", entry.title), detail), at.is_on_path(path));
    }
    if is_spaced {
        sheet.blank();
    }
}

/// Draws every row of the table for this path, then the findings about this machine.
pub fn draw_rows(sheet: &mut Sheet, ctx: &Ctx<'_>, path: AuthPath) {
    for row in &ctx.catalog().rows {
        sheet.pair(&row.label, LABEL_COLUMNS, Role::Text, &row.cell(path).short);
    }
    if sheet.is_plain() {
        sheet.blank();
    }
    sheet.title("This machine");
    machine::draw_all(sheet, ctx);
}
