//! Splits any text into words that could be values, each with the name it is assigned to: lines, `.env`, JSON, shells, URLs.
//!
//! It needs no grammar, because the separators are the same in all formats. It takes one pass and makes no copies.

/// A run of characters that a token can contain (RFC 6750, section 2.1, without `/` and `=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextWord<'a> {
    pub text: &'a str,
    /// The byte at which it begins.
    pub start: usize,
    /// The name before it on its line: `NAME=`, `"name": "`, `set -x NAME `.
    pub name: Option<&'a str>,
    /// True if something is assigned to the word, so that it is not a value itself.
    pub is_name: bool,
    /// True if the value ends with the word: white space, a quote, a comma or a bracket follows.
    pub is_whole: bool,
}

pub struct TextWords<'a> {
    rest: &'a str,
    /// The length of the whole text.
    length: usize,
    name: Option<&'a str>,
}

/// All words of a text, in order.
pub fn words(text: &str) -> TextWords<'_> {
    let (_, rest) = gap(text);
    TextWords { rest, length: text.len(), name: None }
}

impl<'a> Iterator for TextWords<'a> {
    type Item = TextWord<'a>;

    fn next(&mut self) -> Option<TextWord<'a>> {
        let start = self.length - self.rest.len();
        let end = self.rest.find(|character| !is_word_character(character)).unwrap_or(self.rest.len());
        let (text, after) = self.rest.split_at(end);
        if text.is_empty() {
            return None;
        }
        let (gap, rest) = gap(after);
        self.rest = rest;
        let is_assigned = gap.assigns && !gap.breaks_line && !rest.is_empty();
        let name = self.name.take();
        self.name = (is_assigned || !gap.breaks_line && is_variable(text)).then_some(text);
        // A word with digits before a colon may be a token, as in a list of tokens and their workspaces, so it is still a value.
        let is_name = is_assigned && !text.bytes().any(|byte| byte.is_ascii_digit());
        Some(TextWord { text, start, name, is_name, is_whole: gap.ends_value })
    }
}

/// The characters between two words.
#[derive(Debug)]
struct Gap {
    assigns: bool,
    breaks_line: bool,
    ends_value: bool,
}

fn gap(text: &str) -> (Gap, &str) {
    let mut gap = Gap { assigns: false, breaks_line: false, ends_value: text.chars().next().is_none_or(ends_value) };
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let escape = rest.strip_prefix('\\').map(escape);
        let length = match (character, escape) {
            (_, Some((length, breaks_line))) => {
                gap.breaks_line |= breaks_line;
                1 + length
            }
            // Percent-encoded characters, such as the quote `%22` in a URL, separate words.
            ('%', _) if is_hex(rest.get(1..3)) => 3,
            _ if is_word_character(character) => break,
            _ => character.len_utf8(),
        };
        gap.assigns |= matches!(character, '=' | ':');
        gap.breaks_line |= matches!(character, '\n' | '\r' | '\0');
        rest = rest.get(length..).unwrap_or_default();
    }
    (gap, rest)
}

/// Returns the length of an escape sequence after its backslash, and whether it is a line break. A second backslash is not part of it,
/// because JSON within JSON escapes its backslashes.
fn escape(after: &str) -> (usize, bool) {
    match after.bytes().next() {
        Some(b'n' | b'r') => (1, true),
        Some(b't' | b'b' | b'f' | b'0') => (1, false),
        Some(b'u') if is_hex(after.get(1..5)) => (5, false),
        Some(b'x') if is_hex(after.get(1..3)) => (3, false),
        _ => (0, false),
    }
}

fn is_hex(text: Option<&str>) -> bool {
    text.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// True for characters of a word. Letters of other alphabets belong to it: a token with one of them is damaged, and a part of it is
/// not a token. Scripts without spaces between words, from U+2E80 on, end it, because they may directly follow a token.
fn is_word_character(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '_' | '-' | '.' | '~' | '+')
        || !character.is_ascii() && character < '\u{2e80}' && character.is_alphanumeric()
}

fn ends_value(character: char) -> bool {
    character.is_whitespace() || character.is_control() || !character.is_ascii() || "\"'`,;)]}>&|\\".contains(character)
}

/// True for a name such as `NOTION_API_TOKEN`: in shells such as fish, only a blank separates a variable from its value.
fn is_variable(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
