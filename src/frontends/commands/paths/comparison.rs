//! Prints the comparison as a table, or as one card per path if the terminal is narrow or in plain mode.

use crate::domain::catalog::{Catalog, Cell, PathId, Standing};
use crate::domain::sanitize::{width, wrap};
use crate::frontends::console::Console;

/// Minimum width for the table. Below it, most cells would wrap over three lines.
const ROOM_FOR_COLUMNS: usize = 72;
const GAP: usize = 2;
/// Marks a cell that differs from the guide.
const MARK: &str = "*";

pub(super) fn write(catalog: &Catalog, console: &mut Console) {
    console.data_wrapped("", &catalog.intent.text);
    console.data("");
    if console.width >= ROOM_FOR_COLUMNS && !console.is_linear {
        write_columns(catalog, console);
    } else {
        write_cards(catalog, console);
    }
    console.data("");
    write_tree(catalog, console);
    console.data("");
    if catalog.rows.iter().any(|row| PathId::ALL.iter().any(|path| departs(row.cell(*path)))) {
        console.data_wrapped(&format!("{MARK} "), "The guide says otherwise; both stand in: notion-auth paths ID");
    }
    console.data_wrapped("", "One path in full: notion-auth paths token, oauth or cli");
}

fn write_columns(catalog: &Catalog, console: &mut Console) {
    let label_width = catalog.rows.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    let column_width = console.width.saturating_sub(label_width + GAP * 3) / 3;
    let titles = PathId::ALL.map(|path| catalog.path(path).title.clone());
    write_row("", &titles, label_width, column_width, console);
    write_row("", &PathId::ALL.map(|path| path.as_str().to_owned()), label_width, column_width, console);
    console.data(&"-".repeat(label_width + (GAP + column_width) * 3));
    for row in &catalog.rows {
        write_row(&row.label, &PathId::ALL.map(|path| shown(row.cell(path))), label_width, column_width, console);
    }
}

/// Writes a row over as many lines as its tallest cell needs.
fn write_row(label: &str, cells: &[String; 3], label_width: usize, column_width: usize, console: &mut Console) {
    let cells = cells.each_ref().map(|cell| wrap(&breakable(cell, column_width), column_width));
    let height = cells.iter().map(Vec::len).max().unwrap_or(1);
    for line in 0..height {
        let mut text = padded(if line == 0 { label } else { "" }, label_width);
        for cell in &cells {
            text.push_str(&" ".repeat(GAP));
            text.push_str(&padded(cell.get(line).map_or("", String::as_str), column_width));
        }
        console.data(&text);
    }
}

/// Allows a break before the last part of a name such as `notion/api/notion-auth` that is too wide for its column.
fn breakable(text: &str, cells: usize) -> String {
    match text.rsplit_once('/') {
        Some((head, tail)) if width(text) > cells && !text.contains(' ') => format!("{head}/ {tail}"),
        _ => text.to_owned(),
    }
}

/// Pads by display width; `format!` pads by characters.
fn padded(text: &str, cells: usize) -> String {
    format!("{text}{}", " ".repeat(cells.saturating_sub(width(text))))
}

fn write_cards(catalog: &Catalog, console: &mut Console) {
    for (number, path) in PathId::ALL.into_iter().enumerate() {
        if number > 0 {
            console.data("");
        }
        console.data_wrapped("", &format!("{} ({path})", catalog.path(path).title));
        for row in &catalog.rows {
            console.data_wrapped(&format!("  {}: ", row.label), &shown(row.cell(path)));
        }
    }
}

fn write_tree(catalog: &Catalog, console: &mut Console) {
    console.data("Which one?");
    for branch in &catalog.decision_tree {
        let when = branch.when.trim_end_matches(['.', ',', ':']);
        console.data_wrapped("  - ", &format!("If {when}: {} (skill {})", branch.path, branch.skill));
    }
}

fn shown(cell: &Cell) -> String {
    let mark = if departs(cell) { MARK } else { "" };
    format!("{}{mark}", cell.short)
}

fn departs(cell: &Cell) -> bool {
    cell.claim.verdict != Standing::Current
}
