//! Prompts, and the answers to them.

use crate::domain::secret::Secret;

/// The current prompt, which plain mode and scripts answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Prompt {
    /// A task is running; there is nothing to answer.
    Busy,
    Choice {
        id: PromptId,
        prompt: String,
        options: Vec<Choice>,
    },
    Text {
        id: PromptId,
        prompt: String,
    },
    Consent {
        id: PromptId,
        question: String,
    },
    /// The wizard has ended.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PromptId {
    Path,
    Guide,
    /// A question in the user's own words, then the choice of an answer.
    Question,
    SignInMethod,
    Role,
    Plan,
    Policy,
    /// The choice of one of `ntn`'s workspaces.
    Workspace,
    /// A login was cancelled or failed.
    RetryLogin,
    Installer,
    /// Consent to running an installer.
    Install,
    Token,
    /// Several tokens were pasted at once.
    WhichToken,
    /// The port of the connection's redirect URI.
    Port,
    ClientId,
    ClientSecret,
    /// The full redirect URL, if the loopback listener cannot receive it.
    RedirectUrl,
    /// An authorization was cancelled, denied or has expired.
    RetryAuthorization,
    Provider,
    /// The choice of a step in the Workers runbook.
    Step,
    /// Consent to credentials in arguments.
    Arguments,
    Existing,
    /// The checks are done; continue?
    Continue,
    Store,
    /// The choice of a secret manager.
    Manager,
    /// A value that the secret manager needs.
    SendOption,
    /// Consent to running the secret manager's client.
    Send,
    Plaintext,
    Finished,
    UnsavedCredential,
    /// The choice of a credential.
    Account,
    /// Consent to logging out.
    LogOut,
    /// The choice of coding agents to connect.
    Agents,
    /// Consent to changing their files.
    ChangeAgents,
    /// Saving the tokens in these files?
    SaveTokens,
    /// Using the answers of the team profile?
    TeamProfile,
    /// Consent to replacing a token everywhere.
    Rotate,
    /// The choice of a secret that a scan found.
    FoundSecret,
    /// The choice of what to do about it.
    FoundSecretAnswer,
    /// Consent to replacing lines of shell profiles.
    ReplaceLines,
}

impl PromptId {
    /// True if the answer is a secret, which is not echoed while typed.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Token | Self::ClientSecret)
    }
}

/// One possible answer. A disabled one gives the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    pub detail: String,
    pub disabled_reason: Option<String>,
}

impl Choice {
    pub fn new(label: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { label: label.into(), detail: detail.into(), disabled_reason: None }
    }

    #[must_use]
    pub fn disabled_because(mut self, reason: Option<String>) -> Self {
        self.disabled_reason = reason;
        self
    }
}

/// An answer to an [`Prompt`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Choice(usize),
    Text(Secret),
    Consent(bool),
    /// A date, or `None` if it is unknown.
    Day(Option<jiff::civil::Date>),
}
