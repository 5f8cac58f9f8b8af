//! The key under which a credential is stored.

use crate::domain::auth_path::{AuthMethod, AuthPath};
use serde::{Deserialize, Serialize};

/// The account of one secret in a store: `<workspace id>/<path>@<actor id>`.
///
/// The actor is the bot or user that the token acts as, so that one workspace can have several credentials. Entries of earlier
/// versions have no actor; they keep their name until Notion reports whose they are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    pub workspace: String,
    /// The path (`token`, `cli`, `oauth`, or its siblings `oauth-refresh` and `oauth-client-secret`), then `@` and the actor.
    pub name: String,
}

impl Account {
    const ACTOR_SEPARATOR: char = '@';
    /// The path in the name of a credential for Notion MCP, which is on no path of the comparison.
    const MCP_PATH: &str = "mcp";
    /// This many characters of an actor's id usually distinguish it from others.
    const SHORT_ID_LENGTH: usize = 8;

    pub fn new(workspace: &str, path: AuthPath, actor: Option<&str>) -> Self {
        Self { workspace: workspace.into(), name: path.as_str().into() }.with_actor(actor)
    }

    /// The account of a credential for Notion MCP.
    pub fn for_mcp(workspace: &str, actor: Option<&str>) -> Self {
        Self { workspace: workspace.into(), name: Self::MCP_PATH.into() }.with_actor(actor)
    }

    /// True for a credential for Notion MCP and its siblings.
    pub fn is_mcp(&self) -> bool {
        self.path().split('-').next() == Some(Self::MCP_PATH)
    }

    /// The account of the same workspace and path with another actor; `None` means unknown.
    #[must_use]
    pub fn with_actor(&self, actor: Option<&str>) -> Self {
        // A keychain returns an account as one text, which is split at its last slash.
        let plain = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        let actor: String = actor.unwrap_or_default().chars().filter(plain).collect();
        let path = self.path();
        let name = if actor.is_empty() { path.to_owned() } else { format!("{path}{}{actor}", Self::ACTOR_SEPARATOR) };
        Self { workspace: self.workspace.clone(), name }
    }

    pub fn path(&self) -> &str {
        self.name.split_once(Self::ACTOR_SEPARATOR).map_or(self.name.as_str(), |(path, _)| path)
    }

    /// The path that the credential was created on, also for its siblings. A name that this version does not know counts as a token's.
    /// A credential for Notion MCP comes from OAuth.
    pub fn auth_path(&self) -> AuthPath {
        if self.is_mcp() {
            return AuthMethod::OwnConnection.path();
        }
        let path = self.path().split('-').next();
        AuthPath::ALL.into_iter().find(|known| path == Some(known.as_str())).unwrap_or(AuthMethod::Token.path())
    }

    /// The bot or user that the credential acts as. `None` in entries of earlier versions.
    pub fn actor(&self) -> Option<&str> {
        self.name.split_once(Self::ACTOR_SEPARATOR).map(|(_, actor)| actor)
    }

    /// The account of another secret of the same credential.
    #[must_use]
    pub fn sibling(&self, part: &str) -> Self {
        let path = format!("{}-{part}", self.path());
        Self { workspace: self.workspace.clone(), name: path }.with_actor(self.actor())
    }

    /// The whole key, as stores use it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.workspace, self.name)
    }

    /// Reads what [`Self::key`] returns. An account's name never contains a slash.
    pub fn from_key(key: &str) -> Option<Self> {
        let (workspace, name) = key.rsplit_once('/')?;
        Some(Self { workspace: workspace.into(), name: name.into() })
    }

    /// A short form by which `--workspace` selects this account and none of the others: `token@1f3a9c2b`, with more of the actor's
    /// id if another one begins the same way. It is the whole key if no actor is known, or if an account in another workspace has
    /// the same name.
    pub fn label<'a>(&self, others: impl Iterator<Item = &'a Self>) -> String {
        if self.actor().is_none() {
            return self.key();
        }
        let mut length = self.path().chars().count() + 1 + Self::SHORT_ID_LENGTH;
        for other in others.filter(|other| *other != self) {
            if other.name == self.name {
                return self.key();
            }
            let common = self.name.chars().zip(other.name.chars()).take_while(|(own, others)| own == others).count();
            length = length.max(common + 1);
        }
        self.name.chars().take(length).collect()
    }
}
