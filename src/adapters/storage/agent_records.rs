//! The records of what we changed in the files of coding agents, so that `agents disconnect` can give them back. They hold no secret.

use super::json_file::{JsonFile, SCHEMA_VERSION};
use crate::domain::agents::connection::AgentConnectionRecord;
use crate::domain::problem::Problem;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

pub const AGENTS_FILE: &str = "agents.json";

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    schema: u32,
    #[serde(default)]
    connections: Vec<AgentConnectionRecord>,
}

impl Default for Document {
    fn default() -> Self {
        Self { schema: SCHEMA_VERSION, connections: Vec::new() }
    }
}

#[derive(Clone, Debug)]
pub struct AgentRecords(JsonFile<Document>);

impl AgentRecords {
    pub fn new(folder: PathBuf) -> Self {
        Self(JsonFile::new(folder, AGENTS_FILE))
    }

    /// Returns the record of this file. Without one, only our entry can be removed, which is no reason to fail.
    pub fn find(&self, file: &str) -> Option<AgentConnectionRecord> {
        let document = self.0.read().unwrap_or_default();
        document.connections.into_iter().find(|record| record.file == file)
    }

    /// Replaces the record of this file, or removes it. Writes nothing if nothing changes.
    pub fn replace(&self, file: &str, record: Option<AgentConnectionRecord>) -> Result<(), Problem> {
        if self.find(file) == record {
            return Ok(());
        }
        let edit = |document: &mut Document| {
            document.connections.retain(|known| known.file != file);
            document.connections.extend(record);
        };
        self.0.update(edit).map(|_| ())
    }
}
