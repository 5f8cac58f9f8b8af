//! Notion's OAuth endpoints (facts C.1, C.2).

use super::NotionClient;
use crate::domain::oauth::{AuthorizeRequest, Client, Exchange, Grant, Introspection, Pending, Redirect};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, NotionOauth};

impl NotionOauth for NotionClient {
    fn probe(&self, _: Client, _: Redirect) -> Job<()> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn begin(&self, _: &AuthorizeRequest) -> Result<Pending, Problem> {
        Err(Problem::bug("not yet"))
    }

    fn exchange(&self, _: Exchange) -> Job<Grant> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn refresh(&self, _: Client, _: Secret) -> Job<Grant> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn introspect(&self, _: Client, _: Secret) -> Job<Introspection> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn revoke(&self, _: Client, _: Secret) -> Job<()> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }
}
