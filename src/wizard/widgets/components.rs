//! Components that pages share: choices, checks, problems and the masked field.

use super::sheet::Sheet;
use crate::domain::checks::{Check, Verdict};
use crate::domain::sanitize::sanitize;
use crate::wizard::keymap;
use crate::wizard::msg::{Choice, Intent, Mode};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role, Theme};
use ratatui::text::Span;

/// Draws `▌ 2  Label` with its detail below. A disabled choice is dim and shows the reason.
pub fn draw_choice(sheet: &mut Sheet, number: usize, choice: &Choice, selected: bool) {
    let theme = sheet.theme();
    let bar = if selected { theme.glyph(Glyph::Bar) } else { " " };
    if selected {
        sheet.set_focus(2);
    }
    if sheet.is_plain() {
        return draw_plain_choice(sheet, number, choice);
    }
    let (key, label) = match (&choice.disabled_reason, selected) {
        (Some(_), _) => (Role::Dim, Role::Dim),
        (None, true) => (Role::Title, Role::Title),
        (None, false) => (Role::Key, Role::Text),
    };
    let mark = vec![sheet.span(Role::Accent, &format!("{bar} ")), sheet.span(key, &format!("{number}  "))];
    sheet.hanging(mark, label, &choice.label);
    if !choice.detail.is_empty() {
        sheet.hanging(vec![Span::raw("     ")], Role::Dim, &choice.detail);
    }
    if let Some(reason) = &choice.disabled_reason {
        sheet.hanging(vec![Span::raw("     ")], Role::Dim, reason);
    }
}

/// Writes number, label and detail as one line for plain mode.
fn draw_plain_choice(sheet: &mut Sheet, number: usize, choice: &Choice) {
    let detail = if choice.detail.is_empty() { String::new() } else { format!(": {}", choice.detail) };
    let stop = if detail.ends_with('.') { "" } else { "." };
    let reason = choice.disabled_reason.as_ref().map(|reason| format!("{stop} Not possible: {reason}")).unwrap_or_default();
    sheet.text(Role::Text, &format!("{number}. {}{detail}{reason}", choice.label));
}

/// Returns the key's name on this sheet: its label on the screen, its letter in plain mode.
pub fn key_name(theme: Theme, mode: Mode, intent: Intent) -> String {
    let label = if theme.plain { keymap::line_label(mode, intent) } else { keymap::key_label(mode, intent, theme.ascii) };
    label.unwrap_or_default()
}

/// Returns a key as the mark in front of its description.
pub fn key_mark(sheet: &Sheet, key: &str) -> Vec<Span<'static>> {
    let sign = if sheet.is_plain() { ":" } else { "" };
    vec![sheet.span(Role::Key, &format!("{key}{sign} "))]
}

pub fn verdict_mark(sheet: &Sheet, verdict: Verdict) -> Span<'static> {
    let theme = sheet.theme();
    let (glyph, role) = match verdict {
        Verdict::Pass => (Glyph::Pass, Role::Good),
        Verdict::Warn => (Glyph::Warn, Role::Warn),
        Verdict::Fail => (Glyph::Fail, Role::Bad),
        Verdict::Unknown => (Glyph::Unknown, Role::Dim),
        Verdict::Skip => (Glyph::Skip, Role::Dim),
    };
    sheet.span(role, &format!("{} ", theme.glyph(glyph)))
}

/// Draws mark, title and evidence, with the remedy below.
pub fn draw_check(sheet: &mut Sheet, check: &Check, shows_details: bool) {
    const TITLE: usize = 16;
    let mark = verdict_mark(sheet, check.verdict);
    if sheet.is_plain() {
        sheet.hanging(vec![mark], Role::Text, &format!("{}: {}", check.title, check.evidence));
    } else if sheet.width() < 60 {
        sheet.hanging(vec![mark], Role::Title, check.title);
        sheet.hanging(vec![Span::raw("  ")], Role::Text, &check.evidence);
    } else {
        let title = sheet.span(Role::Dim, &super::sheet::pad(check.title, TITLE));
        sheet.hanging(vec![mark, title], Role::Text, &check.evidence);
    }
    let indent = if sheet.width() < 60 { 2 } else { 2 + TITLE };
    for line in check.detail.iter().filter(|_| shows_details).chain(&check.remedy) {
        sheet.hanging(vec![Span::raw(" ".repeat(indent))], Role::Dim, line);
    }
}

/// Draws a hint that only the demo gives.
pub fn draw_demo(sheet: &mut Sheet, text: &str) {
    let mark = if sheet.is_plain() { vec![Span::raw("Demo: ")] } else { vec![sheet.span(Role::Badge, " demo "), Span::raw(" ")] };
    sheet.hanging(mark, Role::Text, text);
}

/// Draws a waiting message. The router adds the spinner and the seconds, if the page waits for a task.
pub fn draw_waiting(sheet: &mut Sheet, text: &str) {
    let mark = vec![waiting_mark(sheet)];
    sheet.waiting(mark, text);
}

/// Draws a waiting message on a page with something to select or to scan: it never changes.
pub fn draw_still_waiting(sheet: &mut Sheet, text: &str) {
    let mark = vec![waiting_mark(sheet)];
    sheet.hanging(mark, Role::Text, text);
}

fn waiting_mark(sheet: &Sheet) -> Span<'static> {
    sheet.span(Role::Accent, &format!("{} ", sheet.theme().glyph(Glyph::Waiting)))
}

/// Draws `[••••••••••••WXYZ]  50 characters`. The text itself is never drawn.
pub fn draw_field(sheet: &mut Sheet, field: &TextField) {
    draw_field_line(sheet, field, true);
    // In plain mode the prompt says what to type.
    match (field.is_empty(), sheet.is_plain()) {
        (true, true) => {}
        (true, false) => sheet.text(Role::Dim, "Paste or type it; it stays hidden."),
        (false, is_plain) => sheet.text(Role::Dim, &length_text(field, is_plain)),
    }
}

/// Draws the field alone; the cursor is in the focused one. Only a field that is not secret shows its text.
pub fn draw_field_line(sheet: &mut Sheet, field: &TextField, is_focused: bool) {
    let theme = sheet.theme();
    if sheet.is_plain() {
        // The caller describes a masked text in words.
        return field.visible_text().into_iter().for_each(|text| sheet.text(Role::Text, &sanitize(text)));
    }
    let room = sheet.width().saturating_sub(2).clamp(4, 56);
    if let Some((text, cursor)) = field.visible_part(room) {
        return draw_text(sheet, &super::sheet::pad(&text, room), cursor, is_focused);
    }
    let length = field.text().len();
    let tail = field.last_four().unwrap_or_default();
    let masked = length - tail.chars().count();
    // A text longer than the field shows its end, with the last four characters.
    let shown = masked.min(room.saturating_sub(tail.len() + 1));
    let dots = theme.glyph(Glyph::Mask).repeat(shown);
    let text = super::sheet::pad(&format!("{dots}{tail}"), room);
    let cursor =
        if length <= room { field.cursor().min(room.saturating_sub(1)) } else { (shown + tail.len()).min(room.saturating_sub(1)) };
    draw_text(sheet, &text, cursor, is_focused);
}

fn draw_text(sheet: &mut Sheet, text: &str, cursor: usize, is_focused: bool) {
    if is_focused {
        sheet.set_focus(1 + cursor);
    }
    let theme = sheet.theme();
    let style = theme.style(if is_focused { Role::Field } else { Role::OtherField });
    sheet.line(vec![Span::styled(format!(" {} ", theme.text(text)), style)]);
}

/// Draws a labelled field, with its length below if it is masked, and the reason if it is not a secret field.
pub fn draw_labelled_field(sheet: &mut Sheet, label: &str, field: &TextField, is_focused: bool) {
    if sheet.is_plain() {
        let shown = field.visible_text().filter(|text| !text.is_empty()).map(sanitize);
        return sheet.text(Role::Text, &format!("{label}: {}", shown.unwrap_or_else(|| length_text(field, true))));
    }
    sheet.text(if is_focused { Role::Accent } else { Role::Dim }, label);
    draw_field_line(sheet, field, is_focused);
    if !field.is_empty() && field.visible_text().is_none() {
        // A secret is easily pasted here by mistake, and an ID is not always distinguishable from one.
        let why = if field.public_text().is_some() { " It could be a secret." } else { "" };
        sheet.text(Role::Dim, &format!("{}{why}", length_text(field, false)));
    }
}

/// Describes a masked field: the length of its text and how much of it is shown.
fn length_text(field: &TextField, is_told: bool) -> String {
    let length = field.text().len();
    match (length, field.last_four()) {
        (0, _) => "Empty.".to_owned(),
        (1, _) => "1 character, hidden.".to_owned(),
        (_, None) => format!("{length} characters, all hidden."),
        (_, Some(tail)) if is_told => format!("{length} characters, ending in {tail}."),
        (_, Some(_)) => format!("{length} characters, last four shown."),
    }
}
