//! Draws the model as a frame. Reads only.

use super::model::Model;
use super::overlay::Overlay;
use super::{footer, mode};
use crate::domain::sanitize::wrap;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::chrome;
use crate::wizard::widgets::sheet::LinkArea;
use ratatui::Frame;

/// Draws everything and returns the areas of links, which the terminal back end needs for OSC 8.
pub fn view(model: &Model, theme: Theme, frame: &mut Frame<'_>) -> Vec<LinkArea> {
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
    let notice_lines = model.notice.as_ref().map(|notice| chrome::notice_lines(area, theme, notice)).unwrap_or_default();
    let body = chrome::body_area(area, screen.has_steps(), &notice_lines);
    chrome::draw_header(frame, &ctx, theme, model.stage(), &model.visited, screen.has_steps());
    let sheet = super::sheet(model, theme);
    let offset = model.overlay.as_ref().map_or(model.top().scroll_offset, Overlay::scroll_offset);
    let actions = super::actions(model).with_scrolling(sheet.height() > usize::from(body.height));
    let links = sheet.draw(frame, body, offset);
    chrome::draw_notice(frame, &notice_lines);
    footer::draw(frame, theme, mode(model), &actions);
    links
}
