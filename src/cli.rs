//! Parses the command line into a [`Cli`]. Nothing else happens here: no files, no environment, no network, no exit.
//!
//! Secrets are not accepted as arguments. An argument that holds one is refused before clap sees it, because clap repeats
//! unknown arguments in its error messages, and standard error ends up in CI logs.

mod secrets;

use crate::commands::advise::AdviseArgs;
use crate::commands::agents::AgentsArgs;
use crate::commands::ask::AskArgs;
use crate::commands::completions::CompletionsArgs;
use crate::commands::doctor::DoctorArgs;
use crate::commands::env::EnvArgs;
use crate::commands::login::LoginArgs;
use crate::commands::logout::LogoutArgs;
use crate::commands::man::ManArgs;
use crate::commands::mcp::McpArgs;
use crate::commands::open_link::OpenLinkArgs;
use crate::commands::paths::PathsArgs;
use crate::commands::profile::ProfileArgs;
use crate::commands::refresh::RefreshArgs;
use crate::commands::reset::ResetArgs;
use crate::commands::rotate::RotateArgs;
use crate::commands::run::RunArgs;
use crate::commands::scan::ScanArgs;
use crate::commands::send_to::SendToArgs;
use crate::commands::status::StatusArgs;
use crate::commands::switch::SwitchArgs;
use crate::commands::token::TokenArgs;
use crate::domain::command_line::ShellSyntax;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// The version, and in a release build from a checkout its commit.
const VERSION: &str = env!("NOTION_AUTH_VERSION");

/// The parsed command line. `Commands` are those that the definition is built with.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "notion-auth", version = VERSION, about = ABOUT, after_help = AFTER_HELP, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
pub struct Cli<Commands: Subcommand = Command> {
    /// Use a simulated Notion (no network, no real credentials)
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS_HEADING)]
    pub demo: bool,
    /// Log each operation and its outcome to stderr; the wizard writes to a log file (see doctor)
    #[arg(short, long, global = true, help_heading = GLOBAL_OPTIONS_HEADING)]
    pub verbose: bool,
    /// Report temporary failures (rate limit, overload) instead of retrying
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS_HEADING)]
    pub no_retry: bool,
    #[command(flatten)]
    pub display: DisplayArgs,
    /// Open the wizard with the answers of a team's notion-auth.toml (see notion-auth profile)
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// The wizard runs if there is no command.
    #[command(subcommand)]
    pub command: Option<Commands>,
}

impl Cli {
    /// What a command line without arguments means. Asking clap would take a tenth of the time to the first frame.
    fn without_arguments() -> Self {
        Self { demo: false, verbose: false, no_retry: false, display: DisplayArgs::default(), profile: None, command: None }
    }
}

/// No command, for a definition that gets its only one afterwards.
#[derive(Clone, Debug, Subcommand)]
enum NoCommand {}

/// Heading of the global options in `--help`, so that they follow the command's own options.
const GLOBAL_OPTIONS_HEADING: &str = "Global options";

/// Options that control how screens are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args)]
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub struct DisplayArgs {
    /// Disable color (also NO_COLOR)
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS_HEADING)]
    pub no_color: bool,
    /// Use ASCII characters only
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS_HEADING)]
    pub ascii: bool,
    /// Show no spinner
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS_HEADING)]
    pub no_motion: bool,
    /// Print plain lines instead of a full screen, for screen readers (also ACCESSIBLE=1, TERM=dumb)
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS_HEADING)]
    pub plain: bool,
}

/// A command. Those that are not a [`WorldCommand`] need only what is in this program.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    Paths(PathsArgs),
    Ask(AskArgs),
    #[command(flatten)]
    World(WorldCommand),
    Completions(CompletionsArgs),
    Man(ManArgs),
    #[command(hide = true)]
    OpenLink(OpenLinkArgs),
}

/// A command that needs the world: the ports to Notion and to this machine.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum WorldCommand {
    Advise(AdviseArgs),
    Login(LoginArgs),
    Status(StatusArgs),
    Doctor(DoctorArgs),
    Token(TokenArgs),
    Env(EnvArgs),
    Run(RunArgs),
    SendTo(SendToArgs),
    Mcp(McpArgs),
    Agents(AgentsArgs),
    Profile(ProfileArgs),
    Scan(ScanArgs),
    Switch(SwitchArgs),
    Refresh(RefreshArgs),
    Rotate(RotateArgs),
    Logout(LogoutArgs),
    Reset(ResetArgs),
}

/// A function that adds the arguments of a command to its definition.
type AugmentArgs = fn(clap::Command) -> clap::Command;

/// Every command, with its arguments. A test compares this list with [`Command`].
const COMMANDS: [(&str, AugmentArgs); 22] = [
    ("paths", PathsArgs::augment_args),
    ("ask", AskArgs::augment_args),
    ("advise", AdviseArgs::augment_args),
    ("login", LoginArgs::augment_args),
    ("status", StatusArgs::augment_args),
    ("doctor", DoctorArgs::augment_args),
    ("token", TokenArgs::augment_args),
    ("env", EnvArgs::augment_args),
    ("run", RunArgs::augment_args),
    ("send-to", SendToArgs::augment_args),
    ("mcp", McpArgs::augment_args),
    ("agents", AgentsArgs::augment_args),
    ("switch", SwitchArgs::augment_args),
    ("refresh", RefreshArgs::augment_args),
    ("logout", LogoutArgs::augment_args),
    ("reset", ResetArgs::augment_args),
    ("rotate", RotateArgs::augment_args),
    ("scan", ScanArgs::augment_args),
    ("profile", ProfileArgs::augment_args),
    ("completions", CompletionsArgs::augment_args),
    ("man", ManArgs::augment_args),
    ("open-link", OpenLinkArgs::augment_args),
];

/// Returns a definition with the command that the arguments name and no other, because defining all of them takes longer than all the
/// rest of `token` does. What it accepts means the same to the whole definition, which explains what it refuses.
fn small_definition(arguments: &[OsString]) -> clap::Command {
    let definition = Cli::<NoCommand>::command();
    match COMMANDS.iter().find(|(name, _)| first_word(arguments).is_some_and(|word| word == *name)) {
        Some((name, augment)) => definition.subcommand(augment(clap::Command::new(*name))),
        None => definition,
    }
}

/// Returns the first argument that is no option: the command, unless it is the file that `--profile` names.
fn first_word(arguments: &[OsString]) -> Option<&OsString> {
    arguments.iter().skip(1).find(|argument| !argument.to_string_lossy().starts_with('-'))
}

/// A text to print instead of running a command. Help and version go to standard output, everything else to standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyExit {
    pub text: String,
    pub to_stdout: bool,
    pub exit_code: u8,
    /// The error as a problem, for programs that read JSON events (`login --json`): every such run ends with an event.
    pub problem: Option<Problem>,
}

/// Parses the command line; the first argument is the program's name.
pub fn parse<T: Into<OsString>>(arguments: impl IntoIterator<Item = T>) -> Result<Cli, EarlyExit> {
    let arguments = help_as_option(arguments.into_iter().map(Into::into).collect());
    if arguments.len() <= 1 {
        return Ok(Cli::without_arguments());
    }
    let stop = |code: ProblemCode, text: String| {
        let text = ShellSyntax::HERE.translate(&text);
        let problem = |evidence: &str| match code {
            ProblemCode::InputRequired => Problem::needed(MissingInput::Option, evidence),
            _ => Problem::new(code).with_evidence(evidence),
        };
        let event = wants_json_events(&arguments).then(|| problem(&one_line_summary(&text)));
        EarlyExit { text, to_stdout: false, exit_code: code.text().kind.exit_code(), problem: event }
    };
    if secrets::own_arguments(&arguments).any(|argument| secrets::has_secret(argument)) {
        return Err(stop(ProblemCode::Usage, secrets::SECRET_IN_ARGUMENTS.into()));
    }
    let matches = small_definition(&arguments).try_get_matches_from(&arguments);
    let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches)).or_else(|_| Cli::try_parse_from(&arguments));
    let cli = cli.map_err(|error| {
        let text = secrets::redact_opaque_words(error.render().to_string(), &arguments);
        if error.use_stderr() {
            stop(ProblemCode::Usage, text)
        } else {
            EarlyExit { text: ShellSyntax::HERE.translate(&text), to_stdout: true, exit_code: 0, problem: None }
        }
    })?;
    if let Some(Command::World(WorldCommand::Login(login))) = &cli.command {
        // With a profile, what is missing may be in the file.
        if login.profile.is_none() {
            login.validate().map_err(|fault| stop(fault.code, render_login_error(fault.message)))?;
        }
    }
    if cli.profile.is_some() && cli.command.is_some() {
        return Err(stop(ProblemCode::Usage, PROFILE_BEFORE_COMMAND.into()));
    }
    Ok(cli)
}

/// Rewrites `help COMMAND` as `COMMAND --help`.
fn help_as_option(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_option = |argument: &OsString| argument.to_string_lossy().starts_with('-');
    let first = arguments.iter().skip(1).position(|argument| !is_option(argument)).map(|index| index + 1);
    if let Some(index) = first.filter(|index| arguments.get(*index).is_some_and(|argument| argument == "help")) {
        arguments.remove(index);
        arguments.push("--help".into());
    }
    arguments
}

/// Renders an error in the arguments of `login` in clap's format.
fn render_login_error(message: &str) -> String {
    let mut command = Cli::<Command>::command();
    command.build();
    let error = command.find_subcommand_mut("login").map_or_else(
        || clap::Error::raw(ErrorKind::ArgumentConflict, message),
        |login| login.error(ErrorKind::ArgumentConflict, message),
    );
    error.render().to_string()
}

/// Checks the raw arguments for `login --json`, because an error must be reported as an event even if parsing fails.
fn wants_json_events(arguments: &[OsString]) -> bool {
    first_word(arguments).is_some_and(|command| command == "login") && arguments.iter().any(|argument| argument == "--json")
}

/// Reduces clap's message and its tips to one line. The problem's own remedies replace clap's closing advice.
fn one_line_summary(text: &str) -> String {
    let mut paragraphs = text.trim_start_matches("error: ").split("\n\n");
    let message = paragraphs.next().into_iter().chain(paragraphs.filter(|paragraph| paragraph.trim_start().starts_with("tip:")));
    let on_one_line = message.map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    on_one_line.collect::<Vec<_>>().join("; ")
}

/// Returns the clap definition without hidden commands, for help, completions and the manual page.
pub fn public_command() -> clap::Command {
    let whole = Cli::<Command>::command();
    let shown: Vec<_> = whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    clap::Command::new("notion-auth")
        .version(VERSION)
        .about(ABOUT)
        .after_help(AFTER_HELP)
        .disable_help_subcommand(true)
        .args(whole.get_arguments())
        .subcommands(shown)
}

/// Returns the message for runs with neither a subcommand nor a terminal: what needs a terminal, and what scripts use instead.
pub fn terminal_required() -> String {
    let mut command = Cli::<Command>::command();
    format!("{TERMINAL_REQUIRED}\n\n{}\n\nFor more information, try '--help'.\n", command.render_usage())
}

const TERMINAL_REQUIRED: &str = "\
error: the wizard needs a terminal, on both standard input and standard output

In a script, use a command:
  notion-auth login --token-stdin < token.txt        sign in with a token
  notion-auth run -- CMD                             run CMD with the token in its environment
  notion-auth status --json                          show what is saved";

const PROFILE_BEFORE_COMMAND: &str = "\
error: --profile before a command has no effect; only the wizard and login use a team profile

  tip: write notion-auth login --profile FILE, or leave out the command

For more information, try '--help'.";

const ABOUT: &str = "Sign in to Notion: compare the options, verify the credential, store it safely";

const AFTER_HELP: &str = "\
Without a command, notion-auth opens a full-screen wizard; with --plain, the wizard prints plain lines. Both need a terminal. \
Results go to stdout, messages to stderr.

Examples:
  notion-auth --demo                                 try the wizard offline
  notion-auth --plain                                the wizard for screen readers
  notion-auth -v                                     the wizard, with a log file (see doctor)
  notion-auth --profile notion-auth.toml             the wizard with your team's answers
  notion-auth ask how long does a token last         an answer with its source
  notion-auth advise --for script                    which method fits, and what you can create
  notion-auth login --token-stdin < token.txt        sign in from a script
  notion-auth login --path cli                       sign in with your browser, using ntn
  notion-auth status --check                         verify every credential with Notion
  notion-auth status --check -v                      the same, with each operation logged
  notion-auth doctor                                 find problems and how to fix them
  notion-auth run -- ntn workers list                run a command with the credential
  notion-auth login --path mcp                       sign in for coding agents
  notion-auth agents                                 coding agents and their connection
  notion-auth scan                                   find tokens in plain text
  eval \"$(notion-auth env)\"                          use it in this shell
  notion-auth profile export                         your setup as a notion-auth.toml for your team
  notion-auth switch Acme                            make another workspace active
  notion-auth send-to github --dry-run               show the commands without running them
  notion-auth reset --dry-run                        show what would be removed
  eval \"$(notion-auth completions bash)\"             enable Tab completion

Exit codes:
  0    success
  1    failure
  2    invalid usage
  3    required input is missing
  4    not signed in, or refused by Notion
  5    network problem, or Notion is unavailable
  6    the credential could not be stored
  7    scan found tokens in plain text
  130  cancelled";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arguments_mean_what_clap_says() {
        assert_eq!(parse(["notion-auth"]), Ok(Cli::try_parse_from(["notion-auth"]).unwrap()));
    }

    #[test]
    fn a_command_is_defined_by_itself_as_it_is_among_all() {
        let mut all = Cli::<Command>::command();
        all.build();
        let names: Vec<_> = all.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let listed = COMMANDS.map(|(name, _)| name);
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), listed.len());
        for name in names {
            let mut alone = small_definition(&["notion-auth".into(), "-v".into(), (&*name).into()]);
            alone.build();
            assert_eq!(alone.get_subcommands().count(), 1, "{name}");
            let among_all = all.find_subcommand_mut(&name).unwrap().render_long_help().to_string();
            assert_eq!(alone.find_subcommand_mut(&name).unwrap().render_long_help().to_string(), among_all, "{name}");
        }
    }
}
