//! Runs the wizard without a screen: its prompts are answered from flags and standard input.

mod answered;
mod input;
mod voice;

pub use voice::Telling;

use super::console::{Console, DONE};
use crate::domain::catalog::PathId;
use crate::domain::credential::{StoreKind, Workspace, same_id};
use crate::domain::login::{LoggedIn, Steps};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, Finding, KeychainState, NtnState};
use crate::domain::oauth::Client;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::runtime::Runtime;
use crate::wizard::app::{self, Model};
use crate::wizard::msg::{Ask, AskId, Choice, Effect, Given, Input, Intent, Msg, Outcome, Progress, Reply, Task, TaskId};
use crate::wizard::screens::Screen;
use answered::Answered;
use futures_util::FutureExt;
use jiff::civil::Date;
use std::pin::pin;
use tokio::sync::mpsc::UnboundedReceiver;
use voice::WaitingFor;

/// Answers from flags and standard input.
#[derive(Debug)]
pub struct Answers {
    pub path: PathId,
    pub way: Way,
    pub store: Option<StoreKind>,
    /// The only workspace whose credential may be saved.
    pub workspace_id: Option<String>,
}

/// The sign-in method, with its secrets.
#[derive(Debug)]
pub enum Way {
    Token {
        token: Secret,
        expires_on: Option<Date>,
    },
    /// A browser login through `ntn`; `opens` is true if the link is to be opened automatically.
    Browser {
        opens: bool,
    },
    /// An OAuth connection of the user's own; `addresses` yields redirect URLs pasted from a browser on another machine.
    Connection {
        client: Client,
        opens: bool,
        addresses: UnboundedReceiver<Secret>,
    },
}

/// Signs in, and returns the exit code.
pub async fn login(
    mut model: Model,
    mut runtime: Runtime,
    mut inbox: UnboundedReceiver<Msg>,
    answers: Answers,
    telling: Telling,
    console: &mut Console,
) -> u8 {
    let mut login =
        Login { answers, telling, console, checks_told: false, mistake_told: None, deaf: false, room: None, tls_hint_shown: false };
    if let Err(problem) = login.read_input() {
        return login.tell_problem(&problem);
    }
    let mut answered = Answered::default();
    let mut messages = vec![Msg::Look];
    // One for the whole conversation: a new one each round would miss what arrives together with an answer.
    let mut interrupted = pin!(tokio::signal::ctrl_c().fuse());
    loop {
        for message in std::mem::take(&mut messages) {
            if let Err(problem) = login.check_workspace(&message) {
                return login.tell_problem(&problem);
            }
            messages.extend(login.hear(&message, &model));
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
            Some(Outcome::Done(done)) => return telling.done(done, login.console),
            // No combination of flags leads to a page that ends like this.
            Some(Outcome::Finished(_)) => return DONE,
            Some(Outcome::Cancelled) => return login.tell_problem(&Problem::new(ProblemCode::Cancelled)),
            None => {}
        }
        if let Some(problem) = app::trouble(&model) {
            return login.tell_problem(&problem.clone());
        }
        login.tell_mistake(&model);
        // Checked in every iteration, because a loop that always has messages would otherwise never see the interrupt.
        tokio::select! {
            biased;
            _ = &mut interrupted => {
                messages.push(Msg::Input(Input::Do(Intent::Leave)));
                continue;
            }
            () = tokio::task::yield_now() => {}
        }
        if !messages.is_empty() {
            continue;
        }
        match answered.check(&app::ask(&model), login.answer(&model)) {
            // A text answer is confirmed at once, because it was given by an option.
            Next::Say(given @ Given::Text(_)) => {
                messages.extend([Msg::Input(Input::Answer(given)), Msg::Input(Input::Do(Intent::Confirm))]);
            }
            Next::Say(given) => messages.push(Msg::Input(Input::Answer(given))),
            Next::End => messages.push(Msg::Input(Input::Do(Intent::Confirm))),
            Next::CheckRoom(store) => {
                login.room = Some(Finding::Looking);
                runtime.start(ROOM_CHECK, Task::CheckRoom(store));
            }
            Next::Leave => return DONE,
            Next::Refuse(problem) => return login.tell_problem(&problem),
            Next::Wait => tokio::select! {
                biased;
                // A write in progress is finished first.
                _ = &mut interrupted => messages.push(Msg::Input(Input::Do(Intent::Leave))),
                Some(message) = inbox.recv() => messages.push(message),
                address = login.address(&model) => match address {
                    Some(address) => messages.push(Msg::Input(Input::Answer(Given::Text(address)))),
                    // No redirect can arrive any more.
                    None => return login.tell_problem(&nobody_listens()),
                },
            },
        }
    }
}

/// The reaction to a prompt.
enum Next {
    Say(Given),
    /// A task in progress will change the prompt.
    Wait,
    End,
    /// Whether there is room in this store is found out first.
    CheckRoom(StoreKind),
    /// The rest is for another run.
    Leave,
    Refuse(Problem),
}

struct Login<'a> {
    answers: Answers,
    telling: Telling,
    console: &'a mut Console,
    checks_told: bool,
    mistake_told: Option<Problem>,
    /// True if another program has the port of the redirect address, so that the redirect URL must come from standard input.
    deaf: bool,
    /// Once it is looked for: whether there is room for what is kept.
    room: Option<Finding<Result<(), Problem>>>,
    /// A browser asked for https, which was said.
    tls_hint_shown: bool,
}

/// The number of a task of this driver's own. The model numbers its own from 1.
const ROOM_CHECK: TaskId = TaskId(0);

impl Login<'_> {
    /// Validates the secrets from standard input, as the wizard's fields do, so that only a plausible value is sent.
    fn read_input(&mut self) -> Result<(), Problem> {
        match &mut self.answers.way {
            Way::Token { token, .. } => *token = input::token(token)?,
            Way::Connection { client, .. } => client.secret = input::client_secret(&client.secret)?,
            Way::Browser { .. } => {}
        }
        Ok(())
    }

    /// Checks that the credential belongs to the required workspace, before it is saved.
    fn check_workspace(&self, message: &Msg) -> Result<(), Problem> {
        let Some(wanted) = &self.answers.workspace_id else { return Ok(()) };
        let (found, is_ntns) = match message {
            Msg::Reply(_, Reply::Verified(answer)) => match answer.as_ref() {
                Ok(verified) => (verified.identity.workspace.clone(), false),
                Err(_) => return Ok(()),
            },
            Msg::Reply(_, Reply::LoggedIn(answer)) => match answer.as_ref() {
                Ok(LoggedIn::Verified(_, login) | LoggedIn::Reported(login, _)) => (Some(login.workspace.clone()), true),
                Ok(LoggedIn::Begun) | Err(_) => return Ok(()),
            },
            _ => return Ok(()),
        };
        let seen = match found {
            Some(workspace) if same_id(&workspace.id, wanted) => return Ok(()),
            Some(Workspace { id, name: Some(name) }) => format!("it is of {name} ({id})"),
            Some(Workspace { id, name: None }) => format!("it is of {id}"),
            None => "Notion does not say of which workspace it is".to_owned(),
        };
        let left = if is_ntns { "ntn keeps its own login all the same" } else { "nothing was stored" };
        Err(Problem::new(ProblemCode::WrongWorkspace).seen(format!("{seen}, and not of {}; {left}", sanitize(wanted))))
    }

    /// Reports a message that needs no prompt, and returns the input with which a person would react.
    fn hear(&mut self, message: &Msg, model: &Model) -> Option<Msg> {
        match message {
            Msg::Progress(_, Progress::Invited(invitation)) => {
                self.telling.invitation(invitation, self.console);
                if steps(model) == Steps::Begin {
                    return None;
                }
                self.telling.waiting(WaitingFor::Approval, self.console);
                let will_appear = matches!(model.found().browser, Finding::Found(BrowserState::Ready { .. }));
                (self.opens() && will_appear).then_some(Msg::Input(Input::Do(Intent::Open)))
            }
            Msg::Progress(_, Progress::Authorizing(pending)) => {
                self.telling.authorizing(pending, self.console);
                // In the demo, the consent arrives without the port.
                let is_demo = model.with_ctx(|_, ctx| ctx.setup.demo.is_some());
                self.deaf = !is_demo && matches!(pending.listening, PortState::Taken { .. });
                self.telling.waiting(WaitingFor::Answer, self.console);
                let will_appear = matches!(model.found().browser, Finding::Found(BrowserState::Ready { .. }));
                (self.opens() && will_appear).then_some(Msg::Input(Input::Do(Intent::Open)))
            }
            Msg::Reply(ROOM_CHECK, Reply::RoomChecked(outcome)) => {
                self.room = Some(Finding::Found(outcome.clone()));
                None
            }
            Msg::Progress(_, Progress::TlsAttempted) if !std::mem::replace(&mut self.tls_hint_shown, true) => {
                let redirect = model.with_ctx(|screen, _| match screen {
                    Screen::Authorize(page) => Some(page.redirect()),
                    _ => None,
                });
                if let Some(redirect) = redirect {
                    self.telling.tls_attempt(redirect, self.console);
                }
                None
            }
            Msg::Progress(id, Progress::Retrying(wait)) if wait.has_just_begun() && model.is_foreground(*id) => {
                self.telling.retrying(wait, self.console);
                None
            }
            Msg::Reply(_, Reply::Opened(Err(problem))) => {
                self.telling.no_browser(problem, self.console);
                None
            }
            _ => None,
        }
    }

    fn answer(&mut self, model: &Model) -> Next {
        match app::ask(model) {
            Ask::Nothing => Next::Wait,
            // A write in progress is awaited; the wizard ends by itself afterwards.
            Ask::Ended if model.with_ctx(|_, ctx| ctx.is_leaving) => Next::Wait,
            Ask::Ended => Next::End,
            Ask::Choice { id: AskId::Path, .. } => {
                Next::Say(Given::Choice(PathId::ALL.iter().position(|path| *path == self.answers.path).unwrap_or(0)))
            }
            Ask::Choice { id: AskId::Way, .. } => self.way(model),
            // The last option starts a new login; the others reuse one that ntn has. The workspace is chosen in the browser.
            Ask::Choice { id: AskId::Workspace, options, .. } => Next::Say(last(&options)),
            Ask::Choice { id: AskId::LoginAgain, .. } if steps(model) == Steps::Begin => {
                self.telling.waiting(WaitingFor::Resume, self.console);
                Next::Leave
            }
            Ask::Choice { id: AskId::Checked, .. } => {
                self.tell_checks(model);
                Next::Say(Given::Choice(0))
            }
            Ask::Choice { id: AskId::Store, .. } => self.store(model),
            Ask::Consent { id: AskId::Plaintext, what } => self.consent(&what),
            // No secret is sent before there is a store for the resulting credential.
            Ask::Text { id: AskId::Token | AskId::ClientSecret, .. } if self.is_without_store(model) => self.store(model),
            Ask::Text { id: AskId::Token, prompt } => self.token(prompt),
            Ask::Text { id: AskId::ClientSecret, prompt } => self.client_secret(prompt),
            Ask::Choice { id: AskId::Expiry, prompt, .. } => self.expiry(prompt),
            Ask::Choice { prompt: what, .. } | Ask::Text { prompt: what, .. } | Ask::Consent { what, .. } => needed(what),
        }
    }

    /// Picks the sign-in method. The CLI path offers the browser and a token, the token path only a token.
    fn way(&mut self, model: &Model) -> Next {
        let found = model.found();
        match (&self.answers.way, &found.ntn) {
            // The port registered before is among the saved records.
            (Way::Connection { .. }, _) if found.existing == Finding::Looking => Next::Wait,
            (Way::Connection { opens: true, .. }, _) if found.browser == Finding::Looking => Next::Wait,
            (Way::Connection { .. }, _) => Next::Say(Given::Choice(0)),
            (Way::Token { .. }, _) => Next::Say(Given::Choice(usize::from(self.answers.path == PathId::Cli))),
            (Way::Browser { .. }, Finding::Looking) => Next::Wait,
            (Way::Browser { opens: true }, _) if found.browser == Finding::Looking => Next::Wait,
            (Way::Browser { .. }, Finding::Found(NtnState::Missing | NtnState::NotInstallable)) => {
                Next::Refuse(Problem::new(ProblemCode::NtnMissing))
            }
            (Way::Browser { .. }, Finding::Found(NtnState::NotNotions { path, evidence })) => {
                let seen = format!("{path} is another program: {evidence}");
                Next::Refuse(Problem::new(ProblemCode::NtnMissing).seen(seen))
            }
            (Way::Browser { .. }, Finding::Found(_)) => {
                if steps(model) == Steps::Resume {
                    self.telling.waiting(WaitingFor::Approval, self.console);
                }
                Next::Say(Given::Choice(0))
            }
        }
    }

    fn opens(&self) -> bool {
        matches!(self.answers.way, Way::Browser { opens: true } | Way::Connection { opens: true, .. })
    }

    fn token(&mut self, prompt: String) -> Next {
        let Way::Token { token, .. } = &self.answers.way else { return needed(prompt) };
        self.telling.waiting(WaitingFor::Notion, self.console);
        Next::Say(Given::Text(token.clone()))
    }

    fn client_secret(&mut self, prompt: String) -> Next {
        let Way::Connection { client, .. } = &self.answers.way else { return needed(prompt) };
        self.telling.waiting(WaitingFor::Notion, self.console);
        Next::Say(Given::Text(client.secret.clone()))
    }

    /// Returns the next pasted redirect URL. Returns `None` only if standard input has ended and the loopback port is unavailable;
    /// otherwise it waits for ever.
    async fn address(&mut self, model: &Model) -> Option<Secret> {
        let is_of_use = model.with_ctx(|screen, ctx| matches!(screen, Screen::Authorize(_)) && ctx.is_waiting);
        if let (Way::Connection { addresses, .. }, true) = (&mut self.answers.way, is_of_use) {
            let address = addresses.recv().await;
            if address.is_some() || self.deaf {
                return address;
            }
        }
        std::future::pending().await
    }

    /// Reports a pasted URL that is not the expected redirect. The authorization stays open.
    fn tell_mistake(&mut self, model: &Model) {
        let mistake = model.with_ctx(|screen, _| match screen {
            Screen::Authorize(page) => page.mistake().cloned(),
            _ => None,
        });
        if self.mistake_told != mistake {
            if let Some(problem) = &mistake {
                self.telling.mistake(problem, self.console);
            }
            self.mistake_told = mistake;
        }
    }

    fn expiry(&self, prompt: String) -> Next {
        match &self.answers.way {
            Way::Token { expires_on, .. } => Next::Say(Given::Day(*expires_on)),
            Way::Browser { .. } | Way::Connection { .. } => needed(prompt),
        }
    }

    /// Answers the consent for a plain text file, which `--store file` or NOTION_KEYRING gives. With one of them, a browser login
    /// does not prompt for it.
    fn consent(&self, what: &str) -> Next {
        match &self.answers.way {
            Way::Token { .. } | Way::Connection { .. } => Next::Say(Given::Consent(true)),
            // What to say comes first: the rest may be cut.
            Way::Browser { .. } => option_needed(&format!("--store file says yes to this: {what}")),
        }
    }

    /// Returns true while the store is being probed, and if it cannot be used.
    fn is_without_store(&self, model: &Model) -> bool {
        !matches!(self.store(model), Next::Say(_))
    }

    /// The store that is chosen, once there is room in it.
    fn store(&self, model: &Model) -> Next {
        let chosen = self.chosen_store(model);
        let Next::Say(Given::Choice(index)) = chosen else { return chosen };
        let store = [StoreKind::Keychain, StoreKind::File].get(index).copied();
        match (&self.room, store) {
            (_, None) | (Some(Finding::Found(Ok(()))), _) => chosen,
            (None, Some(store)) => Next::CheckRoom(store),
            (Some(Finding::Looking), _) => Next::Wait,
            (Some(Finding::Found(Err(problem))), _) => Next::Refuse(problem.clone()),
        }
    }

    fn chosen_store(&self, model: &Model) -> Next {
        let keychain = match (&model.found().keychain, self.answers.store) {
            (Finding::Looking, None | Some(StoreKind::Keychain)) => return Next::Wait,
            (Finding::Looking, Some(_)) => None,
            (Finding::Found(state), _) => Some(state),
        };
        let refusal = keychain.and_then(why_unusable);
        match (self.answers.store, keychain, refusal) {
            (Some(StoreKind::File), ..) | (None, Some(KeychainState::TurnedOff { .. }), _) => Next::Say(Given::Choice(1)),
            (Some(StoreKind::None | StoreKind::Ntn), ..) => Next::Say(Given::Choice(2)),
            (_, _, None) => Next::Say(Given::Choice(0)),
            // A keychain that was named explicitly is unlocked by its dialog, without a timeout.
            (Some(StoreKind::Keychain), Some(state), _) if state.can_be_opened() => Next::Say(Given::Choice(0)),
            (Some(StoreKind::Keychain), _, Some(problem)) => Next::Refuse(problem),
            (None, _, Some(problem)) => {
                let seen = problem.evidence.unwrap_or_default();
                let waits = if matches!(keychain, Some(state) if state.can_be_opened()) {
                    "--store keychain, which waits for its dialog, "
                } else {
                    ""
                };
                option_needed(&format!(
                    "the keychain cannot be used ({seen}), and nothing was sent. Next: add {waits}--store file, which keeps it in a \
                     private file as plain text, or --store none"
                ))
            }
        }
    }

    fn tell_checks(&mut self, model: &Model) {
        if std::mem::replace(&mut self.checks_told, true) {
            return;
        }
        let (catalog, checks) = model.with_ctx(|screen, ctx| match screen {
            Screen::Verify(page) => (ctx.catalog(), page.checks(ctx)),
            Screen::Reported(page) => (ctx.catalog(), page.checks()),
            _ => (ctx.catalog(), Vec::new()),
        });
        for check in &checks {
            self.telling.check(check, catalog, self.console);
        }
    }

    fn tell_problem(&mut self, problem: &Problem) -> u8 {
        self.telling.problem(problem, self.console)
    }
}

fn steps(model: &Model) -> Steps {
    model.with_ctx(|_, ctx| ctx.setup.login_steps)
}

fn last(options: &[Choice]) -> Given {
    Given::Choice(options.len().saturating_sub(1))
}

/// Something is asked for that no option answers.
fn needed(what: String) -> Next {
    Next::Refuse(Problem::new(ProblemCode::AnswerNeeded).seen(what))
}

fn option_needed(what: &str) -> Next {
    Next::Refuse(Problem::needed(MissingInput::Option, what))
}

fn nobody_listens() -> Problem {
    Problem::needed(
        MissingInput::Option,
        "the port of the redirect address is taken, and standard input has ended: say --port with one that is free and registered, or \
         write the address that the browser ends on to standard input",
    )
}

fn why_unusable(keychain: &KeychainState) -> Option<Problem> {
    Some(match keychain {
        KeychainState::Answers { .. } => return None,
        KeychainState::Absent { evidence } => Problem::new(ProblemCode::KeychainAbsent).seen(evidence),
        KeychainState::Locked { evidence } => Problem::new(ProblemCode::KeychainLocked).seen(evidence),
        KeychainState::Slow => Problem::new(ProblemCode::KeychainSlow),
        KeychainState::TurnedOff { value } => {
            Problem::new(ProblemCode::KeychainAbsent).seen(format!("NOTION_KEYRING={value} turns it off"))
        }
    })
}
