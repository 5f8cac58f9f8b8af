//! Taking a credential back at Notion before it is deleted here, where that can be done from here: for an own connection.

use super::workspace_name;
use crate::domain::credential::CredentialRecord;
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::frontends::console::{Console, DONE};
use crate::runtime::oauth;
use crate::runtime::ports::World;

/// What is left at Notion of a credential.
pub(super) enum AtNotion {
    /// Nothing: every token was revoked.
    Dead,
    /// It lives on, and asking again would not help; with the exit code of why.
    Alive(u8),
}

/// Says what became of each token. Where nobody knows what is left, the problem comes back, and what is needed to ask again
/// must stay.
pub(super) async fn revoke(record: &CredentialRecord, world: &World, console: &mut Console) -> Result<AtNotion, Problem> {
    let name = workspace_name(record);
    let revoked = match oauth::revoke(world, record).await {
        Ok(Some(revoked)) => revoked,
        Ok(None) => return Ok(AtNotion::Alive(DONE)),
        // What is gone can neither be revoked with nor be deleted, as with any other credential.
        Err(problem) if problem.code == ProblemCode::SecretGone => {
            let seen = problem.evidence.unwrap_or_default();
            console.say(&format!("{name}: it cannot be revoked from here, because a secret which that takes is gone: {seen}."));
            return Ok(AtNotion::Alive(DONE));
        }
        Err(problem) => return Err(problem),
    };
    let outcomes = [("refresh token", revoked.refresh), ("access token", Some(revoked.access))];
    let mut problems = Vec::new();
    for (token, outcome) in outcomes.into_iter().filter_map(|(token, outcome)| Some((token, outcome?))) {
        console.say(&format!("{name}: {}", told(token, &outcome)));
        problems.extend(outcome.err());
    }
    // Notion has spoken: to ask the same again would be answered the same.
    let is_final = |problem: &Problem| matches!(problem.kind(), ProblemKind::Refused | ProblemKind::Failed);
    // Of two reasons the one that may pass decides: it is worth asking again.
    if let Some(at) = problems.iter().position(|problem| !is_final(problem)) {
        return Err(problems.swap_remove(at));
    }
    Ok(problems.first().map_or(AtNotion::Dead, |refusal| AtNotion::Alive(console.problem(refusal))))
}

fn told(token: &str, outcome: &Result<(), Problem>) -> String {
    match outcome.as_ref().map_err(Problem::kind) {
        Ok(()) => format!("the {token} is revoked."),
        Err(ProblemKind::Refused) => format!("the {token} is not revoked: Notion refused."),
        Err(ProblemKind::Network) => format!("the {token} is not revoked: Notion could not be reached."),
        Err(_) => {
            let seen = outcome.as_ref().err().and_then(|problem| problem.evidence.as_ref());
            let seen = seen.map(|seen| format!(" ({seen})")).unwrap_or_default();
            format!("the {token} is not revoked: Notion did not understand{seen}.")
        }
    }
}
