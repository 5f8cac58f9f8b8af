//! Draws a problem, with the keys of the remedies that are possible now.

use super::Keys;
use crate::domain::problem::{Problem, RemedyAction};
use crate::domain::retry::pause_text;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components::{key_mark, key_name};
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// Draws what happened, the possible reasons, and what to do, with the key where it is among the actions.
pub fn draw_problem(sheet: &mut Sheet, problem: &Problem, keys: &Keys) {
    let Keys { mode, actions, shows_details, .. } = keys;
    let theme = sheet.theme();
    let mark = vec![sheet.span(Role::Bad, &format!("{} ", theme.glyph(Glyph::Fail)))];
    sheet.hanging(mark, Role::Bad, problem.headline());
    if let Some(evidence) = problem.evidence.as_ref().filter(|_| *shows_details || !problem.has_technical_evidence()) {
        sheet.hanging(vec![Span::raw("  ")], Role::Dim, evidence);
    }
    if let Some(seconds) = problem.retry_after {
        let pause = pause_text(seconds);
        sheet.hanging(vec![Span::raw("  ")], Role::Text, &format!("Notion asks you to wait {pause} before trying again."));
    }
    if !problem.causes().is_empty() {
        sheet.text(Role::Dim, "Possible reasons");
        for cause in problem.causes() {
            sheet.bullet(Role::Text, &cause.text);
        }
    }
    sheet.text(Role::Dim, "What to do");
    // Without a text field there is nothing to edit.
    let remedies = problem.remedies().iter().filter(|remedy| remedy.action != RemedyAction::Edit || *mode == Mode::Insert);
    for remedy in remedies {
        let intent = intent_for(remedy.action).filter(|intent| actions.allows(*intent)).map(|intent| actions.main_key(intent));
        match intent.map(|intent| key_name(theme, *mode, intent)).filter(|key| !key.is_empty()) {
            Some(key) => sheet.hanging(key_mark(sheet, &key), Role::Text, &remedy.text),
            None => sheet.bullet(Role::Text, &remedy.text),
        }
    }
}

/// Returns the key that carries out a remedy; some remedies are advice only.
fn intent_for(action: RemedyAction) -> Option<Intent> {
    match action {
        RemedyAction::Retry => Some(Intent::Retry),
        RemedyAction::OpenPortal => Some(Intent::Open),
        RemedyAction::None | RemedyAction::Edit | RemedyAction::OpenStatus | RemedyAction::UseFile | RemedyAction::UseSession => {
            None
        }
    }
}
