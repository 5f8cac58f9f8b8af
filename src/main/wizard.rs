//! Runs the wizard, on the full screen or in plain mode, and prints its outcome.

use notion_auth::adapters::machine::environment::Environment;
use notion_auth::cli::DisplayArgs;
use notion_auth::domain::credentials::{SignInOutcome, StoreKind};
use notion_auth::domain::problem::Problem;
use notion_auth::frontends::console::Console;
use notion_auth::frontends::plain;
use notion_auth::frontends::tui::{self, ExitReason, RenderOptions};
use notion_auth::runtime::Runtime;
use notion_auth::runtime::ports::World;
use notion_auth::runtime::team_profile;
use notion_auth::wizard::app::Model;
use notion_auth::wizard::context::{Setup, TeamProfileSource};
use notion_auth::wizard::msg::Outcome;
use notion_auth::wizard::theme::Theme;
use std::path::PathBuf;

/// The last line of a demo.
const DEMO_ENDED: &str = "Demo ended. Nothing was saved.";

/// The options of the command line that the wizard follows.
pub struct WizardOptions {
    pub display: DisplayArgs,
    pub retries: bool,
    /// The team profile to use.
    pub profile: Option<PathBuf>,
}

pub async fn run(
    options: WizardOptions,
    world: World,
    setup: Setup,
    environment: &Environment,
    console: &mut Console,
) -> Result<u8, Problem> {
    let WizardOptions { display, retries, profile } = options;
    let is_demo = setup.demo.is_some();
    // A file that was named is read before the first frame, so that what is wrong with it can be read.
    let team_profile = match profile {
        Some(path) => TeamProfileSource::Named(Box::new(team_profile::load(path, &world).await?)),
        None => TeamProfileSource::Search,
    };
    let setup = Setup { no_motion: display.no_motion, team_profile, ..setup };
    let ascii = display.ascii || environment.wants_ascii();
    let (mut runtime, inbox) = Runtime::with_task_thread(world);
    runtime.set_retries(retries);
    let exit_reason = if console.is_plain {
        plain::restore_on_panic();
        plain::run(&mut Model::for_plain_mode(setup), &mut runtime, inbox, ascii).await
    } else {
        let options = RenderOptions {
            theme: Theme { mono: display.no_color || environment.wants_no_color(), ascii, plain: false },
            in_tmux: environment.in_tmux(),
            in_screen: environment.in_screen(),
            escape_delay: environment.escape_delay(),
        };
        let (columns, rows) = tui::terminal_size().unwrap_or((80, 24));
        tui::restore_on_panic();
        tui::run(&mut Model::new(setup, columns, rows), &mut runtime, inbox, options).await
    };
    match exit_reason.map_err(|error| Problem::bug(error.to_string()))? {
        ExitReason::Signal(signal) => return Ok(signal.exit_code()),
        ExitReason::Outcome(Outcome::Cancelled) => return Ok(130),
        // The last page has printed the outcome already.
        ExitReason::Outcome(_) if console.is_plain => {}
        ExitReason::Outcome(Outcome::Done(done)) => print_outcome(&done, is_demo, console),
        ExitReason::Outcome(Outcome::Finished(line)) => console.write_message(&line),
    }
    if is_demo {
        console.write_message(DEMO_ENDED);
    }
    Ok(0)
}

/// Prints the outcome to the main screen after the alternate screen is left.
fn print_outcome(done: &SignInOutcome, is_demo: bool, console: &mut Console) {
    let who = done.record.user.as_deref().unwrap_or("this token");
    let workspace = done.record.workspace.name.as_deref().unwrap_or(&done.record.workspace.id);
    console.write_message(&format!("Signed in as {who} in {workspace}."));
    match done.record.store {
        _ if is_demo => {}
        StoreKind::None => console.write_message(&done.receipt.place),
        StoreKind::Ntn => console.write_message(&format!("Managed by ntn: {}", done.receipt.place)),
        StoreKind::Keychain | StoreKind::File => console.write_message(&format!("Saved in {}", done.receipt.place)),
    }
}
