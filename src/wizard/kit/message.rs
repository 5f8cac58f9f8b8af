//! Draws the messages that pages and commands share.

use super::{Keys, draw_problem};
use crate::domain::credentials::MessageLine;
use crate::domain::link::Link;
use crate::wizard::theme::Role;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

pub fn draw_message(sheet: &mut Sheet, lines: &[MessageLine], keys: &Keys) {
    for line in lines {
        match line {
            MessageLine::Sentence(text) => sheet.text(Role::Text, text),
            MessageLine::Detail(text) => sheet.hanging(vec![Span::raw("  ")], Role::Dim, text),
            MessageLine::Verbatim(text) => match Link::parse(text.trim()) {
                Ok(link) => sheet.link(&link),
                Err(_) => sheet.command(text.trim(), false),
            },
            MessageLine::Problem(problem) => draw_problem(sheet, problem, keys),
        }
    }
}
