//! The wizard's messages (`Msg`), its effects on the outside world (`Effect`) and the results of a page's handlers (`Transition`).
//!
//! Pages depend on this module; it depends on no page.

mod probe;
mod prompt;
mod task;
mod task_properties;
mod transition;

pub use probe::{Probe, ProbeResult};
pub use prompt::{Answer, Choice, Prompt, PromptId};
pub use task::{McpApproval, Progress, Reply, SaveRequest, Task, TaskOutcome, problem_of};
pub use task_properties::{Cancellation, TaskProperties};
pub use transition::{Navigation, Notice, Route, RowId, TokenEntry, Transition};

use crate::domain::credentials::SignInOutcome;
use crate::domain::secret::Secret;
use std::borrow::Cow;
use std::time::Duration;

/// Identifies a started task. A reply with an unknown id changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

/// An event that the router handles.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// Input from a key, a flag or a line.
    Input(Input),
    /// A running task reports progress.
    Progress(TaskId, Progress),
    /// A task has ended.
    Reply(TaskId, Reply),
    /// The terminal now has this many columns and rows.
    Resized(u16, u16),
    /// The page has waited this long for the task. Sent while a spinner is shown, and never otherwise.
    Waited(TaskId, Duration),
    /// Probe this machine; sent once, after the first frame.
    ProbeMachine,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Do(Intent),
    Type(Edit),
    Paste(Secret),
    /// An answer to the current prompt, from plain mode or a script.
    Answer(Answer),
}

/// A command that a key can stand for; the keymap binds the keys.
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
    /// Picks the choice with this index; its key is the number that it has for a person, one more.
    Pick(usize),
    Confirm,
    /// Agrees to a consent question. Not Enter: a key held down or pressed once too often must not consent to plain text.
    Yes,
    Back,
    Details,
    Guide,
    /// Opens the page for questions in the user's own words.
    AskQuestion,
    UseExisting,
    Open,
    Copy,
    /// Pastes a text. It has no key: terminals send pastes of their own.
    Paste,
    Retry,
    /// Opens the questions about role, plan and token policy.
    Profile,
    /// Leaves the screen and prints the link on one line.
    PrintLink,
    /// Lists all credentials.
    Accounts,
    /// Gets a new pair of tokens from Notion.
    Refresh,
    /// Logs out of an account; asks first.
    LogOut,
    /// Sends a credential to a secret manager; asks first.
    Send,
    /// Replaces the token by a new one; asks first.
    Rotate,
    /// Writes a calendar file with a reminder of the expiry date.
    Reminder,
    /// Connects coding agents.
    Agents,
    /// Finds tokens in plain text.
    Scan,
    /// Signs in to another account.
    AddAccount,
    /// Shows or hides the QR code.
    ToggleQr,
    /// Tab while typing: the next field, or the demo's next example.
    NextField,
    Help,
    /// Quits; asks first if something would be lost.
    Quit,
    /// Ctrl-C: quits without asking.
    QuitNow,
    /// Ctrl-Z.
    Suspend,
}

/// The description of a key in one or two words. It may name the user.
pub type Label = Cow<'static, str>;

/// An edit of one line of text.
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

/// Determines which keys are commands and which are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Keys are commands.
    Normal,
    /// Printable keys are always text.
    Insert,
    /// A yes-or-no question is open.
    Confirm,
}

/// An instruction for the runtime or, where the terminal is concerned, for the front end.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Start(TaskId, Task),
    Cancel(TaskId),
    /// Ends the task's wait for the keychain. It still replies.
    EndWait(TaskId),
    /// To the clipboard, through the terminal.
    Copy(String),
    /// Leaves the screen, prints this on one line, and comes back at the next key.
    Print(String),
    /// Restores the terminal and suspends the process until the shell continues it.
    Suspend,
    Quit(Outcome),
}

/// The result of the whole run.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Signed in, with the place where the credential is saved.
    Done(Box<SignInOutcome>),
    /// A task other than signing in is complete; the text is printed after the screen is closed.
    Finished(String),
    Cancelled,
}
