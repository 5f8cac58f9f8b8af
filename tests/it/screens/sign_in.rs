//! Signing in: the ways of the CLI, the token field and everything that can go wrong in it, what is here already.

use super::machine_findings::{all_well, all_well_but, environment, here, several_here};
use super::{PASTED, accept, frames, hold, hold_ascii, hold_demo, hold_layout, setup};
use crate::support::frames::SIZES;
use crate::support::harness::Harness;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::theme::Theme;

#[test]
fn the_field_is_empty_at_first() {
    hold_layout("token_empty", |wizard| {
        wizard.press("1 Enter");
    });
    hold_ascii("token_empty_ascii", |wizard| {
        wizard.press("1 Enter");
    });
    hold("token_for_the_cli", |wizard| {
        wizard.press("3 2");
    });
    hold_demo("token_demo", |wizard| {
        wizard.press("1 Enter");
    });
    hold_demo("token_demo_example", |wizard| {
        wizard.press("1 Enter").press("Tab");
    });
}

#[test]
fn the_portal_is_opened_or_is_not() {
    hold("token_portal_opened", |wizard| {
        all_well(wizard);
        wizard.press("1 Enter").reply_opened(Ok(()));
    });
    hold("token_portal_not_opened", |wizard| {
        all_well(wizard);
        wizard
            .press("1 Enter")
            .reply_opened(Err(Problem::new(ProblemCode::BrowserFailed).with_evidence("no program to open links")));
    });
}

#[test]
fn what_is_typed_stays_masked() {
    hold("token_typed", |wizard| {
        wizard.press("1 Enter").type_text(&PASTED[..7]);
    });
    hold("token_typed_long", |wizard| {
        wizard.press("1 Enter").type_text(PASTED).press(&"Left ".repeat(3));
    });
}

#[test]
fn a_paste_is_verified_at_once() {
    hold("token_verifying", |wizard| {
        wizard.press("1 Enter").paste(&format!("export NOTION_API_TOKEN=\"{PASTED}\"\n"));
    });
    hold("token_stopped", |wizard| {
        wizard.press("1 Enter").paste(PASTED).press("Esc");
    });
}

#[test]
fn the_wrong_thing_is_recognised_and_stays_for_correction() {
    hold("token_wrong_address", |wizard| {
        wizard.press("1 Enter").paste("https://www.notion.so/Roadmap-0123456789abcdef0123456789abcdef");
    });
    let wrong = [
        "NOTION_CLIENT_SECRET=secret_fake_fake_fake_fake",
        "nrt_fake_fake_fake_fake_fake_fake",
        "0123456789abcdef0123456789abcdef",
        "ntn_short",
        "ntn_fake fake fake fake fake",
        "ntn_f\u{e4}ke_fake_fake_fake_fake",
    ];
    let narrow = |text: &&str| {
        let wizard = |wizard: &mut Harness| {
            wizard.press("1 Enter").paste(text);
        };
        frames(&setup(), &wizard, &SIZES[..1], &SIZES[..1], Theme::default())
    };
    accept("token_wrong_things", &wrong.iter().map(narrow).collect::<String>());
    let huge = "ntn_fake".repeat(600);
    hold("token_cut", |wizard| {
        wizard.press("1 Enter").paste(&huge);
    });
}

#[test]
fn an_unknown_prefix_is_asked_about_all_the_same() {
    hold("token_unknown_prefix", |wizard| {
        wizard.press("1 Enter").paste("something_else_entirely_fake");
    });
}

#[test]
fn a_refusal_keeps_the_text_and_lists_every_possible_cause() {
    hold_layout("token_401", |wizard| {
        wizard
            .press("1 Enter")
            .paste(PASTED)
            .reply_verified(Err(Problem::new(ProblemCode::Unauthorized).with_evidence("401 unauthorized, request 5f1c")));
    });
}

/// The problems that verifying a token can cause, with their evidence.
const PROBLEMS: [(ProblemCode, &str); 16] = [
    (ProblemCode::Restricted, "403 restricted_resource, request 5f1c"),
    (ProblemCode::RateLimited, "429 rate_limited, request 5f1c"),
    (ProblemCode::NotionServerError, "502 bad_gateway"),
    (ProblemCode::Overloaded, "529"),
    (ProblemCode::BlockedByNetwork, "403 without a Notion error"),
    (ProblemCode::UnexpectedResponse, "200 text/html from api.notion.com"),
    (ProblemCode::Redirected, "302 to login.hotel.example"),
    (ProblemCode::ResponseTruncated, "ended after 312 of 804 bytes"),
    (ProblemCode::ResponseTooLarge, "more than 4 MiB"),
    (ProblemCode::ResponseUnreadable, "no owner in the answer"),
    (ProblemCode::ProxyRefused, "407 from proxy.corp.example:3128"),
    (ProblemCode::NoNetwork, "api.notion.com: Name or service not known"),
    (ProblemCode::TlsFailed, "invalid peer certificate: UnknownIssuer"),
    (ProblemCode::NoTrustedRoots, "no native root certificates found"),
    (ProblemCode::TimedOut, "no response within 30 s"),
    (ProblemCode::Bug, "a task panicked"),
];

#[test]
fn every_other_problem_says_its_headline_on_the_smallest_screen() {
    let frame = |(code, seen): &(ProblemCode, &str)| {
        let problem = Problem::new(*code).with_evidence(seen).with_retry_after((*code == ProblemCode::RateLimited).then_some(30));
        let wizard = |wizard: &mut Harness| {
            wizard.press("1 Enter").paste(PASTED).reply_verified(Err(problem.clone()));
        };
        let frame = frames(&setup(), &wizard, &SIZES[..1], &SIZES[..1], Theme::default());
        let words: Vec<&str> = frame.split_whitespace().collect();
        let headline: Vec<&str> = code.text().headline.split_whitespace().collect();
        assert!(words.windows(headline.len()).any(|seen| seen == headline), "{code:?} is not named:\n{frame}");
        frame
    };
    accept("token_problems", &PROBLEMS.iter().map(frame).collect::<String>());
}

#[test]
fn what_is_here_already_is_picked_from() {
    hold_layout("use_existing_several", |wizard| {
        all_well_but(wizard, several_here());
        wizard.type_text("u");
    });
    hold("use_existing_waiting", |wizard| {
        all_well_but(wizard, here(vec![environment()]));
        wizard.type_text("u");
    });
    hold("use_existing_refused", |wizard| {
        all_well_but(wizard, several_here());
        wizard
            .type_text("u2")
            .reply_verified(Err(Problem::new(ProblemCode::Unauthorized).with_evidence("401 unauthorized, request 5f1c")));
    });
    hold("use_existing_unreadable", |wizard| {
        all_well_but(wizard, several_here());
        wizard.type_text("u").press("End").press("Enter");
    });
}
