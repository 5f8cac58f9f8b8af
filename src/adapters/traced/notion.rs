//! Notion's ports, told.

use super::{Traced, given};
use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::Identity;
use crate::domain::loopback::ListenerEvent;
use crate::domain::machine::Reachable;
use crate::domain::oauth::{AuthorizeRequest, Client, Exchange, Grant, Introspection, Pending, Redirect};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, Loopback, NotionApi, NotionOauth, Tell};

impl NotionApi for Traced<dyn NotionApi> {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        self.told("whoami", self.port.whoami(token))
    }

    fn users(&self, token: Secret) -> Job<Answer<UserList>> {
        self.told_as("users", self.port.users(token), given)
    }

    fn user(&self, token: Secret, id: String) -> Job<Answer<bool>> {
        self.told_as("user", self.port.user(token, id), given)
    }

    fn search(&self, token: Secret) -> Job<Answer<Reach>> {
        self.told_as("search", self.port.search(token), given)
    }

    fn reach_host(&self) -> Job<Reachable> {
        self.told("reach_host", self.port.reach_host())
    }
}

impl NotionOauth for Traced<dyn NotionOauth> {
    fn probe(&self, client: Client, redirect: Redirect) -> Job<()> {
        self.told("probe", self.port.probe(client, redirect))
    }

    /// Asks nobody, so there is nothing to tell.
    fn begin(&self, request: &AuthorizeRequest) -> Result<Pending, Problem> {
        self.port.begin(request)
    }

    fn exchange(&self, exchange: Exchange) -> Job<Grant> {
        self.told("exchange", self.port.exchange(exchange))
    }

    fn refresh(&self, client: Client, refresh: Secret) -> Job<Grant> {
        self.told("refresh", self.port.refresh(client, refresh))
    }

    fn introspect(&self, client: Client, token: Secret) -> Job<Introspection> {
        self.told("introspect", self.port.introspect(client, token))
    }

    fn revoke(&self, client: Client, token: Secret) -> Job<()> {
        self.told("revoke", self.port.revoke(client, token))
    }
}

impl Loopback for Traced<dyn Loopback> {
    fn wait(&self, pending: Pending, tell: Tell<ListenerEvent>) -> Job<Secret> {
        self.told("wait", self.port.wait(pending, tell))
    }

    fn close(&self) -> Job<()> {
        self.port.close()
    }
}
