//! Workers OAuth, by which a worker signs in to another service: the order of its steps
//! (<https://developers.notion.com/workers/guides/oauth>), and which of them are done already.
//!
//! It does not sign anyone in to Notion. Every step is a command of `ntn`, which also reports what is done. Only what `ntn` does not
//! know is remembered: for example, that the redirect URI was registered at the provider.

pub mod commands;
pub mod declaration;
pub mod progress;
pub mod provider;

use super::link::Link;
use super::oauth::OauthClient;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// The steps in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum WorkerStep {
    /// The worker is created at Notion, and `workers.json` in this folder names it.
    Project,
    Deploy,
    /// The redirect URI to register at the provider.
    RedirectUrl,
    /// The person registers an app at the provider.
    Register,
    /// Client id and secret are stored in the worker's environment.
    Credentials,
    /// Credentials are bound at deployment, so changing them needs another one (`auth-guide` of
    /// <https://github.com/makenotion/workers-template>).
    Redeploy,
    /// The person gives consent at the provider.
    Start,
    Token,
}

impl WorkerStep {
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

/// A person's choices for one worker, saved so that an interrupted runbook can be resumed. Holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runbook {
    /// The folder it belongs to.
    pub folder: String,
    /// Id of a provider in `assets/providers.toml`.
    pub provider: String,
    /// The first argument of `worker.oauth`, which `ntn workers oauth start` takes.
    pub key: String,
    /// The person has confirmed the registration at the provider.
    #[serde(default)]
    pub registered: bool,
    /// We deployed it since the credentials were stored; `ntn` does not report that.
    #[serde(default)]
    pub redeployed: bool,
    /// We stored credentials since the last deployment, so the running worker and its token use the previous pair.
    #[serde(default)]
    pub stored_since_deploy: bool,
    /// Steps that the person skipped and that were not run since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<WorkerStep>,
}

impl Runbook {
    pub fn new(folder: String, provider: String, key: String) -> Self {
        Self { folder, provider, key, ..Self::default() }
    }

    /// The runbook after this step succeeded. `is_stored` is true if id and secret were in the environment before.
    #[must_use]
    pub fn with_completed(mut self, step: WorkerStep, is_stored: bool) -> Self {
        self.skipped.retain(|skipped| *skipped != step);
        match step {
            WorkerStep::Register => self.registered = true,
            WorkerStep::Deploy | WorkerStep::Redeploy => {
                self.redeployed = self.redeployed || is_stored || step == WorkerStep::Redeploy;
                self.stored_since_deploy = false;
            }
            WorkerStep::Credentials => {
                (self.redeployed, self.stored_since_deploy) = (false, true);
                // Later steps were skipped for the previous pair of credentials.
                self.skipped.retain(|skipped| *skipped < step);
            }
            WorkerStep::Project | WorkerStep::RedirectUrl | WorkerStep::Start | WorkerStep::Token => {}
        }
        self
    }

    /// Skips a step, or cancels skipping it.
    #[must_use]
    pub fn with_skip_toggled(mut self, step: WorkerStep) -> Self {
        match self.skipped.iter().position(|skipped| *skipped == step) {
            Some(at) => drop(self.skipped.remove(at)),
            None => self.skipped.push(step),
        }
        self
    }
}

/// The state of a worker project, as `ntn` and its folder show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkerProject {
    /// The project's folder; sanitised.
    pub folder: String,
    /// The folder holds a worker's sources: a `package.json` that names `@notionhq/workers`.
    pub has_sources: bool,
    /// The worker's id in `workers.json`.
    pub worker_id: Option<String>,
    /// Keys of the worker's OAuth capabilities, as last deployed.
    pub oauth_keys: NtnAnswer<Vec<String>>,
    /// Names of the worker's environment variables.
    pub variables: NtnAnswer<Vec<String>>,
    /// The output of `ntn workers oauth show-redirect-url`.
    pub redirect_url: NtnAnswer<String>,
    /// The provider's token under the runbook's key.
    pub token: NtnAnswer<ProviderTokenState>,
    /// True if this `ntn` reads variables from a file; otherwise they have to be passed as arguments.
    pub supports_file_push: bool,
}

/// The result of a query to `ntn`: not asked, an answer, or an error in one sanitised line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NtnAnswer<T> {
    #[default]
    NotAsked,
    Answer(T),
    Refused(String),
}

impl<T> NtnAnswer<T> {
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

/// The presence of a provider's token at Notion. The token itself is never shown or saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderTokenState {
    /// There is a token, with its expiry date if `ntn` reports it; sanitised.
    Present {
        expires_at: Option<String>,
    },
    Absent,
}

/// A command that runs a step through `ntn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepCommand {
    /// `ntn workers create --name NAME`.
    Create { name: String },
    /// `ntn workers deploy`, with a name if the worker does not exist yet.
    Deploy { name: Option<String> },
    /// Stores id and secret under these names: through a temporary private file, or in arguments with the person's consent.
    Credentials { id_name: String, secret_name: String, client: OauthClient, in_arguments: bool },
    /// `ntn workers oauth start KEY`; its link is captured, not opened.
    Start { key: String },
    /// Polls until there is a token under this key, up to a time limit.
    AwaitToken { key: String },
}

/// The outcome of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    Done,
    /// The consent flow was started; this is the provider's consent page.
    Started(Link),
    Token(ProviderTokenState),
}
