//! Behaviour of every page: help, back, quit, suspend, and any size.

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::fakes::{MEMBER, connection_identity, ntn_login};
use crate::support::frames::{buffer_text, render};
use crate::support::harness::{Harness, TestEffect, probed, setup};
use notion_auth::domain::credentials::{CredentialIndex, CredentialSource, DiscoveredCredential, Receipt, StoreKind};
use notion_auth::domain::login::LoginOutcome;
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::app::{Model, error};
use notion_auth::wizard::context::Setup;
use notion_auth::wizard::msg::{Msg, Outcome, ProbeResult, TaskOutcome};
use notion_auth::wizard::theme::Theme;

/// A wizard that has reached each screen in its own way.
fn on_every_screen() -> Vec<Harness> {
    let after = |keys: &str| {
        let mut wizard = Harness::new();
        wizard.press(keys);
        wizard
    };
    let mut here = Harness::new();
    let existing = |place: &str| DiscoveredCredential {
        source: CredentialSource::Environment,
        place: place.into(),
        workspace: None,
        unusable: None,
    };
    here.reply_discovered(vec![existing("one"), existing("two")], CredentialIndex::default());
    here.press("u");
    let mut keep = Harness::with_verified_identity(connection_identity());
    keep.press("Enter");
    let mut done = Harness::with_setup(Setup { file_was_chosen: true, ..setup() });
    done.press("1 Enter");
    done.paste(crate::support::fakes::CONNECTION);
    done.reply(crate::support::harness::verified_outcome(crate::support::harness::verified_token(
        "ntn_fake",
        connection_identity(),
    )));
    done.press("Enter 2");
    done.reply(TaskOutcome::Saved(Receipt { store: StoreKind::File, place: "there".into(), note: None }));
    let mut login = after("3 Enter");
    login.send_invitation();
    let mut install = Harness::new();
    install.reply(probed(ProbeResult::Ntn(NtnState::Missing))).press("3 Enter");
    let mut reported = after("3 Enter");
    reported.reply_logged_in(Ok(LoginOutcome::Unverified(ntn_login(), "it is not shown".into())));
    let mut talks = vec![
        Harness::new(),
        after("Tab"),
        after("g"),
        after("s"),
        after("3"),
        after("1 a"),
        after("1 Enter"),
        login,
        install,
        here,
        Harness::with_verified_token(),
        reported,
        keep,
        done,
    ];
    for wizard in &mut talks {
        wizard.take_effects();
    }
    talks
}

#[test]
fn every_screen_is_reached() {
    let screens: Vec<_> = on_every_screen().iter().map(Harness::screen_name).collect();
    let expected = [
        "compare",
        "path",
        "guide",
        "accounts",
        "prepare",
        "profile",
        "token",
        "login",
        "install",
        "use existing",
        "verify",
        "unverified login",
        "save",
        "done",
    ];
    assert_eq!(screens, expected);
}

#[test]
fn help_opens_and_closes_everywhere_and_changes_nothing() {
    for mut wizard in on_every_screen() {
        let before = wizard.model.clone();
        for (opened, closed) in [("F1", "Esc"), ("F1", "F1"), ("F1", "q"), ("F1", "?"), ("F1", "Enter")] {
            wizard.press(opened);
            assert_ne!(wizard.model, before, "the help is open");
            wizard.press(closed);
            assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before), "{} {closed}", wizard.screen_name());
        }
    }
}

#[test]
fn the_question_mark_helps_where_it_is_no_text() {
    for mut wizard in on_every_screen() {
        wizard.press("?");
        if wizard.screen_name() == "token" {
            wizard.assert_shows("1 character,");
        } else {
            wizard.assert_shows("Keys on this screen");
        }
    }
}

#[test]
fn help_names_no_key_that_does_nothing_on_the_page_beneath() {
    for (road, is_there, is_not) in [
        ("", vec!["g help me choose", "s accounts"], vec!["f refresh", "x log out", "c copy", "v QR", "u other accounts"]),
        ("1", vec!["Tab d details", "/ ask"], vec!["g help me choose", "s accounts", "t hand to"]),
        ("g", vec!["1–3 choose", "/ ask"], vec!["o open", "r recheck"]),
        ("s", vec!["n sign in"], vec!["g help me choose", "Tab d details", "a role and plan"]),
        ("/", vec!["Tab details", "Ctrl-Y copy"], vec!["Ctrl-O portal", "Ctrl-R try again"]),
    ] {
        let mut wizard = Harness::with_size(setup(), (80, 60));
        wizard.reply_discovered(vec![], CredentialIndex::default());
        wizard.press(road);
        if road == "/" {
            wizard.type_text("docker");
        }
        wizard.press("F1");
        for does in is_there {
            wizard.assert_shows(does);
        }
        for does in is_not {
            wizard.assert_hides(does);
        }
        let help = wizard.screen_text();
        assert_eq!(help.contains("Esc back"), !road.is_empty(), "there is no step before the first: {help}");
    }
}

#[test]
fn help_scrolls_to_its_end_and_back() {
    let mut wizard = Harness::new();
    wizard.send(Msg::Resized(60, 14));
    wizard.press("?");
    let (first, last) = ("Keys on this screen", "Ctrl-C");
    wizard.assert_shows(first);
    wizard.assert_hides(last);
    wizard.press("Down PgDn Down PgDn Down PgDn Down PgDn Down PgDn");
    wizard.assert_shows(last);
    wizard.press("Up Up Up Up Up PgUp PgUp PgUp PgUp PgUp");
    wizard.assert_shows(first);
}

#[test]
fn a_long_page_scrolls_to_its_end_and_back() {
    for (columns, rows) in [(40, 12), (60, 14), (80, 24), (120, 30)] {
        let mut wizard = Harness::new();
        wizard.send(Msg::Resized(columns, rows));
        wizard.press("Tab");
        let top = wizard.screen_text();
        wizard.press("End");
        let end = wizard.screen_text();
        wizard.press("Up");
        assert_ne!(wizard.screen_text(), end);
        wizard.press("PgDn Space j");
        assert_eq!(wizard.screen_text(), end);
        wizard.press("Home");
        assert_eq!(wizard.screen_text(), top);
    }
}

/// The model knows no glyphs, and ASCII writes some of them in three characters.
#[test]
fn the_end_of_a_long_page_is_reached_in_ascii_too() {
    for columns in [40, 41, 60, 80, 92] {
        for keys in ["Tab Left End", "Tab End", "Tab Right End"] {
            let mut wizard = Harness::new();
            wizard.send(Msg::Resized(columns, 14));
            wizard.press(keys);
            let frame = wizard.render(Theme { ascii: true, mono: false, plain: false }).buffer;
            let more: Vec<u16> = (0..14).filter(|row| frame[(columns - 1, *row)].symbol() == ":").collect();
            assert_eq!(more, [1], "{keys} at {columns} columns: above there is more, below there is not");
        }
    }
}

#[test]
fn ctrl_z_suspends_everywhere() {
    for mut wizard in on_every_screen() {
        wizard.press("Ctrl-Z F1 Ctrl-Z");
        assert_eq!(wizard.take_effects(), [TestEffect::Suspend, TestEffect::Suspend], "{}", wizard.screen_name());
    }
}

#[test]
fn ctrl_c_leaves_everywhere_at_once() {
    for mut wizard in on_every_screen() {
        let is_done = wizard.screen_name() == "done";
        wizard.press("Ctrl-C");
        let Some(TestEffect::Quit(outcome)) = wizard.take_effects().pop() else { panic!("{} is not left", wizard.screen_name()) };
        assert_eq!(matches!(outcome, Outcome::Done(_)), is_done);
    }
}

#[test]
fn q_asks_first_where_a_verified_token_would_be_lost() {
    let question = "Quit anyway? You'd have to sign in again.";
    for mut wizard in on_every_screen() {
        let screen = wizard.screen_name();
        wizard.press("q");
        match screen {
            "verify" | "save" => {
                wizard.assert_shows(question);
                assert_eq!((wizard.take_effects(), wizard.outcome()), (vec![], None));
                wizard.press("n");
                wizard.assert_hides(question);
                wizard.press("q y");
                assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled));
            }
            "token" => assert_eq!(wizard.outcome(), None, "q is text there"),
            "done" => assert!(matches!(wizard.outcome(), Some(Outcome::Done(_)))),
            _ => assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled), "{screen}"),
        }
    }
}

#[test]
fn esc_goes_back_one_step_and_the_first_screen_says_so() {
    for mut wizard in on_every_screen() {
        let before = match wizard.screen_name() {
            "compare" | "path" | "guide" | "accounts" | "prepare" | "use existing" | "done" => "compare",
            "token" | "profile" | "install" => "prepare",
            // The first Esc ends what is under way.
            "login" | "unverified login" => "login",
            "verify" => "token",
            "save" => "verify",
            other => panic!("{other}"),
        };
        wizard.press("Esc");
        assert_eq!(wizard.screen_name(), before);
    }
    let mut wizard = Harness::new();
    wizard.press("Esc");
    record!(wizard);
}

#[test]
fn the_terminal_can_be_resized_at_any_moment() {
    for mut wizard in on_every_screen() {
        let before = wizard.model.clone();
        for (columns, rows) in [(40, 10), (200, 3), (1, 1), (39, 50), (99, 20), (60, 60), (120, 40)] {
            wizard.send(Msg::Resized(columns, rows));
            let has_room = columns >= 40 && rows >= 10;
            assert_eq!(wizard.screen_text().contains("notion-auth"), has_room, "{} at {columns} x {rows}", wizard.screen_name());
        }
        wizard.send(Msg::Resized(90, 60));
        assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before));
    }
}

#[test]
fn a_screen_too_small_asks_for_room_and_can_still_be_left() {
    let mut wizard = Harness::new();
    wizard.send(Msg::Resized(60, 9));
    record!(wizard);
    wizard.press("Ctrl-C");
    assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled));
}

#[test]
fn a_terminal_that_does_not_know_its_size_or_reports_an_absurd_one_shows_the_page() {
    for (columns, rows) in [(0, 0), (0, 24), (80, 0), (u16::MAX, u16::MAX), (u16::MAX, 24)] {
        let model = Model::new(setup(), columns, rows);
        let size = model.with_ctx(|_, ctx| ctx.size);
        assert!(!size.is_too_small(), "{columns} x {rows}");
        assert!(u32::from(size.columns) * u32::from(size.rows) < 1 << 18, "{columns} x {rows}: {size:?}");
        let frame = buffer_text(&render(&model, Theme::default(), size.columns, size.rows).buffer);
        assert!(frame.contains("1  API token"), "{columns} x {rows}: {frame}");
        let mut wizard = Harness::new();
        wizard.send(Msg::Resized(columns, rows));
        assert_eq!(wizard.model.with_ctx(|_, ctx| ctx.size), size);
    }
}

#[test]
fn an_error_leaves_with_the_text_that_it_was_about() {
    let refused = || Problem::new(ProblemCode::Unauthorized);
    let mut token = Harness::new();
    token.press("1 Enter").paste(MEMBER).reply_verified(Err(refused()));
    assert!(error(&token.model).is_some());
    token.press("x");
    assert!(error(&token.model).is_none(), "the token was corrected");
    assert_eq!(token.screen_name(), "token");

    for change in ["x", "Up x", "Backspace", "Up Up 1"] {
        let mut client = Harness::new();
        client.press("2 Enter").paste(CLIENT_ID).paste(CLIENT_SECRET);
        client.fail(Problem::new(ProblemCode::ClientRefused));
        assert!(error(&client.model).is_some());
        client.press("Up Down");
        assert!(error(&client.model).is_some(), "nothing was changed yet");
        client.press(change);
        assert!(error(&client.model).is_none(), "{change}");
    }
}

#[test]
fn news_stands_until_the_next_key() {
    let mut wizard = Harness::new();
    wizard.press("1 Enter Ctrl-O");
    record!(wizard);
    wizard.reply_opened(Err(Problem::new(ProblemCode::BrowserFailed)));
    record!(wizard);
    wizard.press("x");
    record!(wizard);
}
