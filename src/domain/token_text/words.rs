//! Divides any text into the words that could be values, each with the name it is assigned to: lines, `.env`, JSON, shells, URLs.
//!
//! There is no grammar: what separates values is the same in all of them. One pass, no copies.

/// A run of characters that a token can be made of (RFC 6750, section 2.1, without `/` and `=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    /// The name before it on its line: `NAME=`, `"name": "`, `set -x NAME `.
    pub name: Option<&'a str>,
    /// Something is assigned to it, so it is no value itself.
    pub is_name: bool,
    /// Its value ends with it: white space, a quote, a comma or a bracket follows, and no other character.
    pub is_whole: bool,
}

pub(super) struct Words<'a> {
    rest: &'a str,
    name: Option<&'a str>,
}

/// All words of a text, in order.
pub(super) fn words(text: &str) -> Words<'_> {
    let (_, rest) = gap(text);
    Words { rest, name: None }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let end = self.rest.find(|character| !is_of_word(character)).unwrap_or(self.rest.len());
        let (text, after) = self.rest.split_at(end);
        if text.is_empty() {
            return None;
        }
        let (gap, rest) = gap(after);
        self.rest = rest;
        let is_assigned = gap.assigns && !gap.breaks_line && !rest.is_empty();
        let name = self.name.take();
        self.name = (is_assigned || !gap.breaks_line && is_variable(text)).then_some(text);
        // A token has digits, so one before a colon, as in a list of tokens and their workspaces, is still a value.
        let is_name = is_assigned && !text.bytes().any(|byte| byte.is_ascii_digit());
        Some(Word { text, name, is_name, is_whole: gap.ends_value })
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
            // A quote in a URL is `%22`.
            ('%', _) if is_hex(rest.get(1..3)) => 3,
            _ if is_of_word(character) => break,
            _ => character.len_utf8(),
        };
        gap.assigns |= matches!(character, '=' | ':');
        gap.breaks_line |= matches!(character, '\n' | '\r' | '\0');
        rest = rest.get(length..).unwrap_or_default();
    }
    (gap, rest)
}

/// Length of what follows a backslash, and whether it is the end of a line: `\n` is no `n`. A second backslash is left for itself,
/// because JSON within JSON escapes its own.
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

/// Letters of other alphabets count: a token with one of them was damaged, and a part of it is no token. Scripts without spaces
/// between words, which begin here, may stand directly beside a token.
fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '_' | '-' | '.' | '~' | '+')
        || !character.is_ascii() && character < '\u{2e80}' && character.is_alphanumeric()
}

fn ends_value(character: char) -> bool {
    character.is_whitespace() || character.is_control() || !character.is_ascii() || "\"'`,;)]}>&|\\".contains(character)
}

/// `NOTION_API_TOKEN`: in shells such as fish a blank alone stands between a variable and its value.
fn is_variable(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
