//! crossterm's back end, extended with hyperlinks (OSC 8) and synchronized updates (mode 2026).
//!
//! The sequences are written around cells, because inside a span they would count as width. A frame is one write, or none if
//! nothing changed; crossterm's back end would write the cursor each time and flush after each part.

use crate::wizard::widgets::sheet::LinkArea;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// The links of the current frame.
#[derive(Clone, Default)]
pub(super) struct FrameLinks(Rc<RefCell<Vec<LinkArea>>>);

impl FrameLinks {
    pub(super) fn replace(&self, link_areas: Vec<LinkArea>) {
        *self.0.borrow_mut() = link_areas;
    }

    fn link_at(&self, x: u16, y: u16) -> Option<String> {
        let link_areas = self.0.borrow();
        let link_area = link_areas.iter().find(|link_area| link_area.area.contains(Position::new(x, y)))?;
        // A checked link is percent-encoded, so it has no control characters; ESC or BEL would end the sequence early.
        link_area.link.as_str().chars().all(|character| !character.is_control()).then(|| link_area.link.as_str().to_owned())
    }
}

pub(super) struct HyperlinkBackend<W: Write> {
    inner: CrosstermBackend<W>,
    links: FrameLinks,
    /// True while a synchronized update is open; the terminal shows the frame when it is closed.
    is_update_open: bool,
    /// The known state of the terminal's cursor; drawing moves it.
    cursor_visible: Option<bool>,
    cursor_position: Option<Position>,
}

impl<W: Write> HyperlinkBackend<W> {
    pub(super) fn new(writer: W, links: FrameLinks) -> Self {
        Self { inner: CrosstermBackend::new(writer), links, is_update_open: false, cursor_visible: None, cursor_position: None }
    }
}

impl<W: Write> Write for HyperlinkBackend<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

impl<W: Write> Backend for HyperlinkBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut cells = content.peekable();
        if cells.peek().is_none() {
            return Ok(());
        }
        self.inner.write_all(b"\x1b[?2026h")?;
        self.is_update_open = true;
        self.cursor_position = None;
        // Consecutive cells with the same link, or with none, are written together.
        while let Some((x, y, _)) = cells.peek() {
            let link = self.links.link_at(*x, *y);
            let mut run = Vec::new();
            while let Some(cell) = cells.next_if(|(x, y, _)| self.links.link_at(*x, *y) == link) {
                run.push(cell);
            }
            if let Some(link) = &link {
                write!(self.inner, "\x1b]8;;{link}\x1b\\")?;
            }
            self.inner.draw(run.into_iter())?;
            if link.is_some() {
                self.inner.write_all(b"\x1b]8;;\x1b\\")?;
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_visible.replace(false) == Some(false) {
            return Ok(());
        }
        queue!(self.inner, Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_visible.replace(true) == Some(true) {
            return Ok(());
        }
        queue!(self.inner, Show)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor_position.replace(position) == Some(position) {
            return Ok(());
        }
        queue!(self.inner, MoveTo(position.x, position.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = super::terminal_size()?;
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_update_open) {
            self.inner.write_all(b"\x1b[?2026l")?;
        }
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::{Terminal, TerminalOptions, Viewport};
    use std::io::BufWriter;

    /// Records each write that the terminal would receive.
    #[derive(Clone, Default)]
    struct RecordedWrites(Rc<RefCell<Vec<String>>>);

    impl Write for RecordedWrites {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_is_one_write_and_one_that_changes_nothing_is_none() {
        let writes = RecordedWrites::default();
        let backend = HyperlinkBackend::new(BufWriter::new(writes.clone()), FrameLinks::default());
        let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 9, 1)) };
        let mut terminal = Terminal::with_options(backend, options).expect("a terminal");
        for (text, cursor) in [("same", 1), ("same", 1), ("same", 2), ("some", 2)] {
            let draw = |frame: &mut ratatui::Frame<'_>| {
                frame.buffer_mut().set_string(0, 0, text, ratatui::style::Style::new());
                frame.set_cursor_position((cursor, 0));
            };
            terminal.draw(draw).expect("a frame");
        }
        let [first, moved, changed] = writes.0.take().try_into().expect("three writes for four frames");
        assert!(first.starts_with("\x1b[?2026h") && first.contains("same") && first.ends_with("\x1b[?25h\x1b[1;2H\x1b[?2026l"));
        assert_eq!(moved, "\x1b[1;3H");
        assert!(changed.starts_with("\x1b[?2026h\x1b[1;2Ho") && changed.ends_with("\x1b[1;3H\x1b[?2026l"), "{changed:?}");
    }
}
