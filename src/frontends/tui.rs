//! The full screen: owns the terminal, turns events into messages, and draws once per batch.

mod backend;
mod decoder;
mod events;
mod guard;
pub(super) mod signals;
mod source;

use super::clipboard::osc52;
use crate::runtime::Runtime;
use crate::wizard::app::{self, Model};
use crate::wizard::context::Size;
use crate::wizard::msg::{Effect, Input, Intent, Msg, Outcome, TaskId};
use crate::wizard::theme::Theme;
use backend::{FrameLinks, HyperlinkBackend};
use events::Events;
use guard::TerminalGuard;
use ratatui::Terminal;
pub use signals::Signal;
use signals::Signals;
use std::io::{self, BufWriter, Stdout, Write};
use std::mem::ManuallyDrop;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, sleep_until};

pub use guard::restore_on_panic;

/// The time that a terminal has to read the first frame before the probes start. With two processors, frames came up to a fifth later
/// without it.
const FIRST_FRAME_TIME: Duration = Duration::from_millis(2);

/// Options for drawing and for terminal input.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions {
    pub theme: Theme,
    /// True inside tmux, which forwards escape sequences for the clipboard only if they are wrapped.
    pub in_tmux: bool,
    pub in_screen: bool,
    /// The delay after which a lone ESC is a key, because the rest of a sequence may come in the next read.
    pub escape_delay: Duration,
}

/// The reason why the wizard ended.
#[derive(Debug)]
pub enum ExitReason {
    Outcome(Outcome),
    /// A signal; the exit code is 128 plus its number.
    Signal(Signal),
}

/// Returns the columns and rows of the terminal.
pub fn terminal_size() -> io::Result<(u16, u16)> {
    let (columns, rows) = reported_size().map_or_else(crossterm::terminal::size, Ok)?;
    let usable = Size::from_reported(columns, rows);
    Ok((usable.columns, usable.rows))
}

/// Returns the size that standard output reports, if it is a terminal that knows it. crossterm would open `/dev/tty` each time, and ratatui
/// asks before each frame.
#[cfg(unix)]
fn reported_size() -> Option<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

#[cfg(not(unix))]
fn reported_size() -> Option<(u16, u16)> {
    None
}

/// ratatui's terminal, never dropped: its `Drop` shows the cursor, as the guard does too, and if that fails because the terminal
/// is gone, it prints to standard error, which may be gone as well, and panics.
type ScreenTerminal = ManuallyDrop<Terminal<HyperlinkBackend<BufWriter<Stdout>>>>;

/// Runs the wizard until it ends.
pub async fn run(
    model: &mut Model,
    runtime: &mut Runtime,
    inbox: UnboundedReceiver<Msg>,
    options: RenderOptions,
) -> io::Result<ExitReason> {
    let mut signals = Signals::new()?;
    let outcome = async {
        let _guard = TerminalGuard::enter()?;
        event_loop(model, runtime, inbox, options, &mut signals).await
    };
    match outcome.await {
        // Setting up the terminal and drawing may fail on a closed terminal before SIGHUP arrives.
        Err(_) if signals::is_terminal_gone() => Ok(ExitReason::Signal(Signal::Hangup)),
        outcome => outcome,
    }
}

async fn event_loop(
    model: &mut Model,
    runtime: &mut Runtime,
    mut inbox: UnboundedReceiver<Msg>,
    options: RenderOptions,
    signals: &mut Signals,
) -> io::Result<ExitReason> {
    let links = FrameLinks::default();
    let mut screen = new_terminal(&links)?;
    let mut events = Events::new(options.escape_delay);
    let mut messages = vec![Msg::ProbeMachine];
    // While the main screen shows a printed line, no frame is drawn until a key is pressed. Tasks continue.
    let mut shows_main_screen = false;
    // The task that a spinner is shown for, and when that began.
    let mut wait: Option<(TaskId, Instant)> = None;
    // The first frame precedes the probes, which would take a processor from it and from the terminal that shows it.
    draw(model, &mut screen, options.theme, &links)?;
    signals.add_linux_signals();
    sleep(FIRST_FRAME_TIME).await;
    loop {
        for message in messages.drain(..) {
            for effect in app::update(model, message) {
                match effect {
                    Effect::Start(id, task) => runtime.start(id, task),
                    Effect::Cancel(id) => runtime.cancel(id),
                    Effect::EndWait(id) => runtime.end_wait(id),
                    Effect::Copy(text) => {
                        let code = osc52(&text, options.in_tmux, options.in_screen);
                        screen.backend_mut().write_all(code.as_bytes())?;
                        // Flushed now, because there may be no further frame.
                        Write::flush(screen.backend_mut())?;
                    }
                    Effect::Print(text) => {
                        guard::leave_alternate_screen()?;
                        print_line(&text)?;
                        shows_main_screen = true;
                    }
                    Effect::Suspend => {
                        // The reader is stopped first, because it reads the terminal even when it is not polled.
                        events.stop().await;
                        if let Some(signal) = guard::suspend(signals).await? {
                            return Ok(ExitReason::Signal(signal));
                        }
                        screen = new_terminal(&links)?;
                        events = Events::new(options.escape_delay);
                        shows_main_screen = false;
                    }
                    Effect::Quit(outcome) => return Ok(ExitReason::Outcome(outcome)),
                }
            }
        }
        // Queued keys are handled before drawing, so that a held key does not lag behind.
        if !shows_main_screen && !events.has_more() {
            draw(model, &mut screen, options.theme, &links)?;
        }
        let tick = model.next_tick().filter(|_| !shows_main_screen).map(|(id, next)| {
            let since = wait.filter(|(known, _)| *known == id).map_or_else(Instant::now, |(_, since)| since);
            wait = Some((id, since));
            (id, since, since + next)
        });
        // Signals come first, then replies, so that a key applies to the current state; then keys.
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::Suspend => messages.push(Msg::Input(Input::Do(Intent::Suspend))),
                Signal::Hangup | Signal::Interrupt | Signal::Terminate(_) => return Ok(ExitReason::Signal(signal)),
            },
            Some(message) = inbox.recv() => {
                messages.push(message);
                while let Ok(message) = inbox.try_recv() {
                    messages.push(message);
                }
            }
            ready = events.ready() => match ready {
                Some(()) if shows_main_screen => {
                    let (has_key, drained) = events.drain_on_main_screen();
                    messages.extend(drained);
                    if has_key {
                        guard::enter_alternate_screen()?;
                        screen = new_terminal(&links)?;
                        shows_main_screen = false;
                    }
                }
                Some(()) => messages.extend(events.next_message(app::mode(model))),
                None => return Ok(ExitReason::Signal(Signal::Hangup)),
            },
            () = sleep_until(tick.map_or_else(Instant::now, |(.., at)| at)), if tick.is_some() => {
                messages.extend(tick.map(|(id, since, _)| Msg::Waited(id, since.elapsed())));
            }
        }
    }
}

fn new_terminal(links: &FrameLinks) -> io::Result<ScreenTerminal> {
    let backend = HyperlinkBackend::new(BufWriter::with_capacity(1 << 16, io::stdout()), links.clone());
    Terminal::new(backend).map(ManuallyDrop::new)
}

/// Prints the text on a line of its own. It is not wrapped here, because a line that the terminal wraps is copied as one.
fn print_line(text: &str) -> io::Result<()> {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    let mut out = io::stdout().lock();
    write!(out, "The link, on a line of its own:\r\n{text}\r\nPress Enter to return.\r\n")?;
    out.flush()
}

fn draw(model: &Model, screen: &mut ScreenTerminal, theme: Theme, links: &FrameLinks) -> io::Result<()> {
    screen.draw(|frame| links.replace(app::view(model, theme, frame)))?;
    Ok(())
}
