//! Finds one record of `credentials.json` without reading what follows it. A writer puts the active record first, so that the cost of a
//! command that needs no other does not grow with the number of workspaces.

use super::json_file::SCHEMA_VERSION;
use crate::domain::credentials::{Account, CredentialRecord};
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::Read;

/// Returns the first record of the wanted account, or of the active one if none is wanted.
///
/// `None` says nothing about the document: it may be damaged, or of a newer schema, or in an order that our writer does not use. Whatever
/// follows the record is not checked.
pub fn find_record(document: impl Read, wanted: Option<&Account>) -> Option<CredentialRecord> {
    let mut found = None;
    // A document whose rest is not read is an error to the parser, so the record is handed out beside the outcome.
    let _ = serde_json::Deserializer::from_reader(document).deserialize_map(DocumentVisitor { wanted, found: &mut found });
    found
}

struct DocumentVisitor<'a> {
    wanted: Option<&'a Account>,
    found: &'a mut Option<CredentialRecord>,
}

impl<'de> Visitor<'de> for DocumentVisitor<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a document of records")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut document: M) -> Result<(), M::Error> {
        let (mut has_known_schema, mut active) = (false, None);
        while let Some(name) = document.next_key::<String>()? {
            match name.as_str() {
                "schema" => has_known_schema = document.next_value::<u32>()? <= SCHEMA_VERSION,
                "active" => active = document.next_value::<Option<Account>>()?,
                "credentials" => {
                    return match self.wanted.or(active.as_ref()).filter(|_| has_known_schema) {
                        Some(wanted) => document.next_value_seed(RecordsVisitor { wanted, found: self.found }),
                        None => Ok(()),
                    };
                }
                _ => {
                    document.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct RecordsVisitor<'a> {
    wanted: &'a Account,
    found: &'a mut Option<CredentialRecord>,
}

impl<'de> DeserializeSeed<'de> for RecordsVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, records: D) -> Result<(), D::Error> {
        records.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RecordsVisitor<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut records: S) -> Result<(), S::Error> {
        while let Some(record) = records.next_element::<CredentialRecord>()? {
            if record.account == *self.wanted {
                *self.found = Some(record);
                break;
            }
        }
        Ok(())
    }
}
