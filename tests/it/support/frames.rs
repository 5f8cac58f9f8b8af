//! Frames as text, and as runs of roles: colours and highlights that plain text cannot show.

use notion_auth::wizard::app::{Model, view};
use notion_auth::wizard::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// The sizes that every screen is held at.
pub const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 40)];

pub fn buffer(model: &Model, theme: Theme, columns: u16, rows: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a test terminal");
    terminal.draw(|frame| drop(view(model, theme, frame))).expect("a frame");
    terminal.backend().buffer().clone()
}

/// The characters of a frame, line by line, without trailing space.
pub fn text(buffer: &Buffer) -> String {
    let line = |y: u16| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..buffer.area.height).map(|y| line(y).trim_end().to_owned() + "\n").collect()
}
