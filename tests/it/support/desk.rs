//! What an own connection needs around it: a Notion, a home, and a port of its own.
#![cfg(unix)]

use super::binary::Home;
use super::connections::CLIENT_SECRET;
use super::oauth_server::OauthServer;
use super::ports::free_port;
use notion_auth::domain::oauth::Redirect;

/// The exchange, as [`OauthServer::count`] knows it.
pub(crate) const EXCHANGE: &str = "POST /v1/oauth/token authorization_code";

/// How everything begins that may be shown nowhere.
pub(crate) const SECRETS: [&str; 4] = [CLIENT_SECRET, "ntn_fake_access_", "nrt_fake_refresh_", "fake-code-"];

/// The port is one that nobody else has, and its redirect address is registered. Nobody would see a browser.
pub(crate) struct Desk {
    pub(crate) server: OauthServer,
    pub(crate) home: Home,
    pub(crate) port: u16,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let port = free_port();
        let server = OauthServer::start().with(|behaviour| behaviour.redirects = vec![Redirect { port }.to_string()]);
        let home = Home::new().with("NOTION_API_BASE_URL", server.base_url());
        Self { server, home: home.with("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22"), port }
    }
}
