//! A page as lines: text is wrapped when it is written, one line may hold the focus, links remember where they stand.
//!
//! A sheet longer than its area scrolls: to where the person scrolled, else so that the focus is in sight. A linear one is not drawn but
//! read out: what it says is the same, and its lines are as long as what they say.

use crate::domain::command_line;
use crate::domain::link::Link;
use crate::domain::sanitize::{fit, width, wrap};
use crate::wizard::context::Size;
use crate::wizard::theme::{Glyph, Role, Theme};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

/// Columns of the pointer and the blank behind it.
const POINTER: usize = 2;

/// Where a link was drawn, so that the terminal can be told (OSC 8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSpot {
    pub area: Rect,
    pub link: Link,
}

/// A line of a sheet that is read out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// A command, a link or a line of code: never wrapped, and indented as it is.
    pub is_whole: bool,
    /// What Enter takes.
    pub is_selected: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    line: usize,
    column: usize,
}

#[derive(Clone, Copy, Debug)]
struct Focus {
    spot: Spot,
    /// What follows is to be read from here on.
    is_news: bool,
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
    links: Vec<(Spot, usize, Link)>,
    /// Of a linear sheet: the lines that are never wrapped.
    whole: Vec<usize>,
    /// For a camera: nothing may stand on it, not even a cursor.
    is_picture: bool,
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
            whole: Vec::new(),
            is_picture: false,
        }
    }

    /// For a table or a picture, which may be wider than running text.
    pub fn wide(theme: Theme, size: Size) -> Self {
        Self { width: size.full_width(), ..Self::new(theme, size) }
    }

    /// It is read out, not drawn: nothing stands beside anything else.
    pub fn is_linear(&self) -> bool {
        self.theme.linear
    }

    pub fn theme(&self) -> Theme {
        self.theme
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// In lines.
    pub fn height(&self) -> usize {
        self.lines.len()
    }

    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// A piece of a line in a role, as this terminal can show it.
    pub fn span(&self, role: Role, text: &str) -> Span<'static> {
        Span::styled(self.theme.text(text).into_owned(), self.theme.style(role))
    }

    /// A line made of pieces; the caller has seen to its width.
    pub fn line(&mut self, spans: Vec<Span<'static>>) {
        if self.is_linear() {
            let text: String = spans.iter().map(|span| span.content.as_ref()).collect();
            return self.whole(text.trim());
        }
        self.lines.push(Line::from(spans));
    }

    /// Of a linear sheet: a line that is never wrapped.
    fn whole(&mut self, text: &str) {
        self.whole.push(self.lines.len());
        self.lines.push(Line::from(self.theme.text(text).into_owned()));
    }

    /// A paragraph.
    pub fn text(&mut self, role: Role, text: &str) {
        self.hanging(vec![], role, text);
    }

    pub fn title(&mut self, text: &str) {
        self.text(Role::Title, text);
    }

    pub fn rule(&mut self) {
        if self.is_linear() {
            return;
        }
        let dashes = self.theme.glyph(Glyph::Dash).repeat(self.width);
        self.lines.push(Line::from(Span::styled(dashes, self.theme.style(Role::Rule))));
    }

    /// A paragraph behind a mark, its further lines indented to stand under the first.
    pub fn hanging(&mut self, mark: Vec<Span<'static>>, role: Role, text: &str) {
        let indent: usize = mark.iter().map(Span::width).sum();
        let text = self.theme.text(text).into_owned();
        let style = self.theme.style(role);
        if self.is_linear() {
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

    /// `label   text`, the text wrapped beside its label; on a narrow sheet, beneath it.
    pub fn pair(&mut self, label: &str, label_width: usize, role: Role, text: &str) {
        if self.is_linear() {
            let mark = vec![self.span(Role::Dim, &format!("{}: ", label.trim()))];
            return self.hanging(mark, role, text);
        }
        if self.width < label_width + 20 {
            self.text(Role::Dim, label);
            let mark = vec![Span::raw("  ")];
            self.hanging(mark, role, text);
            return;
        }
        let mark = vec![self.span(Role::Dim, &pad(&fit(label, label_width), label_width + 1))];
        self.hanging(mark, role, text);
    }

    /// A shell command: one line where the screen has room for it, otherwise lines that can be pasted together.
    pub fn command(&mut self, text: &str, selected: bool) {
        self.pointed(text, selected, |text, screen| command_line::broken(text, screen, POINTER));
    }

    /// Code, or another text to be copied as it is: broken at the edge, not at blanks, and without an indent, so that a selection
    /// with the mouse gives it back.
    pub fn verbatim(&mut self, text: &str, selected: bool) {
        self.pointed(text, selected, |text, screen| {
            let (first, mut rest) = text.split_at(cut_at(text, screen.saturating_sub(POINTER)));
            let mut lines = vec![first.to_owned()];
            while !rest.is_empty() {
                let (line, more) = rest.split_at(cut_at(rest, screen));
                lines.push(line.to_owned());
                rest = more;
            }
            lines
        });
    }

    /// The first line stands beside the pointer.
    fn pointed(&mut self, text: &str, selected: bool, broken: impl Fn(&str, usize) -> Vec<String>) {
        if self.is_linear() {
            return self.whole(text);
        }
        let pointer = if selected { self.theme.glyph(Glyph::Pointer) } else { " " };
        let mut mark = Some(self.span(Role::Accent, &format!("{pointer} ")));
        let style = self.theme.style(if selected { Role::Title } else { Role::Text });
        for line in broken(&self.theme.text(text), self.screen) {
            self.lines.push(mark.take().into_iter().chain([Span::styled(line, style)]).collect());
        }
    }

    /// The address itself, from the left edge and without padding, so that it can be selected whole (claude-code #34555).
    pub fn link(&mut self, link: &Link) {
        let style = self.theme.style(Role::Link);
        if self.is_linear() {
            return self.whole(link.as_str());
        }
        let mut rest = link.as_str();
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(cut_at(rest, self.screen));
            self.links.push((Spot { line: self.lines.len(), column: 0 }, width(head), link.clone()));
            self.lines.push(Line::from(Span::styled(head.to_owned(), style)));
            rest = tail;
        }
    }

    /// Another sheet of the same width beneath; where the focus is in it, it is there.
    pub fn append(&mut self, other: Self) {
        let above = self.lines.len();
        let lower = |spot: Spot| Spot { line: above + spot.line, ..spot };
        self.lines.extend(other.lines);
        self.whole.extend(other.whole.into_iter().map(|line| above + line));
        self.focus = other.focus.map(|focus| Focus { spot: lower(focus.spot), ..focus }).or(self.focus);
        self.links.extend(other.links.into_iter().map(|(spot, cells, link)| (lower(spot), cells, link)));
    }

    /// The next line written holds the focus; the terminal's cursor goes to this column of it.
    pub fn put_focus(&mut self, column: usize) {
        self.focus = Some(Focus { spot: Spot { line: self.lines.len(), column }, is_news: false });
    }

    /// The next lines tell what has just happened: they come into sight, before what is selected does.
    pub fn put_news(&mut self) {
        self.focus = Some(Focus { spot: Spot { line: self.lines.len(), column: 0 }, is_news: true });
    }

    /// What a linear sheet says, line by line; an empty line stands between its parts.
    pub fn read_out(&self) -> Vec<Said> {
        let selected = self.focus.filter(|focus| !focus.is_news).map(|focus| focus.spot.line);
        let read = |(index, line): (usize, &Line<'static>)| {
            let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
            let is_whole = self.whole.contains(&index);
            let text = if is_whole { text.trim_end() } else { text.trim() };
            Said { text: text.to_owned(), is_whole, is_selected: selected == Some(index) }
        };
        self.lines.iter().enumerate().map(read).collect()
    }

    /// It is for a camera: no cursor stands on it.
    pub fn is_for_a_camera(&mut self) {
        self.is_picture = true;
    }

    /// First line shown in an area of this height.
    pub fn offset(&self, height: usize, scrolled: Option<usize>) -> usize {
        let last = self.height().saturating_sub(height);
        match (scrolled, self.focus) {
            (Some(offset), _) => offset.min(last),
            // One line of context is kept above news, and beneath what is selected.
            (None, Some(Focus { spot, is_news: true })) => spot.line.saturating_sub(1).min(last),
            (None, Some(Focus { spot, is_news: false })) => (spot.line + 2).saturating_sub(height).min(last),
            (None, None) => 0,
        }
    }

    /// Draws what fits, and tells where links stand. The terminal's cursor goes to the focus; where there is none in sight, to where
    /// reading begins: screen readers and magnifiers follow it.
    pub fn draw(self, frame: &mut Frame<'_>, area: Rect, scrolled: Option<usize>) -> Vec<LinkSpot> {
        let height = usize::from(area.height);
        let offset = self.offset(height, scrolled);
        let place = |spot: Spot| -> Option<Position> {
            let row = spot.line.checked_sub(offset).filter(|row| *row < height)?;
            let column = u16::try_from(spot.column).ok()?.min(area.width.saturating_sub(1));
            Some(Position::new(area.x + column, area.y + u16::try_from(row).ok()?))
        };
        let top = Spot { line: offset, column: 0 };
        let cursor = self.focus.and_then(|focus| place(focus.spot)).or_else(|| place(top));
        if let Some(position) = cursor.filter(|_| !self.is_picture) {
            frame.set_cursor_position(position);
        }
        let spots = self.links.iter().filter_map(|(spot, cells, link)| {
            let at = place(*spot)?;
            let cells = u16::try_from(*cells).ok()?.min(area.right().saturating_sub(at.x));
            Some(LinkSpot { area: Rect::new(at.x, at.y, cells, 1), link: link.clone() })
        });
        let spots = spots.collect();
        let below = self.height().saturating_sub(offset + height);
        for (line, y) in self.lines.iter().skip(offset).zip(area.y..area.bottom()) {
            frame.buffer_mut().set_line(area.x, y, line, area.width);
        }
        self.draw_more(frame, area, offset, below);
        spots
    }

    /// A mark at the edge where there is more.
    fn draw_more(&self, frame: &mut Frame<'_>, area: Rect, above: usize, below: usize) {
        let mark = self.theme.glyph(Glyph::More);
        let style = self.theme.style(Role::Dim);
        // In the margin, a column away from the text.
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

/// Padded with spaces to a width in cells.
pub fn pad(text: &str, cells: usize) -> String {
    let mut padded = text.to_owned();
    padded.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(text))));
    padded
}

/// The byte where a text reaches this many cells; at least one character, so that a loop over the rest ends.
fn cut_at(text: &str, cells: usize) -> usize {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += width(character.encode_utf8(&mut [0; 4]));
        if used > cells && at > 0 {
            return at;
        }
    }
    text.len()
}
