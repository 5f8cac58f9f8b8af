//! Tables of evidence with the expected verdict and text.

#![expect(clippy::unnecessary_wraps, reason = "the evidence holds answers as they arrive: as results")]

use super::*;
use crate::domain::checks::Verdict::{Fail, Pass, Skip, Unknown, Warn};
use crate::domain::credentials::{
    CredentialIndex, CredentialSource, DiscoveredCredential, Identity, Inventory, Owner, Person, Unusable, Workspace,
};
use crate::domain::login::{LoginFlow, NtnStorage};
use crate::domain::machine::{BrowserState, Finding, Findings, HeadlessReason, KeychainState, NtnState, Reachability};
use crate::domain::problem::{Problem, ProblemCode};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 22);

fn identity_of(owner: Owner) -> Identity {
    Identity {
        owner,
        bot_id: Some("bot".into()),
        bot_name: Some("Nightly sync".into()),
        workspace: Some(Workspace { id: "ws-1".into(), name: Some("Acme".into()) }),
        upload_limit: None,
        request_id: None,
    }
}

fn ada() -> Owner {
    Owner::Person(Person { id: "ada".into(), name: Some("Ada Fake".into()), email: Some("ada@example.com".into()) })
}

fn evidence_of(identity: &Identity) -> Evidence<'_> {
    Evidence {
        identity,
        users: None,
        owner_found: None,
        search: None,
        connection: None,
        introspection: None,
        expires_on: None,
        today: TODAY,
        environment_token: EnvironmentToken::Unset,
        logged_in_by_ntn: false,
    }
}

fn listing(people: &[&str], complete: bool, emails: bool) -> Result<CapabilityResponse<UserList>, Problem> {
    Ok(CapabilityResponse::Granted(UserList {
        people: people.iter().map(|&id| id.into()).collect(),
        is_complete: complete,
        has_emails: emails,
    }))
}

fn refused<T>() -> Result<CapabilityResponse<T>, Problem> {
    Ok(CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() })
}

fn seeing(pages: usize, data_sources: usize, more: bool) -> Result<CapabilityResponse<Reach>, Problem> {
    Ok(CapabilityResponse::Granted(Reach { pages, data_sources, has_more: more }))
}

fn failed<T>() -> Result<CapabilityResponse<T>, Problem> {
    Err(Problem::new(ProblemCode::TimedOut))
}

/// Asserts the verdict, and that the evidence contains these words.
fn assert_says(check: &Check, verdict: Verdict, words: &str) {
    assert_eq!(check.verdict, verdict, "{}: {}", check.id, check.evidence);
    assert!(check.full_evidence().contains(words), "{}: {:?} lacks {words:?}", check.id, check.full_evidence());
}

fn found<'a>(checks: &'a [Check], id: &str) -> &'a Check {
    checks.iter().find(|check| check.id == id).unwrap()
}

#[test]
fn what_has_not_arrived_makes_no_check() {
    let identity = identity_of(ada());
    let ids = |evidence: &Evidence| credential_checks(evidence).iter().map(|check| check.id).collect::<Vec<_>>();
    let early = [
        "credential.valid",
        "credential.identity",
        "credential.workspace",
        "credential.kind",
        "credential.expiry",
        "credential.precedence",
        "prerequisites.membership",
        "prerequisites.admin",
    ];
    assert_eq!(ids(&evidence_of(&identity)), early);
    let (users, search) = (refused(), seeing(1, 0, false));
    let late = Evidence { users: Some(&users), search: Some(&search), ..evidence_of(&identity) };
    assert_eq!(ids(&late).len(), early.len() + 2);
    assert_eq!(ids(&Evidence { users: None, ..late }).len(), early.len() + 1, "reach needs the search alone");
}

#[test]
fn only_an_answer_passes_and_only_a_refusal_fails() {
    assert_eq!(validity_check(Ok(&identity_of(ada()))).verdict, Pass);
    for &code in ProblemCode::ALL {
        let verdict = validity_check(Err(&Problem::new(code))).verdict;
        let refusal = matches!(code, ProblemCode::Unauthorized | ProblemCode::Restricted | ProblemCode::SecretMissing);
        assert_eq!(verdict, if refusal { Fail } else { Unknown }, "{code:?}");
    }
}

#[test]
fn the_identity_is_as_much_as_notion_tells() {
    let person = |name: Option<&str>, email: Option<&str>| {
        Owner::Person(Person { id: "p-1".into(), name: name.map(Into::into), email: email.map(Into::into) })
    };
    for (owner, bot_name, verdict, says) in [
        (ada(), None, Pass, "Ada Fake (ada@example.com)"),
        (person(Some("Ada"), None), None, Pass, "Ada"),
        (person(None, Some("ada@example.com")), None, Pass, "ada@example.com"),
        (person(None, None), None, Pass, "Person with ID p-1"),
        (Owner::Workspace, Some("Nightly sync"), Pass, "Nightly sync"),
        (Owner::Unknown, None, Unknown, "Notion did not name an owner."),
    ] {
        let whoami = Identity { bot_name: bot_name.map(Into::into), ..identity_of(owner) };
        assert_eq!((identity_check(&whoami).verdict, identity_check(&whoami).evidence.as_str()), (verdict, says));
    }
}

#[test]
fn a_workspace_without_a_name_is_known_by_its_id() {
    let mut whoami = identity_of(ada());
    assert_says(&workspace_check(&whoami), Pass, "Acme");
    whoami.workspace = Some(Workspace { id: "ws-1".into(), name: None });
    assert_says(&workspace_check(&whoami), Pass, "ID ws-1");
    whoami.workspace = None;
    assert_says(&workspace_check(&whoami), Unknown, "did not name a workspace");
}

#[test]
fn the_kind_is_told_as_far_as_it_can_be_told() {
    let (refusal, people) = (refused(), listing(&["ada"], true, true));
    for (owner, users, by_ntn, verdict, says) in [
        (Owner::Workspace, &refusal, false, Pass, "internal connection"),
        (Owner::Unknown, &refusal, false, Unknown, "did not say who"),
        (ada(), &refusal, false, Unknown, "a PAT, an OAuth token or an ntn login"),
        (ada(), &people, false, Unknown, "PATs can't list people"),
        (ada(), &refusal, true, Pass, "A login with ntn"),
    ] {
        let identity = identity_of(owner);
        let evidence = Evidence { users: Some(users), logged_in_by_ntn: by_ntn, ..evidence_of(&identity) };
        assert_says(&kind_check(&evidence), verdict, says);
    }
}

#[test]
fn capabilities_are_what_the_probes_showed() {
    let (listed, named, refusal, no_list) = (listing(&[], true, true), listing(&[], true, false), refused(), failed());
    let (granted, refused_search, silent) = (seeing(1, 0, false), refused(), failed());
    for (owner, users, search, verdict, says) in [
        (ada(), &listed, &granted, Pass, "Can search content and list people with email addresses."),
        (ada(), &named, &granted, Pass, "list people, without email addresses"),
        (ada(), &refusal, &granted, Pass, "(normal for a PAT)"),
        (Owner::Workspace, &refusal, &granted, Pass, "but not list people."),
        (Owner::Workspace, &listed, &refused_search, Warn, "Can't search (403 restricted_resource)"),
        (ada(), &listed, &silent, Unknown, ""),
        (ada(), &no_list, &granted, Unknown, ""),
    ] {
        let identity = identity_of(owner);
        let evidence = Evidence { users: Some(users), search: Some(search), ..evidence_of(&identity) };
        assert_says(&capabilities_check(&evidence).unwrap(), verdict, says);
    }
}

#[test]
fn seeing_nothing_is_explained_by_the_kind_of_token() {
    for (owner, remedy) in
        [(Owner::Workspace, Some("Add connection")), (Owner::Unknown, Some("Add connection")), (ada(), Some("choose pages"))]
    {
        let (identity, nothing) = (identity_of(owner), seeing(0, 0, false));
        let check = reach_check(&Evidence { search: Some(&nothing), ..evidence_of(&identity) }).unwrap();
        assert_says(&check, Warn, "No page");
        assert_eq!(check.remedy.as_deref().zip(remedy).map(|(text, wanted)| text.contains(wanted)), Some(true), "{check:?}");
    }
}

#[test]
fn what_is_seen_is_counted() {
    let identity = identity_of(ada());
    for (search, verdict, says) in [
        (seeing(1, 0, false), Pass, "1 page"),
        (seeing(0, 2, false), Pass, "2 databases"),
        (seeing(12, 1, false), Pass, "12 pages and 1 database"),
        (seeing(80, 20, true), Pass, "80 pages and 20 databases, and more"),
        (refused(), Unknown, "Unknown: the token can't search (403 restricted_resource)."),
    ] {
        let check = reach_check(&Evidence { search: Some(&search), ..evidence_of(&identity) }).unwrap();
        assert_eq!((check.verdict, check.evidence.as_str()), (verdict, says));
    }
    let silent = failed();
    let check = reach_check(&Evidence { search: Some(&silent), ..evidence_of(&identity) }).unwrap();
    assert_says(&check, Unknown, Problem::new(ProblemCode::TimedOut).headline());
}

#[test]
fn an_end_is_what_was_noted_and_never_guessed() {
    for (owner, noted, verdict, says) in [
        (ada(), None, Unknown, "PATs last at most"),
        (Owner::Workspace, None, Pass, "No expiry is documented"),
        (ada(), Some(date(2027, 11, 22)), Pass, "2027-11-22, 365 days left."),
        (ada(), Some(date(2026, 12, 7)), Pass, "15 days left"),
        (ada(), Some(date(2026, 12, 6)), Warn, "14 days left"),
        (ada(), Some(date(2026, 11, 23)), Warn, "1 day left"),
        (ada(), Some(TODAY), Warn, "expires today"),
        (ada(), Some(date(2026, 11, 21)), Warn, "still works"),
    ] {
        let identity = identity_of(owner);
        assert_says(&expiry_check(&Evidence { expires_on: noted, ..evidence_of(&identity) }), verdict, says);
    }
}

#[test]
fn a_variable_with_another_token_is_warned_of() {
    assert_says(&precedence_check(EnvironmentToken::Unset), Pass, "overrides it");
    assert_says(&precedence_check(EnvironmentToken::Same), Pass, "the same token");
    assert_says(&precedence_check(EnvironmentToken::Other), Warn, "used instead");
}

#[test]
fn membership_is_read_from_what_arrived() {
    let (known, unknown) = (Ok(CapabilityResponse::Granted(true)), Ok(CapabilityResponse::Granted(false)));
    let complete = listing(&["bob"], true, true);
    let partial = listing(&["bob"], false, true);
    let with_ada = listing(&["ada", "bob"], true, true);
    let refusal = refused();
    for (users, owner_found, verdict, says) in [
        (&complete, &known, Warn, "Likely a guest"),
        (&complete, &unknown, Unknown, "Not a PAT"),
        (&partial, &known, Unknown, "Not a PAT"),
        (&with_ada, &known, Unknown, "A member, not a guest"),
        (&refusal, &known, Unknown, "probably a full member"),
    ] {
        let identity = identity_of(ada());
        let evidence = Evidence { users: Some(users), owner_found: Some(owner_found), ..evidence_of(&identity) };
        assert_says(found(&credential_checks(&evidence), "prerequisites.membership"), verdict, says);
    }
}

#[test]
fn the_upload_limit_of_free_hints_at_an_owner_only_where_the_token_may_be_a_pat() {
    let free = Identity { upload_limit: Some(5_242_880), ..identity_of(ada()) };
    assert_says(found(&credential_checks(&evidence_of(&free)), "prerequisites.admin"), Unknown, "probably an owner");
    let by_ntn = Evidence { logged_in_by_ntn: true, ..evidence_of(&free) };
    assert_says(found(&credential_checks(&by_ntn), "prerequisites.admin"), Unknown, "doesn't report roles");
    let people = listing(&["ada"], true, true);
    let lists = Evidence { users: Some(&people), ..evidence_of(&free) };
    assert_says(found(&credential_checks(&lists), "prerequisites.admin"), Unknown, "doesn't report roles");
    let internal = Identity { upload_limit: Some(5_242_880), ..identity_of(Owner::Workspace) };
    assert_says(found(&credential_checks(&evidence_of(&internal)), "prerequisites.admin"), Skip, "Doesn't apply");
}

#[test]
fn the_machine_is_judged_finding_by_finding() {
    assert!(environment_checks(&Findings::default()).is_empty(), "nothing has arrived");
    let text = |evidence: &str| evidence.to_owned();
    for (state, verdict, says) in [
        (KeychainState::Available { name: text("GNOME Keyring") }, Pass, "Works: GNOME Keyring"),
        (KeychainState::Absent { evidence: text("no bus") }, Warn, "no bus"),
        (KeychainState::Locked { evidence: text("prompt dismissed") }, Warn, "prompt dismissed"),
        (KeychainState::TimedOut, Warn, "No response within 3 seconds"),
        (KeychainState::Disabled { value: text("0") }, Skip, "NOTION_KEYRING=0"),
    ] {
        let findings = Findings { keychain: Finding::Found(state), ..Findings::default() };
        assert_says(found(&environment_checks(&findings), "environment.keychain"), verdict, says);
    }
    for (state, verdict, says) in [
        (BrowserState::Ready { name: Some(text("firefox")) }, Pass, "firefox is available"),
        (BrowserState::Ready { name: None }, Pass, "Available"),
        (BrowserState::Headless { reason: HeadlessReason::Ssh }, Warn, "No browser: this is an SSH session."),
    ] {
        let findings = Findings { browser: Finding::Found(state), ..Findings::default() };
        assert_says(found(&environment_checks(&findings), "environment.browser"), verdict, says);
    }
    let path = || text("/usr/bin/ntn");
    let storing = |storage| NtnState::Found { path: path(), version: text("0.4.0"), generation: LoginFlow::Terminal, storage };
    for (state, verdict, says) in [
        (
            NtnState::Found {
                path: path(),
                version: text("0.23.19"),
                generation: LoginFlow::TwoSteps,
                storage: NtnStorage::Keychain,
            },
            Pass,
            "0.23.19 is installed",
        ),
        (storing(NtnStorage::KernelKeyring), Pass, "cleared at reboot"),
        (storing(NtnStorage::File { place: text("/home/me/auth.json") }), Pass, "stored in /home/me/auth.json, in plain text"),
        (
            storing(NtnStorage::KernelKeyringRefused { evidence: text("not permitted") }),
            Warn,
            "can't store its login here: not permitted",
        ),
        (NtnState::Missing, Warn, "Not installed"),
        (NtnState::NotInstallable, Warn, "can't be installed here"),
        (NtnState::OtherProgram { path: path(), evidence: text("notion-cli 1.0") }, Warn, "notion-cli 1.0"),
        (NtnState::Broken { path: path(), evidence: text("killed") }, Warn, "killed"),
    ] {
        let findings = Findings { ntn: Finding::Found(state), ..Findings::default() };
        assert_says(found(&environment_checks(&findings), "environment.ntn"), verdict, says);
    }
}

#[test]
fn a_clock_is_wrong_beyond_a_minute() {
    let judged = |skew| {
        let answer = Ok(Reachability { latency_ms: 84, clock_skew_s: skew, proxy: None });
        environment_checks(&Findings { network: Finding::Found(answer), ..Findings::default() })
    };
    for (skew, verdict, says) in
        [(60, Pass, "Matches Notion's"), (-60, Pass, "Matches Notion's"), (61, Warn, "61 s ahead"), (-3600, Warn, "3600 s behind")]
    {
        assert_says(found(&judged(Some(skew)), "environment.clock"), verdict, says);
        assert_says(found(&judged(Some(skew)), "environment.network"), Pass, "Reachable in 84 ms.");
    }
    assert_eq!(judged(None).len(), 1, "an answer without a date says nothing of the clock");
    let unreachable = Problem::new(ProblemCode::NoNetwork).with_evidence("connection refused");
    let silent = Findings { network: Finding::Found(Err(unreachable)), ..Findings::default() };
    assert_says(found(&environment_checks(&silent), "environment.network"), Fail, "(connection refused)");
}

#[test]
fn what_is_here_already_is_named_and_trouble_on_the_way_is_told() {
    let variable = DiscoveredCredential {
        source: CredentialSource::Environment,
        place: "NOTION_API_TOKEN".into(),
        workspace: None,
        unusable: None,
    };
    let login = DiscoveredCredential {
        source: CredentialSource::Ntn { workspace: "ws-1".into() },
        place: "auth.json".into(),
        workspace: Some(Workspace { id: "ws-1".into(), name: Some("Acme".into()) }),
        unusable: Some(Unusable::KeptByNtn),
    };
    let existing = |existing: Vec<DiscoveredCredential>, existing_trouble: Option<Problem>| {
        let inventory = Inventory::new(existing, Ok(CredentialIndex::default()), existing_trouble, "");
        let findings = Findings { inventory: Finding::Found(inventory), ..Findings::default() };
        environment_checks(&findings).remove(0)
    };
    assert_says(&existing(vec![], None), Skip, "Nothing yet");
    assert_says(&existing(vec![variable, login], None), Pass, "NOTION_API_TOKEN, Acme in ntn");
    assert_says(&existing(vec![], Some(Problem::new(ProblemCode::FileCorrupt).with_evidence("auth.json"))), Warn, "auth.json");
}

#[test]
fn evidence_is_short_enough_for_four_lines_of_forty_columns() {
    let (refusal, nothing) = (refused(), seeing(0, 0, false));
    for owner in [ada(), Owner::Workspace, Owner::Unknown] {
        let identity = identity_of(owner);
        let evidence = Evidence {
            users: Some(&refusal),
            search: Some(&nothing),
            environment_token: EnvironmentToken::Other,
            ..evidence_of(&identity)
        };
        for check in credential_checks(&evidence) {
            for text in [Some(check.evidence), check.remedy].into_iter().flatten() {
                assert!(crate::domain::sanitize::wrap(&text, 36).len() <= 4, "{}: {text}", check.id);
            }
        }
    }
}
