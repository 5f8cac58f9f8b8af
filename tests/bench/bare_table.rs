//! The peer of `speed`: as little as a ratatui program with a table can be. No product code, no threads, no async.

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{Event, KeyCode, read};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Paragraph, Row, Table, TableState};
use ratatui::{Frame, Terminal};
use std::io::stdout;

const ROWS: usize = 20;

fn main() -> std::io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen)?;
    let mut terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    let mut chosen = 0;
    loop {
        terminal.draw(|frame| draw(frame, chosen))?;
        match read()? {
            Event::Key(key) if key.code == KeyCode::Char('q') => break,
            Event::Key(key) if key.code == KeyCode::Down => chosen = (chosen + 1).min(ROWS - 1),
            Event::Key(key) if key.code == KeyCode::Up => chosen = chosen.saturating_sub(1),
            _ => {}
        }
    }
    execute!(stdout(), LeaveAlternateScreen)?;
    disable_raw_mode()
}

fn draw(frame: &mut Frame<'_>, chosen: usize) {
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(2), Constraint::Min(0), Constraint::Length(1)]).areas(frame.area());
    let rows = (1..=ROWS).map(|row| {
        let cell = |column: &str| format!("row {row}: what the {column} column says, in some words");
        Row::new([cell("first"), cell("second"), cell("third")])
    });
    let table = Table::new(rows, [Constraint::Fill(1); 3]).row_highlight_style(Style::new().add_modifier(Modifier::REVERSED));
    frame.render_widget(Paragraph::new("a bare table"), head);
    frame.render_stateful_widget(table, body, &mut TableState::new().with_selected(chosen));
    frame.render_widget(Paragraph::new("q quit"), foot);
}
