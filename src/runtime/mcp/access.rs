//! The access token of a saved sign-in: loaded when it is first needed, renewed a few minutes before it ends and when the server refuses it.
//!
//! One of these serves a whole process, so that ten requests at once lead to one refresh. Between processes the account lock does that.

use crate::domain::credentials::{CredentialRecord, Purpose, Secrets, active_credential, find_credential};
use crate::domain::mcp::check_server;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::accounts;
use crate::runtime::oauth::{RefreshReason, refresh_because};
use crate::runtime::ports::World;
use tokio::sync::Mutex;

pub struct McpAccess {
    world: World,
    /// The name of the workspace, if one was given.
    wanted: Option<String>,
    held: Mutex<Option<Held>>,
    /// A refresh token that was refused for good, and why. It is never sent again.
    ended: Mutex<Option<(Secret, Problem)>>,
}

struct Held {
    record: CredentialRecord,
    /// `None` until they are loaded.
    secrets: Option<Secrets>,
}

impl McpAccess {
    /// Looks for the credential of this name, or for the active one, when a token is first needed. Until one is found it is looked
    /// for at each request, so that a person can sign in while an agent is running.
    pub fn new(world: &World, wanted: Option<String>) -> Self {
        Self { world: world.clone(), wanted, held: Mutex::default(), ended: Mutex::default() }
    }

    pub fn for_record(world: &World, record: CredentialRecord) -> Self {
        let held = Mutex::new(Some(Held { record, secrets: None }));
        Self { world: world.clone(), wanted: None, held, ended: Mutex::default() }
    }

    /// Returns a token that works for some minutes, as far as is known.
    pub async fn token(&self) -> Result<Secret, Problem> {
        let mut held = self.held.lock().await;
        let secrets = match held.as_ref().and_then(|held| held.secrets.clone()) {
            Some(secrets) => secrets,
            None => self.reload(&mut held).await?,
        };
        if !self.world.mcp.is_expiring(&secrets) {
            return Ok(secrets.token);
        }
        self.renew(&mut held, RefreshReason::Expiring(secrets)).await
    }

    /// Returns another token than this one, which the server has refused: what another process has saved meanwhile, or a new one.
    pub async fn token_instead_of(&self, refused: &Secret) -> Result<Secret, Problem> {
        let mut held = self.held.lock().await;
        if let Some(secrets) = held.as_ref().and_then(|held| held.secrets.as_ref()).filter(|secrets| secrets.token != *refused) {
            return Ok(secrets.token.clone());
        }
        let secrets = self.reload(&mut held).await?;
        if secrets.token != *refused && !self.world.mcp.is_expiring(&secrets) {
            return Ok(secrets.token);
        }
        self.renew(&mut held, RefreshReason::Refused(secrets)).await
    }

    async fn renew(&self, held: &mut Option<Held>, reason: RefreshReason) -> Result<Secret, Problem> {
        let record = match held {
            Some(held) => held.record.clone(),
            None => self.select().await?,
        };
        let mut ended = self.ended.lock().await;
        let refresh = reason.secrets().refresh.clone();
        // Whatever was known is out of date, also after a failure.
        *held = None;
        if let Some((_, problem)) = ended.as_ref().filter(|(dead, _)| refresh.as_ref() == Some(dead)) {
            return Err(problem.clone());
        }
        if let Err(problem) = refresh_because(&self.world, &record, reason).await {
            let is_final = matches!(problem.code, ProblemCode::McpSignInEnded | ProblemCode::McpClientLost);
            *ended = refresh.filter(|_| is_final).map(|dead| (dead, problem.clone()));
            return Err(problem);
        }
        Ok(self.reload_record(held, record).await?.token)
    }

    async fn reload(&self, held: &mut Option<Held>) -> Result<Secrets, Problem> {
        let known = held.take().map(|held| held.record);
        let record = match known {
            Some(record) => record,
            None => self.select().await?,
        };
        self.reload_record(held, record).await
    }

    async fn reload_record(&self, held: &mut Option<Held>, record: CredentialRecord) -> Result<Secrets, Problem> {
        if let Some(mcp) = &record.mcp {
            check_server(mcp, &self.world.mcp.url()?)?;
        }
        let secrets = match self.world.store.load(record.account.clone()).await {
            // It was logged out: the next request looks for another one.
            Err(problem) if problem.code == ProblemCode::NotSignedIn => return Err(Purpose::Mcp.mismatch()),
            secrets => secrets?,
        };
        *held = Some(Held { record, secrets: Some(secrets.clone()) });
        Ok(secrets)
    }

    async fn select(&self) -> Result<CredentialRecord, Problem> {
        let index = accounts::load_index(&self.world).await?;
        let found = match &self.wanted {
            Some(wanted) => find_credential(&index, wanted, Purpose::Mcp),
            None => active_credential(&index, Purpose::Mcp),
        };
        match found {
            Ok(record) => Ok(record.clone()),
            // That nothing at all is saved means the same here.
            Err(_) if index.credentials.is_empty() => Err(Purpose::Mcp.mismatch()),
            Err(error) => Err(error.into()),
        }
    }
}
