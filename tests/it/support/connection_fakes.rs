//! Fakes for an OAuth connection, workers and secret managers.

use super::fakes::{AnswerQueue, Calls, MEMBER, token_record};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Account, CredentialRecord, Secrets, VerifiedCredential, Workspace};
use notion_auth::domain::link::Link;
use notion_auth::domain::loopback::{ListenerEvent, PortState};
use notion_auth::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, ConnectionRecord, Introspection, OauthClient, Pkce, RedirectUri,
    TokenGrant,
};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::domain::secret_manager::{ManagerState, SendOutcome, SendPlan, managers};
use notion_auth::domain::workers::{ProviderTokenState, StepCommand, StepOutcome, WorkerProject};
use notion_auth::runtime::ports::{Job, Loopback, NotionOauth, PortReservation, ProgressCallback, SecretManagers, Workers};
use notion_auth::wizard::context::DemoClient;

/// Fake values that cannot be mistaken for real ones.
pub(crate) const CLIENT_ID: &str = "dead0000-0000-4000-8000-00000000c11d";
pub(crate) const CLIENT_SECRET: &str = "secret_fake_client_0000000000000000000000000";
pub(crate) const CODE: &str = "fake-code-0000";
pub(crate) const REFRESH_TOKEN: &str = "nrt_fake_refresh_0000000000000000000000000000";
pub(crate) const STATE: &str = "fake-state-0000";

pub(crate) fn client() -> OauthClient {
    OauthClient { id: CLIENT_ID.into(), secret: Secret::new(CLIENT_SECRET) }
}

/// Returns an authorization in progress, with a listener.
pub(crate) fn pending() -> AuthorizationAttempt {
    let redirect = RedirectUri::default();
    let link = format!("https://api.notion.com/v1/oauth/authorize?client_id={CLIENT_ID}&state={STATE}");
    AuthorizationAttempt {
        link: Link::parse(&link).unwrap(),
        redirect,
        state: Secret::new(STATE),
        verifier: Some(Secret::new("fake-verifier-0000")),
        client: None,
        ends_at: jiff::civil::time(14, 37, 0, 0),
        listening: PortState::Free(redirect.port),
    }
}

/// Returns the redirect URL of an approved authorization.
pub(crate) fn redirect_url() -> String {
    format!("{}?code={CODE}&state={STATE}", RedirectUri::default())
}

/// Accepts every client, and returns [`MEMBER`]'s token for every code by default.
#[derive(Default)]
pub(crate) struct FakeOauth {
    pub(crate) calls: Calls,
    pub(crate) probe: AnswerQueue<()>,
    pub(crate) exchange: AnswerQueue<TokenGrant>,
    pub(crate) refresh: AnswerQueue<TokenGrant>,
    pub(crate) introspect: AnswerQueue<Introspection>,
    pub(crate) revoke: AnswerQueue<()>,
}

impl FakeOauth {
    pub(crate) fn remaining(&self) -> usize {
        self.probe.remaining()
            + self.exchange.remaining()
            + self.refresh.remaining()
            + self.introspect.remaining()
            + self.revoke.remaining()
    }
}

pub(crate) fn grant() -> TokenGrant {
    TokenGrant { access: Secret::new(MEMBER), refresh: Some(Secret::new(REFRESH_TOKEN)), renew_at: None }
}

impl NotionOauth for FakeOauth {
    fn check_client(&self, client: OauthClient, redirect: RedirectUri) -> Job<()> {
        self.calls.record(format!("probe {} {redirect}", client.id));
        self.probe.next_answer(|| Ok(()))
    }

    fn begin_authorization(&self, request: &AuthorizationRequest) -> Result<AuthorizationAttempt, Problem> {
        self.calls.record(format!("begin {}", <&str>::from(request.pkce)));
        let verifier = pending().verifier.filter(|_| request.pkce != Pkce::Never);
        Ok(AuthorizationAttempt { redirect: request.redirect, verifier, ..pending() })
    }

    fn exchange_code(&self, exchange: CodeExchange) -> Job<TokenGrant> {
        self.calls.record(format!("exchange {} {}", exchange.client.id, exchange.redirect));
        self.exchange.next_answer(|| Ok(grant()))
    }

    fn refresh(&self, client: OauthClient, _: Secret) -> Job<TokenGrant> {
        self.calls.record(format!("refresh {}", client.id));
        self.refresh.next_answer(|| Ok(grant()))
    }

    fn introspect(&self, client: OauthClient, _: Secret) -> Job<Introspection> {
        self.calls.record(format!("introspect {}", client.id));
        self.introspect.next_answer(|| Ok(Introspection { active: true, scope: None, issued_at: None }))
    }

    fn revoke(&self, client: OauthClient, token: Secret) -> Job<()> {
        let which = if token.expose() == REFRESH_TOKEN { "refresh" } else { "access" };
        self.calls.record(format!("revoke {which} {}", client.id));
        self.revoke.next_answer(|| Ok(()))
    }
}

/// Returns the record of a login to `workspace` through an OAuth connection, saved in the keychain.
pub(crate) fn connection_record(workspace: Workspace) -> CredentialRecord {
    let account = Account { workspace: workspace.id.clone(), name: "oauth".into() };
    let connection = Some(ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri::default() });
    CredentialRecord { account, path: AuthPath::Oauth, connection, ..token_record(workspace) }
}

/// Returns all secrets of an OAuth connection.
pub(crate) fn connection_secrets(token: &str, refresh: &str) -> Secrets {
    Secrets {
        token: Secret::new(token),
        refresh: Some(Secret::new(refresh)),
        client_secret: Some(client().secret),
        ..Secrets::default()
    }
}

/// Receives [`CODE`] at once by default.
#[derive(Default)]
pub(crate) struct FakeLoopback {
    pub(crate) calls: Calls,
    pub(crate) wait: AnswerQueue<Secret>,
}

impl Loopback for FakeLoopback {
    fn reserve(&self, ports: Vec<u16>) -> Job<Option<PortReservation>> {
        Box::pin(std::future::ready(Ok(ports.first().map(|port| PortReservation::new(*port, ())))))
    }

    fn wait_for_callback(&self, pending: AuthorizationAttempt, tell: ProgressCallback<ListenerEvent>) -> Job<Secret> {
        self.calls.record(format!("wait {}", pending.redirect));
        tell(ListenerEvent::Listening(PortState::Free(pending.redirect.port)));
        self.wait.next_answer(|| Ok(Secret::new(CODE)))
    }

    fn close(&self) -> Job<()> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A folder without a worker by default.
#[derive(Default)]
pub(crate) struct FakeWorkers {
    pub(crate) calls: Calls,
    pub(crate) inspect: AnswerQueue<WorkerProject>,
    pub(crate) run: AnswerQueue<StepOutcome>,
}

impl FakeWorkers {
    pub(crate) fn remaining(&self) -> usize {
        self.inspect.remaining() + self.run.remaining()
    }
}

impl Workers for FakeWorkers {
    fn inspect_project(&self, key: Option<String>) -> Job<WorkerProject> {
        self.calls.record(format!("look {key:?}"));
        self.inspect.next_answer(|| {
            Ok(WorkerProject { folder: "/home/fake/worker".into(), supports_file_push: true, ..WorkerProject::default() })
        })
    }

    fn run_step(&self, step: StepCommand, tell: ProgressCallback<String>) -> Job<StepOutcome> {
        self.calls.record(format!("run {step:?}"));
        tell("a line of ntn's output".into());
        let ran = match &step {
            StepCommand::Start { .. } => {
                StepOutcome::Started(Link::parse("https://github.com/login/oauth/authorize?fake").unwrap())
            }
            StepCommand::AwaitToken { .. } => StepOutcome::Token(ProviderTokenState::Present { expires_at: None }),
            StepCommand::Create { .. } | StepCommand::Deploy { .. } | StepCommand::Credentials { .. } => StepOutcome::Done,
        };
        self.run.next_answer(|| Ok(ran))
    }
}

/// All managers are usable, and read back the secret that they were sent, by default.
#[derive(Default)]
pub(crate) struct FakeManagers {
    pub(crate) calls: Calls,
    pub(crate) list: AnswerQueue<Vec<ManagerState>>,
    pub(crate) send: AnswerQueue<SendOutcome>,
}

impl FakeManagers {
    pub(crate) fn remaining(&self) -> usize {
        self.list.remaining() + self.send.remaining()
    }
}

impl SecretManagers for FakeManagers {
    fn list_managers(&self) -> Job<Vec<ManagerState>> {
        self.list.next_answer(|| Ok(managers().iter().map(|manager| ManagerState { manager, unusable_reason: None }).collect()))
    }

    fn send(&self, _: VerifiedCredential, handing: SendPlan, tell: ProgressCallback<String>) -> Job<SendOutcome> {
        self.calls.record(format!("hand {} to {}", handing.name(), handing.manager().id));
        tell("a line of the client's output".into());
        self.send.next_answer(|| Ok(SendOutcome::Confirmed))
    }
}

/// Returns the client that the demo would fill in.
pub(crate) fn example_client() -> DemoClient {
    DemoClient { id: CLIENT_ID.into(), secret: CLIENT_SECRET.into() }
}
