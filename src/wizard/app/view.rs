//! Draws the model as a frame. Reads only.

use super::mode;
use super::model::Model;
use crate::domain::sanitize::wrap;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::chrome;
use crate::wizard::widgets::sheet::LinkSpot;
use ratatui::Frame;

/// Draws everything and returns the areas of links, which the terminal back end needs for OSC 8.
pub fn view(model: &Model, theme: Theme, frame: &mut Frame<'_>) -> Vec<LinkSpot> {
    let area = frame.area();
    if model.size.is_too_small() {
        let lines = wrap("Terminal too small (minimum 40x10). Press Ctrl-C to quit.", usize::from(area.width));
        for (line, y) in lines.iter().zip(area.y..area.bottom()) {
            frame.buffer_mut().set_stringn(area.x, y, line, usize::from(area.width), theme.style(Role::Text));
        }
        return Vec::new();
    }
    let ctx = model.ctx();
    let screen = model.screen().page();
    let news = model.notice.as_ref().map(|notice| chrome::news(area, theme, notice)).unwrap_or_default();
    let body = chrome::body(area, screen.has_steps(), &news);
    chrome::header(frame, &ctx, theme, screen.stage(), screen.has_steps());
    let (links, hints) = match &model.overlay {
        Some(overlay) => {
            let sheet = overlay.sheet(&ctx, theme, screen.mode());
            (sheet.draw(frame, body, overlay.scrolled()), overlay.hints())
        }
        None => (screen.sheet(&ctx, theme).draw(frame, body, model.top().scrolled), screen.hints(&ctx)),
    };
    chrome::draw_news(frame, &news);
    chrome::footer(frame, theme, mode(model), &hints, model.overlay.is_none());
    links
}
