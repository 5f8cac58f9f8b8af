//! The comparison where there is no room for a table: a list beside the rows of the selected path, a short list, or lines of text.

use super::{Selection, details};
use crate::domain::auth_path::AuthPath;
use crate::domain::sanitize::width;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Choice, RowId};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::{Sheet, pad};
use crate::wizard::widgets::{components, machine};

/// Columns of the list beside the rows, and of the gap between the two.
const LIST_COLUMNS: usize = 25;
const GAP: usize = 2;
/// Columns of the labels of the rows, as wide as "Who creates".
const ROW_LABEL_COLUMNS: usize = 11;

fn title(sheet: &Sheet, ctx: &Ctx<'_>, path: AuthPath, best: Option<AuthPath>) -> String {
    let star = if best == Some(path) { format!(" {}", sheet.theme().glyph(Glyph::BestFit)) } else { String::new() };
    format!("{}{star}", ctx.catalog().path(path).title)
}

/// Draws the paths with what each of them does, as a list to choose from.
pub fn draw_choices(
    sheet: &mut Sheet,
    ctx: &Ctx<'_>,
    at: Selection,
    best: Option<AuthPath>,
    detail: fn(&Ctx<'_>, AuthPath) -> String,
) {
    for (index, path) in AuthPath::ALL.into_iter().enumerate() {
        let choice = Choice::new(title(sheet, ctx, path, best), detail(ctx, path));
        components::draw_choice(sheet, index + 1, &choice, at.is_on_path(path));
    }
}

/// Draws the list on the left, with this sheet's notes below it, and the rows of the selected path on the right.
pub fn draw_with_rows(
    sheet: &mut Sheet,
    ctx: &Ctx<'_>,
    (at, path): (Selection, AuthPath),
    best: Option<AuthPath>,
    draw_notes: impl FnOnce(&mut Sheet),
) {
    let mut panes = Sheet::column(sheet.theme(), ctx.size, LIST_COLUMNS - GAP);
    draw_choices(&mut panes, ctx, at, best, |ctx, path| ctx.catalog().path(path).tagline.clone());
    panes.blank();
    draw_notes(&mut panes);
    panes.put_beside(LIST_COLUMNS, rows(ctx, sheet.theme(), path, sheet.width().saturating_sub(LIST_COLUMNS)));
    sheet.append(panes);
}

/// Draws each path on one line, with its tagline where that fits.
pub fn draw_lines(sheet: &mut Sheet, ctx: &Ctx<'_>, at: Selection, best: Option<AuthPath>) {
    let titles = AuthPath::ALL.map(|path| title(sheet, ctx, path, best));
    let widest = titles.iter().map(|title| width(title)).max().unwrap_or_default();
    for (index, (path, title)) in AuthPath::ALL.into_iter().zip(titles).enumerate() {
        let is_here = at.is_on_path(path);
        let bar = if is_here { sheet.theme().glyph(Glyph::Bar) } else { " " };
        let (key, text) = if is_here { (Role::Title, Role::Title) } else { (Role::Key, Role::Text) };
        if is_here {
            sheet.set_focus(2);
        }
        let mut spans = vec![
            sheet.span(Role::Accent, &format!("{bar} ")),
            sheet.span(key, &format!("{}  ", index + 1)),
            sheet.span(text, &pad(&title, widest + 1)),
        ];
        let tagline = sheet.span(Role::Dim, &ctx.catalog().path(path).tagline);
        let used: usize = spans.iter().map(ratatui::text::Span::width).sum();
        if used + tagline.width() <= sheet.width() {
            spans.push(tagline);
        }
        sheet.line(spans);
    }
}

/// Returns every row of the table for this path.
pub fn rows(ctx: &Ctx<'_>, theme: Theme, path: AuthPath, columns: usize) -> Sheet {
    let mut sheet = Sheet::column(theme, ctx.size, columns);
    let room = columns.saturating_sub(ROW_LABEL_COLUMNS + 1);
    for row in super::table::rows(ctx) {
        let (label, mark, text) = match row {
            RowId::Criterion(index) => {
                let Some(row) = ctx.catalog().rows.get(index) else { continue };
                (row.narrow_label(), None, super::table::widest_fitting(row.cell(path).texts(), theme, room))
            }
            RowId::Machine => {
                let found = machine::cell(ctx, path);
                let mark = machine::finding_mark(&sheet, found.as_ref());
                let texts = found.as_ref().map(|found| found.texts.as_slice()).unwrap_or_default();
                let room = room.saturating_sub(mark.width());
                let text = match found {
                    Some(_) => super::table::widest_fitting(texts.iter().map(String::as_str), theme, room),
                    None => "checking".to_owned(),
                };
                ("Machine", Some(mark), text)
            }
        };
        let mut spans = vec![sheet.span(Role::Dim, &pad(label, ROW_LABEL_COLUMNS + 1))];
        spans.extend(mark);
        spans.push(sheet.span(Role::Text, &text));
        sheet.line(spans);
    }
    sheet
}

/// Writes the details of the selected path as text, for plain mode.
pub fn write_details(sheet: &mut Sheet, ctx: &Ctx<'_>, path: AuthPath) {
    sheet.blank();
    sheet.title(&format!("{} in short (h and l switch paths)", ctx.catalog().path(path).title));
    for part in details::overview(ctx, path) {
        details::draw_line(sheet, &part);
    }
    for row in &ctx.catalog().rows {
        sheet.pair(&row.label, details::LABEL_COLUMNS, Role::Text, &row.cell(path).short);
    }
    sheet.blank();
    sheet.title("This machine");
    machine::draw_checks(sheet, ctx, |_| true);
}
