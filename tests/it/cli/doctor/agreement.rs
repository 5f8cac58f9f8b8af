//! The wizard, `status` and `doctor` judge by one engine: the same findings make the same checks, in the same words.

use super::*;
use crate::support::fakes::{ntn_040, ntn_in_a_container};
use crate::support::harness::{Harness, probed, verified_outcome, verified_token};
use notion_auth::commands::status::{self, StatusArgs};
use notion_auth::domain::checks::{Check, Reach};
use notion_auth::domain::credentials::{CredentialSource, DiscoveredCredential};
use notion_auth::wizard::msg::{ProbeResult, Progress};
use notion_auth::wizard::screens::Screen;

type Found = (KeychainState, BrowserState, NtnState, Result<Reachability, Problem>);

fn findings() -> Vec<Found> {
    let reachable = |skew| Reachability { latency_ms: 84, clock_skew_s: Some(skew), proxy: Some("proxy:3128".into()) };
    let headless = |reason| BrowserState::Headless { reason };
    vec![
        (
            KeychainState::Available { name: "Secret Service".into() },
            BrowserState::Ready { name: None },
            ntn_040(),
            Ok(reachable(0)),
        ),
        (
            KeychainState::Absent { evidence: "no bus".into() },
            headless(HeadlessReason::Ssh),
            NtnState::Missing,
            Err(Problem::new(ProblemCode::NoNetwork).with_evidence("connection refused")),
        ),
        (
            KeychainState::Locked { evidence: "prompt dismissed".into() },
            headless(HeadlessReason::Container),
            ntn_in_a_container(),
            Ok(reachable(-7200)),
        ),
        (
            KeychainState::Disabled { value: "0".into() },
            BrowserState::Ready { name: Some("firefox".into()) },
            NtnState::Broken { path: "/usr/bin/ntn".into(), evidence: "no answer".into() },
            Err(Problem::new(ProblemCode::NoTrustedRoots).with_evidence("No CA certificates were loaded")),
        ),
        (
            KeychainState::TimedOut,
            headless(HeadlessReason::Ci),
            NtnState::OtherProgram { path: "/opt/ntn".into(), evidence: "ntn: a notary".into() },
            Err(Problem::new(ProblemCode::ProxyRefused).with_evidence("the proxy responded to CONNECT: 407")),
        ),
    ]
}

#[tokio::test]
async fn what_prepare_shows_of_this_machine_is_what_doctor_reports() {
    for found in findings() {
        let (keychain, browser, ntn, network) = found.clone();
        let fakes = FakeWorld::new();
        fakes.store.probe_keychain.push(ScriptedAnswer::Now(Ok(keychain.clone())));
        fakes.machine.browser.push(ScriptedAnswer::Now(Ok(browser.clone())));
        fakes.machine.ntn.push(ScriptedAnswer::Now(Ok(ntn.clone())));
        fakes.notion.reach_host.push(ScriptedAnswer::Now(network.clone()));
        let (_, document) = document(&fakes, true).await;

        let mut wizard = Harness::new();
        wizard
            .reply(probed(ProbeResult::Keychain(keychain)))
            .reply(probed(ProbeResult::Browser(browser)))
            .reply(probed(ProbeResult::Ntn(ntn)))
            .reply(probed(ProbeResult::Network(network)));
        wizard.reply_discovered(Vec::new(), fakes.store.current_index());
        wizard.press("3");
        let mut compared = 0;
        for check in document["checks"].as_array().unwrap().iter().filter(|check| check["group"] == "environment") {
            // Prepare looks at no terminal, and at a port only where one is needed; a clock that is right is nothing to prepare.
            let is_elsewhere = ["environment.terminal", "environment.port"].contains(&check["id"].as_str().unwrap());
            if is_elsewhere || (check["id"] == "environment.clock" && check["verdict"] == "pass") {
                continue;
            }
            let mark = match check["verdict"].as_str().unwrap() {
                "pass" => "✓",
                "warn" => "!",
                "fail" => "✗",
                "skip" => "–",
                other => panic!("{other}"),
            };
            let (title, evidence) = (check["title"].as_str().unwrap(), check["evidence"].as_str().unwrap());
            let remedy = check["remedy"].as_str().map(|remedy| format!(" {remedy}")).unwrap_or_default();
            // Prepare leaves out the words of the system, which doctor adds in brackets.
            let is_fault = ["warn", "fail"].contains(&check["verdict"].as_str().unwrap());
            let shown = evidence.split_once(" (").filter(|_| is_fault).map_or(evidence, |(sentence, _)| sentence);
            wizard.assert_shows(&format!("{mark} {title} {shown}"));
            wizard.assert_shows(&remedy);
            compared += 1;
        }
        assert!(compared >= 5, "{found:?}");
    }
}

#[tokio::test]
async fn what_verify_shows_of_a_credential_is_what_doctor_reports() {
    let list = |people: &[&str]| {
        let people = people.iter().map(|id| (*id).to_owned()).collect();
        Ok(CapabilityResponse::Granted(UserList { people, is_complete: true, has_emails: true }))
    };
    let seen = |pages| Ok(CapabilityResponse::Granted(Reach { pages, data_sources: 0, has_more: false }));
    let timed_out = || Problem::new(ProblemCode::TimedOut);
    for (users, search) in
        [(list(&["person-1"]), seen(3)), (list(&[]), seen(0)), (Err(timed_out()), seen(1)), (list(&["person-1"]), Err(timed_out()))]
    {
        let fakes = well();
        fakes.notion.users.push(ScriptedAnswer::Now(users.clone()));
        fakes.notion.search.push(ScriptedAnswer::Now(search.clone()));
        let index = fakes.store.current_index();
        let (_, document) = document(&fakes, true).await;

        let mut wizard = Harness::new();
        let source = CredentialSource::Saved(index.credentials[0].account.clone());
        let workspace = Some(index.credentials[0].workspace.clone());
        wizard.reply_discovered(
            vec![DiscoveredCredential { source: source.clone(), place: "keychain".into(), workspace, unusable: None }],
            index,
        );
        wizard.press("u");
        let mut found = verified_token(MEMBER, member_identity());
        found.found_in = Some(source);
        wizard.reply(verified_outcome(found)).fail(timed_out());
        let is_unlisted = matches!(&users, Ok(CapabilityResponse::Granted(list)) if list.people.is_empty());
        wizard.send_progress(Progress::Users(users)).send_progress(Progress::Search(search));
        if is_unlisted {
            wizard.send_progress(Progress::OwnerFound(Ok(CapabilityResponse::Granted(true))));
        }
        let of_wizard: Vec<Check> = wizard.model.with_ctx(|screen, ctx| match screen {
            Screen::Verify(page) => page.checks(ctx),
            other => panic!("{other:?}"),
        });
        assert!(of_wizard.len() >= 8, "{of_wizard:?}");
        for check in of_wizard {
            let reported = the(&document, check.id);
            let said = (reported["verdict"].as_str().unwrap(), reported["evidence"].as_str().unwrap(), reported["remedy"].as_str());
            assert_eq!(said, (check.verdict.name(), check.evidence.as_str(), check.remedy.as_deref()), "{}", check.id);
        }
    }
}

#[tokio::test]
async fn status_and_doctor_say_the_same_of_each_credential() {
    for fakes in [well(), troubled(), FakeWorld::new()] {
        let world = fakes.world();
        let args = StatusArgs { check: true, json: true };
        let today = jiff::civil::date(2026, 11, 22);
        let listed = super::super::outcome(async |console| status::run(&args, today, &world, console).await).await.json();
        let (_, document) = document(&fakes, true).await;
        let valid = those(&document, "credential.valid");
        let credentials = listed["credentials"].as_array().unwrap();
        assert_eq!(valid.len(), credentials.len());
        for credential in credentials {
            let name = credential["workspace"]["name"].as_str().unwrap();
            let reported = valid.iter().find(|check| check["subject"].as_str().unwrap().starts_with(name)).unwrap();
            let verdict = credential["verdict"].as_str().unwrap_or("unknown");
            assert_eq!(reported["verdict"], verdict, "{name}");
        }
        match listed["active"]["workspace"]["name"].as_str() {
            Some(name) => {
                let expected = listed["reason"].as_str().unwrap();
                let said = the(&document, "credential.active")["evidence"].as_str().unwrap();
                assert!(said.starts_with(name) && said.ends_with(expected), "{said} / {expected}");
            }
            None => assert_eq!(the(&document, "credential.active")["verdict"], "warn"),
        }
    }
}
