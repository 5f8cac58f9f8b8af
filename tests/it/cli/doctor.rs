//! `doctor`: every check with its verdict, evidence and remedy; what the exit code says; what is withheld.

mod agreement;
mod redaction;
mod verdicts;

use super::{CommandOutcome, outcome_at};
use crate::support::fakes::{
    CONNECTION, FakeWorld, MEMBER, ScriptedAnswer, member_identity, surroundings, token_record, workspace,
};
use notion_auth::commands::doctor::{self, DoctorArgs};
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::checks::{CapabilityResponse, UserList};
use notion_auth::domain::host_details::{HostDetails, RootsState, TerminalDetails, TrustedRoots};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, KeychainState, NtnState, Reachability};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::proxy::ProxyVariable;
use notion_auth::domain::sanitize::width;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

async fn doctor_at(columns: usize, fakes: &FakeWorld, args: DoctorArgs) -> CommandOutcome {
    let (world, catalog) = (fakes.world(), Catalog::shipped().unwrap());
    let today = jiff::civil::date(2026, 11, 22);
    let shown = outcome_at(columns, async |console| doctor::run(&args, catalog, today, world, console).await).await;
    for secret in [MEMBER, CONNECTION] {
        assert!(!shown.out.contains(secret) && !shown.err.contains(secret), "{}", shown.out);
    }
    shown
}

async fn report(fakes: &FakeWorld) -> CommandOutcome {
    doctor_at(80, fakes, DoctorArgs { names: false, json: false }).await
}

async fn document(fakes: &FakeWorld, names: bool) -> (u8, Value) {
    let shown = doctor_at(80, fakes, DoctorArgs { names, json: true }).await;
    assert_eq!(shown.err, "", "the reader of a document reads no message");
    (shown.exit_code, shown.json())
}

/// The checks of this id, in order.
fn those<'a>(document: &'a Value, id: &str) -> Vec<&'a Value> {
    document["checks"].as_array().unwrap().iter().filter(|check| check["id"] == id).collect()
}

#[track_caller]
fn the<'a>(document: &'a Value, id: &str) -> &'a Value {
    match those(document, id).as_slice() {
        [check] => check,
        several => panic!("{} of {id}: {document:#}", several.len()),
    }
}

/// A machine where all is well, with a token kept in the keychain.
fn well() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes
}

/// A machine where much is not.
fn troubled() -> FakeWorld {
    let fakes = well();
    fakes.machine.set_token_variable(CONNECTION);
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), None);
    fakes.machine.browser.push(ScriptedAnswer::Now(Ok(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    fakes.machine.ntn.push(ScriptedAnswer::Now(Ok(NtnState::Missing)));
    fakes.store.probe_keychain.push(ScriptedAnswer::Now(Ok(KeychainState::Absent { evidence: "no bus".into() })));
    fakes.notion.reach_host.push(ScriptedAnswer::Now(Ok(Reachability { latency_ms: 84, clock_skew_s: Some(300), proxy: None })));
    let roots = TrustedRoots { variable: "SSL_CERT_FILE", path: "/home/fake/ca.pem".into(), state: RootsState::FileEmpty };
    let terminal = TerminalDetails { size: Some((30, 8)), ..surroundings().terminal };
    fakes.machine.surroundings.push(ScriptedAnswer::Now(Ok(HostDetails {
        terminal,
        roots: vec![roots],
        proxies: vec![ProxyVariable { name: "HTTPS_PROXY", fault: None, is_used: true }],
        workspace_id: Some("ws-1".into()),
        ..surroundings()
    })));
    fakes
}

/// Without what differs between versions and systems.
fn without_version(report: &str) -> String {
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    report.replace(concat!("notion-auth ", env!("CARGO_PKG_VERSION")), "notion-auth VERSION").replace(&system, "SYSTEM")
}

#[tokio::test]
async fn where_all_is_well_it_says_so_in_groups_and_ends_with_0() {
    let shown = report(&well()).await;
    assert_eq!(shown.exit_code, 0, "{}", shown.out);
    insta::assert_snapshot!(without_version(&shown.out));
}

#[tokio::test]
async fn every_trouble_has_its_remedy_and_the_command_that_mends_it() {
    let shown = report(&troubled()).await;
    assert_eq!(shown.exit_code, 1, "{}", shown.out);
    insta::assert_snapshot!(without_version(&shown.out));
}

#[tokio::test]
async fn at_40_columns_evidence_stands_under_its_title() {
    let shown = doctor_at(40, &troubled(), DoctorArgs { names: false, json: false }).await;
    for line in shown.out.lines() {
        assert!(width(line) <= 40 || line.contains("$ "), "{line}");
    }
    insta::assert_snapshot!(without_version(&shown.out));
}

#[tokio::test]
async fn the_document_keeps_its_shape() {
    let (exit_code, document) = document(&troubled(), false).await;
    assert_eq!((exit_code, &document["schema"], &document["redacted"]), (1, &1.into(), &true.into()));
    let checks = document["checks"].as_array().unwrap();
    for check in checks {
        let fields: Vec<&str> = check.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = ["id", "group", "title", "subject", "verdict", "evidence", "remedy", "command", "source"];
        expected.sort_unstable();
        assert_eq!(fields, expected);
        assert!(!check["evidence"].as_str().unwrap().is_empty(), "{check}");
        let needs_remedy = check["verdict"] == "fail";
        assert!(!needs_remedy || check["remedy"].is_string(), "a failure without a way out: {check}");
    }
    let groups: Vec<&Value> = checks.iter().map(|check| &check["group"]).collect();
    let order = ["environment", "prerequisites", "credential", "storage"];
    let position = |group: &Value| order.iter().position(|name| group == name).unwrap();
    assert!(groups.windows(2).all(|pair| position(pair[0]) <= position(pair[1])), "{groups:?}");
    let summed: u64 = document["summary"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(summed, checks.len() as u64);
}

#[tokio::test(start_paused = true)]
async fn a_slow_notion_delays_no_other_check_and_all_take_as_long_as_the_slowest_chain() {
    let fakes = well();
    fakes.store.add(token_record(workspace("ws-2", "Beta")), CONNECTION);
    let seconds = Duration::from_secs;
    fakes.store.probe_keychain.push(ScriptedAnswer::Never);
    fakes.machine.ntn.push(ScriptedAnswer::Never);
    fakes
        .notion
        .reach_host
        .push(ScriptedAnswer::After(seconds(9), Ok(Reachability { latency_ms: 9000, clock_skew_s: None, proxy: None })));
    fakes.notion.queue_answer(CONNECTION, ScriptedAnswer::After(seconds(7), Ok(member_identity())));
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::After(seconds(8), Ok(member_identity())));
    let nobody = UserList { people: Vec::new(), is_complete: true, has_emails: false };
    fakes.notion.users.push(ScriptedAnswer::After(seconds(3), Ok(CapabilityResponse::Granted(nobody))));
    fakes.notion.user.push(ScriptedAnswer::After(seconds(2), Ok(CapabilityResponse::Granted(true))));
    let began = Instant::now();
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!(began.elapsed().as_secs(), 7 + 3 + 2, "whoami, then the list, then the person: nothing else adds to it");
    assert_eq!(exit_code, 0);
    assert_eq!(the(&document, "environment.keychain")["evidence"], "No response within 3 seconds.");
    assert_eq!(the(&document, "environment.ntn")["verdict"], "warn");
    assert_eq!(the(&document, "environment.browser")["verdict"], "pass");
    assert_eq!(the(&document, "environment.terminal")["verdict"], "pass");
    let valid: Vec<_> = those(&document, "credential.valid").iter().map(|check| check["verdict"].clone()).collect();
    assert_eq!(valid, ["pass", "pass"]);
}

#[tokio::test(start_paused = true)]
async fn a_notion_that_never_answers_is_given_up_and_the_rest_is_told() {
    let fakes = well();
    fakes.notion.reach_host.push(ScriptedAnswer::Never);
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Never);
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!(exit_code, 1, "Notion cannot be reached");
    assert_eq!(the(&document, "environment.network")["verdict"], "fail");
    assert_eq!(the(&document, "credential.valid")["verdict"], "unknown", "silence is no verdict on a token");
    assert_eq!(the(&document, "storage.folder")["verdict"], "pass");
    assert_eq!(the(&document, "storage.read_back")["verdict"], "pass");
}

#[tokio::test]
async fn permissions_are_looked_at_before_a_file_is_read() {
    let fakes = well();
    report(&fakes).await;
    let calls = fakes.store.calls.all();
    let position = |call: &str| calls.iter().position(|made| made == call).unwrap();
    assert!(position("look") < position("index"), "{calls:?}");
}

#[tokio::test]
async fn it_writes_nothing() {
    let fakes = troubled();
    report(&fakes).await;
    let wrote = fakes.store.calls.all();
    let harmless = |call: &String| ["probe_keychain", "index", "look"].contains(&call.as_str()) || call.starts_with("load ");
    assert!(wrote.iter().all(harmless), "{wrote:?}");
    assert!(fakes.browser.calls.is_empty() && fakes.ntn.calls.is_empty() && fakes.clipboard.calls.is_empty());
}

fn problem(code: ProblemCode) -> Problem {
    Problem::new(code)
}
