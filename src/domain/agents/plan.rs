//! The plan of a connection: what would be changed for each agent. It is shown, and carried out only after consent.

use super::connection::{AgentConnectionRecord, ReplacedServer};
use super::method::ConnectionMethod;
use super::{Agent, Scope, can_be_saved};
use crate::domain::credentials::TokenOutcome;
use crate::domain::diff::DiffLine;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use jiff::civil::Date;
use std::path::PathBuf;
use strum::IntoStaticStr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentAction {
    /// Connects the agent to Notion MCP, for this workspace if one is named.
    Connect {
        method: ConnectionMethod,
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
    /// The same, with `~` for the home folder.
    pub short_file: Option<String>,
    pub step: AgentStep,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentStep {
    Change(Box<FileChange>),
    /// The file is already as wanted. For a connection, this is the command that the agent starts.
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
    /// The current content. If the file has changed before the write, nothing is written.
    pub before: Option<Secret>,
    /// The new content; `None` removes the file.
    pub after: Option<Secret>,
    /// The record of this change, to take it back.
    pub record: Option<AgentConnectionRecord>,
    pub replaces: Option<ReplacedServer>,
    /// The command that the agent starts afterwards: the bridge, or what prints headers.
    pub command: Vec<String>,
    pub lines: Vec<DiffLine>,
}

/// The result for one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentOutcome {
    /// The server listed this many tools when it was asked as the entry says.
    Connected {
        tools: usize,
    },
    /// The agent signs in by itself; this is what the person does for it.
    SignInNeeded {
        next: String,
    },
    Disconnected,
    /// The skill is in place.
    SkillInstalled,
    SkillRemoved,
    /// The file is as wanted, but the connection does not work.
    Unverified(Problem),
    /// Nothing was changed.
    Unchanged,
    ByHand {
        entry: String,
    },
    Failed(Problem),
}

/// A change to agents that a person has consented to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentChange {
    pub action: AgentAction,
    pub plans: Vec<AgentPlan>,
    /// The day of the sign-in, if tokens in the files are to be saved first. Otherwise they are only replaced.
    pub tokens_saved_on: Option<Date>,
}

/// The result of one plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentResult {
    pub plan: AgentPlan,
    pub outcome: AgentOutcome,
    /// The result for the token in the file, if it was to be saved.
    pub token: Option<TokenOutcome>,
}

impl AgentAction {
    /// The recommended connection, with the active sign-in.
    pub const CONNECT: Self = Self::Connect { method: ConnectionMethod::Bridge, workspace: None };
}

impl AgentPlan {
    /// Returns the token that the change removes from the file, if it can be saved.
    pub fn saveable_token(&self) -> Option<&Secret> {
        self.change()?.replaces.as_ref()?.secret.as_ref().filter(|secret| can_be_saved(secret))
    }

    pub fn change(&self) -> Option<&FileChange> {
        match &self.step {
            AgentStep::Change(change) => Some(change),
            _ => None,
        }
    }
}
