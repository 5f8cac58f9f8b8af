//! The permissions of the user on a path, and messages to send to the workspace's admin.

use crate::domain::auth_path::AuthPath;
use crate::domain::checks::Verdict;
use crate::domain::prerequisites::{Capability, CapabilityVerdict};
use crate::domain::team_profile::{PROFILE_FILE_NAME, TeamProfile};
use crate::wizard::context::Ctx;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::{Sheet, pad};
use ratatui::text::Span;

/// Width of a capability's name, a little more than the longest.
const NAME_COLUMNS: usize = 22;

pub(super) struct PermissionsView<'a> {
    ctx: &'a Ctx<'a>,
    /// The capabilities that this path needs, the most important first.
    on_path: Vec<CapabilityVerdict>,
    on_other_paths: Vec<CapabilityVerdict>,
}

impl<'a> PermissionsView<'a> {
    pub(super) fn new(path: AuthPath, ctx: &'a Ctx<'a>) -> Self {
        let own = path.capabilities();
        let all = ctx.remembered.profile.unwrap_or_default().permissions().capabilities;
        let (mut here, elsewhere): (Vec<_>, Vec<_>) = all.into_iter().partition(|row| own.contains(&row.id));
        here.sort_by_key(|row| own.iter().position(|id| *id == row.id));
        Self { ctx, on_path: here, on_other_paths: elsewhere }
    }

    /// Returns the action that the path starts with, if the user most likely cannot do it.
    pub(super) fn blocked_action(&self) -> Option<&'static str> {
        let first = self.on_path.first().filter(|row| row.verdict == Verdict::Fail)?;
        Some(match first.id {
            Capability::Login => "log in with ntn",
            Capability::PatApi | Capability::PatWorkers => "create a PAT",
            Capability::InternalConnection | Capability::OwnConnection => "create a connection",
            Capability::DeployWorkers => "deploy Workers",
        })
    }

    /// Returns the messages for the admin, each with its topic. There are none before the profile is known, when all would be uncertain.
    pub(super) fn admin_messages(&self) -> Vec<(&'static str, &str)> {
        let mut messages: Vec<(&'static str, &str)> = Vec::new();
        for row in self.on_path.iter().filter(|row| self.is_in_doubt(row)) {
            match &row.admin_message {
                // Capabilities with the same message share it.
                Some(message) if messages.iter().all(|(_, known)| known != message) => messages.push((row.title, message)),
                Some(_) | None => {}
            }
        }
        messages
    }

    fn is_in_doubt(&self, row: &CapabilityVerdict) -> bool {
        self.ctx.remembered.profile.is_some() && row.verdict != Verdict::Pass
    }

    pub(super) fn draw_member(&self, sheet: &mut Sheet) {
        let Some(profile) = self.ctx.remembered.profile else {
            // Every verdict would be unknown.
            return sheet.hanging(
                components::key_mark(sheet, "a"),
                Role::Text,
                "Enter your role and plan to see what you can create.",
            );
        };
        sheet.title("Your permissions");
        let verb = if profile.is_unknown() { "enter them" } else { "change" };
        let is_of_team = |team: &TeamProfile| team.has_member_answers() && team.apply_to(profile) == profile;
        let source =
            if self.ctx.team_answers().is_some_and(is_of_team) { format!("From {PROFILE_FILE_NAME}. ") } else { String::new() };
        sheet.text(Role::Text, &format!("{} {source}Press a to {verb}.", profile.text()));
        let alternative_of = |row: &CapabilityVerdict| row.alternative.filter(|_| self.is_in_doubt(row));
        for (index, row) in self.on_path.iter().enumerate() {
            self.draw_row(sheet, row);
            // Rows with the same alternative share it.
            let is_shared = |other: &CapabilityVerdict| alternative_of(other) == row.alternative;
            let is_last = !self.on_path.iter().skip(index + 1).any(is_shared);
            if let Some(alternative) = alternative_of(row).filter(|_| is_last) {
                sheet.hanging(vec![Span::raw(" ".repeat(reason_column(sheet)))], Role::Text, alternative);
            }
        }
    }

    /// Draws the messages in full, so that they can be read before they are sent.
    pub(super) fn draw_admin_messages(&self, sheet: &mut Sheet, selected: Option<usize>) {
        let messages = self.admin_messages();
        if messages.is_empty() {
            return;
        }
        sheet.blank();
        sheet.title("Message for your admin");
        let shown = selected.unwrap_or(0).min(messages.len() - 1);
        for (index, (about, message)) in messages.iter().enumerate() {
            if selected == Some(index) {
                // Scroll here, so that the whole message is visible.
                sheet.scroll_to_here();
            }
            let pointer = if selected == Some(index) { sheet.theme().glyph(Glyph::Bar) } else { " " };
            let mark = vec![sheet.span(Role::Accent, &format!("{pointer} "))];
            if index == shown {
                let key = sheet.span(Role::Key, "c ");
                sheet.hanging([mark, vec![key]].concat(), Role::Title, &format!("to copy: {about}"));
            } else {
                sheet.hanging(mark, Role::Text, about);
            }
            sheet.hanging(vec![Span::raw("    ")], Role::Dim, message);
        }
    }

    /// Draws the capabilities that the other paths need.
    pub(super) fn draw_other_paths(&self, sheet: &mut Sheet) {
        if self.ctx.remembered.profile.is_some() {
            sheet.blank();
            sheet.title("On the other paths");
            for row in &self.on_other_paths {
                self.draw_row(sheet, row);
            }
        }
    }

    /// Draws verdict, reason, source and date.
    fn draw_row(&self, sheet: &mut Sheet, row: &CapabilityVerdict) {
        let mark = components::verdict_mark(sheet, row.verdict);
        if sheet.is_plain() {
            sheet.hanging(vec![mark], Role::Text, &format!("{}: {}", row.title, row.reason));
        } else if sheet.width() < MIN_COLUMNS_SIDE_BY_SIDE {
            sheet.hanging(vec![mark], Role::Title, row.title);
            sheet.hanging(vec![Span::raw("  ")], Role::Text, &row.reason);
        } else {
            let title = sheet.span(Role::Title, &pad(row.title, NAME_COLUMNS));
            sheet.hanging(vec![mark, title], Role::Text, &row.reason);
        }
        // An unknown verdict has no source: an answer is missing.
        let source = self.ctx.catalog().source(row.source).filter(|_| row.verdict != Verdict::Unknown);
        if let Some(source) = source {
            sheet.hanging(
                vec![Span::raw(" ".repeat(reason_column(sheet)))],
                Role::Dim,
                &format!("{}, {}", source.title, source.as_of),
            );
        }
    }
}

/// From this many columns up, name and reason are side by side.
const MIN_COLUMNS_SIDE_BY_SIDE: usize = 60;

/// Returns the column at which a reason starts.
fn reason_column(sheet: &Sheet) -> usize {
    if sheet.width() < MIN_COLUMNS_SIDE_BY_SIDE { 2 } else { 2 + NAME_COLUMNS }
}
