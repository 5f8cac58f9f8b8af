//! Puts a line of text into the frame. `Buffer::set_line` splits every text into graphemes, which took a fifth of a frame's time; in most
//! of our lines every character is one grapheme.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::text::Line;

/// Writes `line` at `start`, as `Buffer::set_line` does.
pub(super) fn put_line(buffer: &mut Buffer, start: Position, line: &Line<'_>, columns: u16) {
    let end = start.x.saturating_add(columns).min(buffer.area.right());
    let mut x = start.x;
    for span in line {
        if x >= end {
            return;
        }
        let style = line.style.patch(span.style);
        let room = usize::from(end - x);
        if !span.content.chars().all(is_single_cell) {
            (x, _) = buffer.set_stringn(x, start.y, &span.content, room, style);
            continue;
        }
        let first = buffer.index_of(x, start.y);
        let cells = buffer.content.get_mut(first..first + room).unwrap_or_default();
        let shown = span.content.chars().filter(|character| !character.is_ascii_control());
        for (cell, character) in cells.iter_mut().zip(shown) {
            cell.set_char(character).set_style(style);
            x += 1;
        }
    }
}

/// True for a character that always fills one cell by itself: ASCII, dashes, quotation marks, bullets and lines. Control characters are
/// not shown.
fn is_single_cell(character: char) -> bool {
    matches!(character, '\0'..='\u{7f}' | '·' | '‐'..='‧' | '─'..='╿')
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Cell;
    use ratatui::layout::Rect;
    use ratatui::style::{Style, Stylize};
    use ratatui::text::Span;

    #[test]
    fn a_line_is_put_as_ratatui_puts_it() {
        let texts = ["plain", "a\tb\u{1b}c", "", "über", "日本", "e\u{301}", "👩‍🚀 x", "…", "── x ·", "–\u{301}"];
        for (first, second) in texts.iter().flat_map(|first| texts.iter().map(move |second| (*first, *second))) {
            let line = Line::from(vec![Span::styled(first, Style::new().bold()), Span::raw(second)]).dim();
            for columns in 0..14 {
                let area = Rect::new(2, 0, 10, 1);
                let (mut ours, mut theirs) = (Buffer::filled(area, '#'.into()), Buffer::filled(area, '#'.into()));
                put_line(&mut ours, Position::new(3, 0), &line, columns);
                theirs.set_line(3, 0, &line, columns);
                assert_eq!(ours, theirs, "{first:?} {second:?} {columns}");
            }
        }
    }

    #[test]
    fn a_single_cell_is_what_ratatui_fills_with_such_a_character() {
        for character in ('\u{20}'..char::MAX).filter(|character| is_single_cell(*character) && *character != '\u{7f}') {
            let mut buffer = Buffer::filled(Rect::new(0, 0, 3, 1), '#'.into());
            buffer.set_string(0, 0, format!("{character}{character}"), Style::new());
            assert_eq!(buffer.content.iter().map(Cell::symbol).collect::<String>(), format!("{character}{character}#"));
        }
    }
}
