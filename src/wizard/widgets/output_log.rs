//! The output of a program that runs for a page, line by line.

use super::sheet::Sheet;
use crate::domain::sanitize::truncate;
use crate::wizard::context::Ctx;
use crate::wizard::theme::Role;
use ratatui::text::Span;

/// Lines that are kept; the reason for a failure is usually near the end.
const MAX_LINES: usize = 200;
/// Rows of the screen that are not part of the page.
const ROWS_AROUND_PAGE: usize = 6;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputLog(Vec<String>);

impl OutputLog {
    pub fn push(&mut self, line: String) {
        if self.0.len() == MAX_LINES {
            self.0.remove(0);
        }
        self.0.push(line);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Draws the output: while the program runs, the newest lines, each cut to the screen's width; afterwards all lines in full.
    pub fn draw(&self, sheet: &mut Sheet, program: &str, ctx: &Ctx<'_>) {
        // Plain mode writes each line as it comes.
        if self.0.is_empty() || sheet.is_plain() {
            return;
        }
        sheet.blank();
        sheet.text(Role::Dim, &format!("Output of {program}"));
        let (shown, longest) = if ctx.is_waiting {
            let room = usize::from(ctx.size.rows).saturating_sub(sheet.height() + ROWS_AROUND_PAGE);
            (room.max(2), sheet.width().saturating_sub(2))
        } else {
            (MAX_LINES, usize::MAX)
        };
        for line in self.0.iter().skip(self.0.len().saturating_sub(shown)) {
            sheet.hanging(vec![Span::raw("  ")], Role::Text, &truncate(line, longest));
        }
    }
}
