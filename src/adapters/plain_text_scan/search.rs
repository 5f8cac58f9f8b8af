//! Finds secrets in the bytes of a file. Only lines with the beginning of a secret or the name of a variable are read.

use crate::domain::scan::{Detection, NEEDLES, PlainTextPlace, VARIABLE_NEEDLES, detect};
use crate::domain::token_text::MIN_TOKEN_LENGTH;
use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memrchr};
use std::sync::LazyLock;
use zeroize::Zeroizing;

/// A longer line, such as that of a minified script, is read in parts around what was found in it.
const MAX_LINE_BYTES: usize = 64 * 1024;
/// The part before and after it. A name is near its value.
const PART_BYTES: usize = 4 * 1024;
/// Bytes in which a file without text has a zero byte, as for git.
const BINARY_CHECK_BYTES: usize = 8000;
/// Limit of findings in one file; more are not read one by one.
pub const MAX_FINDINGS_PER_FILE: usize = 500;

static FINDERS: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| NEEDLES.iter().map(|needle| Finder::new(*needle)).collect());
static VARIABLE_FINDERS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| VARIABLE_NEEDLES.iter().map(|needle| Finder::new(*needle)).collect());

/// A secret with its line and column, in characters from 1.
pub struct Hit {
    pub line: usize,
    pub column: usize,
    pub detection: Detection,
}

/// Returns the secrets in a text file; `None` for a file that is not text.
pub fn search(bytes: &[u8], place: PlainTextPlace) -> Option<Vec<Hit>> {
    if let Some(text) = decode_utf16(bytes) {
        return Some(search_text(text.as_bytes(), place));
    }
    let start = bytes.get(..BINARY_CHECK_BYTES).unwrap_or(bytes);
    if memchr(0, start).is_some() { None } else { Some(search_text(bytes, place)) }
}

/// Windows PowerShell writes its files in UTF-16.
fn decode_utf16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let (is_little_endian, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        _ => return None,
    };
    let read = |pair: [u8; 2]| if is_little_endian { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) };
    let units = rest.chunks_exact(2).filter_map(|pair| Some(read(pair.try_into().ok()?)));
    // No character of two bytes takes more than three in UTF-8, so the text never grows.
    let mut text = Zeroizing::new(String::with_capacity(rest.len() / 2 * 3));
    text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    Some(text)
}

fn search_text(bytes: &[u8], place: PlainTextPlace) -> Vec<Hit> {
    let is_long = |end: usize| {
        let value = bytes.get(end..end + MIN_TOKEN_LENGTH).unwrap_or_default();
        value.len() == MIN_TOKEN_LENGTH && value.iter().all(u8::is_ascii_alphanumeric)
    };
    // Most of these beginnings are names in code.
    let long_ones =
        |finder: &'static Finder<'static>| finder.find_iter(bytes).filter(move |start| is_long(start + finder.needle().len()));
    let mut starts: Vec<usize> = FINDERS.iter().flat_map(long_ones).collect();
    if place.assigns_variables() {
        starts.extend(VARIABLE_FINDERS.iter().flat_map(|finder| finder.find_iter(bytes)));
    }
    starts.sort_unstable();
    let mut hits = Vec::new();
    let mut position = Position::default();
    let mut done = 0;
    for start in starts {
        if start < done || hits.len() >= MAX_FINDINGS_PER_FILE {
            continue;
        }
        let line_start = bytes.get(..start).and_then(|before| memrchr(b'\n', before)).map_or(0, |at| at + 1);
        let line_end = bytes.get(start..).and_then(|after| memchr(b'\n', after)).map_or(bytes.len(), |at| start + at);
        let (from, to) = if line_end - line_start <= MAX_LINE_BYTES {
            (line_start, line_end)
        } else {
            (start.saturating_sub(PART_BYTES).max(line_start).max(done), (start + PART_BYTES).min(line_end))
        };
        let part = String::from_utf8_lossy(bytes.get(from..to).unwrap_or_default());
        position.advance_to(bytes, line_start, from);
        for detection in detect(part.trim_end_matches('\r'), place) {
            let before = part.get(..detection.start).unwrap_or_default();
            hits.push(Hit { line: position.line + 1, column: position.column + before.chars().count() + 1, detection });
        }
        done = to;
    }
    hits
}

/// The number of a line and a column, counted forward only, so that a file is counted once.
#[derive(Default)]
struct Position {
    line: usize,
    line_start: usize,
    /// The byte up to which the column is counted.
    at: usize,
    column: usize,
}

impl Position {
    fn advance_to(&mut self, bytes: &[u8], line_start: usize, at: usize) {
        if line_start > self.line_start || self.at == 0 {
            let between = bytes.get(self.line_start..line_start).unwrap_or_default();
            self.line += memchr_iter(b'\n', between).count();
            (self.line_start, self.at, self.column) = (line_start, line_start, 0);
        }
        let is_first_byte = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
        self.column += bytes.get(self.at..at).unwrap_or_default().iter().filter(is_first_byte).count();
        self.at = at.max(self.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const TOKEN: &str = concat!("ntn_", "9kdjf84hgnb73hfKJD83jd");

    fn found(bytes: &[u8]) -> Option<Vec<(usize, usize)>> {
        let hits = search(bytes, PlainTextPlace::of(Path::new("notes.txt")))?;
        Some(hits.iter().map(|hit| (hit.line, hit.column)).collect())
    }

    #[test]
    fn lines_and_columns_are_counted_in_characters() {
        assert_eq!(found(format!("a\n\n é {TOKEN}\r\nb {TOKEN}\n{TOKEN}").as_bytes()), Some(vec![(3, 4), (4, 3), (5, 1)]));
        assert_eq!(found(b""), Some(Vec::new()));
        assert_eq!(found(b"ntn_ secret_ nrt_"), Some(Vec::new()));
    }

    #[test]
    fn bytes_that_are_no_text_do_not_hide_a_token() {
        let mut bytes = b"\xff\xc3\x28 ".to_vec();
        bytes.extend(TOKEN.as_bytes());
        bytes.extend(b"\xff\n");
        assert_eq!(found(&bytes), Some(vec![(1, 5)]));
        bytes.insert(0, 0);
        assert_eq!(found(&bytes), None, "a file with zero bytes is not text");
    }

    #[test]
    fn a_huge_line_is_read_around_each_token() {
        let filler = "é=secret_;".repeat(20_000);
        let line = format!("first\n{filler}{TOKEN};{filler}{TOKEN}x1;{TOKEN}\n{TOKEN}");
        let hits = search(line.as_bytes(), PlainTextPlace::of(Path::new("a.js"))).unwrap();
        let places: Vec<_> = hits.iter().map(|hit| (hit.line, hit.column)).collect();
        let second = 400_002 + TOKEN.len();
        assert_eq!(places, [(2, 200_001), (2, second), (2, second + TOKEN.len() + 3), (3, 1)]);
    }

    #[test]
    fn utf_16_is_text() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(format!("$env:X = '{TOKEN}'").encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(found(&bytes), Some(vec![(1, 11)]));
    }

    #[test]
    fn the_findings_of_one_file_are_limited() {
        let many: Vec<String> = (0..2000).map(|number| format!("{}{number:04}", TOKEN.trim_end_matches("83jd"))).collect();
        let many = many.join("\n");
        assert_eq!(found(many.as_bytes()).map(|hits| hits.len()), Some(MAX_FINDINGS_PER_FILE));
    }
}
