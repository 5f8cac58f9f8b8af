//! `profile export` and `profile show`.

use crate::cli::{CommandOutcome, outcome};
use crate::support::fakes::{FakeWorld, MEMBER, ntn_record, token_record, workspace};
use crate::support::team_profiles::TEAM;
use notion_auth::cli::{self, Command, WorldCommand};
use notion_auth::commands::profile;
use notion_auth::domain::agents::{AgentFileFinding, AgentFinding, AgentState, Scope, known_agents};
use notion_auth::domain::credentials::RememberedAnswers;
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::runtime::ports::CredentialStore;
use serde_json::{Value, json};

async fn run(fakes: &FakeWorld, line: &str) -> CommandOutcome {
    let parsed = cli::parse(["notion-auth", "profile"].into_iter().chain(line.split_whitespace()));
    let args = match parsed.unwrap_or_else(|stop| panic!("{line}: {}", stop.text)).command {
        Some(Command::World(WorldCommand::Profile(args))) => args,
        other => panic!("{line}: {other:?}"),
    };
    let world = fakes.world();
    let outcome = outcome(async |console| profile::run(args, &world, console).await).await;
    assert!(fakes.notion.calls.is_empty(), "nothing leaves this machine");
    assert!(!outcome.out.contains(MEMBER) && !outcome.err.contains(MEMBER));
    outcome
}

/// A member's token in the keychain, with role and plan entered, and one agent connected.
async fn working() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    let member = MemberProfile { role: MemberRole::Member, plan: Plan::Free, policy: TokenPolicy::NotSure };
    fakes.store.remember_answers(RememberedAnswers::from_profile(member)).await.unwrap();
    let file = |state| AgentFileFinding { scope: Scope::User, path: "~/.fake".into(), state, detail: None };
    let finding = |(index, state)| AgentFinding { agent: &known_agents()[index], is_found: true, files: vec![file(state)] };
    let states = [AgentState::Bridge, AgentState::NotConnected, AgentState::OwnSignIn];
    fakes.machine.set_agents(states.into_iter().enumerate().map(finding).collect());
    fakes
}

fn first_agent() -> &'static str {
    &known_agents()[0].id
}

#[tokio::test]
async fn a_working_setup_is_exported_and_what_is_unknown_is_left_out_and_said() {
    let fakes = working().await;
    let printed = run(&fakes, "export").await;
    assert_eq!(printed.exit_code, 0);
    let expected = ["schema = 1", "role = \"member\"", "plan = \"free\"", "path = \"token\"", "store = \"keychain\""];
    for line in expected {
        assert!(printed.out.lines().any(|printed| printed == line), "{line}: {}", printed.out);
    }
    assert!(
        printed.out.contains(&format!("agents = [\"{}\"]", first_agent())) && !printed.out.contains("policy ="),
        "{}",
        printed.out
    );
    assert!(printed.err.contains("policy") && printed.err.contains("left out"), "{}", printed.err);
    let document = run(&fakes, "export --json").await.json();
    let answers = json!({
        "role": "member", "plan": "free", "policy": null, "path": "token", "store": "keychain", "agents": [first_agent()],
    });
    assert_eq!((&document["schema"], &document["file"], &document["answers"]), (&json!(1), &Value::Null, &answers));
    assert_eq!(document["left_out"][0]["key"], "policy");
    assert_eq!(document["text"].as_str().unwrap().trim_end(), printed.out.trim_end());
}

#[tokio::test]
async fn what_was_exported_is_shown_and_never_overwritten_by_accident() {
    let fakes = working().await;
    fakes.profiles.add("mine.toml", "schema = 1\n");
    let refused = run(&fakes, "export mine.toml").await;
    assert_eq!((refused.exit_code, refused.out.as_str()), (1, ""));
    assert_eq!(fakes.profiles.text("mine.toml").unwrap(), "schema = 1\n");
    let refused = run(&fakes, "export mine.toml --json").await;
    assert_eq!(refused.json()["problem"]["code"], "profile_not_written");
    assert_eq!(run(&fakes, "export mine.toml --force").await.exit_code, 0);
    let shown = run(&fakes, "show mine.toml").await;
    assert_eq!(shown.exit_code, 0);
    for (key, value) in [("role", "member"), ("plan", "free"), ("path", "token"), ("store", "keychain"), ("agents", first_agent())]
    {
        assert!(shown.out.lines().any(|line| line.starts_with(key) && line.contains(value)), "{key}: {}", shown.out);
    }
    let exported = run(&fakes, "export --json").await.json();
    assert_eq!(run(&fakes, "export - --json").await.json(), exported, "the sign for stdout is no name");
    assert_eq!(run(&fakes, "show mine.toml --json").await.json()["answers"], exported["answers"]);
}

#[tokio::test]
async fn a_login_that_ntn_keeps_has_a_path_and_no_store() {
    let fakes = FakeWorld::new();
    fakes.store.add_ntn_login(ntn_record(workspace("ws-1", "Acme")));
    let document = run(&fakes, "export --json").await.json();
    assert_eq!((&document["answers"]["path"], &document["answers"]["store"]), (&json!("cli"), &Value::Null));
}

#[tokio::test]
async fn where_nothing_is_known_there_is_nothing_to_export() {
    let nothing = run(&FakeWorld::new(), "export").await;
    assert_eq!((nothing.exit_code, nothing.out.as_str()), (4, ""));
    let document = run(&FakeWorld::new(), "export --json").await;
    assert_eq!((document.exit_code, &document.json()["problem"]["code"]), (4, &json!("not_signed_in")));
}

#[tokio::test]
async fn the_file_in_this_folder_is_shown_without_a_name() {
    let fakes = FakeWorld::new();
    let none = run(&fakes, "show").await;
    assert_eq!(none.exit_code, 2);
    fakes.profiles.add_found("/home/ada/acme/notion-auth.toml", TEAM);
    let shown = run(&fakes, "show --json").await.json();
    assert_eq!((&shown["answers"]["path"], &shown["answers"]["agents"]), (&json!("oauth"), &json!(["codex", "cursor"])));
    assert_eq!(shown["file"], "/home/ada/acme/notion-auth.toml");
}

#[tokio::test]
async fn a_faulty_file_ends_with_its_line() {
    let fakes = FakeWorld::new();
    fakes.profiles.add("bad.toml", "schema = 1\nrol = \"owner\"\n");
    let shown = run(&fakes, "show bad.toml").await;
    assert_eq!((shown.exit_code, shown.out.as_str()), (2, ""));
    assert!(shown.err.contains("line 2") && shown.err.contains("Did you mean role?"), "{}", shown.err);
    let document = run(&fakes, "show bad.toml --json").await;
    assert_eq!((document.exit_code, &document.json()["problem"]["code"]), (2, &json!("profile_invalid")));
    assert_eq!(run(&fakes, "show missing.toml --json").await.json()["problem"]["code"], "profile_unreadable");
}
