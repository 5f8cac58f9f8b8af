//! An OAuth connection that is kept: its record, and a grant of the fake Notion for it.

#[cfg(unix)]
use super::connection_fakes::CLIENT_SECRET;
use super::connection_fakes::{CLIENT_ID, client, connection_record};
use super::deadline::DEADLINE;
use super::fakes::workspace;
use super::oauth_server::OauthServer;
#[cfg(unix)]
use super::sandbox::CommandOutput;
use notion_auth::adapters::notion_api::{NotionClient, RequestLimits};
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::credentials::{Account, CredentialRecord, Secrets, StoreKind};
use notion_auth::domain::oauth::{AuthorizationRequest, CodeExchange, Pkce, RedirectUri, TokenGrant, parse_callback};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionOauth;

/// The request line of a refresh in [`OauthServer::request_lines`].
pub(crate) const REFRESH: &str = "POST /v1/oauth/token refresh_token";

pub(crate) fn record() -> CredentialRecord {
    CredentialRecord { store: StoreKind::File, ..connection_record(workspace("workspace-1", "Fake Works")) }
}

pub(crate) fn account() -> Account {
    record().account
}

pub(crate) fn authorize(server: &OauthServer) -> Secrets {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let grant = runtime.block_on(granted(server));
    Secrets { token: grant.access, refresh: grant.refresh, client_secret: Some(client().secret), ..Secrets::default() }
}

#[cfg(unix)]
#[track_caller]
pub(crate) fn checked(run: CommandOutput) -> CommandOutput {
    for secret in ["ntn_fake", "nrt_fake", CLIENT_SECRET] {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
    }
    run
}

/// Authorizes a connection at the fake Notion, and exchanges the code that it answers with.
pub(crate) async fn granted(server: &OauthServer) -> TokenGrant {
    let limits = RequestLimits { connect_timeout: DEADLINE, request_timeout: DEADLINE, max_body_bytes: 64 * 1024 };
    let notion = NotionClient::with_limits(BaseUrl::parse(&server.base_url()).expect("a good base"), limits);
    let request = AuthorizationRequest { client_id: CLIENT_ID.into(), redirect: RedirectUri::default(), pkce: Pkce::Auto };
    let attempt = notion.begin_authorization(&request).expect("a link");
    let answer = server.allow(attempt.link.as_str());
    let code = parse_callback(&Secret::new(answer), &attempt).expect("a code");
    let exchange =
        CodeExchange { client: client(), code, redirect: attempt.redirect, verifier: attempt.verifier, pkce: Pkce::Auto };
    notion.exchange_code(exchange).await.expect("a grant")
}
