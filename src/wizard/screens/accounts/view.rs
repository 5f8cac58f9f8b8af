//! Draws the list, the last result, and the details of the selected credential.
//!
//! Only the rows around the selection are drawn, so that a thousand credentials are as fast as three.

use super::{AccountOperation, AccountsPage, actions};
use crate::domain::checks::{Verdict, detail_lines, entry_validity_check};
use crate::domain::credentials::{CredentialSource, Entry, Inventory, StoreKind, expiry_reminder, time_left_text, workspace_name};
use crate::domain::sanitize::{truncate, width};
use crate::wizard::context::Ctx;
use crate::wizard::kit;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::screens::Page;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::{Sheet, pad};
use crate::wizard::widgets::{chrome, components};
use ratatui::layout::Rect;

/// Rows of the list that are always visible.
const MIN_LIST_ROWS: usize = 3;
/// From this many rows up there is a blank line above the keys.
const MIN_ROWS_FOR_SPACING: u16 = 34;
/// Columns for the state after a title.
const STATE_COLUMNS: usize = 26;

impl AccountsPage {
    pub(super) fn draw(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let Some(inventory) = self.inventory(ctx) else {
            sheet.title("Accounts");
            components::draw_waiting(&mut sheet, "Checking saved credentials…");
            return sheet;
        };
        let mut below = Sheet::new(theme, ctx.size);
        self.draw_status(&mut below, ctx);
        let at = self.clamped_index(&inventory);
        let titles = inventory.titles();
        if let (Some(listed), Some(title), None) = (inventory.entries.get(at), titles.get(at), &self.pending_logout) {
            draw_details(&mut below, listed, title, ctx);
            // These keys do nothing while an operation is running.
            if !ctx.is_waiting {
                draw_actions(&mut below, listed, ctx);
            }
        }
        if let Some(problem) = inventory.problem() {
            kit::draw_problem(&mut below, &problem, &self.keys(ctx));
        }
        let height = usize::from(chrome::body_area(Rect::new(0, 0, ctx.size.columns, ctx.size.rows), true, &[]).height);
        let room = height.saturating_sub(below.height() + 2).max(MIN_LIST_ROWS);
        draw_list(&mut sheet, &inventory, &titles, at, room, ctx);
        if below.height() > 0 {
            sheet.rule();
        }
        sheet.append(below);
        sheet
    }

    /// Draws the question, the running operation, or its result.
    fn draw_status(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        if ctx.is_waiting {
            sheet.scroll_to_here();
            components::draw_waiting(sheet, &self.progress_text(ctx, sheet.theme()));
            if ctx.is_quitting {
                sheet.text(Role::Dim, "notion-auth quits as soon as this is finished.");
            }
            sheet.blank();
        } else if let Some(problem) = &self.problem {
            sheet.scroll_to_here();
            kit::draw_problem(sheet, problem, &self.keys(ctx));
            sheet.blank();
        } else if !self.result_lines.is_empty() {
            sheet.scroll_to_here();
            kit::draw_message(sheet, &self.result_lines, &self.keys(ctx));
            sheet.blank();
        }
    }

    fn progress_text(&self, ctx: &Ctx<'_>, theme: Theme) -> String {
        let host = &ctx.setup.notion_host;
        match &self.operation {
            Some(AccountOperation::Switch(record)) => format!("Making {} active…", workspace_name(record)),
            Some(AccountOperation::Verify(_) | AccountOperation::Use(_) | AccountOperation::Send(_)) => {
                let esc = components::key_name(theme, Mode::Normal, Intent::Back);
                format!("Verifying with {host}… ({esc} cancels)")
            }
            Some(AccountOperation::Refresh(_)) => format!("Refreshing the tokens with {host} and saving them…"),
            Some(AccountOperation::LogOut(record)) if record.is_renewable() => {
                format!("Revoking its tokens with {host}, then deleting them here…")
            }
            Some(AccountOperation::LogOut(record)) if record.store == StoreKind::Keychain => {
                let esc = components::key_name(theme, Mode::Normal, Intent::Back);
                format!("Deleting it from the keychain, which may ask you first… ({esc} stops waiting)")
            }
            Some(AccountOperation::LogOut(_)) => "Deleting it here…".to_owned(),
            None => "One moment.".to_owned(),
        }
    }
}

/// Draws as many rows as fit around the selection.
fn draw_list(sheet: &mut Sheet, inventory: &Inventory, titles: &[String], at: usize, room: usize, ctx: &Ctx<'_>) {
    let count = inventory.entries.len();
    let shown = room.min(count);
    let first = at.saturating_sub(shown / 2).min(count - shown);
    let how_many = match count {
        0 => "Accounts: not signed in".to_owned(),
        1 => "Accounts: 1 credential".to_owned(),
        _ if shown < count => format!("Accounts: {} to {} of {count}", first + 1, first + shown),
        _ => format!("Accounts: {count} credentials"),
    };
    sheet.title(&how_many);
    if count == 0 {
        let sign_in = if ctx.is_waiting { "" } else { "Press n to sign in. " };
        sheet.text(Role::Text, &format!("{sign_in}Logins from ntn and NOTION_API_TOKEN also appear here."));
    }
    let digits = count.to_string().len();
    let active = inventory.working().ok().map(|active| &active.entry.source);
    let rows = inventory.entries.iter().zip(titles).enumerate().skip(first).take(shown);
    for (index, (listed, title)) in rows {
        draw_row(sheet, index, digits, listed, title, index == at, active == Some(&listed.source), ctx);
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one line")]
fn draw_row(
    sheet: &mut Sheet,
    index: usize,
    digits: usize,
    listed: &Entry,
    title: &str,
    is_chosen: bool,
    is_active: bool,
    ctx: &Ctx<'_>,
) {
    let theme = sheet.theme();
    let pointer = if is_chosen { theme.glyph(Glyph::Bar) } else { " " };
    if is_chosen {
        sheet.set_focus(2);
    }
    let number = format!("{:>digits$}  ", index + 1);
    let used = 2 + width(&number);
    let (mark, role, state) = state_summary(listed, is_active, ctx);
    if sheet.is_plain() {
        let mark = mark.map(|mark| format!("{} ", theme.glyph(mark))).unwrap_or_default();
        let state = if state.is_empty() { state } else { format!(": {state}") };
        return sheet.text(Role::Text, &format!("{}. {mark}{title}{state}", index + 1));
    }
    let is_narrow = sheet.width() < used + 16 + STATE_COLUMNS;
    let room = sheet.width().saturating_sub(used + 2 + if is_narrow { 0 } else { STATE_COLUMNS });
    let glyph = mark.map_or(" ", |mark| theme.glyph(mark));
    let name = pad(&truncate(&theme.text(&shorten_title(title, listed, room)), room), room);
    let mut spans = vec![
        sheet.span(Role::Accent, &format!("{pointer} ")),
        sheet.span(if is_chosen { Role::Accent } else { Role::Key }, &number),
        sheet.span(role, &format!("{glyph} ")),
        sheet.span(if is_chosen { Role::Title } else { Role::Text }, &name),
    ];
    if !is_narrow && !state.is_empty() {
        spans.push(sheet.span(Role::Dim, &format!("  {}", truncate(&theme.text(&state), STATE_COLUMNS - 2))));
    }
    sheet.line(spans);
}

/// Shortens a title. The end of its account is kept, because it distinguishes two accounts of the same name.
fn shorten_title(title: &str, listed: &Entry, room: usize) -> String {
    let over = width(title).saturating_sub(room);
    let account = title.strip_suffix(')').and_then(|title| title.rsplit_once(", ")).map_or("", |(_, account)| account);
    if over == 0 || account.is_empty() || listed.record.is_none() {
        return title.to_owned();
    }
    let end: String = account.chars().skip(over + 1).collect();
    title.replace(account, &format!("…{end}"))
}

/// Summarises a credential's state as a mark and a few words.
fn state_summary(listed: &Entry, is_active: bool, ctx: &Ctx<'_>) -> (Option<Glyph>, Role, String) {
    let refused = entry_validity_check(listed).filter(|check| check.verdict == Verdict::Fail);
    let near = listed.expires_on().filter(|end| expiry_reminder(*end, ctx.setup.today).is_some());
    let shadowed = ctx.has_environment_token() && would_be_active(listed, ctx);
    let mut words = Vec::new();
    if is_active {
        words.push("active".to_owned());
    } else if shadowed {
        words.push("shadowed".to_owned());
    }
    let verified = entry_validity_check(listed).is_some_and(|check| check.verdict == Verdict::Pass);
    if refused.is_some() {
        words.push("does not work".to_owned());
    } else if verified {
        words.push("works".to_owned());
    }
    words.extend(near.map(|end| time_left_text(end, ctx.setup.today)));
    let (glyph, role) = match (refused.is_some(), near.is_some() || shadowed, is_active) {
        (true, _, _) => (Some(Glyph::Fail), Role::Bad),
        (_, true, _) => (Some(Glyph::Warn), Role::Warn),
        (_, _, true) => (Some(Glyph::Pass), Role::Good),
        _ => (None, Role::Text),
    };
    (glyph, role, words.join(", "))
}

/// True if the credential would be active without the variable.
fn would_be_active(listed: &Entry, ctx: &Ctx<'_>) -> bool {
    let active = ctx.credential_index().active_record().map(|record| &record.account);
    listed.record.as_ref().is_some_and(|record| Some(&record.account) == active)
}

fn draw_details(sheet: &mut Sheet, listed: &Entry, title: &str, ctx: &Ctx<'_>) {
    const LABEL: usize = 9;
    sheet.title(title);
    let mut all = detail_lines(listed, ctx.setup.today);
    // The place of an entry of ours names the account already.
    let account = listed.record.as_ref().map(|record| record.account.key());
    if let Some(account) = account.filter(|account| all.iter().all(|(_, text)| !text.contains(account.as_str()))) {
        all.insert(0, ("account", account));
    }
    if listed.source == CredentialSource::Environment {
        let shadowed = ctx.credential_index().active_record().map(workspace_name);
        all.extend(shadowed.map(|name| ("shadows", format!("{name}, which would be used without it"))));
    } else if ctx.has_environment_token() && would_be_active(listed, ctx) {
        all.push(("shadowed", "by NOTION_API_TOKEN, which this shell's programs use instead".to_owned()));
    }
    for (label, text) in all {
        sheet.pair(label, LABEL, Role::Text, &text);
    }
}

/// Draws what can be done with the selected credential, and how to log out of one that is not ours.
fn draw_actions(sheet: &mut Sheet, listed: &Entry, ctx: &Ctx<'_>) {
    if ctx.size.rows >= MIN_ROWS_FOR_SPACING {
        sheet.blank();
    }
    let theme = sheet.theme();
    for (intent, _, does) in actions::actions(listed, false, ctx) {
        let key = components::key_name(theme, Mode::Normal, intent);
        let key = if theme.plain { format!("{key}: ") } else { pad(&key, if theme.ascii { 6 } else { 2 }) };
        let mark = vec![sheet.span(Role::Key, &key)];
        sheet.hanging(mark, Role::Text, does);
    }
    if let Some(instruction) = actions::logout_instruction(listed) {
        sheet.text(Role::Dim, &format!("To log out, {instruction}."));
    }
}
