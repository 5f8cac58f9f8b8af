//! The router: the only place where state changes, and the only one that numbers, starts and cancels tasks.
//!
//! Its invariants, each a property in `tests/it/properties.rs`:
//! 1. only the router numbers tasks; 2. at most one foreground task; 3. leaving its page cancels it, unless the task is a write;
//! 4. late replies are ignored; 5. the user can always quit; 6. nothing leaves this machine without consent; 7. secrets stay masked;
//! 8. when no task is running, there is always a prompt.

mod background;
mod footer;
mod model;
mod overlay;
mod overlay_input;
mod plain_view;
mod view;

pub use model::Model;
pub use plain_view::{ParsedLine, PlainPrompt, PlainView, keys_text, line_help, parse_line, plain_view};
pub use view::view;

use super::context::TeamProfileSource;
use super::kit::{Actions, Consent};
use super::msg::{
    Cancellation, Effect, Input, Intent, Mode, Msg, Navigation, Notice, Outcome, Probe, Progress, Prompt, Reply, Route, Task,
    TaskId, TokenEntry, Transition,
};
use super::screens::{Screen, Stage};
use super::theme::Theme;
use super::widgets::sheet::Sheet;
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::StoreKind;
use crate::domain::problem::Problem;
use model::{Foreground, HistoryEntry};
use overlay::Overlay;
use std::time::Duration;

/// Applies one message to the model and returns the effects to run.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    if model.outcome.is_some() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    match msg {
        Msg::Resized(columns, rows) => model.resize(columns, rows),
        Msg::ProbeMachine => model.start_probes(&mut effects),
        Msg::Waited(id, waited) => {
            if let Some(foreground) = model.foreground.as_mut().filter(|foreground| foreground.id == id) {
                foreground.waited = waited;
            }
        }
        Msg::Input(input) => on_input(model, input, &mut effects),
        Msg::Progress(id, Progress::Retrying(wait)) => {
            // In plain mode this would print a line every second.
            if model.is_foreground(id) && (!model.is_plain_mode || wait.has_just_begun()) {
                model.notice = Some(Notice::info(wait.text()));
            }
        }
        Msg::Progress(id, progress) => {
            if model.is_foreground(id) {
                let transition = model.with_page(|page, ctx| page.on_progress(progress, ctx));
                apply(model, transition, &mut effects);
            }
        }
        Msg::Reply(id, reply) => on_reply(model, id, reply, &mut effects),
    }
    // The write has ended, or Esc has ended it.
    if model.is_quitting && model.outcome.is_none() && !model.is_writing() {
        quit(model, &mut effects);
    }
    effects
}

/// Returns the current prompt.
pub fn prompt(model: &Model) -> Prompt {
    if model.outcome.is_some() {
        return Prompt::Ended;
    }
    if let Some(prompt) = model.overlay.as_ref().and_then(Overlay::prompt) {
        return prompt;
    }
    let (page, ctx) = (model.screen().page(), model.ctx());
    match page.consent(&ctx) {
        _ if model.is_waiting() => Prompt::Busy,
        Some(consent) => consent.prompt(),
        None => page.prompt(&ctx),
    }
}

/// Returns everything that can be done now, also on an overlay.
pub fn actions(model: &Model) -> Actions {
    match &model.overlay {
        Some(overlay) => overlay.actions(),
        None => model.page_actions(),
    }
}

/// Returns the current page, or the overlay on top of it.
fn sheet(model: &Model, theme: Theme) -> Sheet {
    let mut page = model.sheet(theme);
    let Some(overlay) = &model.overlay else { return page };
    if let Some(consent) = overlay.consent() {
        consent.draw(&mut page);
        return page;
    }
    let is_long = page.height() > model.body_height();
    overlay::help_sheet(model.size, theme, model.page_mode(), &model.page_actions().with_scrolling(is_long))
}

/// Returns the error that the current page shows.
pub fn error(model: &Model) -> Option<&Problem> {
    model.top().screen.page().error()
}

/// Returns the current keyboard mode.
pub fn mode(model: &Model) -> Mode {
    match model.overlay {
        Some(Overlay::UnsavedCredential) => Mode::Confirm,
        Some(Overlay::Help { .. }) => Mode::Normal,
        None => model.page_mode(),
    }
}

fn on_input(model: &mut Model, input: Input, effects: &mut Vec<Effect>) {
    model.notice = None;
    match input {
        Input::Do(Intent::QuitNow) => return quit(model, effects),
        Input::Do(Intent::Suspend) => return effects.push(Effect::Suspend),
        _ => {}
    }
    if model.overlay.is_some() {
        return overlay_input::on_input(model, &input, effects);
    }
    match input {
        Input::Do(Intent::Help) => model.overlay = Some(Overlay::Help { scroll_offset: 0 }),
        Input::Do(Intent::Quit) if model.top().has_unsaved_credential() => model.overlay = Some(Overlay::UnsavedCredential),
        Input::Do(Intent::Quit) => quit(model, effects),
        Input::Do(intent) if model.scroll(intent) => {}
        Input::Do(Intent::Back) if model.foreground.is_some() && !model.can_go_back() => cancel_wait(model, effects),
        input if !model.allows(&input) => {}
        Input::Do(Intent::Details) if model.screen().page().keys(&model.ctx()).folds_details => {
            let entry = model.top_mut();
            entry.shows_details = !entry.shows_details;
        }
        Input::Paste(text) if model.is_for_token_page(&text) => {
            let route = Route::Token(AuthMethod::Token.path(), TokenEntry::Pasted(text));
            apply(model, Transition::to(route), effects);
        }
        input => {
            model.top_mut().scroll_offset = None;
            let transition = model.with_page(|page, ctx| match (page.consent(ctx), Consent::answer(&input)) {
                (Some(_), Some(agreed)) => page.on_consent(agreed, ctx),
                (Some(_), None) => Transition::stay(),
                (None, _) => page.on_input(input, ctx),
            });
            apply(model, transition, effects);
        }
    }
}

/// Handles Back on a waiting page: cancels the task if possible and stays on the page.
fn cancel_wait(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.cancel_foreground(effects) {
        model.clear_notice();
        model.notice = Some(Notice::info("Cancelled."));
    } else if let Some(foreground) =
        model.foreground.as_mut().filter(|foreground| foreground.properties.cancellation == Cancellation::EndsWait)
    {
        foreground.properties.cancellation = Cancellation::Impossible;
        effects.push(Effect::EndWait(foreground.id));
        model.notice = Some(Notice::info(match foreground.task {
            Task::Rotate(_) | Task::SaveFoundTokens(_) => "Stopping. What's left to do will appear in a moment.",
            _ => "No longer waiting for the keychain.",
        }));
    } else {
        model.notice =
            Some(Notice::info("This can't be cancelled. If your keychain shows a dialog, answer it; press Ctrl-C twice to quit."));
    }
}

/// Quits. A write is waited for and everything else is cancelled; a second request quits without waiting.
fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.is_writing() && !model.is_quitting {
        model.is_quitting = true;
        model.notice = Some(Notice::info("Finishing the save, then quitting…"));
        return;
    }
    model.cancel_foreground(effects);
    let saved = || model.done.clone().map(Outcome::Done);
    let sent = || model.send_summary.clone().map(Outcome::Finished);
    let concluded = model.top().screen.page().exit_message().map(Outcome::Finished);
    let outcome = concluded.or_else(saved).or_else(sent).unwrap_or(Outcome::Cancelled);
    model.outcome = Some(outcome.clone());
    effects.push(Effect::Quit(outcome));
}

fn on_reply(model: &mut Model, id: TaskId, reply: Reply, effects: &mut Vec<Effect>) {
    if let Some(foreground) = model.foreground.take_if(|foreground| foreground.id == id) {
        model.clear_notice();
        let transition = model.with_page(|page, ctx| page.on_reply(&foreground.task, reply, ctx));
        apply(model, transition, effects);
    } else if let Some(task) = model.background.remove(&id) {
        background::on_reply(model, task, reply, effects);
    }
}

fn apply(model: &mut Model, transition: Transition, effects: &mut Vec<Effect>) {
    if let Some(notice) = transition.notice {
        model.notice = Some(notice);
    }
    if let Some(text) = transition.copy {
        // The terminal does not report whether the copy worked.
        if !model.is_plain_mode {
            model.notice = Some(Notice::info("Copied via the terminal. If nothing pastes, select the text."));
        }
        effects.push(Effect::Copy(text.clone()));
        model.start_background(Task::Copy(text), effects);
    }
    if let Some(text) = transition.print {
        effects.push(Effect::Print(text));
    }
    if let Some(answers) = transition.remember {
        model.remembered.merge(*answers);
        model.save_answers(effects);
    }
    if let Some(summary) = transition.send_summary {
        model.send_summary = Some(summary);
        model.history.unsaved_entries_mut().for_each(|entry| entry.was_sent = true);
    }
    model.sent_copies.extend(transition.sent_copy.map(|copy| *copy));
    if transition.reprobe {
        model.start_probes(effects);
        model.probe_port(effects);
    }
    if transition.cancel {
        model.cancel_foreground(effects);
    }
    if let Some(task) = transition.start {
        model.start(task, effects);
    }
    match transition.navigation {
        Navigation::Stay => {}
        Navigation::To(route) => open_page(model, route, effects),
        Navigation::Finish(route) => finish(model, route, effects),
        Navigation::Back => go_back(model, effects),
        Navigation::SignedIn => {
            go_back(model, effects);
            model.start_background(Task::Probe(Probe::Inventory), effects);
        }
        Navigation::First => {
            while model.history.len() > 1 && model.cancel_foreground(effects) {
                model.pop_page(effects);
            }
        }
        Navigation::Quit => quit(model, effects),
    }
}

fn open_page(model: &mut Model, route: Route, effects: &mut Vec<Effect>) {
    model.cancel_foreground(effects);
    if matches!(route, Route::Token(_, TokenEntry::Pasted(_))) {
        // A cached token page is no longer needed and may hold a secret.
        model.page_cache.retain(|screen| !matches!(screen, Screen::Token(_)));
    }
    let cached = model.page_cache.iter().position(|screen| screen.matches_route(&route)).map(|at| model.page_cache.remove(at));
    let (fresh, task) = Screen::open(route, &model.ctx());
    // Run the page's start task even if the page came from the cache.
    let entry = HistoryEntry { was_sent: model.top().was_sent, ..HistoryEntry::new(cached.unwrap_or(fresh)) };
    model.visited.extend(entry.screen.page().stage());
    model.history.push(entry);
    if let Some(task) = task {
        model.start(task, effects);
    }
    model.probe_port(effects);
}

/// Clears the history and the page cache, dropping their secrets, and opens the final page.
fn finish(model: &mut Model, route: Route, effects: &mut Vec<Effect>) {
    model.cancel_foreground(effects);
    model.history.truncate_to_first();
    model.page_cache.clear();
    if let Route::Done(done) = &route {
        if done.receipt.store == StoreKind::None {
            model.visited.remove(&Stage::Save);
        }
        model.done = Some(done.clone());
    }
    // `q` during the write opened the unsaved-credential question; the credential is saved now.
    model.overlay.take_if(|overlay| *overlay == Overlay::UnsavedCredential);
    open_page(model, route, effects);
    model.start_background(Task::Probe(Probe::Inventory), effects);
}

fn go_back(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.history.len() == 1 {
        model.notice = Some(Notice::info("You're on the first step. Press q to quit."));
        return;
    }
    let pages = model.history.len();
    model.pop_page(effects);
    if model.history.len() == pages {
        return;
    }
    let transition = model.with_page(|page, ctx| page.on_return(ctx));
    apply(model, transition, effects);
    model.probe_port(effects);
}

impl Model {
    /// Clears the notice when a wait ends, and ignores the reply of a browser that was opened during it.
    fn clear_notice(&mut self) {
        self.notice = None;
        self.background.retain(|_, task| !matches!(task, Task::OpenLink(_)));
    }

    /// Starts a task for the current page; a new foreground task replaces the old one.
    fn start(&mut self, task: Task, effects: &mut Vec<Effect>) {
        let properties = task.properties();
        if !properties.is_foreground {
            return self.start_background(task, effects);
        }
        if self.foreground.is_some() && !self.cancel_foreground(effects) {
            return;
        }
        let id = self.next_task_id();
        self.foreground = Some(Foreground { id, task: task.clone(), properties, waited: Duration::ZERO });
        effects.push(Effect::Start(id, task));
    }

    fn start_background(&mut self, task: Task, effects: &mut Vec<Effect>) {
        let id = self.next_task_id();
        if let Task::Probe(probe) = &task {
            // An earlier probe of the same kind is out of date by now; ignore its reply.
            self.background.retain(|_, earlier| !matches!(earlier, Task::Probe(earlier) if earlier.is_same_kind(*probe)));
        }
        self.background.insert(id, task.clone());
        effects.push(Effect::Start(id, task));
    }

    /// Writes the latest answers to disk. Only one write runs at a time, so that older answers never overwrite newer ones.
    fn save_answers(&mut self, effects: &mut Vec<Effect>) {
        if !self.is_saving_answers() {
            let answers = Box::new(self.remembered.clone());
            self.start_background(Task::RememberAnswers(answers), effects);
        }
    }

    /// Probes the port that the current page shows, if it shows one.
    fn probe_port(&mut self, effects: &mut Vec<Effect>) {
        if let Some(redirect) = self.screen().redirect(&self.ctx()) {
            self.start_background(Task::Probe(Probe::Port(redirect)), effects);
        }
    }

    /// Starts every start-up probe that is not running already.
    fn start_probes(&mut self, effects: &mut Vec<Effect>) {
        for probe in Probe::AT_START {
            let is_wanted = probe != Probe::TeamProfile || self.setup.team_profile == TeamProfileSource::Search;
            if is_wanted && !self.background.values().any(|task| *task == Task::Probe(probe)) {
                self.start_background(Task::Probe(probe), effects);
            }
        }
    }

    /// Cancels the foreground task if possible. Returns true when no foreground task is left.
    fn cancel_foreground(&mut self, effects: &mut Vec<Effect>) -> bool {
        match self.foreground.take() {
            Some(foreground) if foreground.properties.can_be_cancelled() => {
                effects.push(Effect::Cancel(foreground.id));
                true
            }
            Some(foreground) => {
                self.foreground = Some(foreground);
                false
            }
            None => true,
        }
    }

    /// Leaves the current page and caches it, so that its answers are there when it is opened again.
    fn pop_page(&mut self, effects: &mut Vec<Effect>) {
        if self.cancel_foreground(effects)
            && let Some(entry) = self.history.pop()
        {
            self.cache_page(entry.screen);
        }
    }
}
