//! The complete state of the wizard: plain data, comparable and cloneable.

use super::overlay::Overlay;
use crate::domain::credentials::{Account, RememberedAnswers, SecretCopy, SignInOutcome};
use crate::domain::machine::Findings;
use crate::domain::secret::Secret;
use crate::domain::token_text::is_notion_token;
use crate::wizard::context::{Ctx, Setup, Size, TeamProfileSource};
use crate::wizard::kit::{Actions, Keys, Wait};
use crate::wizard::msg::{Answer, Input, Intent, Mode, Notice, Outcome, Task, TaskId, TaskProperties, Transition};
use crate::wizard::screens::compare::ComparePage;
use crate::wizard::screens::{Page, Screen, Stage};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::chrome;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(super) setup: Setup,
    pub(super) findings: Findings,
    pub(super) remembered: RememberedAnswers,
    pub(super) size: Size,
    pub(super) history: History,
    /// Pages that were left, cached for their answers.
    pub(super) page_cache: Vec<Screen>,
    pub(super) overlay: Option<Overlay>,
    pub(super) foreground: Option<Foreground>,
    /// The tasks that run in the background of the page.
    pub(super) background: BTreeMap<TaskId, Task>,
    pub(super) notice: Option<Notice>,
    /// The user asked to quit while a write was running.
    pub(super) is_quitting: bool,
    pub(super) done: Option<Box<SignInOutcome>>,
    /// Names what was sent to which secret manager; printed after the screen is closed.
    pub(super) send_summary: Option<String>,
    /// Where credentials that are not saved yet were sent.
    pub(super) sent_copies: Vec<(Account, SecretCopy)>,
    pub(super) outcome: Option<Outcome>,
    /// The steps whose pages were opened.
    pub(super) visited: BTreeSet<Stage>,
    /// Plain mode: nothing is drawn.
    pub(super) is_plain_mode: bool,
    /// The answers of a named profile were added to those that were read.
    has_named_answers: bool,
    last_id: u64,
}

/// The task that the current page waits for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Foreground {
    pub id: TaskId,
    pub task: Task,
    pub properties: TaskProperties,
    /// How long the page has waited for it, as far as the front end has told.
    pub waited: Duration,
}

/// A page and its manual scroll position.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct HistoryEntry {
    pub screen: Screen,
    pub scroll_offset: Option<usize>,
    /// The user asked for the details of this page.
    pub shows_details: bool,
    /// The page's credential was sent to a secret manager, so leaving loses nothing.
    pub was_sent: bool,
}

impl HistoryEntry {
    pub fn new(screen: Screen) -> Self {
        Self { screen, scroll_offset: None, shows_details: false, was_sent: false }
    }

    /// True if the page holds a credential that is stored nowhere else.
    pub fn has_unsaved_credential(&self) -> bool {
        !self.was_sent && self.screen.page().has_unsaved_credential()
    }
}

/// The pages from the first to the current one. The type guarantees that it is never empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct History {
    first: HistoryEntry,
    rest: Vec<HistoryEntry>,
}

impl History {
    pub fn len(&self) -> usize {
        1 + self.rest.len()
    }

    pub fn push(&mut self, entry: HistoryEntry) {
        self.rest.push(entry);
    }

    /// Removes the last page. The first page always stays.
    pub fn pop(&mut self) -> Option<HistoryEntry> {
        self.rest.pop()
    }

    pub fn truncate_to_first(&mut self) {
        self.rest.clear();
    }

    /// Returns every page that holds the unsaved credential.
    pub fn unsaved_entries_mut(&mut self) -> impl Iterator<Item = &mut HistoryEntry> {
        std::iter::once(&mut self.first).chain(&mut self.rest).filter(|entry| entry.screen.page().has_unsaved_credential())
    }

    fn top(&self) -> &HistoryEntry {
        self.rest.last().unwrap_or(&self.first)
    }

    fn top_mut(&mut self) -> &mut HistoryEntry {
        self.rest.last_mut().unwrap_or(&mut self.first)
    }
}

impl Model {
    pub fn new(setup: Setup, columns: u16, rows: u16) -> Self {
        Self {
            setup,
            findings: Findings::default(),
            remembered: RememberedAnswers::default(),
            size: Size::from_reported(columns, rows),
            history: History { first: HistoryEntry::new(Screen::Compare(ComparePage::default())), rest: Vec::new() },
            page_cache: Vec::new(),
            overlay: None,
            foreground: None,
            background: BTreeMap::new(),
            notice: None,
            is_quitting: false,
            done: None,
            send_summary: None,
            sent_copies: Vec::new(),
            outcome: None,
            visited: BTreeSet::from([Stage::Choose]),
            is_plain_mode: false,
            has_named_answers: false,
            last_id: 0,
        }
    }

    /// Creates the model for plain mode. The assumed size fits every page and is too narrow for the table.
    pub fn for_plain_mode(setup: Setup) -> Self {
        Self { is_plain_mode: true, ..Self::new(setup, 71, 200) }
    }

    /// Returns the findings about this machine so far.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Returns the current page.
    pub fn screen(&self) -> &Screen {
        &self.top().screen
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// Adds role, plan and policy of a profile that was named, once, so that what is changed later stays.
    pub(super) fn apply_named_profile(&mut self) {
        if let TeamProfileSource::Named(named) = &self.setup.team_profile
            && !std::mem::replace(&mut self.has_named_answers, true)
            && named.profile.has_member_answers()
        {
            self.remembered.profile = Some(named.profile.apply_to(self.remembered.profile.unwrap_or_default()));
        }
    }

    /// True while the current page waits for a task.
    pub fn is_waiting(&self) -> bool {
        self.foreground.as_ref().is_some_and(|foreground| !foreground.properties.is_quiet)
    }

    /// True if nothing is awaited: no task is running, except a quiet one.
    pub fn is_idle(&self) -> bool {
        !self.is_waiting() && self.background.is_empty()
    }

    /// Lets a front end read the current page with the same context that the page gets.
    pub fn with_ctx<T>(&self, read: impl FnOnce(&Screen, &Ctx<'_>) -> T) -> T {
        read(self.screen(), &self.ctx())
    }

    pub(super) fn ctx(&self) -> Ctx<'_> {
        Ctx {
            setup: &self.setup,
            findings: &self.findings,
            remembered: &self.remembered,
            sent_copies: &self.sent_copies,
            size: self.size,
            is_waiting: self.is_waiting(),
            is_quitting: self.is_quitting,
            is_plain_mode: self.is_plain_mode,
            shows_details: self.top().shows_details,
        }
    }

    pub(super) fn top(&self) -> &HistoryEntry {
        self.history.top()
    }

    pub(super) fn top_mut(&mut self) -> &mut HistoryEntry {
        self.history.top_mut()
    }

    /// Lets the current page change its own state; the rest of the model is read-only.
    pub(super) fn with_page(&mut self, act: impl FnOnce(&mut dyn Page, &Ctx<'_>) -> Transition) -> Transition {
        let ctx = Ctx {
            setup: &self.setup,
            findings: &self.findings,
            remembered: &self.remembered,
            sent_copies: &self.sent_copies,
            size: self.size,
            is_waiting: self.is_waiting(),
            is_quitting: self.is_quitting,
            is_plain_mode: self.is_plain_mode,
            shows_details: self.history.top().shows_details,
        };
        act(self.history.top_mut().screen.page_mut(), &ctx)
    }

    /// True if the current page waits for this task.
    pub fn is_foreground(&self, id: TaskId) -> bool {
        self.foreground.as_ref().is_some_and(|foreground| foreground.id == id)
    }

    /// Returns the running background task with this id.
    pub fn background_task(&self, id: TaskId) -> Option<&Task> {
        self.background.get(&id)
    }

    /// True if Esc leaves this page even while it waits; the task is then cancelled.
    pub(super) fn can_go_back(&self) -> bool {
        let can_be_cancelled = self.foreground.as_ref().is_none_or(|foreground| foreground.properties.can_be_cancelled());
        can_be_cancelled && !self.top().screen.page().back_cancels_wait()
    }

    /// True while a write is running, which quitting waits for.
    pub(super) fn is_writing(&self) -> bool {
        self.is_saving_answers() || self.foreground.as_ref().is_some_and(|foreground| foreground.properties.is_write)
    }

    pub(super) fn is_saving_answers(&self) -> bool {
        self.background.values().any(|task| matches!(task, Task::RememberAnswers(_)))
    }

    pub(super) fn next_task_id(&mut self) -> TaskId {
        self.last_id += 1;
        TaskId(self.last_id)
    }

    pub(super) fn cache_page(&mut self, screen: Screen) {
        if matches!(screen, Screen::Token(_) | Screen::Connection(_) | Screen::Guide(_) | Screen::Save(_)) {
            self.page_cache.push(screen);
        }
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = Size::from_reported(columns, rows);
        self.top_mut().scroll_offset = None;
    }

    /// Returns the rows between header and footer.
    pub(super) fn body_height(&self) -> usize {
        let has_steps = self.screen().page().has_steps();
        usize::from(chrome::body_area(Rect::new(0, 0, self.size.columns, self.size.rows), has_steps, &[]).height)
    }

    /// Returns the current page, with its yes-or-no question at the end.
    pub(super) fn sheet(&self, theme: Theme) -> Sheet {
        let (page, ctx) = (self.screen().page(), self.ctx());
        let mut sheet = page.sheet(&ctx, theme);
        if let Some(consent) = page.consent(&ctx) {
            consent.draw(&mut sheet);
        }
        if let Some(foreground) = self.foreground.as_ref().filter(|foreground| !foreground.properties.is_quiet) {
            Wait::new(foreground.waited, foreground.task.named_limit(), self.setup.no_motion).show(&mut sheet);
        }
        sheet
    }

    /// Returns the task that a spinner is shown for, and how long it will have waited when the frame changes next. A still screen
    /// has none, so that nothing wakes up for it.
    pub fn next_tick(&self) -> Option<(TaskId, Duration)> {
        let foreground = self.foreground.as_ref().filter(|foreground| !foreground.properties.is_quiet)?;
        let wait = Wait::new(foreground.waited, None, self.setup.no_motion);
        let is_shown = self.overlay.is_none() && self.screen().page().sheet(&self.ctx(), Theme::default()).has_waits();
        is_shown.then(|| (foreground.id, wait.next_change()))
    }

    /// Returns the keyboard mode of the current page.
    pub(super) fn page_mode(&self) -> Mode {
        self.screen().page().keys(&self.ctx()).mode
    }

    /// Returns the step of the current page. It never falls behind that of a page below.
    pub fn stage(&self) -> Stage {
        let pages = std::iter::once(&self.history.first).chain(&self.history.rest);
        pages.filter_map(|entry| entry.screen.page().stage()).max().unwrap_or(Stage::Choose)
    }

    /// Returns everything that can be done on the current page, without scrolling.
    pub(super) fn page_actions(&self) -> Actions {
        let Keys { mode, actions, folds_details, shows_details } = self.screen().page().keys(&self.ctx());
        let actions = actions.key_if(folds_details, Intent::Details, if shows_details { "hide details" } else { "details" });
        // A question keeps the footer for its answers.
        let actions =
            if mode == Mode::Confirm { actions.in_help(Intent::Help, "help") } else { actions.main(Intent::Help, "help") };
        let actions = actions.key(Intent::Quit, "quit").in_help(Intent::QuitNow, "quit now");
        // A Windows console has no job control.
        let actions = if cfg!(unix) { actions.in_help(Intent::Suspend, "suspend") } else { actions };
        let actions = if self.takes_token() { actions.in_help(Intent::Paste, "a token, to sign in with it") } else { actions };
        // Esc on the first page says how to quit, and during a write that it cannot be cancelled.
        if self.history.len() > 1 && !self.is_writing() { actions.in_help(Intent::Back, "back") } else { actions }
    }

    /// True if the router takes a pasted token to the token page: nothing is verified yet, and no task is running that has to end first.
    fn takes_token(&self) -> bool {
        let page = self.screen().page();
        let can_leave = self.foreground.as_ref().is_none_or(|foreground| {
            matches!(foreground.task, Task::Login(_) | Task::Verify(_) | Task::Authorize(_) | Task::AuthorizeMcp(_))
                && foreground.properties.can_be_cancelled()
        });
        let is_before_sign_in = self.stage() < Stage::Verify && !page.keeps_pastes();
        is_before_sign_in && can_leave && !page.has_unsaved_credential() && page.consent(&self.ctx()).is_none()
    }

    /// True if this paste goes to the token page. A page with a text field handles a paste that isn't a token itself.
    pub(super) fn is_for_token_page(&self, pasted: &Secret) -> bool {
        let page = self.screen().page();
        let has_field = page.keys(&self.ctx()).actions.allows(Intent::Paste);
        self.takes_token() && (!has_field || is_notion_token(pasted))
    }

    /// True if the current page handles this input. Text is for a page that takes a paste; answers are checked by the page.
    pub(super) fn allows(&self, input: &Input) -> bool {
        match input {
            Input::Do(Intent::Back) => true,
            Input::Do(intent) => self.page_actions().allows(*intent),
            Input::Paste(_) | Input::Answer(Answer::Text(_)) => self.page_actions().allows(Intent::Paste),
            Input::Type(_) | Input::Answer(_) => true,
        }
    }

    /// Scrolls if this intent scrolls the current page; returns false to pass the intent on to the page.
    pub(super) fn scroll(&mut self, intent: Intent) -> bool {
        let scrolls = match intent {
            Intent::PageDown | Intent::PageUp => true,
            Intent::Down | Intent::Up | Intent::First | Intent::Last => !self.page_actions().allows(intent),
            _ => false,
        };
        // Measuring a page costs as much as drawing it, so do it only for keys that scroll.
        if !scrolls {
            return false;
        }
        let height = self.body_height();
        // Line breaks do not depend on colours: any theme measures the same.
        let sheet = self.sheet(Theme::default());
        let last = sheet.height().saturating_sub(height);
        let here = sheet.scroll_offset(height, self.top().scroll_offset);
        let page = height.saturating_sub(1).max(1);
        let there = match intent {
            Intent::PageDown => here + page,
            Intent::PageUp => here.saturating_sub(page),
            Intent::Down => here + 1,
            Intent::Up => here.saturating_sub(1),
            Intent::First => 0,
            _ => last,
        };
        self.top_mut().scroll_offset = Some(there.min(last));
        true
    }
}
