//! Notion MCP: the server that coding agents use, and a person's credential for it
//! (<https://developers.notion.com/guides/mcp/build-mcp-client>).
//!
//! Everything here is data. `adapters/notion_api/mcp` has the requests, `runtime/bridge` passes the messages of an agent through.

mod challenge;
mod events;
pub mod handshake;
mod long_message;
mod message;
mod url;

pub use challenge::Challenge;
pub use events::{EventReader, EventTooLong};
pub use long_message::LongMessage;
pub use message::{JsonRpcError, MessageInfo, RequestId, error_response};
pub use url::{McpUrl, origin_of};

use super::auth_path::AuthMethod;
use super::credentials::{Account, CredentialRecord, Identity, Secrets, StoreKind, TokenKind, Workspace};
use super::oauth::{McpRecord, PublicClient, TokenGrant};
use super::problem::{Problem, ProblemCode};
use super::secret::Secret;
use jiff::civil::Date;

/// The server's answer about a token: whom it acts as, and what it offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpIdentity {
    /// The person and the workspace.
    pub identity: Identity,
    /// The version of the protocol that the server chose.
    pub protocol_version: String,
    /// The number of tools that the server lists.
    pub tools: usize,
}

/// A sign-in that the server has confirmed, ready to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpSignIn {
    pub client: PublicClient,
    pub grant: TokenGrant,
    pub answer: McpIdentity,
    pub server: McpUrl,
}

impl McpSignIn {
    /// All secrets that have to be saved.
    pub fn secrets(&self) -> Secrets {
        Secrets {
            token: self.grant.access.clone(),
            refresh: self.grant.refresh.clone(),
            client_secret: None,
            client_id: Some(Secret::new(&*self.client.id)),
            renew_at: self.grant.renew_at,
        }
    }

    /// The record to save.
    pub fn record(&self, store: StoreKind, today: Date) -> CredentialRecord {
        let mcp = McpRecord {
            server: self.server.as_str().to_owned(),
            issuer: Some(self.client.server.issuer.as_str().to_owned()),
            access_renew_at: self.grant.renew_at,
        };
        CredentialRecord { path: AuthMethod::OwnConnection.path(), ..record(&self.answer, mcp, store, today) }
    }
}

/// A person's own token, such as a PAT, that the server has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedToken {
    pub token: Secret,
    pub answer: McpIdentity,
    pub server: McpUrl,
}

impl AcceptedToken {
    /// The record to save.
    pub fn record(&self, store: StoreKind, today: Date) -> CredentialRecord {
        let mcp = McpRecord { server: self.server.as_str().to_owned(), issuer: None, access_renew_at: None };
        record(&self.answer, mcp, store, today)
    }
}

fn record(answer: &McpIdentity, mcp: McpRecord, store: StoreKind, today: Date) -> CredentialRecord {
    let identity = &answer.identity;
    let id = identity.workspace.as_ref().map_or("unknown", |workspace| workspace.id.as_str());
    let workspace = identity.workspace.clone().unwrap_or_else(|| Workspace { id: id.to_owned(), name: None });
    CredentialRecord {
        account: Account::for_mcp(id, identity.actor_id()),
        workspace,
        user: identity.display_name().map(str::to_owned),
        kind: TokenKind::Mcp,
        path: AuthMethod::Token.path(),
        store,
        expires_on: None,
        saved_on: today,
        connection: None,
        mcp: Some(mcp),
        person: identity.person().map(|person| person.id.clone()),
        sent_to: Vec::new(),
        replaced_keys: Vec::new(),
    }
}

/// Refuses to use a credential of one server for another one.
pub fn check_server(record: &McpRecord, server: &McpUrl) -> Result<(), Problem> {
    if record.server == server.as_str() {
        return Ok(());
    }
    let evidence = format!("this sign-in is for {}; notion-auth now uses {server}", record.server);
    Err(Problem::new(ProblemCode::McpUrlRefused).with_evidence(evidence))
}
