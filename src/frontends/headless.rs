//! The wizard without a screen: what it asks is answered from flags and standard input. One conversation, one engine.

use super::console::{Console, DONE};
use crate::domain::catalog::PathId;
use crate::domain::catalog::json::cite;
use crate::domain::credential::{Done, StoreKind};
use crate::domain::machine::{Finding, KeychainState};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::token_text::{Look, clean, look};
use crate::runtime::Runtime;
use crate::wizard::app::{self, Model};
use crate::wizard::msg::{Ask, AskId, Effect, Given, Input, Intent, Msg, Outcome};
use crate::wizard::screens::Screen;
use futures_util::FutureExt;
use jiff::civil::Date;
use serde_json::json;
use std::pin::pin;
use tokio::sync::mpsc::UnboundedReceiver;

/// What flags and standard input have to say.
#[derive(Debug)]
pub struct Answers {
    pub path: PathId,
    pub token: Secret,
    pub store: Option<StoreKind>,
    pub expires_on: Option<Date>,
}

/// How progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Sentences on standard error.
    Text,
    /// One event a line on standard output.
    Json,
}

impl Telling {
    /// Gives the exit code back.
    pub fn problem(self, problem: &Problem, console: &mut Console) -> u8 {
        match self {
            Self::Text => console.problem(problem),
            Self::Json => console.problem_event(problem),
        }
    }
}

/// Signs in; returns the exit code.
pub async fn login(
    mut model: Model,
    mut runtime: Runtime,
    mut inbox: UnboundedReceiver<Msg>,
    answers: Answers,
    telling: Telling,
    console: &mut Console,
) -> u8 {
    let mut login = Login { answers, telling, console, checks_told: false };
    if let Err(problem) = login.look_at_the_token() {
        return login.tell_problem(&problem);
    }
    let mut messages = vec![Msg::Look];
    // One for the whole conversation: a new one each round would miss what arrives together with an answer.
    let mut interrupted = pin!(tokio::signal::ctrl_c().fuse());
    loop {
        for message in messages.drain(..) {
            for effect in app::update(&mut model, message) {
                match effect {
                    Effect::Start(id, task) => runtime.start(id, task),
                    Effect::Cancel(id) => runtime.cancel(id),
                    Effect::Copy(_) | Effect::Print(_) | Effect::Suspend | Effect::Quit(_) => {}
                }
            }
        }
        match model.outcome() {
            Some(Outcome::Done(done)) => return login.tell_done(done),
            Some(Outcome::Cancelled) => return login.tell_problem(&Problem::new(ProblemCode::Cancelled)),
            None => {}
        }
        if let Some(problem) = app::trouble(&model) {
            return login.tell_problem(&problem.clone());
        }
        match login.answer(&model) {
            Next::Say(given) => messages.push(Msg::Input(Input::Answer(given))),
            Next::End => messages.push(Msg::Input(Input::Do(Intent::Confirm))),
            Next::Refuse(problem) => return login.tell_problem(&problem),
            Next::Wait => tokio::select! {
                biased;
                // What is being written is finished first.
                _ = &mut interrupted => messages.push(Msg::Input(Input::Do(Intent::Leave))),
                Some(message) = inbox.recv() => messages.push(message),
            },
        }
    }
}

/// What to do about what is asked.
enum Next {
    Say(Given),
    /// An answer will come by itself.
    Wait,
    End,
    Refuse(Problem),
}

struct Login<'a> {
    answers: Answers,
    telling: Telling,
    console: &'a mut Console,
    checks_told: bool,
}

impl Login<'_> {
    /// A script is told at once what a person would be told beside the field.
    fn look_at_the_token(&self) -> Result<(), Problem> {
        match look(&clean(&self.answers.token)) {
            Look::Empty => Err(Problem::new(ProblemCode::TokenMissing)),
            seen if seen.is_plausible() => Ok(()),
            seen => Err(Problem::new(ProblemCode::NotAToken).seen(seen.advice().unwrap_or_default())),
        }
    }

    fn answer(&mut self, model: &Model) -> Next {
        match app::ask(model) {
            Ask::Nothing => Next::Wait,
            Ask::Ended => Next::End,
            Ask::Choice { id: AskId::Path, .. } => {
                Next::Say(Given::Choice(PathId::ALL.iter().position(|path| *path == self.answers.path).unwrap_or(0)))
            }
            // The second way along the CLI path is the one with a token.
            Ask::Choice { id: AskId::Way, .. } => Next::Say(Given::Choice(usize::from(self.answers.path == PathId::Cli))),
            Ask::Text { id: AskId::Token, .. } => {
                self.tell_waiting();
                Next::Say(Given::Text(self.answers.token.clone()))
            }
            Ask::Choice { id: AskId::Checked, .. } => {
                self.tell_checks(model);
                Next::Say(Given::Choice(0))
            }
            Ask::Choice { id: AskId::Expiry, .. } => Next::Say(Given::Day(self.answers.expires_on)),
            Ask::Choice { id: AskId::Store, .. } => self.store(model),
            // `--store file`, or NOTION_KEYRING, is the consent.
            Ask::Consent { id: AskId::Plaintext, .. } => Next::Say(Given::Consent(true)),
            Ask::Choice { prompt: what, .. } | Ask::Text { prompt: what, .. } | Ask::Consent { what, .. } => {
                Next::Refuse(Problem::new(ProblemCode::AnswerNeeded).seen(what))
            }
        }
    }

    fn store(&self, model: &Model) -> Next {
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
            (Some(StoreKind::Keychain), _, Some(problem)) => Next::Refuse(problem),
            (None, _, Some(problem)) => {
                let seen = problem.evidence.unwrap_or_default();
                let needed = format!("the keychain cannot be used ({seen}): say --store file or --store none");
                Next::Refuse(Problem::new(ProblemCode::AnswerNeeded).seen(needed))
            }
        }
    }

    fn tell_waiting(&mut self) {
        match self.telling {
            Telling::Text => self.console.say("Asking Notion who this is."),
            Telling::Json => self.console.json(&json!({ "event": "waiting", "for": "notion" })),
        }
    }

    fn tell_checks(&mut self, model: &Model) {
        if std::mem::replace(&mut self.checks_told, true) {
            return;
        }
        let (catalog, checks) = model.with_ctx(|screen, ctx| match screen {
            Screen::Verify(page) => (ctx.catalog(), page.checks(ctx)),
            _ => (ctx.catalog(), Vec::new()),
        });
        for check in checks {
            match self.telling {
                Telling::Text => {
                    let head = format!("  {:8}", check.verdict.name());
                    self.console.say_under(&head, &format!("{}: {}", check.title, check.evidence));
                }
                Telling::Json => self.console.json(&json!({
                    "event": "check", "id": check.id, "group": check.group, "verdict": check.verdict,
                    "evidence": check.evidence, "remedy": check.remedy, "source": check.source.map(|id| cite(catalog, id)),
                })),
            }
        }
    }

    fn tell_done(&mut self, done: &Done) -> u8 {
        let Done { record, receipt, .. } = done;
        match self.telling {
            Telling::Text => {
                let who = record.user.as_deref().unwrap_or("this token");
                let workspace = record.workspace.name.as_deref().unwrap_or(&record.workspace.id);
                self.console.say(&format!("Signed in as {who} in {workspace}."));
                match record.store {
                    StoreKind::None | StoreKind::Ntn => self.console.say(&receipt.place),
                    StoreKind::Keychain | StoreKind::File => self.console.say(&format!("Written and read back: {}", receipt.place)),
                }
                if let Some(note) = &receipt.note {
                    self.console.say(note);
                }
            }
            Telling::Json => self.console.json(&json!({
                "event": "done", "schema": 1, "workspace": record.workspace, "user": record.user, "kind": record.kind,
                "path": record.path, "store": record.store, "place": receipt.place, "note": receipt.note,
                "expires_at": record.expires_on,
            })),
        }
        DONE
    }

    fn tell_problem(&mut self, problem: &Problem) -> u8 {
        self.telling.problem(problem, self.console)
    }
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
