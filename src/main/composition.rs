//! Builds the adapters behind the ports: the real ones, or those of the demo.

use jiff::civil::Date;
use notion_auth::adapters::calendar_file::{DemoCalendarFiles, LocalCalendarFiles};
use notion_auth::adapters::coding_agents::LocalAgents;
use notion_auth::adapters::demo::agents::DemoAgents;
use notion_auth::adapters::demo::home::DemoHome;
use notion_auth::adapters::demo::loopback::DemoLoopback;
use notion_auth::adapters::demo::ntn::DemoNtn;
use notion_auth::adapters::demo::scan::DemoScan;
use notion_auth::adapters::demo::secret_managers::DemoSecretManagers;
use notion_auth::adapters::demo::simulated_notion::{CONSENT_CODE, ExampleToken, SimulatedNotion};
use notion_auth::adapters::demo::team_profile::DemoProfiles;
use notion_auth::adapters::demo::workers::DemoWorkers;
use notion_auth::adapters::loopback::LoopbackListener;
use notion_auth::adapters::machine::browser::SystemBrowser;
use notion_auth::adapters::machine::clipboard::SystemClipboard;
use notion_auth::adapters::machine::clock::Clock;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::machine::{DemoMachine, LocalMachine};
use notion_auth::adapters::notion_api::mcp::McpClient;
use notion_auth::adapters::notion_api::{ClientOptions, NotionClient};
use notion_auth::adapters::ntn_cli::login::LocalNtn;
use notion_auth::adapters::ntn_cli::workers::LocalWorkers;
use notion_auth::adapters::plain_text_scan::LocalScan;
use notion_auth::adapters::process::launcher::{ExecLauncher, SpawnLauncher};
use notion_auth::adapters::secret_managers::LocalSecretManagers;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::log_file::LogFile;
use notion_auth::adapters::storage::no_store::NoStore;
use notion_auth::adapters::storage::profile_file::LocalProfiles;
use notion_auth::adapters::trace;
use notion_auth::cli::WorldCommand;
use notion_auth::domain::auth_path::AuthMethod;
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::command_line::ShellSyntax;
use notion_auth::domain::credentials::{Candidate, Secrets, StoreKind};
use notion_auth::domain::link::Link;
use notion_auth::domain::login::LoginSteps;
use notion_auth::domain::mcp::McpUrl;
use notion_auth::domain::oauth::{Pkce, RedirectUri};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::retry::RetryWait;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{CredentialStore, Launcher, World};
use notion_auth::runtime::{mcp, verify};
use notion_auth::wizard::context::{Demo, DemoClient, DemoToken, Setup, TeamProfileSource};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// The ports and everything else that a run needs.
pub struct Composition {
    pub environment: Arc<Environment>,
    pub world: World,
    clock: Clock,
    /// The host that tokens are sent to, for display.
    notion_host: String,
    file_was_chosen: bool,
    /// An error is the reason why nothing can be saved on this machine. Commands that only read a credential still work.
    folders: Result<Folders, Problem>,
    pub demo: Option<Demo>,
    pub demo_server: Option<DemoServer>,
    /// Starts the command of `run`. In demo mode it must be a child process, because the simulated Notion keeps running here.
    pub launcher: Box<dyn Launcher>,
}

/// The simulated Notion and the temporary folder of the demo, which is removed on drop.
pub struct DemoServer {
    notion: SimulatedNotion,
    _folder: TempDir,
}

impl Composition {
    /// Does no I/O, except that the demo binds a port and creates a folder. For a command, waiting for a keychain dialog is announced on
    /// standard error; the wizard shows it on screen instead.
    pub fn build(is_demo: bool, command: Option<&WorldCommand>, environment: &Arc<Environment>) -> Result<Self, Problem> {
        let clock = Clock::from_setting(environment.fixed_clock())?;
        let program = std::env::current_exe().map_err(|error| Problem::bug(error.to_string()))?;
        let browser = Arc::new(SystemBrowser::new(program.clone()));
        let clipboard = Arc::new(SystemClipboard::new(Arc::clone(environment)));
        if is_demo {
            let notion = SimulatedNotion::bind()?.with_clock(clock);
            let folder = create_private_temp_folder().map_err(|error| Problem::bug(error.to_string()))?;
            let base = BaseUrl::parse(&notion.base_url())?;
            let client = NotionClient::new(base).with_clock(clock);
            let ntn = DemoNtn::new(&notion);
            let mcp = McpClient::new(McpUrl::parse(&notion.mcp_url()), ClientOptions::default(), clock);
            let home = Arc::new(DemoHome::new(folder.path()));
            let folders = Folders::under(folder.path().to_owned());
            let store: Arc<dyn CredentialStore> = Arc::new(LocalStore::demo(folder.path().to_owned()));
            let world = World {
                notion: Arc::new(client.clone()),
                oauth: Arc::new(client),
                mcp: Arc::new(mcp),
                loopback: Arc::new(DemoLoopback::new(notion.consent())),
                workers: Arc::new(DemoWorkers::new(notion.portal_page())),
                managers: Arc::new(DemoSecretManagers),
                calendar: Arc::new(DemoCalendarFiles { folder: folder.path().to_owned() }),
                agents: Arc::new(DemoAgents::new(Arc::clone(&home), program, &folders, Arc::clone(&store))),
                profiles: Arc::new(DemoProfiles::new(Arc::clone(&home))),
                scan: Arc::new(DemoScan::new(Arc::clone(&home))),
                store,
                machine: Arc::new(DemoMachine::new(Arc::clone(environment), home, ntn.clone())),
                browser,
                clipboard,
                ntn: Arc::new(ntn),
            };
            let launcher = Box::new(SpawnLauncher { base_url: Some(notion.base_url()) });
            let demo = Some(demo_context(&notion));
            let demo_server = Some(DemoServer { notion, _folder: folder });
            return Ok(Self {
                environment: Arc::clone(environment),
                world,
                clock,
                notion_host: "the simulated Notion".into(),
                file_was_chosen: false,
                folders: Ok(folders),
                demo,
                demo_server,
                launcher,
            });
        }
        let base = environment.api_base_url().map(BaseUrl::parse).transpose()?.unwrap_or_default();
        let keyring_off = environment.keyring_off().map(str::to_owned);
        let folders = Folders::find(environment.auth_home().map(|folder| folder.as_os_str().to_owned()));
        let notion_host = Link::parse(base.as_str()).map(|link| link.host()).unwrap_or_default();
        let file_was_chosen = keyring_off.is_some();
        let store: Arc<dyn CredentialStore> = match &folders {
            Ok(folders) => {
                let store = LocalStore::new(folders, keyring_off);
                Arc::new(match command {
                    None => store,
                    Some(command) => {
                        let store = store.with_dialog_notice(Arc::new(announce_keychain_dialog));
                        if passes_credential_on(command) { store.in_place() } else { store }
                    }
                })
            }
            Err(problem) => Arc::new(NoStore::new(problem.clone())),
        };
        let options = ClientOptions { proxies: environment.proxy_settings(), ..ClientOptions::default() };
        let mcp_url = McpUrl::parse(environment.mcp_url().unwrap_or(McpUrl::NOTION));
        let mcp = McpClient::new(mcp_url, options.clone(), clock);
        let client = NotionClient::with_options(base, options).with_clock(clock);
        let world = World {
            notion: Arc::new(client.clone()),
            oauth: Arc::new(client),
            mcp: Arc::new(mcp),
            loopback: Arc::new(LoopbackListener::default()),
            workers: Arc::new(LocalWorkers::new(Arc::clone(environment))),
            managers: Arc::new(LocalSecretManagers::new(Arc::clone(environment))),
            calendar: Arc::new(LocalCalendarFiles),
            agents: Arc::new(LocalAgents::new(Arc::clone(environment), program, folders.as_ref().ok())),
            profiles: Arc::new(LocalProfiles::new(Arc::clone(environment))),
            scan: Arc::new(LocalScan::new(Arc::clone(environment), folders.as_ref().ok().map(|folders| folders.config.clone()))),
            store,
            machine: Arc::new(LocalMachine::new(Arc::clone(environment))),
            browser,
            clipboard,
            ntn: Arc::new(LocalNtn::new(Arc::clone(environment)).with_clock(clock)),
        };
        let launcher = Box::new(ExecLauncher);
        Ok(Self {
            environment: Arc::clone(environment),
            world,
            clock,
            notion_host,
            file_was_chosen,
            folders,
            demo: None,
            demo_server: None,
            launcher,
        })
    }

    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// Returns the reason why nothing can be saved on this machine.
    pub fn store_problem(&self) -> Option<&Problem> {
        self.folders.as_ref().err()
    }

    /// Writes the lines of `-v` from now on: to standard error or, because the wizard owns the terminal, to a log, whose path is
    /// returned. The demo's log lies in its temporary folder and is removed with it.
    pub fn start_trace(&self, is_wizard: bool) -> Result<Option<PathBuf>, Problem> {
        if !is_wizard {
            // One write for a line. A write error is ignored, as there is nowhere to report it.
            trace::install(|line| drop(io::stderr().write_all(format!("{line}\n").as_bytes())));
            return Ok(None);
        }
        let log = LogFile::create(&self.folders.as_ref().map_err(Clone::clone)?.config)?;
        let (path, clock) = (log.path().to_owned(), self.clock);
        trace::install(move |line| log.write_line(&format!("{:.3}  {line}", clock.now())));
        Ok(self.demo_server.is_none().then_some(path))
    }

    /// Returns the wizard's initial settings.
    pub fn setup(&self, catalog: &'static Catalog) -> Setup {
        Setup {
            catalog,
            demo: self.demo.clone(),
            today: self.today(),
            file_place: self.world.store.file_place(),
            no_store: self.store_problem().cloned(),
            notion_host: self.notion_host.clone(),
            file_was_chosen: self.file_was_chosen,
            login_steps: LoginSteps::All,
            connection: None,
            shell_syntax: ShellSyntax::HERE,
            no_motion: false,
            pkce: Pkce::Auto,
            team_profile: TeamProfileSource::Off,
        }
    }
}

impl DemoServer {
    /// Serves the simulated Notion until `work` completes.
    pub async fn serve_during<T>(self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        tokio::select! {
            biased;
            outcome = work => outcome,
            () = self.notion.serve() => Err(Problem::bug("the simulated Notion ended")),
        }
    }
}

/// Signs in with the first example token. A demo starts empty each time, so commands would find no credential otherwise.
pub async fn sign_in_demo_account(demo: &Demo, today: Date, world: &World) -> Result<(), Problem> {
    let Some(example) = demo.examples.first() else { return Ok(()) };
    let secret = Secret::new(example.token.as_str());
    let verified = verify(world, Candidate::Pasted { secret: secret.clone(), path: AuthMethod::Token.path() }).await?;
    world.store.save(verified.record(StoreKind::Keychain, None, today), Secrets::from_token(secret)).await.map(|_| ())
}

/// Signs in to the simulated MCP server, as a person would have done before an agent starts the bridge.
pub async fn sign_in_to_demo_mcp(today: Date, world: &World) -> Result<(), Problem> {
    let attempt = mcp::begin_sign_in(world, RedirectUri::default()).await?;
    let signed_in = mcp::finish_sign_in(world, attempt, Secret::new(CONSENT_CODE)).await?;
    mcp::save_sign_in(world, signed_in, StoreKind::Keychain, today).await.map(|_| ())
}

/// True for the commands that do nothing but read one credential. Scripts and other programs run them often, so their start counts.
fn passes_credential_on(command: &WorldCommand) -> bool {
    matches!(command, WorldCommand::Token(_) | WorldCommand::Env(_) | WorldCommand::Run(_))
}

fn announce_keychain_dialog() {
    let _ = io::stderr().write_all(b"Waiting for your keychain. If a dialog is open, respond to it. Press Ctrl-C to cancel.\n");
}

/// Announces a retry wait on standard error, because a program may be reading standard output.
pub fn announce_retry_wait(wait: RetryWait) {
    if wait.has_just_begun() {
        let _ = io::stderr().write_all(format!("{}\n", wait.text()).as_bytes());
    }
}

/// Creates a temporary folder with mode 0700, because the default mode follows the umask.
fn create_private_temp_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("notion-auth-demo-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

fn demo_context(notion: &SimulatedNotion) -> Demo {
    let example =
        |token: &ExampleToken| DemoToken { token: token.token.into(), owner: token.owner.into(), outcome: token.effect.into() };
    let (id, secret) = SimulatedNotion::example_client();
    let client = DemoClient { id: id.into(), secret: secret.into() };
    Demo { portal: notion.portal_page(), examples: SimulatedNotion::example_tokens().iter().map(example).collect(), client }
}
