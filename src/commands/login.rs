//! `login`: collects the flags and standard input, then runs the wizard without a screen.

mod team_profile;

use super::{one_of_values, one_of_variants};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::credentials::{CredentialRecord, StoreKind};
use crate::domain::login::LoginSteps;
use crate::domain::oauth::{OauthClient, Pkce};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::frontends::headless::{self, McpLoginMethod, McpLoginOptions, OutputFormat, PresetAnswers, SignInMethod};
use crate::frontends::stdin;
use crate::runtime::Runtime;
use crate::runtime::ports::World;
use crate::wizard::app::Model;
use crate::wizard::context::{ConnectionFlags, Setup};
use clap::Args;
use clap::builder::ArgPredicate;
use jiff::ToSpan;
use jiff::civil::Date;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

/// Sign in without the wizard, with a token or your browser
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is given or not")]
pub struct LoginArgs {
    /// The sign-in method: token (default), oauth (your own connection, implied by --client-id), cli (Notion's ntn) or mcp (for coding agents)
    #[arg(long, value_name = "ID", value_parser = one_of_values(LOGIN_PATHS, LoginPath::name))]
    #[arg(default_value_if("resume", ArgPredicate::IsPresent, "cli"))]
    #[arg(default_value_if("client_id", ArgPredicate::IsPresent, "oauth"))]
    #[arg(default_value_if("client_secret_stdin", ArgPredicate::IsPresent, "oauth"))]
    pub path: Option<LoginPath>,
    /// Take the answers that no flag gives from a team's notion-auth.toml (see notion-auth profile)
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// The client ID of your own connection; requires --client-secret-stdin
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Read the client secret from the first line of stdin; the URL of the browser's last page can follow
    #[arg(long)]
    pub client_secret_stdin: bool,
    /// The port of the redirect URI; with --client-id, the registered one (default: the last one used, or 8765)
    #[arg(long, value_parser = clap::value_parser!(u16).range(1024..))]
    pub port: Option<u16>,
    /// Send a PKCE code challenge to Notion; auto retries without it if Notion rejects it
    #[arg(long, value_name = "WHEN", requires = "client_id", default_value = "auto", value_parser = one_of_variants::<Pkce>())]
    pub pkce: Pkce,
    /// Read the token from stdin; without this, --path cli uses your browser
    #[arg(long)]
    pub token_stdin: bool,
    /// Print the browser login's link without opening a browser
    #[arg(long)]
    pub no_browser: bool,
    /// Start a browser login and exit; finish it with --resume. Requires ntn newer than 0.4.0
    #[arg(long)]
    pub no_wait: bool,
    /// Finish the browser login that --no-wait started
    #[arg(long, conflicts_with_all = ["no_wait", "no_browser"])]
    pub resume: bool,
    /// Where to save it (default: keychain). With a browser login, file lets ntn use its own file
    #[arg(long, value_name = "WHERE", value_parser = one_of_values(&StoreKind::OFFERED, StoreKind::name))]
    pub store: Option<StoreKind>,
    /// When the token expires: 7d, 30d, 90d, 180d, 1y, unknown or YYYY-MM-DD
    #[arg(long, value_name = "WHEN", value_parser = Lifetime::parse)]
    pub expires: Option<Lifetime>,
    /// Accept only a credential of this workspace; save nothing otherwise
    #[arg(long, value_name = "ID")]
    pub workspace_id: Option<String>,
    /// Print one JSON event per line
    #[arg(long)]
    pub json: bool,
}

/// A value of `--path`: a path of the comparison, or Notion MCP, which is not in the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginPath {
    Compared(AuthPath),
    Mcp,
}

impl LoginPath {
    pub fn name(self) -> &'static str {
        match self {
            Self::Compared(path) => path.as_str(),
            Self::Mcp => CredentialRecord::MCP_LOGIN_PATH,
        }
    }
}

const LOGIN_PATHS: &[LoginPath] = &{
    let [first, second, third] = AuthPath::ALL;
    [LoginPath::Compared(first), LoginPath::Compared(second), LoginPath::Compared(third), LoginPath::Mcp]
};

/// The lifetime of a token, as chosen when it was created in Notion's developer portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    Days(i64),
    OneYear,
    Unknown,
    Until(Date),
}

impl Lifetime {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "7d" => Ok(Self::Days(7)),
            "30d" => Ok(Self::Days(30)),
            "90d" => Ok(Self::Days(90)),
            "180d" => Ok(Self::Days(180)),
            "1y" => Ok(Self::OneYear),
            "unknown" => Ok(Self::Unknown),
            date => date.parse().map(Self::Until).map_err(|_| "use 7d, 30d, 90d, 180d, 1y, unknown or YYYY-MM-DD"),
        }
    }

    /// Returns the last day of a token that is created today. A past date is refused, because a token with it would no longer work.
    pub fn last_day(self, today: Date) -> Result<Option<Date>, Problem> {
        match self {
            Self::Days(days) => Ok(today.checked_add(days.days()).ok()),
            Self::OneYear => Ok(today.checked_add(1.year()).ok()),
            Self::Unknown => Ok(None),
            Self::Until(date) if date < today => {
                Err(Problem::new(ProblemCode::Usage).with_evidence(format!("--expires {date} is in the past; today is {today}")))
            }
            Self::Until(date) => Ok(Some(date)),
        }
    }
}

/// An invalid combination of options that are valid one by one.
pub struct ArgumentError {
    /// A contradiction is a usage error; a missing option is input required.
    pub code: ProblemCode,
    pub message: &'static str,
}

impl ArgumentError {
    fn into_problem(self) -> Problem {
        match self.code {
            ProblemCode::InputRequired => Problem::needed(MissingInput::Option, self.message),
            code => Problem::new(code).with_evidence(self.message),
        }
    }
}

impl LoginArgs {
    /// The path that a flag or the profile names, or the default.
    pub fn path(&self) -> LoginPath {
        self.path.unwrap_or(LoginPath::Compared(AuthMethod::Token.path()))
    }

    /// Validates the options across sign-in methods, such as token options given for a browser login.
    pub fn validate(&self) -> Result<(), ArgumentError> {
        let contradiction = find_contradiction(self).map(|message| (ProblemCode::Usage, message));
        match contradiction.or_else(|| find_missing_option(self)) {
            Some((code, message)) => Err(ArgumentError { code, message }),
            None => Ok(()),
        }
    }

    /// Returns the output format. With `--json`, problems before the command starts are events too.
    pub fn output_format(&self) -> OutputFormat {
        if self.json { OutputFormat::Json } else { OutputFormat::Text }
    }
}

fn find_contradiction(login: &LoginArgs) -> Option<&'static str> {
    let is_for_browser = login.no_browser || login.no_wait || login.resume;
    let names_connection = login.client_id.is_some() || login.client_secret_stdin;
    let LoginPath::Compared(path) = login.path() else { return find_mcp_contradiction(login) };
    match (path.main_method(), login.token_stdin) {
        (AuthMethod::OwnConnection, true) => {
            Some("--token-stdin can't be used with --path oauth: Notion issues a connection's tokens")
        }
        (AuthMethod::OwnConnection, _) if login.no_wait || login.resume => {
            Some("--no-wait and --resume work only with --path cli: an OAuth sign-in has to wait for the redirect")
        }
        (AuthMethod::OwnConnection, _) if login.expires.is_some() => {
            Some("--expires works only with --token-stdin: a connection's tokens are refreshed instead")
        }
        (AuthMethod::Token | AuthMethod::BrowserLogin, _) if login.port.is_some() => {
            Some("--port works only with --client-id or --path mcp")
        }
        (AuthMethod::Token | AuthMethod::BrowserLogin, _) if names_connection => {
            Some("--client-id and --client-secret-stdin require --path oauth")
        }
        (AuthMethod::Token | AuthMethod::BrowserLogin, true) if is_for_browser => {
            Some("--no-browser, --no-wait and --resume can't be used with --token-stdin: they are for browser logins")
        }
        (AuthMethod::BrowserLogin, false) if login.expires.is_some() => {
            Some("--expires works only with --token-stdin: ntn doesn't report when its login expires")
        }
        (AuthMethod::BrowserLogin, false) if !matches!(login.store, None | Some(StoreKind::File)) => {
            Some("ntn saves a browser login itself: --store can only be file")
        }
        (AuthMethod::Token, false) if is_for_browser => Some("--no-browser, --no-wait and --resume require --path cli"),
        _ => None,
    }
}

fn find_mcp_contradiction(login: &LoginArgs) -> Option<&'static str> {
    if login.client_id.is_some() || login.client_secret_stdin {
        Some("--client-id and --client-secret-stdin require --path oauth: notion-auth registers itself for Notion MCP")
    } else if login.no_wait || login.resume {
        Some("--no-wait and --resume work only with --path cli: an OAuth sign-in has to wait for the redirect")
    } else if login.token_stdin && (login.no_browser || login.port.is_some()) {
        Some("--no-browser and --port can't be used with --token-stdin: they are for browser logins")
    } else if login.expires.is_some() && !login.token_stdin {
        Some("--expires works only with --token-stdin: the tokens of Notion MCP are refreshed instead")
    } else if login.store == Some(StoreKind::None) {
        Some("--store none can't be used with --path mcp: only a saved sign-in can be used by notion-auth mcp")
    } else {
        None
    }
}

/// Returns the first required input that no option provides.
fn find_missing_option(login: &LoginArgs) -> Option<(ProblemCode, &'static str)> {
    let LoginPath::Compared(path) = login.path() else { return None };
    let sentence = match (path.main_method(), &login.client_id, login.client_secret_stdin) {
        (AuthMethod::Token, ..) if !login.token_stdin => {
            "--path token (the default) requires --token-stdin: notion-auth login --token-stdin < token.txt. The others are --path cli (browser), --path oauth (your own connection) and --path mcp (for coding agents)"
        }
        (AuthMethod::OwnConnection, None, false) => {
            "--path oauth requires --client-id and --client-secret-stdin: notion-auth login --client-id ID --client-secret-stdin < secret.txt"
        }
        (AuthMethod::OwnConnection, None, true) => {
            "--client-secret-stdin requires --client-id: notion-auth login --client-id ID --client-secret-stdin < secret.txt"
        }
        (AuthMethod::OwnConnection, Some(_), false) => {
            "--client-id requires --client-secret-stdin: notion-auth login --client-id ID --client-secret-stdin < secret.txt"
        }
        _ => return None,
    };
    Some((ProblemCode::InputRequired, sentence))
}

pub async fn run(mut args: LoginArgs, retries: bool, world: World, setup: Setup, console: &mut Console) -> u8 {
    let output_format = args.output_format();
    let applied = team_profile::load_and_apply(&mut args, setup.file_was_chosen, output_format, &world, console).await;
    // The command line alone was validated when it was parsed; with a profile, the two together are.
    let loaded = match applied.and_then(|loaded| args.validate().map(|()| loaded).map_err(ArgumentError::into_problem)) {
        Ok(loaded) => loaded,
        Err(problem) => return output_format.report_problem(&problem, console),
    };
    let is_complete = !args.no_wait;
    let exit_code = sign_in(args, retries, world.clone(), setup, console).await;
    if let Some(loaded) = loaded.filter(|_| exit_code == EXIT_SUCCESS && is_complete) {
        team_profile::conclude(&loaded, output_format, &world, console).await;
    }
    exit_code
}

async fn sign_in(args: LoginArgs, retries: bool, world: World, setup: Setup, console: &mut Console) -> u8 {
    let output_format = args.output_format();
    let LoginPath::Compared(path) = args.path() else { return sign_in_to_mcp(args, world, &setup, console).await };
    let method = match read_sign_in_method(&args, setup.today, console) {
        Ok(method) => method,
        Err(problem) => return output_format.report_problem(&problem, console),
    };
    let file_was_chosen = setup.file_was_chosen || (!args.token_stdin && args.store == Some(StoreKind::File));
    let login_steps = login_steps(&args);
    let connection = args.client_id.map(|client_id| ConnectionFlags { client_id, port: args.port });
    let answers = PresetAnswers { path, method, store: args.store, workspace_id: args.workspace_id };
    let setup = Setup { file_was_chosen, login_steps, connection, pkce: args.pkce, ..setup };
    let (mut runtime, inbox) = Runtime::with_task_thread(world);
    runtime.set_retries(retries);
    let model = Model::new(setup, 80, 24);
    headless::login(model, runtime, inbox, answers, output_format, console).await
}

async fn sign_in_to_mcp(args: LoginArgs, world: World, setup: &Setup, console: &mut Console) -> u8 {
    let output_format = args.output_format();
    let method = match read_mcp_method(&args, setup.today, console) {
        Ok(method) => method,
        Err(problem) => return output_format.report_problem(&problem, console),
    };
    let options = McpLoginOptions {
        auto_open_browser: !args.no_browser && io::stderr().is_terminal(),
        port: args.port,
        store: args.store,
        file_was_chosen: setup.file_was_chosen,
        workspace_id: args.workspace_id,
        today: setup.today,
        catalog: setup.catalog,
        is_demo: setup.demo.is_some(),
    };
    headless::login_to_mcp(&world, options, method, output_format, console).await
}

fn read_mcp_method(args: &LoginArgs, today: Date, console: &mut Console) -> Result<McpLoginMethod, Problem> {
    if args.token_stdin {
        let (input, expires_on) = read_token(args, today, console)?;
        return Ok(McpLoginMethod::OwnToken { input, expires_on });
    }
    // Without standard input, the listener alone waits.
    Ok(McpLoginMethod::Browser { redirect_urls: stdin::spawn_line_reader()? })
}

fn read_sign_in_method(args: &LoginArgs, today: Date, console: &mut Console) -> Result<SignInMethod, Problem> {
    // Without a terminal, there may be nobody to use the browser.
    let auto_open_browser = !args.no_browser && io::stderr().is_terminal();
    if let Some(id) = &args.client_id {
        if io::stdin().is_terminal() {
            console.write_message(
                "Paste the client secret and press Enter. It will be visible on this terminal; the wizard hides it.",
            );
        }
        let client = OauthClient { id: id.clone(), secret: stdin::read_line()? };
        return Ok(SignInMethod::Connection { client, auto_open_browser, redirect_urls: stdin::spawn_line_reader()? });
    }
    if !args.token_stdin {
        return Ok(SignInMethod::Browser { auto_open_browser });
    }
    let (token, expires_on) = read_token(args, today, console)?;
    Ok(SignInMethod::Token { token, expires_on })
}

/// Returns what `--token-stdin` reads, and when the token expires.
fn read_token(args: &LoginArgs, today: Date, console: &mut Console) -> Result<(Secret, Option<Date>), Problem> {
    let expires_on = args.expires.map_or(Ok(None), |lifetime| lifetime.last_day(today))?;
    if io::stdin().is_terminal() {
        console.write_message(
            "Paste the token, then press Enter and Ctrl-D. It will be visible on this terminal; the wizard hides it.",
        );
    }
    Ok((stdin::read_all()?, expires_on))
}

fn login_steps(args: &LoginArgs) -> LoginSteps {
    match (args.no_wait, args.resume) {
        (true, _) => LoginSteps::Start,
        (_, true) => LoginSteps::Resume,
        (false, false) => LoginSteps::All,
    }
}

const AFTER_HELP: &str = "\
Token (--token-stdin): pass one value on stdin, or a file in which exactly one value is a Notion token. Secrets of other services are \
never sent.

Browser (--path cli): login prints a link and a code. Approve it only if Notion shows the same code. With --no-wait, login exits after \
printing the link; --resume finishes the sign-in.

Your own connection (--path oauth): login prints a link and waits for the redirect on the registered port. If your browser is on \
another machine, paste the URL of its last page and press Enter.

Notion MCP (--path mcp): a sign-in for coding agents, which `notion-auth mcp` uses. login prints a link and waits for the redirect; you can \
also paste the URL of the last page. No client ID and no admin are needed. Its token works with Notion MCP only. With --token-stdin, no \
browser is needed: a PAT is saved if the MCP server accepts it, which Notion's documentation both says and denies. NOTION_MCP_URL selects \
another server.

Team profile (--profile): each answer of the file is printed, with the reason if it isn't used. Options win over it. A private file \
in plain text is used only if you add --store file as well.

login never prompts for options: if one is missing, it names the option and exits with 3. With --json, the last event is always `done` \
or `problem`, or `waiting` with --no-wait.

Examples:
  notion-auth login --token-stdin < token.txt        save a token in the keychain
  notion-auth login --token-stdin --store file --expires 90d < token.txt
  notion-auth login --token-stdin --json < token.txt  print JSON events
  notion-auth login --path cli                       use your browser, through ntn
  notion-auth login --path cli --no-browser          print the link only
  notion-auth login --client-id ID --client-secret-stdin < secret.txt
  notion-auth login --path mcp                       sign in for coding agents
  notion-auth login --path mcp --token-stdin < token.txt   with a PAT, without a browser
  notion-auth login --profile notion-auth.toml       with your team's answers

Exit codes:
  0    signed in, verified and saved; with --no-wait: started
  1    failed, for example because ntn is missing or too old
  2    invalid usage, no token on stdin, or another service's secret
  3    an option is missing, or stdin does not contain exactly one Notion token
  4    refused by Notion or by a person, expired, or wrong workspace
  5    network problem, or Notion is unavailable
  6    the keychain or the file could not save it
  130  cancelled";
