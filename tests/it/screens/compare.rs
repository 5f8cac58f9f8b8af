//! Choosing: the comparison, a path in full, the guide.

use super::machine_findings::{
    all_bad, all_odd, all_well, all_well_but, environment, here, keychain_absent, of_ntn, ours, several_here,
};
use super::{hold, hold_ascii, hold_layout, hold_table, hold_table_layout, setup};
use crate::support::fakes::{inventory, ntn_040, ntn_in_a_container};
use crate::support::frames::buffer_text;
use crate::support::harness::{Harness, TestEffect, probed};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Candidate, CredentialIndex, CredentialSource, Inventory};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::sanitize::width;
use notion_auth::wizard::msg::{ProbeResult, Task};
use notion_auth::wizard::theme::{Glyph, Theme};
use notion_auth::wizard::widgets::chrome::Stage;

#[test]
fn compare_while_it_looks() {
    hold_table("compare_checking", |_| {});
}

#[test]
fn compare_on_a_machine_that_has_everything() {
    hold_table_layout("compare_all_well", all_well);
    hold_ascii("compare_all_well_ascii", all_well);
}

#[test]
fn compare_on_a_machine_that_has_nothing() {
    hold_table("compare_all_bad", all_bad);
}

#[test]
fn compare_on_a_machine_where_everything_is_odd() {
    hold_table_layout("compare_all_odd", |wizard| {
        all_odd(wizard);
        wizard.press("End");
    });
}

#[test]
fn compare_where_credentials_are_here() {
    hold_table("compare_one_here", |wizard| all_well_but(wizard, here(vec![environment()])));
    hold_table_layout("compare_several_here", |wizard| all_well_but(wizard, several_here()));
    hold_table("compare_unreadable_here", |wizard| all_well_but(wizard, here(vec![of_ntn(false)])));
}

#[test]
fn compare_with_the_cursor_on_each_kind_of_row() {
    let at = |keys: &'static str| {
        move |wizard: &mut Harness| {
            all_well(wizard);
            wizard.press(keys);
        }
    };
    hold_table("compare_on_oauth", at("Left"));
    hold_table("compare_on_token", at("Left Left"));
    // In the table, the fifth row: what the guide says of tokens is outdated, and today's words stand beside it.
    hold_table("compare_on_an_outdated_row", at("Left Left Down Down Down Down Down"));
    hold_table("compare_on_the_machine_row", at("End"));
}

#[test]
fn compare_scrolled_to_its_end() {
    hold_table("compare_scrolled", |wizard| {
        all_bad(wizard);
        wizard.press(&"PgDn ".repeat(20));
    });
}

#[test]
fn a_path_in_full() {
    hold_layout("path_cli", |wizard| {
        wizard.press("Tab");
    });
    hold("path_oauth", |wizard| {
        wizard.press("Tab Left");
    });
    hold("path_token", |wizard| {
        wizard.press("Tab Right");
    });
    hold("path_token_scrolled", |wizard| {
        wizard.press("Tab Right PgDn PgDn");
    });
}

#[test]
fn the_guide_asks_one_question_at_a_time() {
    hold_layout("guide_first_question", |wizard| {
        wizard.type_text("g");
    });
    hold("guide_second_question", |wizard| {
        wizard.type_text("g1j");
    });
    hold("guide_third_question", |wizard| {
        wizard.type_text("g11jj");
    });
}

#[test]
fn the_guide_answers_with_the_reason() {
    hold_layout("guide_own_terminal", |wizard| {
        wizard.type_text("g111");
    });
    hold("guide_own_script", |wizard| {
        wizard.type_text("g121");
    });
    hold("guide_default", |wizard| {
        wizard.type_text("g133");
    });
    hold("guide_external_service", |wizard| {
        wizard.type_text("g2");
    });
    hold("guide_guest", |wizard| {
        wizard.type_text("g112");
    });
}

/// Every row of the table, by its label at this width; then the sentence about the best fit.
fn rows(columns: u16) -> Vec<String> {
    let catalog = notion_auth::domain::catalog::Catalog::shipped().unwrap();
    let label = |row: &notion_auth::domain::catalog::ComparisonRow| {
        if columns < 100 { row.narrow_label().to_owned() } else { row.label.clone() }
    };
    let machine = if columns < 100 { "Machine" } else { "This machine" };
    catalog.rows.iter().map(label).chain([machine.to_owned()]).collect()
}

#[test]
fn from_72_columns_up_the_whole_table_is_in_sight_without_scrolling() {
    for size in [(72, 24), (80, 24), (99, 24), (100, 24), (100, 30), (120, 40), (200, 60)] {
        for machine in [all_well, all_bad, all_odd, |_: &mut Harness| {}] {
            for theme in [Theme::default(), Theme { ascii: true, mono: true, ..Theme::default() }] {
                let mut wizard = Harness::with_size(setup(), size);
                machine(&mut wizard);
                let frame = buffer_text(&wizard.render(theme).buffer);
                for row in rows(size.0) {
                    assert!(frame.lines().any(|line| line.starts_with(&format!("  {row} "))), "{size:?}: no row {row:?}\n{frame}");
                }
                let more = theme.glyph(Glyph::More);
                assert!(!frame.lines().any(|line| line.ends_with(&format!(" {more}"))), "{size:?}: it scrolls\n{frame}");
                assert!(
                    frame.contains("1  API token") && frame.contains("2  OAuth app") && frame.contains("3  Notion CLI"),
                    "{frame}"
                );
            }
        }
    }
}

#[test]
fn every_reason_stays_in_sight_at_72_columns_with_every_kind_of_missing_browser() {
    use HeadlessReason::{Ci, Container, NoBrowser, NoDisplay, Ssh, TextBrowser};
    let states = [
        NtnState::Missing,
        NtnState::NotInstallable,
        NtnState::OtherProgram { path: "/usr/bin/ntn".into(), evidence: "ntn 3.1".into() },
        NtnState::Broken { path: "/usr/bin/ntn".into(), evidence: "killed".into() },
        ntn_in_a_container(),
        ntn_040(),
    ];
    let headless = [Ssh, Ci, Container, NoDisplay, NoBrowser, TextBrowser].map(|reason| BrowserState::Headless { reason });
    for ntn in states {
        for browser in headless.iter().cloned().chain([BrowserState::Ready { name: None }]) {
            let mut wizard = Harness::with_size(setup(), (72, 24));
            all_well(&mut wizard);
            wizard.press("r").reply(probed(ProbeResult::Ntn(ntn.clone()))).reply(probed(ProbeResult::Browser(browser.clone())));
            let frame = buffer_text(&wizard.render(Theme::default()).buffer);
            assert_eq!(frame.matches('★').count(), 2, "one column has the star, and one sentence: {frame}");
            assert!(frame.contains("Have a token? Paste it."), "{ntn:?} {browser:?}: the reason takes too many lines\n{frame}");
        }
    }
}

#[test]
fn the_last_column_has_its_full_room_and_no_cell_touches_a_bar() {
    let catalog = notion_auth::domain::catalog::Catalog::shipped().unwrap();
    for (columns, keys) in [72, 80, 97, 120].into_iter().flat_map(|columns| ["", "Left", "Left Left"].map(|keys| (columns, keys))) {
        let mut wizard = Harness::with_size(setup(), (columns, 24));
        all_well(&mut wizard);
        wizard.press(keys);
        let frame = buffer_text(&wizard.render(Theme::default()).buffer);
        let bar = Theme::default().glyph(Glyph::Bar);
        let before: Vec<&str> = frame.lines().filter_map(|line| line.split_once(bar).map(|(before, _)| before)).collect();
        assert!(before.len() > 10 && before.iter().all(|before| before.ends_with(' ')), "{columns}: {frame}");
        if columns == 80 {
            for row in &catalog.rows {
                let widest = row.cell(AuthPath::Cli).texts().find(|text| width(text) <= 20).unwrap();
                assert!(frame.contains(widest), "{widest}: {frame}");
            }
        }
    }
}

#[test]
fn the_steps_are_shown_whole_or_in_short_at_every_width() {
    for columns in 40..=90 {
        let mut wizard = Harness::with_size(setup(), (columns, 20));
        wizard.press("1");
        let frame = buffer_text(&wizard.render(Theme::default()).buffer);
        let are_whole = frame.lines().any(|line| Stage::ALL.iter().all(|stage| line.contains(stage.label())));
        assert_eq!((are_whole, frame.contains("2/6")), (columns >= 65, columns < 65), "{columns}: {frame}");
    }
}

#[test]
fn no_cell_is_cut_and_no_word_is_broken_at_any_width() {
    for machine in [all_well, all_bad, all_odd] {
        for columns in 72..=130 {
            let mut wizard = Harness::with_size(setup(), (columns, 24));
            machine(&mut wizard);
            let frame = buffer_text(&wizard.render(Theme::default()).buffer);
            let cut: Vec<&str> = frame.lines().filter(|line| line.contains("… ") || line.ends_with('…')).collect();
            assert!(cut.is_empty(), "{columns}: {cut:#?}");
        }
    }
}

#[test]
fn the_star_appears_once_browser_and_ntn_are_known_and_moves_only_with_what_is_found() {
    let stars = |wizard: &Harness| wizard.screen_text().matches('★').count();
    let mut wizard = Harness::with_size(setup(), (80, 24));
    assert_eq!(stars(&wizard), 0);
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    assert_eq!(stars(&wizard), 0, "ntn may still change it");
    wizard.reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    assert_eq!(stars(&wizard), 2);
    wizard.assert_shows("1 API token ★");
    let settled = wizard.screen_text();
    wizard.reply(keychain_absent());
    assert_eq!(stars(&wizard), 2);
    assert!(settled.contains("API token ★") && wizard.screen_text().contains("API token ★"));
}

#[test]
fn enter_takes_the_best_fit_until_somebody_moves_the_selection_which_then_stays() {
    let mut wizard = Harness::with_size(setup(), (80, 24));
    wizard
        .reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Container })))
        .reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    wizard.press("Enter");
    wizard.assert_shows("Paste your token");
    let mut moved = Harness::with_size(setup(), (80, 24));
    moved.press("Left");
    moved
        .reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Container })))
        .reply(probed(ProbeResult::Ntn(NtnState::NotInstallable)));
    moved.press("Enter");
    moved.assert_shows("Which kind of OAuth?");
}

#[test]
fn somebody_who_is_signed_in_continues_with_one_key_and_still_sees_the_whole_table() {
    for size in [(40, 12), (72, 24), (80, 24), (120, 40)] {
        let mut wizard = Harness::with_size(setup(), size);
        let (existing, index) = ours();
        all_well_but(&mut wizard, probed(ProbeResult::Inventory(Box::new(inventory(vec![existing.clone()], index)))));
        wizard.assert_shows("Continue as");
        wizard.assert_shows("Acme");
        if size.0 >= 72 {
            wizard.assert_shows(rows(size.0).iter().rev().nth(1).unwrap());
            wizard.assert_shows("Have a token? Paste it.");
        }
        wizard.press("Enter");
        assert_eq!(wizard.screen_name(), "use existing");
        let mut chosen = Harness::with_size(setup(), size);
        all_well_but(&mut chosen, here(vec![existing.clone()]));
        chosen.press("Down Enter");
        assert_eq!(chosen.screen_name(), "prepare", "one key leads to the table");
        chosen.press("Esc Up Up Up Up Enter");
        assert_eq!(chosen.screen_name(), "use existing", "and back");
    }
}

#[test]
fn a_token_pasted_on_the_first_page_is_on_its_way() {
    let mut wizard = Harness::with_size(setup(), (80, 24));
    wizard.paste(super::PASTED);
    assert_eq!(wizard.screen_name(), "token");
}

/// Sizes of every layout of Compare.
const LAYOUTS: [(u16, u16); 7] = [(40, 12), (59, 24), (60, 20), (72, 24), (80, 24), (120, 40), (200, 60)];

#[test]
fn the_footer_has_enter_the_numbers_and_the_help_at_every_width() {
    for columns in 40..=200 {
        for is_signed_in in [false, true] {
            let mut wizard = Harness::with_size(setup(), (columns, 24));
            let (existing, index) = ours();
            let here = if is_signed_in { inventory(vec![existing], index) } else { Inventory::default() };
            all_well_but(&mut wizard, probed(ProbeResult::Inventory(Box::new(here))));
            let frame = buffer_text(&wizard.render(Theme::default()).buffer);
            let footer = frame.lines().last().unwrap_or_default();
            let enter = if is_signed_in { "⏎ continue as Ada " } else { "⏎ continue " };
            assert!(footer.trim_start().starts_with(enter), "{columns}: {footer}");
            assert!(footer.contains("1–3 choose") && footer.contains('?'), "{columns}: {footer}");
        }
    }
}

#[test]
fn one_key_continues_with_the_active_credential_whatever_its_kind() {
    let (saved, index) = ours();
    let several = |active: bool| {
        let index = if active { index.clone() } else { CredentialIndex::default() };
        inventory(vec![saved.clone(), of_ntn(true)], index)
    };
    let cases = [
        (inventory(vec![environment()], CredentialIndex::default()), environment().source),
        (inventory(vec![of_ntn(true)], CredentialIndex::default()), of_ntn(true).source),
        (inventory(vec![saved.clone()], index.clone()), saved.source.clone()),
        // The variable goes first, then the active record.
        (inventory(vec![of_ntn(true), saved.clone(), environment()], index.clone()), environment().source),
        (several(true), saved.source.clone()),
    ];
    for (found, source) in cases {
        for size in LAYOUTS {
            let mut wizard = Harness::with_size(setup(), size);
            all_well_but(&mut wizard, probed(ProbeResult::Inventory(Box::new(found.clone()))));
            wizard.take_effects();
            wizard.press("Enter");
            let verified: Vec<_> = wizard.take_effects().into_iter().filter_map(verified_source).collect();
            assert_eq!(verified, std::slice::from_ref(&source), "{size:?}");
        }
    }
    let mut wizard = Harness::with_size(setup(), (80, 24));
    all_well_but(&mut wizard, probed(ProbeResult::Inventory(Box::new(several(true)))));
    wizard.press("u");
    assert_eq!(wizard.screen_name(), "use existing", "the others are one key away");
}

fn verified_source(effect: TestEffect) -> Option<CredentialSource> {
    match effect {
        TestEffect::Start(Task::Verify(Candidate::Discovered(source))) => Some(source),
        _ => None,
    }
}

#[test]
fn the_details_are_beside_a_wide_table_below_a_tall_one_and_otherwise_behind_tab() {
    for (size, is_shown) in [((200, 60), true), ((160, 45), true), ((120, 40), true), ((120, 34), false), ((80, 24), false)] {
        for keys in ["", "Left Left"] {
            let mut wizard = Harness::with_size(setup(), size);
            all_well(&mut wizard);
            wizard.press(keys);
            assert_eq!(wizard.screen_text().contains("When not"), is_shown, "{size:?} {keys}");
            wizard.press("Tab").assert_shows("When not");
            assert_eq!(wizard.screen_name(), "path");
        }
    }
}

#[test]
fn tab_on_a_row_begins_with_its_details() {
    let catalog = notion_auth::domain::catalog::Catalog::shipped().unwrap();
    let mut wizard = Harness::with_size(setup(), (80, 24));
    all_well(&mut wizard);
    wizard.press("Down Down Down Tab");
    let row = &catalog.rows[2];
    let frame = buffer_text(&wizard.render(Theme::default()).buffer);
    assert!(frame.lines().any(|line| line.trim() == row.label), "{frame}");
    wizard.press("Esc End Tab").assert_shows("Works: Secret Service");
}
