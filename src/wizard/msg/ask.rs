//! What is asked, and how it may be answered: the wizard as a conversation.

use crate::domain::secret::Secret;

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
    /// A question in one's own words, then which of the answers.
    Question,
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
    /// Several tokens were pasted at once.
    WhichToken,
    /// Of an own connection's redirect address.
    Port,
    ClientId,
    ClientSecret,
    /// The whole address that the browser was sent to, where the listener cannot have it.
    Answer,
    /// An authorization was stopped, denied or has expired.
    AuthorizeAgain,
    Provider,
    /// Which step of the Workers runbook.
    Step,
    /// Credentials in arguments: agree?
    Arguments,
    Existing,
    /// The checks are in: go on?
    Checked,
    Expiry,
    Store,
    /// Which secret manager.
    Manager,
    /// Something that it needs to know.
    HandToOption,
    /// Runs its client: agree?
    HandTo,
    Plaintext,
    Finished,
    Unkept,
    /// Which of the credentials.
    Account,
    /// Ends one: agree?
    LogOut,
}

impl AskId {
    /// The answer is a secret: it is not shown while it is typed.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Token | Self::ClientSecret)
    }
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

/// An answer to an [`Ask`].
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Choice(usize),
    Text(Secret),
    Consent(bool),
    /// A day, or that it is not known.
    Day(Option<jiff::civil::Date>),
}
