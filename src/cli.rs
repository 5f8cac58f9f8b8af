//! The command line → a plan. Nothing is done here: no files, no environment, no network, no exit.
//!
//! Secrets never enter by it. An argument that carries one is refused before clap sees it, because clap repeats what it
//! does not know, and standard error ends up in CI logs.

use crate::domain::catalog::PathId;
use crate::domain::credential::StoreKind;
use crate::domain::oauth::Pkce;
use clap::builder::{ArgPredicate, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use jiff::ToSpan;
use jiff::civil::Date;
use std::ffi::{OsStr, OsString};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "notion-auth", version, about = ABOUT, after_help = AFTER_HELP, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    /// Rehearse against a simulated Notion; nothing leaves this machine, nothing of yours is touched
    #[arg(long, global = true)]
    pub demo: bool,
    #[command(flatten)]
    pub look: Look,
    /// Absent: the wizard.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How the screens are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args)]
pub struct Look {
    /// Draw without colours (also NO_COLOR)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Draw without animation
    #[arg(long, global = true)]
    pub no_motion: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Compare the ways in, or read one of them in full
    Paths(PathsArgs),
    /// Sign in without the full screen, with a token or in the browser
    #[command(after_help = AFTER_LOGIN_HELP)]
    Login(LoginArgs),
    /// Show all credentials, which one is active, and why
    Status(StatusArgs),
    /// Print the active token on standard output, for $(…)
    Token(TokenArgs),
    /// Give the credential of an own OAuth connection a new pair of tokens
    #[command(after_help = AFTER_REFRESH_HELP)]
    Refresh(RefreshArgs),
    /// Delete what notion-auth keeps, and say what is left
    #[command(after_help = AFTER_LOGOUT_HELP)]
    Logout(LogoutArgs),
    /// Open an address in the browser; for our own use
    #[command(hide = true)]
    OpenLink(OpenLinkArgs),
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct PathsArgs {
    /// One path in full
    #[arg(value_name = "ID", value_parser = one_of(&PathId::ALL, PathId::as_str))]
    pub id: Option<PathId>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is given or not")]
pub struct LoginArgs {
    /// The way in: token, oauth for a connection of your own (as --client-id says too), or cli for Notion's ntn
    #[arg(long, value_name = "ID", default_value = "token", value_parser = one_of(&PathId::ALL, PathId::as_str))]
    #[arg(default_value_if("resume", ArgPredicate::IsPresent, "cli"))]
    #[arg(default_value_if("client_id", ArgPredicate::IsPresent, "oauth"))]
    pub path: PathId,
    /// The client id of your own connection; its secret comes by --client-secret-stdin
    #[arg(long, value_name = "ID", requires = "client_secret_stdin")]
    pub client_id: Option<String>,
    /// Read the client secret from the first line of standard input; an address that the browser ended on may follow
    #[arg(long, requires = "client_id")]
    pub client_secret_stdin: bool,
    /// The port in the registered redirect address: the one used before, else 8765
    #[arg(long, requires = "client_id", value_parser = clap::value_parser!(u16).range(1024..))]
    pub port: Option<u16>,
    /// Whether a code challenge is sent to Notion: auto leaves it out once Notion refuses it by name
    #[arg(long, value_name = "WHEN", requires = "client_id", default_value = "auto", value_parser = one_of(&Pkce::ALL, Pkce::as_str))]
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
    #[arg(long, value_name = "WHERE", value_parser = one_of(&STORES, StoreKind::name))]
    pub store: Option<StoreKind>,
    /// When it ends: 7d, 30d, 90d, 180d, 1y, unknown or YYYY-MM-DD
    #[arg(long, value_name = "WHEN", value_parser = Lifetime::parse)]
    pub expires: Option<Lifetime>,
    /// Write one JSON event a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct StatusArgs {
    /// Ask Notion about each credential; without it nothing leaves this machine
    #[arg(long)]
    pub check: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct TokenArgs {
    /// The credential of this workspace (name or id) rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RefreshArgs {
    /// The credential of this workspace (name or id) rather than the active one
    #[arg(value_name = "W")]
    pub workspace: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct LogoutArgs {
    /// The workspace (name or id); not needed where only one is kept
    #[arg(value_name = "W", conflicts_with = "all")]
    pub workspace: Option<String>,
    /// Everything that notion-auth keeps
    #[arg(long)]
    pub all: bool,
    /// Ask Notion nothing: the tokens of an own connection are not revoked
    #[arg(long)]
    pub local_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct OpenLinkArgs {
    pub url: String,
}

const STORES: [StoreKind; 3] = [StoreKind::Keychain, StoreKind::File, StoreKind::None];

/// Accepts the names of `values` and gives the value back.
fn one_of<T>(values: &'static [T], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let names = values.iter().map(|value| name(*value));
    PossibleValuesParser::new(names)
        .try_map(move |given| values.iter().copied().find(|value| name(*value) == given).ok_or("not one of the possible values"))
}

/// How long a token lasts, as its maker chose it in the portal.
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

    /// The last day of a token made today.
    pub fn ends(self, today: Date) -> Option<Date> {
        match self {
            Self::Days(days) => today.checked_add(days.days()).ok(),
            Self::OneYear => today.checked_add(1.year()).ok(),
            Self::Unknown => None,
            Self::Until(date) => Some(date),
        }
    }
}

/// There is no plan: a text to show instead. Help and version are data; everything else is talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub text: String,
    pub to_stdout: bool,
    pub exit_code: u8,
}

/// Reads the command line; the first argument is the program's name.
pub fn parse<T: Into<OsString>>(arguments: impl IntoIterator<Item = T>) -> Result<Cli, Stop> {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    if arguments.iter().any(|argument| carries_a_secret(argument)) {
        return Err(Stop { text: SECRET_IN_ARGUMENTS.into(), to_stdout: false, exit_code: USAGE });
    }
    Cli::try_parse_from(&arguments).and_then(agrees).map_err(|error| Stop {
        text: withhold_opaque(error.render().to_string(), &arguments),
        to_stdout: !error.use_stderr(),
        exit_code: if error.use_stderr() { USAGE } else { 0 },
    })
}

/// What belongs to a token and what belongs to a browser login do not go together.
fn agrees(cli: Cli) -> Result<Cli, clap::Error> {
    let Some(Command::Login(login)) = &cli.command else { return Ok(cli) };
    let is_for_browser = login.no_browser || login.no_wait || login.resume;
    let fault = match (login.path, login.token_stdin) {
        (PathId::Oauth, _) => match own_connection_fault(login) {
            Some(fault) => fault,
            None => return Ok(cli),
        },
        (_, _) if login.client_id.is_some() => "--client-id is for your own connection: say --path oauth",
        (_, true) if is_for_browser => "--no-browser, --no-wait and --resume are for the browser login, which takes no token",
        (PathId::Cli, false) if login.expires.is_some() => "--expires is for a token: ntn does not say when its login ends",
        (PathId::Cli, false) if !matches!(login.store, None | Some(StoreKind::File)) => {
            "ntn keeps a browser login itself: only --store file can be said of it"
        }
        (PathId::Token, false) => "a token is read from standard input: say --token-stdin, or --path cli to log in in the browser",
        (_, true) | (PathId::Cli, false) => return Ok(cli),
    };
    let mut command = Cli::command();
    command.build();
    let login = command.find_subcommand_mut("login");
    Err(login.map_or_else(
        || clap::Error::raw(ErrorKind::ArgumentConflict, fault),
        |login| login.error(ErrorKind::ArgumentConflict, fault),
    ))
}

fn own_connection_fault(login: &LoginArgs) -> Option<&'static str> {
    if login.client_id.is_none() {
        Some("your own connection takes --client-id ID and --client-secret-stdin")
    } else if login.token_stdin {
        Some("your own connection is given its tokens by Notion: --token-stdin does not go with it")
    } else if login.no_wait || login.resume {
        Some("--no-wait and --resume are for ntn's login: here somebody has to listen for the answer")
    } else if login.expires.is_some() {
        Some("--expires is for a token: those of a connection are refreshed")
    } else {
        None
    }
}

/// Short usage, for when there is neither a subcommand nor a terminal.
pub fn usage() -> String {
    let mut command = Cli::command();
    format!("{}\n\nFor more information, try '--help'.\n", command.render_usage())
}

const USAGE: u8 = 2;

const SECRET_IN_ARGUMENTS: &str = "\
error: a secret must not stand on the command line, where other programs and the shell's history can read it

Secrets enter by standard input: notion-auth login --token-stdin < FILE
If this one is real, remove it from the shell's history, or revoke it at https://www.notion.so/developers/tokens
";

/// How Notion's secrets begin today (facts A.3). A hint is enough here: what is not recognised is withheld below.
const SECRET_PREFIXES: [&str; 4] = ["ntn_", "secret_", "nrt_", "development_ntn_"];

/// Options that do not exist, so that nobody is tempted; whoever types one is about to type a secret.
const SECRET_OPTIONS: [&str; 2] = ["--token", "--client-secret"];

fn carries_a_secret(argument: &OsStr) -> bool {
    let argument = argument.to_string_lossy();
    let name = argument.split('=').next().unwrap_or_default();
    let mut words = argument.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    SECRET_OPTIONS.contains(&name) || words.any(|word| SECRET_PREFIXES.iter().any(|prefix| word.starts_with(prefix)))
}

/// clap repeats an argument it does not understand. A long word with digits in it may be a token of a shape unknown to us.
fn withhold_opaque(message: String, arguments: &[OsString]) -> String {
    let arguments: Vec<_> = arguments.iter().skip(1).map(|argument| argument.to_string_lossy()).collect();
    let words = arguments.iter().flat_map(|argument| argument.split('='));
    let opaque = words.filter(|word| word.len() >= 20 && word.bytes().any(|byte| byte.is_ascii_digit()));
    opaque.fold(message, |message, word| message.replace(word, "(withheld)"))
}

const ABOUT: &str = "Signs you in to Notion: compares the ways in, checks the credential and keeps it safe";

const AFTER_LOGIN_HELP: &str = "\
A browser login shows a link, and a code that must be the one Notion shows. It ends with 0 once Notion knows the login, with 4 \
where it was refused or has expired, and with 3 where ntn would have to use a file and nothing says that it may.

Your own connection (--path oauth) shows a link, and listens for the answer on the registered redirect address. From another \
machine, paste the address that the browser ended on, and press Enter. It ends with 4 where Notion refused the connection, or \
the person did.

With --no-wait it ends with 0 as soon as the link is shown, and leaves the rest to --resume.";

const AFTER_REFRESH_HELP: &str = "\
Notion's tokens say nothing of an end; each refresh makes the pair before it worthless. Several at once do no harm: one asks Notion, \
and the others find what it kept.

Examples:
  notion-auth refresh                                the active credential
  notion-auth refresh Acme                           the one of this workspace

It ends with 0 where a newer pair is kept, by this or by another notion-auth, with 4 where Notion refused, and with 1 where there is \
nothing to refresh: an API token and a login of ntn are not refreshed here.";

const AFTER_LOGOUT_HELP: &str = "\
The tokens of an own OAuth connection are revoked at Notion first. Where Notion cannot be reached nothing is deleted, so that it can be \
tried again; where it refuses, they are deleted here and the page to disconnect them is named. An API token can only be revoked in the \
portal, and a login of ntn is ntn's own.

Examples:
  notion-auth logout                                 the only one that is kept
  notion-auth logout Acme                            the one of this workspace
  notion-auth logout --all --local-only              everything, without asking Notion";

const AFTER_HELP: &str = "\
Without a command the full-screen wizard opens. Data goes to stdout, talk to stderr.

Examples:
  notion-auth                                        open the wizard
  notion-auth --demo                                 rehearse it, offline
  notion-auth paths cli                              read one way in, in full
  notion-auth login --token-stdin < token.txt        sign in from a script
  notion-auth login --path cli                       log in in the browser, through ntn
  notion-auth login --client-id ID --client-secret-stdin < secret.txt  your own OAuth connection
  notion-auth status --check --json                  ask Notion about every credential
  export NOTION_API_TOKEN=\"$(notion-auth token)\"     hand it to this shell's programs
  notion-auth refresh                                renew an own connection's tokens
  notion-auth logout --all                           forget everything kept here

Exit codes:
  0    done
  1    failed
  2    usage
  3    an answer is needed and no one can be asked
  4    not signed in, or Notion refused
  5    network or Notion trouble
  6    nowhere to store
  130  cancelled";
