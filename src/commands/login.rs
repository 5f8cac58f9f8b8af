//! `login`: collects the flags and standard input, then runs the wizard without a screen.

use super::{one_of_values, one_of_variants};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::credentials::StoreKind;
use crate::domain::login::LoginSteps;
use crate::domain::oauth::{OauthClient, Pkce};
use crate::domain::problem::{Problem, ProblemCode};
use crate::frontends::console::Console;
use crate::frontends::headless::{self, OutputFormat, PresetAnswers, SignInMethod};
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

/// Sign in without the full screen, with a token or in the browser
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is given or not")]
pub struct LoginArgs {
    /// The way in: token, oauth for a connection of your own (as --client-id says too), or cli for Notion's ntn
    #[arg(long, value_name = "ID", default_value = "token", value_parser = one_of_variants::<AuthPath>())]
    #[arg(default_value_if("resume", ArgPredicate::IsPresent, "cli"))]
    #[arg(default_value_if("client_id", ArgPredicate::IsPresent, "oauth"))]
    #[arg(default_value_if("client_secret_stdin", ArgPredicate::IsPresent, "oauth"))]
    pub path: AuthPath,
    /// The client id of your own connection; its secret comes by --client-secret-stdin
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Read the client secret from the first line of standard input; an address that the browser ended on may follow
    #[arg(long)]
    pub client_secret_stdin: bool,
    /// The port in the registered redirect address: the one used before, else 8765
    #[arg(long, requires = "client_id", value_parser = clap::value_parser!(u16).range(1024..))]
    pub port: Option<u16>,
    /// Whether a code challenge is sent to Notion: auto leaves it out once Notion refuses it by name
    #[arg(long, value_name = "WHEN", requires = "client_id", default_value = "auto", value_parser = one_of_variants::<Pkce>())]
    pub pkce: Pkce,
    /// Read the token from standard input; without it, --path cli logs in in the browser
    #[arg(long)]
    pub token_stdin: bool,
    /// Show the link of a browser login and open no browser
    #[arg(long)]
    pub no_browser: bool,
    /// Begin a browser login and end at once; --resume finishes it. Needs an ntn newer than 0.4.0
    #[arg(long)]
    pub no_wait: bool,
    /// Wait for the browser login that --no-wait has begun
    #[arg(long, conflicts_with_all = ["no_wait", "no_browser"])]
    pub resume: bool,
    /// Where to keep it: the keychain unless said otherwise. Of a browser login: file has ntn use its own file
    #[arg(long, value_name = "WHERE", value_parser = one_of_values(&STORES, StoreKind::name))]
    pub store: Option<StoreKind>,
    /// When it ends: 7d, 30d, 90d, 180d, 1y, unknown or YYYY-MM-DD
    #[arg(long, value_name = "WHEN", value_parser = Lifetime::parse)]
    pub expires: Option<Lifetime>,
    /// Refuse a credential of any other workspace than this one, and store nothing
    #[arg(long, value_name = "ID")]
    pub workspace_id: Option<String>,
    /// Write one JSON event a line
    #[arg(long)]
    pub json: bool,
}

const STORES: [StoreKind; 3] = [StoreKind::Keychain, StoreKind::File, StoreKind::None];

/// The lifetime of a token, as chosen when it was created in Notion's developer portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    Days(i64),
    OneYear,
    Unknown,
    Until(Date),
}

impl Lifetime {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "7d" => Ok(Self::Days(7)),
            "30d" => Ok(Self::Days(30)),
            "90d" => Ok(Self::Days(90)),
            "180d" => Ok(Self::Days(180)),
            "1y" => Ok(Self::OneYear),
            "unknown" => Ok(Self::Unknown),
            date => date.parse().map(Self::Until).map_err(|_| "it is none of 7d, 30d, 90d, 180d, 1y, unknown, YYYY-MM-DD"),
        }
    }

    /// Returns the last day of a token that is created today.
    pub fn last_day(self, today: Date) -> Option<Date> {
        match self {
            Self::Days(days) => today.checked_add(days.days()).ok(),
            Self::OneYear => today.checked_add(1.year()).ok(),
            Self::Unknown => None,
            Self::Until(date) => Some(date),
        }
    }
}

/// An invalid combination of options that are valid one by one.
pub struct ArgumentError {
    /// A contradiction is a usage error; a missing option is input required.
    pub code: ProblemCode,
    pub message: &'static str,
}

impl LoginArgs {
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
    match (login.path.main_method(), login.token_stdin) {
        (AuthMethod::OwnConnection, true) => {
            Some("your own connection is given its tokens by Notion: --token-stdin does not go with it")
        }
        (AuthMethod::OwnConnection, _) if login.no_wait || login.resume => {
            Some("--no-wait and --resume are for ntn's login: here somebody has to listen for the answer")
        }
        (AuthMethod::OwnConnection, _) if login.expires.is_some() => {
            Some("--expires is for a token: those of a connection are refreshed")
        }
        (AuthMethod::Token | AuthMethod::BrowserLogin, _) if names_connection => {
            Some("--client-id and --client-secret-stdin are for your own connection: say --path oauth")
        }
        (AuthMethod::Token | AuthMethod::BrowserLogin, true) if is_for_browser => {
            Some("--no-browser, --no-wait and --resume are for the browser login, which takes no token")
        }
        (AuthMethod::BrowserLogin, false) if login.expires.is_some() => {
            Some("--expires is for a token: ntn does not say when its login ends")
        }
        (AuthMethod::BrowserLogin, false) if !matches!(login.store, None | Some(StoreKind::File)) => {
            Some("ntn keeps a browser login itself: only --store file can be said of it")
        }
        (AuthMethod::Token, false) if is_for_browser => {
            Some("a token is read from standard input: say --token-stdin, or --path cli to log in in the browser")
        }
        _ => None,
    }
}

/// Returns the first required input that no option provides.
fn find_missing_option(login: &LoginArgs) -> Option<(ProblemCode, &'static str)> {
    let sentence = match (login.path.main_method(), &login.client_id, login.client_secret_stdin) {
        (AuthMethod::Token, ..) if !login.token_stdin => {
            "it is not said how to sign in: --token-stdin reads a token, --path cli logs in in the browser; notion-auth alone asks"
        }
        (AuthMethod::OwnConnection, None, false) => "your own connection takes --client-id ID and --client-secret-stdin",
        (AuthMethod::OwnConnection, None, true) => "your own connection takes its client id too: --client-id ID",
        (AuthMethod::OwnConnection, Some(_), false) => "the client secret is read from standard input: say --client-secret-stdin",
        _ => return None,
    };
    Some((ProblemCode::InputRequired, sentence))
}

pub async fn run(args: LoginArgs, retries: bool, world: World, setup: Setup, console: &mut Console) -> u8 {
    let output_format = args.output_format();
    let method = match read_sign_in_method(&args, setup.today, console) {
        Ok(method) => method,
        Err(problem) => return output_format.report_problem(&problem, console),
    };
    let file_was_chosen = setup.file_was_chosen || (!args.token_stdin && args.store == Some(StoreKind::File));
    let login_steps = login_steps(&args);
    let connection = args.client_id.map(|client_id| ConnectionFlags { client_id, port: args.port });
    let answers = PresetAnswers { path: args.path, method, store: args.store, workspace_id: args.workspace_id };
    let setup = Setup { file_was_chosen, login_steps, connection, pkce: args.pkce, ..setup };
    let (mut runtime, inbox) = Runtime::with_task_thread(world);
    runtime.set_retries(retries);
    let model = Model::new(setup, 80, 24);
    headless::login(model, runtime, inbox, answers, output_format, console).await
}

fn read_sign_in_method(args: &LoginArgs, today: Date, console: &mut Console) -> Result<SignInMethod, Problem> {
    // Without a terminal, there may be nobody to use the browser.
    let auto_open_browser = !args.no_browser && io::stderr().is_terminal();
    if let Some(id) = &args.client_id {
        if io::stdin().is_terminal() {
            console.write_message("Paste the client secret and press Enter. It will show on this terminal; the wizard masks it.");
        }
        let client = OauthClient { id: id.clone(), secret: stdin::read_line()? };
        return Ok(SignInMethod::Connection { client, auto_open_browser, redirect_urls: stdin::spawn_line_reader()? });
    }
    if !args.token_stdin {
        return Ok(SignInMethod::Browser { auto_open_browser });
    }
    if io::stdin().is_terminal() {
        console.write_message("Paste the token, then press Enter and Ctrl-D. It will show on this terminal; the wizard masks it.");
    }
    Ok(SignInMethod::Token { token: stdin::read_all()?, expires_on: args.expires.and_then(|lifetime| lifetime.last_day(today)) })
}

fn login_steps(args: &LoginArgs) -> LoginSteps {
    match (args.no_wait, args.resume) {
        (true, _) => LoginSteps::Start,
        (_, true) => LoginSteps::Resume,
        (false, false) => LoginSteps::All,
    }
}

const AFTER_HELP: &str = "\
A browser login shows a link, and a code that must be the one Notion shows. With --no-wait it ends as soon as the link is shown, and \
leaves the rest to --resume.

Your own connection (--path oauth) shows a link, and listens for the answer on the registered redirect address. From another \
machine, paste the address that the browser ended on, and press Enter.

Secrets come by standard input alone: one value, or a file in which exactly one value is a Notion token. Secrets of other services \
are never sent. Nothing is asked: what is missing ends it with 3 and is named. With --json every run, also one \
that is not understood, ends with an event `done` or `problem`, save one with --no-wait, which ends with `waiting`.

Examples:
  notion-auth login --token-stdin < token.txt        a token, kept in the keychain
  notion-auth login --token-stdin --store file --expires 90d < token.txt
  notion-auth login --token-stdin --json < token.txt  told in events, for a program
  notion-auth login --path cli                       in the browser, through ntn
  notion-auth login --path cli --no-browser          the same, with the link shown alone
  notion-auth login --client-id ID --client-secret-stdin < secret.txt

Exit codes:
  0    signed in, verified and kept; with --no-wait: begun
  1    failed: ntn is missing or too old, or something else of this machine
  2    not understood, or standard input holds no token, or another's secret
  3    an option is missing and is named, or several values hold not one token
  4    Notion or a person refused, the time was up, or it is of another workspace
  5    network or Notion trouble
  6    the keychain or the file could not keep it
  130  cancelled";
