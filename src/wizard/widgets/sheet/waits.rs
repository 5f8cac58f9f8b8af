//! The waiting messages of a sheet, to which the router adds a spinner and the time.

use super::Sheet;
use crate::domain::sanitize::width;
use crate::wizard::theme::Role;
use ratatui::text::Span;

impl Sheet {
    /// Adds a message that a wait is shown on.
    pub fn waiting(&mut self, mark: Vec<Span<'static>>, text: &str) {
        let first = self.lines.len();
        self.hanging(mark, Role::Text, text);
        self.waits.push((first, self.lines.len().saturating_sub(1)));
    }

    /// True if a waiting message is on this sheet.
    pub fn has_waits(&self) -> bool {
        !self.waits.is_empty()
    }

    /// Puts the picture in place of the mark of each waiting message, and the first of the texts that fits behind it.
    pub fn show_wait(&mut self, picture: Option<&str>, texts: &[String]) {
        for (first, last) in self.waits.clone() {
            if let (Some(picture), Some(mark)) = (picture, self.lines.get_mut(first).and_then(|line| line.spans.first_mut())) {
                mark.content = format!("{picture} ").into();
            }
            let style = self.theme.style(Role::Dim);
            if let Some(line) = self.lines.get_mut(last)
                && let Some(text) = texts.iter().find(|text| line.width() + width(text) <= self.width)
            {
                line.spans.push(Span::styled(text.clone(), style));
            }
        }
    }
}
