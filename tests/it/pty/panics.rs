//! A panic gives the terminal back before its message prints; one that is contained leaves the screen standing.
//!
//! The product has no way to be made to panic, so this test binary is started again, in a terminal, with ports that do.

use super::{FIRST, WIDE, shows};
use crate::support::fakes::FakeWorld;
use crate::support::headline;
use crate::support::notion::TOKEN;
use crate::support::pty::{TerminalKey, TestTerminal};
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::checks::{CapabilityResponse, Reach, UserList};
use notion_auth::domain::command_line::ShellSyntax;
use notion_auth::domain::credentials::Identity;
use notion_auth::domain::link::Link;
use notion_auth::domain::login::LoginSteps;
use notion_auth::domain::machine::Reachability;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;
use notion_auth::frontends::tui::{self, RenderOptions};
use notion_auth::runtime::Runtime;
use notion_auth::runtime::ports::{Browser, Job, NotionApi, World};
use notion_auth::wizard::app::Model;
use notion_auth::wizard::context::{Setup, TeamProfileSource};
use notion_auth::wizard::theme::Theme;
use std::sync::Arc;
use tokio::sync::Notify;

const CHILD: &str = "pty::panics::a_wizard_with_panicking_ports";

fn start() -> TestTerminal {
    let binary = std::env::current_exe().unwrap();
    let arguments = ["--exact", CHILD, "--ignored", "--nocapture", "--test-threads=1"];
    let terminal = TestTerminal::start(WIDE, binary, &arguments, &[("RUST_BACKTRACE", "0")]);
    terminal.wait_for_text(FIRST);
    // The portal is opened only where a browser is known to appear with it.
    terminal.wait_for_text("✓ browser");
    terminal.send_text("1");
    terminal.wait_for_text("Paste your token");
    terminal
}

#[test]
fn a_panic_gives_the_terminal_back_before_its_message_prints() {
    let terminal = start();
    terminal.send_key(TerminalKey::Enter);
    assert!(!terminal.wait_exit().success());
    terminal.assert_restored();
    assert!(terminal.screen_text().contains("the screen's own thread panicked"), "{}", terminal.screen_text());
    let raw = String::from_utf8_lossy(&terminal.output()).into_owned();
    let given_back = raw.find("\x1b[?1049l").unwrap();
    assert!(given_back < raw.find("the screen's own thread panicked").unwrap());
    assert_eq!(raw.matches("\x1b[?1049l").count(), 1, "given back once");
}

#[test]
fn a_panic_in_a_task_is_a_problem_on_the_screen_which_goes_on() {
    let terminal = start();
    terminal.paste(TOKEN);
    terminal.wait_for_text(headline(ProblemCode::Bug));
    terminal.wait_for_text("whoami panicked");
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Paste your token");
    assert!(!shows(&terminal, "panicked at"), "the hook is silent while the screen stands");
    terminal.send_key(TerminalKey::Ctrl('c'));
    let exit = terminal.wait_exit();
    assert!(exit.success(), "{exit}");
    terminal.assert_restored();
}

/// The two tests above start this one in a terminal.
#[tokio::test]
#[ignore = "the tests above start it, in a terminal"]
async fn a_wizard_with_panicking_ports() {
    let portal_opened = Arc::new(Notify::new());
    let fakes = FakeWorld::new();
    let world = World {
        notion: Arc::new(PanickingNotion),
        browser: Arc::new(NotifyingBrowser(Arc::clone(&portal_opened))),
        ..fakes.world()
    };
    let (mut runtime, inbox) = Runtime::new(world);
    let setup = Setup {
        catalog: Catalog::shipped().unwrap(),
        demo: None,
        today: jiff::civil::date(2026, 11, 22),
        file_place: "nowhere".into(),
        no_store: None,
        notion_host: "api.notion.test".into(),
        file_was_chosen: false,
        login_steps: LoginSteps::All,
        connection: None,
        pkce: notion_auth::domain::oauth::Pkce::Auto,
        shell_syntax: ShellSyntax::Posix,
        no_motion: false,
        team_profile: TeamProfileSource::Off,
    };
    let mut model = Model::new(setup, WIDE.0, WIDE.1);
    let look = RenderOptions {
        theme: Theme::default(),
        in_tmux: false,
        in_screen: false,
        escape_delay: std::time::Duration::from_millis(50),
    };
    tui::restore_on_panic();
    tokio::select! {
        ending = tui::run(&mut model, &mut runtime, inbox, look) => drop(ending.unwrap()),
        () = portal_opened.notified() => panic!("the screen's own thread panicked"),
    }
}

struct NotifyingBrowser(Arc<Notify>);

impl Browser for NotifyingBrowser {
    fn open(&self, _: Link) -> Job<()> {
        self.0.notify_one();
        Box::pin(std::future::pending())
    }
}

struct PanickingNotion;

impl NotionApi for PanickingNotion {
    fn whoami(&self, _: Secret) -> Job<Identity> {
        panic!("whoami panicked")
    }

    fn list_users(&self, _: Secret) -> Job<CapabilityResponse<UserList>> {
        Box::pin(std::future::pending())
    }

    fn user_exists(&self, _: Secret, _: String) -> Job<CapabilityResponse<bool>> {
        Box::pin(std::future::pending())
    }

    fn search(&self, _: Secret) -> Job<CapabilityResponse<Reach>> {
        Box::pin(std::future::pending())
    }

    fn reach_host(&self) -> Job<Reachability> {
        Box::pin(async { panic!("reaching panicked") })
    }
}
