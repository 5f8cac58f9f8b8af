//! Every screen state at every size, reached by talking: one snapshot a state, its frames one under another, and what roles they are
//! drawn in. A scene cannot describe a state that no person could get into.

mod accounts;
mod agents;
mod compare;
mod connection;
mod install;
mod login;
mod machine_findings;
mod overlay;
mod prepare;
mod qr;
mod question;
mod rotate;
mod save;
mod scan;
mod send;
mod sign_in;
mod snippets;
mod team_profile;
mod theme;
mod verify;
mod workers;

use crate::support::connection_fakes::example_client;
use crate::support::frames::{HELD_SIZE, RenderedFrame, SIZES, StyledRun, TABLE_SIZES, buffer_text, format_runs, styled_runs};
use crate::support::harness::{self, DISCOVERED_SECRET, Harness};
use notion_auth::domain::link::Link;
use notion_auth::wizard::app;
use notion_auth::wizard::context::{Demo, DemoToken, Setup};
use notion_auth::wizard::msg::{Prompt, PromptId};
use notion_auth::wizard::theme::{Glyph, Theme};
use ratatui::buffer::Buffer;
use std::fmt::Write;

/// A token to paste. Like what is found, it is a canary: no frame may show more of it than its last four.
const PASTED: &str = "ntn_fake_canary_q7Zp2Lx9Wk4Vt8Rm3Jd6Hs1F_WXYZ";

/// The same as a client secret: what is looked for in a frame is in both.
const PASTED_SECRET: &str = "secret_fake_can_q7Zp2Lx9Wk4Vt8Rm3Jd6Hs1F_WXYZ";

/// With a place as long as people's are.
fn setup() -> Setup {
    Setup { file_place: "/home/ada/.config/notion-auth/secrets.json".into(), ..harness::setup() }
}

fn demo_setup() -> Setup {
    let example =
        |token: &str, who: &str, happens: &str| DemoToken { token: token.into(), owner: who.into(), outcome: happens.into() };
    let examples = vec![
        example("ntn_demo_member_00000000000000000000000000", "Ada, full member", "everything answers"),
        example("ntn_demo_expired_0000000000000000000000000", "an expired token", "Notion refuses it (401)"),
    ];
    let portal = Link::parse("http://127.0.0.1:40123/developers/tokens").expect("a loopback address");
    Setup { demo: Some(Demo { portal, examples, client: example_client() }), notion_host: "the simulated Notion".into(), ..setup() }
}

/// Holds a state's frame at 80 x 24. The other sizes are drawn and checked as well, but their layout is held once, by `hold_layout`.
fn hold(state: &str, prepare: impl Fn(&mut Harness)) {
    accept(state, &frames(&setup(), &prepare, &SIZES, &[HELD_SIZE], Theme::default()));
}

/// Holds the state that stands for its page's layout: at every size, with the roles of its runs.
fn hold_layout(state: &str, prepare: impl Fn(&mut Harness)) {
    accept(state, &frames(&setup(), &prepare, &SIZES, &SIZES, Theme::default()));
}

/// Holds a state of Compare at 80 x 24; drawn and checked at every size where the layout of Compare changes.
fn hold_table(state: &str, prepare: impl Fn(&mut Harness)) {
    accept(state, &frames(&setup(), &prepare, &TABLE_SIZES, &[HELD_SIZE], Theme::default()));
}

/// Holds a state of Compare at every size where its layout changes, with the roles of its runs.
fn hold_table_layout(state: &str, prepare: impl Fn(&mut Harness)) {
    accept(state, &frames(&setup(), &prepare, &TABLE_SIZES, &TABLE_SIZES, Theme::default()));
}

fn hold_demo(state: &str, prepare: impl Fn(&mut Harness)) {
    accept(state, &frames(&demo_setup(), &prepare, &SIZES, &[HELD_SIZE], Theme::default()));
}

/// Checks a state in ASCII, as a terminal without Unicode shows it.
fn hold_ascii(state: &str, prepare: impl Fn(&mut Harness)) {
    let shown = frames(&setup(), &prepare, &SIZES, &[HELD_SIZE], Theme { ascii: true, ..Theme::default() });
    assert!(shown.is_ascii(), "{shown}");
    accept(state, &shown);
}

fn accept(state: &str, frames: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(state, frames);
    });
}

/// Returns the frames of one state at the held sizes and, where a layout is held, the roles of its runs. Every size is checked.
fn frames(setup: &Setup, prepare: &dyn Fn(&mut Harness), sizes: &[(u16, u16)], held: &[(u16, u16)], theme: Theme) -> String {
    let mut all = String::new();
    for size @ (columns, rows) in sizes {
        let mut conversation = Harness::with_size(setup.clone(), *size);
        prepare(&mut conversation);
        let RenderedFrame { buffer, cursor } = conversation.render(theme);
        let frame = buffer_text(&buffer);
        assert_shows_no_secret(&frame);
        assert_shows_the_next_key(&conversation, &frame);
        let runs = styled_runs(&buffer, theme);
        assert_pale_colours_only_tint_marks(&buffer, &runs, theme);
        if !held.contains(size) {
            continue;
        }
        let cursor = cursor.map(|at| format!(", cursor {},{}", at.x, at.y)).unwrap_or_default();
        let rule = "=".repeat(usize::from(*columns));
        write!(all, "{columns} x {rows}{cursor}\n{rule}\n{}", fold_blank_rows(&frame)).expect("a string takes all");
        if held.len() > 1 && *size == HELD_SIZE {
            write!(all, "roles\n{rule}\n{}", format_runs(&runs)).expect("a string takes all");
        }
    }
    all
}

/// Says how many rows are blank, instead of showing them.
fn fold_blank_rows(frame: &str) -> String {
    let rows: Vec<&str> = frame.lines().collect();
    let fold = |run: &[&str]| match run {
        ["", "", "", ..] => format!("({} blank rows)\n", run.len()),
        run => run.join("\n") + "\n",
    };
    rows.chunk_by(|row, next| row.is_empty() == next.is_empty()).map(fold).collect()
}

/// No six characters of a canary in a row, wherever they stand in it.
fn assert_shows_no_secret(frame: &str) {
    for canary in [PASTED, DISCOVERED_SECRET] {
        let part = canary.as_bytes().windows(6).find(|part| frame.contains(&*String::from_utf8_lossy(part)));
        assert!(part.is_none(), "a frame shows a part of a secret:\n{frame}");
    }
}

/// The first of the page's keys is always in the footer, however narrow.
fn assert_shows_the_next_key(wizard: &Harness, frame: &str) {
    let is_covered =
        matches!(wizard.prompt(), Prompt::Consent { id: PromptId::UnsavedCredential, .. }) || frame.starts_with("Terminal too");
    let first = app::actions(&wizard.model).in_footer().first().map(|action| action.label.clone());
    let footer = frame.lines().last().unwrap_or_default();
    assert!(is_covered || footer.contains(&*first.clone().unwrap_or_default()), "{first:?} is not in the footer:\n{frame}");
}

/// Green and yellow are too pale on white to carry a word.
fn assert_pale_colours_only_tint_marks(buffer: &Buffer, runs: &[StyledRun], theme: Theme) {
    for run in runs.iter().filter(|run| matches!(run.roles.as_str(), "Good" | "Warn")) {
        let words: String = run.columns.clone().map(|x| buffer[(x, run.y)].symbol()).collect();
        let mark = if run.roles == "Good" { Glyph::Pass } else { Glyph::Warn };
        assert_eq!(words.trim(), theme.glyph(mark));
    }
}
