//! The line "Continue as …", which lets a signed-in user continue with one key.

use crate::domain::accounts::{in_use, reminder};
use crate::domain::credential::{Existing, ExistingSource};
use crate::wizard::context::Ctx;
use crate::wizard::msg::Route;

/// The credential that Enter continues with.
pub enum Resume<'a> {
    /// The credential in use.
    With(&'a Existing),
    /// None is in use, or the one in use is of no use here: one of the others.
    OneOf(usize),
}

/// Returns `None` while no usable credential is known.
pub fn resume<'a>(ctx: &Ctx<'a>) -> Option<Resume<'a>> {
    let existing = ctx.found.existing.get()?;
    let usable = existing.iter().filter(|existing| existing.is_usable()).count();
    match in_use(existing, ctx.ledger).filter(|used| used.is_usable()) {
        Some(used) => Some(Resume::With(used)),
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
        let existing = match self {
            Self::With(existing) => existing,
            Self::OneOf(1) => return "Continue with the account found here".to_owned(),
            Self::OneOf(count) => return format!("Continue with one of the {count} accounts found here"),
        };
        let record = ctx.ledger.credentials.iter().find(|record| record.stands_for(&existing.source));
        let user = record.and_then(|record| record.user.clone());
        let workspace = existing.workspace.as_ref().map(|workspace| workspace.name.as_ref().unwrap_or(&workspace.id).clone());
        let who = match &existing.source {
            ExistingSource::Environment => "with NOTION_API_TOKEN".to_owned(),
            ExistingSource::Ours(_) | ExistingSource::Ntn { .. } => {
                let names: Vec<String> = user.into_iter().chain(workspace).collect();
                if names.is_empty() { "with the saved token".to_owned() } else { format!("as {}", names.join(" · ")) }
            }
        };
        let keeper = if matches!(existing.source, ExistingSource::Ntn { .. }) { " (ntn)" } else { "" };
        let ends = record.and_then(|record| record.expires_on).and_then(|end| reminder(end, ctx.setup.today));
        format!("Continue {who}{keeper}{}", ends.map(|ends| format!("; {ends}")).unwrap_or_default())
    }
}
