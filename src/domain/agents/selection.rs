//! The agents that a person names.

use super::{Agent, known_agents};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::normalize_name;
use crate::domain::similar::most_similar;

/// Finds an agent by its id or its name.
pub fn find_agent(wanted: &str) -> Result<&'static Agent, Problem> {
    let name = normalize_name(wanted);
    let names = |agent: &Agent| [agent.id.clone(), normalize_name(&agent.name)];
    if let Some(agent) = known_agents().iter().find(|agent| names(agent).contains(&name)) {
        return Ok(agent);
    }
    let known: Vec<_> = known_agents().iter().flat_map(|agent| names(agent).map(|name| (name, agent))).collect();
    let nearest = most_similar(&name, known.iter().map(|(name, _)| name.as_str()));
    let nearest = known.iter().find(|(name, _)| Some(name.as_str()) == nearest).map(|(_, agent)| *agent);
    let hint = match nearest {
        Some(agent) => format!("Did you mean {}?", agent.id),
        None => format!("Known agents: {}.", known_agents().iter().map(|agent| agent.id.as_str()).collect::<Vec<_>>().join(", ")),
    };
    Err(Problem::new(ProblemCode::AgentNotFound).with_evidence(format!("There is no agent called \"{wanted}\". {hint}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_found_by_id_or_name_and_a_mistake_is_told() {
        for (wanted, id) in
            [("codex", "codex"), ("Claude Code", "claude-code"), ("VS CODE", "vscode"), ("claude-desktop", "claude-desktop")]
        {
            assert_eq!(find_agent(wanted).map(|agent| agent.id.as_str()), Ok(id));
        }
        for (wanted, hint) in [("codx", "mean codex?"), ("gemini", "mean gemini-cli?"), ("emacs", "Known agents: claude-code")] {
            let problem = find_agent(wanted).unwrap_err();
            assert!(problem.evidence.as_ref().is_some_and(|evidence| evidence.contains(hint)), "{problem:?}");
        }
    }
}
