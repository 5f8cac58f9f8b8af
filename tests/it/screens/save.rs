//! Keeping and the end of the road.

use super::PASTED;
use super::machine_findings::{all_bad, all_odd, all_well, all_well_but, here, of_ntn, ours};
use super::verify::{refused_list, sees};
use super::{hold, hold_layout};
use crate::support::fakes::{inventory, member_identity};
use crate::support::harness::{Harness, probed};
use notion_auth::domain::credentials::{Receipt, StoreKind};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{ProbeResult, TaskOutcome};

fn verified(talk: &mut Harness) {
    talk.press("1 Enter")
        .paste(PASTED)
        .reply_verified(Ok(member_identity()))
        .send_progress(refused_list())
        .send_progress(sees(42, 3))
        .reply(TaskOutcome::Completed);
}

/// At the question where to keep it, having said that it lasts 90 days.
fn keeping(talk: &mut Harness) {
    verified(talk);
    talk.press("Enter Right Right Right");
}

fn receipt(store: StoreKind, place: &str) -> Receipt {
    Receipt { store, place: place.into(), note: None }
}

#[test]
fn the_end_is_one_line_that_can_be_skipped() {
    hold("keep_unknown_end", |talk| {
        all_well(talk);
        verified(talk);
        talk.press("Enter");
    });
}

#[test]
fn the_keychain_is_offered_where_it_answers() {
    hold_layout("save_keychain", |talk| {
        all_well(talk);
        keeping(talk);
    });
}

#[test]
fn a_keychain_that_cannot_be_used_says_why() {
    hold("save_no_keychain", |talk| {
        all_bad(talk);
        keeping(talk);
    });
    hold("save_keychain_locked", |talk| {
        all_odd(talk);
        keeping(talk);
        talk.type_text("1");
    });
    hold("save_checking", |talk| {
        keeping(talk);
    });
}

#[test]
fn plain_text_needs_consent() {
    hold_layout("save_consent", |talk| {
        all_bad(talk);
        keeping(talk);
        talk.type_text("2");
    });
    hold("save_consent_declined", |talk| {
        all_bad(talk);
        keeping(talk);
        talk.type_text("2n");
    });
}

#[test]
fn writing_is_waited_for() {
    hold("save_storing", |talk| {
        all_well(talk);
        keeping(talk);
        talk.type_text("1");
    });
    hold("save_storing_file", |talk| {
        all_well(talk);
        keeping(talk);
        talk.type_text("2y");
    });
    hold("save_quitting", |talk| {
        all_well(talk);
        keeping(talk);
        talk.type_text("1").press("Ctrl-C");
    });
    hold("save_cannot_stop", |talk| {
        all_well(talk);
        keeping(talk);
        talk.type_text("1").press("Esc");
    });
}

#[test]
fn what_could_not_be_kept_offers_another_place() {
    hold("save_failed", |talk| {
        all_well(talk);
        keeping(talk);
        talk.type_text("1").fail(Problem::new(ProblemCode::KeychainLocked).with_evidence("the prompt was dismissed"));
    });
    hold("save_file_failed", |talk| {
        all_bad(talk);
        keeping(talk);
        talk.type_text("2y")
            .fail(Problem::new(ProblemCode::FileNotOurs).with_evidence("/home/ada/.config/notion-auth belongs to root"));
    });
}

#[test]
fn done_says_exactly_where_it_is() {
    hold_layout("done_keychain", |talk| {
        all_well(talk);
        keeping(talk);
        talk.type_text("1").reply(TaskOutcome::Saved(receipt(
            StoreKind::Keychain,
            "Secret Service, service notion-auth, account ws-1/token@bot-1",
        )));
    });
    hold("done_file", |talk| {
        all_bad(talk);
        keeping(talk);
        let note = "A corrupt file was set aside as credentials.json.corrupt-1.";
        let receipt = receipt(StoreKind::File, "/home/ada/.config/notion-auth/secrets.json");
        talk.type_text("2y").reply(TaskOutcome::Saved(Receipt { note: Some(note.into()), ..receipt }));
    });
    hold("done_none", |talk| {
        all_bad(talk);
        keeping(talk);
        talk.type_text("3").reply(TaskOutcome::Saved(receipt(StoreKind::None, "Kept nowhere: it is forgotten when you leave.")));
    });
    hold("done_copied", |talk| {
        all_well(talk);
        keeping(talk);
        talk.type_text("1").reply(TaskOutcome::Saved(receipt(
            StoreKind::Keychain,
            "Secret Service, service notion-auth, account ws-1/token@bot-1",
        )));
        talk.press("End").type_text("c");
    });
}

#[test]
fn what_was_kept_before_is_not_written_again() {
    hold("done_ours", |talk| {
        let (existing, ledger) = ours();
        all_well_but(talk, probed(ProbeResult::Existing(Box::new(inventory(vec![existing], ledger)))));
        talk.type_text("u").reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed).press("Enter");
    });
    hold("done_ntn", |talk| {
        all_well_but(talk, here(vec![of_ntn(true)]));
        talk.type_text("u").reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed).press("Enter");
        talk.reply(TaskOutcome::Saved(receipt(StoreKind::Ntn, "managed by ntn")));
    });
}
