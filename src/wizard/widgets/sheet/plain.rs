//! The sheet as lines of text, for plain mode.

use super::Sheet;
use ratatui::text::Line;

/// A line of the page in plain mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainLine {
    pub text: String,
    /// A command, a link or a line of code: never wrapped, and its indentation is kept.
    pub is_verbatim: bool,
    /// Enter selects this line.
    pub is_selected: bool,
    /// The line is announced on request, not when the page opens.
    pub is_detail: bool,
}

impl Sheet {
    /// Marks the lines that follow as details, which plain mode announces only on request.
    pub fn begin_details(&mut self) {
        self.details.get_or_insert(self.lines.len());
    }

    /// Returns the lines for plain mode; an empty line separates parts.
    pub fn to_plain_lines(&self) -> Vec<PlainLine> {
        let selected = self.focus.filter(|focus| !focus.scroll_to_here).map(|focus| focus.spot.line);
        let read = |(index, line): (usize, &Line<'static>)| {
            let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
            let is_whole = self.verbatim.contains(&index);
            let text = if is_whole { text.trim_end() } else { text.trim() };
            let is_detail = self.details.is_some_and(|first| index >= first);
            PlainLine { text: text.to_owned(), is_verbatim: is_whole, is_selected: selected == Some(index), is_detail }
        };
        self.lines.iter().enumerate().map(read).collect()
    }
}
