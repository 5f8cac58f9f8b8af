//! Runs the wizard without a screen: its prompts are answered from flags and standard input.

mod answers;
mod input;
mod mcp;
mod repeat_guard;
mod reporter;

pub use input::parse_token;
pub use mcp::{McpLoginMethod, McpLoginOptions, login_to_mcp};
pub use reporter::OutputFormat;

use super::console::{Console, EXIT_SUCCESS};
use crate::domain::auth_path::AuthPath;
use crate::domain::credentials::{StoreKind, Workspace, same_id};
use crate::domain::login::{LoginOutcome, LoginSteps};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, Finding};
use crate::domain::oauth::OauthClient;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::runtime::Runtime;
use crate::wizard::app::{self, Model};
use crate::wizard::msg::{Answer, Effect, Input, Intent, Msg, Outcome, Progress, Task, TaskId, TaskOutcome, problem_of};
use crate::wizard::screens::Screen;
use answers::{PromptAction, login_steps};
use futures_util::FutureExt;
use jiff::civil::Date;
use repeat_guard::RepeatGuard;
use reporter::WaitingFor;
use std::pin::pin;
use tokio::sync::mpsc::UnboundedReceiver;

/// Answers from flags and standard input.
#[derive(Debug)]
pub struct PresetAnswers {
    pub path: AuthPath,
    pub method: SignInMethod,
    pub store: Option<StoreKind>,
    /// The only workspace whose credential may be saved.
    pub workspace_id: Option<String>,
}

/// The sign-in method, with its secrets.
#[derive(Debug)]
pub enum SignInMethod {
    Token {
        token: Secret,
        expires_on: Option<Date>,
    },
    /// A browser login through `ntn`; `auto_open_browser` is true if the link is to be opened automatically.
    Browser {
        auto_open_browser: bool,
    },
    /// An OAuth connection of the user's own; `redirect_urls` yields those pasted from a browser on another machine.
    Connection {
        client: OauthClient,
        auto_open_browser: bool,
        redirect_urls: UnboundedReceiver<Secret>,
    },
}

/// Signs in, and returns the exit code.
pub async fn login(
    mut model: Model,
    mut runtime: Runtime,
    mut inbox: UnboundedReceiver<Msg>,
    answers: PresetAnswers,
    format: OutputFormat,
    console: &mut Console,
) -> u8 {
    let mut login = HeadlessLogin {
        answers,
        format,
        console,
        checks_reported: false,
        reported_mistake: None,
        listener_unavailable: false,
        room: None,
        tls_hint_shown: false,
    };
    if let Err(problem) = login.parse_input() {
        return login.report_problem(&problem);
    }
    let mut repeat_guard = RepeatGuard::default();
    let mut messages = vec![Msg::ProbeMachine];
    // One future for the whole loop: a new one in each iteration would miss a signal that arrives together with a message.
    let mut interrupted = pin!(tokio::signal::ctrl_c().fuse());
    loop {
        for message in std::mem::take(&mut messages) {
            if let Err(problem) = login.check_workspace(&message) {
                return login.report_problem(&problem);
            }
            messages.extend(login.on_message(&message, &model));
            for effect in app::update(&mut model, message) {
                match effect {
                    Effect::Start(id, task) => runtime.start(id, task),
                    Effect::Cancel(id) => runtime.cancel(id),
                    Effect::EndWait(id) => runtime.end_wait(id),
                    Effect::Copy(_) | Effect::Print(_) | Effect::Suspend | Effect::Quit(_) => {}
                }
            }
        }
        match model.outcome() {
            Some(Outcome::Done(done)) => return format.report_done(done, login.console),
            // No combination of flags leads to a page that ends like this.
            Some(Outcome::Finished(_)) => return EXIT_SUCCESS,
            Some(Outcome::Cancelled) => return login.report_problem(&Problem::new(ProblemCode::Cancelled)),
            None => {}
        }
        if let Some(problem) = app::error(&model) {
            return login.report_problem(&problem.clone());
        }
        login.report_mistake(&model);
        // Checked in every iteration, because a loop that always has messages would otherwise never see the interrupt.
        tokio::select! {
            biased;
            _ = &mut interrupted => {
                messages.push(Msg::Input(Input::Do(Intent::QuitNow)));
                continue;
            }
            () = tokio::task::yield_now() => {}
        }
        if !messages.is_empty() {
            continue;
        }
        match repeat_guard.check_repeat(&app::prompt(&model), login.answer_prompt(&model)) {
            // A text answer is confirmed at once, because it was given by an option.
            PromptAction::Answer(answer @ Answer::Text(_)) => {
                messages.extend([Msg::Input(Input::Answer(answer)), Msg::Input(Input::Do(Intent::Confirm))]);
            }
            PromptAction::Answer(answer) => messages.push(Msg::Input(Input::Answer(answer))),
            PromptAction::Finish => messages.push(Msg::Input(Input::Do(Intent::Confirm))),
            PromptAction::CheckRoom(store) => {
                login.room = Some(Finding::Pending);
                runtime.start(ROOM_CHECK, Task::CheckRoom(store));
            }
            PromptAction::Exit => return EXIT_SUCCESS,
            PromptAction::Fail(problem) => return login.report_problem(&problem),
            PromptAction::Wait => tokio::select! {
                biased;
                // A write in progress is finished first.
                _ = &mut interrupted => messages.push(Msg::Input(Input::Do(Intent::QuitNow))),
                Some(message) = inbox.recv() => messages.push(message),
                url = login.next_redirect_url(&model) => match url {
                    Some(url) => messages.push(Msg::Input(Input::Answer(Answer::Text(url)))),
                    // No redirect can arrive any more.
                    None => return login.report_problem(&no_redirect_possible()),
                },
            },
        }
    }
}

struct HeadlessLogin<'a> {
    answers: PresetAnswers,
    format: OutputFormat,
    console: &'a mut Console,
    checks_reported: bool,
    reported_mistake: Option<Problem>,
    /// True if another program has the port of the redirect address, so that the redirect URL must come from standard input.
    listener_unavailable: bool,
    /// The result of the check that the store has room, once that was started.
    room: Option<Finding<Result<(), Problem>>>,
    /// True once the hint about a request for https was reported.
    tls_hint_shown: bool,
}

/// The ID of this driver's own task. The model numbers its tasks from 1.
const ROOM_CHECK: TaskId = TaskId(0);

impl HeadlessLogin<'_> {
    /// Validates the secrets from standard input, as the wizard's fields do, so that only a plausible value is sent.
    fn parse_input(&mut self) -> Result<(), Problem> {
        match &mut self.answers.method {
            SignInMethod::Token { token, .. } => *token = input::parse_token(token)?,
            SignInMethod::Connection { client, .. } => client.secret = input::parse_client_secret(&client.secret)?,
            SignInMethod::Browser { .. } => {}
        }
        Ok(())
    }

    /// Checks that the credential belongs to the required workspace, before it is saved.
    fn check_workspace(&self, message: &Msg) -> Result<(), Problem> {
        let Some(wanted) = &self.answers.workspace_id else { return Ok(()) };
        let (found, is_ntn_login) = match message {
            Msg::Reply(_, Ok(TaskOutcome::Verified(verified))) => (verified.identity.workspace.clone(), false),
            Msg::Reply(_, Ok(TaskOutcome::LoggedIn(outcome))) => match outcome.as_ref() {
                LoginOutcome::Verified(_, login) | LoginOutcome::Unverified(login, _) => (Some(login.workspace.clone()), true),
                LoginOutcome::Started => return Ok(()),
            },
            _ => return Ok(()),
        };
        require_workspace(wanted, found.as_ref(), if is_ntn_login { "ntn still keeps its own login" } else { "nothing was saved" })
    }

    /// Reports a message that needs no prompt, and returns the input with which a person would react.
    fn on_message(&mut self, message: &Msg, model: &Model) -> Option<Msg> {
        match message {
            Msg::Progress(_, Progress::LoginInvitation(invitation)) => {
                self.format.report_invitation(invitation, self.console);
                if login_steps(model) == LoginSteps::Start {
                    return None;
                }
                self.format.report_waiting(WaitingFor::Approval, self.console);
                let has_browser = matches!(model.findings().browser, Finding::Found(BrowserState::Ready { .. }));
                (self.auto_opens_browser() && has_browser).then_some(Msg::Input(Input::Do(Intent::Open)))
            }
            Msg::Progress(_, Progress::AuthorizationPending(pending)) => {
                self.format.report_authorization(pending, self.console);
                // In the demo, the consent arrives without the port.
                let is_demo = model.with_ctx(|_, ctx| ctx.setup.demo.is_some());
                self.listener_unavailable = !is_demo && matches!(pending.listening, PortState::Unavailable { .. });
                self.format.report_waiting(WaitingFor::Redirect, self.console);
                let has_browser = matches!(model.findings().browser, Finding::Found(BrowserState::Ready { .. }));
                (self.auto_opens_browser() && has_browser).then_some(Msg::Input(Input::Do(Intent::Open)))
            }
            Msg::Reply(ROOM_CHECK, reply) => {
                self.room = Some(Finding::Found(match reply {
                    Ok(TaskOutcome::Completed) => Ok(()),
                    reply => Err(problem_of(reply.clone())),
                }));
                None
            }
            Msg::Progress(_, Progress::TlsAttempted) if !std::mem::replace(&mut self.tls_hint_shown, true) => {
                let redirect = model.with_ctx(|screen, _| match screen {
                    Screen::Authorize(page) => Some(page.redirect()),
                    _ => None,
                });
                if let Some(redirect) = redirect {
                    self.format.report_tls_attempt(redirect, self.console);
                }
                None
            }
            Msg::Progress(id, Progress::Retrying(wait)) if wait.has_just_begun() && model.is_foreground(*id) => {
                self.format.report_retry(wait, self.console);
                None
            }
            Msg::Reply(id, Err(problem)) if matches!(model.background_task(*id), Some(Task::OpenLink(_))) => {
                self.format.report_no_browser(problem, self.console);
                None
            }
            _ => None,
        }
    }

    /// Returns the next pasted redirect URL. Returns `None` only if standard input has ended and the loopback port is unavailable;
    /// otherwise it waits for ever.
    async fn next_redirect_url(&mut self, model: &Model) -> Option<Secret> {
        let is_expected = model.with_ctx(|screen, ctx| matches!(screen, Screen::Authorize(_)) && ctx.is_waiting);
        if let (SignInMethod::Connection { redirect_urls, .. }, true) = (&mut self.answers.method, is_expected) {
            let url = redirect_urls.recv().await;
            if url.is_some() || self.listener_unavailable {
                return url;
            }
        }
        std::future::pending().await
    }

    /// Reports a pasted URL that is not the expected redirect. The authorization stays open.
    fn report_mistake(&mut self, model: &Model) {
        let mistake = model.with_ctx(|screen, _| match screen {
            Screen::Authorize(page) => page.paste_error().cloned(),
            _ => None,
        });
        if self.reported_mistake != mistake {
            if let Some(problem) = &mistake {
                self.format.report_mistake(problem, self.console);
            }
            self.reported_mistake = mistake;
        }
    }

    fn report_checks(&mut self, model: &Model) {
        if std::mem::replace(&mut self.checks_reported, true) {
            return;
        }
        let (catalog, checks) = model.with_ctx(|screen, ctx| match screen {
            Screen::Verify(page) => (ctx.catalog(), page.checks(ctx)),
            Screen::UnverifiedLogin(page) => (ctx.catalog(), page.checks()),
            _ => (ctx.catalog(), Vec::new()),
        });
        for check in &checks {
            self.format.report_check(check, catalog, self.console);
        }
    }

    fn report_problem(&mut self, problem: &Problem) -> u8 {
        self.format.report_problem(problem, self.console)
    }
}

/// Refuses a credential of another workspace than the one with the ID `wanted`. `left` says what the refusal leaves behind.
fn require_workspace(wanted: &str, found: Option<&Workspace>, left: &str) -> Result<(), Problem> {
    let owner = match found {
        Some(workspace) if same_id(&workspace.id, wanted) => return Ok(()),
        Some(Workspace { id, name: Some(name) }) => format!("it belongs to {name} ({id})"),
        Some(Workspace { id, name: None }) => format!("it belongs to {id}"),
        None => "Notion did not name its workspace".to_owned(),
    };
    Err(Problem::new(ProblemCode::WrongWorkspace).with_evidence(format!("{owner}, not to {}; {left}", sanitize(wanted))))
}

fn no_redirect_possible() -> Problem {
    Problem::needed(
        MissingInput::Option,
        "The redirect URI's port is in use, and stdin has ended. Add --port with a free port (for your own connection, a registered one), or write the redirect URL to \
         stdin.",
    )
}
