//! The full screen: owns the terminal, turns events into messages, draws once per batch.

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

/// How the terminal is to be used.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub theme: Theme,
    /// Escape codes for the clipboard must be wrapped for the multiplexer to pass them on.
    pub in_tmux: bool,
    pub in_screen: bool,
    /// How long a lone ESC is held: the rest of an arrow or a paste may come in the next read.
    pub escape_delay: Duration,
}

/// Why the screen was left.
#[derive(Debug)]
pub enum Ending {
    Outcome(Outcome),
    /// By this signal; the exit code is 128 and its number.
    Signal(Signal),
}

/// Columns and rows, before anything is drawn.
pub fn size() -> io::Result<(u16, u16)> {
    crossterm::terminal::size().map(|(columns, rows)| {
        let usable = Size::reported(columns, rows);
        (usable.columns, usable.rows)
    })
}

/// Never dropped: ratatui's `Drop` shows the cursor, which the guard does too, and where it cannot, as on a terminal that is
/// gone, it prints to a standard error that may be gone as well, and panics.
type Screen = ManuallyDrop<Terminal<LinkedBackend<BufWriter<Stdout>>>>;

/// Runs the wizard until it ends.
pub async fn run(model: &mut Model, runtime: &mut Runtime, inbox: UnboundedReceiver<Msg>, look: Look) -> io::Result<Ending> {
    let mut signals = Signals::new()?;
    let _guard = Guard::enter()?;
    match converse(model, runtime, inbox, look, &mut signals).await {
        // A frame may meet the end of the terminal before the signal that tells of it.
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
    // A printed line is being read: no frame until a key comes. Tasks go on, and so does the model.
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
                        // Not left to the next frame: this screen may be given up before it.
                        Write::flush(screen.backend_mut())?;
                    }
                    Effect::Print(text) => {
                        guard::step_aside()?;
                        print(&text)?;
                        is_aside = true;
                    }
                    Effect::Suspend => {
                        // The reader reads the terminal even when nobody polls it: it goes first.
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
        // Keys that are here already come before the frame: a held key is not outrun by what it does.
        if !is_aside && !events.has_more() {
            draw(model, &mut screen, look.theme, &links)?;
        }
        // Signals first; then answers, so that a key meets the state a person sees; then keys.
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

/// Nothing else stands on the line of the text. It is not broken here: what the terminal wraps, it also copies as one.
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
