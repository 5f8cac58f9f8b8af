//! JSON, with or without comments. A new entry follows the style of the file, so strict JSON stays strict.

use super::{EditFailure, ServerPath};
use crate::domain::agents::server_entry::ServerEntry;
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use serde_json::Value;

pub(super) fn set_server(text: &str, path: ServerPath<'_>, server: &ServerEntry) -> Result<String, EditFailure> {
    let root = parse(text)?;
    let mut table = root.object_value_or_create().ok_or(EditFailure::NoTable)?;
    for key in path.table {
        table = table.object_value_or_create(key).ok_or(EditFailure::NoTable)?;
    }
    let server = CstInputValue::Object(server.fields().map(|(name, value)| (name.to_owned(), input_value(value))).collect());
    match table.get(path.name) {
        Some(present) => present.set_value(server),
        None => drop(table.append(path.name, server)),
    }
    Ok(root.to_string())
}

pub(super) fn remove_server(text: &str, path: ServerPath<'_>) -> Result<String, EditFailure> {
    let root = parse(text)?;
    let step = |table: CstObject, key: &String| table.object_value(key);
    let table = root.object_value().and_then(|root| path.table.iter().try_fold(root, step));
    if let Some(server) = table.and_then(|table| table.get(path.name)) {
        server.remove();
    }
    Ok(root.to_string())
}

fn parse(text: &str) -> Result<CstRootNode, EditFailure> {
    CstRootNode::parse(text, &ParseOptions::default()).map_err(|_| EditFailure::Malformed)
}

fn input_value(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(value) => CstInputValue::Number(value.to_string()),
        Value::String(value) => CstInputValue::String(value.clone()),
        Value::Array(values) => CstInputValue::Array(values.iter().map(input_value).collect()),
        Value::Object(fields) => {
            CstInputValue::Object(fields.iter().map(|(name, value)| (name.clone(), input_value(value))).collect())
        }
    }
}
