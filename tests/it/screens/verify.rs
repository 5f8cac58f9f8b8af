//! Proof: the card and the checks, as they stream in.

use super::machine_findings::{all_well, all_well_but, environment, here, of_ntn, ours};
use super::{PASTED, hold, hold_ascii, hold_layout};
use crate::support::fakes::{connection_identity, inventory, member_identity};
use crate::support::harness::{Harness, probed};
use notion_auth::domain::checks::{CapabilityResponse, Reach, UserList};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{ProbeResult, Progress, TaskOutcome};

pub(super) fn refused_list() -> Progress {
    Progress::Users(Ok(CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() }))
}

pub(super) fn sees(pages: usize, data_sources: usize) -> Progress {
    Progress::Search(Ok(CapabilityResponse::Granted(Reach { pages, data_sources, has_more: pages > 90 })))
}

fn list_without_the_person() -> Progress {
    Progress::Users(Ok(CapabilityResponse::Granted(UserList {
        people: vec!["person-9".into()],
        is_complete: true,
        has_emails: true,
    })))
}

fn a_pat(wizard: &mut Harness) {
    all_well(wizard);
    wizard
        .press("1 Enter")
        .paste(PASTED)
        .reply_verified(Ok(member_identity()))
        .send_progress(refused_list())
        .send_progress(sees(42, 3))
        .reply(TaskOutcome::Completed);
}

#[test]
fn checks_stream_in_and_need_not_be_waited_for() {
    hold("verify_waiting", |wizard| {
        all_well(wizard);
        wizard.press("1 Enter").paste(PASTED).reply_verified(Ok(member_identity())).send_progress(sees(42, 3));
    });
}

#[test]
fn a_personal_token_shows_who_it_is() {
    hold_layout("verify_pat", a_pat);
    hold_ascii("verify_pat_ascii", a_pat);
    hold("verify_pat_scrolled", |wizard| {
        a_pat(wizard);
        wizard.press("End");
    });
}

#[test]
fn a_connection_that_sees_no_page_is_taught_sharing() {
    let no_page = |wizard: &mut Harness| {
        all_well(wizard);
        wizard
            .press("1 Enter")
            .paste(PASTED)
            .reply_verified(Ok(connection_identity()))
            .send_progress(refused_list())
            .send_progress(sees(0, 0))
            .reply(TaskOutcome::Completed);
    };
    hold_layout("verify_no_page", no_page);
    hold("verify_no_page_scrolled", |wizard| {
        no_page(wizard);
        wizard.press("End");
    });
}

#[test]
fn a_person_whom_the_list_of_members_lacks_is_likely_a_guest() {
    hold("verify_guest", |wizard| {
        all_well(wizard);
        wizard
            .press("1 Enter")
            .paste(PASTED)
            .reply_verified(Ok(member_identity()))
            .send_progress(sees(1, 0))
            .send_progress(list_without_the_person());
        wizard.send_progress(Progress::OwnerFound(Ok(CapabilityResponse::Granted(true)))).reply(TaskOutcome::Completed);
    });
}

#[test]
fn what_could_not_be_asked_is_unknown() {
    hold("verify_network_gone", |wizard| {
        let gone = || Problem::new(ProblemCode::NoNetwork).with_evidence("connection reset");
        all_well_but(wizard, here(vec![environment()]));
        wizard.press("1 Enter").paste(PASTED).reply_verified(Ok(member_identity()));
        wizard
            .send_progress(Progress::Search(Err(gone())))
            .send_progress(Progress::Users(Err(gone())))
            .reply(TaskOutcome::Completed);
    });
}

#[test]
fn a_credential_that_was_kept_before_shows_its_end() {
    hold("verify_ours", |wizard| {
        let (existing, mut index) = ours();
        index.credentials[0].expires_on = Some(jiff::civil::date(2026, 12, 1));
        all_well_but(wizard, probed(ProbeResult::Inventory(Box::new(inventory(vec![existing], index)))));
        wizard
            .type_text("u")
            .reply_verified(Ok(member_identity()))
            .send_progress(refused_list())
            .send_progress(sees(128, 4))
            .reply(TaskOutcome::Completed);
    });
}

#[test]
fn a_login_of_ntn_proves_a_member() {
    hold("verify_ntn", |wizard| {
        all_well_but(wizard, here(vec![of_ntn(true)]));
        wizard
            .type_text("u")
            .reply_verified(Ok(member_identity()))
            .send_progress(refused_list())
            .send_progress(sees(128, 4))
            .reply(TaskOutcome::Completed);
    });
}

#[test]
fn notion_may_name_nobody() {
    use notion_auth::domain::credentials::{Identity, Owner};
    hold("verify_nobody", |wizard| {
        let nobody =
            Identity { owner: Owner::Unknown, bot_id: None, bot_name: None, workspace: None, upload_limit: None, request_id: None };
        all_well(wizard);
        wizard
            .press("1 Enter")
            .paste(PASTED)
            .reply_verified(Ok(nobody))
            .send_progress(refused_list())
            .send_progress(sees(1, 1))
            .reply(TaskOutcome::Completed);
    });
}
