//! The whole state of the conversation: plain data, comparable and cloneable.

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
    /// Pages that were left, kept for their answers.
    pub(super) parked: Vec<Screen>,
    pub(super) overlay: Option<Overlay>,
    pub(super) foreground: Option<Foreground>,
    pub(super) quiet: BTreeMap<TaskId, Quiet>,
    pub(super) notice: Option<Notice>,
    /// Ctrl-C came while something was being written.
    pub(super) leaving: bool,
    pub(super) done: Option<Box<Done>>,
    /// What was handed over, and where to, as it is told once the screen is left.
    pub(super) handed: Option<String>,
    pub(super) outcome: Option<Outcome>,
    /// The conversation is held in lines: nothing is drawn.
    pub(super) is_in_lines: bool,
    last_id: u64,
}

/// The one task that the page in sight waits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreground {
    pub id: TaskId,
    pub can_be_cancelled: bool,
    pub wait_can_end: bool,
    pub is_write: bool,
}

/// A task that runs beside the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Quiet {
    Probe(Probe),
    Open,
    Copy,
    Remember(Box<Told>),
}

/// A page, and how far it was scrolled by hand.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Visit {
    pub screen: Screen,
    pub scrolled: Option<usize>,
    /// The credential that stands here was handed over to a secret manager: leaving loses nothing.
    pub is_handed: bool,
}

impl Visit {
    pub fn new(screen: Screen) -> Self {
        Self { screen, scrolled: None, is_handed: false }
    }

    /// A credential stands here, and nowhere else.
    pub fn holds_unkept(&self) -> bool {
        !self.is_handed && self.screen.page().holds_unkept()
    }
}

/// The pages from the first to the one in sight; never empty, by its shape.
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

    /// The first page stays.
    pub fn pop(&mut self) -> Option<Visit> {
        self.rest.pop()
    }

    pub fn back_to_first(&mut self) {
        self.rest.clear();
    }

    /// Every page of the road that the credential in hand has come.
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

    /// For the plain twin, which tells lines and draws nothing. Its pages have room for everything, and none is a table.
    pub fn in_lines(setup: Setup) -> Self {
        Self { is_in_lines: true, ..Self::new(setup, 71, 200) }
    }

    /// What was found on this machine so far.
    pub fn found(&self) -> &Findings {
        &self.found
    }

    /// The page in sight.
    pub fn screen(&self) -> &Screen {
        &self.top().screen
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// The page in sight waits for an answer from the world.
    pub fn is_waiting(&self) -> bool {
        self.foreground.is_some()
    }

    /// The same but for news, which every input clears.
    pub fn is_as(&self, other: &Self) -> bool {
        let without_news = |model: &Self| Self { notice: None, ..model.clone() };
        self.notice.is_none() && without_news(self) == without_news(other)
    }

    /// Nothing runs, neither for the page in sight nor beside it.
    pub fn is_settled(&self) -> bool {
        self.foreground.is_none() && self.quiet.is_empty()
    }

    /// For front ends that judge by the same evidence as the page in sight.
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

    /// Lets the page in sight act on its state, with everything else to read.
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

    /// Whether the page in sight waits for this task, and shows what it has to show.
    pub fn is_foreground(&self, id: TaskId) -> bool {
        self.foreground.is_some_and(|foreground| foreground.id == id)
    }

    /// Esc leaves this page even while it waits: what it waits for is cancelled with it.
    pub(super) fn can_go_back(&self) -> bool {
        let can_be_cancelled = self.foreground.is_none_or(|foreground| foreground.can_be_cancelled);
        can_be_cancelled && !self.top().screen.page().back_stops_waiting()
    }

    /// Something is under way that changes the world: leaving waits for it.
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

    /// Scrolls by hand where this intent does; false leaves it to the page.
    pub(super) fn scroll(&mut self, intent: Intent) -> bool {
        let scrolls = match intent {
            Intent::PageDown | Intent::PageUp => true,
            Intent::Down | Intent::Up | Intent::First | Intent::Last => self.top().screen.page().arrows_scroll(),
            _ => false,
        };
        // Measuring a page costs as much as drawing it: not for every key.
        if !scrolls {
            return false;
        }
        let has_steps = self.top().screen.page().has_steps();
        let height = usize::from(chrome::body(Rect::new(0, 0, self.size.columns, self.size.rows), has_steps, &[]).height);
        // How a sheet is broken into lines does not depend on its colours: any theme measures the same.
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
