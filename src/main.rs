//! The composition root: parses the command line, starts a front end or a command, and exits. Only `main` sees every layer.

#[path = "main/home.rs"]
mod home;
#[path = "main/login.rs"]
mod login;
#[path = "main/wizard.rs"]
mod wizard;

use home::Composition;
use notion_auth::adapters::machine::browser::open_in_browser;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::process::core_dumps;
use notion_auth::cli::{self, AskArgs, Cli, Command, LoginArgs};
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::link::Link;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::question::QuestionIndex;
use notion_auth::domain::secret::Secret;
use notion_auth::frontends::commands::{
    advise, ask, completions, doctor, env, logout, paths, refresh, reset, run, send_to, status, switch, token,
};
use notion_auth::frontends::console::Console;
use notion_auth::frontends::headless::OutputFormat;
use notion_auth::frontends::stdin;
use notion_auth::frontends::tui;
use notion_auth::runtime::ports::{Launcher, World};
use notion_auth::runtime::retry::with_retries;
use notion_auth::wizard::context::Setup;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Columns to wrap text to if standard output is not a terminal.
const DEFAULT_COLUMNS: usize = 80;

/// Exit code for a usage error.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    core_dumps::disable();
    let width = if io::stdout().is_terminal() {
        tui::terminal_size().map_or(DEFAULT_COLUMNS, |(columns, _)| usize::from(columns).max(20))
    } else {
        DEFAULT_COLUMNS
    };
    let mut console = Console::new(io::stdout(), io::stderr(), width.min(100));
    let exit_code = match cli::parse(std::env::args_os()) {
        Ok(cli) => run(cli, &mut console),
        Err(cli::EarlyExit { problem: Some(problem), .. }) => console.write_problem_event(&problem),
        Err(stop) => {
            console.write_preformatted(&stop.text, stop.to_stdout);
            stop.exit_code
        }
    };
    ExitCode::from(console.finish(exit_code))
}

fn run(cli: Cli, console: &mut Console) -> u8 {
    let environment = Arc::new(Environment::from_process());
    console.is_plain = is_plain_mode(cli.display, &environment);
    console.is_interactive = is_interactive();
    let catalog = match Catalog::shipped() {
        Ok(catalog) => catalog,
        Err(fault) => return console.write_problem(&Problem::bug(fault)),
    };
    match &cli.command {
        None if !(io::stdin().is_terminal() && io::stdout().is_terminal()) => {
            console.write_preformatted(&cli::short_usage(), false);
            return EXIT_USAGE;
        }
        None => {}
        Some(command) => {
            if let Some(exit_code) = run_without_ports(command, catalog, console) {
                return exit_code;
            }
        }
    }
    let telling = output_format(&cli);
    let home = Composition::build(cli.demo, cli.verbose, cli.command.is_some(), &environment);
    match home.and_then(|home| block_on_runtime(run_with_demo_server(home, cli, catalog, &environment, console))) {
        Ok(exit_code) => exit_code,
        Err(problem) => telling.report_problem(&problem, console),
    }
}

/// Runs a command that needs neither Notion nor this machine. Returns `None` if the command needs them.
fn run_without_ports(command: &Command, catalog: &Catalog, console: &mut Console) -> Option<u8> {
    Some(match command {
        Command::Paths(args) => paths::run(args, catalog, console),
        Command::Ask(args) => run_ask(args, catalog, console),
        Command::Completions(args) => completions::run(args, console),
        Command::Man => completions::run_man(console),
        Command::OpenLink(args) => open_link(&args.url, console),
        Command::Advise(_)
        | Command::Login(_)
        | Command::Status(_)
        | Command::Doctor(_)
        | Command::Token(_)
        | Command::Env(_)
        | Command::Run(_)
        | Command::SendTo(_)
        | Command::Switch(_)
        | Command::Refresh(_)
        | Command::Logout(_)
        | Command::Reset(_) => return None,
    })
}

/// Runs the command. In demo mode, the simulated Notion is served on the same thread.
async fn run_with_demo_server(
    home: Composition,
    cli: Cli,
    catalog: &'static Catalog,
    environment: &Environment,
    console: &mut Console,
) -> Result<u8, Problem> {
    let setup = home.setup(catalog);
    let Composition { world, demo, launcher, .. } = home;
    let work = run_command(cli, world, setup, environment, launcher.as_ref(), console);
    match demo {
        None => work.await,
        Some(rehearsal) => rehearsal.serve_during(work).await,
    }
}

async fn run_command(
    cli: Cli,
    world: World,
    setup: Setup,
    environment: &Environment,
    launcher: &dyn Launcher,
    console: &mut Console,
) -> Result<u8, Problem> {
    let telling = output_format(&cli);
    // An invalid setting is reported before the login, which would otherwise fail only at its last step.
    if let (Some(problem), None | Some(Command::Login(_))) = (&setup.no_store, &cli.command)
        && problem.code == ProblemCode::SettingRefused
    {
        return Err(problem.clone());
    }
    if let (Some(demo), false) = (&setup.demo, matches!(cli.command, None | Some(Command::Login(_)))) {
        home::sign_in_demo_account(demo, setup.today, &world).await?;
    }
    // The wizard and `login` show retry waits themselves. `doctor` does not retry, because a rate limit is a finding.
    let world = match &cli.command {
        None | Some(Command::Login(_) | Command::Doctor(_)) => world,
        Some(_) if cli.no_retry => world,
        Some(_) => with_retries(&world, home::announce_retry_wait),
    };
    Ok(match cli.command {
        None => return wizard::run(cli.display, !cli.no_retry, world, setup, environment, console).await,
        Some(Command::Login(args)) => login::run(args, telling, !cli.no_retry, world, setup, console).await,
        Some(Command::Advise(args)) => advise::run(&args, setup.catalog, world.machine.as_ref(), console).await,
        Some(Command::Status(args)) => status::run(&args, setup.today, &world, console).await,
        Some(Command::Token(args)) => token::run(&args, setup.today, &world, console).await,
        Some(Command::Refresh(args)) => refresh::run(&args, &world, console).await,
        Some(Command::Logout(args)) => logout::run(&args, &world, setup.catalog, console).await,
        Some(Command::Doctor(args)) => doctor::run(&args, setup.catalog, setup.today, world, console).await,
        Some(Command::Env(args)) => {
            let around = env::EnvContext {
                is_demo: setup.demo.is_some(),
                today: setup.today,
                keyring_is_off: environment.keyring_off().is_some(),
                is_terminal: io::stdout().is_terminal(),
            };
            env::run(&args, around, &world, console).await
        }
        Some(Command::Run(args)) => {
            let keyring_is_off = environment.keyring_off().is_some();
            run::run(args, keyring_is_off, setup.today, &world, launcher, console).await
        }
        Some(Command::SendTo(args)) => send_to::run(args, is_interactive(), &world, console).await,
        Some(Command::Switch(args)) => switch::run(&args, &world, console).await,
        Some(Command::Reset(args)) => reset::run(&args, &world, is_interactive().then_some(confirm_reset), console).await,
        Some(other) => {
            run_without_ports(&other, setup.catalog, console).ok_or_else(|| Problem::bug("this command is nowhere at home"))?
        }
    })
}

/// Returns true for plain mode: lines instead of a screen, lists instead of columns. `TERM` matters only if stdout is a terminal.
fn is_plain_mode(look: cli::DisplayArgs, environment: &Environment) -> bool {
    look.plain || environment.wants_accessible() || io::stdout().is_terminal() && environment.is_dumb_terminal()
}

/// Returns the output format of `login`: with `--json`, problems before the command starts are events too.
fn output_format(cli: &Cli) -> OutputFormat {
    match &cli.command {
        Some(Command::Login(LoginArgs { json: true, .. })) => OutputFormat::Json,
        _ => OutputFormat::Text,
    }
}

/// Runs the future on a single-threaded runtime. At exit, tasks are cancelled and blocking threads are abandoned.
fn block_on_runtime(work: impl Future<Output = Result<u8, Problem>>) -> Result<u8, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Idle blocking threads end at once: a keep-alive timer would wake an idle program later, only to end the thread.
        .thread_keep_alive(Duration::ZERO)
        .build()
        .map_err(|error| Problem::bug(error.to_string()))?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_background();
    outcome
}

fn run_ask(args: &AskArgs, catalog: &Catalog, console: &mut Console) -> u8 {
    match QuestionIndex::shipped() {
        Ok(index) => ask::run(args, catalog, index, console),
        Err(fault) => console.write_problem(&Problem::bug(fault)),
    }
}

fn open_link(url: &str, console: &mut Console) -> u8 {
    match Link::parse(url).map_err(|error| Problem::bug(error.to_string())).and_then(|link| open_in_browser(&link)) {
        Ok(()) => 0,
        Err(problem) => {
            // The caller is notion-auth itself, which only needs the evidence.
            console.write_message(problem.evidence.as_deref().unwrap_or_else(|| problem.headline()));
            problem.exit_code()
        }
    }
}

/// Returns true if a person can be prompted: both standard input and standard error are terminals.
fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn confirm_reset(console: &mut Console) -> bool {
    console.write_message("Remove all of it? Type yes and press Enter; anything else removes nothing.");
    stdin::read_line().is_ok_and(|answer| answer == Secret::new("yes"))
}
