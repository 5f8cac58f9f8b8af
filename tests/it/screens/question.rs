//! Ask: typical questions, an answer as it is typed, the others beside it, and nothing that fits.

use super::{hold, hold_ascii, hold_layout};
use crate::support::harness::Harness;

fn asked(question: &'static str, keys: &'static str) -> impl Fn(&mut Harness) {
    move |wizard: &mut Harness| {
        wizard.press("/").paste(question).press(keys);
    }
}

#[test]
fn before_anything_is_asked_typical_questions_stand_there() {
    hold_layout("question_typical", asked("", ""));
    hold("question_typical_selected", asked("", "Down Down Down"));
}

#[test]
fn an_answer_has_its_source_and_date_and_the_others_beside_it() {
    hold_layout("question_answer", asked("how long does a pat last", ""));
    hold_ascii("question_answer_ascii", asked("how long does a pat last", ""));
}

#[test]
fn where_the_guide_is_outdated_what_holds_today_stands_beside_it() {
    hold("question_outdated", asked("are PATs supported?", ""));
}

#[test]
fn another_answer_can_be_selected() {
    hold("question_another", asked("how long does a pat last", "Down Down"));
}

#[test]
fn where_nothing_fits_it_says_so_and_where_to_begin() {
    hold("question_nothing_fits", asked("how do I peel an apple", ""));
}

#[test]
fn a_pasted_token_is_not_taken() {
    hold("question_secret_refused", |wizard| {
        wizard.press("/").paste(super::PASTED);
    });
}
