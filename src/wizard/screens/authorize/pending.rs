//! Draws a pending authorization: the link, the listener, and how to paste the redirect URL from another machine.

use crate::domain::checks::Verdict;
use crate::domain::loopback::PortState;
use crate::domain::machine::BrowserState;
use crate::domain::oauth::AuthorizationAttempt;
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

pub(super) fn draw(sheet: &mut Sheet, pending: &AuthorizationAttempt, ctx: &Ctx<'_>) {
    let part = |sheet: &mut Sheet| {
        if ctx.size.is_roomy() {
            sheet.blank();
        }
    };
    let link = |sheet: &mut Sheet| {
        sheet.text(Role::Text, "Open this page, and allow the connection on it:");
        sheet.link(&pending.link);
        part(sheet);
    };
    // On a small screen the long link comes last, so that the rest is visible. Keys open and copy it.
    let link_is_last = !ctx.size.is_roomy();
    if !link_is_last {
        link(sheet);
    }
    let until = pending.ends_at.strftime("%H:%M");
    match &pending.listening {
        PortState::Free(_) => {
            components::draw_waiting(sheet, &format!("Listening on {} until {until}.", pending.redirect));
        }
        PortState::Unavailable { port, evidence } => {
            let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
            let text = format!("Nobody can listen: port {port} is taken, {evidence}. Pasting the address works all the same.");
            sheet.hanging(mark, Role::Text, &text);
        }
    }
    if let Some(BrowserState::Headless { reason }) = ctx.findings.browser.get() {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        sheet.hanging(mark, Role::Text, &format!("No browser will appear: {}. Enter tries all the same.", reason.label()));
    }
    part(sheet);
    sheet.text(
        Role::Text,
        "A browser on another machine ends on a page that does not load. Copy its whole address, and paste it here.",
    );
    if ctx.setup.demo.is_some() {
        sheet.text(Role::Accent, "Demo: it is allowed in a moment. The page lets you do so yourself, or cancel.");
    }
    if link_is_last {
        link(sheet);
    }
    // Notion reports a wrong redirect URI only on its page, after the user has signed in.
    let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
    let text = format!("Does Notion's page complain about redirect_uri? {esc}, and paste the registered address: it is compared.");
    sheet.text(Role::Dim, &text);
    part(sheet);
    sheet.text(Role::Dim, &format!("The link holds until {until}; r makes a new one. Never allow a link that somebody sent you."));
}

/// Draws a short error: the link is still valid, and the instructions are still below.
pub(super) fn draw_paste_error(sheet: &mut Sheet, mistake: &Problem) {
    sheet.scroll_to_here();
    let mark = vec![components::verdict_mark(sheet, Verdict::Fail)];
    sheet.hanging(mark, Role::Bad, mistake.headline());
    if let Some(seen) = &mistake.evidence {
        sheet.hanging(vec![Span::raw("  ")], Role::Dim, seen);
    }
    let text = "Copy the whole address from the browser's address bar, and paste it.";
    sheet.hanging(vec![Span::raw("  ")], Role::Text, text);
    sheet.blank();
}
