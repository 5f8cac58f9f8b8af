//! The line "Continue as …", which lets a signed-in user continue with one key.

use super::Selection;
use crate::domain::credentials::{CredentialRecord, CredentialSource, Entry, expiry_reminder};
use crate::domain::rotation::rotation_blocker;
use crate::domain::sanitize::width;
use crate::wizard::context::Ctx;
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Intent, Label, Mode, Route};
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// The longest name in the footer, in columns.
const MAX_NAME_COLUMNS: usize = 12;

/// The credential that Enter continues with.
pub enum Resume<'a> {
    /// The credential in use, or the only one there is; and how many others can be used.
    With(&'a Entry, usize),
    /// None is in use, or the one in use can't be used here: one of the others.
    OneOf(usize),
}

/// Returns `None` while no usable credential is known.
pub fn resume<'a>(ctx: &Ctx<'a>) -> Option<Resume<'a>> {
    let inventory = ctx.inventory()?;
    // A credential that works only with Notion MCP can't be used on the pages that follow.
    let entries: Vec<&Entry> = inventory.entries.iter().filter(|entry| !entry.is_mcp()).collect();
    let only = match entries.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let usable = entries.iter().filter(|entry| entry.is_usable()).count();
    match inventory.active().ok().map(|active| active.entry).or(only).filter(|entry| entry.is_usable()) {
        Some(entry) => Some(Resume::With(entry, usable.saturating_sub(1))),
        None if usable > 0 => Some(Resume::OneOf(usable)),
        None => None,
    }
}

impl Resume<'_> {
    pub fn route(&self) -> Route {
        match self {
            Self::With(used, _) => Route::ContinueWith(used.source.clone()),
            Self::OneOf(_) => Route::UseExisting,
        }
    }

    /// Returns `Continue as Ada · Acme`, with a reminder if the token expires soon. What is not known is left out.
    fn text(&self, ctx: &Ctx<'_>) -> String {
        let entry = match self {
            Self::With(entry, _) => entry,
            Self::OneOf(1) => return "Continue with the account found here".to_owned(),
            Self::OneOf(count) => return format!("Continue with one of the {count} accounts found here"),
        };
        let workspace = entry.workspace().and_then(|workspace| workspace.name.as_deref());
        let (variable, is_of_ntn) = (entry.source.variable(), matches!(entry.source, CredentialSource::Ntn { .. }));
        let place = match variable {
            Some(name) => format!(" ({name})"),
            None if is_of_ntn => " (ntn)".to_owned(),
            None => String::new(),
        };
        let who = match (entry.user(), workspace) {
            (Some(user), Some(workspace)) => format!("as {user} · {workspace}{place}"),
            (Some(user), None) => format!("as {user}{place}"),
            (None, Some(workspace)) => format!("in {workspace}{place}"),
            (None, None) => match variable {
                Some(name) => format!("with the token in {name}"),
                None if is_of_ntn => "with ntn's login".to_owned(),
                None => "with the saved token".to_owned(),
            },
        };
        let ends = entry.expires_on().and_then(|end| expiry_reminder(end, ctx.setup.today));
        format!("Continue {who}{}", ends.map(|ends| format!("; {ends}")).unwrap_or_default())
    }

    /// Returns the record to rotate, if its token expires soon or has expired.
    pub fn expiring(&self, ctx: &Ctx<'_>) -> Option<&CredentialRecord> {
        let Self::With(entry, _) = self else { return None };
        let record = entry.record.as_ref().filter(|record| rotation_blocker(record).is_none())?;
        record.expires_on.and_then(|end| expiry_reminder(end, ctx.setup.today)).map(|_| record)
    }

    /// Returns the label of the key: `continue as Ada`, where the name is known and short.
    pub fn label(&self) -> Label {
        let user = match self {
            Self::With(entry, _) => entry.user(),
            Self::OneOf(_) => None,
        };
        let first = user.and_then(|user| user.split_whitespace().next()).filter(|name| width(name) <= MAX_NAME_COLUMNS);
        first.map_or("continue".into(), |name| format!("continue as {name}").into())
    }

    /// Adds the key that leads here from the table, or to the other accounts.
    pub fn add_key(&self, actions: Actions, at: Selection) -> Actions {
        match self {
            Self::With(_, 1..) => actions.key(Intent::UseExisting, "other accounts"),
            Self::With(..) | Self::OneOf(_) if at == Selection::Resume => actions.in_help(Intent::UseExisting, self.label()),
            Self::With(..) | Self::OneOf(_) => actions.key(Intent::UseExisting, self.label()),
        }
    }

    /// Draws the line, and below it, where there is room, what the rest of the page is for.
    pub fn draw(&self, sheet: &mut Sheet, ctx: &Ctx<'_>, at: Selection, has_room: bool) {
        let is_here = at == Selection::Resume;
        let others = match self {
            Self::With(_, others) => *others,
            Self::OneOf(_) => 0,
        };
        let mut mark = match (is_here, others) {
            (true, _) => key(sheet, Intent::Confirm),
            (false, 0) => key(sheet, Intent::UseExisting),
            // That key leads to all of them; this line is selected with an arrow.
            (false, _) => Vec::new(),
        };
        if !sheet.is_plain() {
            let bar = if is_here { sheet.theme().glyph(Glyph::Bar) } else { " " };
            mark.insert(0, sheet.span(Role::Accent, &format!("{bar} ")));
        }
        if is_here {
            sheet.set_focus(0);
        }
        sheet.hanging(mark, if is_here { Role::Title } else { Role::Text }, &self.text(ctx));
        if !has_room {
            return;
        }
        let mut margin = if sheet.is_plain() { Vec::new() } else { vec![sheet.span(Role::Text, "  ")] };
        if others == 0 {
            return sheet.hanging(margin, Role::Dim, "Or add another account:");
        }
        margin.extend(key(sheet, Intent::UseExisting));
        let noun = if others == 1 { "account" } else { "accounts" };
        sheet.hanging(margin, Role::Dim, &format!("{others} other {noun} here. Or add another:"));
    }
}

fn key(sheet: &Sheet, intent: Intent) -> Vec<ratatui::text::Span<'static>> {
    components::key_mark(sheet, &components::key_name(sheet.theme(), Mode::Normal, intent))
}
