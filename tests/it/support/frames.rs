//! Frames as text, and as runs of roles: weight, colour and the cursor, which plain text cannot show.

use notion_auth::wizard::app::{Model, view};
use notion_auth::wizard::theme::{Role, Theme};
use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::Style;

/// The sizes that every screen is held at.
pub(crate) const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 40)];

/// What a terminal shows.
pub(crate) struct Shown {
    pub(crate) buffer: Buffer,
    /// Where the terminal's cursor stands; `None` where it is hidden.
    pub(crate) cursor: Option<Position>,
}

pub(crate) fn show(model: &Model, theme: Theme, columns: u16, rows: u16) -> Shown {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a test terminal");
    terminal.draw(|frame| drop(view(model, theme, frame))).expect("a frame");
    let backend = terminal.backend_mut();
    // A cursor that no page placed is hidden, and stays where it began.
    let cursor = backend.get_cursor_position().expect("a cursor");
    Shown { buffer: backend.buffer().clone(), cursor: (cursor != Position::ORIGIN).then_some(cursor) }
}

/// The characters of a frame, line by line, without trailing space.
pub(crate) fn text(buffer: &Buffer) -> String {
    let line = |y: u16| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..buffer.area.height).map(|y| line(y).trim_end().to_owned() + "\n").collect()
}

/// A line for every row that is not all plain: `4: Accent 2..31, Dim 33..40`.
pub(crate) fn runs(buffer: &Buffer, theme: Theme) -> String {
    let mut lines = String::new();
    for y in 0..buffer.area.height {
        let mut runs: Vec<(String, u16, u16)> = Vec::new();
        for x in 0..buffer.area.width {
            let Some(name) = role(&buffer[(x, y)], theme) else { continue };
            match runs.last_mut() {
                Some((last, _, end)) if *last == name && *end == x => *end = x + 1,
                _ => runs.push((name, x, x + 1)),
            }
        }
        if !runs.is_empty() {
            let runs: Vec<String> = runs.iter().map(|(name, from, to)| format!("{name} {from}..{to}")).collect();
            lines.push_str(&format!("{y:>2}: {}\n", runs.join(", ")));
        }
    }
    lines
}

/// The roles that look like this cell; `None` is plain text.
fn role(cell: &Cell, theme: Theme) -> Option<String> {
    let look = |style: Style| {
        let mut cell = Cell::default();
        cell.set_style(style);
        (cell.fg, cell.bg, cell.modifier)
    };
    let seen = (cell.fg, cell.bg, cell.modifier);
    if seen == look(theme.style(Role::Text)) {
        return None;
    }
    let names: Vec<String> =
        Role::ALL.into_iter().filter(|role| look(theme.style(*role)) == seen).map(|role| format!("{role:?}")).collect();
    assert!(!names.is_empty(), "no role looks like {seen:?}: a style was named outside the theme");
    Some(names.join("/"))
}
