//! Verifies a credential with Notion.

use super::ports::World;
use super::{accounts, mcp, oauth};
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{Account, Candidate, CredentialSource, VerifiedCredential};
use crate::domain::problem::{Problem, ProblemCode};

/// Asks Notion who a credential belongs to, which has to precede any use of it.
pub async fn verify(world: &World, candidate: Candidate) -> Result<VerifiedCredential, Problem> {
    let (secret, path, found_in, connection) = match candidate {
        Candidate::Pasted { secret, path } => (secret, path, None, None),
        Candidate::Granted { token, connection } => (token, AuthMethod::OwnConnection.path(), None, Some(connection)),
        Candidate::Discovered(CredentialSource::Saved(account)) if account.is_mcp() => return verify_mcp(world, account).await,
        Candidate::Discovered(source) => {
            let secrets = accounts::load_secrets(&source, world).await?;
            let connection = match &source {
                CredentialSource::Saved(account) => oauth::load_connection(world, account, &secrets).await.map(Box::new),
                CredentialSource::Environment | CredentialSource::OtherVariable(_) | CredentialSource::Ntn { .. } => None,
            };
            (secrets.token, source.path(), Some(source), connection)
        }
    };
    let identity = world.notion.whoami(secret.clone()).await?;
    Ok(VerifiedCredential::new(secret, identity, path, found_in).with_connection(connection))
}

/// A token for Notion MCP is verified by that server: the REST API refuses it.
async fn verify_mcp(world: &World, account: Account) -> Result<VerifiedCredential, Problem> {
    let index = accounts::load_index(world).await?;
    let record = index.credentials.into_iter().find(|record| record.account == account);
    let record = record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn).with_evidence(account.key()))?;
    let answer = mcp::verify(world, &record).await?;
    let token = world.store.load(account.clone()).await?.token;
    Ok(VerifiedCredential::new(token, answer.identity, record.path, Some(CredentialSource::Saved(account))))
}
