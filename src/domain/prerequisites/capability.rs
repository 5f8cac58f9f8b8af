//! The actions that a path may need of a person.

use serde::Serialize;
use strum::VariantArray;

/// An action that a person may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    Login,
    PatApi,
    PatWorkers,
    InternalConnection,
    OwnConnection,
    DeployWorkers,
}

impl Capability {
    pub fn title(self) -> &'static str {
        match self {
            Self::Login => "ntn login",
            Self::PatApi => "PAT with Notion API",
            Self::PatWorkers => "PAT with Workers",
            Self::InternalConnection => "Internal connection",
            Self::OwnConnection => "Own OAuth connection",
            Self::DeployWorkers => "Deploy Workers",
        }
    }
}
