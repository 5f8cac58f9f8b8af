//! Choosing: the comparison, a path in full, the guide.

use super::found::{all_bad, all_odd, all_well, all_well_but, environment, here, of_ntn, several_here};
use super::{hold, hold_ascii, setup};
use crate::support::frames::text;
use crate::support::talk::Talk;
use notion_auth::wizard::theme::Theme;

#[test]
fn compare_while_it_looks() {
    hold("compare_looking", |_| {});
}

#[test]
fn compare_on_a_machine_that_has_everything() {
    hold("compare_all_well", all_well);
    hold_ascii("compare_all_well_ascii", all_well);
}

#[test]
fn compare_on_a_machine_that_has_nothing() {
    hold("compare_all_bad", all_bad);
}

#[test]
fn compare_on_a_machine_where_everything_is_odd() {
    hold("compare_all_odd", |talk| {
        all_odd(talk);
        talk.press("End");
    });
}

#[test]
fn compare_where_credentials_are_here() {
    hold("compare_one_here", |talk| all_well_but(talk, here(vec![environment()])));
    hold("compare_several_here", |talk| all_well_but(talk, several_here()));
    hold("compare_unreadable_here", |talk| all_well_but(talk, here(vec![of_ntn(false)])));
}

#[test]
fn compare_with_the_cursor_on_each_kind_of_row() {
    let at = |keys: &'static str| {
        move |talk: &mut Talk| {
            all_well(talk);
            talk.press(keys);
        }
    };
    hold("compare_on_oauth", at("Left"));
    hold("compare_on_token", at("Left Left"));
    // In the table, the fifth row: what the guide says of tokens is outdated, and today's words stand beside it.
    hold("compare_on_an_outdated_row", at("Left Left Down Down Down Down Down"));
    hold("compare_on_the_machine_row", at("End"));
}

#[test]
fn compare_scrolled_to_its_end() {
    hold("compare_scrolled", |talk| {
        all_bad(talk);
        talk.press(&"PgDn ".repeat(20));
    });
}

#[test]
fn a_path_in_full() {
    hold("path_cli", |talk| {
        talk.press("Tab");
    });
    hold("path_oauth", |talk| {
        talk.press("Tab Left");
    });
    hold("path_token", |talk| {
        talk.press("Tab Right");
    });
    hold("path_token_scrolled", |talk| {
        talk.press("Tab Right PgDn PgDn");
    });
}

#[test]
fn the_guide_asks_one_question_at_a_time() {
    hold("guide_first_question", |talk| {
        talk.type_in("g");
    });
    hold("guide_second_question", |talk| {
        talk.type_in("g1j");
    });
    hold("guide_third_question", |talk| {
        talk.type_in("g11jj");
    });
}

#[test]
fn the_guide_answers_with_the_rule_that_fired() {
    hold("guide_own_terminal", |talk| {
        talk.type_in("g111");
    });
    hold("guide_own_script", |talk| {
        talk.type_in("g121");
    });
    hold("guide_default", |talk| {
        talk.type_in("g133");
    });
    hold("guide_external_service", |talk| {
        talk.type_in("g2");
    });
    hold("guide_guest", |talk| {
        talk.type_in("g112");
    });
}

#[test]
fn no_cell_is_cut_in_the_narrowest_table() {
    for machine in [all_well, all_bad, all_odd] {
        let mut talk = Talk::at(setup(), (100, 40));
        machine(&mut talk);
        let frame = text(&talk.shown(Theme::default()).buffer);
        let cut: Vec<&str> = frame.lines().filter(|line| line.contains("… ") || line.ends_with('…')).collect();
        assert!(cut.is_empty(), "{cut:#?}");
    }
}
