//! The truth table of the recommendation, and the guide's tree behind it.

use super::*;
use crate::domain::login::{Generation, NtnStorage};
use crate::domain::machine::{BrowserState, Finding, HeadlessReason, KeychainState, NtnState};

const AUDIENCES: [Audience; 3] = [Audience::Own, Audience::ManyUsers, Audience::ExternalService];
const PLACES: [Place; 3] = [Place::Terminal, Place::Server, Place::Unsure];
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
        known.map_or(Finding::Looking, |known| Finding::Found(known.clone()))
    }
    Findings { browser: finding(browser), ntn: finding(ntn), ..Findings::default() }
}

fn ntn_with(storage: NtnStorage) -> NtnState {
    NtnState::Found { path: "/usr/bin/ntn".into(), version: "0.23.19".into(), generation: Generation::TwoSteps, storage }
}

fn ready() -> NtnState {
    ntn_with(NtnStorage::Keychain)
}

type Recommended = (PathId, Method, Reason);

/// Every state of `ntn`, with path, method and reason for a person with a browser, for one without, and for unattended use.
fn table() -> [(NtnState, [Recommended; 3]); 6] {
    let login = |reason| (PathId::Cli, Method::BrowserLogin, reason);
    let headless = |reason| (PathId::Cli, Method::Token, reason);
    let token = |reason| (PathId::Token, Method::Token, reason);
    let (path, evidence) = (String::from("/usr/bin/ntn"), String::from("seen"));
    let refused = ntn_with(NtnStorage::KernelKeyringRefused { evidence: "EPERM".into() });
    let other = NtnState::NotNotions { path: path.clone(), evidence: evidence.clone() };
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
            let advice = recommend(Need::UNASKED, &found(Some(browser), Some(&ntn))).expect("everything is known");
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
                let need = Need { audience: Audience::Own, place, membership: Some(membership) };
                let advice = recommend(need, &found(Some(&here), Some(&ntn))).expect("everything is known");
                let (path, method, _) = if place == Place::Server { unattended } else { with_browser };
                assert_eq!((advice.path, advice.method), (path, method), "{ntn:?} {need:?}");
                assert_eq!(advice.caution, by_the_guide(need).caution, "{need:?}");
                assert_eq!(advice.rule, by_the_guide(need).rule, "{need:?}");
            }
        }
    }
}

#[test]
fn nothing_is_recommended_before_browser_and_ntn_are_known_and_nothing_else_moves_it() {
    let (browser, ntn) = (BrowserState::Ready { name: None }, ready());
    for unknown in [found(None, None), found(Some(&browser), None), found(None, Some(&ntn))] {
        assert_eq!(recommend(Need::UNASKED, &unknown), None);
    }
    let known = found(Some(&browser), Some(&ntn));
    let absent = KeychainState::Absent { evidence: "no bus".into() };
    let later = Findings { keychain: Finding::Found(absent), existing: Finding::Found(Vec::new()), ..known.clone() };
    assert_eq!(recommend(Need::UNASKED, &known), recommend(Need::UNASKED, &later));
}

#[test]
fn an_app_for_others_is_oauth_whatever_the_machine_and_each_kind_has_its_own_door() {
    for (audience, method) in [(Audience::ManyUsers, Method::OwnConnection), (Audience::ExternalService, Method::Worker)] {
        let Step::Answered(need) = next_step(Answers { audience: Some(audience), ..Answers::default() }) else {
            panic!("one answer is enough for {audience:?}");
        };
        for findings in [Findings::default(), found(None, Some(&NtnState::NotInstallable))] {
            let advice = recommend(need, &findings).expect("no machine decides this");
            assert_eq!((advice.path, advice.method), (PathId::Oauth, method));
        }
    }
}

#[test]
fn the_tree_gives_the_guides_answer_in_every_case() {
    for audience in AUDIENCES {
        for place in PLACES {
            for membership in MEMBERSHIPS {
                let Step::Answered(need) =
                    next_step(Answers { audience: Some(audience), place: Some(place), membership: Some(membership) })
                else {
                    panic!("everything was answered");
                };
                let advice = by_the_guide(need);
                let expected = match (audience, place, membership) {
                    (Audience::ManyUsers, ..) => (PathId::Oauth, Method::OwnConnection, "external_service"),
                    (Audience::ExternalService, ..) => (PathId::Oauth, Method::Worker, "external_service"),
                    (Audience::Own, Place::Server, _) => (PathId::Cli, Method::Token, "own_script"),
                    (Audience::Own, Place::Terminal, Membership::Full) => (PathId::Cli, Method::BrowserLogin, "own_terminal"),
                    (Audience::Own, ..) => (PathId::Cli, Method::BrowserLogin, "default"),
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
                let mut answers = Answers::default();
                let mut asked = Vec::new();
                while let Step::Ask(question) = next_step(answers) {
                    assert!(!asked.contains(&question));
                    asked.push(question);
                    match question {
                        Question::Audience => answers.audience = Some(audience),
                        Question::Place => answers.place = Some(place),
                        Question::Membership => answers.membership = Some(membership),
                    }
                }
                assert!(asked.len() <= 3);
                assert_eq!(asked.len() == 1, audience != Audience::Own, "an app for many is one question away");
            }
        }
    }
}
