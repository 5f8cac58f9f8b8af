//! The composition root: parses the command line, starts a front end or a command, and exits. Only `main` sees every layer.

#[path = "main/home.rs"]
mod home;
#[path = "main/login.rs"]
mod login;
#[path = "main/wizard.rs"]
mod wizard;

use home::Home;
use notion_auth::adapters::browser::open_here;
use notion_auth::adapters::core_dumps;
use notion_auth::adapters::environment::Environment;
use notion_auth::cli::{self, AskArgs, Cli, Command, LoginArgs};
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::link::Link;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::question::Index;
use notion_auth::domain::secret::Secret;
use notion_auth::frontends::commands::{
    advise, ask, completions, doctor, env, hand_to, logout, paths, refresh, reset, run, status, switch, token,
};
use notion_auth::frontends::console::Console;
use notion_auth::frontends::headless::Telling;
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
const WIDTH: usize = 80;

/// Exit code for a usage error.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    core_dumps::forbid();
    let width =
        if io::stdout().is_terminal() { tui::size().map_or(WIDTH, |(columns, _)| usize::from(columns).max(20)) } else { WIDTH };
    let mut console = Console::new(io::stdout(), io::stderr(), width.min(100));
    let exit_code = match cli::parse(std::env::args_os()) {
        Ok(cli) => run(cli, &mut console),
        Err(cli::Stop { event: Some(problem), .. }) => console.problem_event(&problem),
        Err(stop) => {
            console.show(&stop.text, stop.to_stdout);
            stop.exit_code
        }
    };
    ExitCode::from(console.finish(exit_code))
}

fn run(cli: Cli, console: &mut Console) -> u8 {
    let environment = Arc::new(Environment::from_process());
    console.is_linear = is_plain(cli.look, &environment);
    console.can_ask = terminal();
    let catalog = match Catalog::shipped() {
        Ok(catalog) => catalog,
        Err(fault) => return console.problem(&Problem::bug(fault)),
    };
    match &cli.command {
        None if !(io::stdin().is_terminal() && io::stdout().is_terminal()) => {
            console.show(&cli::usage(), false);
            return USAGE;
        }
        None => {}
        Some(command) => {
            if let Some(exit_code) = without_a_world(command, catalog, console) {
                return exit_code;
            }
        }
    }
    let telling = telling(&cli);
    let home = Home::build(cli.demo, cli.verbose, cli.command.is_some(), &environment);
    match home.and_then(|home| in_runtime(at_home(home, cli, catalog, &environment, console))) {
        Ok(exit_code) => exit_code,
        Err(problem) => telling.problem(&problem, console),
    }
}

/// Runs a command that needs neither Notion nor this machine. Returns `None` if the command needs them.
fn without_a_world(command: &Command, catalog: &Catalog, console: &mut Console) -> Option<u8> {
    Some(match command {
        Command::Paths(args) => paths::run(args, catalog, console),
        Command::Ask(args) => answer(args, catalog, console),
        Command::Completions(args) => completions::run(args, console),
        Command::Man => completions::man(console),
        Command::OpenLink(args) => open_link(&args.url, console),
        Command::Advise(_)
        | Command::Login(_)
        | Command::Status(_)
        | Command::Doctor(_)
        | Command::Token(_)
        | Command::Env(_)
        | Command::Run(_)
        | Command::HandTo(_)
        | Command::Switch(_)
        | Command::Refresh(_)
        | Command::Logout(_)
        | Command::Reset(_) => return None,
    })
}

/// Runs the command. In demo mode, the simulated Notion is served on the same thread.
async fn at_home(
    home: Home,
    cli: Cli,
    catalog: &'static Catalog,
    environment: &Environment,
    console: &mut Console,
) -> Result<u8, Problem> {
    let setup = home.setup(catalog);
    let Home { world, demo, launcher, .. } = home;
    let work = command(cli, world, setup, environment, launcher.as_ref(), console);
    match demo {
        None => work.await,
        Some(rehearsal) => rehearsal.during(work).await,
    }
}

async fn command(
    cli: Cli,
    world: World,
    setup: Setup,
    environment: &Environment,
    launcher: &dyn Launcher,
    console: &mut Console,
) -> Result<u8, Problem> {
    let telling = telling(&cli);
    // An invalid setting is reported before the login, which would otherwise fail only at its last step.
    if let (Some(problem), None | Some(Command::Login(_))) = (&setup.no_store, &cli.command)
        && problem.code == ProblemCode::SettingRefused
    {
        return Err(problem.clone());
    }
    if let (Some(demo), false) = (&setup.demo, matches!(cli.command, None | Some(Command::Login(_)))) {
        home::sign_in_the_example(demo, setup.today, &world).await?;
    }
    // The wizard and `login` show retry waits themselves. `doctor` does not retry, because a rate limit is a finding.
    let world = match &cli.command {
        None | Some(Command::Login(_) | Command::Doctor(_)) => world,
        Some(_) if cli.no_retry => world,
        Some(_) => with_retries(&world, home::announce_retry),
    };
    Ok(match cli.command {
        None => return wizard::wizard(cli.look, !cli.no_retry, world, setup, environment, console).await,
        Some(Command::Login(args)) => login::login(args, telling, !cli.no_retry, world, setup, console).await,
        Some(Command::Advise(args)) => advise::run(&args, setup.catalog, world.machine.as_ref(), console).await,
        Some(Command::Status(args)) => status::run(&args, setup.today, &world, console).await,
        Some(Command::Token(args)) => token::run(&args, setup.today, &world, console).await,
        Some(Command::Refresh(args)) => refresh::run(&args, &world, console).await,
        Some(Command::Logout(args)) => logout::run(&args, &world, setup.catalog, console).await,
        Some(Command::Doctor(args)) => doctor::run(&args, setup.catalog, setup.today, world, console).await,
        Some(Command::Env(args)) => {
            let around = env::Setting {
                is_demo: setup.demo.is_some(),
                today: setup.today,
                keyring_is_off: environment.keyring_off().is_some(),
                is_on_screen: io::stdout().is_terminal(),
            };
            env::run(&args, around, &world, console).await
        }
        Some(Command::Run(args)) => {
            let keyring_is_off = environment.keyring_off().is_some();
            run::run(args, keyring_is_off, setup.today, &world, launcher, console).await
        }
        Some(Command::HandTo(args)) => hand_to::run(args, terminal(), &world, console).await,
        Some(Command::Switch(args)) => switch::run(&args, &world, console).await,
        Some(Command::Reset(args)) => reset::run(&args, &world, terminal().then_some(agrees_to_reset), console).await,
        Some(other) => {
            without_a_world(&other, setup.catalog, console).ok_or_else(|| Problem::bug("this command is nowhere at home"))?
        }
    })
}

/// Returns true for plain mode: lines instead of a screen, lists instead of columns. `TERM` matters only if stdout is a terminal.
fn is_plain(look: cli::Look, environment: &Environment) -> bool {
    look.plain || environment.accessible() || io::stdout().is_terminal() && environment.is_dumb_terminal()
}

/// Returns the output format of `login`: with `--json`, problems before the command starts are events too.
fn telling(cli: &Cli) -> Telling {
    match &cli.command {
        Some(Command::Login(LoginArgs { json: true, .. })) => Telling::Json,
        _ => Telling::Text,
    }
}

/// Runs the future on a single-threaded runtime. At exit, tasks are cancelled and blocking threads are abandoned.
fn in_runtime(work: impl Future<Output = Result<u8, Problem>>) -> Result<u8, Problem> {
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

fn answer(args: &AskArgs, catalog: &Catalog, console: &mut Console) -> u8 {
    match Index::shipped() {
        Ok(index) => ask::run(args, catalog, index, console),
        Err(fault) => console.problem(&Problem::bug(fault)),
    }
}

fn open_link(url: &str, console: &mut Console) -> u8 {
    match Link::checked(url).map_err(|error| Problem::bug(error.to_string())).and_then(|link| open_here(&link)) {
        Ok(()) => 0,
        Err(problem) => {
            // The caller is notion-auth itself, which only needs the evidence.
            console.say(problem.evidence.as_deref().unwrap_or_else(|| problem.headline()));
            problem.exit_code()
        }
    }
}

/// Returns true if a person can be prompted: both standard input and standard error are terminals.
fn terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn agrees_to_reset(console: &mut Console) -> bool {
    console.say("Remove all of it? Type yes and press Enter; anything else removes nothing.");
    stdin::line().is_ok_and(|answer| answer == Secret::new("yes"))
}
