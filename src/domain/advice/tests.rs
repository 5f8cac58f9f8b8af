//! The truth table of the recommendation, and the guide's tree behind it.

use super::*;
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::login::{LoginFlow, NtnStorage};
use crate::domain::machine::{BrowserState, Finding, HeadlessReason, KeychainState, NtnState};

const AUDIENCES: [Audience; 3] = [Audience::Own, Audience::ManyUsers, Audience::ExternalService];
const PLACES: [TargetEnvironment; 3] = [TargetEnvironment::Terminal, TargetEnvironment::Server, TargetEnvironment::Unsure];
const MEMBERSHIPS: [Membership; 3] = [Membership::Full, Membership::GuestOrRestricted, Membership::Unsure];
const HEADLESS: [HeadlessReason; 6] = [
    HeadlessReason::Ssh,
    HeadlessReason::Ci,
    HeadlessReason::Container,
    HeadlessReason::NoDisplay,
    HeadlessReason::NoBrowser,
    HeadlessReason::TextBrowser,
];

fn found(browser: Option<&BrowserState>, ntn: Option<&NtnState>) -> Findings {
    fn finding<T: Clone>(known: Option<&T>) -> Finding<T> {
        known.map_or(Finding::Pending, |known| Finding::Found(known.clone()))
    }
    Findings { browser: finding(browser), ntn: finding(ntn), ..Findings::default() }
}

fn ntn_with(storage: NtnStorage) -> NtnState {
    NtnState::Found { path: "/usr/bin/ntn".into(), version: "0.23.19".into(), generation: LoginFlow::TwoSteps, storage }
}

fn ready() -> NtnState {
    ntn_with(NtnStorage::Keychain)
}

type Recommended = (AuthPath, AuthMethod, Reason);

/// Every state of `ntn`, with path, method and reason for a person with a browser, for one without, and for unattended use.
fn table() -> [(NtnState, [Recommended; 3]); 6] {
    let login = |reason| (AuthPath::Cli, AuthMethod::BrowserLogin, reason);
    let headless = |reason| (AuthPath::Cli, AuthMethod::Token, reason);
    let token = |reason| (AuthPath::Token, AuthMethod::Token, reason);
    let (path, evidence) = (String::from("/usr/bin/ntn"), String::from("seen"));
    let refused = ntn_with(NtnStorage::KernelKeyringRefused { evidence: "EPERM".into() });
    let other = NtnState::OtherProgram { path: path.clone(), evidence: evidence.clone() };
    let broken = NtnState::Broken { path, evidence };
    let without = token(Reason::NoBrowserNoNtn);
    let unattended = headless(Reason::Unattended);
    let no_ntn = token(Reason::UnattendedWithoutNtn);
    [
        (ready(), [login(Reason::BrowserAndNtn), login(Reason::ApproveElsewhere), unattended]),
        (refused, [login(Reason::BrowserAndNtn), headless(Reason::LoginNotKept), unattended]),
        (NtnState::Missing, [login(Reason::NtnToInstall), without, unattended]),
        (NtnState::NotInstallable, [token(Reason::NtnNotInstallable), without, no_ntn]),
        (other, [token(Reason::OtherProgramNamedNtn), without, no_ntn]),
        (broken, [token(Reason::NtnBroken), without, no_ntn]),
    ]
}

#[test]
fn compare_recommends_what_this_machine_can_do() {
    let here = BrowserState::Ready { name: None };
    for (ntn, [with_browser, without_browser, unattended]) in table() {
        let recommended = |browser: &BrowserState| {
            let advice = recommend(Requirements::DEFAULT, &found(Some(browser), Some(&ntn))).expect("everything is known");
            (advice.path, advice.method, advice.reason)
        };
        assert_eq!(recommended(&here), with_browser, "{ntn:?}");
        for reason in HEADLESS {
            let expected = if reason == HeadlessReason::Ci { unattended } else { without_browser };
            assert_eq!(recommended(&BrowserState::Headless { reason }), expected, "{ntn:?} {reason:?}");
        }
    }
}

#[test]
fn answers_lead_to_the_guides_path_wherever_the_machine_can_go_it() {
    let here = BrowserState::Ready { name: None };
    for (ntn, [with_browser, _, unattended]) in table() {
        for membership in MEMBERSHIPS {
            for place in PLACES {
                let need = Requirements { audience: Audience::Own, environment: place, membership: Some(membership) };
                let advice = recommend(need, &found(Some(&here), Some(&ntn))).expect("everything is known");
                let (path, method, _) = if place == TargetEnvironment::Server { unattended } else { with_browser };
                assert_eq!((advice.path, advice.method), (path, method), "{ntn:?} {need:?}");
                assert_eq!(advice.caution, guide_recommendation(need).caution, "{need:?}");
                assert_eq!(advice.rule, guide_recommendation(need).rule, "{need:?}");
            }
        }
    }
}

#[test]
fn nothing_is_recommended_before_browser_and_ntn_are_known_and_nothing_else_moves_it() {
    let (browser, ntn) = (BrowserState::Ready { name: None }, ready());
    for unknown in [found(None, None), found(Some(&browser), None), found(None, Some(&ntn))] {
        assert_eq!(recommend(Requirements::DEFAULT, &unknown), None);
    }
    let known = found(Some(&browser), Some(&ntn));
    let absent = KeychainState::Absent { evidence: "no bus".into() };
    let later = Findings { keychain: Finding::Found(absent), inventory: Finding::default(), ..known.clone() };
    assert_eq!(recommend(Requirements::DEFAULT, &known), recommend(Requirements::DEFAULT, &later));
}

#[test]
fn an_app_for_others_is_oauth_whatever_the_machine_and_each_kind_has_its_own_door() {
    for (audience, method) in [(Audience::ManyUsers, AuthMethod::OwnConnection), (Audience::ExternalService, AuthMethod::Worker)] {
        let GuideStep::Complete(need) = next_step(GuideAnswers { audience: Some(audience), ..GuideAnswers::default() }) else {
            panic!("one answer is enough for {audience:?}");
        };
        for findings in [Findings::default(), found(None, Some(&NtnState::NotInstallable))] {
            let advice = recommend(need, &findings).expect("no machine decides this");
            assert_eq!((advice.path, advice.method), (AuthPath::Oauth, method));
        }
    }
}

#[test]
fn the_tree_gives_the_guides_answer_in_every_case() {
    for audience in AUDIENCES {
        for place in PLACES {
            for membership in MEMBERSHIPS {
                let GuideStep::Complete(need) =
                    next_step(GuideAnswers { audience: Some(audience), environment: Some(place), membership: Some(membership) })
                else {
                    panic!("everything was answered");
                };
                let advice = guide_recommendation(need);
                let expected = match (audience, place, membership) {
                    (Audience::ManyUsers, ..) => (AuthPath::Oauth, AuthMethod::OwnConnection, "external_service"),
                    (Audience::ExternalService, ..) => (AuthPath::Oauth, AuthMethod::Worker, "external_service"),
                    (Audience::Own, TargetEnvironment::Server, _) => (AuthPath::Cli, AuthMethod::Token, "own_script"),
                    (Audience::Own, TargetEnvironment::Terminal, Membership::Full) => {
                        (AuthPath::Cli, AuthMethod::BrowserLogin, "own_terminal")
                    }
                    (Audience::Own, ..) => (AuthPath::Cli, AuthMethod::BrowserLogin, "default"),
                };
                assert_eq!((advice.path, advice.method, advice.rule), expected, "{need:?}");
                assert!(advice.runners_up.iter().all(|(path, _)| *path != advice.path));
                assert_eq!(advice.caution.is_some(), audience == Audience::Own && membership != Membership::Full);
            }
        }
    }
}

#[test]
fn at_most_three_questions_are_asked_and_none_twice() {
    for audience in AUDIENCES {
        for place in PLACES {
            for membership in MEMBERSHIPS {
                let mut answers = GuideAnswers::default();
                let mut asked = Vec::new();
                while let GuideStep::Ask(question) = next_step(answers) {
                    assert!(!asked.contains(&question));
                    asked.push(question);
                    match question {
                        GuideQuestion::Audience => answers.audience = Some(audience),
                        GuideQuestion::Environment => answers.environment = Some(place),
                        GuideQuestion::Membership => answers.membership = Some(membership),
                    }
                }
                assert!(asked.len() <= 3);
                assert_eq!(asked.len() == 1, audience != Audience::Own, "an app for many is one question away");
            }
        }
    }
}
