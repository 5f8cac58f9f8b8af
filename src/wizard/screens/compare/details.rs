//! The prose about the selected path or row. It is beside the table on a wide screen, below it on a tall one, and otherwise behind Tab.

use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::Claim;
use crate::wizard::context::{Ctx, Size};
use crate::wizard::msg::RowId;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::{MEASURE, Sheet};
use crate::wizard::widgets::{claim, machine};

/// A function that shortens a claim to one line, if possible.
type ClaimSummary = fn(&Claim) -> Option<&str>;

/// Columns of the labels.
pub const LABEL_COLUMNS: usize = 17;
/// From this many columns up the details are beside the table.
const MIN_COLUMNS_BESIDE: u16 = 160;
/// From this many rows up they are below it.
const MIN_ROWS_BELOW: u16 = 35;
/// The columns that the table needs for its full texts.
const TABLE_COLUMNS: usize = 104;
/// Columns between the table and the details.
pub const GAP: usize = 4;

/// The place of the details, and how many columns they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    Beside(usize),
    Below(usize),
    BehindTab,
}

impl Placement {
    pub fn new(size: Size) -> Self {
        if size.columns >= MIN_COLUMNS_BESIDE {
            Self::Beside(size.screen_width().saturating_sub(TABLE_COLUMNS + GAP).min(MEASURE))
        } else if size.rows >= MIN_ROWS_BELOW {
            Self::Below(size.screen_width().min(LABEL_COLUMNS + 1 + MEASURE))
        } else {
            Self::BehindTab
        }
    }
}

/// The details of a path: a label and its statements.
type Part<'a> = (&'a str, Vec<&'a str>);

/// Returns what the path does, and when to use it.
pub fn overview<'a>(ctx: &Ctx<'a>, path: AuthPath) -> Vec<Part<'a>> {
    let path = ctx.catalog().path(path);
    // An outdated claim of the guide is only on the full page, beside today's fact.
    let stated: [(&str, &[Claim], ClaimSummary); 3] = [
        ("When to use", &path.when_to_use, claim::current_text),
        ("When not", &path.when_not_to_use, claim::short_text),
        ("Limits", &path.limitations, claim::short_text),
    ];
    let parts = stated.map(|(label, claims, summary)| (label, claims.iter().filter_map(summary).collect::<Vec<_>>()));
    let promise = (path.title.as_str(), vec![path.promise.as_str()]);
    std::iter::once(promise).chain(parts).filter(|(_, texts)| !texts.is_empty()).collect()
}

/// Draws a part as `label   text · text`.
pub fn draw_line(sheet: &mut Sheet, (label, texts): &Part<'_>) {
    sheet.pair(label, LABEL_COLUMNS, Role::Text, &texts.join(" · "));
}

fn draw_list(sheet: &mut Sheet, (label, texts): &Part<'_>) {
    sheet.title(label);
    match texts.as_slice() {
        [text] => sheet.text(Role::Text, text),
        texts => texts.iter().for_each(|text| sheet.bullet(Role::Text, text)),
    }
}

/// Returns the details for the column beside the table: of the selected row first, then of its path, then of this machine.
pub fn column(ctx: &Ctx<'_>, theme: Theme, (path, row): (AuthPath, Option<RowId>), width: usize, height: usize) -> Sheet {
    let part = |draw: &dyn Fn(&mut Sheet)| {
        let mut sheet = Sheet::column(theme, ctx.size, width);
        draw(&mut sheet);
        sheet
    };
    let selected = row.map(|row| part(&|sheet| draw_row(sheet, ctx, path, row)));
    let overview = overview(ctx, path).into_iter().map(|lines| part(&|sheet| draw_list(sheet, &lines)));
    let machine = (row != Some(RowId::Machine)).then(|| part(&|sheet| draw_row(sheet, ctx, path, RowId::Machine)));
    fitting(selected.into_iter().chain(overview).chain(machine), true, part(&|_| {}), height)
}

/// Returns the details below the table: those of the selected row, or of the path.
pub fn block(ctx: &Ctx<'_>, theme: Theme, (path, row): (AuthPath, Option<RowId>), width: usize, height: usize) -> Sheet {
    let empty = Sheet::column(theme, ctx.size, width);
    if let Some(row) = row {
        let mut sheet = Sheet::column(theme, ctx.size, MEASURE.min(width));
        draw_row(&mut sheet, ctx, path, row);
        return fitting(std::iter::once(sheet), false, empty, height);
    }
    let parts = overview(ctx, path).into_iter().map(|lines| {
        let mut sheet = empty.clone();
        draw_line(&mut sheet, &lines);
        sheet
    });
    fitting(parts, false, empty.clone(), height)
}

/// Joins the parts that fit. Each is shown whole or not at all, because Tab shows everything.
fn fitting(parts: impl Iterator<Item = Sheet>, are_apart: bool, mut all: Sheet, height: usize) -> Sheet {
    for part in parts {
        let gap = usize::from(are_apart && all.height() > 0);
        if all.height() + gap + part.height() <= height {
            (0..gap).for_each(|_| all.blank());
            all.append(part);
        }
    }
    all
}

/// Draws the full text of a cell, or all findings about this machine.
fn draw_row(sheet: &mut Sheet, ctx: &Ctx<'_>, path: AuthPath, row: RowId) {
    match row {
        RowId::Criterion(index) => {
            let title = &ctx.catalog().path(path).title;
            if let Some(row) = ctx.catalog().rows.get(index) {
                sheet.title(&format!("{title} {} {}", sheet.theme().glyph(Glyph::Bullet), row.label));
                claim::draw(sheet, ctx.catalog(), std::slice::from_ref(&row.cell(path).claim));
            }
        }
        RowId::Machine => {
            sheet.title("This machine");
            machine::draw_checks(sheet, ctx, |_| true);
        }
    }
}
