//! Adds a server to an agent's file or removes one. Everything else stays as it was, including comments and order.
//!
//! Every result is parsed again and compared with the intended one, so no library bug or odd file can make us write anything else.

mod json;
mod toml;

use super::ConfigFormat;
use super::server_entry::ServerEntry;
use super::text_change::TextChange;
use serde_json::{Map, Value};

/// The reason why a file is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditFailure {
    /// Files of this format can only be changed by hand.
    NotEditable,
    Malformed,
    /// The key of the servers holds something other than a table.
    NoTable,
    /// The result would differ from the intended one.
    Unexpected,
}

impl EditFailure {
    /// Completes a sentence about the file.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotEditable => "it can only be changed by hand",
            Self::Malformed => "it can't be parsed",
            Self::NoTable => "it has something else where its list of servers belongs",
            Self::Unexpected => "it can't be changed without touching something else",
        }
    }
}

/// The place of a server in a file: the keys that lead to it, the last of which is its name.
#[derive(Clone, Copy, Debug)]
pub struct ServerPath<'a> {
    pub table: &'a [String],
    pub name: &'a str,
}

/// Returns the text with this server, in the place of one of the same name or after the others.
pub fn set_server(format: ConfigFormat, text: &str, path: ServerPath<'_>, server: &ServerEntry) -> Result<String, EditFailure> {
    let old = parse(format, text)?;
    let mut wanted = old.clone();
    set_value(&mut wanted, path, server.to_value())?;
    let edited = edit_lines(text, |text| match format {
        ConfigFormat::Json | ConfigFormat::Jsonc => json::set_server(text, path, server),
        ConfigFormat::Toml => toml::set_server(text, path, server),
        ConfigFormat::Yaml => Err(EditFailure::NotEditable),
    })?;
    if parse(format, &edited)? == wanted { Ok(edited) } else { Err(EditFailure::Unexpected) }
}

/// Returns the text without this server.
pub fn remove_server(format: ConfigFormat, text: &str, path: ServerPath<'_>) -> Result<String, EditFailure> {
    let wanted = without_server(&parse(format, text)?, path);
    let edited = edit_lines(text, |text| match format {
        ConfigFormat::Json | ConfigFormat::Jsonc => json::remove_server(text, path),
        ConfigFormat::Toml => toml::remove_server(text, path),
        ConfigFormat::Yaml => Err(EditFailure::NotEditable),
    })?;
    // A format may have no way to say that a table is there and empty.
    if without_server(&parse(format, &edited)?, path) == wanted { Ok(edited) } else { Err(EditFailure::Unexpected) }
}

/// True if the two texts differ in nothing but this server.
pub fn is_same_otherwise(format: ConfigFormat, text: &str, other: &str, path: ServerPath<'_>) -> bool {
    let rest = |text: &str| parse(format, text).map(|document| without_server(&document, path));
    matches!((rest(text), rest(other)), (Ok(text), Ok(other)) if text == other)
}

fn parse(format: ConfigFormat, text: &str) -> Result<Value, EditFailure> {
    if format == ConfigFormat::Yaml {
        return Err(EditFailure::NotEditable);
    }
    let document = format.parse(text).map_err(|_| EditFailure::Malformed)?;
    Ok(document.filter(|document| !document.is_null()).unwrap_or_else(|| Value::Object(Map::new())))
}

fn set_value(document: &mut Value, path: ServerPath<'_>, server: Value) -> Result<(), EditFailure> {
    let mut table = document.as_object_mut().ok_or(EditFailure::NoTable)?;
    for key in path.table {
        let inner = table.entry(key.as_str()).or_insert_with(|| Value::Object(Map::new()));
        table = inner.as_object_mut().ok_or(EditFailure::NoTable)?;
    }
    table.insert(path.name.to_owned(), server);
    Ok(())
}

/// Returns the document without the server, and without the tables that have nothing else in them.
fn without_server(document: &Value, path: ServerPath<'_>) -> Value {
    fn remove(value: &mut Value, keys: &[String], name: &str) {
        let Some(table) = value.as_object_mut() else { return };
        let Some((key, rest)) = keys.split_first() else {
            table.remove(name);
            return;
        };
        let Some(inner) = table.get_mut(key) else { return };
        remove(inner, rest, name);
        if inner.as_object().is_some_and(Map::is_empty) {
            table.remove(key);
        }
    }
    let mut document = document.clone();
    remove(&mut document, path.table, path.name);
    document
}

/// Edits a text that has neither a byte order mark nor carriage returns, and puts only the change into the original. `toml_edit`
/// would drop them, and a file may mix the ends of its lines.
fn edit_lines(text: &str, edit: impl FnOnce(&str) -> Result<String, EditFailure>) -> Result<String, EditFailure> {
    let body = text.trim_start_matches('\u{feff}');
    let mark = text.len() - body.len();
    let plain = body.replace("\r\n", "\n");
    let change = TextChange::between(&plain, &edit(&plain)?);
    let line_end = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let (start, end) = (original_offset(body, change.start), original_offset(body, change.start + change.removed.len()));
    let removed = body.get(start..end).ok_or(EditFailure::Unexpected)?.to_owned();
    let inserted = change.inserted.replace('\n', line_end);
    TextChange { start: mark + start, removed, inserted }.apply(text).ok_or(EditFailure::Unexpected)
}

/// Converts an offset in the text without carriage returns to the offset in the original text.
fn original_offset(text: &str, plain_offset: usize) -> usize {
    // The first of the two bytes stands for the line break: nothing is ever put between them.
    let is_second = |at: usize| at > 0 && text.as_bytes().get(at - 1..=at) == Some(b"\r\n");
    let mut kept = (0..text.len()).filter(|at| !is_second(*at));
    kept.nth(plain_offset).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
