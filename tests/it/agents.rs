//! `docs/agents.md` and the built binary tell the same: every event and field in it is produced, and none is produced that it
//! does not name.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "writes a team profile")]

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::connection_sandbox::ConnectionSandbox;
use crate::support::loopback_client::{send_bytes, visit};
use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::ntn::fake_ntn_folder;
use crate::support::sandbox::{CommandOutput, Sandbox};
use notion_auth::domain::login::LoginFlow;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};

const DOCUMENT: &str = include_str!("../../docs/agents.md");

/// A name, and the fields beside it.
type DocumentedFields = BTreeMap<String, BTreeSet<String>>;

/// The rows of the table under this heading.
fn documented(heading: &str) -> DocumentedFields {
    let section = DOCUMENT.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("no heading {heading:?}"));
    let rows = section.split("\n## ").next().unwrap().lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let mut quoted = row.split('`').skip(1).step_by(2).map(str::to_owned);
        (quoted.next().unwrap(), quoted.collect())
    })
    .collect()
}

fn fields(document: &Value) -> BTreeSet<String> {
    document.as_object().unwrap().keys().filter(|name| *name != "event").cloned().collect()
}

/// The events of a token's login, of a browser login, and of an own connection's with a line that is not its answer.
fn every_kind_of_run() -> Vec<Vec<Value>> {
    let notion = FakeNotion::start(respond_as_member);
    let token = Sandbox::with_notion(&notion).run("login --token-stdin --store none --json", TOKEN);
    let refusing = FakeNotion::start(|request| Response::error(401, "unauthorized", request));
    let refused = Sandbox::with_notion(&refusing).run("login --token-stdin --store none --json", TOKEN);
    let unknown = Sandbox::new().run("login --token-stdin --store cloud --json", TOKEN);
    let team = Sandbox::with_notion(&notion);
    std::fs::write(team.path().join("notion-auth.toml"), "schema = 1\nstore = \"none\"\nagents = [\"codex\"]\n").unwrap();
    let with_profile = team.run("login --profile notion-auth.toml --token-stdin --json", TOKEN);
    vec![
        with_profile.json_lines(),
        token.json_lines(),
        refused.json_lines(),
        unknown.json_lines(),
        retried(),
        browser_login(),
        own_connection(),
    ]
}

/// Notion is busy at first.
fn retried() -> Vec<Value> {
    let is_first = AtomicBool::new(true);
    let busy = FakeNotion::start(move |request| {
        let is_asked = request.header("authorization").is_some() && is_first.swap(false, Ordering::SeqCst);
        if is_asked { Response::error(529, "service_overload", request) } else { respond_as_member(request) }
    });
    Sandbox::with_notion(&busy).run("login --token-stdin --store none --json", TOKEN).json_lines()
}

fn browser_login() -> Vec<Value> {
    let writes = format!(
        "mkdir -p \"$HOME/.config/notion\" && cd \"$HOME/.config/notion\"
         echo '{{\"workspace-1\":\"{TOKEN}\"}}' >auth.json
         echo '{{\"version\":\"1\",\"defaultWorkspaceIds\":{{\"prod\":\"workspace-1\"}}}}' >config.json"
    );
    let shows_link =
        "echo 'Visit: https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY'; echo 'Then run: ntn login poll'";
    let ntn = format!("case \"$*\" in\n'login --no-browser') {shows_link};;\n'login poll') {writes};;\n*) exit 2;; esac");
    let folder = fake_ntn_folder(LoginFlow::TwoSteps, &ntn);
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_variable("PATH", folder.path().to_str().unwrap());
    home.with_variable("NOTION_KEYRING", "0").run("login --path cli --json", "").json_lines()
}

fn own_connection() -> Vec<Value> {
    let desk = ConnectionSandbox::new();
    let line = format!("login --client-id {CLIENT_ID} --client-secret-stdin --port {} --store none --json", desk.port);
    let mut child = desk.home.start(&line);
    let (mut input, mut out) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    writeln!(input, "{CLIENT_SECRET}").unwrap();
    let mut told = String::new();
    let mut until = |name: &str| -> Value {
        loop {
            let start = told.len();
            assert_ne!(out.read_line(&mut told).unwrap(), 0, "it ended before {name:?}: {told}");
            let event: Value = serde_json::from_str(&told[start..]).unwrap();
            if event["event"] == name {
                return event;
            }
        }
    };
    let open = until("open");
    writeln!(input, "https://example.com/?code=another&state=another").unwrap();
    until("ignored");
    send_bytes(desk.port, b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03");
    until("tls_attempt");
    visit(&desk.server.allow(open["url"].as_str().unwrap()));
    out.read_to_string(&mut told).unwrap();
    assert_eq!(CommandOutput::wait(child).exit_code, Some(0), "{told}");
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_event_and_field_is_documented_and_every_documented_one_is_produced() {
    let mut produced = DocumentedFields::new();
    for event in every_kind_of_run().iter().flatten() {
        produced.entry(event["event"].as_str().unwrap().to_owned()).or_default().extend(fields(event));
    }
    assert_eq!(produced, documented("Events of `login --json`"));
}

#[test]
fn the_last_line_of_every_run_says_how_it_ended_and_no_other_does() {
    for events in every_kind_of_run() {
        let ends: Vec<bool> = events.iter().map(|event| event["event"] == "done" || event["event"] == "problem").collect();
        let (last, rest) = ends.split_last().unwrap();
        assert!(*last && !rest.contains(&true), "{events:?}");
    }
}

#[test]
fn what_is_waited_for_has_a_documented_name() {
    let section = DOCUMENT.split("* `waiting`, `for`:").nth(1).unwrap().split("\n* ").next().unwrap();
    for event in every_kind_of_run().iter().flatten().filter(|event| event["event"] == "waiting") {
        assert!(section.contains(&format!("`{}` (", event["for"].as_str().unwrap())), "{event}");
    }
}

#[test]
fn every_document_has_the_documented_fields() {
    let documents = documented("Documents");
    assert!(documents.len() >= 4, "{documents:?}");
    let (_notion, home) = crate::login::signed_in();
    std::fs::write(home.path().join("notion-auth.toml"), "schema = 1\n").unwrap();
    for (command, expected) in documents {
        let run = home.run(&command, "");
        let document = run.json_document();
        assert_eq!(run.stderr, "", "{command}");
        assert_eq!((fields(&document), &document["schema"]), (expected, &1.into()), "{command}");
    }
}

#[test]
fn the_same_question_is_answered_in_the_same_order() {
    let notion = FakeNotion::start(respond_as_member);
    let told = || Sandbox::with_notion(&notion).run("login --token-stdin --store none --json", TOKEN).stdout;
    let first = told();
    for _ in 0..3 {
        assert_eq!(told(), first);
    }
}
