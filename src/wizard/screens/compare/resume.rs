//! The line "Continue as …", which lets a signed-in user continue with one key.

use crate::domain::credentials::{CredentialSource, Entry, expiry_reminder};
use crate::wizard::context::Ctx;
use crate::wizard::msg::Route;

/// The credential that Enter continues with.
pub enum Resume<'a> {
    /// The credential in use, or the only one there is.
    With(&'a Entry),
    /// None is in use, or the one in use is of no use here: one of the others.
    OneOf(usize),
}

/// Returns `None` while no usable credential is known.
pub fn resume<'a>(ctx: &Ctx<'a>) -> Option<Resume<'a>> {
    let inventory = ctx.inventory()?;
    // What works with Notion MCP alone is no token for the pages that follow.
    let entries: Vec<&Entry> = inventory.entries.iter().filter(|entry| !entry.is_mcp()).collect();
    let only = match entries.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let usable = entries.iter().filter(|entry| entry.is_usable()).count();
    match inventory.active().ok().map(|active| active.entry).or(only).filter(|entry| entry.is_usable()) {
        Some(entry) => Some(Resume::With(entry)),
        None if usable > 0 => Some(Resume::OneOf(usable)),
        None => None,
    }
}

impl Resume<'_> {
    pub fn route(&self) -> Route {
        match self {
            Self::With(used) => Route::ContinueWith(used.source.clone()),
            Self::OneOf(_) => Route::UseExisting,
        }
    }

    /// Returns `Continue as Ada · Acme`, with a reminder if the token expires soon.
    pub fn text(&self, ctx: &Ctx<'_>) -> String {
        let entry = match self {
            Self::With(entry) => entry,
            Self::OneOf(1) => return "Continue with the account found here".to_owned(),
            Self::OneOf(count) => return format!("Continue with one of the {count} accounts found here"),
        };
        let user = entry.user().map(str::to_owned);
        let workspace = entry.workspace.as_ref().map(|workspace| workspace.name.as_ref().unwrap_or(&workspace.id).clone());
        let who = if let Some(name) = entry.source.variable() {
            format!("with {name}")
        } else {
            let names: Vec<String> = user.into_iter().chain(workspace).collect();
            if names.is_empty() { "with the saved token".to_owned() } else { format!("as {}", names.join(" · ")) }
        };
        let keeper = if matches!(entry.source, CredentialSource::Ntn { .. }) { " (ntn)" } else { "" };
        let ends = entry.expires_on().and_then(|end| expiry_reminder(end, ctx.setup.today));
        format!("Continue {who}{keeper}{}", ends.map(|ends| format!("; {ends}")).unwrap_or_default())
    }
}
