//! A change to a person's file as a unified diff, with the secrets in it masked. A change is one block, so there is one hunk.

use super::secret::Secret;
use super::token_text::{is_secret_word, may_contain_secret};

/// Number of unchanged lines that are shown before and after the change.
const CONTEXT_LINES: usize = 3;
/// Maximum characters of a line; without it, a file without line breaks would be shown whole.
const MAX_LINE_LENGTH: usize = 200;
/// A line of JSON that is longer than this is broken.
const MAX_JSON_LINE: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffLineKind {
    Context,
    Removed,
    Added,
    /// A remark about the lines.
    Note,
}

/// A line of a diff, safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    pub kind: DiffLineKind,
    pub text: String,
}

impl DiffLine {
    /// Returns the remark that the next lines are around this line of the file.
    pub fn position(line: usize) -> Self {
        Self { kind: DiffLineKind::Note, text: format!("@ line {line} @@") }
    }

    /// Returns the line as in a patch.
    pub fn marked(&self) -> String {
        let mark = match self.kind {
            DiffLineKind::Context => ' ',
            DiffLineKind::Removed => '-',
            DiffLineKind::Added => '+',
            DiffLineKind::Note => '@',
        };
        format!("{mark}{}", self.text)
    }
}

/// Returns the lines that differ, with a few around them. The words of `ours`, which is what we add, are shown as they are.
pub fn diff(old: &str, new: &str, ours: &[&str]) -> Vec<DiffLine> {
    let hunk = line_diff(old, new, ours);
    let is_long = |line: &DiffLine| line.kind != DiffLineKind::Context && line.text.chars().count() > MAX_JSON_LINE;
    let is_json = |text: &str| text.trim_start_matches(['\u{feff}', ' ', '\n']).starts_with('{');
    // Nobody can see what changes in a file that is one long line.
    if hunk.iter().any(is_long) && (is_json(old) || is_json(new)) {
        let note = DiffLine { kind: DiffLineKind::Note, text: " shown with line breaks that are not added to the file".to_owned() };
        return std::iter::once(note).chain(line_diff(&broken_lines(old), &broken_lines(new), ours)).collect();
    }
    hunk
}

fn line_diff(old: &str, new: &str, ours: &[&str]) -> Vec<DiffLine> {
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let start = old_lines.iter().zip(&new_lines).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (old_lines.get(start..).unwrap_or_default(), new_lines.get(start..).unwrap_or_default());
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let removed = old_rest.get(..old_rest.len() - end).unwrap_or_default();
    let added = new_rest.get(..new_rest.len() - end).unwrap_or_default();
    let before = old_lines.get(start.saturating_sub(CONTEXT_LINES)..start).unwrap_or_default();
    let after = old_rest.get(removed.len()..).unwrap_or_default();
    let lines = |kind: DiffLineKind, lines: &[&str]| {
        let line = |line: &&str| DiffLine { kind, text: shown(line, ours) };
        lines.iter().map(line).collect::<Vec<_>>()
    };
    let mut hunk = lines(DiffLineKind::Context, before);
    hunk.extend(lines(DiffLineKind::Removed, removed));
    hunk.extend(lines(DiffLineKind::Added, added));
    hunk.extend(lines(DiffLineKind::Context, after.get(..CONTEXT_LINES.min(after.len())).unwrap_or_default()));
    hunk
}

/// Puts every field and every item of a JSON text on a line of its own.
fn broken_lines(text: &str) -> String {
    let (mut broken, mut depth, mut is_in_string, mut is_escaped) = (String::with_capacity(text.len() * 2), 0_usize, false, false);
    let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
    for character in text.chars() {
        if is_in_string {
            broken.push(character);
            is_in_string = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
            continue;
        }
        match character {
            '{' | '[' => {
                depth += 1;
                broken.push(character);
                broken.push_str(&line(depth));
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                broken.push_str(&line(depth));
                broken.push(character);
            }
            ',' => {
                broken.push(character);
                broken.push_str(&line(depth));
            }
            // The line breaks are ours.
            character if character.is_whitespace() => {
                if !broken.ends_with([' ', '\n']) {
                    broken.push(' ');
                }
            }
            character => {
                is_in_string = character == '"';
                broken.push(character);
            }
        }
    }
    broken
}

fn shown(line: &str, ours: &[&str]) -> String {
    let line = line.trim_end_matches(['\n', '\r']).replace('\t', "    ");
    let is_of_word = |character: char| !character.is_whitespace() && !"\"'`,;=&?/\\[]{}()<>".contains(character);
    let mut masked = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(first) = rest.chars().next() {
        let kind = is_of_word(first);
        let end = rest.find(|character| is_of_word(character) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        masked.push_str(&if kind && !ours.iter().any(|text| text.contains(run)) { mask(run) } else { run.to_owned() });
        rest = after;
    }
    match masked.char_indices().nth(MAX_LINE_LENGTH) {
        Some((end, _)) => format!("{}…", masked.get(..end).unwrap_or_default()),
        None => masked,
    }
}

/// A word with digits that is long enough for a secret is masked even if it has no known form.
fn mask(word: &str) -> String {
    let secret = Secret::new(word);
    match secret.last_four() {
        Some(end) if is_secret_word(word) => format!("…{end}"),
        None if is_secret_word(word) => "…".to_owned(),
        _ if may_contain_secret(&secret) => "…".to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";

    fn lines(old: &str, new: &str) -> Vec<String> {
        diff(old, new, &["/opt/x1234567890123456789012/notion-auth"]).iter().map(DiffLine::marked).collect()
    }

    #[test]
    fn only_the_change_and_a_few_lines_around_it_are_shown() {
        let old = (0..20).map(|line| line.to_string()).collect::<Vec<_>>().join("\n") + "\n";
        let new = old.replace("10\n", "10\nnew\n");
        assert_eq!(lines(&old, &new), [" 8", " 9", " 10", "+new", " 11", " 12", " 13"]);
        assert_eq!(lines("", "a\nb"), ["+a", "+b"]);
        assert_eq!(lines("a\nb", ""), ["-a", "-b"]);
        assert_eq!(lines("a\n", "a\n"), [" a"]);
    }

    #[test]
    fn secrets_are_masked_wherever_they_are() {
        let old = format!(
            "\"a\": \"Bearer {TOKEN}\",\n\"b\": \"sk1234567890abcdefghij\"\n\"c\": \"fakeuser1:fakegrant:fakesecret0001\"\n"
        );
        let shown = lines(&old, &format!("{old}new"));
        assert_eq!(shown[0], " \"a\": \"Bearer …0000\",");
        assert_eq!(shown[1], " \"b\": \"…\"");
        assert_eq!(shown[2], " \"c\": \"…0001\"");
        assert!(lines(&old, "").concat().find(TOKEN).is_none());
        assert_eq!(lines("", "\"/opt/x1234567890123456789012/notion-auth\""), ["+\"/opt/x1234567890123456789012/notion-auth\""]);
    }

    #[test]
    fn a_file_on_one_line_is_shown_in_lines() {
        let old = format!("{{\"a\":{{\"b\":\"x, {{y}} \\\" z\"}},\"c\":[{}]}}", vec!["1"; 60].join(","));
        let shown = lines(&old, &old.replace("\"c\"", "\"ours\":{\"d\":1},\"c\""));
        assert!(shown[0].starts_with('@'), "{shown:?}");
        let added: Vec<_> = shown.iter().filter(|line| line.starts_with('+')).collect();
        assert_eq!(added, ["+  \"ours\":{", "+    \"d\":1", "+  },"]);
        assert!(shown.iter().all(|line| !line.starts_with('-')) && shown.iter().any(|line| line.contains("x, {y} ")), "{shown:?}");
    }

    #[test]
    fn a_long_line_is_cut() {
        assert_eq!(lines("", &"ab ".repeat(1000))[0].chars().count(), MAX_LINE_LENGTH + 2);
    }
}
