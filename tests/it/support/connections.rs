//! Fakes for an OAuth connection, workers and secret managers.

use super::world::{Calls, MEMBER, Script, record};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::credential::{Account, CredentialRecord, Secrets, Verified, Workspace};
use notion_auth::domain::link::Link;
use notion_auth::domain::loopback::{ListenerEvent, PortState};
use notion_auth::domain::oauth::{
    AuthorizeRequest, Client, ConnectionNote, Exchange, Grant, Introspection, Pending, Pkce, Redirect,
};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::domain::secret_manager::{Handed, Handing, ManagerState, managers};
use notion_auth::domain::workers::{Project, StepRan, StepRun, TokenState};
use notion_auth::runtime::ports::{Job, Loopback, NotionOauth, SecretManagers, Tell, Workers};
use notion_auth::wizard::context::ExampleClient;

/// Fake values that cannot be mistaken for real ones.
pub(crate) const CLIENT_ID: &str = "dead0000-0000-4000-8000-00000000c11d";
pub(crate) const CLIENT_SECRET: &str = "secret_fake_client_0000000000000000000000000";
pub(crate) const CODE: &str = "fake-code-0000";
pub(crate) const REFRESH: &str = "nrt_fake_refresh_0000000000000000000000000000";
pub(crate) const STATE: &str = "fake-state-0000";

pub(crate) fn client() -> Client {
    Client { id: CLIENT_ID.into(), secret: Secret::new(CLIENT_SECRET) }
}

/// Returns an authorization in progress, with a listener.
pub(crate) fn pending() -> Pending {
    let redirect = Redirect::default();
    let link = format!("https://api.notion.com/v1/oauth/authorize?client_id={CLIENT_ID}&state={STATE}");
    Pending {
        link: Link::checked(&link).unwrap(),
        redirect,
        state: Secret::new(STATE),
        verifier: Some(Secret::new("fake-verifier-0000")),
        ends_at: jiff::civil::time(14, 37, 0, 0),
        listening: PortState::Free(redirect.port),
    }
}

/// Returns the redirect URL of an approved authorization.
pub(crate) fn answer() -> String {
    format!("{}?code={CODE}&state={STATE}", Redirect::default())
}

/// Accepts every client, and returns [`MEMBER`]'s token for every code by default.
#[derive(Default)]
pub(crate) struct FakeOauth {
    pub(crate) calls: Calls,
    pub(crate) probe: Script<()>,
    pub(crate) exchange: Script<Grant>,
    pub(crate) refresh: Script<Grant>,
    pub(crate) introspect: Script<Introspection>,
    pub(crate) revoke: Script<()>,
}

impl FakeOauth {
    pub(crate) fn left(&self) -> usize {
        self.probe.left() + self.exchange.left() + self.refresh.left() + self.introspect.left() + self.revoke.left()
    }
}

pub(crate) fn grant() -> Grant {
    Grant { access: Secret::new(MEMBER), refresh: Some(Secret::new(REFRESH)) }
}

impl NotionOauth for FakeOauth {
    fn probe(&self, client: Client, redirect: Redirect) -> Job<()> {
        self.calls.note(format!("probe {} {redirect}", client.id));
        self.probe.play(|| Ok(()))
    }

    fn begin(&self, request: &AuthorizeRequest) -> Result<Pending, Problem> {
        self.calls.note(format!("begin {}", request.pkce.as_str()));
        let verifier = pending().verifier.filter(|_| request.pkce != Pkce::Never);
        Ok(Pending { redirect: request.redirect, verifier, ..pending() })
    }

    fn exchange(&self, exchange: Exchange) -> Job<Grant> {
        self.calls.note(format!("exchange {} {}", exchange.client.id, exchange.redirect));
        self.exchange.play(|| Ok(grant()))
    }

    fn refresh(&self, client: Client, _: Secret) -> Job<Grant> {
        self.calls.note(format!("refresh {}", client.id));
        self.refresh.play(|| Ok(grant()))
    }

    fn introspect(&self, client: Client, _: Secret) -> Job<Introspection> {
        self.calls.note(format!("introspect {}", client.id));
        self.introspect.play(|| Ok(Introspection { active: true, scope: None, issued_at: None }))
    }

    fn revoke(&self, client: Client, token: Secret) -> Job<()> {
        let which = if token.expose() == REFRESH { "refresh" } else { "access" };
        self.calls.note(format!("revoke {which} {}", client.id));
        self.revoke.play(|| Ok(()))
    }
}

/// Returns the record of a login to `workspace` through an OAuth connection, saved in the keychain.
pub(crate) fn authorized(workspace: Workspace) -> CredentialRecord {
    let account = Account { workspace: workspace.id.clone(), name: "oauth".into() };
    let connection = Some(ConnectionNote { client_id: CLIENT_ID.into(), redirect: Redirect::default() });
    CredentialRecord { account, path: PathId::Oauth, connection, ..record(workspace) }
}

/// Returns all secrets of an OAuth connection.
pub(crate) fn secrets(token: &str, refresh: &str) -> Secrets {
    Secrets { token: Secret::new(token), refresh: Some(Secret::new(refresh)), client_secret: Some(client().secret) }
}

/// Receives [`CODE`] at once by default.
#[derive(Default)]
pub(crate) struct FakeLoopback {
    pub(crate) calls: Calls,
    pub(crate) wait: Script<Secret>,
}

impl Loopback for FakeLoopback {
    fn wait(&self, pending: Pending, tell: Tell<ListenerEvent>) -> Job<Secret> {
        self.calls.note(format!("wait {}", pending.redirect));
        tell(ListenerEvent::Listening(PortState::Free(pending.redirect.port)));
        self.wait.play(|| Ok(Secret::new(CODE)))
    }

    fn close(&self) -> Job<()> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A folder without a worker by default.
#[derive(Default)]
pub(crate) struct FakeWorkers {
    pub(crate) calls: Calls,
    pub(crate) look: Script<Project>,
    pub(crate) run: Script<StepRan>,
}

impl FakeWorkers {
    pub(crate) fn left(&self) -> usize {
        self.look.left() + self.run.left()
    }
}

impl Workers for FakeWorkers {
    fn look(&self, key: Option<String>) -> Job<Project> {
        self.calls.note(format!("look {key:?}"));
        self.look.play(|| Ok(Project { folder: "/home/fake/worker".into(), pushes_files: true, ..Project::default() }))
    }

    fn run(&self, step: StepRun, tell: Tell<String>) -> Job<StepRan> {
        self.calls.note(format!("run {step:?}"));
        tell("a line of ntn's output".into());
        let ran = match &step {
            StepRun::Start { .. } => StepRan::Started(Link::checked("https://github.com/login/oauth/authorize?fake").unwrap()),
            StepRun::AwaitToken { .. } => StepRan::Token(TokenState::Present { expires_at: None }),
            StepRun::Create { .. } | StepRun::Deploy { .. } | StepRun::Credentials { .. } => StepRan::Done,
        };
        self.run.play(|| Ok(ran))
    }
}

/// All managers are usable, and read back the secret that they were sent, by default.
#[derive(Default)]
pub(crate) struct FakeManagers {
    pub(crate) calls: Calls,
    pub(crate) look: Script<Vec<ManagerState>>,
    pub(crate) hand: Script<Handed>,
}

impl FakeManagers {
    pub(crate) fn left(&self) -> usize {
        self.look.left() + self.hand.left()
    }
}

impl SecretManagers for FakeManagers {
    fn look(&self) -> Job<Vec<ManagerState>> {
        self.look.play(|| Ok(managers().iter().map(|manager| ManagerState { manager, unusable: None }).collect()))
    }

    fn hand(&self, _: Verified, handing: Handing, tell: Tell<String>) -> Job<Handed> {
        self.calls.note(format!("hand {} to {}", handing.name(), handing.manager().id));
        tell("a line of the client's output".into());
        self.hand.play(|| Ok(Handed::ReadBack))
    }
}

/// Returns the client that the demo would fill in.
pub(crate) fn example_client() -> ExampleClient {
    ExampleClient { id: CLIENT_ID.into(), secret: CLIENT_SECRET.into() }
}
