//! The complete state of the wizard: plain data, comparable and cloneable.

use super::overlay::Overlay;
use crate::domain::credential::{Done, Ledger, Told};
use crate::domain::machine::Findings;
use crate::wizard::context::{Ctx, Setup, Size};
use crate::wizard::msg::{Intent, Notice, Outcome, Probe, TaskId, Transition};
use crate::wizard::screens::compare::Compare;
use crate::wizard::screens::{Page, Screen};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::chrome;
use ratatui::layout::Rect;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(super) setup: Setup,
    pub(super) found: Findings,
    pub(super) ledger: Ledger,
    pub(super) size: Size,
    pub(super) history: History,
    /// Pages that were left, cached for their answers.
    pub(super) parked: Vec<Screen>,
    pub(super) overlay: Option<Overlay>,
    pub(super) foreground: Option<Foreground>,
    pub(super) quiet: BTreeMap<TaskId, Quiet>,
    pub(super) notice: Option<Notice>,
    /// The user asked to quit while a write was running.
    pub(super) leaving: bool,
    pub(super) done: Option<Box<Done>>,
    /// Names what was sent to which secret manager; printed after the screen is closed.
    pub(super) handed: Option<String>,
    pub(super) outcome: Option<Outcome>,
    /// Plain mode: nothing is drawn.
    pub(super) is_in_lines: bool,
    last_id: u64,
}

/// The task that the current page waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreground {
    pub id: TaskId,
    pub can_be_cancelled: bool,
    pub wait_can_end: bool,
    pub is_write: bool,
}

/// A task that runs in the background of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Quiet {
    Probe(Probe),
    Open,
    Copy,
    Remember(Box<Told>),
}

/// A page and its manual scroll position.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Visit {
    pub screen: Screen,
    pub scrolled: Option<usize>,
    /// The page's credential was sent to a secret manager, so leaving loses nothing.
    pub is_handed: bool,
}

impl Visit {
    pub fn new(screen: Screen) -> Self {
        Self { screen, scrolled: None, is_handed: false }
    }

    /// True if the page holds a credential that is stored nowhere else.
    pub fn holds_unkept(&self) -> bool {
        !self.is_handed && self.screen.page().holds_unkept()
    }
}

/// The pages from the first to the current one. The type guarantees that it is never empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct History {
    first: Visit,
    rest: Vec<Visit>,
}

impl History {
    pub fn len(&self) -> usize {
        1 + self.rest.len()
    }

    pub fn push(&mut self, visit: Visit) {
        self.rest.push(visit);
    }

    /// Removes the last page. The first page always stays.
    pub fn pop(&mut self) -> Option<Visit> {
        self.rest.pop()
    }

    pub fn back_to_first(&mut self) {
        self.rest.clear();
    }

    /// Returns every page that holds the unsaved credential.
    pub fn with_the_credential(&mut self) -> impl Iterator<Item = &mut Visit> {
        std::iter::once(&mut self.first).chain(&mut self.rest).filter(|visit| visit.screen.page().holds_unkept())
    }

    fn top(&self) -> &Visit {
        self.rest.last().unwrap_or(&self.first)
    }

    fn top_mut(&mut self) -> &mut Visit {
        self.rest.last_mut().unwrap_or(&mut self.first)
    }
}

impl Model {
    pub fn new(setup: Setup, columns: u16, rows: u16) -> Self {
        Self {
            setup,
            found: Findings::default(),
            ledger: Ledger::default(),
            size: Size::reported(columns, rows),
            history: History { first: Visit::new(Screen::Compare(Compare::default())), rest: Vec::new() },
            parked: Vec::new(),
            overlay: None,
            foreground: None,
            quiet: BTreeMap::new(),
            notice: None,
            leaving: false,
            done: None,
            handed: None,
            outcome: None,
            is_in_lines: false,
            last_id: 0,
        }
    }

    /// Creates the model for plain mode. The assumed size fits every page and is too narrow for the table.
    pub fn in_lines(setup: Setup) -> Self {
        Self { is_in_lines: true, ..Self::new(setup, 71, 200) }
    }

    /// Returns the findings about this machine so far.
    pub fn found(&self) -> &Findings {
        &self.found
    }

    /// Returns the current page.
    pub fn screen(&self) -> &Screen {
        &self.top().screen
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// True while the current page waits for a task.
    pub fn is_waiting(&self) -> bool {
        self.foreground.is_some()
    }

    /// True if both models are equal apart from the notice, which every input clears.
    pub fn is_as(&self, other: &Self) -> bool {
        let without_news = |model: &Self| Self { notice: None, ..model.clone() };
        self.notice.is_none() && without_news(self) == without_news(other)
    }

    /// True if no task is running, in the foreground or the background.
    pub fn is_settled(&self) -> bool {
        self.foreground.is_none() && self.quiet.is_empty()
    }

    /// Lets a front end read the current page with the same context that the page gets.
    pub fn with_ctx<T>(&self, read: impl FnOnce(&Screen, &Ctx<'_>) -> T) -> T {
        read(self.screen(), &self.ctx())
    }

    pub(super) fn ctx(&self) -> Ctx<'_> {
        Ctx {
            setup: &self.setup,
            found: &self.found,
            ledger: &self.ledger,
            size: self.size,
            is_waiting: self.foreground.is_some(),
            is_leaving: self.leaving,
            is_in_lines: self.is_in_lines,
        }
    }

    pub(super) fn top(&self) -> &Visit {
        self.history.top()
    }

    pub(super) fn top_mut(&mut self) -> &mut Visit {
        self.history.top_mut()
    }

    /// Lets the current page change its own state; the rest of the model is read-only.
    pub(super) fn with_page(&mut self, act: impl FnOnce(&mut dyn Page, &Ctx<'_>) -> Transition) -> Transition {
        let ctx = Ctx {
            setup: &self.setup,
            found: &self.found,
            ledger: &self.ledger,
            size: self.size,
            is_waiting: self.foreground.is_some(),
            is_leaving: self.leaving,
            is_in_lines: self.is_in_lines,
        };
        act(self.history.top_mut().screen.page_mut(), &ctx)
    }

    /// True if the current page waits for this task.
    pub fn is_foreground(&self, id: TaskId) -> bool {
        self.foreground.is_some_and(|foreground| foreground.id == id)
    }

    /// True if Esc leaves this page even while it waits; the task is then cancelled.
    pub(super) fn can_go_back(&self) -> bool {
        let can_be_cancelled = self.foreground.is_none_or(|foreground| foreground.can_be_cancelled);
        can_be_cancelled && !self.top().screen.page().back_stops_waiting()
    }

    /// True while a write is running, which quitting waits for.
    pub(super) fn is_writing(&self) -> bool {
        self.is_remembering() || self.foreground.is_some_and(|foreground| foreground.is_write)
    }

    pub(super) fn is_remembering(&self) -> bool {
        self.quiet.values().any(|quiet| matches!(quiet, Quiet::Remember(_)))
    }

    pub(super) fn number(&mut self) -> TaskId {
        self.last_id += 1;
        TaskId(self.last_id)
    }

    pub(super) fn park(&mut self, screen: Screen) {
        if matches!(screen, Screen::SignIn(_) | Screen::Connection(_) | Screen::Guide(_) | Screen::Question(_) | Screen::Expiry(_))
        {
            self.parked.push(screen);
        }
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = Size::reported(columns, rows);
        self.top_mut().scrolled = None;
    }

    /// Scrolls if this intent scrolls the current page; returns false to pass the intent on to the page.
    pub(super) fn scroll(&mut self, intent: Intent) -> bool {
        let scrolls = match intent {
            Intent::PageDown | Intent::PageUp => true,
            Intent::Down | Intent::Up | Intent::First | Intent::Last => self.top().screen.page().arrows_scroll(),
            _ => false,
        };
        // Measuring a page costs as much as drawing it, so do it only for keys that scroll.
        if !scrolls {
            return false;
        }
        let has_steps = self.top().screen.page().has_steps();
        let height = usize::from(chrome::body(Rect::new(0, 0, self.size.columns, self.size.rows), has_steps, &[]).height);
        // Line breaks do not depend on colours: any theme measures the same.
        let sheet = self.top().screen.page().sheet(&self.ctx(), Theme::default());
        let last = sheet.height().saturating_sub(height);
        let here = sheet.offset(height, self.top().scrolled);
        let page = height.saturating_sub(1).max(1);
        let there = match intent {
            Intent::PageDown => here + page,
            Intent::PageUp => here.saturating_sub(page),
            Intent::Down => here + 1,
            Intent::Up => here.saturating_sub(1),
            Intent::First => 0,
            _ => last,
        };
        self.top_mut().scrolled = Some(there.min(last));
        true
    }
}
