//! TOML. A server is a table with a header of its own, unless the file writes its servers inline.

use super::{EditFailure, ServerPath};
use crate::domain::agents::server_entry::ServerEntry;
use serde_json::Value as JsonValue;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

pub(super) fn set_server(text: &str, path: ServerPath<'_>, server: &ServerEntry) -> Result<String, EditFailure> {
    let mut document = parse(text)?;
    let mut servers: &mut dyn TableLike = document.as_table_mut();
    for key in path.table {
        // This table gets no header, because only the servers in it need one.
        let created = || {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        };
        servers = servers.entry(key).or_insert_with(created).as_table_like_mut().ok_or(EditFailure::NoTable)?;
    }
    let fields = server.fields().map(|(name, value)| Some((name, field_value(value)?)));
    let fields: Vec<(&str, Value)> = fields.collect::<Option<_>>().ok_or(EditFailure::Unexpected)?;
    match servers.get_mut(path.name) {
        // The comment before the header stays.
        Some(Item::Table(present)) => {
            present.clear();
            present.extend(fields.into_iter().map(|(name, value)| (name, Item::Value(value))));
        }
        Some(present) => *present = Item::Value(InlineTable::from_iter(fields).into()),
        None => {
            let table: Table = fields.into_iter().map(|(name, value)| (name, Item::Value(value))).collect();
            servers.insert(path.name, Item::Table(table));
        }
    }
    Ok(document.to_string())
}

pub(super) fn remove_server(text: &str, path: ServerPath<'_>) -> Result<String, EditFailure> {
    let mut document = parse(text)?;
    let mut servers: Option<&mut dyn TableLike> = Some(document.as_table_mut());
    for key in path.table {
        servers = servers.and_then(|servers| servers.get_mut(key)?.as_table_like_mut());
    }
    if let Some(servers) = servers {
        servers.remove(path.name);
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut, EditFailure> {
    text.parse().map_err(|_| EditFailure::Malformed)
}

/// Returns `None` for a value that TOML can't express.
fn field_value(value: &JsonValue) -> Option<Value> {
    Some(match value {
        JsonValue::Null => return None,
        JsonValue::Bool(value) => (*value).into(),
        JsonValue::Number(value) => value.as_i64()?.into(),
        JsonValue::String(value) => value.as_str().into(),
        JsonValue::Array(values) => values.iter().map(field_value).collect::<Option<Array>>()?.into(),
        JsonValue::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Some((name.as_str(), field_value(value)?)));
            fields.collect::<Option<InlineTable>>()?.into()
        }
    })
}
