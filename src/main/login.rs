//! `login`: collects the flags and standard input, then runs the wizard without a screen.

use jiff::civil::Date;
use notion_auth::cli::LoginArgs;
use notion_auth::domain::credential::StoreKind;
use notion_auth::domain::login::LoginSteps;
use notion_auth::domain::oauth::OauthClient;
use notion_auth::domain::problem::Problem;
use notion_auth::frontends::console::Console;
use notion_auth::frontends::headless::{self, OutputFormat, PresetAnswers, SignInMethod};
use notion_auth::frontends::stdin;
use notion_auth::runtime::Runtime;
use notion_auth::runtime::ports::World;
use notion_auth::wizard::app::Model;
use notion_auth::wizard::context::{ConnectionFlags, Setup};
use std::io::{self, IsTerminal};

pub async fn run(args: LoginArgs, telling: OutputFormat, retries: bool, world: World, setup: Setup, console: &mut Console) -> u8 {
    let way = match read_sign_in_method(&args, setup.today, console) {
        Ok(way) => way,
        Err(problem) => return telling.report_problem(&problem, console),
    };
    let answers = PresetAnswers { path: args.path, method: way, store: args.store, workspace_id: args.workspace_id.clone() };
    let file_was_chosen = setup.file_was_chosen || (!args.token_stdin && args.store == Some(StoreKind::File));
    let connection = args.client_id.clone().map(|client_id| ConnectionFlags { client_id, port: args.port });
    let setup = Setup { file_was_chosen, login_steps: login_steps(&args), connection, pkce: args.pkce, ..setup };
    let (mut runtime, inbox) = Runtime::with_task_thread(world);
    runtime.set_retries(retries);
    let model = Model::new(setup, 80, 24);
    headless::login(model, runtime, inbox, answers, telling, console).await
}

fn read_sign_in_method(args: &LoginArgs, today: Date, console: &mut Console) -> Result<SignInMethod, Problem> {
    // Without a terminal, there may be nobody to use the browser.
    let opens = !args.no_browser && io::stderr().is_terminal();
    if let Some(id) = &args.client_id {
        if io::stdin().is_terminal() {
            console.write_message("Paste the client secret and press Enter. It will show on this terminal; the wizard masks it.");
        }
        let client = OauthClient { id: id.clone(), secret: stdin::read_line()? };
        return Ok(SignInMethod::Connection { client, opens, redirect_urls: stdin::spawn_line_reader()? });
    }
    if !args.token_stdin {
        return Ok(SignInMethod::Browser { auto_open_browser: opens });
    }
    if io::stdin().is_terminal() {
        console.write_message("Paste the token, then press Enter and Ctrl-D. It will show on this terminal; the wizard masks it.");
    }
    Ok(SignInMethod::Token { token: stdin::read_all()?, expires_on: args.expires.and_then(|lifetime| lifetime.last_day(today)) })
}

fn login_steps(args: &LoginArgs) -> LoginSteps {
    match (args.no_wait, args.resume) {
        (true, _) => LoginSteps::Start,
        (_, true) => LoginSteps::Resume,
        (false, false) => LoginSteps::All,
    }
}
