//! Browser login through `ntn`: the picker, the code and the link, every end; and what only `ntn` can report.

use super::machine_findings::{all_bad, all_well, all_well_but, here, of_ntn};
use super::{accept, frames, hold, hold_ascii, hold_demo, hold_layout, setup};
use crate::support::fakes::{member_identity, ntn_040, ntn_in_a_container, ntn_login};
use crate::support::frames::SIZES;
use crate::support::harness::{Harness, probed};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{CredentialSource, Receipt, StoreKind, VerifiedCredential};
use notion_auth::domain::login::{ApprovalRequest, LoginOutcome};
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{ProbeResult, Progress, TaskOutcome};
use notion_auth::wizard::theme::Theme;

/// The browser has been asked to show the page of the login.
fn invited(wizard: &mut Harness) {
    all_well(wizard);
    wizard.press("3 Enter").send_invitation().reply_opened(Ok(()));
}

#[test]
fn the_code_and_the_link_are_shown_before_anything_waits() {
    hold_layout("login_starting", |wizard| {
        all_well(wizard);
        wizard.press("3 Enter");
    });
    hold("login_invited", |wizard| {
        all_well(wizard);
        wizard.press("3 Enter").send_invitation();
    });
    hold_ascii("login_invited_ascii", |wizard| {
        all_well(wizard);
        wizard.press("3 Enter").send_invitation();
    });
    hold_layout("login_opened", invited);
    hold("login_headless", |wizard| {
        all_bad(wizard);
        wizard.press("r").reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
        wizard.press("3 1 y").send_invitation();
    });
    hold("login_without_a_code", |wizard| {
        all_well(wizard);
        let invitation = ApprovalRequest { code: None, ends_at: None, ..crate::support::fakes::invitation() };
        wizard.press("3 Enter").send_progress(Progress::LoginInvitation(invitation));
    });
    hold("login_qr", |wizard| {
        invited(wizard);
        wizard.press("v");
    });
    hold_demo("login_demo", |wizard| {
        all_well(wizard);
        wizard.press("3 Enter").send_invitation();
    });
}

#[test]
fn what_ntn_knows_already_is_picked_from() {
    hold("login_picker", |wizard| {
        all_well_but(wizard, here(vec![of_ntn(true), of_ntn(false)]));
        wizard.press("r").reply(probed(ProbeResult::Ntn(ntn_040())));
        wizard.press("3 Enter");
    });
}

#[test]
fn a_login_that_would_be_lost_asks_for_the_file_first() {
    hold("login_consent", |wizard| {
        all_well(wizard);
        wizard.press("r").reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
        wizard.press("3 Enter");
    });
    hold("login_not_stored", |wizard| {
        invited(wizard);
        let seen = "ntn login: error: Failed to create keychain entry; caused by: Operation not permitted (exit status: 1)";
        wizard.reply_logged_in(Err(Problem::new(ProblemCode::LoginNotStored).with_evidence(seen)));
    });
}

#[test]
fn a_login_is_stopped_and_begun_anew() {
    hold("login_stopped", |wizard| {
        invited(wizard);
        wizard.press("Esc");
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
        let wizard = |wizard: &mut Harness| {
            invited(wizard);
            wizard.reply_logged_in(Err(Problem::new(*code).with_evidence(*seen)));
        };
        frames(&setup(), &wizard, &SIZES[..2], &SIZES[..2], Theme::default())
    };
    accept("login_problems", &ENDINGS.iter().map(frame).collect::<String>());
}

#[test]
fn a_login_that_is_verified_leads_to_the_card() {
    let verified = |wizard: &mut Harness| {
        invited(wizard);
        let found_in = CredentialSource::Ntn { workspace: ntn_login().workspace.id };
        let verified = VerifiedCredential::new(Secret::new(super::PASTED), member_identity(), AuthPath::Cli, Some(found_in));
        wizard.reply_logged_in(Ok(LoginOutcome::Verified(Box::new(verified), ntn_login()))).reply(TaskOutcome::Completed);
    };
    hold("login_verified", verified);
    hold("login_noting", |wizard| {
        verified(wizard);
        wizard.press("Enter");
    });
    hold("login_not_noted", |wizard| {
        verified(wizard);
        wizard.press("Enter").fail(Problem::new(ProblemCode::StoreBusy).with_evidence("credentials.lock"));
    });
    hold("login_done", |wizard| {
        verified(wizard);
        let receipt = Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note: None };
        wizard.press("Enter").reply(TaskOutcome::Saved(receipt));
    });
}

#[test]
fn what_only_ntn_can_read_is_what_ntn_reports() {
    let reported = |wizard: &mut Harness| {
        invited(wizard);
        wizard.reply_logged_in(Ok(LoginOutcome::Unverified(ntn_login(), "the kernel's keyring does not show it".into())));
    };
    hold_layout("unverified_login", reported);
    hold("unverified_login_not_recorded", |wizard| {
        reported(wizard);
        wizard.press("Enter").fail(Problem::new(ProblemCode::StoreBusy).with_evidence("credentials.lock"));
    });
}

#[test]
fn without_ntn_its_installation_comes_first() {
    hold("prepare_cli_without_ntn", |wizard| {
        all_well(wizard);
        wizard.press("r").reply(probed(ProbeResult::Ntn(NtnState::Missing)));
        wizard.press("3");
    });
}
