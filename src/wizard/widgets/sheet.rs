//! A page as lines: text is wrapped as it is written, one line may hold the focus, and links remember their position.
//!
//! A sheet longer than its area scrolls to the manual offset, otherwise until the focus is visible. In plain mode the sheet is not
//! drawn but written out: the content is the same, and its lines are not wrapped.

mod plain;
mod waits;

use super::text_line::put_line;
use crate::domain::command_line;
use crate::domain::link::Link;
use crate::domain::sanitize::{truncate, width, wrap};
use crate::wizard::context::Size;
use crate::wizard::theme::{Glyph, Role, Theme};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

pub use plain::PlainLine;

/// Columns of running text beside or below something wider; longer lines are hard to follow.
pub const MEASURE: usize = 76;
/// Columns of the pointer and the blank behind it.
const POINTER: usize = 2;

/// The position of a drawn link, for the terminal's own hyperlinks (OSC 8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkArea {
    pub area: Rect,
    pub link: Link,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SheetPosition {
    line: usize,
    column: usize,
}

#[derive(Clone, Copy, Debug)]
struct Focus {
    spot: SheetPosition,
    /// Scroll so that the following lines are visible.
    scroll_to_here: bool,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    theme: Theme,
    /// For running text.
    width: usize,
    /// For commands and addresses.
    screen: usize,
    lines: Vec<Line<'static>>,
    focus: Option<Focus>,
    links: Vec<(SheetPosition, usize, Link)>,
    /// In plain mode: the indices of lines that are never wrapped.
    verbatim: Vec<usize>,
    /// In plain mode: the index of the first detail.
    details: Option<usize>,
    /// The first and the last line of each waiting message.
    waits: Vec<(usize, usize)>,
    /// The sheet shows a QR code, so the cursor is hidden.
    hides_cursor: bool,
}

impl Sheet {
    pub fn new(theme: Theme, size: Size) -> Self {
        Self {
            theme,
            width: size.text_width(),
            screen: size.screen_width(),
            lines: Vec::new(),
            focus: None,
            links: Vec::new(),
            verbatim: Vec::new(),
            details: None,
            waits: Vec::new(),
            hides_cursor: false,
        }
    }

    /// For a table or a picture, which may be wider than running text.
    pub fn wide(theme: Theme, size: Size) -> Self {
        Self { width: size.full_width(), ..Self::new(theme, size) }
    }

    /// For a column of running text that is drawn beside or below something wider.
    pub fn column(theme: Theme, size: Size, width: usize) -> Self {
        Self { width, screen: width, ..Self::new(theme, size) }
    }

    /// True in plain mode: the sheet is written out, and nothing is laid out in columns.
    pub fn is_plain(&self) -> bool {
        self.theme.plain
    }

    pub fn theme(&self) -> Theme {
        self.theme
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the number of lines.
    pub fn height(&self) -> usize {
        self.lines.len()
    }

    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// Returns a styled piece of a line, in characters that this terminal can show.
    pub fn span(&self, role: Role, text: &str) -> Span<'static> {
        Span::styled(self.theme.text(text).into_owned(), self.theme.style(role))
    }

    /// Adds a line of spans; the caller ensures that it fits the width.
    pub fn line(&mut self, spans: Vec<Span<'static>>) {
        if self.is_plain() {
            let text: String = spans.iter().map(|span| span.content.as_ref()).collect();
            return self.push_verbatim(text.trim());
        }
        self.lines.push(Line::from(spans));
    }

    /// Adds a line that is never wrapped, in plain mode.
    fn push_verbatim(&mut self, text: &str) {
        self.verbatim.push(self.lines.len());
        self.lines.push(Line::from(self.theme.text(text).into_owned()));
    }

    /// Adds a paragraph.
    pub fn text(&mut self, role: Role, text: &str) {
        self.hanging(vec![], role, text);
    }

    pub fn title(&mut self, text: &str) {
        self.text(Role::Title, text);
    }

    pub fn rule(&mut self) {
        if self.is_plain() {
            return;
        }
        let dashes = self.theme.glyph(Glyph::Dash).repeat(self.width);
        self.lines.push(Line::from(Span::styled(dashes, self.theme.style(Role::Rule))));
    }

    /// Adds a paragraph after a mark; its further lines are indented to align with the first.
    pub fn hanging(&mut self, mark: Vec<Span<'static>>, role: Role, text: &str) {
        let indent: usize = mark.iter().map(Span::width).sum();
        let text = self.theme.text(text).into_owned();
        let style = self.theme.style(role);
        if self.is_plain() {
            return self.lines.push(Line::from([mark, vec![Span::styled(text, style)]].concat()));
        }
        let mut mark = Some(mark);
        for part in wrap(&text, self.width.saturating_sub(indent)) {
            let mut spans = mark.take().unwrap_or_else(|| vec![Span::raw(" ".repeat(indent))]);
            spans.push(Span::styled(part, style));
            self.lines.push(Line::from(spans));
        }
    }

    pub fn bullet(&mut self, role: Role, text: &str) {
        let mark = vec![self.span(Role::Dim, &format!("{} ", self.theme.glyph(Glyph::Bullet)))];
        self.hanging(mark, role, text);
    }

    /// Adds `label   text`, the text wrapped beside its label or, on a narrow sheet, below it.
    pub fn pair(&mut self, label: &str, label_width: usize, role: Role, text: &str) {
        if self.is_plain() {
            let mark = vec![self.span(Role::Dim, &format!("{}: ", label.trim()))];
            return self.hanging(mark, role, text);
        }
        if self.width < label_width + 20 {
            self.text(Role::Dim, label);
            let mark = vec![Span::raw("  ")];
            self.hanging(mark, role, text);
            return;
        }
        let mark = vec![self.span(Role::Dim, &pad(&truncate(label, label_width), label_width + 1))];
        self.hanging(mark, role, text);
    }

    /// A shell command: one line where the screen has room for it, otherwise lines that can be pasted together.
    pub fn command(&mut self, text: &str, selected: bool) {
        self.with_pointer(text, selected, |text, screen| command_line::wrap_command(text, screen, POINTER));
    }

    /// Code, or another text to be copied as it is: broken at the edge, not at blanks, and without an indent, so that a selection
    /// with the mouse gives it back.
    pub fn verbatim(&mut self, text: &str, selected: bool) {
        self.with_pointer(text, selected, |text, screen| {
            let (first, mut rest) = text.split_at(split_index(text, screen.saturating_sub(POINTER)));
            let mut lines = vec![first.to_owned()];
            while !rest.is_empty() {
                let (line, more) = rest.split_at(split_index(rest, screen));
                lines.push(line.to_owned());
                rest = more;
            }
            lines
        });
    }

    /// The first line stands beside the pointer.
    fn with_pointer(&mut self, text: &str, selected: bool, wrap: impl Fn(&str, usize) -> Vec<String>) {
        if self.is_plain() {
            return self.push_verbatim(text);
        }
        let pointer = if selected { self.theme.glyph(Glyph::Bar) } else { " " };
        let mut mark = Some(self.span(Role::Accent, &format!("{pointer} ")));
        let style = self.theme.style(if selected { Role::Title } else { Role::Text });
        for line in wrap(&self.theme.text(text), self.screen) {
            self.lines.push(mark.take().into_iter().chain([Span::styled(line, style)]).collect());
        }
    }

    /// Adds the URL itself, from the left edge and without padding, so that it can be selected whole (anthropics/claude-code#34555).
    pub fn link(&mut self, link: &Link) {
        let style = self.theme.style(Role::Link);
        if self.is_plain() {
            return self.push_verbatim(link.as_str());
        }
        let mut rest = link.as_str();
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(split_index(rest, self.screen));
            self.links.push((SheetPosition { line: self.lines.len(), column: 0 }, width(head), link.clone()));
            self.lines.push(Line::from(Span::styled(head.to_owned(), style)));
            rest = tail;
        }
    }

    /// Appends another sheet of the same width; its focus, if any, replaces this one's.
    pub fn append(&mut self, other: Self) {
        let above = self.lines.len();
        let lower = |spot: SheetPosition| SheetPosition { line: above + spot.line, ..spot };
        self.lines.extend(other.lines);
        self.verbatim.extend(other.verbatim.into_iter().map(|line| above + line));
        self.waits.extend(other.waits.into_iter().map(|(first, last)| (above + first, above + last)));
        self.focus = other.focus.map(|focus| Focus { spot: lower(focus.spot), ..focus }).or(self.focus);
        self.links.extend(other.links.into_iter().map(|(spot, cells, link)| (lower(spot), cells, link)));
    }

    /// Draws another sheet on the right, from this column on. The focus stays on the left.
    pub fn put_beside(&mut self, column: usize, right: Self) {
        for (index, line) in right.lines.into_iter().enumerate() {
            if index == self.lines.len() {
                self.blank();
            }
            if let Some(left) = self.lines.get_mut(index).filter(|_| line.width() > 0) {
                left.push_span(Span::raw(" ".repeat(column.saturating_sub(left.width()))));
                left.spans.extend(line.spans);
            }
        }
        self.links.extend(
            right
                .links
                .into_iter()
                .map(|(spot, cells, link)| (SheetPosition { column: column + spot.column, ..spot }, cells, link)),
        );
    }

    /// Puts the focus on the next line written, with the cursor at this column.
    pub fn set_focus(&mut self, column: usize) {
        self.focus = Some(Focus { spot: SheetPosition { line: self.lines.len(), column }, scroll_to_here: false });
    }

    /// Puts the focus on the first line, which says what the page is about.
    pub fn focus_on_top(&mut self) {
        self.focus = Some(Focus { spot: SheetPosition { line: 0, column: 0 }, scroll_to_here: false });
    }

    /// Scrolls to the next line written, which tells what has just happened, rather than to the selection.
    pub fn scroll_to_here(&mut self) {
        self.focus = Some(Focus { spot: SheetPosition { line: self.lines.len(), column: 0 }, scroll_to_here: true });
    }

    /// Hides the cursor, which would disturb a QR code.
    pub fn hide_cursor(&mut self) {
        self.hides_cursor = true;
    }

    /// Returns the first visible line in an area of this height.
    pub fn scroll_offset(&self, height: usize, scrolled: Option<usize>) -> usize {
        let last = self.height().saturating_sub(height);
        match (scrolled, self.focus) {
            (Some(offset), _) => offset.min(last),
            // One line of context is kept above a scroll target, and below the selection.
            (None, Some(Focus { spot, scroll_to_here: true })) => spot.line.saturating_sub(1).min(last),
            (None, Some(Focus { spot, scroll_to_here: false })) => (spot.line + 2).saturating_sub(height).min(last),
            (None, None) => 0,
        }
    }

    /// Draws the visible part and returns the areas of links. The cursor goes to the focus or, if that is not visible, to the top,
    /// because screen readers and magnifiers follow it.
    pub fn draw(self, frame: &mut Frame<'_>, area: Rect, scrolled: Option<usize>) -> Vec<LinkArea> {
        let height = usize::from(area.height);
        let offset = self.scroll_offset(height, scrolled);
        let place = |spot: SheetPosition| -> Option<Position> {
            let row = spot.line.checked_sub(offset).filter(|row| *row < height)?;
            let column = u16::try_from(spot.column).ok()?.min(area.width.saturating_sub(1));
            Some(Position::new(area.x + column, area.y + u16::try_from(row).ok()?))
        };
        let top = SheetPosition { line: offset, column: 0 };
        let cursor = self.focus.and_then(|focus| place(focus.spot)).or_else(|| place(top));
        if let Some(position) = cursor.filter(|_| !self.hides_cursor) {
            frame.set_cursor_position(position);
        }
        let spots = self.links.iter().filter_map(|(spot, cells, link)| {
            let at = place(*spot)?;
            let cells = u16::try_from(*cells).ok()?.min(area.right().saturating_sub(at.x));
            Some(LinkArea { area: Rect::new(at.x, at.y, cells, 1), link: link.clone() })
        });
        let spots = spots.collect();
        let below = self.height().saturating_sub(offset + height);
        for (line, y) in self.lines.iter().skip(offset).zip(area.y..area.bottom()) {
            put_line(frame.buffer_mut(), Position::new(area.x, y), line, area.width);
        }
        self.draw_scroll_marks(frame, area, offset, below);
        spots
    }

    /// Draws a mark at the edge if there is more in that direction.
    fn draw_scroll_marks(&self, frame: &mut Frame<'_>, area: Rect, above: usize, below: usize) {
        let mark = self.theme.glyph(Glyph::More);
        let style = self.theme.style(Role::Dim);
        // The mark is in the margin, one column away from the text.
        let x = area.right() + 1;
        let mut put = |y: u16| {
            if let Some(cell) = frame.buffer_mut().cell_mut(Position::new(x, y)) {
                cell.set_symbol(mark).set_style(style);
            }
        };
        if area.height == 0 {
            return;
        }
        if above > 0 {
            put(area.y);
        }
        if below > 0 {
            put(area.bottom() - 1);
        }
    }
}

/// Pads a text with spaces to a width in cells.
pub fn pad(text: &str, cells: usize) -> String {
    let mut padded = text.to_owned();
    padded.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(text))));
    padded
}

/// Returns the byte offset at which a text fills this many cells; at least one character, so that loops over the rest end.
fn split_index(text: &str, cells: usize) -> usize {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += width(character.encode_utf8(&mut [0; 4]));
        if used > cells && at > 0 {
            return at;
        }
    }
    text.len()
}
