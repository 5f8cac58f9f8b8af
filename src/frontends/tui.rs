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
use crate::wizard::msg::{Effect, Input, Intent, Msg, Outcome};
use crate::wizard::theme::Theme;
use backend::{LinkedBackend, Links};
use events::Events;
use guard::Guard;
use ratatui::Terminal;
pub use signals::Signal;
use signals::Signals;
use std::io::{self, BufWriter, Stdout, Write};
use std::mem::ManuallyDrop;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

pub use guard::restore_on_panic;

/// Options for drawing and for terminal input.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub theme: Theme,
    /// True inside tmux, which forwards escape sequences for the clipboard only if they are wrapped.
    pub in_tmux: bool,
    pub in_screen: bool,
    /// The delay after which a lone ESC is a key, because the rest of a sequence may come in the next read.
    pub escape_delay: Duration,
}

/// The reason why the wizard ended.
#[derive(Debug)]
pub enum Ending {
    Outcome(Outcome),
    /// A signal; the exit code is 128 plus its number.
    Signal(Signal),
}

/// Returns the columns and rows of the terminal.
pub fn size() -> io::Result<(u16, u16)> {
    crossterm::terminal::size().map(|(columns, rows)| {
        let usable = Size::reported(columns, rows);
        (usable.columns, usable.rows)
    })
}

/// ratatui's terminal, never dropped: its `Drop` shows the cursor, as the guard does too, and if that fails because the terminal
/// is gone, it prints to standard error, which may be gone as well, and panics.
type Screen = ManuallyDrop<Terminal<LinkedBackend<BufWriter<Stdout>>>>;

/// Runs the wizard until it ends.
pub async fn run(model: &mut Model, runtime: &mut Runtime, inbox: UnboundedReceiver<Msg>, look: Look) -> io::Result<Ending> {
    let mut signals = Signals::new()?;
    let _guard = Guard::enter()?;
    match converse(model, runtime, inbox, look, &mut signals).await {
        // Drawing may fail on a closed terminal before SIGHUP arrives.
        Err(_) if signals::terminal_is_gone() => Ok(Ending::Signal(Signal::Hangup)),
        ending => ending,
    }
}

async fn converse(
    model: &mut Model,
    runtime: &mut Runtime,
    mut inbox: UnboundedReceiver<Msg>,
    look: Look,
    signals: &mut Signals,
) -> io::Result<Ending> {
    let links = Links::default();
    let mut screen = new_screen(&links)?;
    let mut events = Events::new(look.escape_delay);
    let mut messages = vec![Msg::Look];
    // While the main screen shows a printed line, no frame is drawn until a key is pressed. Tasks continue.
    let mut is_aside = false;
    loop {
        for message in messages.drain(..) {
            for effect in app::update(model, message) {
                match effect {
                    Effect::Start(id, task) => runtime.start(id, task),
                    Effect::Cancel(id) => runtime.cancel(id),
                    Effect::EndWait(id) => runtime.end_wait(id),
                    Effect::Copy(text) => {
                        let code = osc52(&text, look.in_tmux, look.in_screen);
                        screen.backend_mut().write_all(code.as_bytes())?;
                        // Flushed now, because there may be no further frame.
                        Write::flush(screen.backend_mut())?;
                    }
                    Effect::Print(text) => {
                        guard::step_aside()?;
                        print(&text)?;
                        is_aside = true;
                    }
                    Effect::Suspend => {
                        // The reader is stopped first, because it reads the terminal even when it is not polled.
                        events.stop().await;
                        if let Some(signal) = guard::suspend(signals).await? {
                            return Ok(Ending::Signal(signal));
                        }
                        screen = new_screen(&links)?;
                        events = Events::new(look.escape_delay);
                        is_aside = false;
                    }
                    Effect::Quit(outcome) => return Ok(Ending::Outcome(outcome)),
                }
            }
        }
        // Queued keys are handled before drawing, so that a held key does not lag behind.
        if !is_aside && !events.has_more() {
            draw(model, &mut screen, look.theme, &links)?;
        }
        // Signals come first, then replies, so that a key applies to the current state; then keys.
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::Suspend => messages.push(Msg::Input(Input::Do(Intent::Suspend))),
                Signal::Hangup | Signal::Interrupt | Signal::End(_) => return Ok(Ending::Signal(signal)),
            },
            Some(message) = inbox.recv() => {
                messages.push(message);
                while let Ok(message) = inbox.try_recv() {
                    messages.push(message);
                }
            }
            ready = events.ready() => match ready {
                Some(()) if is_aside => {
                    let (has_key, heard) = events.take_aside();
                    messages.extend(heard);
                    if has_key {
                        guard::step_back()?;
                        screen = new_screen(&links)?;
                        is_aside = false;
                    }
                }
                Some(()) => messages.extend(events.take(app::mode(model))),
                None => return Ok(Ending::Signal(Signal::Hangup)),
            },
        }
    }
}

fn new_screen(links: &Links) -> io::Result<Screen> {
    let backend = LinkedBackend::new(BufWriter::with_capacity(1 << 16, io::stdout()), links.clone());
    Terminal::new(backend).map(ManuallyDrop::new)
}

/// Prints the text on a line of its own. It is not wrapped here, because a line that the terminal wraps is copied as one.
fn print(text: &str) -> io::Result<()> {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    let mut out = io::stdout().lock();
    write!(out, "The link, on a line of its own:\r\n{text}\r\nPress Enter to come back.\r\n")?;
    out.flush()
}

fn draw(model: &Model, screen: &mut Screen, theme: Theme, links: &Links) -> io::Result<()> {
    screen.draw(|frame| links.replace(app::view(model, theme, frame)))?;
    Ok(())
}
