//! The vocabulary: what can happen (`Msg`), what may be asked of the world (`Effect`), what a page may want (`Transition`).
//!
//! It stands below every page, so that pages depend on it and it depends on no page.

mod ask;
mod task;
mod transition;

pub use ask::{Ask, AskId, Choice, Given};
pub use task::{AlreadyHere, Keep, Probe, Progress, Reply, Task};
pub use transition::{Entry, Go, Notice, Route, Transition};

use crate::domain::credential::Done;
use crate::domain::secret::Secret;

/// Names one started task. A reply with any other id changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

/// Anything that can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A person, a flag or a line.
    Input(Input),
    /// A running task has something to show.
    Progress(TaskId, Progress),
    /// A task has ended.
    Reply(TaskId, Reply),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// Look at what is on this machine; sent once, after the first frame.
    Look,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Do(Intent),
    Type(Edit),
    Paste(Secret),
    /// From the front ends without a screen; answers what `ask` asked.
    Answer(Given),
}

/// What a key can mean. The keymap says which key means which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    Up,
    Down,
    Left,
    Right,
    First,
    Last,
    PageUp,
    PageDown,
    /// The nth choice at once, from 1.
    Pick(u8),
    Confirm,
    /// Agrees to a question of consent. Not Enter: a key held down, or pressed once too often, must not agree to plain text.
    Yes,
    Back,
    Details,
    Guide,
    /// Ask a question in one's own words.
    Ask,
    UseExisting,
    Open,
    Copy,
    Retry,
    /// Says who one is: role, plan and token policy.
    Standing,
    /// Leaves the screen and prints the link on one line.
    Plain,
    /// Lists all credentials.
    Accounts,
    /// Has Notion give a new pair of tokens.
    Refresh,
    /// Ends a credential; asks first.
    LogOut,
    /// Hands a credential to a secret manager; asks first.
    HandTo,
    /// Signs in to one more.
    Add,
    /// Shows or hides the QR code.
    Scan,
    /// Fills in the next example token; the demo only.
    Example,
    Help,
    /// Ends the program; asks first where something would be lost.
    Quit,
    /// Ctrl-C: ends the program.
    Leave,
    /// Ctrl-Z.
    Suspend,
}

/// Editing one line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Insert(char),
    EraseBack,
    EraseForward,
    EraseWord,
    EraseAll,
    Left,
    Right,
    Home,
    End,
}

/// What a key press means just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Keys are commands.
    Moving,
    /// Printable keys are text, always.
    Typing,
    /// An overlay waits for yes or no.
    Asking,
}

/// Asked of the runtime, or of the front end where the terminal is concerned.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Start(TaskId, Task),
    Cancel(TaskId),
    /// Ends the task's wait for the keychain. It replies all the same.
    EndWait(TaskId),
    /// To the clipboard, through the terminal.
    Copy(String),
    /// Leaves the screen, prints this on one line of its own, and comes back at the next key.
    Print(String),
    /// Gives the terminal back and stops, until the shell continues us.
    Suspend,
    Quit(Outcome),
}

/// How the conversation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Signed in; where it is kept.
    Done(Box<Done>),
    /// The road of a page was walked to its end; what to tell once the screen is left.
    Finished(String),
    Cancelled,
}
