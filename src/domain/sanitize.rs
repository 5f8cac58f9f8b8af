//! Makes untrusted text (from the network, `ntn` or files) safe to draw, and fits text to a width in cells.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Maximum length of untrusted text, in characters.
const MAX_LENGTH: usize = 300;

/// Removes control, bidirectional and zero-width characters, collapses white space, and truncates to 300 characters. Joiners and
/// variation selectors are kept where they combine their neighbours into one emoji or word.
pub fn sanitize(text: &str) -> String {
    let mut safe = String::with_capacity(text.len().min(MAX_LENGTH));
    let mut gap = false;
    // The length is tracked, because counting it for each character would take quadratic time.
    let mut length = 0;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_whitespace() {
            gap = !safe.is_empty();
        } else if !is_unsafe(character) || (!gap && is_effective_joiner(&safe, character, characters.peek().copied())) {
            if gap {
                safe.push(' ');
                length += 1;
                gap = false;
            }
            safe.push(character);
            length += 1;
        }
        if length >= MAX_LENGTH {
            safe.push('…');
            break;
        }
    }
    safe
}

/// Normalizes a name for comparison: in lower case, and without joiners and variation selectors. People do not type these, and
/// records of earlier versions have none.
pub fn normalize_name(text: &str) -> String {
    let plain: String = sanitize(text).chars().filter(|character| !is_unsafe(*character)).collect();
    plain.to_lowercase()
}

/// True for characters that start escape sequences, or that reorder, hide or stack text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// True if an invisible character has its intended effect between the text before it and the next character.
fn is_effective_joiner(before: &str, character: char, next: Option<char>) -> bool {
    let Some(last) = before.graphemes(true).next_back() else { return false };
    match (character, next) {
        // By the rules GB9c and GB11 of UAX 29, it joins emoji sequences and Indic conjuncts into one grapheme.
        ('\u{200D}', Some(next)) if !next.is_ascii() && !is_unsafe(next) => is_single_grapheme(&format!("{last}\u{200D}{next}")),
        // In Persian it separates two letters that would otherwise be joined.
        ('\u{200C}', Some(next)) => last.chars().next_back().is_some_and(is_arabic) && is_arabic(next),
        ('\u{FE0F}', next) => is_pictographic(last) || (next == Some('\u{20E3}') && is_keycap(last)),
        _ => false,
    }
}

fn is_single_grapheme(text: &str) -> bool {
    text.graphemes(true).count() == 1
}

/// True for an emoji, detected by whether another emoji can be joined to it.
fn is_pictographic(grapheme: &str) -> bool {
    !grapheme.ends_with('\u{FE0F}') && is_single_grapheme(&format!("{grapheme}\u{200D}\u{2764}"))
}

fn is_keycap(grapheme: &str) -> bool {
    matches!(grapheme.as_bytes(), [b'0'..=b'9' | b'#' | b'*'])
}

fn is_arabic(character: char) -> bool {
    matches!(character, '\u{0620}'..='\u{064A}' | '\u{066E}'..='\u{06D3}')
}

/// Width in terminal cells. Most text is printable ASCII, of which each byte is a cell.
pub fn width(text: &str) -> usize {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { text.len() } else { text.width() }
}

/// Returns the text with its first letter in upper case, as in a sentence.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

/// Cuts to at most `cells`, ending in `…` where something was cut. Never splits a grapheme.
pub fn truncate(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let next = width(grapheme);
        if used + next + 1 > cells {
            break;
        }
        shown.push_str(grapheme);
        used += next;
    }
    if cells > 0 {
        shown.push('…');
    }
    shown
}

/// Wraps to lines of at most `cells`, at spaces if possible. A word that is longer than a line is split.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    // The line's width is kept, because measuring it for each word would take quadratic time.
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word = Cow::Borrowed(word);
        if !line.is_empty() && used + 1 + width(&word) > cells {
            lines.push(std::mem::take(&mut line));
        }
        while width(&word) > cells {
            let room = if line.is_empty() { cells } else { 0 };
            let (head, tail) = split_at_cells(&word, room);
            lines.push(head);
            word = Cow::Owned(tail);
        }
        if line.is_empty() {
            used = 0;
        } else if !word.is_empty() {
            line.push(' ');
            used += 1;
        }
        line.push_str(&word);
        used += width(&word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Splits after a slash if one is in the second half of the width, and otherwise at the width.
fn split_at_cells(word: &str, cells: usize) -> (String, String) {
    let mut head = String::new();
    let mut used = 0;
    let mut graphemes = word.graphemes(true).peekable();
    while let Some(grapheme) = graphemes.peek() {
        let next = width(grapheme);
        if used + next > cells && !head.is_empty() {
            break;
        }
        head.push_str(grapheme);
        used += next;
        graphemes.next();
    }
    let slash = head.rfind('/').map(|at| at + 1).filter(|at| *at < head.len() && *at * 2 > head.len());
    let tail = slash.map(|at| head.split_off(at)).unwrap_or_default();
    (head, tail + &graphemes.collect::<String>())
}

/// Converts to ASCII, for a terminal that shows nothing else: punctuation gets its ASCII form, all other characters become `?`.
pub fn to_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '…' => plain.push_str("..."),
            '→' => plain.push_str("->"),
            '←' => plain.push_str("<-"),
            '≤' => plain.push_str("<="),
            '≥' => plain.push_str(">="),
            '·' | '–' | '—' | '•' | '─' => plain.push('-'),
            '“' | '”' => plain.push('"'),
            '‘' | '’' => plain.push('\''),
            '×' => plain.push('x'),
            '\u{a0}' => plain.push(' '),
            // Joiners and variation selectors have no width of their own.
            '\u{200C}' | '\u{200D}' | '\u{FE0F}' => {}
            other if other.is_ascii() => plain.push(other),
            _ => plain.push('?'),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_codes_and_reordering_marks_are_removed() {
        assert_eq!(sanitize("a\u{1b}[31mred\u{202e}x\u{200b}\u{7}"), "a[31mredx");
        assert_eq!(sanitize("  two\n\t lines "), "two lines");
    }

    #[test]
    fn joiners_stay_where_they_join_and_nowhere_else() {
        let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}";
        let heart = "\u{2764}\u{FE0F}\u{200D}\u{1F525}";
        let dark = "\u{1F469}\u{1F3FD}\u{200D}\u{1F680}";
        let persian = "\u{0645}\u{06CC}\u{200C}\u{062E}\u{0648}\u{0627}\u{0647}\u{0645}";
        for shown in [family, heart, dark, "1\u{FE0F}\u{20E3}", persian, "Smith \u{1F468}\u{200D}\u{1F469} home"] {
            assert_eq!(sanitize(shown), shown);
            assert_eq!(sanitize(&sanitize(shown)), shown);
        }
        for (hostile, left) in [
            ("Ac\u{200D}me", "Acme"),
            ("\u{200D}Acme\u{200D}", "Acme"),
            ("Acme\u{FE0F}", "Acme"),
            ("Ac\u{200C}me", "Acme"),
            ("\u{1F468}\u{200D}", "\u{1F468}"),
            ("\u{1F468}\u{200D}\u{200D}\u{1F469}", "\u{1F468}\u{200D}\u{1F469}"),
            ("\u{1F468}\u{200D}x", "\u{1F468}x"),
            ("\u{1F468} \u{200D}\u{1F469}", "\u{1F468} \u{1F469}"),
            ("\u{1F3F4}\u{E0067}\u{E007F}", "\u{1F3F4}"),
            ("\u{2764}\u{FE0F}\u{FE0F}", "\u{2764}\u{FE0F}"),
            ("\u{1F468}\u{200D}\u{202E}\u{1F469}", "\u{1F468}\u{1F469}"),
        ] {
            assert_eq!(sanitize(hostile), left, "{hostile:?}");
        }
    }

    #[test]
    fn names_are_compared_without_what_nobody_types() {
        assert_eq!(normalize_name("Smith \u{1F468}\u{200D}\u{1F469}"), normalize_name("smith  \u{1F468}\u{1F469}"));
        assert_eq!(normalize_name("\u{2764}\u{FE0F} Acme"), normalize_name("\u{2764} ACME"));
        assert_ne!(normalize_name("Acme"), normalize_name("Acne"));
    }

    #[test]
    fn long_text_is_cut_with_a_mark() {
        let cut = sanitize(&"x".repeat(1000));
        assert_eq!(cut.chars().count(), MAX_LENGTH + 1);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn fitting_counts_cells_not_characters() {
        assert_eq!(truncate("日本語", 5), "日本…");
        assert_eq!(truncate("plain", 5), "plain");
        assert_eq!(truncate("plain", 0), "");
    }

    #[test]
    fn wrapping_keeps_every_word_and_breaks_only_what_cannot_fit() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a abcdefgh", 4), ["a", "abcd", "efgh"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_long_path_breaks_after_a_slash() {
        assert_eq!(wrap("in /home/ada/notion/secrets.json.", 18), ["in", "/home/ada/notion/", "secrets.json."]);
        assert_eq!(wrap("/abcdefgh", 6), ["/abcde", "fgh"]);
    }
}
