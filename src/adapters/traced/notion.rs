//! Notion's ports, told.

use super::{Traced, given};
use crate::domain::checks::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::Identity;
use crate::domain::loopback::ListenerEvent;
use crate::domain::machine::Reachability;
use crate::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, Introspection, OauthClient, RedirectUri, TokenGrant,
};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, Loopback, NotionApi, NotionOauth, ProgressCallback};

impl NotionApi for Traced<dyn NotionApi> {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        self.told("whoami", self.port.whoami(token))
    }

    fn list_users(&self, token: Secret) -> Job<CapabilityResponse<UserList>> {
        self.told_as("users", self.port.list_users(token), given)
    }

    fn user_exists(&self, token: Secret, id: String) -> Job<CapabilityResponse<bool>> {
        self.told_as("user", self.port.user_exists(token, id), given)
    }

    fn search(&self, token: Secret) -> Job<CapabilityResponse<Reach>> {
        self.told_as("search", self.port.search(token), given)
    }

    fn reach_host(&self) -> Job<Reachability> {
        self.told("reach_host", self.port.reach_host())
    }
}

impl NotionOauth for Traced<dyn NotionOauth> {
    fn check_client(&self, client: OauthClient, redirect: RedirectUri) -> Job<()> {
        self.told("probe", self.port.check_client(client, redirect))
    }

    /// Asks nobody, so there is nothing to tell.
    fn begin_authorization(&self, request: &AuthorizationRequest) -> Result<AuthorizationAttempt, Problem> {
        self.port.begin_authorization(request)
    }

    fn exchange_code(&self, exchange: CodeExchange) -> Job<TokenGrant> {
        self.told("exchange", self.port.exchange_code(exchange))
    }

    fn refresh(&self, client: OauthClient, refresh: Secret) -> Job<TokenGrant> {
        self.told("refresh", self.port.refresh(client, refresh))
    }

    fn introspect(&self, client: OauthClient, token: Secret) -> Job<Introspection> {
        self.told("introspect", self.port.introspect(client, token))
    }

    fn revoke(&self, client: OauthClient, token: Secret) -> Job<()> {
        self.told("revoke", self.port.revoke(client, token))
    }
}

impl Loopback for Traced<dyn Loopback> {
    fn wait_for_callback(&self, pending: AuthorizationAttempt, tell: ProgressCallback<ListenerEvent>) -> Job<Secret> {
        self.told("wait", self.port.wait_for_callback(pending, tell))
    }

    fn close(&self) -> Job<()> {
        self.port.close()
    }
}
