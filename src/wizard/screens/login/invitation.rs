//! Draws a login's invitation: its code and link, as text or as a QR code.

use crate::domain::checks::Verdict;
use crate::domain::login::ApprovalRequest;
use crate::domain::machine::BrowserState;
use crate::wizard::context::Ctx;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{components, qr};
use ratatui::text::Span;

/// Draws code, link, and what happens next; on a small screen without blank lines.
pub(super) fn draw(sheet: &mut Sheet, invitation: &ApprovalRequest, ctx: &Ctx<'_>) {
    let part = |sheet: &mut Sheet| {
        if ctx.size.is_roomy() {
            sheet.blank();
        }
    };
    if let Some(code) = &invitation.code {
        sheet.text(Role::Text, "Approve only if Notion shows this code:");
        part(sheet);
        sheet.line(vec![Span::raw("    "), sheet.span(Role::Focus, &format!("  {code}  "))]);
    } else {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        sheet.hanging(mark, Role::Text, "ntn showed no readable code.");
    }
    part(sheet);
    sheet.text(Role::Text, "Open this page, here or on another device:");
    sheet.link(&invitation.link);
    part(sheet);
    components::draw_still_waiting(sheet, "Waiting for approval. This page continues automatically.");
    if let Some(BrowserState::Headless { reason }) = ctx.findings.browser.get() {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        let text = format!("No browser here ({}). Press Enter to try anyway.", reason.label());
        sheet.hanging(mark, Role::Text, &text);
    }
    if ctx.setup.demo.is_some() {
        components::draw_demo(sheet, "Approves itself in a few seconds, or open the page to approve or decline.");
    }
    part(sheet);
    let until = match invitation.ends_at {
        Some(time) => format!("at {}", time.strftime("%H:%M")),
        None => "in a few minutes".to_owned(),
    };
    let what = if invitation.code.is_some() { "code" } else { "link" };
    sheet.text(Role::Dim, &format!("The {what} expires {until}. Press r for a new one."));
    sheet.text(Role::Dim, &format!("Never approve a {what} someone sent you."));
}

/// Returns the link as a QR code, with the code to compare beside it.
pub(super) fn qr_sheet(invitation: &ApprovalRequest, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
    let code = invitation.code.as_ref().map(|code| format!("Approve only if Notion shows this code: {code}. "));
    let caption = format!("{}Press v to go back to the link.", code.unwrap_or_default());
    qr::sheet(theme, ctx.size, &invitation.link, &caption)
}
