//! The composition root: builds the world, chooses a front end, exits. The only place that sees every layer.

use jiff::civil::Date;
use notion_auth::adapters::browser::{SystemBrowser, open_here};
use notion_auth::adapters::clipboard::SystemClipboard;
use notion_auth::adapters::credential_store::LocalStore;
use notion_auth::adapters::demo_loopback::DemoLoopback;
use notion_auth::adapters::demo_managers::DemoManagers;
use notion_auth::adapters::demo_ntn::DemoNtn;
use notion_auth::adapters::demo_workers::DemoWorkers;
use notion_auth::adapters::environment::Environment;
use notion_auth::adapters::folders::Folders;
use notion_auth::adapters::launcher::BesideUs;
#[cfg(unix)]
use notion_auth::adapters::launcher::InOurPlace;
use notion_auth::adapters::loopback::LoopbackListener;
use notion_auth::adapters::machine::{DemoMachine, LocalMachine};
use notion_auth::adapters::notion_api::NotionClient;
use notion_auth::adapters::ntn_login::LocalNtn;
use notion_auth::adapters::secret_managers::LocalManagers;
use notion_auth::adapters::simulated_notion::SimulatedNotion;
use notion_auth::adapters::traced::{Trace, traced};
use notion_auth::adapters::workers::LocalWorkers;
use notion_auth::cli::{self, AskArgs, Cli, Command, LoginArgs};
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::catalog::{Catalog, PathId};
use notion_auth::domain::credential::{Candidate, Done, Secrets, StoreKind};
use notion_auth::domain::link::Link;
use notion_auth::domain::login::Steps;
use notion_auth::domain::oauth::{Client, Pkce};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::question::Index;
use notion_auth::domain::secret::Secret;
use notion_auth::frontends::commands::{
    advise, ask, completions, doctor, env, hand_to, logout, paths, refresh, reset, run, status, switch, token,
};
use notion_auth::frontends::console::Console;
use notion_auth::frontends::headless::{self, Answers, Telling, Way};
use notion_auth::frontends::plain;
use notion_auth::frontends::stdin;
use notion_auth::frontends::tui::{self, Ending};
use notion_auth::runtime::ports::{Launcher, World};
use notion_auth::runtime::{Runtime, verify};
use notion_auth::wizard::app::Model;
use notion_auth::wizard::context::{ChosenConnection, Demo, Example, ExampleClient, Setup};
use notion_auth::wizard::msg::Outcome;
use notion_auth::wizard::theme::Theme;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Said at the end of the demo.
const REHEARSED: &str = "That was the demo. Nothing was kept.";

/// Columns that text is wrapped to where no terminal says otherwise.
const WIDTH: usize = 80;

fn main() -> ExitCode {
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
    let catalog = match Catalog::shipped() {
        Ok(catalog) => catalog,
        Err(fault) => return console.problem(&Problem::bug(fault)),
    };
    match &cli.command {
        Some(Command::Paths(args)) => return paths::run(args, catalog, console),
        Some(Command::Completions(args)) => return completions::run(args, console),
        Some(Command::Man) => return completions::man(console),
        Some(Command::Advise(args)) => return advise::run(args, catalog, console),
        Some(Command::Ask(args)) => return answer(args, catalog, console),
        Some(Command::OpenLink(args)) => return open_link(&args.url, console),
        None if !(io::stdin().is_terminal() && io::stdout().is_terminal()) => {
            console.show(&cli::usage(), false);
            return 2;
        }
        _ => {}
    }
    let telling = telling(&cli);
    match Home::build(&cli, &environment).and_then(|home| in_runtime(home.run(cli, catalog, &environment, console))) {
        Ok(exit_code) => exit_code,
        Err(problem) => telling.problem(&problem, console),
    }
}

/// Lines instead of a screen, and lists instead of columns. What goes into a pipe or a file is on no terminal, not even a dumb one.
fn is_plain(look: cli::Look, environment: &Environment) -> bool {
    look.plain || environment.accessible() || io::stdout().is_terminal() && environment.is_dumb_terminal()
}

/// Who reads events reads problems as events too, also those met before the command could begin.
fn telling(cli: &Cli) -> Telling {
    match &cli.command {
        Some(Command::Login(LoginArgs { json: true, .. })) => Telling::Json,
        _ => Telling::Text,
    }
}

/// One thread; tasks are cancelled and the threads behind them are left behind when the program ends.
fn in_runtime(work: impl Future<Output = Result<u8, Problem>>) -> Result<u8, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // An idle thread of the blocking pool ends at once; one that waited for more work would wake a still screen to end itself.
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
            // Its caller is ourselves: what was seen is all it asks for.
            console.say(problem.evidence.as_deref().unwrap_or_else(|| problem.headline()));
            problem.exit_code()
        }
    }
}

/// The world and what belongs to it.
struct Home {
    world: World,
    /// The host that tokens are sent to, for a person.
    notion_host: String,
    file_was_chosen: bool,
    demo: Option<Rehearsal>,
    /// For `run`. The demo's Notion has to live on beside the command.
    launcher: Box<dyn Launcher>,
}

/// What the demo runs on; its folder is removed when this is dropped.
struct Rehearsal {
    notion: SimulatedNotion,
    _folder: TempDir,
}

impl Home {
    /// Does no I/O but, for the demo, binding a port and making a folder.
    fn build(cli: &Cli, environment: &Arc<Environment>) -> Result<Self, Problem> {
        let trace = cli.verbose.then(trace);
        let home = Self::untraced(cli.demo, trace.clone(), environment)?;
        Ok(match trace {
            Some(trace) => Self { world: traced(home.world, &trace), ..home },
            None => home,
        })
    }

    /// But for what is said over HTTP.
    fn untraced(is_demo: bool, trace: Option<Trace>, environment: &Arc<Environment>) -> Result<Self, Problem> {
        let program = std::env::current_exe().map_err(|error| Problem::bug(error.to_string()))?;
        let browser = Arc::new(SystemBrowser::new(program));
        let clipboard = Arc::new(SystemClipboard::new(Arc::clone(environment)));
        if is_demo {
            let notion = SimulatedNotion::bind()?;
            let folder = private_temporary_folder().map_err(|error| Problem::bug(error.to_string()))?;
            let base = BaseUrl::checked(&notion.base_url())?;
            let client = NotionClient::traced(base, trace);
            let world = World {
                notion: Arc::new(client.clone()),
                oauth: Arc::new(client),
                loopback: Arc::new(DemoLoopback::new(notion.consent())),
                workers: Arc::new(DemoWorkers::new(notion.portal())),
                managers: Arc::new(DemoManagers),
                store: Arc::new(LocalStore::demo(folder.path().to_owned())),
                machine: Arc::new(DemoMachine::new(Arc::clone(environment))),
                browser,
                clipboard,
                ntn: Arc::new(DemoNtn::new(&notion)),
            };
            let launcher = Box::new(BesideUs { base_url: Some(notion.base_url()) });
            let demo = Some(Rehearsal { notion, _folder: folder });
            return Ok(Self { world, notion_host: "the simulated Notion".into(), file_was_chosen: false, demo, launcher });
        }
        let base = environment.api_base_url().map(BaseUrl::checked).transpose()?.unwrap_or_default();
        let folders = Folders::find(environment.auth_home().map(|home| home.as_os_str().to_owned()))?;
        let keyring_off = environment.keyring_off().map(str::to_owned);
        let notion_host = Link::checked(base.as_str()).map(|link| link.host()).unwrap_or_default();
        let file_was_chosen = keyring_off.is_some();
        let client = NotionClient::traced(base, trace);
        let world = World {
            notion: Arc::new(client.clone()),
            oauth: Arc::new(client),
            loopback: Arc::new(LoopbackListener::default()),
            workers: Arc::new(LocalWorkers::new(Arc::clone(environment))),
            managers: Arc::new(LocalManagers::new(Arc::clone(environment))),
            store: Arc::new(LocalStore::new(&folders, keyring_off)),
            machine: Arc::new(LocalMachine::new(Arc::clone(environment))),
            browser,
            clipboard,
            ntn: Arc::new(LocalNtn::new(Arc::clone(environment))),
        };
        #[cfg(unix)]
        let launcher = Box::new(InOurPlace);
        #[cfg(not(unix))]
        let launcher = Box::new(BesideUs::default());
        Ok(Self { world, notion_host, file_was_chosen, demo: None, launcher })
    }

    /// Serves the simulated Notion, where there is one, from the thread that uses it.
    async fn run(
        self,
        cli: Cli,
        catalog: &'static Catalog,
        environment: &Environment,
        console: &mut Console,
    ) -> Result<u8, Problem> {
        let setup = Setup {
            catalog,
            demo: self.demo.as_ref().map(|rehearsal| rehearse(&rehearsal.notion)),
            today: today(),
            file_place: self.world.store.file_place(),
            notion_host: self.notion_host,
            file_was_chosen: self.file_was_chosen,
            login_steps: Steps::All,
            connection: None,
            pkce: Pkce::Auto,
        };
        let work = command(cli, self.world, setup, environment, self.launcher.as_ref(), console);
        match self.demo {
            None => work.await,
            Some(Rehearsal { notion, _folder }) => tokio::select! {
                biased;
                exit_code = work => exit_code,
                () = notion.serve() => Err(Problem::bug("the simulated Notion ended")),
            },
        }
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
    if let (Some(demo), false) = (&setup.demo, matches!(cli.command, None | Some(Command::Login(_)))) {
        sign_in_the_example(demo, setup.today, &world).await?;
    }
    Ok(match cli.command {
        None => return wizard(cli.look, world, setup, environment, console).await,
        Some(Command::Login(args)) => login(args, telling, world, setup, console).await,
        Some(Command::Status(args)) => status::run(&args, setup.today, &world, console).await,
        Some(Command::Token(args)) => token::run(&args, setup.today, &world, console).await,
        Some(Command::Refresh(args)) => refresh::run(&args, &world, console).await,
        Some(Command::Logout(args)) => logout::run(&args, &world, setup.catalog, console).await,
        Some(Command::Paths(args)) => paths::run(&args, setup.catalog, console),
        Some(Command::Ask(args)) => answer(&args, setup.catalog, console),
        Some(Command::Advise(args)) => advise::run(&args, setup.catalog, console),
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
        Some(Command::Completions(args)) => completions::run(&args, console),
        Some(Command::Man) => completions::man(console),
        Some(Command::OpenLink(args)) => open_link(&args.url, console),
    })
}

/// Of `-v`, each line in one piece. Nobody is left to be told that standard error cannot be written.
fn trace() -> Trace {
    Trace::new(|line| {
        let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
    })
}

/// A demo starts empty each time. What there is to do once somebody has signed in could not be rehearsed otherwise.
async fn sign_in_the_example(demo: &Demo, today: Date, world: &World) -> Result<(), Problem> {
    let Some(example) = demo.examples.first() else { return Ok(()) };
    let secret = Secret::new(example.token.as_str());
    let verified = verify(world, Candidate::Pasted { secret: secret.clone(), path: PathId::Token }).await?;
    world.store.keep(verified.record(StoreKind::Keychain, None, today), Secrets::of_token(secret)).await.map(|_| ())
}

/// Whether somebody can be asked, and answer.
fn terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn agrees_to_reset(console: &mut Console) -> bool {
    console.say("Remove all of it? Type yes and press Enter; anything else removes nothing.");
    stdin::line().is_ok_and(|answer| answer == Secret::new("yes"))
}

async fn wizard(
    flags: cli::Look,
    world: World,
    setup: Setup,
    environment: &Environment,
    console: &mut Console,
) -> Result<u8, Problem> {
    if is_plain(flags, environment) {
        return plain_wizard(world, setup, flags.ascii || environment.wants_ascii(), console).await;
    }
    let theme =
        Theme { mono: flags.no_color || environment.no_color(), ascii: flags.ascii || environment.wants_ascii(), linear: false };
    let look = tui::Look { theme, in_tmux: environment.in_tmux(), in_screen: environment.in_screen() };
    let (columns, rows) = tui::size().unwrap_or((80, 24));
    let is_demo = setup.demo.is_some();
    let mut model = Model::new(setup, columns, rows);
    let (mut runtime, inbox) = Runtime::new(world);
    tui::restore_on_panic();
    let ending = tui::run(&mut model, &mut runtime, inbox, look).await.map_err(|error| Problem::bug(error.to_string()))?;
    Ok(match ending {
        Ending::Outcome(Outcome::Done(done)) => {
            tell(&done, is_demo, console);
            0
        }
        Ending::Outcome(Outcome::Finished(line)) => {
            console.say(&line);
            if is_demo {
                console.say(REHEARSED);
            }
            0
        }
        Ending::Outcome(Outcome::Cancelled) => 130,
        Ending::Signal(signal) => signal.exit_code(),
    })
}

/// The same, line by line. What its last page told is not told again.
async fn plain_wizard(world: World, setup: Setup, ascii: bool, console: &mut Console) -> Result<u8, Problem> {
    let is_demo = setup.demo.is_some();
    let mut model = Model::in_lines(setup);
    let (mut runtime, inbox) = Runtime::new(world);
    plain::restore_on_panic();
    let ending = plain::run(&mut model, &mut runtime, inbox, ascii).await.map_err(|error| Problem::bug(error.to_string()))?;
    Ok(match ending {
        Ending::Outcome(Outcome::Done(_) | Outcome::Finished(_)) => {
            if is_demo {
                console.say(REHEARSED);
            }
            0
        }
        Ending::Outcome(Outcome::Cancelled) => 130,
        Ending::Signal(signal) => signal.exit_code(),
    })
}

/// A temporary folder follows the umask, unless it is told not to.
fn private_temporary_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("notion-auth-demo-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// What remains on the screen once the wizard has left it.
fn tell(done: &Done, is_demo: bool, console: &mut Console) {
    let who = done.record.user.as_deref().unwrap_or("this token");
    let workspace = done.record.workspace.name.as_deref().unwrap_or(&done.record.workspace.id);
    console.say(&format!("Signed in as {who} in {workspace}."));
    match done.record.store {
        _ if is_demo => console.say(REHEARSED),
        StoreKind::None => console.say(&done.receipt.place),
        StoreKind::Ntn => console.say(&format!("Managed by ntn: {}", done.receipt.place)),
        StoreKind::Keychain | StoreKind::File => console.say(&format!("Kept: {}", done.receipt.place)),
    }
}

async fn login(args: LoginArgs, telling: Telling, world: World, setup: Setup, console: &mut Console) -> u8 {
    let way = match sign_in_with(&args, setup.today, console) {
        Ok(way) => way,
        Err(problem) => return telling.problem(&problem, console),
    };
    let answers = Answers { path: args.path, way, store: args.store };
    let file_was_chosen = setup.file_was_chosen || (!args.token_stdin && args.store == Some(StoreKind::File));
    let connection = args.client_id.clone().map(|client_id| ChosenConnection { client_id, port: args.port });
    let setup = Setup { file_was_chosen, login_steps: steps(&args), connection, pkce: args.pkce, ..setup };
    let (runtime, inbox) = Runtime::new(world);
    let model = Model::new(setup, 80, 24);
    headless::login(model, runtime, inbox, answers, telling, console).await
}

fn sign_in_with(args: &LoginArgs, today: Date, console: &mut Console) -> Result<Way, Problem> {
    // Without a terminal, nobody is known to sit before this screen.
    let opens = !args.no_browser && io::stderr().is_terminal();
    if let Some(id) = &args.client_id {
        if io::stdin().is_terminal() {
            console.say("Paste the client secret and press Enter. It will show on this terminal; the wizard masks it.");
        }
        let client = Client { id: id.clone(), secret: stdin::line()? };
        return Ok(Way::Connection { client, opens, addresses: stdin::lines()? });
    }
    if !args.token_stdin {
        return Ok(Way::Browser { opens });
    }
    if io::stdin().is_terminal() {
        console.say("Paste the token, then press Enter and Ctrl-D. It will show on this terminal; the wizard masks it.");
    }
    Ok(Way::Token { token: stdin::all()?, expires_on: args.expires.and_then(|lifetime| lifetime.ends(today)) })
}

fn steps(args: &LoginArgs) -> Steps {
    match (args.no_wait, args.resume) {
        (true, _) => Steps::Begin,
        (_, true) => Steps::Resume,
        (false, false) => Steps::All,
    }
}

fn rehearse(notion: &SimulatedNotion) -> Demo {
    let example = |token: &notion_auth::adapters::simulated_notion::ExampleToken| Example {
        token: token.token.into(),
        who: token.who.into(),
        happens: token.what_happens.into(),
    };
    let (id, secret) = SimulatedNotion::example_client();
    let client = ExampleClient { id: id.into(), secret: secret.into() };
    Demo { portal: notion.portal(), examples: SimulatedNotion::example_tokens().iter().map(example).collect(), client }
}

/// The day in UTC: expiry is a matter of days, and reading the time zone would cost a file before the first frame.
#[expect(clippy::disallowed_methods, reason = "the one clock, read once and handed to the core as data")]
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
