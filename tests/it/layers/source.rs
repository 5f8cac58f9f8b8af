//! A source file for the layer tests: its module path, its code without comments, strings and unit tests, and the paths in it.

use std::path::Path;

pub(super) struct SourceFile {
    /// Below `src`, without `.rs`: `wizard/screens/compare`.
    pub(super) name: String,
    pub(super) code: String,
}

impl SourceFile {
    pub(super) fn new(name: &str, text: &str) -> Self {
        let code = strip_comments_and_literals(text);
        // Unit tests are at the end of a file and may use anything.
        let tests = code.find("#[cfg(test)]").unwrap_or(code.len());
        Self { name: name.into(), code: code[..tests].to_owned() }
    }

    /// Returns every path into this crate as segments from the root: `["wizard", "msg", "Msg"]`. A group has one path per member.
    pub(super) fn own_paths(&self) -> Vec<Vec<String>> {
        let here: Vec<&str> = self.name.split('/').filter(|part| !matches!(*part, "lib" | "main")).collect();
        let mut all = Vec::new();
        for root in ["crate", "notion_auth", "super", "self"] {
            for at in self.path_starts(root) {
                let (mut base, mut path) = (Vec::new(), &self.code[at..]);
                if matches!(root, "super" | "self") {
                    let mut depth = here.len();
                    while let Some(rest) = path.strip_prefix("super::") {
                        (depth, path) = (depth.saturating_sub(1), rest);
                    }
                    base = here[..depth].to_vec();
                    path = path.strip_prefix("self::").unwrap_or(path);
                } else {
                    path = path.split_once("::").map_or("", |(_, rest)| rest);
                }
                all.extend(
                    expand_group(path).into_iter().map(|tail| base.iter().map(|part| (*part).to_owned()).chain(tail).collect()),
                );
            }
        }
        all
    }

    /// Returns the paths, from this file on, of what it re-exports: `["verdict", "Verdict"]` for `pub use verdict::Verdict`.
    pub(super) fn re_exports(&self) -> Vec<Vec<String>> {
        let exports = self.code.match_indices("pub use ").map(|(at, keyword)| &self.code[at + keyword.len()..]);
        exports.flat_map(|path| expand_group(path.strip_prefix("self::").unwrap_or(path))).collect()
    }

    /// Returns true if a path in the code starts with this crate.
    pub(super) fn names_crate(&self, name: &str) -> bool {
        !self.path_starts(name).is_empty()
    }

    /// Returns the positions where a path starts with `name::`.
    fn path_starts(&self, name: &str) -> Vec<usize> {
        let is_head =
            |at: usize| !self.code[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | ':'));
        self.code.match_indices(&format!("{name}::")).map(|(at, _)| at).filter(|at| is_head(*at)).collect()
    }
}

/// Expands `a::b::{c, d::e}` into `a::b::c` and `a::b::d::e`.
fn expand_group(path: &str) -> Vec<Vec<String>> {
    let mut modules = Vec::new();
    let mut rest = path;
    loop {
        let end = rest.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        modules.push(rest[..end].to_owned());
        match rest[end..].strip_prefix("::") {
            Some(tail) => rest = tail,
            None => return vec![modules],
        }
    }
    let Some(group) = rest.strip_prefix('{') else { return vec![modules] };
    let joined = |tail: Vec<String>| modules.iter().cloned().chain(tail).collect();
    split_members(group).into_iter().flat_map(expand_group).map(joined).collect()
}

/// Splits the members of a group, up to its closing brace.
fn split_members(group: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                parts.push(group[start..at].trim());
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    parts.into_iter().filter(|part| !part.is_empty()).collect()
}

/// Removes comments and the contents of literals.
fn strip_comments_and_literals(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let is_word = code.ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let skipped = if rest.starts_with("//") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|at| at + 2)
        } else if character == '"' {
            literal_len(&rest[1..], "\"", true).map(|length| length + 1)
        } else if !is_word && (rest.starts_with("r\"") || rest.starts_with("r#")) {
            let hashes = rest[1..].chars().take_while(|character| *character == '#').count();
            literal_len(&rest[hashes + 2..], &format!("\"{}", "#".repeat(hashes)), false).map(|length| length + hashes + 2)
        } else if character == '\'' {
            char_literal_len(rest)
        } else {
            code.push(character);
            Some(character.len_utf8())
        };
        rest = &rest[skipped.unwrap_or(rest.len())..];
    }
    code
}

/// Returns the length up to and including the closing quote.
fn literal_len(text: &str, quote: &str, has_escapes: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        if rest.starts_with(quote) {
            return Some(at + quote.len());
        }
        let mut characters = rest.chars();
        let first = characters.next()?;
        at += first.len_utf8();
        if has_escapes && first == '\\' {
            at += characters.next()?.len_utf8();
        }
    }
}

/// Returns the length of a character literal, or of the tick of a lifetime.
fn char_literal_len(text: &str) -> Option<usize> {
    let inside = &text[1..];
    let first = inside.chars().next()?;
    let is_quoted = first == '\\' || inside[first.len_utf8()..].starts_with('\'');
    if is_quoted { literal_len(inside, "'", true).map(|length| length + 1) } else { Some(1) }
}

/// Reads every `.rs` file below a folder: its relative path without `.rs`, and its text.
pub(super) fn read_sources(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.with_extension("").strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push((name, std::fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    found.sort();
    found
}
