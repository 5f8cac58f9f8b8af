//! Removes the wrapping of a value: quotes, brackets, `Bearer`, a name, and shell syntax.

pub(super) struct UnwrappedValue<'a> {
    pub text: &'a str,
    /// The name that it was assigned to.
    pub name: Option<&'a str>,
    pub removed: Vec<&'static str>,
    /// True if it is a single value, without white space or separators.
    pub is_single: bool,
}

const QUOTES: &[char] = &['"', '\'', '`', '“', '”', '„', '‟', '‘', '’', '‚', '‛', '«', '»', '‹', '›', '「', '」', '『', '』'];
const BRACKETS: &[char] = &['<', '>', '(', ')', '[', ']', '{', '}', '〈', '〉', '⟨', '⟩', '⟪', '⟫', '【', '】'];

/// Maximum number of wrappings to remove. The limit keeps the work linear.
const MAX_LAYERS: usize = 32;

/// Maximum length of a name with its quotes, in characters.
const MAX_NAME_LENGTH: usize = 200;

/// Punctuation after a value, also between a quote and a bracket.
const TRAILING_MARKS: &[char] = &[',', ';', '，', '；', '、', '。'];

pub(super) fn remove_wrapping(whole: &str) -> UnwrappedValue<'_> {
    let mut removed = Vec::new();
    let mut note = |what: &'static str| {
        if !removed.contains(&what) {
            removed.push(what);
        }
    };
    let mut name = None;
    let mut text = trim(whole);
    // Each pass removes one layer, because wrappings nest (`export X="Bearer …"`).
    for _ in 0..MAX_LAYERS {
        let before = text;
        if let Some((assigned, value)) = split_assignment(text) {
            name = Some(assigned);
            text = value;
            note("the name before it");
        }
        for (marks, what) in [(QUOTES, "quotes"), (BRACKETS, "brackets")] {
            let bare = text.trim_matches(marks);
            if bare.len() < text.len() {
                text = bare;
                note(what);
            }
        }
        for word in ["authorization:", "bearer ", "token "] {
            if text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)) {
                text = text.get(word.len()..).unwrap_or_default();
                note("Bearer");
            }
        }
        // JSON within JSON puts a backslash before each quote.
        text = trim(text.trim_end_matches(TRAILING_MARKS).trim_end_matches('\\'));
        if text == before {
            break;
        }
    }
    let separates = |character: char| {
        let is_mark = [QUOTES, BRACKETS, TRAILING_MARKS, &['&', '|', '\\']].iter().any(|marks| marks.contains(&character));
        is_mark || character.is_whitespace() || character.is_control()
    };
    let is_single = !text.is_empty() && !text.contains(separates);
    UnwrappedValue { text, name, removed, is_single }
}

fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || character.is_control())
}

/// Splits `export NAME=value`, `set NAME=value`, `set -x NAME value`, `$env:NAME = value`, `NAME: value` and `"name": "value"`.
fn split_assignment(text: &str) -> Option<(&str, &str)> {
    let shell = ["export ", "declare -x ", "set -x ", "set -gx ", "set -Ux ", "set ", "setx ", "setenv ", "$env:", "let "];
    let named = shell.iter().find_map(|word| text.strip_prefix(word)).map(str::trim_start);
    let rest = named.unwrap_or(text);
    // The name must be on the first line.
    let mut head = rest.char_indices().take(MAX_NAME_LENGTH);
    let blank = named
        .and_then(|rest| rest.split_once(' '))
        .filter(|(name, value)| name.chars().all(is_name_character) && !value.trim_start().starts_with('='));
    let (name, value) = if let Some(both) = blank {
        both
    } else {
        let (end, _) = head.find(|(_, character)| !(is_name_character(*character) || "\"' {".contains(*character)))?;
        let (left, separated) = rest.split_at(end);
        match separated.chars().next()? {
            '=' => (left, separated.get(1..)?),
            ':' if is_colon_assignment(text, separated) => (left, separated.get(1..)?),
            _ => return None,
        }
    };
    let name = name.trim_matches(['"', '\'', ' ', '{']);
    let value = value.trim();
    // "Authorization" is handled as a header by the caller, so that `Bearer` is removed with it.
    let is_name = !name.is_empty() && name.chars().all(is_name_character) && !name.eq_ignore_ascii_case("authorization");
    (is_name && !value.trim_start_matches('=').is_empty() && !value.starts_with('=')).then_some((name, value))
}

/// True for `NAME: value` and `"name":"value"`, but not for `user:password` and `https://…`.
fn is_colon_assignment(text: &str, separated: &str) -> bool {
    let after = separated.get(1..).unwrap_or_default();
    after.starts_with(char::is_whitespace) || after.starts_with(['"', '\'']) || text.starts_with(['"', '\'', '{'])
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}
