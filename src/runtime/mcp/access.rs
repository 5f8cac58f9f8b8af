//! The access token of a saved sign-in: loaded when it is first needed, renewed a few minutes before it ends and when the server refuses it.
//!
//! One of these serves a whole process, so that ten requests at once lead to one refresh. Between processes the account lock does that.

use crate::domain::credentials::{
    Account, CredentialRecord, RefreshOutcome, Secrets, TokenPurpose, active_credential, find_credential,
};
use crate::domain::mcp::check_server;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::accounts;
use crate::runtime::oauth::{RefreshReason, refresh_because};
use crate::runtime::ports::World;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Time for which a refresh that failed is not tried again: every request that waits for it shares its failure.
const FAILURE_PAUSE: Duration = Duration::from_secs(5);

/// Minimum time between a renewal and the next one because of a refused token. A server that refuses what it has just issued refuses
/// the next one too.
const RENEWAL_PAUSE: Duration = Duration::from_secs(60);

pub struct McpAccess {
    world: World,
    /// The name of the workspace, if one was given.
    wanted: Option<String>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The account that was found first. An agent never gets into another workspace than the one that it began in.
    account: Option<Account>,
    loaded: Option<(CredentialRecord, Secrets)>,
    /// The refresh under way. It goes on if the request that began it is dropped, and the next one waits for it.
    refresh: JoinSet<Result<RefreshOutcome, Problem>>,
    failure: Option<RefreshFailure>,
    /// The token that the last refresh brought, and when.
    renewed: Option<(Secret, Instant)>,
}

/// A refresh that failed.
struct RefreshFailure {
    /// The refresh token. With another one, a refresh may succeed.
    refresh: Option<Secret>,
    problem: Problem,
    /// `None` if the token was refused for good. It is never sent again.
    until: Option<Instant>,
}

impl McpAccess {
    /// Looks for the credential of this name, or for the active one, when a token is first needed. Until one is found it is looked
    /// for at each request, so that a person can sign in while an agent is running.
    pub fn new(world: &World, wanted: Option<String>) -> Self {
        Self { world: world.clone(), wanted, state: Mutex::default() }
    }

    pub fn for_account(world: &World, account: Account) -> Self {
        let state = State { account: Some(account), ..State::default() };
        Self { world: world.clone(), wanted: None, state: Mutex::new(state) }
    }

    /// Returns a token that works for some minutes, as far as is known.
    pub async fn token(&self) -> Result<Secret, Problem> {
        let mut state = self.state.lock().await;
        let (record, secrets) = match state.loaded.clone() {
            Some(loaded) => loaded,
            None => self.load(&mut state).await?,
        };
        if !self.world.mcp.is_expiring(&secrets) {
            return Ok(secrets.token);
        }
        self.renew(&mut state, record, RefreshReason::Expiring(secrets)).await
    }

    /// Returns another token than this one, which the server has refused: what another process has saved meanwhile, or a new one.
    pub async fn token_instead_of(&self, refused: &Secret) -> Result<Secret, Problem> {
        let mut state = self.state.lock().await;
        if let Some((_, secrets)) = state.loaded.as_ref().filter(|(_, secrets)| secrets.token != *refused) {
            return Ok(secrets.token.clone());
        }
        let (record, secrets) = self.load(&mut state).await?;
        if secrets.token != *refused && !self.world.mcp.is_expiring(&secrets) {
            return Ok(secrets.token);
        }
        if secrets.refresh.is_none() {
            return Err(Problem::new(ProblemCode::McpTokenRefused));
        }
        if state.renewed.as_ref().is_some_and(|(token, at)| *token == secrets.token && at.elapsed() < RENEWAL_PAUSE) {
            let evidence = "it was issued less than a minute ago";
            return Err(Problem::new(ProblemCode::McpTokenRefused).with_evidence(evidence));
        }
        self.renew(&mut state, record, RefreshReason::Refused(secrets)).await
    }

    /// Waits for the refresh that is under way, if there is one: without its end, the pair that it brings would be lost.
    pub async fn finish_refresh(&self) {
        let _ = self.state.lock().await.refresh.join_next().await;
    }

    async fn renew(&self, state: &mut State, record: CredentialRecord, reason: RefreshReason) -> Result<Secret, Problem> {
        // The loaded secrets are out of date, also after a failure.
        state.loaded = None;
        let refresh = reason.secrets().refresh.clone();
        let still_applies =
            |failure: &RefreshFailure| failure.refresh == refresh && failure.until.is_none_or(|until| Instant::now() < until);
        if let Some(failure) = state.failure.as_ref().filter(|failure| still_applies(failure)) {
            return Err(failure.problem.clone());
        }
        // The result of a refresh that nobody waited for is in what was loaded since.
        while state.refresh.try_join_next().is_some() {}
        if state.refresh.is_empty() {
            let world = self.world.clone();
            state.refresh.spawn(async move { refresh_because(&world, &record, reason).await });
        }
        let ended = state.refresh.join_next().await.unwrap_or_else(|| Ok(Err(Problem::bug("no refresh was begun"))));
        if let Err(problem) = ended.unwrap_or_else(|error| Err(Problem::bug(error.to_string()))) {
            let is_final = matches!(problem.code, ProblemCode::McpSignInEnded | ProblemCode::McpClientLost);
            let until = (!is_final).then(|| Instant::now() + FAILURE_PAUSE);
            state.failure = Some(RefreshFailure { refresh, problem: problem.clone(), until });
            return Err(problem);
        }
        let (_, secrets) = self.load(state).await?;
        state.renewed = Some((secrets.token.clone(), Instant::now()));
        Ok(secrets.token)
    }

    async fn load(&self, state: &mut State) -> Result<(CredentialRecord, Secrets), Problem> {
        state.loaded = None;
        let record = self.find_record(state.account.as_ref()).await?;
        state.account = Some(record.account.clone());
        if let Some(mcp) = &record.mcp {
            check_server(mcp, &self.world.mcp.url()?)?;
        }
        let secrets = match self.world.store.load(record.account.clone()).await {
            // It was logged out a moment ago.
            Err(problem) if problem.code == ProblemCode::NotSignedIn => return Err(TokenPurpose::Mcp.mismatch()),
            secrets => secrets?,
        };
        Ok(state.loaded.insert((record, secrets)).clone())
    }

    async fn find_record(&self, account: Option<&Account>) -> Result<CredentialRecord, Problem> {
        let index = accounts::load_index(&self.world).await?;
        if let Some(account) = account {
            let same = index.credentials.into_iter().find(|record| record.account == *account);
            // After a logout, only a new sign-in to the same account will do.
            return same.ok_or_else(|| TokenPurpose::Mcp.mismatch());
        }
        let found = match &self.wanted {
            Some(wanted) => find_credential(&index, wanted, TokenPurpose::Mcp),
            None => active_credential(&index, TokenPurpose::Mcp),
        };
        match found {
            Ok(record) => Ok(record.clone()),
            // If nothing at all is saved, the problem is the same.
            Err(_) if index.credentials.is_empty() => Err(TokenPurpose::Mcp.mismatch()),
            Err(error) => Err(error.into()),
        }
    }
}
