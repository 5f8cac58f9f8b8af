//! Before anybody's time is spent: what this person may do, what this machine offers, and the ways along the path.
//!
//! Everything here is advice. Enter always goes on.

use super::compare::unavailable;
use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::check::Verdict;
use crate::domain::judge::environment_checks;
use crate::domain::machine::{BrowserState, NtnState};
use crate::domain::prerequisites::{Capability, CapabilityOutlook, Standing};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Entry, Given, Input, Intent, Route, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// A way along a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// `ntn login`.
    Browser,
    Token,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepare {
    path: PathId,
    /// Among the ways, then among the messages that can be copied.
    selected: usize,
}

impl Prepare {
    /// Starts on the way that works here.
    pub fn new(path: PathId, ctx: &Ctx<'_>) -> Self {
        let is_headless = matches!(ctx.found.browser.get(), Some(BrowserState::Headless { .. }));
        let has_ntn = matches!(ctx.found.ntn.get(), Some(NtnState::Found { .. }) | None);
        Self { path, selected: usize::from(path == PathId::Cli && is_headless && !has_ntn) }
    }

    fn ways(&self) -> &'static [Way] {
        match self.path {
            PathId::Cli => &[Way::Browser, Way::Token],
            PathId::Token => &[Way::Token],
            PathId::Oauth => &[],
        }
    }

    fn needs_ntn(ctx: &Ctx<'_>) -> bool {
        matches!(ctx.found.ntn.get(), Some(NtnState::Missing | NtnState::NotNotions { .. }))
    }

    fn choice(way: Way, ctx: &Ctx<'_>) -> Choice {
        match way {
            Way::Browser if Self::needs_ntn(ctx) => {
                Choice::new("Log in with the browser", "Notion's ntn is needed for it, and can be installed from here.")
            }
            Way::Browser => Choice::new("Log in with the browser", "Compare a code, approve at Notion; ntn keeps the token."),
            Way::Token => Choice::new("Give it a token", "For CI, servers and machines without a browser."),
        }
    }

    /// A key says that the browser is to be opened; an answer from a script says nothing of the kind.
    fn take(&self, index: usize, opens: bool, ctx: &Ctx<'_>) -> Transition {
        match self.ways().get(index) {
            Some(Way::Browser) if Self::needs_ntn(ctx) => Transition::to(Route::Install),
            Some(Way::Browser) => Transition::to(Route::Login(opens)),
            Some(Way::Token) => Transition::to(Route::SignIn(self.path, if opens { Entry::Portal } else { Entry::Field })),
            None => Transition::say(unavailable(self.path).unwrap_or_default()),
        }
    }

    /// The way that Enter takes, also from further down the page.
    fn way(&self) -> usize {
        if self.selected < self.ways().len() { self.selected } else { 0 }
    }

    fn standing(ctx: &Ctx<'_>) -> Standing {
        ctx.ledger.standing.unwrap_or_default()
    }

    /// What this path lives by, then everything else.
    fn outlook(&self, ctx: &Ctx<'_>) -> (Vec<CapabilityOutlook>, Vec<CapabilityOutlook>) {
        let own = Capability::of(self.path);
        let all = Self::standing(ctx).outlook().capabilities;
        let (mut here, elsewhere): (Vec<_>, Vec<_>) = all.into_iter().partition(|row| own.contains(&row.id));
        here.sort_by_key(|row| own.iter().position(|id| *id == row.id));
        (here, elsewhere)
    }

    /// The messages to whoever runs the workspace, in the order they stand on the page.
    fn messages(&self, ctx: &Ctx<'_>) -> Vec<String> {
        let (here, _) = self.outlook(ctx);
        here.into_iter().filter(is_in_doubt).filter_map(|row| row.admin_message).collect()
    }

    /// The one that is highlighted, else the first.
    fn message(&self, ctx: &Ctx<'_>) -> Option<String> {
        let mut messages = self.messages(ctx);
        let index = self.selected.saturating_sub(self.ways().len()).min(messages.len().saturating_sub(1));
        (!messages.is_empty()).then(|| messages.swap_remove(index))
    }

    fn person(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        sheet.title("You in the workspace");
        let theme = sheet.theme();
        match ctx.ledger.standing {
            None => {
                let mark =
                    vec![sheet.span(Role::Accent, &format!("{} ", theme.glyph(Glyph::Unknown))), sheet.span(Role::Key, "a ")];
                sheet.hanging(mark, Role::Text, "tells your role and plan, once; then this page can say what you may do.");
            }
            Some(standing) => {
                let mark = vec![marks::verdict_mark(sheet, Verdict::Skip)];
                sheet.hanging(mark, Role::Text, &format!("{}. a changes it.", in_words(standing)));
            }
        }
        let (here, elsewhere) = self.outlook(ctx);
        let mut number = self.ways().len();
        for row in &here {
            let is_selected = is_in_doubt(row) && row.admin_message.is_some() && {
                number += 1;
                self.selected + 1 == number
            };
            capability(sheet, row, is_selected, ctx);
        }
        if ctx.ledger.standing.is_some() {
            sheet.text(Role::Dim, "Elsewhere");
            for row in &elsewhere {
                let mark = vec![marks::verdict_mark(sheet, row.verdict)];
                sheet.hanging(mark, Role::Dim, row.title);
            }
        }
    }
}

/// Something is to be said to an admin.
fn is_in_doubt(row: &CapabilityOutlook) -> bool {
    matches!(row.verdict, Verdict::Fail | Verdict::Warn)
}

/// `Member on Business. Tokens: all members`
fn in_words(standing: Standing) -> String {
    use crate::domain::prerequisites::{Plan, Policy, Role};
    let role = match standing.role {
        Role::NotSure => "Role not sure",
        told => told.label(),
    };
    let plan = match standing.plan {
        Plan::NotSure => ", plan not sure".to_owned(),
        told => format!(" on {}", told.label()),
    };
    let policy = match standing.policy {
        Policy::NotSure => String::new(),
        told => format!(". Tokens: {}", told.label().to_lowercase()),
    };
    format!("{role}{plan}{policy}")
}

fn capability(sheet: &mut Sheet, row: &CapabilityOutlook, is_selected: bool, ctx: &Ctx<'_>) {
    let source =
        ctx.catalog().source(row.source).map(|source| format!(" ({}, {})", source.title, source.as_of)).unwrap_or_default();
    let mark = marks::verdict_mark(sheet, row.verdict);
    let title = sheet.span(Role::Title, &format!("{}: ", row.title));
    sheet.hanging(vec![mark, title], Role::Text, &row.reason);
    let indent = || vec![Span::raw("  ")];
    if row.verdict != Verdict::Unknown {
        sheet.hanging(indent(), Role::Dim, source.trim_start().trim_matches(['(', ')']));
    }
    if !is_in_doubt(row) {
        return;
    }
    if let Some(alternative) = row.alternative {
        let mark = vec![Span::raw("  "), sheet.span(Role::Accent, "You can: ")];
        sheet.hanging(mark, Role::Text, alternative);
    }
    if let Some(message) = &row.admin_message {
        let pointer = if is_selected { sheet.theme().glyph(Glyph::Pointer) } else { " " };
        let mark = vec![sheet.span(Role::Accent, &format!("{pointer} ")), sheet.span(Role::Key, "c ")];
        if is_selected {
            sheet.put_focus(2);
        }
        sheet.hanging(mark, Role::Text, "copies this message to whoever runs the workspace:");
        sheet.hanging(vec![Span::raw("    ")], Role::Dim, message);
    }
}

impl Page for Prepare {
    fn stage(&self) -> Stage {
        Stage::Prepare
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let last = (self.ways().len() + self.messages(ctx).len()).saturating_sub(1);
        match input {
            Input::Do(Intent::Up) => self.selected = self.selected.saturating_sub(1),
            Input::Do(Intent::Down) => self.selected = (self.selected + 1).min(last),
            Input::Do(Intent::First) => self.selected = 0,
            Input::Do(Intent::Last) => self.selected = last,
            Input::Do(Intent::Pick(number)) if usize::from(number) <= self.ways().len() => {
                self.selected = usize::from(number).saturating_sub(1);
                return self.take(self.selected, true, ctx);
            }
            Input::Do(Intent::Confirm) => return self.take(self.way(), true, ctx),
            Input::Answer(Given::Choice(index)) => return self.take(index, false, ctx),
            // A token in the clipboard needs no portal.
            Input::Paste(secret) if self.ways().contains(&Way::Token) => {
                return Transition::to(Route::SignIn(self.path, Entry::Pasted(secret)));
            }
            Input::Do(Intent::Standing) => return Transition::to(Route::Standing),
            Input::Do(Intent::Copy) => {
                if let Some(message) = self.message(ctx) {
                    return Transition::copy(message);
                }
            }
            Input::Do(Intent::Retry) => return Transition { look: true, ..Transition::say("Looking again.") },
            Input::Do(Intent::UseExisting) => return Transition::to(Route::UseExisting),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.path)),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size.text_width());
        let ways = self.ways();
        match ways {
            [] => sheet.title(&format!("Before {}", ctx.catalog().path(self.path).title)),
            [_] => sheet.title("Before you make a token"),
            _ => sheet.title("Which way into the Notion CLI?"),
        }
        if let Some(reason) = unavailable(self.path) {
            let mark = vec![sheet.span(Role::Warn, &format!("{} ", theme.glyph(Glyph::Warn)))];
            sheet.hanging(mark, Role::Text, reason);
        }
        // A single way is not asked about.
        if ways.len() > 1 {
            for (index, way) in ways.iter().enumerate() {
                marks::choice(&mut sheet, index + 1, &Self::choice(*way, ctx), index == self.selected);
            }
        }
        sheet.blank();
        self.person(&mut sheet, ctx);
        sheet.blank();
        sheet.title("This machine");
        for check in environment_checks(ctx.found) {
            marks::check(&mut sheet, &check);
        }
        sheet
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        let options = match unavailable(self.path) {
            Some(reason) => {
                let title = &ctx.catalog().path(self.path).title;
                vec![Choice::new(format!("Sign in through {title}"), "").disabled_because(Some(reason.into()))]
            }
            None => self.ways().iter().map(|way| Self::choice(*way, ctx)).collect(),
        };
        Ask::Choice { id: AskId::Way, prompt: "Which way?".into(), options }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        let on = match self.ways().get(self.way()) {
            Some(Way::Browser) if Self::needs_ntn(ctx) => "install ntn",
            Some(Way::Browser) => "log in in the browser",
            Some(Way::Token) if matches!(ctx.found.browser.get(), Some(BrowserState::Ready { .. })) => "open the portal",
            Some(Way::Token) => "go on",
            None => "why not",
        };
        let mut hints = vec![(Intent::Confirm, on), (Intent::Back, "back"), (Intent::Standing, "role and plan")];
        if self.message(ctx).is_some() {
            hints.push((Intent::Copy, "copy the message"));
        }
        hints.extend([(Intent::Retry, "look again"), (Intent::Details, "details")]);
        hints
    }
}
