//! The evidence that the checks of a verified credential are based on.

use super::check::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::Identity;
use crate::domain::oauth::{Introspection, OauthConnection};
use crate::domain::problem::Problem;
use jiff::civil::Date;

/// The evidence about a verified credential. `None` means not asked, or not arrived yet.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    pub identity: &'a Identity,
    /// `GET /v1/users`.
    pub users: Option<&'a Result<CapabilityResponse<UserList>, Problem>>,
    /// `GET /v1/users/{id}` of the person that the token acts as.
    pub owner_found: Option<&'a Result<CapabilityResponse<bool>, Problem>>,
    /// `POST /v1/search`.
    pub search: Option<&'a Result<CapabilityResponse<Reach>, Problem>>,
    /// The person's own connection that issued the token.
    pub connection: Option<&'a OauthConnection>,
    /// `POST /v1/oauth/introspect`, requested by that connection.
    pub introspection: Option<&'a Result<Introspection, Problem>>,
    pub expires_on: Option<Date>,
    pub today: Date,
    pub environment_token: EnvironmentToken,
    pub logged_in_by_ntn: bool,
}

/// The relation of `NOTION_API_TOKEN` to the credential that is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnvironmentToken {
    #[default]
    Unset,
    Same,
    Other,
}
