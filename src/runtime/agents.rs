//! Connects coding agents to Notion, and disconnects them, as planned.

use super::accounts::Stop;
use super::accounts::load_index;
use super::found_tokens::save_token;
use super::mcp;
use super::ports::World;
use crate::domain::agents::method::ConnectionMethod;
use crate::domain::agents::plan::{
    AgentAction, AgentChange, AgentOutcome, AgentPlan, AgentRequest, AgentResult, AgentStep, PlanSubject,
};
use crate::domain::agents::{Agent, Scope, known_agents};
use crate::domain::credentials::{CredentialRecord, TokenOutcome, TokenPurpose, active_credential, find_credential};
use crate::domain::problem::Problem;
use jiff::civil::Date;
use std::collections::HashMap;

/// Returns the sign-in that the bridge will use.
pub async fn find_sign_in(workspace: Option<&str>, world: &World) -> Result<CredentialRecord, Problem> {
    let index = load_index(world).await?;
    let found = match workspace {
        Some(workspace) => find_credential(&index, workspace, TokenPurpose::Mcp),
        None => active_credential(&index, TokenPurpose::Mcp),
    };
    match found {
        Ok(record) => Ok(record.clone()),
        // If nothing at all is saved, the problem is the same.
        Err(_) if index.credentials.is_empty() => Err(TokenPurpose::Mcp.mismatch()),
        Err(error) => Err(error.into()),
    }
}

/// Returns the agents of this machine.
pub async fn found_agents(world: &World) -> Result<Vec<&'static Agent>, Problem> {
    let findings = world.machine.inspect_agents().await?;
    Ok(findings.into_iter().filter(|finding| finding.is_found).map(|finding| finding.agent).collect())
}

/// Plans to connect all agents that are found, or to disconnect all that are connected.
pub async fn plan_all(action: AgentAction, world: &World) -> Result<Vec<AgentPlan>, Problem> {
    let is_connecting = action != AgentAction::Disconnect;
    let agents = if is_connecting { found_agents(world).await? } else { known_agents().iter().collect() };
    let request = AgentRequest { action, agents, scope: Scope::User, has_skill: !is_connecting };
    let plans = world.agents.plan(request).await?;
    // An agent that is not connected has nothing to be disconnected.
    let counts = |plan: &AgentPlan| plan.file.is_some() && (is_connecting || !matches!(plan.step, AgentStep::Done { .. }));
    Ok(plans.into_iter().filter(counts).collect())
}

pub async fn change(change: AgentChange, world: &World) -> Vec<AgentResult> {
    let mut changes = AgentChanges::new(&change.action, change.tokens_saved_on, world);
    let mut results = Vec::new();
    for plan in change.plans {
        results.push(changes.carry_out(plan).await);
    }
    results
}

/// Carries out plans that a person has consented to.
pub struct AgentChanges<'a> {
    world: &'a World,
    /// How agents are connected; `None` if they are disconnected.
    method: Option<ConnectionMethod>,
    tokens_saved_on: Option<Date>,
    /// The commands that were tried out. Most agents start the same one.
    verified: HashMap<Vec<String>, Result<usize, Problem>>,
}

impl<'a> AgentChanges<'a> {
    pub fn new(action: &AgentAction, tokens_saved_on: Option<Date>, world: &'a World) -> Self {
        let method = match action {
            AgentAction::Connect { method, .. } => Some(*method),
            AgentAction::Disconnect => None,
        };
        Self { world, method, tokens_saved_on, verified: HashMap::new() }
    }

    pub async fn carry_out(&mut self, plan: AgentPlan) -> AgentResult {
        let token = match self.save_token(&plan).await {
            Ok(token) => token,
            Err(problem) => return AgentResult { plan, outcome: AgentOutcome::Failed(problem), token: None },
        };
        let outcome = self.change(plan.clone()).await;
        AgentResult { plan, outcome, token }
    }

    async fn save_token(&self, plan: &AgentPlan) -> Result<Option<TokenOutcome>, Problem> {
        let (Some(today), Some(secret)) = (self.tokens_saved_on, plan.saveable_token()) else { return Ok(None) };
        save_token(secret, None, today, self.world, &Stop::never()).await.map(Some)
    }

    async fn change(&mut self, plan: AgentPlan) -> AgentOutcome {
        let (is_skill, is_connecting) = (plan.subject == PlanSubject::Skill, self.method.is_some());
        let command = match plan.step {
            AgentStep::ByHand { entry } => return AgentOutcome::ByHand { entry },
            AgentStep::Refused(problem) => return AgentOutcome::Failed(problem),
            AgentStep::Done { .. } if !is_connecting => return AgentOutcome::Unchanged,
            AgentStep::Done { .. } if is_skill => return AgentOutcome::SkillInstalled,
            AgentStep::Done { command } => command,
            AgentStep::Change(change) => {
                let command = change.command.clone();
                if let Err(problem) = self.world.agents.apply(*change).await {
                    return AgentOutcome::Failed(problem);
                }
                match (is_connecting, is_skill) {
                    (true, false) => command,
                    (true, true) => return AgentOutcome::SkillInstalled,
                    (false, false) => return AgentOutcome::Disconnected,
                    (false, true) => return AgentOutcome::SkillRemoved,
                }
            }
        };
        if let (Some(ConnectionMethod::Own), Some(own)) = (self.method, &plan.agent.own) {
            return AgentOutcome::SignInNeeded { next: own.next.clone() };
        }
        match self.verify(command).await {
            Ok(tools) => AgentOutcome::Connected { tools },
            Err(problem) => AgentOutcome::Unverified(problem),
        }
    }

    async fn verify(&mut self, command: Vec<String>) -> Result<usize, Problem> {
        if let Some(known) = self.verified.get(&command) {
            return known.clone();
        }
        let tools = match self.method {
            Some(ConnectionMethod::Helper) => self.try_headers(command.clone()).await,
            _ => self.world.agents.verify(command.clone()).await,
        };
        self.verified.insert(command, tools.clone());
        tools
    }

    /// Sends the token that the command prints, as the agent would, and returns the number of tools.
    async fn try_headers(&self, command: Vec<String>) -> Result<usize, Problem> {
        let token = self.world.agents.read_headers(command).await?;
        Ok(mcp::identify(self.world, token).await?.tools)
    }
}
