//! Prints the comparison as a table, or as one card per path if the terminal is narrow or in plain mode.

use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::{Catalog, ClaimStatus, ComparisonCell};
use crate::domain::sanitize::{width, wrap};
use crate::frontends::console::Console;

/// Minimum width for the table. Below it, most cells would wrap over three lines.
const MIN_TABLE_WIDTH: usize = 72;
const COLUMN_GAP: usize = 2;
/// Marks a cell that differs from the guide.
const DIFFERENCE_MARK: &str = "*";

pub(super) fn write(catalog: &Catalog, console: &mut Console) {
    console.write_data_wrapped("", &catalog.intent.text);
    console.write_data("");
    if console.width >= MIN_TABLE_WIDTH && !console.is_plain {
        write_columns(catalog, console);
    } else {
        write_cards(catalog, console);
    }
    console.write_data("");
    write_tree(catalog, console);
    console.write_data("");
    if catalog.rows.iter().any(|row| AuthPath::ALL.iter().any(|path| differs_from_guide(row.cell(*path)))) {
        console.write_data_wrapped(
            &format!("{DIFFERENCE_MARK} "),
            "The guide says otherwise. For both versions, run: notion-auth paths ID",
        );
    }
    if let Some((last, others)) = AuthPath::ALL.map(AuthPath::as_str).split_last() {
        console
            .write_data_wrapped("", &format!("For one path in full, run: notion-auth paths ID ({} or {last})", others.join(", ")));
    }
}

fn write_columns(catalog: &Catalog, console: &mut Console) {
    let label_width = catalog.rows.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    let column_width = (console.width.saturating_sub(label_width) / AuthPath::ALL.len()).saturating_sub(COLUMN_GAP);
    let titles = AuthPath::ALL.map(|path| catalog.path(path).title.clone());
    write_row("", &titles, label_width, column_width, console);
    write_row("", &AuthPath::ALL.map(|path| path.as_str().to_owned()), label_width, column_width, console);
    console.write_data(&"-".repeat(label_width + (COLUMN_GAP + column_width) * AuthPath::ALL.len()));
    for row in &catalog.rows {
        write_row(&row.label, &AuthPath::ALL.map(|path| cell_text(row.cell(path))), label_width, column_width, console);
    }
}

/// Writes a row over as many lines as its tallest cell needs.
fn write_row(label: &str, cells: &[String], label_width: usize, column_width: usize, console: &mut Console) {
    let cells: Vec<_> = cells.iter().map(|cell| wrap(&allow_break(cell, column_width), column_width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(1);
    for line in 0..height {
        let mut text = pad(if line == 0 { label } else { "" }, label_width);
        for cell in &cells {
            text.push_str(&" ".repeat(COLUMN_GAP));
            text.push_str(&pad(cell.get(line).map_or("", String::as_str), column_width));
        }
        console.write_data(&text);
    }
}

/// Allows a break before the last part of a name such as `notion/api/notion-auth` that is too wide for its column.
fn allow_break(text: &str, cells: usize) -> String {
    match text.rsplit_once('/') {
        Some((head, tail)) if width(text) > cells && !text.contains(' ') => format!("{head}/ {tail}"),
        _ => text.to_owned(),
    }
}

/// Pads by display width; `format!` pads by characters.
fn pad(text: &str, cells: usize) -> String {
    format!("{text}{}", " ".repeat(cells.saturating_sub(width(text))))
}

fn write_cards(catalog: &Catalog, console: &mut Console) {
    for (number, path) in AuthPath::ALL.into_iter().enumerate() {
        if number > 0 {
            console.write_data("");
        }
        console.write_data_wrapped("", &format!("{} ({path})", catalog.path(path).title));
        for row in &catalog.rows {
            console.write_data_wrapped(&format!("  {}: ", row.label), &cell_text(row.cell(path)));
        }
    }
}

fn write_tree(catalog: &Catalog, console: &mut Console) {
    console.write_data("Which one?");
    for branch in &catalog.decision_tree {
        let when = branch.when.trim_end_matches(['.', ',', ':']);
        console.write_data_wrapped("  - ", &format!("If {when}: {} (skill {})", branch.path, branch.skill));
    }
}

fn cell_text(cell: &ComparisonCell) -> String {
    let mark = if differs_from_guide(cell) { DIFFERENCE_MARK } else { "" };
    format!("{}{mark}", cell.short)
}

fn differs_from_guide(cell: &ComparisonCell) -> bool {
    cell.claim.verdict != ClaimStatus::Current
}
