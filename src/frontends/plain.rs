//! Plain mode: the wizard in numbered lines, for screen readers and simple terminals.
//!
//! It writes only text and line ends, and never overwrites anything. A page is announced once; afterwards only its changes
//! are. It has no rules of its own: [`app::plain_view()`] returns the text, [`app::parse_line()`] parses a typed line.

mod announcer;
mod echo;
mod line_reader;
mod line_writer;

use super::tui::signals::{Signal, Signals, is_terminal_gone};
use super::tui::{ExitReason, terminal_size};
use crate::domain::token_text::contains_secret;
use crate::runtime::Runtime;
use crate::wizard::app::{self, Model, ParsedLine, PlainPrompt};
use crate::wizard::msg::{Effect, Input, Intent, Mode, Msg, Outcome, Progress};
use announcer::{Announcer, Verbosity};
use line_reader::{InputLine, LineReader};
use line_writer::LineWriter;
use std::io;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

pub(super) use echo::EchoControl;
pub use echo::restore_on_panic;

/// Time limit for background tasks such as the probes of this machine before a prompt. Their results would otherwise be printed
/// while a person is typing.
const BACKGROUND_TIMEOUT: Duration = Duration::from_secs(4);

/// Runs the wizard until it ends.
pub async fn run(model: &mut Model, runtime: &mut Runtime, inbox: UnboundedReceiver<Msg>, ascii: bool) -> io::Result<ExitReason> {
    let mut signals = Signals::new()?;
    signals.add_linux_signals();
    let plain = PlainMode {
        model,
        runtime,
        announcer: Announcer::new(ascii),
        writer: LineWriter::new(terminal_columns),
        echo: EchoControl::default(),
    };
    match plain.event_loop(inbox, &mut signals).await {
        // Writing a line may fail on a closed terminal before SIGHUP arrives.
        Err(_) if is_terminal_gone() => Ok(ExitReason::Signal(Signal::Hangup)),
        outcome => outcome,
    }
}

fn terminal_columns() -> usize {
    terminal_size().map_or(80, |(columns, _)| usize::from(columns))
}

struct PlainMode<'a> {
    model: &'a mut Model,
    runtime: &'a mut Runtime,
    announcer: Announcer,
    writer: LineWriter,
    echo: EchoControl,
}

/// The output that is due before the next prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PendingOutput {
    Nothing,
    Announcement,
}

impl PlainMode<'_> {
    async fn event_loop(mut self, mut inbox: UnboundedReceiver<Msg>, signals: &mut Signals) -> io::Result<ExitReason> {
        let mut line_reader = LineReader::spawn()?;
        let mut messages = vec![Msg::ProbeMachine];
        let mut due = PendingOutput::Announcement;
        self.writer.write_wrapped("notion-auth, plain mode. Checking this machine.")?;
        let mut deadline = Instant::now() + BACKGROUND_TIMEOUT;
        loop {
            for message in messages.drain(..) {
                if let Some(reason) = self.handle_message(message, signals, &mut due).await? {
                    return Ok(reason);
                }
            }
            let is_settled = self.model.is_waiting() || self.model.is_idle() || Instant::now() >= deadline;
            if due == PendingOutput::Announcement && is_settled {
                self.announce()?;
                due = PendingOutput::Nothing;
            }
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    // A write in progress is finished first.
                    Signal::Interrupt => messages.push(Msg::Input(Input::Do(Intent::QuitNow))),
                    Signal::Suspend => messages.push(Msg::Input(Input::Do(Intent::Suspend))),
                    Signal::Hangup | Signal::Terminate(_) => return Ok(ExitReason::Signal(signal)),
                },
                Some(message) = inbox.recv() => {
                    messages.push(message);
                    while let Ok(message) = inbox.try_recv() {
                        messages.push(message);
                    }
                }
                line = line_reader.read_line() => {
                    messages.extend(self.handle_line(line)?);
                    deadline = Instant::now() + BACKGROUND_TIMEOUT;
                }
                () = sleep_until(deadline), if due == PendingOutput::Announcement => {}
            }
        }
    }

    /// Updates the model with a message, and runs the effects.
    async fn handle_message(
        &mut self,
        message: Msg,
        signals: &mut Signals,
        due: &mut PendingOutput,
    ) -> io::Result<Option<ExitReason>> {
        let output = match &message {
            Msg::Progress(id, Progress::OutputLine(line)) if self.model.is_foreground(*id) => Some(line.clone()),
            _ => None,
        };
        if let Some(line) = output {
            self.writer.write_wrapped(&line)?;
        } else if needs_announcement(&message, self.model) {
            *due = PendingOutput::Announcement;
        }
        if matches!(message, Msg::Input(_)) {
            self.announcer.reset_notice();
        }
        for effect in app::update(self.model, message) {
            match effect {
                Effect::Start(id, task) => self.runtime.start(id, task),
                Effect::Cancel(id) => self.runtime.cancel(id),
                Effect::EndWait(id) => self.runtime.end_wait(id),
                Effect::Copy(text) | Effect::Print(text) => {
                    for line in text.lines() {
                        self.writer.write_unwrapped(line)?;
                    }
                }
                Effect::Suspend => {
                    self.echo.show()?;
                    self.writer.end_line()?;
                    if let Some(signal) = signals.suspend_process().await {
                        return Ok(Some(ExitReason::Signal(signal)));
                    }
                }
                Effect::Quit(outcome) => {
                    self.writer.end_line()?;
                    if outcome == Outcome::Cancelled {
                        self.writer.write_wrapped("Cancelled.")?;
                    }
                    return Ok(Some(ExitReason::Outcome(outcome)));
                }
            }
        }
        Ok(None)
    }

    /// Announces what is new, then prompts.
    fn announce(&mut self) -> io::Result<()> {
        let view = app::plain_view(self.model, self.announcer.ascii());
        self.announcer.announce(&view, Verbosity::Brief, &mut self.writer)?;
        self.prompt(view.prompt.as_ref())
    }

    /// Writes the prompt. The answer is typed on the same line, without echo if it is a secret.
    fn prompt(&mut self, prompt: Option<&PlainPrompt>) -> io::Result<()> {
        let Some(PlainPrompt { text, is_secret }) = prompt else { return self.echo.show() };
        if !is_secret {
            self.echo.show()?;
            return self.writer.write_prompt(text);
        }
        self.echo.hide()?;
        self.writer.write_prompt(&format!("{text} (hidden): "))
    }

    /// Handles a typed line. The end of the input ends the wizard, because no prompt can be answered any more.
    fn handle_line(&mut self, line: InputLine) -> io::Result<Option<Msg>> {
        let was_hidden = self.echo.is_hidden();
        self.echo.show()?;
        let line = match line {
            InputLine::Text(text) => text,
            InputLine::EndOfInput => return Ok(Some(Msg::Input(Input::Do(Intent::QuitNow)))),
        };
        if was_hidden && !EchoControl::ECHOES_LINE_END {
            self.writer.end_line()?;
        }
        // The Enter key has ended the line of the prompt.
        self.writer.mark_line_ended();
        let input = match app::parse_line(self.model, &line) {
            ParsedLine::Input(input) => input,
            ParsedLine::Help => return self.print_help().map(|()| None),
            ParsedLine::Unknown => return self.reject_line().map(|()| None),
        };
        if !was_hidden && is_token(&input) {
            self.writer.write_wrapped(
                "That looks like a token, and it is now visible on this terminal. The token prompt hides what you type.",
            )?;
        }
        Ok(Some(Msg::Input(input)))
    }

    /// Prints the page again, in full and with all keys.
    fn print_help(&mut self) -> io::Result<()> {
        self.announcer.reset();
        let view = app::plain_view(self.model, self.announcer.ascii());
        self.announcer.announce(&view, Verbosity::Full, &mut self.writer)?;
        self.writer.write_wrapped("Commands here (press Enter after each):")?;
        for (key, does) in app::line_help(self.model) {
            self.writer.write_wrapped(&format!("{key}: {does}"))?;
        }
        if app::mode(self.model) == Mode::Insert {
            self.writer.write_wrapped("Anything else you type is used as text.")?;
        }
        self.prompt(view.prompt.as_ref())
    }

    /// Says that the line is not a valid answer, and prompts again.
    fn reject_line(&mut self) -> io::Result<()> {
        let view = app::plain_view(self.model, self.announcer.ascii());
        let keys = app::keys_text(&view.keys);
        self.writer.write_wrapped(&format!("Not an option. {keys}"))?;
        self.prompt(view.prompt.as_ref())
    }
}

/// Returns true for messages that a person waits for. The results of an inspection are announced together at its end.
fn needs_announcement(message: &Msg, model: &Model) -> bool {
    match message {
        Msg::Input(_) | Msg::Reply(..) | Msg::ProbeMachine => true,
        Msg::Progress(id, progress) => {
            let is_shown = match progress {
                Progress::LoginInvitation(_) | Progress::AuthorizationPending(_) | Progress::TlsAttempted => true,
                Progress::Retrying(wait) => wait.has_just_begun(),
                _ => false,
            };
            is_shown && model.is_foreground(*id)
        }
        Msg::Resized(..) | Msg::Waited(..) => false,
    }
}

fn is_token(input: &Input) -> bool {
    matches!(input, Input::Paste(text) if contains_secret(text))
}
