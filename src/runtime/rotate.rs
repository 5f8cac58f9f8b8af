//! Rotates a saved token, for the command and the page alike: prepares, checks the new token, replaces the old one everywhere, and proves
//! in the end that Notion no longer accepts it.

use super::accounts::{self, Stop};
use super::mcp;
use super::ports::{ProgressCallback, World};
use super::verify::verify;
use crate::domain::agents::{AgentFinding, AgentState};
use crate::domain::credentials::{
    Candidate, CredentialIndex, CredentialRecord, CredentialSource, Identity, Receipt, SecretCopy, Secrets, VerifiedCredential,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::rotation::{
    CopyTarget, HeldToken, OldToken, OtherHolder, RotationCheck, RotationOutcome, RotationPlan, RotationRequest, SwapResult,
    SwapTarget, TokenReach, check_owner, compare_reach, rotation_blocker,
};
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{SendOutcome, SendPlan};
use jiff::civil::Date;
use std::sync::Arc;

/// Finds everything that holds this credential's token, and asks Notion what the token can do. Changes nothing.
pub async fn prepare(world: &World, record: &CredentialRecord) -> Result<RotationPlan, Problem> {
    // The store knows best where the token was sent, and whether a rotation was interrupted.
    let index = accounts::load_index(world).await?;
    let record = index.credentials.iter().find(|known| known.account == record.account);
    let record = record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn).with_evidence("it was removed just now"))?;
    if let Some(problem) = rotation_blocker(record) {
        return Err(problem);
    }
    let secret = match world.store.load(record.account.clone()).await {
        Ok(secrets) => Some(secrets.token),
        // A token that is gone can still be replaced.
        Err(problem) if problem.code == ProblemCode::SecretMissing => None,
        Err(problem) => return Err(problem),
    };
    let reach = async {
        match &secret {
            Some(secret) => match world.notion.whoami(secret.clone()).await {
                Ok(identity) => Ok(ask_reach(world, secret, identity).await),
                Err(problem) => Err(problem),
            },
            None => Err(Problem::new(ProblemCode::SecretMissing)),
        }
    };
    let (reach, copies, mcp, others) = tokio::join!(
        reach,
        find_copies(record, world),
        find_mcp(record, secret.as_ref(), &index, world),
        find_holders(secret.as_ref(), world)
    );
    let (others, agents) = others;
    let agents = if mcp.is_some() { agents } else { Vec::new() };
    Ok(RotationPlan { record: record.clone(), old: OldToken { secret, reach }, copies, mcp, agents, others })
}

/// Asks what the search and the list of people show. `identity` is Notion's answer about the token.
async fn ask_reach(world: &World, token: &Secret, identity: Identity) -> TokenReach {
    let (users, search) = tokio::join!(world.notion.list_users(token.clone()), world.notion.search(token.clone()));
    TokenReach { identity, users, search }
}

async fn find_copies(record: &CredentialRecord, world: &World) -> Vec<CopyTarget> {
    if record.sent_to.is_empty() {
        return Vec::new();
    }
    let states = world.managers.list_managers().await.unwrap_or_default();
    let target = |copy: &SecretCopy| {
        let plan = copy.plan()?;
        let state = states.iter().find(|state| state.manager.id == copy.manager);
        let plan = match state.and_then(|state| state.unusable_reason.clone()) {
            Some(why) => Err(format!("{}.", why.trim_end_matches('.'))),
            None if !plan.can_replace() => Err("An existing item can't be replaced; delete it there first.".to_owned()),
            None => Ok(plan),
        };
        Some(CopyTarget { copy: copy.clone(), plan })
    };
    // A manager that this version does not know is left alone.
    record.sent_to.iter().filter_map(target).collect()
}

/// Returns the record of the same token for Notion MCP, if a person has saved it for that too.
async fn find_mcp(
    record: &CredentialRecord,
    secret: Option<&Secret>,
    index: &CredentialIndex,
    world: &World,
) -> Option<CredentialRecord> {
    let secret = secret?;
    let is_own = |other: &&CredentialRecord| other.is_mcp() && !other.is_renewable();
    let of_workspace = |other: &&CredentialRecord| other.account.workspace == record.account.workspace;
    for other in index.credentials.iter().filter(is_own).filter(of_workspace) {
        if world.store.load(other.account.clone()).await.is_ok_and(|saved| saved.token == *secret) {
            return Some(other.clone());
        }
    }
    None
}

/// Returns the places with a token that are not ours to change, compared with this token, and the agents that get theirs from the store.
pub(super) async fn find_holders(secret: Option<&Secret>, world: &World) -> (Vec<OtherHolder>, Vec<String>) {
    let mut others = Vec::new();
    let (discovered, _) = world.machine.discover_credentials().await.unwrap_or_default();
    for name in discovered.iter().filter_map(|found| found.source.variable()) {
        if let Ok(token) = world.machine.environment_token(name).await {
            let token = compared(secret, |secret| token == *secret);
            others.push(OtherHolder::Variable { name: name.to_owned(), token });
        }
    }
    let findings = world.machine.inspect_agents().await.unwrap_or_default();
    let has_end = |finding: &AgentFinding, secret: &Secret| {
        let end = secret.last_four().map(|end| format!("…{end}"));
        finding.files.iter().any(|file| file.state == AgentState::PlainSecret && file.detail.is_some() && file.detail == end)
    };
    let holds_secret = |finding: &&AgentFinding| finding.state() == AgentState::PlainSecret;
    others.extend(findings.iter().filter(holds_secret).map(|finding| OtherHolder::AgentFile {
        agent: finding.agent.name.clone(),
        id: finding.agent.id.clone(),
        token: compared(secret, |secret| has_end(finding, secret)),
    }));
    let uses_store = |finding: &&AgentFinding| matches!(finding.state(), AgentState::Bridge | AgentState::Helper);
    (others, findings.iter().filter(uses_store).map(|finding| finding.agent.name.clone()).collect())
}

fn compared(secret: Option<&Secret>, is_same: impl FnOnce(&Secret) -> bool) -> HeldToken {
    match secret.map(is_same) {
        Some(true) => HeldToken::Old,
        Some(false) => HeldToken::Different,
        None => HeldToken::Unknown,
    }
}

/// Asks Notion about the new token, and proves that it is of the same workspace and owner. The token that is saved already is accepted only
/// if an earlier rotation has left something to do.
pub async fn check(world: &World, plan: &RotationPlan, token: Secret) -> Result<RotationCheck, Problem> {
    let is_saved = plan.is_saved(&token);
    if is_saved && plan.pending_copies(true).next().is_none() {
        return Err(Problem::new(ProblemCode::RotationSameToken));
    }
    let source = CredentialSource::Saved(plan.record.account.clone());
    let candidate =
        if is_saved { Candidate::Discovered(source) } else { Candidate::Pasted { secret: token.clone(), path: plan.record.path } };
    let verified = verify(world, candidate).await?;
    let old = plan.old.reach.as_ref().ok();
    let proof = check_owner(&plan.record, old.map(|old| &old.identity), &verified.identity)?;
    let comparison = if is_saved {
        Vec::new()
    } else {
        let new = ask_reach(world, &token, verified.identity.clone()).await;
        compare_reach(plan.old.reach.as_ref(), &new)
    };
    Ok(RotationCheck { verified, proof, comparison, is_saved })
}

/// Replaces the token: in the entry for Notion MCP, in the store, then in every secret manager. Each has its own result. Nothing else is
/// replaced if the store could not be. `stop` ends the wait for the keychain or for a secret manager; what is left is then reported.
///
/// Notion MCP comes first: if this is cut off, the saved token still shows that the rest is to be done.
pub async fn swap(
    world: &World,
    request: &RotationRequest,
    stop: &Stop,
    on_progress: impl Fn(String) + Send + Sync + 'static,
) -> RotationOutcome {
    let RotationRequest { plan, check, today, .. } = request;
    let mut results = Vec::new();
    let mut record = plan.record.clone();
    let mcp = match &plan.mcp {
        Some(mcp_record) if !check.is_saved => {
            Some(SwapResult { target: SwapTarget::Mcp, result: swap_mcp(world, mcp_record, request, stop).await })
        }
        _ => None,
    };
    if request.changes_record() {
        let new = request.record();
        let replaced = replace(world, &plan.record, new.clone(), check.verified.secrets(), stop).await;
        let result = replaced.map(|receipt| match receipt.note {
            Some(note) => format!("replaced and read back from {} ({note}).", receipt.place),
            None => format!("replaced and read back from {}.", receipt.place),
        });
        let is_saved = result.is_ok();
        results.push(SwapResult { target: SwapTarget::Store, result });
        if !is_saved {
            results.extend(mcp);
            return outcome(request, record, results);
        }
        record = new;
    }
    results.extend(mcp);
    let on_progress = Arc::new(on_progress);
    for target in plan.pending_copies(check.is_saved) {
        let result = match &target.plan {
            Ok(plan) => {
                // The copy is remembered with the credential as it is saved now.
                let verified = check.verified.clone().saved_as(record.account.clone());
                let on_progress = Arc::clone(&on_progress);
                let sent = send_and_remember(world, verified, plan.clone(), *today, Box::new(move |line| on_progress(line)));
                stop.or(Box::pin(sent)).await.map(|sent| sent.text())
            }
            Err(why) => Err(Problem::new(ProblemCode::ManagerUnusable).with_evidence(why)),
        };
        results.push(SwapResult { target: SwapTarget::Copy(target.copy.clone()), result });
    }
    outcome(request, record, results)
}

fn outcome(request: &RotationRequest, record: CredentialRecord, results: Vec<SwapResult>) -> RotationOutcome {
    let RotationRequest { plan, check, .. } = request;
    RotationOutcome { record, results, agents: plan.agents.clone(), others: plan.other_holders(check.is_saved) }
}

/// The MCP server has to accept the new token before it replaces the old one.
async fn swap_mcp(world: &World, mcp_record: &CredentialRecord, request: &RotationRequest, stop: &Stop) -> Result<String, Problem> {
    let token = request.check.verified.secret().clone();
    let accepted = stop.or(Box::pin(async { mcp::try_own_token(world, token).await })).await?;
    let record = CredentialRecord { expires_on: request.expires_on, ..accepted.record(mcp_record.store, request.today) };
    let receipt = replace(world, mcp_record, record, Secrets::from_token(accepted.token), stop).await?;
    Ok(format!("accepted by its server, replaced and read back from {}.", receipt.place))
}

/// Replaces a credential in the store.
async fn replace(
    world: &World,
    old: &CredentialRecord,
    new: CredentialRecord,
    secrets: Secrets,
    stop: &Stop,
) -> Result<Receipt, Problem> {
    let token = secrets.token.clone();
    let write = world.store.replace(old.account.clone(), new.clone(), secrets);
    stop.or_stored(world, &old.account, &new, &token, write).await
}

/// Sends a secret to a secret manager and, once that was confirmed, remembers where it is. A failure
/// to remember it is ignored, because the secret was sent.
pub async fn send_and_remember(
    world: &World,
    verified: VerifiedCredential,
    plan: SendPlan,
    today: Date,
    on_progress: ProgressCallback<String>,
) -> Result<SendOutcome, Problem> {
    let copy = SecretCopy::new(&plan, today);
    let unidentified = verified.unidentified();
    let account = match &verified.found_in {
        Some(CredentialSource::Saved(account)) => Some(account.clone()),
        _ => None,
    };
    let sent = world.managers.send(verified, plan, on_progress).await?;
    if let Some(account) = account {
        // Notion's answer may have given it the key that names the actor.
        let named = unidentified.map(|(account, actor)| account.with_actor(Some(&actor)));
        let remembered = world.store.remember_copy(account, copy.clone()).await;
        if let (Err(_), Some(named)) = (remembered, named) {
            let _ = world.store.remember_copy(named, copy).await;
        }
    }
    Ok(sent)
}

/// True if Notion refuses the token, so that it was revoked or has expired.
pub async fn is_refused(world: &World, token: Secret) -> Result<bool, Problem> {
    match world.notion.whoami(token).await {
        Ok(_) => Ok(false),
        Err(problem) if problem.code == ProblemCode::Unauthorized => Ok(true),
        Err(problem) => Err(problem),
    }
}
