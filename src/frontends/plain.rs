//! Plain mode: the wizard in numbered lines, for screen readers and simple terminals.
//!
//! It writes only text and line ends, and never overwrites anything. A page is announced once; afterwards only its changes
//! are. It has no rules of its own: [`app::lines()`] returns the text, [`app::hear()`] parses a typed line.

mod echo;
mod lines;
mod paper;
mod telling;

use super::tui::signals::{Signal, Signals, terminal_is_gone};
use super::tui::{Ending, size};
use crate::domain::token_text::holds_a_secret;
use crate::runtime::Runtime;
use crate::wizard::app::{self, Heard, Model};
use crate::wizard::msg::{Ask, Effect, Input, Intent, Mode, Msg, Outcome, Progress};
use echo::Echo;
use lines::{Line, TypedLines};
use paper::Paper;
use std::io;
use std::time::Duration;
use telling::Telling;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

pub use echo::restore_on_panic;

/// Time limit for background tasks such as the probes of this machine before a prompt. Their results would otherwise be printed
/// while a person is typing.
const PATIENCE: Duration = Duration::from_secs(4);

/// Runs the wizard until it ends.
pub async fn run(model: &mut Model, runtime: &mut Runtime, inbox: UnboundedReceiver<Msg>, ascii: bool) -> io::Result<Ending> {
    let mut signals = Signals::new()?;
    let twin = Twin { model, runtime, telling: Telling::new(ascii), paper: Paper::new(columns), echo: Echo::default() };
    match twin.converse(inbox, &mut signals).await {
        // Writing a line may fail on a closed terminal before SIGHUP arrives.
        Err(_) if terminal_is_gone() => Ok(Ending::Signal(Signal::Hangup)),
        ending => ending,
    }
}

fn columns() -> usize {
    size().map_or(80, |(columns, _)| usize::from(columns))
}

struct Twin<'a> {
    model: &'a mut Model,
    runtime: &'a mut Runtime,
    telling: Telling,
    paper: Paper,
    echo: Echo,
}

/// The output that is due before the next prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    Telling,
}

impl Twin<'_> {
    async fn converse(mut self, mut inbox: UnboundedReceiver<Msg>, signals: &mut Signals) -> io::Result<Ending> {
        let mut typed = TypedLines::read()?;
        let mut messages = vec![Msg::Look];
        let mut due = Due::Telling;
        self.paper.say("notion-auth, in plain lines. A number picks, a letter is a key, ? explains, q quits.")?;
        self.paper.say("Looking at this machine.")?;
        let mut patience = Instant::now() + PATIENCE;
        loop {
            for message in messages.drain(..) {
                if let Some(ending) = self.take_in(message, signals, &mut due).await? {
                    return Ok(ending);
                }
            }
            let is_calm = self.model.is_waiting() || self.model.is_settled() || Instant::now() >= patience;
            if due == Due::Telling && is_calm {
                self.tell()?;
                due = Due::Nothing;
            }
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    // A write in progress is finished first.
                    Signal::Interrupt => messages.push(Msg::Input(Input::Do(Intent::Leave))),
                    Signal::Suspend => messages.push(Msg::Input(Input::Do(Intent::Suspend))),
                    Signal::Hangup | Signal::End(_) => return Ok(Ending::Signal(signal)),
                },
                Some(message) = inbox.recv() => {
                    messages.push(message);
                    while let Ok(message) = inbox.try_recv() {
                        messages.push(message);
                    }
                }
                line = typed.next() => {
                    messages.extend(self.answer(line)?);
                    patience = Instant::now() + PATIENCE;
                }
                () = sleep_until(patience), if due == Due::Telling => {}
            }
        }
    }

    /// Updates the model with a message, and runs the effects.
    async fn take_in(&mut self, message: Msg, signals: &mut Signals, due: &mut Due) -> io::Result<Option<Ending>> {
        let output = match &message {
            Msg::Progress(id, Progress::Line(line)) if self.model.is_foreground(*id) => Some(line.clone()),
            _ => None,
        };
        if let Some(line) = output {
            self.paper.say(&line)?;
        } else if is_news(&message, self.model) {
            *due = Due::Telling;
        }
        if matches!(message, Msg::Input(_)) {
            self.telling.forget_notice();
        }
        for effect in app::update(self.model, message) {
            match effect {
                Effect::Start(id, task) => self.runtime.start(id, task),
                Effect::Cancel(id) => self.runtime.cancel(id),
                Effect::EndWait(id) => self.runtime.end_wait(id),
                Effect::Copy(text) | Effect::Print(text) => {
                    for line in text.lines() {
                        self.paper.write_whole(line)?;
                    }
                }
                Effect::Suspend => {
                    self.echo.show()?;
                    self.paper.end_line()?;
                    if let Some(signal) = signals.stop().await {
                        return Ok(Some(Ending::Signal(signal)));
                    }
                }
                Effect::Quit(outcome) => {
                    self.paper.end_line()?;
                    if outcome == Outcome::Cancelled {
                        self.paper.say("Left.")?;
                    }
                    return Ok(Some(Ending::Outcome(outcome)));
                }
            }
        }
        Ok(None)
    }

    /// Announces what is new, then prompts.
    fn tell(&mut self) -> io::Result<()> {
        let lines = app::lines(self.model, self.telling.ascii());
        self.telling.tell(&lines, &mut self.paper)?;
        self.ask(&lines.ask)
    }

    /// Writes the prompt. The answer is typed on the same line, without echo if it is a secret.
    fn ask(&mut self, ask: &Ask) -> io::Result<()> {
        let (prompt, is_secret) = match ask {
            Ask::Nothing => return self.echo.show(),
            Ask::Choice { prompt, .. } => (format!("{prompt} "), false),
            Ask::Text { id, prompt } if id.is_secret() => {
                let shows = if cfg!(unix) { "it will not show" } else { "it will show" };
                (format!("{prompt} ({shows}): "), true)
            }
            Ask::Text { prompt, .. } => (format!("{prompt}: "), false),
            Ask::Consent { .. } => ("y or n? ".to_owned(), false),
            Ask::Ended => ("Enter finishes: ".to_owned(), false),
        };
        if is_secret {
            self.echo.hide()?;
        } else {
            self.echo.show()?;
        }
        self.paper.prompt(&prompt)
    }

    /// Handles a typed line. The end of the input ends the wizard, because no prompt can be answered any more.
    fn answer(&mut self, line: Line) -> io::Result<Option<Msg>> {
        let was_hidden = self.echo.is_hidden();
        self.echo.show()?;
        let line = match line {
            Line::Text(text) => text,
            Line::End => return Ok(Some(Msg::Input(Input::Do(Intent::Leave)))),
        };
        // The Enter key has ended the line of the prompt.
        self.paper.line_was_ended();
        let input = match app::hear(self.model, &line) {
            Heard::Input(input) => input,
            Heard::Explain => return self.explain().map(|()| None),
            Heard::Nothing => return self.refuse().map(|()| None),
        };
        if !was_hidden && is_a_token(&input) {
            self.paper
                .say("That looks like a token, and this terminal has shown it. The question for a token hides what is typed.")?;
        }
        let msg = Msg::Input(input);
        if changes_nothing(self.model, &msg) {
            return self.refuse().map(|()| None);
        }
        Ok(Some(msg))
    }

    /// Prints the page again, with all keys.
    fn explain(&mut self) -> io::Result<()> {
        self.telling.forget();
        let lines = app::lines(self.model, self.telling.ascii());
        self.telling.tell(&lines, &mut self.paper)?;
        self.paper.say("All keys here, each followed by Enter:")?;
        for (key, does) in app::explain(self.model) {
            self.paper.say(&format!("{key}: {does}"))?;
        }
        if app::mode(self.model) == Mode::Typing {
            self.paper.say("Every longer line is the text that is asked for.")?;
        }
        self.ask(&lines.ask)
    }

    /// Says that the line is not a valid answer, and prompts again.
    fn refuse(&mut self) -> io::Result<()> {
        let lines = app::lines(self.model, self.telling.ascii());
        let keys = telling::keys(&lines.keys);
        self.paper.say(&format!("That is no answer here. {keys}"))?;
        self.ask(&lines.ask)
    }
}

/// Returns true for messages that a person waits for. The results of an inspection are announced together at its end.
fn is_news(message: &Msg, model: &Model) -> bool {
    match message {
        Msg::Input(_) | Msg::Reply(..) | Msg::Look => true,
        Msg::Progress(id, progress) => {
            let is_shown = match progress {
                Progress::Invited(_) | Progress::Authorizing(_) | Progress::TlsAttempted => true,
                Progress::Retrying(wait) => wait.has_just_begun(),
                _ => false,
            };
            is_shown && model.is_foreground(*id)
        }
        Msg::Resized(..) => false,
    }
}

fn is_a_token(input: &Input) -> bool {
    matches!(input, Input::Paste(text) if holds_a_secret(text))
}

/// Returns true if the message would neither change the model nor have an effect.
fn changes_nothing(model: &Model, msg: &Msg) -> bool {
    let mut after = model.clone();
    app::update(&mut after, msg.clone()).is_empty() && after.is_as(model)
}
