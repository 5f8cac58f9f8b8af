//! The frame around every page: the header with the steps, the notice line, and the footer with the active keys.

use super::text_line::put_line;
use crate::domain::credentials::{Active, ActiveReason, Workspace};
use crate::domain::sanitize::wrap;
use crate::wizard::context::Ctx;
use crate::wizard::msg::Notice;
use crate::wizard::theme::{Glyph, Role, Theme};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use strum::VariantArray;

/// The steps shown in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, VariantArray)]
pub enum Stage {
    Choose,
    Prepare,
    SignIn,
    Verify,
    Save,
    Done,
}

impl Stage {
    pub const ALL: &[Self] = Self::VARIANTS;

    pub fn label(self) -> &'static str {
        match self {
            Self::Choose => "choose",
            Self::Prepare => "prepare",
            Self::SignIn => "sign in",
            Self::Verify => "verify",
            Self::Save => "save",
            Self::Done => "done",
        }
    }
}

/// Columns left free on either side.
pub const MARGIN_COLUMNS: u16 = 2;
/// From this many rows up the steps have a line of their own, where it is long enough for all of them.
const MIN_ROWS_FOR_STEPS: u16 = 20;
/// The demo's badges; the widest one that fits is shown.
const DEMO_BADGES: [&str; 2] = [" demo: nothing leaves this machine ", " demo "];
/// The separator between two steps.
const GAP: &str = "   ";

/// Returns the area between header and footer. One line is reserved for the notice; a longer one takes lines from the page.
pub fn body_area(area: Rect, has_steps: bool, notice_lines: &[Line<'_>]) -> Rect {
    let top = if has_steps && has_line_of_steps(area) { 3 } else { 1 };
    let bottom = 1 + u16::try_from(notice_lines.len().max(1)).unwrap_or(1);
    let height = area.height.saturating_sub(top + bottom);
    Rect::new(area.x + MARGIN_COLUMNS, area.y + top, area.width.saturating_sub(2 * MARGIN_COLUMNS), height)
}

/// Draws the program's name, the current step, and who is signed in.
pub fn draw_header(frame: &mut Frame<'_>, ctx: &Ctx<'_>, theme: Theme, stage: Stage, visited: &BTreeSet<Stage>, has_steps: bool) {
    let area = frame.area();
    let room = usize::from(area.width.saturating_sub(2 * MARGIN_COLUMNS));
    let span = |role: Role, text: &str| Span::styled(theme.text(text).into_owned(), theme.style(role));
    let name = span(Role::Title, "notion-auth");
    let has_line = has_line_of_steps(area);
    let left = if has_line || !has_steps { vec![name] } else { short_step_spans(theme, stage) };
    let used: usize = left.iter().map(Span::width).sum();
    draw_line(frame, area.y, &Line::from(left));
    if has_line && has_steps {
        draw_line(frame, area.y + 1, &Line::from(step_spans(theme, stage, visited)));
    }
    let right = match signed_in_label(ctx) {
        _ if ctx.setup.demo.is_some() => DEMO_BADGES.map(|text| span(Role::Badge, text)).to_vec(),
        // The last page itself says who is signed in, before the new probe has finished.
        Some(signed_in) if stage != Stage::Done => vec![span(Role::Dim, &signed_in)],
        Some(_) | None => return,
    };
    if let Some(right) = right.into_iter().find(|right| used + 2 + right.width() <= room) {
        let x = area.x + MARGIN_COLUMNS + u16::try_from(room - right.width()).unwrap_or_default();
        frame.buffer_mut().set_span(x, area.y, &right, area.width);
    }
}

/// True if there is room for all steps on a line of their own, each after a mark and a space.
fn has_line_of_steps(area: Rect) -> bool {
    let steps: usize = Stage::ALL.iter().map(|step| 2 + step.label().len()).sum();
    let gaps = GAP.len() * (Stage::ALL.len() - 1);
    area.height >= MIN_ROWS_FOR_STEPS && steps + gaps <= usize::from(area.width.saturating_sub(2 * MARGIN_COLUMNS))
}

/// `✓ choose   – prepare   ● sign in   ○ verify …`; a step that was not needed has no tick.
fn step_spans(theme: Theme, stage: Stage, visited: &BTreeSet<Stage>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for &step in Stage::ALL {
        let (glyph, role) = match step.cmp(&stage) {
            Ordering::Less if visited.contains(&step) => (Glyph::StepDone, Role::Dim),
            Ordering::Less => (Glyph::Skip, Role::Dim),
            Ordering::Equal => (Glyph::StepCurrent, Role::Accent),
            Ordering::Greater => (Glyph::StepAhead, Role::Dim),
        };
        spans.push(Span::styled(format!("{} {}{GAP}", theme.glyph(glyph), step.label()), theme.style(role)));
    }
    spans
}

/// `notion-auth  ● sign in 2/5`
fn short_step_spans(theme: Theme, stage: Stage) -> Vec<Span<'static>> {
    let number = 1 + Stage::ALL.iter().position(|step| *step == stage).unwrap_or(0);
    let here = format!("{} {} {number}/{}", theme.glyph(Glyph::StepCurrent), stage.label(), Stage::ALL.len());
    vec![Span::styled("notion-auth  ", theme.style(Role::Title)), Span::styled(here, theme.style(Role::Accent))]
}

/// Returns the credential that programs use on this machine, once it is known.
pub fn signed_in_label(ctx: &Ctx<'_>) -> Option<String> {
    let inventory = ctx.inventory()?;
    let name = |workspace: &Workspace| workspace.name.clone().unwrap_or_else(|| workspace.id.clone());
    Some(match (inventory.active(), inventory.entries.len()) {
        (Ok(active), _) if active.problem.is_some() => "NOTION_API_TOKEN is unusable".to_owned(),
        (Ok(Active { reason: ActiveReason::Variable, .. }), _) => "using NOTION_API_TOKEN".to_owned(),
        (Ok(active), _) => format!("signed in: {}", active.entry.workspace.as_ref().map(name).unwrap_or_default()),
        (Err(_), 0) => "not signed in".to_owned(),
        (Err(_), 1) => "1 account, not active".to_owned(),
        (Err(_), count) => format!("{count} accounts, none active"),
    })
}

/// Wraps the notice to lines above the footer.
pub fn notice_lines(area: Rect, theme: Theme, notice: &Notice) -> Vec<Line<'static>> {
    let style = theme.style(if notice.is_error { Role::Bad } else { Role::Title });
    let room = usize::from(area.width.saturating_sub(2 * MARGIN_COLUMNS));
    wrap(&theme.text(&notice.text), room).into_iter().map(|line| Line::from(Span::styled(line, style))).collect()
}

pub fn draw_notice(frame: &mut Frame<'_>, notice_lines: &[Line<'_>]) {
    let bottom = frame.area().bottom().saturating_sub(1);
    for (line, up) in notice_lines.iter().rev().zip(1..=bottom) {
        draw_line(frame, bottom - up, line);
    }
}

/// Draws a line between the margins.
pub fn draw_line(frame: &mut Frame<'_>, y: u16, line: &Line<'_>) {
    let area = frame.area();
    if y < area.bottom() {
        let start = Position::new(area.x + MARGIN_COLUMNS, y);
        put_line(frame.buffer_mut(), start, line, area.width.saturating_sub(MARGIN_COLUMNS));
    }
}
