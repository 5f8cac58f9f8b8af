//! Frames as text, and as runs of styled cells: weight, colour and the cursor, which plain text cannot show.

use notion_auth::wizard::app::{Model, view};
use notion_auth::wizard::theme::{Role, Theme};
use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};
use std::ops::Range;
use strum::VariantArray;

/// The sizes at which every screen is tested.
pub(crate) const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 40)];

/// The size at which every state is held.
pub(crate) const HELD_SIZE: (u16, u16) = (80, 24);

/// Compare is a table from 72 columns up, its cells show their full texts from 100, and the details are beside it from 160.
pub(crate) const TABLE_SIZES: [(u16, u16); 9] =
    [(40, 12), (60, 20), (66, 20), (72, 24), (80, 24), (100, 30), (120, 40), (160, 45), (200, 60)];

/// The content of a terminal.
pub(crate) struct RenderedFrame {
    pub(crate) buffer: Buffer,
    /// The position of the terminal's cursor; `None` if it is hidden.
    pub(crate) cursor: Option<Position>,
}

pub(crate) fn render(model: &Model, theme: Theme, columns: u16, rows: u16) -> RenderedFrame {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a test terminal");
    terminal.draw(|frame| drop(view(model, theme, frame))).expect("a frame");
    let backend = terminal.backend_mut();
    // A cursor that no page has placed is hidden, and stays at the origin.
    let cursor = backend.get_cursor_position().expect("a cursor");
    RenderedFrame { buffer: backend.buffer().clone(), cursor: (cursor != Position::ORIGIN).then_some(cursor) }
}

/// Returns the text of a frame, line by line, without trailing spaces.
pub(crate) fn buffer_text(buffer: &Buffer) -> String {
    let line = |y: u16| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..buffer.area.height).map(|y| line(y).trim_end().to_owned() + "\n").collect()
}

/// Adjacent cells with the same style other than plain text.
pub(crate) struct StyledRun {
    /// The roles with this style.
    pub(crate) roles: String,
    pub(crate) y: u16,
    pub(crate) columns: Range<u16>,
}

pub(crate) fn styled_runs(buffer: &Buffer, theme: Theme) -> Vec<StyledRun> {
    let looks: Vec<_> = Role::VARIANTS.iter().map(|&role| (role, role_style(theme, role))).collect();
    let mut runs: Vec<StyledRun> = Vec::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let Some(roles) = matching_roles(&buffer[(x, y)], &looks) else { continue };
            match runs.last_mut() {
                Some(run) if run.y == y && run.columns.end == x && run.roles == roles => run.columns.end += 1,
                _ => runs.push(StyledRun { roles, y, columns: x..x + 1 }),
            }
        }
    }
    runs
}

/// Formats a line for every row with styled cells: ` 4: Accent 2..31, Dim/Rule 33..40`.
pub(crate) fn format_runs(runs: &[StyledRun]) -> String {
    let row = |runs: &[StyledRun]| {
        let all: Vec<String> = runs.iter().map(|run| format!("{} {:?}", run.roles, run.columns)).collect();
        format!("{:>2}: {}\n", runs[0].y, all.join(", "))
    };
    runs.chunk_by(|run, next| run.y == next.y).map(row).collect()
}

type CellStyle = (Color, Color, Modifier);

fn role_style(theme: Theme, role: Role) -> CellStyle {
    let mut cell = Cell::default();
    cell.set_style(theme.style(role));
    (cell.fg, cell.bg, cell.modifier)
}

/// Returns the roles with the style of this cell, or `None` for plain text.
fn matching_roles(cell: &Cell, looks: &[(Role, CellStyle)]) -> Option<String> {
    let seen = (cell.fg, cell.bg, cell.modifier);
    if looks.contains(&(Role::Text, seen)) {
        return None;
    }
    let names: Vec<String> = looks.iter().filter(|(_, look)| *look == seen).map(|(role, _)| format!("{role:?}")).collect();
    assert!(!names.is_empty(), "no role looks like {seen:?}: a style was named outside the theme");
    Some(names.join("/"))
}
