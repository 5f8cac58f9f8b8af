//! The footer: the keys of the actions that are possible now, as many as fit.

use crate::domain::sanitize::width;
use crate::wizard::keymap;
use crate::wizard::kit::{Action, Actions, Importance};
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::chrome::{self, MARGIN_COLUMNS};
use ratatui::Frame;
use ratatui::text::Span;

/// Minimum number of columns between the margins for wide gaps between the keys.
const MIN_ROOM_FOR_WIDE_GAP: usize = 60;

/// A key and its label as they are drawn.
struct Cell {
    key: String,
    label: String,
    is_essential: bool,
    is_help: bool,
}

impl Cell {
    fn new(action: &Action, mode: Mode, theme: Theme) -> Option<Self> {
        let key = keymap::key_label(mode, action.intent, theme.ascii)?;
        let label = format!(" {}", action.label);
        let is_essential = action.importance == Importance::Essential;
        Some(Self { key, label, is_essential, is_help: action.intent == Intent::Help })
    }

    fn width(&self) -> usize {
        width(&self.key) + width(&self.label)
    }
}

/// Draws the footer. The essential keys are always in it; the others are dropped from the end.
pub(super) fn draw(frame: &mut Frame<'_>, theme: Theme, mode: Mode, actions: &Actions) {
    let area = frame.area();
    let room = usize::from(area.width.saturating_sub(2 * MARGIN_COLUMNS));
    let gap = if room < MIN_ROOM_FOR_WIDE_GAP { 2 } else { 3 };
    let mut cells: Vec<Cell> = actions.in_footer().into_iter().filter_map(|action| Cell::new(&action, mode, theme)).collect();
    // The last key needs no gap after it.
    let needed = |cells: &[Cell]| cells.iter().map(|cell| cell.width() + gap).sum::<usize>();
    while needed(&cells) > room + gap
        && let Some(extra) = cells.iter().rposition(|cell| !cell.is_essential)
    {
        cells.remove(extra);
        // The help has the keys that do not fit here.
        if let Some(help) = cells.iter_mut().find(|cell| cell.is_help) {
            " more".clone_into(&mut help.label);
        }
    }
    if needed(&cells) > room + gap {
        cells.iter_mut().filter(|cell| cell.is_help).for_each(|help| help.label.clear());
    }
    let spans = cells.into_iter().flat_map(|cell| {
        let label = format!("{}{}", cell.label, " ".repeat(gap));
        [Span::styled(cell.key, theme.style(Role::Key)), Span::styled(label, theme.style(Role::Dim))]
    });
    chrome::draw_line(frame, area.bottom().saturating_sub(1), &spans.collect());
}
