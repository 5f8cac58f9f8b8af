//! `advise`: the tree and the prerequisites from flags alone, as text and as one document.

use super::{CommandOutcome, outcome_at};
use crate::support::fakes::{FakeMachine, FakeWorld, ScriptedAnswer};
use notion_auth::cli::{self, Command, WorldCommand};
use notion_auth::commands::advise::{self, AdviseArgs};
use notion_auth::domain::advice::{Purpose, guide_recommendation, requirements_for};
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::prerequisites::{MemberRole, Plan, TokenPolicy, permissions};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::sanitize::width;
use serde_json::{Value, json};
use strum::VariantArray;

fn parse(line: &str) -> AdviseArgs {
    let parsed = cli::parse(["notion-auth", "advise"].into_iter().chain(line.split_whitespace()));
    match parsed.unwrap_or_else(|stop| panic!("{line}: {}", stop.text)).command {
        Some(Command::World(WorldCommand::Advise(args))) => args,
        other => panic!("{line}: {other:?}"),
    }
}

async fn advised_on(machine: &FakeMachine, columns: usize, line: &str) -> CommandOutcome {
    let (args, catalog) = (parse(line), Catalog::shipped().unwrap());
    outcome_at(columns, async |console| advise::run(&args, catalog, machine, console).await).await
}

async fn advised_at(columns: usize, line: &str) -> CommandOutcome {
    advised_on(&FakeWorld::new().machine, columns, line).await
}

async fn advised(line: &str) -> CommandOutcome {
    advised_at(80, line).await
}

/// Each flag's values, with what they mean; the first leaves the flag out.
const PURPOSES: [(&str, Purpose); 4] = [
    ("many-users", Purpose::ManyUsers),
    ("terminal", Purpose::Terminal),
    ("script", Purpose::Script),
    ("workers", Purpose::Workers),
];
const ROLES: [(&str, MemberRole); 6] = [
    ("", MemberRole::NotSure),
    ("--role owner", MemberRole::Owner),
    ("--role member", MemberRole::Member),
    ("--role restricted", MemberRole::Restricted),
    ("--role guest", MemberRole::Guest),
    ("--role not-sure", MemberRole::NotSure),
];
const PLANS: [(&str, Plan); 6] = [
    ("", Plan::NotSure),
    ("--plan free", Plan::Free),
    ("--plan plus", Plan::Plus),
    ("--plan business", Plan::Business),
    ("--plan enterprise", Plan::Enterprise),
    ("--plan not-sure", Plan::NotSure),
];
const POLICIES: [(&str, TokenPolicy); 5] = [
    ("", TokenPolicy::NotSure),
    ("--policy owners-only", TokenPolicy::OwnersOnly),
    ("--policy owners-and-groups", TokenPolicy::OwnersAndGroups),
    ("--policy all-members", TokenPolicy::AllMembers),
    ("--policy not-sure", TokenPolicy::NotSure),
];

/// Returns the result of the guide's decision tree: path, method and rule.
fn of_the_tree(purpose: Purpose, role: MemberRole) -> (&'static str, Value, &'static str) {
    match (purpose, role) {
        (Purpose::ManyUsers | Purpose::Workers, _) => ("oauth", Value::Null, "external_service"),
        (Purpose::Script, _) => ("cli", json!("headless"), "own_script"),
        (Purpose::Terminal, MemberRole::Owner | MemberRole::Member) => ("cli", json!("login"), "own_terminal"),
        (Purpose::Terminal, _) => ("cli", json!("login"), "default"),
    }
}

#[tokio::test]
async fn every_combination_of_flags_is_answered_as_the_tree_and_the_prerequisites_say() {
    for (for_what, purpose) in PURPOSES {
        for (as_role, role) in ROLES {
            for (on_plan, plan) in PLANS {
                for (under, policy) in POLICIES {
                    let line = format!("--for {for_what} {as_role} {on_plan} {under} --json");
                    let shown = advised(&line).await;
                    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""), "{line}");
                    let document = shown.json();
                    let (path, method, rule) = of_the_tree(purpose, role);
                    assert_eq!(
                        (&document["path"], &document["method"], &document["rule"]),
                        (&path.into(), &method, &rule.into()),
                        "{line}"
                    );
                    let restricted = matches!(role, MemberRole::Guest | MemberRole::Restricted);
                    let unsure = role == MemberRole::NotSure;
                    assert_eq!(document["caution"].is_string(), path == "cli" && (restricted || unsure), "{line}");

                    let expected = permissions(role, plan, policy).capabilities;
                    let rows = document["capabilities"].as_array().unwrap();
                    assert_eq!(rows.len(), expected.len(), "{line}");
                    for row in expected {
                        let id = serde_json::to_value(row.id).unwrap();
                        let shown = rows.iter().find(|shown| shown["id"] == id).unwrap();
                        assert_eq!(
                            (&shown["verdict"], &shown["reason"]),
                            (&row.verdict.name().into(), &row.reason.into()),
                            "{line}"
                        );
                        assert!(shown["source"].as_str().is_some_and(|source| source.len() > 8), "{line}: {}", shown["source"]);
                    }
                    let needed: Vec<&Value> =
                        rows.iter().take(purpose.required_capabilities().len()).map(|row| &row["needed"]).collect();
                    assert!(needed.iter().all(|needed| **needed == true), "{line}: what is needed comes first");
                    assert!(!document["next"].as_array().unwrap().is_empty(), "{line}: nobody is left without a next step");
                    // If all needed capabilities are refused, there is a message for an admin.
                    let all_blocked =
                        needed.len() == rows.iter().filter(|row| row["needed"] == true && row["verdict"] == "fail").count();
                    // An owner would be writing to themselves.
                    let has_words = !document["messages"].as_array().unwrap().is_empty() || role == MemberRole::Owner;
                    assert!(!all_blocked || has_words, "{line}");
                }
            }
        }
    }
}

#[tokio::test]
async fn without_a_purpose_it_asks_nobody_and_names_the_option() {
    for line in ["", "--json", "--role owner --plan business"] {
        let shown = advised(line).await;
        assert_eq!((shown.exit_code, shown.out.as_str()), (3, ""), "{line}");
        let said = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("Add --for with one of: many-users, terminal, script, workers."), "{said}");
    }
}

#[test]
fn a_value_that_is_none_is_wrong_usage() {
    for line in ["--for everyone", "--for terminal --role admin", "--for terminal --plan pro", "--for script --policy nobody"] {
        let stop = cli::parse(["notion-auth", "advise"].into_iter().chain(line.split_whitespace())).unwrap_err();
        assert_eq!((stop.exit_code, stop.to_stdout), (2, false), "{line}");
    }
}

#[tokio::test]
async fn a_member_in_their_own_terminal_is_sent_to_ntn() {
    insta::assert_snapshot!(advised("--for terminal --role member --plan plus").await.out);
}

#[tokio::test]
async fn a_guest_is_told_what_to_ask_for_and_is_not_sent_into_a_login_that_is_refused() {
    let shown = advised("--for terminal --role guest --plan business").await;
    assert!(!shown.out.contains("notion-auth login --path cli\n"), "{}", shown.out);
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn a_script_of_a_member_whom_the_policy_leaves_out_has_two_messages_for_an_admin() {
    insta::assert_snapshot!(advised("--for script --role member --plan business --policy owners-only").await.out);
}

#[tokio::test]
async fn where_nothing_is_said_what_it_depends_on_is_named_and_no_message_is_made_up() {
    let shown = advised("--for script").await;
    assert!(!shown.out.contains("Message for your admin"), "{}", shown.out);
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn a_worker_is_led_to_the_runbook() {
    insta::assert_snapshot!(advised("--for workers --role owner --plan free").await.out);
}

#[tokio::test]
async fn a_policy_that_the_plan_does_not_have_is_not_used_and_that_is_said() {
    let shown = advised("--for terminal --role member --plan plus --policy owners-only").await;
    assert!(shown.out.contains("Plus doesn't have this token policy, so --policy is ignored."), "{}", shown.out);
    let document = advised("--for terminal --role member --plan plus --policy owners-only --json").await.json();
    assert_eq!(document["note"], "Plus doesn't have this token policy, so --policy is ignored.");
    assert_eq!(document["policy"], "owners_only");
}

#[tokio::test]
async fn no_line_of_prose_is_wider_than_the_terminal() {
    for columns in [40, 60, 80, 120] {
        for (purpose, _) in PURPOSES {
            let shown = advised_at(columns, &format!("--for {purpose} --role guest --plan free")).await;
            for line in shown.out.lines() {
                let is_command = line.contains("notion-auth ") || line.contains("$(");
                assert!(width(line) <= columns || is_command, "{columns}: {line}");
            }
        }
    }
}

/// The tree is asked, whatever the role; only the caution follows from it.
#[test]
fn a_role_never_changes_the_path() {
    for &purpose in Purpose::VARIANTS {
        let paths: Vec<_> =
            MemberRole::VARIANTS.iter().copied().map(|role| guide_recommendation(requirements_for(purpose, role)).path).collect();
        assert!(paths.windows(2).all(|pair| pair[0] == pair[1]), "{purpose:?}: {paths:?}");
    }
}

#[tokio::test]
async fn this_machine_decides_where_the_guides_way_cannot_be_gone_here() {
    let headless = || BrowserState::Headless { reason: HeadlessReason::Container };
    for (line, browser, ntn, path, reason) in [
        ("--for terminal", headless(), NtnState::NotInstallable, "token", "no_browser_no_ntn"),
        ("--for terminal", BrowserState::Ready { name: None }, NtnState::NotInstallable, "token", "ntn_not_installable"),
        ("--for terminal", BrowserState::Ready { name: None }, NtnState::Missing, "cli", "ntn_to_install"),
        ("--for script", headless(), NtnState::NotInstallable, "token", "unattended_without_ntn"),
        ("--for script", headless(), NtnState::Missing, "cli", "unattended"),
        ("--for many-users", headless(), NtnState::NotInstallable, "oauth", "many_users"),
    ] {
        let fakes = FakeWorld::new();
        let is_asked = path != "oauth";
        if is_asked {
            fakes.machine.browser.push(ScriptedAnswer::Now(Ok(browser)));
            fakes.machine.ntn.push(ScriptedAnswer::Now(Ok(ntn)));
        }
        let document = advised_on(&fakes.machine, 80, &format!("{line} --role member --json")).await.json();
        assert_eq!((&document["path"], &document["reason_code"]), (&json!(path), &json!(reason)), "{line}");
        let next = document["next"][0]["run"].as_str().unwrap();
        assert_eq!(next.contains("--path token"), path == "token", "{line}: {next}");
    }
}

#[tokio::test]
async fn a_machine_that_cannot_be_examined_gets_the_guides_answer() {
    let fakes = FakeWorld::new();
    fakes.machine.browser.push_error(Problem::bug("gone"));
    fakes.machine.ntn.push_error(Problem::bug("gone"));
    let document = advised_on(&fakes.machine, 80, "--for terminal --role member --json").await.json();
    assert_eq!((&document["path"], &document["reason_code"]), (&json!("cli"), &json!("own_terminal")));
}
