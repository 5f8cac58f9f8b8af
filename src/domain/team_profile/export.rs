//! Makes a profile of a setup that works. What is not known is left out, with the reason.

use super::{ProfileKey, TeamProfile};
use crate::domain::agents::{AgentFinding, AgentState};
use crate::domain::credentials::{CredentialRecord, CredentialSource, Inventory, StoreKind};
use crate::domain::prerequisites::{MemberRole, Plan, TokenPolicy};
use crate::domain::problem::{Problem, ProblemCode};
use strum::VariantArray;

/// A profile of this setup, and the questions that it leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileExport {
    pub profile: TeamProfile,
    pub left_out: Vec<(ProfileKey, &'static str)>,
}

impl ProfileExport {
    /// Fails if nothing at all is known.
    pub fn new(inventory: &Inventory, agents: &[AgentFinding]) -> Result<Self, Problem> {
        if let Some(problem) = &inventory.index_problem {
            return Err(problem.clone());
        }
        let member = inventory.index.remembered.profile.unwrap_or_default();
        let active = inventory.active().ok().map(|active| active.entry);
        let record = active.and_then(|entry| entry.record.as_ref()).filter(|record| !record.is_mcp());
        let store = record.map(|record| record.store).filter(|store| StoreKind::OFFERED.contains(store));
        let is_connected = |agent: &&AgentFinding| matches!(agent.state(), AgentState::Bridge | AgentState::Helper);
        let profile = TeamProfile {
            role: Some(member.role).filter(|role| *role != MemberRole::NotSure),
            plan: Some(member.plan).filter(|plan| *plan != Plan::NotSure),
            policy: Some(member.policy).filter(|policy| *policy != TokenPolicy::NotSure),
            path: record.map(|record| record.path),
            store,
            agents: agents.iter().filter(is_connected).map(|finding| finding.agent).collect(),
        };
        if profile.is_empty() {
            let evidence = "there is nothing to export: no saved credential, no role or plan, and no connected agent";
            return Err(Problem::new(ProblemCode::NotSignedIn).with_evidence(evidence));
        }
        let open = ProfileKey::VARIANTS.iter().filter(|key| profile.values(**key).is_empty());
        let source = active.map(|entry| &entry.source);
        let left_out = open.map(|key| (*key, reason(*key, source, record))).collect();
        Ok(Self { profile, left_out })
    }
}

fn reason(key: ProfileKey, source: Option<&CredentialSource>, record: Option<&CredentialRecord>) -> &'static str {
    match key {
        ProfileKey::Role | ProfileKey::Plan => "not entered yet (in the wizard: choose a path, then press a)",
        ProfileKey::Policy => "not entered, or the role and plan decide it",
        ProfileKey::Path | ProfileKey::Store if matches!(source, Some(CredentialSource::Environment)) => {
            "NOTION_API_TOKEN is the active credential, and it isn't saved here"
        }
        ProfileKey::Store if record.is_some() => "ntn saves this credential itself",
        ProfileKey::Path | ProfileKey::Store => "no saved credential is active",
        ProfileKey::Agents => "no agent is connected through notion-auth",
    }
}
