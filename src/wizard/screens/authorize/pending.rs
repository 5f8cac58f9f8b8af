//! Draws a pending authorization: the link, the listener, and how to paste the redirect URL from another machine.

use crate::domain::checks::Verdict;
use crate::domain::loopback::PortState;
use crate::domain::machine::BrowserState;
use crate::domain::oauth::AuthorizationAttempt;
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

pub(super) fn draw(sheet: &mut Sheet, pending: &AuthorizationAttempt, is_mcp: bool, ctx: &Ctx<'_>) {
    let part = |sheet: &mut Sheet| {
        if ctx.size.is_roomy() {
            sheet.blank();
        }
    };
    sheet.text(Role::Text, "Open this page and choose Allow:");
    sheet.link(&pending.link);
    part(sheet);
    let until = pending.ends_at.strftime("%H:%M");
    match &pending.listening {
        PortState::Free(_) => {
            components::draw_still_waiting(sheet, &format!("Listening on {} until {until}.", pending.redirect));
        }
        PortState::Unavailable { port, evidence } => {
            let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
            let text =
                format!("Port {port} isn't available: {evidence}. Quit that program and press r, or paste the last page's URL.");
            sheet.hanging(mark, Role::Text, &text);
        }
    }
    if let Some(BrowserState::Headless { reason }) = ctx.findings.browser.get() {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        sheet.hanging(mark, Role::Text, &format!("No browser here ({}). Press Enter to try anyway.", reason.label()));
    }
    if ctx.setup.demo.is_some() {
        components::draw_demo(sheet, "Approved automatically in a few seconds. Or open the page and choose.");
    }
    part(sheet);
    sheet.text(
        Role::Text,
        "Browser on another machine? After you approve, it shows a page that can't load. Paste that page's URL here:",
    );
    // On a small screen the cursor stays at the link: the page would scroll to a field below it.
    components::draw_field_line(sheet, &TextField::default(), ctx.size.is_roomy());
    part(sheet);
    if !is_mcp {
        // Notion reports a wrong redirect URI only on its page, after the user has signed in.
        let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
        let text = format!("Redirect URI rejected? Press {esc} and paste the one you registered.");
        sheet.text(Role::Dim, &text);
    }
    sheet.text(Role::Dim, &format!("The link expires at {until} (r: new link). Never approve a link sent to you."));
}

/// Draws a short error: the link is still valid, and the instructions are still below.
pub(super) fn draw_paste_error(sheet: &mut Sheet, mistake: &Problem) {
    sheet.scroll_to_here();
    let mark = vec![components::verdict_mark(sheet, Verdict::Fail)];
    sheet.hanging(mark, Role::Bad, mistake.headline());
    if let Some(evidence) = &mistake.evidence {
        sheet.hanging(vec![Span::raw("  ")], Role::Dim, evidence);
    }
    let text = "Copy the full URL from the address bar and paste it.";
    sheet.hanging(vec![Span::raw("  ")], Role::Text, text);
    sheet.blank();
}
