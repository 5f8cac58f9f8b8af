//! An editable line of text. A secret is masked: only its length is shown and, if it was pasted and not edited, its last
//! four characters.

use super::msg::Edit;
use crate::domain::sanitize::{sanitize, truncate, width};
use crate::domain::secret::Secret;
use unicode_segmentation::UnicodeSegmentation;

/// Longest accepted text in bytes; a longer paste is cut, and the screen says so.
pub const MAX_BYTES: usize = 4096;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextField {
    text: Secret,
    /// In graphemes.
    cursor: usize,
    /// The text was pasted or filled in, and not edited since. Showing the last four characters while typing would reveal the
    /// secret one character at a time.
    pasted_unedited: bool,
    kind: TextKind,
}

/// Determines how much of a text may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum TextKind {
    #[default]
    Secret,
    /// Shown in full if it can only be an ID.
    Id,
    /// Always shown in full; the caller checks a paste for secrets first.
    Visible,
}

impl TextField {
    /// Creates a field for an ID, with its initial text.
    pub fn id(text: impl Into<String>) -> Self {
        Self::with_kind(TextKind::Id, text)
    }

    /// Creates a field that always shows its text.
    pub fn visible(text: impl Into<String>) -> Self {
        Self::with_kind(TextKind::Visible, text)
    }

    fn with_kind(kind: TextKind, text: impl Into<String>) -> Self {
        let mut field = Self { kind, ..Self::default() };
        field.set(Secret::new(text));
        field
    }

    /// Returns the text of a field that is not secret; `None` for a secret one.
    pub fn public_text(&self) -> Option<&str> {
        (self.kind != TextKind::Secret).then(|| self.text.expose())
    }

    /// Returns the text if it may be shown. IDs consist of hex digits and dashes and are at most as long as a UUID; anything else may be a
    /// secret that was pasted into the wrong field, and stays masked. GitHub's client secrets are 40 hex digits.
    pub fn visible_text(&self) -> Option<&str> {
        let is_id = |text: &&str| text.len() <= 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        self.public_text().filter(|text| self.kind == TextKind::Visible || is_id(text))
    }

    /// Returns the part of the text that fits this many cells, if it may be shown, and the cursor's cell in it. A longer text is shown up
    /// to its end, or around the cursor.
    pub fn visible_part(&self, cells: usize) -> Option<(String, usize)> {
        // A control character or a blank keeps its place, so that the cursor is where the next character goes.
        let shown = |grapheme: &str| if grapheme.trim().is_empty() { " ".to_owned() } else { sanitize(grapheme) };
        let graphemes: Vec<String> = self.visible_text()?.graphemes(true).map(shown).collect();
        let mut used: usize = graphemes.iter().map(|grapheme| width(grapheme)).sum();
        let mut hidden = 0;
        // The cursor needs a cell behind the last character.
        while used + 1 > cells && hidden < self.cursor {
            used -= graphemes.get(hidden).map_or(0, |grapheme| width(grapheme));
            hidden += 1;
        }
        let before: usize = graphemes.iter().take(self.cursor).skip(hidden).map(|grapheme| width(grapheme)).sum();
        Some((truncate(&graphemes.into_iter().skip(hidden).collect::<String>(), cells), before))
    }

    /// Returns the text if it is a URL, which is no secret in any field.
    pub fn url(&self) -> Option<String> {
        let text = self.text.expose();
        (text.starts_with("http://") || text.starts_with("https://")).then(|| text.to_owned())
    }

    pub fn text(&self) -> &Secret {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Returns the last four characters, to recognise a token by.
    pub fn last_four(&self) -> Option<String> {
        self.text.last_four().filter(|_| self.pasted_unedited)
    }

    /// Replaces everything and puts the cursor at the end.
    pub fn set(&mut self, text: Secret) {
        self.cursor = text.expose().graphemes(true).count();
        self.text = text;
        self.pasted_unedited = true;
    }

    /// Returns whether the text changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let end = self.text.expose().graphemes(true).count();
        let cursor = self.cursor.min(end);
        let (first, last, inserted) = match edit {
            Edit::Left => return self.move_cursor(cursor.saturating_sub(1)),
            Edit::Right => return self.move_cursor((cursor + 1).min(end)),
            Edit::Home => return self.move_cursor(0),
            Edit::End => return self.move_cursor(end),
            Edit::Insert(character) if character.is_control() || self.text.expose().len() >= MAX_BYTES => return false,
            Edit::Insert(character) => (cursor, cursor, Some(character)),
            Edit::EraseBack if cursor == 0 => return false,
            Edit::EraseBack => (cursor - 1, cursor, None),
            Edit::EraseForward if cursor == end => return false,
            Edit::EraseForward => (cursor, cursor + 1, None),
            Edit::EraseWord => {
                let before = self.text.expose().graphemes(true).take(cursor);
                let separator = before.enumerate().filter(|(_, part)| matches!(*part, "_" | "-" | " " | "=" | ".")).last();
                (separator.map_or(0, |(place, _)| place), cursor, None)
            }
            Edit::EraseAll => (0, end, None),
        };
        let changed = first != last || inserted.is_some();
        let mut bytes = [0; 4];
        let inserted: &str = inserted.map_or("", |character| character.encode_utf8(&mut bytes));
        let (from, to) = (self.byte_offset(first), self.byte_offset(last));
        self.splice(from, to, inserted);
        self.pasted_unedited = false;
        changed
    }

    /// Inserts a paste at the cursor; returns whether it had to be cut.
    pub fn paste(&mut self, pasted: &Secret) -> bool {
        let room = MAX_BYTES.saturating_sub(self.text.expose().len());
        let ends = pasted.expose().grapheme_indices(true).map(|(start, part)| start + part.len());
        let taken = ends.take_while(|end| *end <= room).last().unwrap_or(0);
        let at = self.byte_offset(self.cursor);
        self.splice(at, at, pasted.expose().get(..taken).unwrap_or_default());
        self.pasted_unedited = true;
        taken < pasted.expose().len()
    }

    /// Inserts a paste as part of one line: each run of whitespace, including line breaks, becomes one space.
    pub fn paste_line(&mut self, pasted: &Secret) -> bool {
        let text = pasted.expose();
        // The capacity suffices, so the string never reallocates and leaves a copy behind.
        let mut line = String::with_capacity(text.len() + 1);
        for character in text.chars() {
            match character {
                _ if !character.is_whitespace() => line.push(character),
                _ if !line.ends_with(' ') => line.push(' '),
                _ => {}
            }
        }
        self.paste(&Secret::new(line))
    }

    /// Replaces these bytes and puts the cursor after the inserted text. The new text is written once, into memory of its
    /// own size: a string that grows leaves unwiped copies behind.
    fn splice(&mut self, from: usize, to: usize, inserted: &str) {
        let text = self.text.expose();
        let (head, tail) = (text.get(..from).unwrap_or_default(), text.get(to..).unwrap_or_default());
        let mut spliced = String::with_capacity(head.len() + inserted.len() + tail.len());
        spliced.extend([head, inserted]);
        // A combining mark joins the previous grapheme, so count again instead of adding.
        self.cursor = spliced.graphemes(true).count();
        spliced.push_str(tail);
        self.text = Secret::new(spliced);
    }

    /// Returns the byte offset of this grapheme.
    fn byte_offset(&self, grapheme: usize) -> usize {
        let text = self.text.expose();
        text.grapheme_indices(true).nth(grapheme).map_or(text.len(), |(start, _)| start)
    }

    fn move_cursor(&mut self, cursor: usize) -> bool {
        self.cursor = cursor;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> TextField {
        let mut field = TextField::default();
        field.set(Secret::new(text));
        field
    }

    #[test]
    fn typing_and_erasing_happen_at_the_cursor() {
        let mut field = field("fake");
        field.edit(Edit::Left);
        field.edit(Edit::Insert('X'));
        assert_eq!(field.text().expose(), "fakXe");
        field.edit(Edit::EraseBack);
        field.edit(Edit::EraseForward);
        assert_eq!(field.text().expose(), "fak");
        field.edit(Edit::Home);
        assert!(!field.edit(Edit::EraseBack));
        field.edit(Edit::EraseAll);
        assert!(field.is_empty());
    }

    #[test]
    fn a_visible_text_is_shown_up_to_its_end_or_around_the_cursor_in_cells() {
        let mut field = TextField::visible("日本語のトークン");
        assert_eq!(field.visible_part(56), Some(("日本語のトークン".to_owned(), 16)));
        assert_eq!(field.visible_part(9), Some(("トークン".to_owned(), 8)));
        field.edit(Edit::Home);
        assert_eq!(field.visible_part(9), Some(("日本語の…".to_owned(), 0)));
        field.edit(Edit::Right);
        assert_eq!(field.visible_part(16), Some(("本語のトークン".to_owned(), 0)), "the cursor needs a cell behind the text");
        assert_eq!(TextField::visible("a \u{202e}b ").visible_part(9), Some(("a b ".to_owned(), 4)));
        assert_eq!(TextField::default().visible_part(9), None);
    }

    #[test]
    fn only_an_unedited_paste_shows_its_last_four() {
        let mut field = field("ntn_fake_fake_fake_fake_WXYZ");
        assert_eq!(field.last_four().as_deref(), Some("WXYZ"));
        field.edit(Edit::Left);
        assert!(field.last_four().is_some(), "moving changes nothing");
        field.edit(Edit::EraseBack);
        assert_eq!(field.last_four(), None);
        field.paste(&Secret::new("fake"));
        assert!(field.last_four().is_some());
    }

    #[test]
    fn erasing_a_word_stops_at_a_separator() {
        let mut field = field("ntn_fake_word");
        field.edit(Edit::EraseWord);
        assert_eq!(field.text().expose(), "ntn_fake");
    }

    #[test]
    fn a_huge_paste_is_cut_and_says_so() {
        let mut field = TextField::default();
        assert!(field.paste(&Secret::new("x".repeat(MAX_BYTES + 1))));
        assert_eq!(field.text().len(), MAX_BYTES);
        assert!(!field.edit(Edit::Insert('y')));
    }

    #[test]
    fn graphemes_are_never_split() {
        let mut field = field("e\u{301}x");
        assert_eq!(field.cursor(), 2);
        field.edit(Edit::EraseBack);
        field.edit(Edit::EraseBack);
        assert!(field.is_empty());
    }
}
