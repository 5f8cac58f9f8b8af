//! The model as a frame. Reads only.

use super::mode;
use super::model::Model;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::chrome;
use crate::wizard::widgets::sheet::LinkSpot;
use ratatui::Frame;
use ratatui::text::Line;

/// Draws everything; tells where links stand, so that the terminal can be told too.
pub fn view(model: &Model, theme: Theme, frame: &mut Frame<'_>) -> Vec<LinkSpot> {
    if model.size.is_too_small() {
        let line = Line::styled("Please make room: 40 x 10 at least. Ctrl-C leaves.", theme.style(Role::Text));
        let area = frame.area();
        frame.buffer_mut().set_line(area.x, area.y, &line, area.width);
        return Vec::new();
    }
    let ctx = model.ctx();
    let screen = model.screen().page();
    let body = chrome::body(frame.area());
    chrome::header(frame, &ctx, theme, screen.stage());
    let (links, hints) = match &model.overlay {
        Some(overlay) => {
            let sheet = overlay.sheet(&ctx, theme, screen.mode());
            (sheet.draw(frame, body, overlay.scrolled()), overlay.hints())
        }
        None => (screen.sheet(&ctx, theme).draw(frame, body, model.top().scrolled), screen.hints(&ctx)),
    };
    if let Some(notice) = &model.notice {
        chrome::notice(frame, theme, notice);
    }
    chrome::footer(frame, theme, mode(model), &hints, model.overlay.is_none());
    links
}
