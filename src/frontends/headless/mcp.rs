//! Signs in to Notion MCP without a screen. It prompts for nothing: an input that is missing is a problem that names the option.

use super::input::parse_token;
use super::reporter::{OutputFormat, WaitingFor};
use super::{no_redirect_possible, require_workspace};
use crate::domain::catalog::Catalog;
use crate::domain::checks::mcp_checks;
use crate::domain::credentials::{CredentialRecord, Secrets, SignInOutcome, StoreKind};
use crate::domain::link::Link;
use crate::domain::loopback::PortState;
use crate::domain::machine::BrowserState;
use crate::domain::mcp::McpIdentity;
use crate::domain::oauth::{AuthorizationAttempt, parse_callback};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::store_choice::StoreRequest;
use crate::frontends::console::Console;
use crate::runtime::ports::World;
use crate::runtime::{mcp, oauth, store_choice};
use crate::wizard::msg::Progress;
use jiff::civil::Date;
use std::cell::Cell;
use std::pin::pin;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The options of a login to Notion MCP.
#[derive(Debug)]
pub struct McpLoginOptions {
    /// True if the link is to be opened automatically.
    pub auto_open_browser: bool,
    /// The port of the redirect URI. Without one, the first free port from the usual one on.
    pub port: Option<u16>,
    pub store: Option<StoreKind>,
    /// `NOTION_KEYRING` turns the keychain off.
    pub file_was_chosen: bool,
    /// The only workspace whose credential may be saved.
    pub workspace_id: Option<String>,
    pub today: Date,
    pub catalog: &'static Catalog,
    /// In the demo, the consent arrives without the port.
    pub is_demo: bool,
}

/// The source of a sign-in to Notion MCP.
#[derive(Debug)]
pub enum McpLoginMethod {
    /// A person's consent in a browser. The redirect URL can also be pasted on standard input.
    Browser { redirect_urls: UnboundedReceiver<Secret> },
    /// A token that the person has, such as a PAT, and when it expires.
    OwnToken { input: Secret, expires_on: Option<Date> },
}

/// Signs in, and returns the exit code.
pub async fn login_to_mcp(
    world: &World,
    options: McpLoginOptions,
    method: McpLoginMethod,
    format: OutputFormat,
    console: &mut Console,
) -> u8 {
    let outcome = {
        let can_be_cancelled = Cell::new(true);
        // After the exchange there are tokens, which must be saved or revoked, so the first signal is ignored. A second one ends the program.
        let interrupted = async {
            let _ = tokio::signal::ctrl_c().await;
            if !can_be_cancelled.get() {
                let _ = tokio::signal::ctrl_c().await;
            }
        };
        let work = async {
            match method {
                McpLoginMethod::Browser { redirect_urls } => {
                    sign_in(world, &options, redirect_urls, &can_be_cancelled, format, console).await
                }
                McpLoginMethod::OwnToken { input, expires_on } => {
                    save_own_token(world, &options, &input, expires_on, format, console).await
                }
            }
        };
        let (mut interrupted, mut work) = (pin!(interrupted), pin!(work));
        tokio::select! {
            biased;
            outcome = &mut work => outcome,
            () = &mut interrupted => Err(Problem::new(ProblemCode::Cancelled)),
        }
    };
    match outcome {
        Ok(done) => format.report_done(&done, console),
        Err(problem) => format.report_problem(&problem, console),
    }
}

async fn sign_in(
    world: &World,
    options: &McpLoginOptions,
    redirect_urls: UnboundedReceiver<Secret>,
    can_be_cancelled: &Cell<bool>,
    format: OutputFormat,
    console: &mut Console,
) -> Result<SignInOutcome, Problem> {
    // The store is checked before anyone is asked for consent, so that the tokens can be saved.
    let store = choose_store(world, options).await?;
    world.store.check_room(store).await?;
    let (redirect, _reservation) = mcp::reserve_redirect(world, options.port).await?;
    format.report_waiting(WaitingFor::SignIn, console);
    let attempt = mcp::begin_sign_in(world, redirect).await?;
    let code = wait_for_code(world, options, &attempt, redirect_urls, format, console).await?;
    format.report_waiting(WaitingFor::Notion, console);
    can_be_cancelled.set(false);
    let signed_in = mcp::finish_sign_in(world, attempt, code).await?;
    for check in mcp_checks(&signed_in.answer) {
        format.report_check(&check, options.catalog, console);
    }
    if let Err(problem) = check_workspace(&signed_in.answer, options) {
        mcp::discard(world, signed_in.client, signed_in.grant).await;
        return Err(problem);
    }
    mcp::save_sign_in(world, signed_in, store, options.today).await
}

/// Saves the person's own token if the MCP server accepts it. Otherwise it is not revoked, because it may be used elsewhere.
async fn save_own_token(
    world: &World,
    options: &McpLoginOptions,
    input: &Secret,
    expires_on: Option<Date>,
    format: OutputFormat,
    console: &mut Console,
) -> Result<SignInOutcome, Problem> {
    let token = parse_token(input)?;
    let store = choose_store(world, options).await?;
    world.store.check_room(store).await?;
    format.report_waiting(WaitingFor::Notion, console);
    let accepted = mcp::try_own_token(world, token).await?;
    for check in mcp_checks(&accepted.answer) {
        format.report_check(&check, options.catalog, console);
    }
    check_workspace(&accepted.answer, options)?;
    let record = CredentialRecord { expires_on, ..accepted.record(store, options.today) };
    let secrets = Secrets::from_token(accepted.token);
    let replaced = mcp::find_replaced(world, &record).await;
    let receipt = world.store.save(record.clone(), secrets.clone()).await?;
    mcp::revoke_replaced(world, replaced, &secrets).await;
    Ok(SignInOutcome { record, receipt, found_in: None, needs_keyring_variable: false })
}

async fn choose_store(world: &World, options: &McpLoginOptions) -> Result<StoreKind, Problem> {
    let McpLoginOptions { store: named, file_was_chosen, .. } = *options;
    let request = StoreRequest { named, file_was_chosen, waits_for_unlock: false };
    // An agent can't use a sign-in that is not saved.
    store_choice::choose_store(world, request, |undecided| undecided.option_needed(false)).await
}

/// Waits for the redirect at the listener and on standard input at once; the first one counts.
async fn wait_for_code(
    world: &World,
    options: &McpLoginOptions,
    attempt: &AuthorizationAttempt,
    mut redirect_urls: UnboundedReceiver<Secret>,
    format: OutputFormat,
    console: &mut Console,
) -> Result<Secret, Problem> {
    let (reported, mut progress) = unbounded_channel();
    // The receiver lives as long as the wait.
    let report = move |progress| drop(reported.send(progress));
    let mut callback = pin!(oauth::wait_for_code(world, attempt.clone(), report));
    let (mut listens, mut pastes) = (true, true);
    let mut tls_hint_shown = false;
    loop {
        tokio::select! {
            biased;
            Some(event) = progress.recv() => match event {
                Progress::AuthorizationPending(pending) => {
                    format.report_authorization(&pending, console);
                    format.report_waiting(WaitingFor::Redirect, console);
                    listens = options.is_demo || matches!(pending.listening, PortState::Free(_));
                    if options.auto_open_browser {
                        open_link(world, &pending.link, format, console).await;
                    }
                }
                Progress::TlsAttempted if !std::mem::replace(&mut tls_hint_shown, true) => {
                    format.report_tls_attempt(attempt.redirect, console);
                }
                _ => {}
            },
            code = &mut callback => return code,
            url = redirect_urls.recv(), if pastes => match url {
                Some(url) => match parse_callback(&url, attempt) {
                    Err(problem) if problem.code == ProblemCode::CallbackMismatch => format.report_mistake(&problem, console),
                    code => return code,
                },
                None => pastes = false,
            },
        }
        if !listens && !pastes {
            return Err(no_redirect_possible());
        }
    }
}

async fn open_link(world: &World, link: &Link, format: OutputFormat, console: &mut Console) {
    if !matches!(world.machine.detect_browser().await, Ok(BrowserState::Ready { .. })) {
        return;
    }
    if let Err(problem) = world.browser.open(link.clone()).await {
        format.report_no_browser(&problem, console);
    }
}

fn check_workspace(answer: &McpIdentity, options: &McpLoginOptions) -> Result<(), Problem> {
    let Some(wanted) = &options.workspace_id else { return Ok(()) };
    require_workspace(wanted, answer.identity.workspace.as_ref(), "nothing was saved")
}
