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

fn verified(wizard: &mut Harness) {
    wizard
        .press("1 Enter")
        .paste(PASTED)
        .reply_verified(Ok(member_identity()))
        .send_progress(refused_list())
        .send_progress(sees(42, 3))
        .reply(TaskOutcome::Completed);
}

/// At the question where to keep it, having said that it lasts 90 days.
fn keeping(wizard: &mut Harness) {
    verified(wizard);
    wizard.press("Enter Right Right Right");
}

fn receipt(store: StoreKind, place: &str) -> Receipt {
    Receipt { store, place: place.into(), note: None }
}

#[test]
fn the_end_is_one_line_that_can_be_skipped() {
    hold("keep_unknown_end", |wizard| {
        all_well(wizard);
        verified(wizard);
        wizard.press("Enter");
    });
}

#[test]
fn the_keychain_is_offered_where_it_answers() {
    hold_layout("save_keychain", |wizard| {
        all_well(wizard);
        keeping(wizard);
    });
}

#[test]
fn a_keychain_that_cannot_be_used_says_why() {
    hold("save_no_keychain", |wizard| {
        all_bad(wizard);
        keeping(wizard);
    });
    hold("save_keychain_locked", |wizard| {
        all_odd(wizard);
        keeping(wizard);
        wizard.type_text("1");
    });
    hold("save_checking", |wizard| {
        keeping(wizard);
    });
}

#[test]
fn plain_text_needs_consent() {
    hold_layout("save_consent", |wizard| {
        all_bad(wizard);
        keeping(wizard);
        wizard.type_text("2");
    });
    hold("save_consent_declined", |wizard| {
        all_bad(wizard);
        keeping(wizard);
        wizard.type_text("2n");
    });
}

#[test]
fn writing_is_waited_for() {
    hold("save_storing", |wizard| {
        all_well(wizard);
        keeping(wizard);
        wizard.type_text("1");
    });
    hold("save_storing_file", |wizard| {
        all_well(wizard);
        keeping(wizard);
        wizard.type_text("2y");
    });
    hold("save_quitting", |wizard| {
        all_well(wizard);
        keeping(wizard);
        wizard.type_text("1").press("Ctrl-C");
    });
    hold("save_cannot_stop", |wizard| {
        all_well(wizard);
        keeping(wizard);
        wizard.type_text("1").press("Esc");
    });
}

#[test]
fn what_could_not_be_kept_offers_another_place() {
    hold("save_failed", |wizard| {
        all_well(wizard);
        keeping(wizard);
        wizard.type_text("1").fail(Problem::new(ProblemCode::KeychainLocked).with_evidence("the prompt was dismissed"));
    });
    hold("save_file_failed", |wizard| {
        all_bad(wizard);
        keeping(wizard);
        wizard
            .type_text("2y")
            .fail(Problem::new(ProblemCode::FileNotOurs).with_evidence("/home/ada/.config/notion-auth belongs to root"));
    });
}

#[test]
fn done_says_exactly_where_it_is() {
    hold_layout("done_keychain", |wizard| {
        all_well(wizard);
        keeping(wizard);
        wizard.type_text("1").reply(TaskOutcome::Saved(receipt(
            StoreKind::Keychain,
            "Secret Service, service notion-auth, account ws-1/token@bot-1",
        )));
    });
    hold("done_file", |wizard| {
        all_bad(wizard);
        keeping(wizard);
        let note = "A corrupt file was set aside as credentials.json.corrupt-1.";
        let receipt = receipt(StoreKind::File, "/home/ada/.config/notion-auth/secrets.json");
        wizard.type_text("2y").reply(TaskOutcome::Saved(Receipt { note: Some(note.into()), ..receipt }));
    });
    hold("done_none", |wizard| {
        all_bad(wizard);
        keeping(wizard);
        wizard.type_text("3").reply(TaskOutcome::Saved(receipt(StoreKind::None, "Kept nowhere: it is forgotten when you leave.")));
    });
    hold("done_copied", |wizard| {
        all_well(wizard);
        keeping(wizard);
        wizard.type_text("1").reply(TaskOutcome::Saved(receipt(
            StoreKind::Keychain,
            "Secret Service, service notion-auth, account ws-1/token@bot-1",
        )));
        wizard.press("End").type_text("c");
    });
}

#[test]
fn what_was_kept_before_is_not_written_again() {
    hold("done_ours", |wizard| {
        let (existing, index) = ours();
        all_well_but(wizard, probed(ProbeResult::Inventory(Box::new(inventory(vec![existing], index)))));
        wizard.type_text("u").reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed).press("Enter");
    });
    hold("done_ntn", |wizard| {
        all_well_but(wizard, here(vec![of_ntn(true)]));
        wizard.type_text("u").reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed).press("Enter");
        wizard.reply(TaskOutcome::Saved(receipt(StoreKind::Ntn, "managed by ntn")));
    });
}
