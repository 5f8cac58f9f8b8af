//! The composition root: parses the command line, starts a front end or a command, and exits. Only `main` sees every layer.

#[path = "main/composition.rs"]
mod composition;
#[path = "main/wizard.rs"]
mod wizard;

use composition::Composition;
use notion_auth::adapters::machine::browser::open_in_browser;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::process::core_dumps;
use notion_auth::cli::{self, Cli, Command, DisplayArgs, WorldCommand};
use notion_auth::commands::{
    advise, agents, ask, completions, doctor, env, login, logout, man, mcp, open_link, paths, profile, refresh, reset, rotate, run,
    scan, send_to, status, switch, token,
};
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::command_line::ShellSyntax;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::frontends::console::Console;
use notion_auth::frontends::headless::OutputFormat;
use notion_auth::frontends::tui;
use notion_auth::runtime::retry::with_retries;
use std::io::{self, IsTerminal};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use wizard::WizardOptions;

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
    console.shell_syntax = ShellSyntax::HERE;
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
    console.shows_messages = io::stderr().is_terminal();
    console.is_interactive = console.shows_messages && io::stdin().is_terminal();
    let command = match cli.command {
        Some(Command::Paths(args)) => return with_catalog(console, |catalog, console| paths::run(&args, catalog, console)),
        Some(Command::Ask(args)) => return with_catalog(console, |catalog, console| ask::run(&args, catalog, console)),
        Some(Command::Completions(args)) => return completions::run(&args, cli::public_command(), console),
        Some(Command::Man(_)) => return man::run(cli::public_command(), console),
        Some(Command::OpenLink(args)) => return open_link::run(&args, open_in_browser, console),
        Some(Command::World(command)) => Some(command),
        None if io::stdin().is_terminal() && io::stdout().is_terminal() => None,
        None => {
            console.write_preformatted(&cli::terminal_required(), false);
            return EXIT_USAGE;
        }
    };
    let output_format = match &command {
        Some(WorldCommand::Login(args)) => args.output_format(),
        _ => OutputFormat::Text,
    };
    let mut log = None;
    let outcome = Composition::build(cli.demo, command.as_ref(), &environment).and_then(|mut composition| {
        if cli.verbose {
            log = composition.start_trace(command.is_none())?;
        }
        let demo_server = composition.demo_server.take();
        let wizard_options = WizardOptions { display: cli.display, retries: !cli.no_retry, profile: cli.profile };
        // In a box, because a future of this size would be moved about on the stack, page by page.
        let work: Pin<Box<dyn Future<Output = Result<u8, Problem>> + '_>> =
            Box::pin(run_with_world(command, wizard_options, composition, console));
        match demo_server {
            None => block_on_runtime(work),
            Some(demo_server) => block_on_runtime(Box::pin(demo_server.serve_during(work))),
        }
    });
    if let Some(path) = log {
        console.write_message_unwrapped(&format!("Log: {}", path.display()));
    }
    outcome.unwrap_or_else(|problem| output_format.report_problem(&problem, console))
}

fn with_catalog(console: &mut Console, command: impl FnOnce(&'static Catalog, &mut Console) -> u8) -> u8 {
    match shipped_catalog() {
        Ok(catalog) => command(catalog, console),
        Err(problem) => console.write_problem(&problem),
    }
}

/// Decodes the catalog. Only what shows a part of it calls this, because `token`, `env` and `run` are to start quickly.
fn shipped_catalog() -> Result<&'static Catalog, Problem> {
    Catalog::shipped().map_err(Problem::bug)
}

/// Runs the wizard, if there is no command, or the command.
async fn run_with_world(
    command: Option<WorldCommand>,
    options: WizardOptions,
    composition: Composition,
    console: &mut Console,
) -> Result<u8, Problem> {
    let retries = options.retries;
    let (environment, today, world) = (&composition.environment, composition.today(), composition.world.clone());
    if matches!(command, None | Some(WorldCommand::Login(_))) {
        // An invalid setting is reported before the login, which would otherwise fail only at its last step.
        if let Some(problem) = composition.store_problem().filter(|problem| problem.code == ProblemCode::SettingRefused) {
            return Err(problem.clone());
        }
    } else if let Some(demo) = &composition.demo {
        composition::sign_in_demo_account(demo, today, &world).await?;
        if matches!(command, Some(WorldCommand::Mcp(_) | WorldCommand::Agents(_))) {
            composition::sign_in_to_demo_mcp(today, &world).await?;
        }
    }
    // The wizard and `login` show retry waits themselves. `doctor` does not retry, because a rate limit is a finding, and neither does the
    // bridge, because its agent waits for an answer.
    let world = match command {
        Some(WorldCommand::Login(_) | WorldCommand::Doctor(_) | WorldCommand::Mcp(_)) | None => world,
        Some(_) if retries => with_retries(&world, composition::announce_retry_wait),
        Some(_) => world,
    };
    let keyring_is_off = environment.keyring_off().is_some();
    let Some(command) = command else {
        return Box::pin(wizard::run(options, world, composition.setup(shipped_catalog()?), environment, console)).await;
    };
    // In a box each, so that a command gets the memory of its own work and not that of the largest: it would be zeroed page by page.
    let work: Pin<Box<dyn Future<Output = u8> + '_>> = match command {
        WorldCommand::Advise(args) => {
            let catalog = shipped_catalog()?;
            Box::pin(async move { advise::run(&args, catalog, world.machine.as_ref(), console).await })
        }
        WorldCommand::Login(args) => Box::pin(login::run(args, retries, world, composition.setup(shipped_catalog()?), console)),
        WorldCommand::Status(args) => Box::pin(async move { status::run(&args, today, &world, console).await }),
        WorldCommand::Doctor(args) => {
            let catalog = shipped_catalog()?;
            Box::pin(async move { doctor::run(&args, catalog, today, world, console).await })
        }
        WorldCommand::Token(args) => Box::pin(async move { token::run(&args, today, &world, console).await }),
        WorldCommand::Env(args) => {
            let is_terminal = io::stdout().is_terminal();
            let context = env::EnvContext { today, is_demo: composition.demo.is_some(), keyring_is_off, is_terminal };
            Box::pin(async move { env::run(&args, context, &world, console).await })
        }
        WorldCommand::Run(args) => {
            let launcher = composition.launcher.as_ref();
            Box::pin(async move { run::run(args, keyring_is_off, today, &world, launcher, console).await })
        }
        WorldCommand::SendTo(args) => Box::pin(async move { send_to::run(args, today, &world, console).await }),
        WorldCommand::Mcp(args) => Box::pin(mcp::run(args, world, console)),
        WorldCommand::Agents(args) => Box::pin(async move { agents::run(args, today, &world, console).await }),
        WorldCommand::Profile(args) => Box::pin(async move { profile::run(args, &world, console).await }),
        WorldCommand::Scan(args) => {
            let catalog = shipped_catalog()?;
            Box::pin(async move { scan::run(&args, today, catalog, &world, console).await })
        }
        WorldCommand::Switch(args) => Box::pin(async move { switch::run(&args, &world, console).await }),
        WorldCommand::Refresh(args) => Box::pin(async move { refresh::run(&args, &world, console).await }),
        WorldCommand::Rotate(args) => {
            let context = rotate::RotateContext {
                today,
                catalog: shipped_catalog()?,
                demo_portal: composition.demo.as_ref().map(|demo| demo.portal.clone()),
            };
            Box::pin(async move { rotate::run(args, &context, &world, console).await })
        }
        WorldCommand::Logout(args) => {
            let catalog = shipped_catalog()?;
            Box::pin(async move { logout::run(&args, &world, catalog, console).await })
        }
        WorldCommand::Reset(args) => Box::pin(async move {
            let confirm = console.is_interactive.then_some(reset::confirm);
            reset::run(&args, &world, confirm, console).await
        }),
    };
    Ok(work.await)
}

/// Returns true for plain mode: lines instead of a screen, lists instead of columns. `TERM` matters only if stdout is a terminal.
fn is_plain_mode(display: DisplayArgs, environment: &Environment) -> bool {
    display.plain || environment.wants_accessible() || io::stdout().is_terminal() && environment.is_dumb_terminal()
}

/// Runs the future on a single-threaded runtime. At exit, tasks are cancelled and blocking threads are abandoned.
fn block_on_runtime(work: Pin<Box<dyn Future<Output = Result<u8, Problem>> + '_>>) -> Result<u8, Problem> {
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
