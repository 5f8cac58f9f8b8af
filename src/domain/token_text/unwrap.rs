//! Takes away what is wrapped around one value: quotes, brackets, `Bearer`, a name, the syntax of a shell.

pub(super) struct Unwrapped<'a> {
    pub text: &'a str,
    /// The name that it was assigned to.
    pub name: Option<&'a str>,
    pub removed: Vec<&'static str>,
    /// It is one value: no white space and nothing that separates values stands in it.
    pub is_single: bool,
}

const QUOTES: &[char] = &['"', '\'', '`', '“', '”', '„', '‟', '‘', '’', '‚', '‛', '«', '»', '‹', '›', '「', '」', '『', '』'];
const BRACKETS: &[char] = &['<', '>', '(', ')', '[', ']', '{', '}', '〈', '〉', '⟨', '⟩', '⟪', '⟫', '【', '】'];

/// Nobody wraps a value so often; a limit keeps the work linear.
const MOST_LAYERS: usize = 32;

/// Characters in which the end of a name is looked for, its quotes included; a longer one is no name.
const LONGEST_NAME: usize = 200;

/// Punctuation that stands behind a value, also between a quote and a bracket.
const BEHIND: &[char] = &[',', ';', '，', '；', '、', '。'];

pub(super) fn unwrap(whole: &str) -> Unwrapped<'_> {
    let mut removed = Vec::new();
    let mut note = |what: &'static str| {
        if !removed.contains(&what) {
            removed.push(what);
        }
    };
    let mut name = None;
    let mut text = trim(whole);
    // Each pass peels one layer; wrappings nest (`export X="Bearer …"`).
    for _ in 0..MOST_LAYERS {
        let before = text;
        if let Some((assigned, value)) = assignment(text) {
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
        text = trim(text.trim_end_matches(BEHIND).trim_end_matches('\\'));
        if text == before {
            break;
        }
    }
    let separates = |character: char| {
        let is_mark = [QUOTES, BRACKETS, BEHIND, &['&', '|', '\\']].iter().any(|marks| marks.contains(&character));
        is_mark || character.is_whitespace() || character.is_control()
    };
    let is_single = !text.is_empty() && !text.contains(separates);
    Unwrapped { text, name, removed, is_single }
}

fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || character.is_control())
}

/// `export NAME=value`, `set NAME=value`, `set -x NAME value`, `$env:NAME = value`, `NAME: value`, `"name": "value"`.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let shell = ["export ", "declare -x ", "set -x ", "set -gx ", "set -Ux ", "set ", "setx ", "setenv ", "$env:", "let "];
    let named = shell.iter().find_map(|word| text.strip_prefix(word)).map(str::trim_start);
    let rest = named.unwrap_or(text);
    // A line and no more: what stands on the next is another value's.
    let mut head = rest.char_indices().take(LONGEST_NAME);
    let blank = named
        .and_then(|rest| rest.split_once(' '))
        .filter(|(name, value)| name.chars().all(is_of_name) && !value.trim_start().starts_with('='));
    let (name, value) = if let Some(both) = blank {
        both
    } else {
        let (end, _) = head.find(|(_, character)| !(is_of_name(*character) || "\"' {".contains(*character)))?;
        let (left, separated) = rest.split_at(end);
        match separated.chars().next()? {
            '=' => (left, separated.get(1..)?),
            ':' if is_told_by_colon(text, separated) => (left, separated.get(1..)?),
            _ => return None,
        }
    };
    let name = name.trim_matches(['"', '\'', ' ', '{']);
    let value = value.trim();
    // "Authorization" is peeled as a header, so that its `Bearer` goes with it.
    let is_name = !name.is_empty() && name.chars().all(is_of_name) && !name.eq_ignore_ascii_case("authorization");
    (is_name && !value.trim_start_matches('=').is_empty() && !value.starts_with('=')).then_some((name, value))
}

/// `NAME: value` and `"name":"value"`, but not `user:password` and not `https://…`.
fn is_told_by_colon(text: &str, separated: &str) -> bool {
    let after = separated.get(1..).unwrap_or_default();
    after.starts_with(char::is_whitespace) || after.starts_with(['"', '\'']) || text.starts_with(['"', '\'', '{'])
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}
