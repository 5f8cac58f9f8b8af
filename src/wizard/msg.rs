//! The vocabulary: what can happen (`Msg`), what may be asked of the world (`Effect`), what a page may want (`Transition`).
//!
//! It stands below every page, so that pages depend on it and it depends on no page.

use crate::domain::catalog::PathId;
use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::{Candidate, CredentialRecord, Done, Existing, Ledger, Receipt, Verified};
use crate::domain::link::Link;
use crate::domain::login::{Installer, InstallerState, Invitation, LoggedIn, LoginRequest, NtnLogin};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, KeychainState, NtnState, Reachable};
use crate::domain::prerequisites::Standing;
use crate::domain::problem::Problem;
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

/// An answer to an [`Ask`].
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Choice(usize),
    Text(Secret),
    Consent(bool),
    /// A day, or that it is not known.
    Day(Option<jiff::civil::Date>),
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
    UseExisting,
    Open,
    Copy,
    Retry,
    /// Says who one is: role, plan and token policy.
    Standing,
    /// Leaves the screen and prints the link on one line.
    Plain,
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

/// One look at this machine. Each streams in by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    Keychain,
    Browser,
    Ntn,
    Network,
    Existing,
    /// The loopback port; only a path that needs it looks.
    Port,
}

impl Probe {
    /// What every start looks at.
    pub const ALL: [Self; 5] = [Self::Existing, Self::Browser, Self::Ntn, Self::Keychain, Self::Network];
}

/// Work for the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    Probe(Probe),
    Open(Link),
    /// To the clipboard of this machine. Never a secret.
    Copy(String),
    /// Asks Notion who this is.
    Verify(Candidate),
    /// What a verified token can do and see.
    Inspect(Box<Verified>),
    /// Writes, reads back, records.
    Keep(Box<Keep>),
    /// Has `ntn` log in, reads the token back, and asks Notion who this is.
    Login(LoginRequest),
    /// Writes down a credential that `ntn` keeps.
    Note(Box<CredentialRecord>),
    Remember(Standing),
    /// Which ways to install `ntn` there are here.
    FindInstallers,
    Install(Installer),
}

/// Only a verified credential can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    pub verified: Verified,
    pub record: CredentialRecord,
}

impl Task {
    /// The one task a page waits on, as against those that run beside it.
    pub fn is_foreground(&self) -> bool {
        match self {
            Self::Verify(_)
            | Self::Inspect(_)
            | Self::Keep(_)
            | Self::Login(_)
            | Self::Note(_)
            | Self::FindInstallers
            | Self::Install(_) => true,
            Self::Probe(_) | Self::Open(_) | Self::Copy(_) | Self::Remember(_) => false,
        }
    }

    /// What changes the world cannot be called back: while it runs, Back does nothing and Leave waits for it.
    pub fn can_be_cancelled(&self) -> bool {
        !matches!(self, Self::Keep(_) | Self::Note(_) | Self::Remember(_))
    }
}

/// What a running task has to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Of a login.
    Invited(Invitation),
    /// Of an installation: a line of its output, sanitised.
    Line(String),
    // Of an inspection.
    Users(Result<Answer<UserList>, Problem>),
    OwnerFound(Result<Answer<bool>, Problem>),
    Search(Result<Answer<Reach>, Problem>),
}

/// How a task ended; one variant per task.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Keychain(KeychainState),
    Browser(BrowserState),
    Ntn(NtnState),
    Network(Result<Reachable, Problem>),
    Existing(Box<AlreadyHere>),
    Port(PortState),
    Opened(Result<(), Problem>),
    /// By this program; `None` where there is none.
    Copied(Option<String>),
    Verified(Box<Result<Verified, Problem>>),
    Inspected,
    /// Of `Keep` and of `Note`.
    Kept(Result<Receipt, Problem>),
    LoggedIn(Box<Result<LoggedIn, Problem>>),
    Remembered(Result<(), Problem>),
    Installers(Result<Vec<InstallerState>, Problem>),
    Installed(Result<(), Problem>),
}

/// Credentials that were on this machine before anything was asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlreadyHere {
    pub existing: Vec<Existing>,
    pub ledger: Ledger,
    /// Trouble met on the way, such as a corrupt file; what was found stands all the same.
    pub trouble: Option<Problem>,
}

/// Asked of the runtime, or of the front end where the terminal is concerned.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Start(TaskId, Task),
    Cancel(TaskId),
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
    Cancelled,
}

/// A destination as data, with what is handed over.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    Path(PathId),
    Guide,
    /// Prerequisites, and the ways along this path.
    Prepare(PathId),
    /// Role, plan, policy.
    Standing,
    /// Token entry.
    SignIn(PathId, Entry),
    /// Browser login through `ntn`; `true` where the browser is to be opened as soon as there is a link.
    Login(bool),
    /// Installing `ntn`.
    Install,
    /// Credentials that are here already.
    UseExisting,
    /// With the login that it comes from, where there was one just now.
    Verify(Box<Verified>, Option<Box<NtnLogin>>),
    /// A login whose token only `ntn` can read, and why.
    Reported(Box<NtnLogin>, String),
    Expiry(Box<Verified>),
    Keep(Box<Verified>, Option<jiff::civil::Date>),
    Done(Box<Done>),
}

/// How token entry begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Field,
    /// The key that led here said that the portal is to be opened.
    Portal,
    /// The paste that led here is the token.
    Pasted(Secret),
}

/// Where a page wants to go.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Go {
    #[default]
    Stay,
    To(Route),
    /// The credential is kept: forget the way here, so that Back starts afresh.
    Finish(Route),
    Back,
    /// The program is done.
    Quit,
}

/// What a page may ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transition {
    pub go: Go,
    pub begin: Option<Task>,
    pub copy: Option<String>,
    pub print: Option<String>,
    /// What a person said about themselves, to be remembered.
    pub remember: Option<Standing>,
    /// Look at this machine again.
    pub look: bool,
    pub notice: Option<Notice>,
}

impl Transition {
    pub fn stay() -> Self {
        Self::default()
    }

    pub fn to(route: Route) -> Self {
        Self { go: Go::To(route), ..Self::default() }
    }

    pub fn finish(route: Route) -> Self {
        Self { go: Go::Finish(route), ..Self::default() }
    }

    pub fn back() -> Self {
        Self { go: Go::Back, ..Self::default() }
    }

    pub fn begin(task: Task) -> Self {
        Self { begin: Some(task), ..Self::default() }
    }

    pub fn copy(text: impl Into<String>) -> Self {
        Self { copy: Some(text.into()), ..Self::default() }
    }

    pub fn say(text: impl Into<String>) -> Self {
        Self { notice: Some(Notice::plain(text)), ..Self::default() }
    }
}

/// One line above the footer, until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_trouble: bool,
}

impl Notice {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_trouble: false }
    }

    pub fn trouble(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_trouble: true }
    }
}

/// What is being asked just now; the front ends without a screen answer it by this.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Something is under way; an answer will come by itself.
    Nothing,
    Choice {
        id: AskId,
        prompt: String,
        options: Vec<Choice>,
    },
    Text {
        id: AskId,
        prompt: String,
    },
    Consent {
        id: AskId,
        what: String,
    },
    /// The conversation is over.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AskId {
    Path,
    Guide,
    Way,
    Role,
    Plan,
    Policy,
    /// Which of `ntn`'s workspaces.
    Workspace,
    /// A login was stopped, or failed.
    LoginAgain,
    Installer,
    /// Runs an installer: agree?
    Install,
    Token,
    Existing,
    /// The checks are in: go on?
    Checked,
    Expiry,
    Store,
    Plaintext,
    Finished,
    Unkept,
}

/// One possible answer. A disabled one says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    pub detail: String,
    pub disabled: Option<String>,
}

impl Choice {
    pub fn new(label: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { label: label.into(), detail: detail.into(), disabled: None }
    }

    #[must_use]
    pub fn disabled_because(mut self, reason: Option<String>) -> Self {
        self.disabled = reason;
        self
    }
}
