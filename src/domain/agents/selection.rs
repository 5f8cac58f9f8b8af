//! The agents that a person names.

use super::{Agent, known_agents};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::normalize_name;
use strsim::osa_distance;

/// Maximum mistakes in a name that is still recognised.
const MAX_MISTAKES: usize = 3;

/// Finds an agent by its id or its name.
pub fn find_agent(wanted: &str) -> Result<&'static Agent, Problem> {
    let name = normalize_name(wanted);
    let names = |agent: &Agent| [agent.id.clone(), normalize_name(&agent.name)];
    if let Some(agent) = known_agents().iter().find(|agent| names(agent).contains(&name)) {
        return Ok(agent);
    }
    let distance = |agent: &Agent| {
        let distance = |known: &String| if name.len() > 1 && known.starts_with(&name) { 0 } else { osa_distance(known, &name) };
        names(agent).iter().map(distance).min().unwrap_or(usize::MAX)
    };
    let nearest = known_agents().iter().min_by_key(|agent| distance(agent)).filter(|agent| distance(agent) <= MAX_MISTAKES);
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
