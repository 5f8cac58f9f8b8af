//! An own connection, against a Notion with a known latency: from the browser's answer to the identity card, and the two calls that
//! lie between, one after the other, through the same client.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use super::road::unexpected;
use super::session::{BenchResult, MeasuredProgram, PtySession, WatchedSession};
use super::times::Times;
use notion_auth::adapters::demo::simulated_notion::{CONSENT_CODE, SimulatedNotion};
use notion_auth::adapters::notion_api::NotionClient;
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::oauth::{CodeExchange, OauthClient, Pkce, RedirectUri};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{NotionApi, NotionOauth};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

/// The wizard's: from the last byte of the callback to the card on the screen.
pub(crate) fn cards(program: &Path, notion: &str, rounds: usize) -> BenchResult<Times> {
    (0..rounds).map(|_| card(program, notion)).collect::<BenchResult<Vec<_>>>().map(Times::from_iter)
}

fn card(program: &Path, notion: &str) -> BenchResult<Duration> {
    // Free a moment ago. The usual one may be taken on this machine.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let subject =
        MeasuredProgram { program: program.into(), arguments: &[], notion: notion.into(), variables: Vec::new(), marks: &[] };
    let mut wizard = WatchedSession::from(PtySession::start(&subject)?);
    let mut walk = |keys: &str, mark: &str| {
        wizard.session.type_keys(keys)?;
        wizard.until(mark)
    };
    walk("", "? more")?;
    walk("2", "Which kind of OAuth?")?;
    walk("\r", "Where to find the client ID and secret")?;
    walk("\x1b[A\x15", "Port")?;
    walk(&port.to_string(), &port.to_string())?;
    walk("\r", &format!("http://localhost:{port}/callback"))?;
    let (id, secret) = SimulatedNotion::example_client();
    let listening = format!("Listening on http://localhost:{port}/callback until");
    walk(&format!("\x1b[200~{id}\x1b[201~\x1b[200~{secret}\x1b[201~"), &listening)?;

    let state = wizard.between("&state=", '&').ok_or("the link has no state")?;
    let callback = format!("GET /callback?code={CONSENT_CODE}&state={state} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let mut browser = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    browser.write_all(callback.as_bytes())?;
    let sent = Instant::now();
    let shown = wizard.until("Mika Demo (mika")?;
    let mut page = String::new();
    browser.read_to_string(&mut page)?;
    if !page.starts_with("HTTP/1.1 200") {
        return Err(format!("the browser was turned away: {page}").into());
    }
    Ok(shown - sent)
}

/// The exchange, and the question whose token it is.
pub(crate) fn calls(notion: &str, rounds: usize) -> BenchResult<Times> {
    let notion = NotionClient::new(BaseUrl::parse(notion).map_err(unexpected)?);
    let (id, secret) = SimulatedNotion::example_client();
    let client = OauthClient { id: id.into(), secret: Secret::new(secret) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // As in the program, which has tried the client before.
        notion.check_client(client.clone(), RedirectUri::default()).await.map_err(unexpected)?;
        let mut times = Vec::new();
        for _ in 0..rounds {
            let (code, redirect) = (Secret::new(CONSENT_CODE), RedirectUri::default());
            let exchange = CodeExchange { client: client.clone(), code, redirect, verifier: None, pkce: Pkce::Never };
            let started = Instant::now();
            let grant = notion.exchange_code(exchange).await.map_err(unexpected)?;
            notion.whoami(grant.access).await.map_err(unexpected)?;
            times.push(started.elapsed());
        }
        Ok(times.into_iter().collect())
    })
}
