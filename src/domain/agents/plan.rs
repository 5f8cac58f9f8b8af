//! The plan of a connection: what would be changed for each agent. It is shown, and carried out only after consent.

use super::connection::{ConnectionRecord, ReplacedServer};
use super::diff::DiffLine;
use super::{Agent, Scope};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use std::path::PathBuf;
use strum::IntoStaticStr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentAction {
    /// Makes the agent start `notion-auth mcp`, for this workspace if one is named.
    Connect {
        workspace: Option<String>,
    },
    Disconnect,
}

/// A person's request about some agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRequest {
    pub action: AgentAction,
    pub agents: Vec<&'static Agent>,
    pub scope: Scope,
    /// True if a connection includes the skill file. A disconnection always removes it.
    pub has_skill: bool,
}

/// The subject of a file of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum PlanSubject {
    /// The list of MCP servers.
    Server,
    /// The skill that explains this program.
    Skill,
}

/// The plan for one file of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentPlan {
    pub agent: &'static Agent,
    pub subject: PlanSubject,
    /// The path of the file, sanitised. `None` if the agent has no file of this scope.
    pub file: Option<String>,
    pub step: AgentStep,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentStep {
    Change(Box<FileChange>),
    /// The file says so already. Of a connection, the command with which the agent starts the bridge.
    Done {
        command: Vec<String>,
    },
    /// A person has to add this text to the file.
    ByHand {
        entry: String,
    },
    Refused(Problem),
}

/// A change to a file. Its texts may contain anything that a person keeps there, so they are held as secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    pub path: PathBuf,
    /// The present content. If the file has another one by then, nothing is written.
    pub before: Option<Secret>,
    /// The new content; `None` removes the file.
    pub after: Option<Secret>,
    /// The record of this change, to take it back.
    pub record: Option<ConnectionRecord>,
    pub replaces: Option<ReplacedServer>,
    /// The command with which the agent starts the bridge afterwards.
    pub command: Vec<String>,
    pub lines: Vec<DiffLine>,
}

/// The result for one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentOutcome {
    /// The bridge that the file starts listed this many tools.
    Connected {
        tools: usize,
    },
    Disconnected,
    /// The skill is in its place.
    SkillInstalled,
    SkillRemoved,
    /// The file is as wanted, but the bridge that it starts does not work.
    Unverified(Problem),
    /// Nothing was changed.
    Unchanged,
    ByHand {
        entry: String,
    },
    Failed(Problem),
}

impl AgentPlan {
    pub fn change(&self) -> Option<&FileChange> {
        match &self.step {
            AgentStep::Change(change) => Some(change),
            _ => None,
        }
    }
}
