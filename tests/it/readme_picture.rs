//! The README's picture is a real frame: drawn by the wizard, turned into SVG here.
//!
//! `UPDATE_DOCS=1 cargo test --test it picture::` rewrites it.
#![expect(clippy::disallowed_methods, reason = "reads and, when asked to, rewrites the generated picture")]

use crate::support::frames;
use crate::support::harness::probed;
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::command_line::ShellSyntax;
use notion_auth::domain::login::{LoginFlow, LoginSteps, NtnStorage};
use notion_auth::domain::machine::{BrowserState, KeychainState, NtnState, Reachability};
use notion_auth::wizard::app::{Model, update};
use notion_auth::wizard::context::{Setup, TeamProfileSource};
use notion_auth::wizard::msg::{Effect, Msg, Probe, ProbeResult, Task, TaskOutcome};
use notion_auth::wizard::theme::Theme;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;

const SIZE: (u16, u16) = (118, 36);
/// The size of a cell in pixels.
const CELL: (f32, f32) = (8.4, 18.0);

/// Compare on a machine where everything is well.
fn compare() -> Buffer {
    let setup = Setup {
        catalog: Catalog::shipped().unwrap(),
        demo: None,
        today: "2026-11-22".parse().unwrap(),
        file_place: "~/.config/notion-auth/secrets.json".into(),
        no_store: None,
        notion_host: "api.notion.com".into(),
        file_was_chosen: false,
        login_steps: LoginSteps::All,
        connection: None,
        pkce: notion_auth::domain::oauth::Pkce::Auto,
        shell_syntax: ShellSyntax::Posix,
        no_motion: false,
        team_profile: TeamProfileSource::Off,
    };
    let mut model = Model::new(setup, SIZE.0, SIZE.1);
    for effect in update(&mut model, Msg::ProbeMachine) {
        if let Effect::Start(id, Task::Probe(probe)) = effect {
            update(&mut model, Msg::Reply(id, Ok(found(probe))));
        }
    }
    frames::render(&model, Theme::default(), SIZE.0, SIZE.1).buffer
}

fn found(probe: Probe) -> TaskOutcome {
    match probe {
        Probe::Keychain => probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })),
        Probe::Browser => probed(ProbeResult::Browser(BrowserState::Ready { name: None })),
        Probe::TeamProfile | Probe::Port(_) | Probe::HostDetails | Probe::Storage => {
            unreachable!("the first screen does not look at it")
        }
        Probe::Ntn => probed(ProbeResult::Ntn(NtnState::Found {
            path: "/usr/local/bin/ntn".into(),
            version: "0.23.19".into(),
            generation: LoginFlow::TwoSteps,
            storage: NtnStorage::Keychain,
        })),
        Probe::Network => probed(ProbeResult::Network(Ok(Reachability { latency_ms: 84, clock_skew_s: Some(0), proxy: None }))),
        Probe::Inventory => probed(ProbeResult::Inventory(Box::default())),
    }
}

fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f32::from(buffer.area.width) * CELL.0, f32::from(buffer.area.height) * CELL.1 + 16.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1c1e26\"/>\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let style = look(&buffer[(x, y)]);
            let start = x;
            let mut text = String::new();
            while x < buffer.area.width && look(&buffer[(x, y)]) == style {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            run(&mut svg, &text, (start, y), style);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

type PictureStyle = (Color, Modifier);

fn look(cell: &Cell) -> PictureStyle {
    (cell.fg, cell.modifier)
}

/// One run of cells that look alike.
fn run(svg: &mut String, text: &str, (x, y): (u16, u16), (colour, modifier): PictureStyle) {
    let cells = text.chars().count();
    let (left, top) = (f32::from(x) * CELL.0, f32::from(y) * CELL.1 + 8.0);
    let cells_wide = f32::from(u16::try_from(cells).unwrap()) * CELL.0;
    let is_reversed = modifier.contains(Modifier::REVERSED);
    if is_reversed {
        writeln!(svg, "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{cells_wide:.1}\" height=\"{}\" fill=\"#d5d8e0\"/>", CELL.1)
            .unwrap();
    }
    if text.trim().is_empty() {
        return;
    }
    let fill = match colour {
        _ if is_reversed => "#1c1e26",
        Color::Magenta => "#d98cd9",
        Color::Green => "#7fc47f",
        Color::LightRed => "#f07878",
        _ if modifier.contains(Modifier::DIM) => "#8d93a5",
        _ => "#d5d8e0",
    };
    let weight = if modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let baseline = top + 13.5;
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    writeln!(
        svg,
        "<text x=\"{left:.1}\" y=\"{baseline:.1}\" xml:space=\"preserve\" textLength=\"{cells_wide:.1}\" fill=\"{fill}\"{weight}>{text}</text>"
    )
    .unwrap();
}

#[test]
fn the_readmes_picture_is_what_the_wizard_draws() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/compare.svg");
    let drawn = svg(&compare());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == drawn, "docs/compare.svg is not the frame that is drawn today: UPDATE_DOCS=1 rewrites it");
}
