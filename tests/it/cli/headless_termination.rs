//! The invariant of a sign-in without a screen: whatever comes by standard input and however the world answers, it ends, and no secret is
//! sent before there is a place to keep it.

use super::outcome;
use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::deadline::DEADLINE;
use crate::support::fakes::{FakeWorld, MEMBER, ScriptedAnswer, member_identity};
use crate::support::harness::setup;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::oauth::OauthClient;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::frontends::headless::{self, OutputFormat, PresetAnswers, SignInMethod};
use notion_auth::runtime::Runtime;
use notion_auth::wizard::app::Model;
use proptest::prelude::*;
use tokio::sync::mpsc::unbounded_channel;

/// More than any sign-in says.
const MOST_LINES: usize = 60;

#[derive(Clone, Debug)]
struct SignInPlan {
    input: String,
    is_connection: bool,
    path: AuthPath,
    store: Option<StoreKind>,
    keychain: u8,
    whoami: Option<ProblemCode>,
    keep: Option<ProblemCode>,
    probe: Option<ProblemCode>,
    room: Option<ProblemCode>,
    is_json: bool,
}

fn input() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(MEMBER.to_owned()),
        Just(CLIENT_SECRET.to_owned()),
        Just("a".repeat(4097)),
        Just("\"\"".to_owned()),
        Just(CLIENT_ID.to_owned()),
        Just("https://example.com/".to_owned()),
        Just(format!("{}_fakefakefake0fakefake", "ghp")),
        Just("fakeFormOfTomorrow0123456789".to_owned()),
        "[ -~]{0,80}",
        "(ntn_|secret_|nrt_|[\"'‹›=:,;{}\\\\\r\n ]|[a-z0-9]){0,40}",
        ".{0,60}",
    ]
}

fn trouble() -> impl Strategy<Value = Option<ProblemCode>> {
    proptest::option::of(proptest::sample::select(ProblemCode::ALL))
}

fn plan() -> impl Strategy<Value = SignInPlan> {
    let paths = proptest::sample::select(&[AuthPath::Token, AuthPath::Cli][..]);
    let stores = proptest::option::of(proptest::sample::select(&[StoreKind::Keychain, StoreKind::File, StoreKind::None][..]));
    (input(), any::<bool>(), paths, stores, any::<u8>(), trouble(), trouble(), trouble(), trouble(), any::<bool>()).prop_map(
        |(input, is_connection, path, store, keychain, whoami, keep, probe, room, is_json)| {
            let path = if is_connection { AuthPath::Oauth } else { path };
            SignInPlan { input, is_connection, path, store, keychain, whoami, keep, probe, room, is_json }
        },
    )
}

fn keychain(seed: u8) -> KeychainState {
    let evidence = || "fake".to_owned();
    match seed % 5 {
        0 => KeychainState::Available { name: "Fake keychain".into() },
        1 => KeychainState::Absent { evidence: evidence() },
        2 => KeychainState::Locked { evidence: evidence() },
        3 => KeychainState::TimedOut,
        _ => KeychainState::Disabled { value: "0".into() },
    }
}

async fn run_headless(plan: &SignInPlan) -> (Option<super::CommandOutcome>, Vec<String>) {
    // Not all that is prepared is asked for.
    let fakes = std::mem::ManuallyDrop::new(FakeWorld::new());
    fakes.store.probe_keychain.push(ScriptedAnswer::Now(Ok(keychain(plan.keychain))));
    let answer = |code: Option<ProblemCode>| code.map_or_else(|| Ok(member_identity()), |code| Err(Problem::new(code)));
    fakes.notion.queue_answer(plan.input.trim(), ScriptedAnswer::Now(answer(plan.whoami)));
    plan.keep.into_iter().for_each(|code| fakes.store.save.push_error(Problem::new(code)));
    plan.probe.into_iter().for_each(|code| fakes.oauth.probe.push_error(Problem::new(code)));
    plan.room.into_iter().for_each(|code| fakes.store.check_room.push_error(Problem::new(code)));
    let (runtime, inbox) = Runtime::new(fakes.world());
    let (sender, addresses) = unbounded_channel();
    drop(sender);
    let secret = Secret::new(plan.input.as_str());
    let way = if plan.is_connection {
        SignInMethod::Connection {
            client: OauthClient { id: CLIENT_ID.into(), secret },
            auto_open_browser: false,
            redirect_urls: addresses,
        }
    } else {
        SignInMethod::Token { token: secret, expires_on: None }
    };
    let answers = PresetAnswers { path: plan.path, method: way, store: plan.store, workspace_id: None };
    let telling = if plan.is_json { OutputFormat::Json } else { OutputFormat::Text };
    let model = Model::new(setup(), 80, 24);
    let ends = outcome(async |console| headless::login(model, runtime, inbox, answers, telling, console).await);
    (tokio::time::timeout(DEADLINE, ends).await.ok(), fakes.notion.calls.all())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn every_conversation_without_a_screen_ends(plan in plan()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (outcome, calls) = runtime.block_on(run_headless(&plan));
        prop_assert!(outcome.is_some(), "it does not end");
        let outcome = outcome.unwrap();
        prop_assert!(outcome.out.lines().count() + outcome.err.lines().count() < MOST_LINES, "{}{}", outcome.out, outcome.err);
        let has_place = plan.keychain.is_multiple_of(5) && plan.store.is_none_or(|store| store == StoreKind::Keychain)
            || plan.keychain % 5 == 4 && plan.store.is_none()
            // A keychain that was named is opened by its dialog.
            || matches!(plan.keychain % 5, 2 | 3) && plan.store == Some(StoreKind::Keychain)
            || matches!(plan.store, Some(StoreKind::File | StoreKind::None));
        let has_place = has_place && (plan.room.is_none() || plan.store == Some(StoreKind::None));
        prop_assert!(has_place || !calls.contains(&"whoami".to_owned()), "sent before there was a place to keep it: {calls:?}");
    }
}
