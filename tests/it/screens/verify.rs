//! Proof: the card and the checks, as they stream in.

use super::found::{all_well, all_well_but, environment, here, of_ntn, ours};
use super::{PASTED, hold, hold_ascii};
use crate::support::talk::Talk;
use crate::support::world::{connection, member};
use notion_auth::domain::check::{Answer, Reach, UserList};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{AlreadyHere, Progress, Reply};

pub(super) fn refused_list() -> Progress {
    Progress::Users(Ok(Answer::Refused { status: 403, code: "restricted_resource".into() }))
}

pub(super) fn sees(pages: usize, data_sources: usize) -> Progress {
    Progress::Search(Ok(Answer::Given(Reach { pages, data_sources, more: pages > 90 })))
}

fn list_without_the_person() -> Progress {
    Progress::Users(Ok(Answer::Given(UserList { people: vec!["person-9".into()], complete: true, emails: true })))
}

fn a_pat(talk: &mut Talk) {
    all_well(talk);
    talk.press("1 Enter")
        .paste(PASTED)
        .notion_says(Ok(member()))
        .progress(refused_list())
        .progress(sees(42, 3))
        .reply(Reply::Inspected);
}

#[test]
fn checks_stream_in_and_need_not_be_waited_for() {
    hold("verify_waiting", |talk| {
        all_well(talk);
        talk.press("1 Enter").paste(PASTED).notion_says(Ok(member())).progress(sees(42, 3));
    });
}

#[test]
fn a_personal_token_shows_who_it_is() {
    hold("verify_pat", a_pat);
    hold_ascii("verify_pat_ascii", a_pat);
    hold("verify_pat_scrolled", |talk| {
        a_pat(talk);
        talk.press("End");
    });
}

#[test]
fn a_connection_that_sees_no_page_is_taught_sharing() {
    let no_page = |talk: &mut Talk| {
        all_well(talk);
        talk.press("1 Enter")
            .paste(PASTED)
            .notion_says(Ok(connection()))
            .progress(refused_list())
            .progress(sees(0, 0))
            .reply(Reply::Inspected);
    };
    hold("verify_no_page", no_page);
    hold("verify_no_page_scrolled", |talk| {
        no_page(talk);
        talk.press("End");
    });
}

#[test]
fn a_person_whom_the_list_of_members_lacks_is_likely_a_guest() {
    hold("verify_guest", |talk| {
        all_well(talk);
        talk.press("1 Enter").paste(PASTED).notion_says(Ok(member())).progress(sees(1, 0)).progress(list_without_the_person());
        talk.progress(Progress::OwnerFound(Ok(Answer::Given(true)))).reply(Reply::Inspected);
    });
}

#[test]
fn what_could_not_be_asked_is_unknown() {
    hold("verify_network_gone", |talk| {
        let gone = || Problem::new(ProblemCode::NoNetwork).seen("connection reset");
        all_well_but(talk, here(vec![environment()]));
        talk.press("1 Enter").paste(PASTED).notion_says(Ok(member()));
        talk.progress(Progress::Search(Err(gone()))).progress(Progress::Users(Err(gone()))).reply(Reply::Inspected);
    });
}

#[test]
fn a_credential_that_was_kept_before_shows_its_end() {
    hold("verify_ours", |talk| {
        let (existing, mut ledger) = ours();
        ledger.credentials[0].expires_on = Some(jiff::civil::date(2026, 12, 1));
        all_well_but(talk, Reply::Existing(Box::new(AlreadyHere { existing: vec![existing], ledger, trouble: None })));
        talk.type_in("u").notion_says(Ok(member())).progress(refused_list()).progress(sees(128, 4)).reply(Reply::Inspected);
    });
}

#[test]
fn a_login_of_ntn_proves_a_member() {
    hold("verify_ntn", |talk| {
        all_well_but(talk, here(vec![of_ntn(true)]));
        talk.type_in("u").notion_says(Ok(member())).progress(refused_list()).progress(sees(128, 4)).reply(Reply::Inspected);
    });
}

#[test]
fn notion_may_name_nobody() {
    use notion_auth::domain::credential::{Identity, Owner};
    hold("verify_nobody", |talk| {
        let nobody =
            Identity { owner: Owner::Unknown, bot_id: None, bot_name: None, workspace: None, upload_limit: None, request_id: None };
        all_well(talk);
        talk.press("1 Enter")
            .paste(PASTED)
            .notion_says(Ok(nobody))
            .progress(refused_list())
            .progress(sees(1, 1))
            .reply(Reply::Inspected);
    });
}
