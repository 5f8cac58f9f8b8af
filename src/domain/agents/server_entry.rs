//! The entry of an MCP server, with its fields in the order in which they are written.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerEntry(Vec<(String, Value)>);

impl ServerEntry {
    /// Returns `None` if the text is not a JSON object.
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    pub fn to_value(&self) -> Value {
        Value::Object(self.0.iter().cloned().collect())
    }

    /// True if every field is among these, with the same value. A table may have further fields.
    pub(super) fn is_in(&self, present: &Value) -> bool {
        self.fields().all(|(name, value)| present.get(name).is_some_and(|present| contains(present, value)))
    }

    /// Adds the fields of an existing entry that this one lacks, also in nested tables.
    #[must_use]
    pub(super) fn with_others_of(mut self, present: &Map<String, Value>) -> Self {
        for (name, value) in present {
            match self.0.iter_mut().find(|(own, _)| own == name) {
                Some((_, own)) => add_missing(own, value),
                None => self.0.push((name.clone(), value.clone())),
            }
        }
        self
    }
}

fn contains(present: &Value, wanted: &Value) -> bool {
    match (present, wanted) {
        (Value::Object(present), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| present.get(name).is_some_and(|present| contains(present, value)))
        }
        _ => present == wanted,
    }
}

fn add_missing(own: &mut Value, present: &Value) {
    if let (Value::Object(own), Value::Object(present)) = (own, present) {
        for (name, value) in present {
            add_missing(own.entry(name.as_str()).or_insert_with(|| value.clone()), value);
        }
    }
}

/// A JSON map sorts its fields, so they are collected one by one.
impl<'de> Deserialize<'de> for ServerEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = ServerEntry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ServerEntry, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(ServerEntry(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_fields_keep_their_order() {
        let entry = ServerEntry::parse(r#"{ "type": "stdio", "command": "x", "args": ["mcp"] }"#).unwrap();
        assert_eq!(entry.fields().map(|(name, _)| name).collect::<Vec<_>>(), ["type", "command", "args"]);
        let merged = entry.clone().with_others_of(json!({ "env": {}, "command": "y" }).as_object().unwrap());
        assert_eq!(merged.fields().map(|(name, _)| name).collect::<Vec<_>>(), ["type", "command", "args", "env"]);
        assert!(entry.is_in(&merged.to_value()) && !merged.is_in(&entry.to_value()));
        assert_eq!(ServerEntry::parse("[]"), None);
    }
}
