//! Runs the wizard, on the full screen or in plain mode, and prints its outcome.

use notion_auth::adapters::environment::Environment;
use notion_auth::cli::Look;
use notion_auth::domain::credential::{Done, StoreKind};
use notion_auth::domain::problem::Problem;
use notion_auth::frontends::console::Console;
use notion_auth::frontends::plain;
use notion_auth::frontends::tui::{self, Ending};
use notion_auth::runtime::Runtime;
use notion_auth::runtime::ports::World;
use notion_auth::wizard::app::Model;
use notion_auth::wizard::context::Setup;
use notion_auth::wizard::msg::Outcome;
use notion_auth::wizard::theme::Theme;

/// The last line of a demo.
const REHEARSED: &str = "That was the demo. Nothing was kept.";

pub async fn wizard(
    flags: Look,
    retries: bool,
    world: World,
    setup: Setup,
    environment: &Environment,
    console: &mut Console,
) -> Result<u8, Problem> {
    if console.is_linear {
        return plain_wizard(retries, world, setup, flags.ascii || environment.wants_ascii(), console).await;
    }
    let theme =
        Theme { mono: flags.no_color || environment.no_color(), ascii: flags.ascii || environment.wants_ascii(), linear: false };
    let look = tui::Look {
        theme,
        in_tmux: environment.in_tmux(),
        in_screen: environment.in_screen(),
        escape_delay: environment.escape_delay(),
    };
    let (columns, rows) = tui::size().unwrap_or((80, 24));
    let is_demo = setup.demo.is_some();
    let mut model = Model::new(setup, columns, rows);
    let (mut runtime, inbox) = Runtime::with_worker(world);
    runtime.retry(retries);
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

/// Runs the wizard in plain mode. Its last page has printed the outcome already.
async fn plain_wizard(retries: bool, world: World, setup: Setup, ascii: bool, console: &mut Console) -> Result<u8, Problem> {
    let is_demo = setup.demo.is_some();
    let mut model = Model::in_lines(setup);
    let (mut runtime, inbox) = Runtime::with_worker(world);
    runtime.retry(retries);
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

/// Prints the outcome to the main screen after the alternate screen is left.
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
