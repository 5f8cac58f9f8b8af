//! Puts a line of text into the frame. `Buffer::set_line` splits every text into graphemes, which took a fifth of a frame's time; most of
//! ours is ASCII, in which each character is one.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::text::Line;

/// Does what `Buffer::set_line` does.
pub(super) fn put_line(buffer: &mut Buffer, start: Position, line: &Line<'_>, columns: u16) {
    let end = start.x.saturating_add(columns).min(buffer.area.right());
    let mut x = start.x;
    for span in line {
        let style = line.style.patch(span.style);
        if !span.content.is_ascii() {
            let room = usize::from(end.saturating_sub(x));
            (x, _) = buffer.set_stringn(x, start.y, &span.content, room, style);
            continue;
        }
        for character in span.content.chars().filter(|character| !character.is_ascii_control()) {
            if x >= end {
                return;
            }
            if let Some(cell) = buffer.cell_mut(Position::new(x, start.y)) {
                cell.set_char(character).set_style(style);
            }
            x += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Style, Stylize};
    use ratatui::text::Span;

    #[test]
    fn a_line_is_put_as_ratatui_puts_it() {
        let texts = ["plain", "a\tb\u{1b}c", "", "über", "日本", "e\u{301}", "👩‍🚀 x", "…"];
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
}
