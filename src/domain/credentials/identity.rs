//! Whose token it is: Notion's answer, and what the API can prove about it.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub id: String,
    /// Sanitised; Notion may answer `null`.
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: Option<String>,
    /// Absent without the email capability.
    pub email: Option<String>,
}

/// The owner of a token: `bot.owner.type` of `GET /v1/users/me` (<https://developers.notion.com/reference/get-self>). Never derived
/// from the prefix, because a PAT, an OAuth token and an `ntn login` token all begin with `ntn_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A connection's own bot: an internal connection token.
    Workspace,
    /// A person: a PAT, an OAuth token or an `ntn login` token. The response does not tell which.
    Person(Person),
    /// The response names no owner (`bot` may be empty).
    Unknown,
}

/// The response of `GET /v1/users/me`. All text is sanitised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub owner: Owner,
    /// The bot's own id and name, if the response describes a bot.
    pub bot_id: Option<String>,
    pub bot_name: Option<String>,
    pub workspace: Option<Workspace>,
    /// `bot.workspace_limits.max_file_upload_size_in_bytes`: 5242880 (5 MiB) on Free
    /// (<https://developers.notion.com/docs/working-with-files-and-media>).
    pub upload_limit: Option<u64>,
    pub request_id: Option<String>,
}

impl Identity {
    pub fn kind(&self) -> TokenKind {
        match self.owner {
            Owner::Workspace => TokenKind::Internal,
            Owner::Person(_) => TokenKind::User,
            Owner::Unknown => TokenKind::Unknown,
        }
    }

    pub fn person(&self) -> Option<&Person> {
        match &self.owner {
            Owner::Person(person) => Some(person),
            Owner::Workspace | Owner::Unknown => None,
        }
    }

    /// The person's name, else their address, else the bot's name.
    pub fn display_name(&self) -> Option<&str> {
        let person = self.person();
        person
            .and_then(|person| person.name.as_deref())
            .or_else(|| person.and_then(|person| person.email.as_deref()))
            .or(self.bot_name.as_deref())
    }

    pub fn workspace_name(&self) -> Option<&str> {
        self.workspace.as_ref().and_then(|workspace| workspace.name.as_deref())
    }

    /// The id of the bot or user that the token acts as. Each personal access token has its own bot, so two of one person differ.
    pub fn actor_id(&self) -> Option<&str> {
        self.bot_id.as_deref().or_else(|| self.person().map(|person| person.id.as_str()))
    }
}

/// The kind of a token, as far as the API can prove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Workspace-owned: an internal connection.
    Internal,
    /// User-owned: PAT, OAuth or `ntn login`; indistinguishable by the API.
    User,
    Unknown,
    /// A token for Notion MCP. Notion's REST API refuses it, and the MCP server refuses REST tokens.
    Mcp,
}

/// Compares ids without dashes: Notion's API writes them with dashes, its page addresses without.
pub fn same_id(left: &str, right: &str) -> bool {
    // This makes no copy, because a thousand records may be matched with a thousand logins.
    fn digits(id: &str) -> impl Iterator<Item = u8> {
        id.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase())
    }
    digits(left).eq(digits(right))
}
