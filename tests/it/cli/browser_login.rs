//! `login --path cli` in this process: what is answered, what is refused, and what is told of it.

use super::{CommandOutcome, outcome};
use crate::support::fakes::{FakeWorld, MEMBER, ScriptedAnswer, ntn_040, ntn_login, workspace};
use crate::support::harness::setup;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::login::{LoginFlow, LoginSteps, NtnLogin, NtnStorage};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::frontends::headless::{self, OutputFormat, PresetAnswers, SignInMethod};
use notion_auth::runtime::Runtime;
use notion_auth::wizard::app::Model;
use notion_auth::wizard::context::Setup;

/// No browser is opened, and nothing else is said.
async fn login(fakes: &FakeWorld, telling: OutputFormat) -> CommandOutcome {
    run(fakes, setup(), false, telling).await
}

async fn run(fakes: &FakeWorld, setup: Setup, opens: bool, telling: OutputFormat) -> CommandOutcome {
    let answers = PresetAnswers {
        path: AuthPath::Cli,
        method: SignInMethod::Browser { auto_open_browser: opens },
        store: None,
        workspace_id: None,
    };
    let (runtime, inbox) = Runtime::new(fakes.world());
    let model = Model::new(setup, 80, 24);
    outcome(async |console| headless::login(model, runtime, inbox, answers, telling, console).await).await
}

/// The token of the login can be read back.
fn readable() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.machine.ntn_secret.push(ScriptedAnswer::Now(Ok(Secret::new(MEMBER))));
    fakes
}

fn events(outcome: &CommandOutcome) -> Vec<serde_json::Value> {
    outcome.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_person_reads_the_code_the_link_and_how_it_ended() {
    let fakes = readable();
    let shown = login(&fakes, OutputFormat::Text).await;
    assert_eq!((shown.exit_code, shown.out.as_str()), (0, ""), "{}", shown.err);
    insta::assert_snapshot!(shown.err);
    assert!(fakes.browser.calls.is_empty());
    assert_eq!(fakes.store.current_index().active_record().map(|record| record.store), Some(StoreKind::Ntn));
}

#[tokio::test(start_paused = true)]
async fn a_program_reads_the_same_as_events() {
    let shown = login(&readable(), OutputFormat::Json).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    let events = events(&shown);
    let link = "https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY";
    let open = serde_json::json!({ "event": "open", "url": link, "code": "VAF-HWY", "expires_at": "14:32:00" });
    assert_eq!(events[..2], [open, serde_json::json!({ "event": "waiting", "for": "approval" })]);
    let done = events.last().unwrap();
    assert!(events[2..events.len() - 1].iter().all(|event| event["event"] == "check"));
    assert_eq!((&done["event"], &done["store"], &done["path"]), (&"done".into(), &"ntn".into(), &"cli".into()));
    assert_eq!((&done["place"], &done["needs_variable"]), (&"the kernel's keyring".into(), &serde_json::Value::Null));
}

#[tokio::test(start_paused = true)]
async fn what_only_ntn_can_read_is_told_as_what_ntn_reports() {
    let fakes = FakeWorld::new();
    let login = NtnLogin { needs_keyring_variable: true, ..ntn_login() };
    fakes.ntn.login.push(ScriptedAnswer::Now(Ok(Some(login))));
    let shown = run(&fakes, setup(), false, OutputFormat::Text).await;
    assert_eq!(shown.exit_code, 0, "{}", shown.err);
    assert!(shown.err.contains("pass    Login: ntn 0.4.0 exited successfully."), "{}", shown.err);
    assert!(shown.err.contains("Signed in in Space One.\nManaged by ntn: the kernel's keyring\n"), "{}", shown.err);
    assert!(shown.err.contains("export NOTION_KEYRING=0"), "{}", shown.err);
}

#[tokio::test(start_paused = true)]
async fn where_it_could_not_be_written_down_ntn_is_not_even_started() {
    for code in [ProblemCode::FileFailed, ProblemCode::NowhereToStore, ProblemCode::FileNotOurs] {
        let fakes = FakeWorld::new();
        fakes.store.check_room.push_error(Problem::new(code).with_evidence("/home/fake"));
        let shown = run(&fakes, setup(), true, OutputFormat::Json).await;
        assert_eq!(shown.exit_code, 6, "{}", shown.err);
        assert_eq!(events(&shown).last().unwrap()["code"], code.name());
        assert!(!fakes.ntn.calls.all().iter().any(|call| call.starts_with("login")), "{:?}", fakes.ntn.calls.all());
        assert!(fakes.browser.calls.is_empty() && fakes.store.calls.all().contains(&"check_room ntn".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn the_browser_is_opened_where_one_would_appear_and_nothing_forbids_it() {
    for (opens, state, opened) in [
        (true, BrowserState::Ready { name: None }, 1),
        (true, BrowserState::Headless { reason: HeadlessReason::Ssh }, 0),
        (false, BrowserState::Ready { name: None }, 0),
    ] {
        let fakes = readable();
        // While the login waits: a link that leads nowhere any more is not opened.
        fakes.ntn.login.push(ScriptedAnswer::After(std::time::Duration::from_secs(1), Ok(Some(ntn_login()))));
        fakes.machine.browser.push(ScriptedAnswer::Now(Ok(state)));
        assert_eq!(run(&fakes, setup(), opens, OutputFormat::Text).await.exit_code, 0);
        assert_eq!(fakes.browser.calls.all().len(), opened);
    }
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_does_not_start_is_told_and_ends_nothing() {
    let fakes = readable();
    fakes.ntn.login.push(ScriptedAnswer::After(std::time::Duration::from_secs(1), Ok(Some(ntn_login()))));
    fakes.browser.open.push_error(Problem::new(ProblemCode::BrowserFailed).with_evidence("xdg-open: exit status 3"));
    let shown = run(&fakes, setup(), true, OutputFormat::Text).await;
    assert_eq!(shown.exit_code, 0);
    assert!(shown.err.contains("Couldn't start a browser (xdg-open: exit status 3). Open the link yourself."), "{}", shown.err);
}

#[tokio::test(start_paused = true)]
async fn a_login_that_is_only_begun_says_how_it_is_finished() {
    for (telling, words) in
        [(OutputFormat::Text, "notion-auth login --resume"), (OutputFormat::Json, r#"{"event":"waiting","for":"resume"}"#)]
    {
        let fakes = FakeWorld::new();
        fakes.ntn.login.push(ScriptedAnswer::Now(Ok(None)));
        let shown = run(&fakes, Setup { login_steps: LoginSteps::Start, ..setup() }, true, telling).await;
        assert_eq!(shown.exit_code, 0);
        let told = [shown.out, shown.err].concat();
        assert!(told.lines().last().unwrap().contains(words), "{told}");
        assert!(!told.contains("approval\"") && !told.contains("Waiting for"), "{told}");
        assert_eq!(fakes.ntn.calls.all().len(), 1);
        assert!(fakes.ntn.calls.all()[0].contains("steps: Start"));
        assert!(fakes.store.current_index().credentials.is_empty() && fakes.browser.calls.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn where_only_a_file_is_left_that_has_to_be_agreed_to() {
    let refused = NtnState::Found {
        path: "/usr/bin/ntn".into(),
        version: "0.4.0".into(),
        generation: LoginFlow::Terminal,
        storage: NtnStorage::KernelKeyringRefused { evidence: "Operation not permitted".into() },
    };
    let fakes = FakeWorld::new();
    fakes.machine.ntn.push(ScriptedAnswer::Now(Ok(refused.clone())));
    let shown = login(&fakes, OutputFormat::Json).await;
    let problem = events(&shown).remove(0);
    assert_eq!((shown.exit_code, &problem["code"]), (3, &"input_required".into()));
    assert!(problem["evidence"].as_str().unwrap().contains("Add --store file to agree to this:"), "{problem}");
    assert!(fakes.ntn.calls.is_empty(), "nobody's approval is asked for");

    let fakes = readable();
    fakes.machine.ntn.push(ScriptedAnswer::Now(Ok(refused)));
    let shown = run(&fakes, Setup { file_was_chosen: true, ..setup() }, false, OutputFormat::Json).await;
    assert_eq!(shown.exit_code, 0, "{}", shown.out);
    assert!(fakes.ntn.calls.all()[0].contains("use_file: true"));
}

#[tokio::test(start_paused = true)]
async fn a_login_is_always_a_new_one_whatever_ntn_knows() {
    let fakes = readable();
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), Some(MEMBER));
    // Known before the search for `ntn` ends.
    fakes.machine.ntn.push(ScriptedAnswer::After(std::time::Duration::from_secs(1), Ok(ntn_040())));
    assert_eq!(login(&fakes, OutputFormat::Json).await.exit_code, 0);
    assert!(fakes.ntn.calls.all()[0].contains("target: New"));
}

#[tokio::test(start_paused = true)]
async fn without_ntn_it_says_what_is_missing() {
    let another = NtnState::OtherProgram { path: "/opt/ntn".into(), evidence: "says notion-cli 1.0".into() };
    for (state, evidence) in [(NtnState::Missing, None), (another, Some("/opt/ntn is another program: says notion-cli 1.0"))] {
        let fakes = FakeWorld::new();
        fakes.machine.ntn.push(ScriptedAnswer::Now(Ok(state)));
        let shown = login(&fakes, OutputFormat::Json).await;
        let problem = events(&shown).remove(0);
        assert_eq!((shown.exit_code, &problem["code"]), (1, &"ntn_missing".into()), "{problem}");
        assert_eq!(problem["evidence"].as_str(), evidence);
    }
}

#[tokio::test(start_paused = true)]
async fn every_failed_login_has_its_exit_code() {
    for (code, exit_code) in [
        (ProblemCode::LoginRefused, 4),
        (ProblemCode::LoginExpired, 4),
        (ProblemCode::NoPendingLogin, 4),
        (ProblemCode::LoginUnreachable, 5),
        (ProblemCode::LoginNotStored, 6),
        (ProblemCode::NtnTooOld, 1),
    ] {
        let fakes = FakeWorld::new();
        fakes.ntn.login.push_error(Problem::new(code));
        let shown = login(&fakes, OutputFormat::Json).await;
        let last = events(&shown).pop().unwrap();
        assert_eq!((shown.exit_code, &last["event"], &last["code"]), (exit_code, &"problem".into(), &code.name().into()));
        assert!(!last["remedies"].as_array().unwrap().is_empty());
    }
}
