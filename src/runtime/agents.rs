//! Connects coding agents to Notion, and disconnects them, as planned.

use super::ports::World;
use crate::domain::agents::plan::{AgentAction, AgentOutcome, AgentPlan, AgentRequest, AgentStep, PlanSubject};
use crate::domain::agents::{Agent, Scope};
use crate::domain::credentials::{Purpose, active_credential, find_credential};
use crate::domain::problem::Problem;
use std::collections::HashMap;

/// Returns why the bridge would have no sign-in to use.
pub async fn missing_sign_in(workspace: Option<&str>, world: &World) -> Option<Problem> {
    let index = match world.store.load_index().await {
        Ok(index) => index,
        Err(problem) => return Some(problem),
    };
    let found = match workspace {
        Some(workspace) => find_credential(&index, workspace, Purpose::Mcp),
        None => active_credential(&index, Purpose::Mcp),
    };
    found.err().map(Problem::from)
}

/// Returns the agents of this machine.
pub async fn found_agents(world: &World) -> Result<Vec<&'static Agent>, Problem> {
    let findings = world.machine.inspect_agents().await?;
    Ok(findings.into_iter().filter(|finding| finding.is_found).map(|finding| finding.agent).collect())
}

/// Plans to connect all agents that are found, and returns why the bridge would have no sign-in to use.
pub async fn plan_connection(world: &World) -> Result<(Vec<AgentPlan>, Option<Problem>), Problem> {
    let agents = found_agents(world).await?;
    let action = AgentAction::Connect { workspace: None };
    let plans = world.agents.plan(AgentRequest { action, agents, scope: Scope::User, has_skill: false }).await?;
    let plans = plans.into_iter().filter(|plan| plan.file.is_some()).collect();
    Ok((plans, missing_sign_in(None, world).await))
}

pub async fn connect(plans: Vec<AgentPlan>, world: &World) -> Vec<(AgentPlan, AgentOutcome)> {
    let mut changes = AgentChanges::new(&AgentAction::Connect { workspace: None }, world);
    let mut results = Vec::new();
    for plan in plans {
        let outcome = changes.carry_out(plan.clone()).await;
        results.push((plan, outcome));
    }
    results
}

/// Carries out plans that a person has consented to.
pub struct AgentChanges<'a> {
    world: &'a World,
    is_connecting: bool,
    /// The commands that were tried out. Most agents start the same one.
    verified: HashMap<Vec<String>, Result<usize, Problem>>,
}

impl<'a> AgentChanges<'a> {
    pub fn new(action: &AgentAction, world: &'a World) -> Self {
        Self { world, is_connecting: matches!(action, AgentAction::Connect { .. }), verified: HashMap::new() }
    }

    pub async fn carry_out(&mut self, plan: AgentPlan) -> AgentOutcome {
        let is_skill = plan.subject == PlanSubject::Skill;
        let command = match plan.step {
            AgentStep::ByHand { entry } => return AgentOutcome::ByHand { entry },
            AgentStep::Refused(problem) => return AgentOutcome::Failed(problem),
            AgentStep::Done { .. } if !self.is_connecting => return AgentOutcome::Unchanged,
            AgentStep::Done { .. } if is_skill => return AgentOutcome::SkillInstalled,
            AgentStep::Done { command } => command,
            AgentStep::Change(change) => {
                let command = change.command.clone();
                if let Err(problem) = self.world.agents.apply(*change).await {
                    return AgentOutcome::Failed(problem);
                }
                match (self.is_connecting, is_skill) {
                    (true, false) => command,
                    (true, true) => return AgentOutcome::SkillInstalled,
                    (false, false) => return AgentOutcome::Disconnected,
                    (false, true) => return AgentOutcome::SkillRemoved,
                }
            }
        };
        match self.verify(command).await {
            Ok(tools) => AgentOutcome::Connected { tools },
            Err(problem) => AgentOutcome::Unverified(problem),
        }
    }

    async fn verify(&mut self, command: Vec<String>) -> Result<usize, Problem> {
        if let Some(known) = self.verified.get(&command) {
            return known.clone();
        }
        let tools = self.world.agents.verify(command.clone()).await;
        self.verified.insert(command, tools.clone());
        tools
    }
}
