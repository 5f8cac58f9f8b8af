//! Browser login through `ntn`: the picker, the code and the link, every end; and what only `ntn` can report.

use super::found::{all_bad, all_well, all_well_but, here, of_ntn};
use super::{accept, frames, hold, hold_ascii, hold_demo, setup};
use crate::support::frames::SIZES;
use crate::support::talk::Talk;
use crate::support::world::{member, ntn_040, ntn_in_a_container, ntn_login};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::credential::{ExistingSource, Receipt, StoreKind, Verified};
use notion_auth::domain::login::{Invitation, LoggedIn};
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Progress, Reply};
use notion_auth::wizard::theme::Theme;

/// The browser has been asked to show the page of the login.
fn invited(talk: &mut Talk) {
    all_well(talk);
    talk.press("3 Enter").invites().reply(Reply::Opened(Ok(())));
}

#[test]
fn the_code_and_the_link_are_shown_before_anything_waits() {
    hold("login_starting", |talk| {
        all_well(talk);
        talk.press("3 Enter");
    });
    hold("login_invited", |talk| {
        all_well(talk);
        talk.press("3 Enter").invites();
    });
    hold_ascii("login_invited_ascii", |talk| {
        all_well(talk);
        talk.press("3 Enter").invites();
    });
    hold("login_opened", invited);
    hold("login_headless", |talk| {
        all_bad(talk);
        talk.press("r").reply(Reply::Ntn(ntn_in_a_container()));
        talk.press("3 1 y").invites();
    });
    hold("login_without_a_code", |talk| {
        all_well(talk);
        let invitation = Invitation { code: None, ends_at: None, ..crate::support::world::invitation() };
        talk.press("3 Enter").progress(Progress::Invited(invitation));
    });
    hold("login_qr", |talk| {
        invited(talk);
        talk.press("v");
    });
    hold_demo("login_demo", |talk| {
        all_well(talk);
        talk.press("3 Enter").invites();
    });
}

#[test]
fn what_ntn_knows_already_is_picked_from() {
    hold("login_picker", |talk| {
        all_well_but(talk, here(vec![of_ntn(true), of_ntn(false)]));
        talk.press("r").reply(Reply::Ntn(ntn_040()));
        talk.press("3 Enter");
    });
}

#[test]
fn a_login_that_would_be_lost_asks_for_the_file_first() {
    hold("login_consent", |talk| {
        all_well(talk);
        talk.press("r").reply(Reply::Ntn(ntn_in_a_container()));
        talk.press("3 Enter");
    });
    hold("login_not_stored", |talk| {
        invited(talk);
        let seen = "ntn login: error: Failed to create keychain entry; caused by: Operation not permitted (exit status: 1)";
        talk.logs_in(Err(Problem::new(ProblemCode::LoginNotStored).seen(seen)));
    });
}

#[test]
fn a_login_is_stopped_and_begun_anew() {
    hold("login_stopped", |talk| {
        invited(talk);
        talk.press("Esc");
    });
}

const ENDINGS: [(ProblemCode, &str); 7] = [
    (ProblemCode::LoginRefused, "ntn login: error: Login failed: 401 Unauthorized (exit status: 4)"),
    (ProblemCode::LoginExpired, "ntn login: error: Login session expired (exit status: 4)"),
    (ProblemCode::LoginUnreachable, "ntn login: error: Failed to start login; caused by: error sending request (exit status: 5)"),
    (ProblemCode::NtnFailed, "ntn login: said nothing (signal: 9)"),
    (ProblemCode::NtnMissing, "ntn: No such file or directory"),
    (ProblemCode::Unauthorized, "401 unauthorized, request 5f1c"),
    (ProblemCode::NoNetwork, "api.notion.com: Name or service not known"),
];

#[test]
fn every_end_of_a_login_says_what_happened_why_and_what_to_press() {
    let frame = |(code, seen): &(ProblemCode, &str)| {
        let talk = |talk: &mut Talk| {
            invited(talk);
            talk.logs_in(Err(Problem::new(*code).seen(*seen)));
        };
        frames(&setup(), &talk, &SIZES[..2], Theme::default())
    };
    accept("login_problems", &ENDINGS.iter().map(frame).collect::<String>());
}

#[test]
fn a_login_that_is_verified_leads_to_the_card() {
    let verified = |talk: &mut Talk| {
        invited(talk);
        let found_in = ExistingSource::Ntn { workspace: ntn_login().workspace.id };
        let verified = Verified::by_notion(Secret::new(super::PASTED), member(), PathId::Cli, Some(found_in));
        talk.logs_in(Ok(LoggedIn::Verified(Box::new(verified), ntn_login()))).reply(Reply::Inspected);
    };
    hold("login_verified", verified);
    hold("login_noting", |talk| {
        verified(talk);
        talk.press("Enter");
    });
    hold("login_not_noted", |talk| {
        verified(talk);
        talk.press("Enter").reply(Reply::Kept(Err(Problem::new(ProblemCode::StoreBusy).seen("credentials.lock"))));
    });
    hold("login_done", |talk| {
        verified(talk);
        let receipt = Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note: None };
        talk.press("Enter").reply(Reply::Kept(Ok(receipt)));
    });
}

#[test]
fn what_only_ntn_can_read_is_what_ntn_reports() {
    let reported = |talk: &mut Talk| {
        invited(talk);
        talk.logs_in(Ok(LoggedIn::Reported(ntn_login(), "the kernel's keyring does not show it".into())));
    };
    hold("reported", reported);
    hold("reported_not_noted", |talk| {
        reported(talk);
        talk.press("Enter").reply(Reply::Kept(Err(Problem::new(ProblemCode::StoreBusy).seen("credentials.lock"))));
    });
}

#[test]
fn without_ntn_its_installation_comes_first() {
    hold("prepare_cli_without_ntn", |talk| {
        all_well(talk);
        talk.press("r").reply(Reply::Ntn(NtnState::Missing));
        talk.press("3");
    });
}
