//! The environment of an OAuth connection: a fake Notion, a home, and a free port.
#![cfg(unix)]

use super::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use super::loopback_client::visit;
use super::oauth_server::OauthServer;
use super::ports::free_port;
use super::sandbox::{CommandOutput, Sandbox};
use notion_auth::domain::oauth::RedirectUri;
use std::io::{BufRead, BufReader, Read, Write};

/// The request line of the exchange, for [`OauthServer::request_count`].
pub(crate) const EXCHANGE_REQUEST_LINE: &str = "POST /v1/oauth/token authorization_code";

/// Prefixes of all secrets that must not be shown.
pub(crate) const SECRET_PREFIXES: [&str; 4] = [CLIENT_SECRET, "ntn_fake_access_", "nrt_fake_refresh_", "fake-code-"];

/// The port is unused by others, and its redirect URI is registered. No browser can be opened, as over SSH.
pub(crate) struct ConnectionSandbox {
    pub(crate) server: OauthServer,
    pub(crate) home: Sandbox,
    pub(crate) port: u16,
}

impl ConnectionSandbox {
    pub(crate) fn new() -> Self {
        let port = free_port();
        let server = OauthServer::start().with_settings(|behaviour| behaviour.redirects = vec![RedirectUri { port }.to_string()]);
        let home = Sandbox::new().with_variable("NOTION_API_BASE_URL", server.base_url());
        Self { server, home: home.with_variable("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22"), port }
    }
}

impl ConnectionSandbox {
    /// Signs in through the built binary, and saves to the file.
    #[track_caller]
    pub(crate) fn sign_in(&self) {
        self.sign_in_with(&format!("{CLIENT_SECRET}\n"));
    }

    /// Signs in with this input for the client secret.
    #[track_caller]
    pub(crate) fn sign_in_with(&self, secret: &str) {
        let command = format!("login --client-id {CLIENT_ID} --client-secret-stdin --port {} --store file --json", self.port);
        let mut child = self.home.start(&command);
        let mut input = child.stdin.take().unwrap();
        input.write_all(secret.as_bytes()).unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "it ended before it showed a link");
            let event: serde_json::Value = serde_json::from_str(&line).unwrap();
            if let Some(link) = event["url"].as_str() {
                visit(&self.server.allow(link));
                break;
            }
        }
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(CommandOutput::wait(child).exit_code, Some(0), "{rest}");
    }
}
