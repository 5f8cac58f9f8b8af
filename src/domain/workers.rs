//! Workers OAuth: a worker signs in to another service. The order of its steps, and what of them is done already (facts D).
//!
//! It signs no one in to Notion. Every step is a command of `ntn`; what is done is told by `ntn`, not remembered, save for what
//! only the person knows: that the redirect address was registered at the provider.

pub mod commands;
pub mod declaration;
pub mod progress;
pub mod provider;

use super::link::Link;
use super::oauth::Client;
use serde::{Deserialize, Serialize};

/// The steps in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A project in this folder, known to Notion: `workers.json`.
    Project,
    Deploy,
    /// The address that the provider must send the answer to.
    RedirectUrl,
    /// At the provider, by the person.
    Register,
    /// Client id and secret, into the worker's environment.
    Credentials,
    /// They are bound at deploy (WTPL).
    Redeploy,
    /// The person's consent at the provider.
    Start,
    Token,
}

impl Step {
    pub const ALL: [Self; 8] = [
        Self::Project,
        Self::Deploy,
        Self::RedirectUrl,
        Self::Register,
        Self::Credentials,
        Self::Redeploy,
        Self::Start,
        Self::Token,
    ];
}

/// What the person chose for one worker, remembered so that a runbook that was left can be taken up again. Holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runbook {
    /// The folder it belongs to.
    pub folder: String,
    /// Id of a provider in `assets/providers.toml`.
    pub provider: String,
    /// The first argument of `worker.oauth`, which `ntn workers oauth start` takes.
    pub key: String,
    /// Said to be registered at the provider.
    #[serde(default)]
    pub registered: bool,
    /// Deployed by us since the credentials were stored: `ntn` does not tell.
    #[serde(default)]
    pub redeployed: bool,
    /// Credentials were stored by us since the last deployment: what runs, and any token, is of the pair before.
    #[serde(default)]
    pub stored_since_deploy: bool,
    /// Left out by the person, until they are run after all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Step>,
}

impl Runbook {
    pub fn of(folder: String, provider: String, key: String) -> Self {
        Self { folder, provider, key, ..Self::default() }
    }

    /// As it is once this step was run with success. `is_stored` where id and secret were in the environment before.
    #[must_use]
    pub fn after(mut self, step: Step, is_stored: bool) -> Self {
        self.skipped.retain(|skipped| *skipped != step);
        match step {
            Step::Register => self.registered = true,
            Step::Deploy | Step::Redeploy => {
                self.redeployed = self.redeployed || is_stored || step == Step::Redeploy;
                self.stored_since_deploy = false;
            }
            Step::Credentials => {
                (self.redeployed, self.stored_since_deploy) = (false, true);
                // Left out before there was this pair.
                self.skipped.retain(|skipped| *skipped < step);
            }
            Step::Project | Step::RedirectUrl | Step::Start | Step::Token => {}
        }
        self
    }

    /// Leaves a step out, or takes it in again.
    #[must_use]
    pub fn skipping(mut self, step: Step) -> Self {
        match self.skipped.iter().position(|skipped| *skipped == step) {
            Some(at) => drop(self.skipped.remove(at)),
            None => self.skipped.push(step),
        }
        self
    }
}

/// What `ntn` and the folder say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Where we look, sanitised.
    pub folder: String,
    /// The folder holds a worker's sources: a `package.json` that names `@notionhq/workers`.
    pub has_sources: bool,
    /// Of `workers.json`.
    pub worker_id: Option<String>,
    /// Keys of the worker's OAuth capabilities, as last deployed; `None` where `ntn` did not say, and why.
    pub oauth_keys: Said<Vec<String>>,
    /// Names of the worker's environment variables.
    pub variables: Said<Vec<String>>,
    /// What `ntn workers oauth show-redirect-url` says.
    pub redirect_url: Said<String>,
    /// Whether there is a provider's token under the runbook's key.
    pub token: Said<TokenState>,
    /// This `ntn` can take variables from a file; otherwise they would stand in its arguments.
    pub pushes_files: bool,
}

/// What `ntn` answered: an answer, its refusal in one sanitised line, or nothing was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Said<T> {
    #[default]
    NotAsked,
    Answer(T),
    Refused(String),
}

impl<T> Said<T> {
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::NotAsked | Self::Refused(_) => None,
        }
    }

    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Refused(reason) => Some(reason),
            Self::NotAsked | Self::Answer(_) => None,
        }
    }
}

/// Whether Notion holds a token of the provider's. The token itself is never shown and not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// And when it ends, where `ntn` says so; sanitised.
    Present {
        expires_at: Option<String>,
    },
    Absent,
}

/// A step to be run through `ntn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepRun {
    /// `ntn workers create --name NAME`.
    Create { name: String },
    /// `ntn workers deploy`, with a name where the worker does not exist yet.
    Deploy { name: Option<String> },
    /// Stores id and secret under these names: from a private file that is removed, or in arguments, with consent.
    Credentials { id_name: String, secret_name: String, client: Client, in_arguments: bool },
    /// `ntn workers oauth start KEY`; its link is caught, not opened.
    Start { key: String },
    /// Asks until there is a token under this key, or patience ends.
    AwaitToken { key: String },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepRan {
    Done,
    /// The provider's consent page.
    Started(Link),
    Token(TokenState),
}
