//! `login --profile`: the answers that no flag gives, each reported, and none that weakens anything in silence.

use crate::cli::{CommandOutcome, outcome};
use crate::support::fakes::{FakeWorld, MEMBER, ScriptedAnswer};
use crate::support::harness::setup;
use notion_auth::cli::{self, Command, WorldCommand};
use notion_auth::commands::login;
use notion_auth::domain::login::LoginSteps;
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::wizard::context::Setup;
use serde_json::{Value, json};

const FILE: &str = "notion-auth.toml";

async fn run_in(fakes: &FakeWorld, line: &str, setup: Setup) -> CommandOutcome {
    let parsed = cli::parse(["notion-auth", "login"].into_iter().chain(line.split_whitespace()));
    let args = match parsed.unwrap_or_else(|stop| panic!("{line}: {}", stop.text)).command {
        Some(Command::World(WorldCommand::Login(args))) => args,
        other => panic!("{line}: {other:?}"),
    };
    let world = fakes.world();
    outcome(async |console| login::run(args, false, world, setup, console).await).await
}

async fn run(fakes: &FakeWorld, line: &str) -> CommandOutcome {
    run_in(fakes, line, setup()).await
}

fn with_profile(text: &str) -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.profiles.add(FILE, text);
    fakes
}

fn events(outcome: &CommandOutcome) -> Vec<Value> {
    outcome.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn answers(outcome: &CommandOutcome) -> Vec<(String, bool)> {
    let events = events(outcome);
    let event = events.iter().find(|event| event["event"] == "profile").expect("the answers are an event");
    let answer = |answer: &Value| (answer["key"].as_str().unwrap().to_owned(), answer["used"].as_bool().unwrap());
    event["answers"].as_array().unwrap().iter().map(answer).collect()
}

#[tokio::test]
async fn a_browser_login_is_the_profiles_path_and_its_answers_are_remembered() {
    let text = "schema = 1\nrole = \"member\"\nplan = \"business\"\npath = \"cli\"\nstore = \"keychain\"\nagents = [\"codex\"]\n";
    let fakes = with_profile(text);
    let outcome = run(&fakes, "--profile notion-auth.toml --no-browser --json").await;
    assert_eq!(outcome.exit_code, 0, "{}{}", outcome.out, outcome.err);
    let used = [("role", true), ("plan", true), ("path", true), ("store", false), ("agents", true)];
    assert_eq!(answers(&outcome), used.map(|(key, used)| (key.to_owned(), used)));
    let events = events(&outcome);
    assert_eq!(events[0]["next"], "notion-auth agents connect codex");
    assert_eq!(events.last().unwrap()["event"], "done");
    let member = MemberProfile { role: MemberRole::Member, plan: Plan::Business, policy: TokenPolicy::NotSure };
    assert_eq!(fakes.store.current_index().remembered.profile, Some(member));
}

#[tokio::test]
async fn flags_win_and_what_is_not_used_says_why() {
    let fakes = FakeWorld::new();
    fakes.profiles.add(FILE, "schema = 1\npath = \"oauth\"\nstore = \"none\"\n");
    // The fake's standard input holds no token; the answers are reported before it is read.
    let outcome = run(&fakes, "--profile notion-auth.toml --path token --store keychain --json").await;
    assert_eq!(answers(&outcome), [("path".to_owned(), false), ("store".to_owned(), false)]);
    let last = events(&outcome).pop().unwrap();
    assert_eq!((outcome.exit_code, &last["code"]), (3, &json!("input_required")));
    assert!(last["evidence"].as_str().unwrap().contains("--token-stdin"), "{last}");
}

#[tokio::test]
async fn what_the_profiles_path_needs_is_named() {
    for (path, option) in [("oauth", "--client-id"), ("token", "--token-stdin")] {
        let fakes = FakeWorld::new();
        fakes.profiles.add(FILE, &format!("schema = 1\npath = \"{path}\"\n"));
        let outcome = run(&fakes, "--profile notion-auth.toml").await;
        assert_eq!(outcome.exit_code, 3);
        assert!(outcome.err.contains(option) && outcome.err.contains(&format!("path    {path}")), "{}", outcome.err);
    }
}

#[tokio::test]
async fn a_contradiction_of_flag_and_profile_is_an_error_and_nothing_is_done() {
    let fakes = FakeWorld::new();
    fakes.profiles.add(FILE, "schema = 1\npath = \"oauth\"\n");
    let outcome = run(&fakes, "--profile notion-auth.toml --token-stdin --json").await;
    assert_eq!((outcome.exit_code, &events(&outcome).pop().unwrap()["code"]), (2, &json!("usage")));
    assert!(fakes.ntn.calls.is_empty() && fakes.notion.calls.is_empty());
}

#[tokio::test]
async fn a_file_in_plain_text_needs_its_own_consent() {
    let text = "schema = 1\npath = \"cli\"\nstore = \"file\"\n";
    let fakes = FakeWorld::new();
    fakes.profiles.add(FILE, text);
    let outcome = run(&fakes, "--profile notion-auth.toml --no-browser --json").await;
    let last = events(&outcome).pop().unwrap();
    assert_eq!((outcome.exit_code, &last["code"]), (3, &json!("input_required")));
    assert!(last["evidence"].as_str().unwrap().contains("--store file"), "{last}");
    assert_eq!(answers(&outcome), [("path".to_owned(), true), ("store".to_owned(), false)]);
    assert!(fakes.ntn.calls.is_empty() && fakes.store.calls.is_empty());

    let agreed = with_profile(text);
    assert_eq!(run(&agreed, "--profile notion-auth.toml --no-browser --store file").await.exit_code, 0);
    // NOTION_KEYRING=0 is the same consent.
    let chosen = with_profile(text);
    chosen.store.probe_keychain.push(ScriptedAnswer::Now(Ok(KeychainState::Disabled { value: "0".into() })));
    let setup = Setup { file_was_chosen: true, ..setup() };
    assert_eq!(run_in(&chosen, "--profile notion-auth.toml --no-browser", setup).await.exit_code, 0);
}

#[tokio::test]
async fn the_agents_are_named_as_the_next_command() {
    let fakes = with_profile("schema = 1\npath = \"cli\"\nagents = [\"codex\", \"cursor\"]\n");
    let outcome = run(&fakes, "--profile notion-auth.toml --no-browser").await;
    assert_eq!(outcome.exit_code, 0, "{}", outcome.err);
    assert_eq!(outcome.err.lines().last(), Some("  notion-auth agents connect codex cursor"), "{}", outcome.err);
    assert!(!fakes.store.calls.all().contains(&"remember".to_owned()));
}

#[tokio::test]
async fn a_login_that_was_only_begun_concludes_nothing() {
    let fakes = with_profile("schema = 1\npath = \"cli\"\nplan = \"plus\"\nagents = [\"codex\"]\n");
    fakes.ntn.login.push(ScriptedAnswer::Now(Ok(None)));
    let outcome = run_in(&fakes, "--profile notion-auth.toml --no-wait", Setup { login_steps: LoginSteps::All, ..setup() }).await;
    assert_eq!(outcome.exit_code, 0, "{}", outcome.err);
    assert!(!outcome.err.contains("agents connect") && fakes.store.current_index().remembered.profile.is_none());
}

#[tokio::test]
async fn a_faulty_file_ends_the_login_before_anything_is_read() {
    for (text, code) in [("schema = 1\nrol = 1\n".to_owned(), "profile_invalid"), (format!("# {MEMBER}\n"), "profile_has_secret")] {
        let fakes = FakeWorld::new();
        fakes.profiles.add(FILE, &text);
        let outcome = run(&fakes, "--profile notion-auth.toml --json").await;
        assert_eq!((outcome.exit_code, &events(&outcome)[0]["code"]), (2, &json!(code)));
        assert!(!outcome.out.contains(MEMBER) && fakes.store.calls.is_empty());
    }
}
