//! The comparison as a table: a column for each path, a row for each criterion, and a row for this machine.

use super::Selection;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::ComparisonRow;
use crate::domain::sanitize::{truncate, width};
use crate::wizard::context::{Ctx, Size};
use crate::wizard::msg::RowId;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::machine;
use crate::wizard::widgets::sheet::{Sheet, pad};
use ratatui::text::Span;

/// From this many columns up, labels and cells show their full texts.
const MIN_COLUMNS_FOR_FULL_TEXT: u16 = 100;
/// From this many rows up, each title has a tagline below it.
const MIN_ROWS_FOR_TAGLINES: u16 = 30;

/// Returns the rows from top to bottom. This machine comes before the row that only refers to the skill.
pub fn rows(ctx: &Ctx<'_>) -> Vec<RowId> {
    let criteria = &ctx.catalog().rows;
    let mut rows: Vec<_> = (0..criteria.len()).map(RowId::Criterion).collect();
    let pointer = criteria.iter().position(|row| row.id == "detail_skill").unwrap_or(criteria.len());
    rows.insert(pointer, RowId::Machine);
    rows
}

/// The widths of the table, in terminal columns.
#[derive(Clone, Copy)]
struct Grid {
    label: usize,
    /// The text of a cell. The bar that marks the selection and a space come before it, and a space after it.
    cell: usize,
    /// The text of a cell in the last column: no bar comes after it, and it gets the width that the others leave over.
    last: usize,
}

/// Columns before the text of a cell.
const BAR: usize = 2;

impl Grid {
    /// Divides the width among this many paths.
    fn new(size: Size, sheet: &Sheet, paths: usize) -> Self {
        let label: usize = if size.columns >= MIN_COLUMNS_FOR_FULL_TEXT { 18 } else { 12 };
        let texts = sheet.width().saturating_sub(label + paths * BAR);
        let blanks = paths.saturating_sub(1);
        let cell = texts.saturating_sub(blanks) / paths.max(1);
        Self { label, cell, last: texts.saturating_sub(blanks * (cell + 1)) }
    }

    fn room(self, path: AuthPath) -> usize {
        if AuthPath::ALL.last() == Some(&path) { self.last } else { self.cell }
    }
}

/// The widest of the texts that fits as this terminal shows it.
pub fn widest_fitting<'t>(texts: impl Iterator<Item = &'t str>, theme: Theme, room: usize) -> String {
    let texts: Vec<String> = texts.map(|text| theme.text(text).into_owned()).collect();
    let fits = texts.iter().find(|text| width(text) <= room).cloned();
    fits.unwrap_or_else(|| truncate(texts.last().map_or("", String::as_str), room))
}

/// A cell: its mark and text, and whether it is selected.
struct TableCell {
    mark: Option<Span<'static>>,
    text: String,
    role: Role,
    is_selected: bool,
}

pub fn draw(sheet: &mut Sheet, ctx: &Ctx<'_>, at: Selection, best: Option<AuthPath>) {
    let grid = Grid::new(ctx.size, sheet, AuthPath::ALL.len());
    draw_heads(sheet, ctx, at, best, grid);
    sheet.rule();
    for (index, row) in rows(ctx).into_iter().enumerate() {
        let is_here = at.row() == Some(index + 1);
        let is_full = ctx.size.columns >= MIN_COLUMNS_FOR_FULL_TEXT;
        let (label, cells) = match row {
            RowId::Criterion(index) => {
                let Some(row) = ctx.catalog().rows.get(index) else { continue };
                let cells = AuthPath::ALL.map(|path| criterion_cell(sheet, row, path, at, grid));
                (if is_full { row.label.as_str() } else { row.narrow_label() }, cells)
            }
            RowId::Machine => {
                let cells = AuthPath::ALL.map(|path| machine_cell(sheet, ctx, path, at, grid));
                (if is_full { "This machine" } else { "Machine" }, cells)
            }
        };
        draw_row(sheet, grid, (label, if is_here { Role::Title } else { Role::Dim }), &cells, is_here);
    }
    sheet.rule();
}

fn draw_heads(sheet: &mut Sheet, ctx: &Ctx<'_>, at: Selection, best: Option<AuthPath>, grid: Grid) {
    let theme = sheet.theme();
    let star = theme.glyph(Glyph::BestFit);
    let mut number = 0;
    let heads = AuthPath::ALL.map(|path| {
        number += 1;
        let title = format!("{number}  {}", ctx.catalog().path(path).title);
        let texts = if best == Some(path) {
            vec![format!("{title}   {star} best fit"), format!("{title}  {star}"), format!("{title} {star}")]
        } else {
            vec![title]
        };
        let text = widest_fitting(texts.iter().map(String::as_str), theme, grid.room(path));
        TableCell { mark: None, text, role: Role::Title, is_selected: at.is_on_path(path) }
    });
    draw_row(sheet, grid, ("", Role::Dim), &heads, at.row() == Some(0));
    if ctx.size.columns >= MIN_COLUMNS_FOR_FULL_TEXT && ctx.size.rows >= MIN_ROWS_FOR_TAGLINES {
        let taglines = AuthPath::ALL.map(|path| {
            let tagline = format!("   {}", ctx.catalog().path(path).tagline);
            let text = widest_fitting(std::iter::once(tagline.as_str()), theme, grid.room(path));
            let is_selected = at.is_on_path(path);
            TableCell { mark: None, text, role: if is_selected { Role::Title } else { Role::Dim }, is_selected }
        });
        draw_row(sheet, grid, ("", Role::Dim), &taglines, false);
    }
}

fn criterion_cell(sheet: &Sheet, row: &ComparisonRow, path: AuthPath, at: Selection, grid: Grid) -> TableCell {
    let text = widest_fitting(row.cell(path).texts(), sheet.theme(), grid.room(path));
    let is_selected = at.is_on_path(path);
    TableCell { mark: None, text, role: if is_selected { Role::Title } else { Role::Text }, is_selected }
}

fn machine_cell(sheet: &Sheet, ctx: &Ctx<'_>, path: AuthPath, at: Selection, grid: Grid) -> TableCell {
    let shown = machine::cell(ctx, path);
    let is_selected = at.is_on_path(path);
    let mark = machine::finding_mark(sheet, shown.as_ref());
    let (text, role) = match &shown {
        Some(shown) => {
            let texts = shown.texts.iter().map(String::as_str);
            let text = widest_fitting(texts, sheet.theme(), grid.room(path).saturating_sub(mark.width()));
            (text, if is_selected { Role::Title } else { Role::Text })
        }
        None => ("checking".to_owned(), Role::Dim),
    };
    TableCell { mark: Some(mark), text, role, is_selected }
}

/// Draws one row. The bar marks the selected column, or the one cell that the cursor is on.
fn draw_row(sheet: &mut Sheet, grid: Grid, (label, role): (&str, Role), cells: &[TableCell], has_cursor: bool) {
    let bar = sheet.theme().glyph(Glyph::Bar);
    let mut spans = vec![sheet.span(role, &pad(&truncate(label, grid.label), grid.label))];
    for (index, cell) in cells.iter().enumerate() {
        if cell.is_selected && has_cursor {
            sheet.set_focus(grid.label + index * (grid.cell + 1 + BAR) + BAR);
        }
        let mark = if cell.is_selected { format!("{bar} ") } else { "  ".to_owned() };
        spans.push(sheet.span(Role::Accent, &mark));
        let used = cell.mark.as_ref().map_or(0, Span::width) + width(&cell.text);
        spans.extend(cell.mark.clone());
        spans.push(sheet.span(cell.role, &cell.text));
        spans.push(Span::raw(" ".repeat((grid.cell + 1).saturating_sub(used))));
    }
    sheet.line(spans);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    #[test]
    fn a_fourth_path_fits_beside_the_others() {
        for columns in [72, 80, 100, 160] {
            let size = Size { columns, rows: 1 };
            let mut sheet = Sheet::wide(Theme::default(), size);
            let grid = Grid::new(size, &sheet, 4);
            let texts = ["a", "b", "c", "d"].map(|letter| letter.repeat(if letter == "d" { grid.last } else { grid.cell }));
            let cells = texts.clone().map(|text| TableCell { mark: None, text, role: Role::Text, is_selected: false });
            draw_row(&mut sheet, grid, ("Label", Role::Dim), &cells, false);
            let room = sheet.width();
            let mut terminal = Terminal::new(TestBackend::new(columns, 1)).unwrap();
            terminal.draw(|frame| drop(sheet.draw(frame, frame.area(), None))).unwrap();
            let row = terminal.backend().to_string();
            let shown: Vec<&str> = row.trim_matches(['"', '\n', ' ']).split_whitespace().collect();
            assert_eq!(shown[1..], texts, "{columns}");
            assert_eq!(grid.label + 4 * BAR + 3 * (grid.cell + 1) + grid.last, room, "{columns}");
            assert!(grid.cell >= 11 && grid.last >= grid.cell, "{columns}");
        }
    }
}
