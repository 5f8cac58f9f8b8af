//! `login`: collects the flags and standard input, then runs the wizard without a screen.

use jiff::civil::Date;
use notion_auth::cli::LoginArgs;
use notion_auth::domain::credential::StoreKind;
use notion_auth::domain::login::Steps;
use notion_auth::domain::oauth::Client;
use notion_auth::domain::problem::Problem;
use notion_auth::frontends::console::Console;
use notion_auth::frontends::headless::{self, Answers, Telling, Way};
use notion_auth::frontends::stdin;
use notion_auth::runtime::Runtime;
use notion_auth::runtime::ports::World;
use notion_auth::wizard::app::Model;
use notion_auth::wizard::context::{ChosenConnection, Setup};
use std::io::{self, IsTerminal};

pub async fn login(args: LoginArgs, telling: Telling, retries: bool, world: World, setup: Setup, console: &mut Console) -> u8 {
    let way = match sign_in_with(&args, setup.today, console) {
        Ok(way) => way,
        Err(problem) => return telling.problem(&problem, console),
    };
    let answers = Answers { path: args.path, way, store: args.store, workspace_id: args.workspace_id.clone() };
    let file_was_chosen = setup.file_was_chosen || (!args.token_stdin && args.store == Some(StoreKind::File));
    let connection = args.client_id.clone().map(|client_id| ChosenConnection { client_id, port: args.port });
    let setup = Setup { file_was_chosen, login_steps: steps(&args), connection, pkce: args.pkce, ..setup };
    let (mut runtime, inbox) = Runtime::with_worker(world);
    runtime.retry(retries);
    let model = Model::new(setup, 80, 24);
    headless::login(model, runtime, inbox, answers, telling, console).await
}

fn sign_in_with(args: &LoginArgs, today: Date, console: &mut Console) -> Result<Way, Problem> {
    // Without a terminal, there may be nobody to use the browser.
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
