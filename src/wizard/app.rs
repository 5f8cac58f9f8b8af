//! The router: the only place where state changes, and the only one that numbers, starts and cancels tasks.
//!
//! Its laws, each a property in `tests/it/properties.rs`:
//! 1. only the router numbers tasks; 2. at most one foreground task; 3. leaving its page cancels it, unless the task is a write;
//! 4. late replies are ignored; 5. the user can always quit; 6. nothing leaves this machine without consent; 7. secrets stay masked;
//! 8. when no task is running, there is always a prompt.

mod lines;
mod model;
mod overlay;
mod view;

pub use lines::{Heard, Lines, explain, hear, lines};
pub use model::Model;
pub use view::view;

use super::msg::{
    Ask, Effect, Entry, Go, Input, Intent, Mode, Msg, Notice, Outcome, Probe, Progress, Reply, Route, Task, TaskId, Transition,
};
use super::screens::Screen;
use crate::domain::machine::Finding;
use crate::domain::problem::Problem;
use crate::domain::retry::RetryWait;
use model::{Foreground, Quiet, Visit};
use overlay::Overlay;

/// Applies one message to the model and returns the effects to run.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    if model.outcome.is_some() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    match msg {
        Msg::Resized(columns, rows) => model.resize(columns, rows),
        Msg::Look => model.look(&mut effects),
        Msg::Input(input) => on_input(model, input, &mut effects),
        Msg::Progress(id, Progress::Retrying(wait)) => {
            // In plain mode every second would print a line of its own.
            if model.is_foreground(id) && (!model.is_in_lines || wait.has_just_begun()) {
                model.notice = Some(Notice::plain(retry_notice(model, &wait)));
            }
        }
        Msg::Progress(id, progress) => {
            if model.is_foreground(id) {
                let transition = model.with_page(|page, ctx| page.on_progress(progress, ctx));
                follow(model, transition, &mut effects);
            }
        }
        Msg::Reply(id, reply) => on_reply(model, id, reply, &mut effects),
    }
    effects
}

/// Retry countdown for the notice line. That line is reserved on every page, so an update never moves the content.
fn retry_notice(model: &Model, wait: &RetryWait) -> String {
    let can_be_stopped = model.foreground.is_some_and(|foreground| foreground.can_be_cancelled);
    let key = if model.is_in_lines { "b stops." } else { "Esc stops." };
    if can_be_stopped { format!("{} {key}", wait.text()) } else { wait.text() }
}

/// Returns the current prompt.
pub fn ask(model: &Model) -> Ask {
    if model.outcome.is_some() {
        return Ask::Ended;
    }
    if let Some(overlay) = &model.overlay {
        return overlay.ask();
    }
    match model.foreground {
        Some(_) => Ask::Nothing,
        None => model.top().screen.page().ask(&model.ctx()),
    }
}

/// Returns the error that the current page shows.
pub fn trouble(model: &Model) -> Option<&Problem> {
    model.top().screen.page().trouble()
}

/// Returns the current keyboard mode.
pub fn mode(model: &Model) -> Mode {
    match model.overlay {
        Some(Overlay::Unkept) => Mode::Asking,
        Some(Overlay::Help { .. }) => Mode::Moving,
        None => model.top().screen.page().mode(),
    }
}

fn on_input(model: &mut Model, input: Input, effects: &mut Vec<Effect>) {
    model.notice = None;
    match input {
        Input::Do(Intent::Leave) => return leave(model, effects),
        Input::Do(Intent::Suspend) => return effects.push(Effect::Suspend),
        _ => {}
    }
    if model.overlay.is_some() {
        return overlay::on_input(model, &input, effects);
    }
    match input {
        Input::Do(Intent::Help) => model.overlay = Some(Overlay::help(model)),
        Input::Do(Intent::Quit) if model.top().holds_unkept() => model.overlay = Some(Overlay::Unkept),
        Input::Do(Intent::Quit) => leave(model, effects),
        Input::Do(intent) if model.scroll(intent) => {}
        Input::Do(Intent::Back) if model.foreground.is_some() && !model.can_go_back() => stop_waiting(model, effects),
        input => {
            model.top_mut().scrolled = None;
            let transition = model.with_page(|page, ctx| page.on_input(input, ctx));
            follow(model, transition, effects);
        }
    }
}

/// Handles Back on a waiting page: cancels the task if possible and stays on the page.
fn stop_waiting(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.cancel_foreground(effects) {
        model.forget_news();
        model.notice = Some(Notice::plain("Stopped. Nothing was lost."));
    } else if let Some(foreground) = model.foreground.as_mut().filter(|foreground| foreground.wait_can_end) {
        foreground.wait_can_end = false;
        effects.push(Effect::EndWait(foreground.id));
        model.notice = Some(Notice::plain("No longer waiting for the keychain."));
    } else {
        model.notice =
            Some(Notice::plain("Can't be cancelled now. If your keychain shows a dialog, answer it; press Ctrl-C twice to quit."));
    }
}

/// Quits. A write is waited for and everything else is cancelled; a second request quits without waiting.
fn leave(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.is_writing() && !model.leaving {
        model.leaving = true;
        model.notice = Some(Notice::plain("Finishing what is being written, then leaving."));
        return;
    }
    model.cancel_foreground(effects);
    let kept = || model.done.clone().map(Outcome::Done);
    let handed = || model.handed.clone().map(Outcome::Finished);
    let concluded = model.top().screen.page().conclusion().map(Outcome::Finished);
    let outcome = concluded.or_else(kept).or_else(handed).unwrap_or(Outcome::Cancelled);
    model.outcome = Some(outcome.clone());
    effects.push(Effect::Quit(outcome));
}

fn on_reply(model: &mut Model, id: TaskId, reply: Reply, effects: &mut Vec<Effect>) {
    if model.is_foreground(id) {
        model.foreground = None;
        model.forget_news();
        let transition = model.with_page(|page, ctx| page.on_reply(reply, ctx));
        follow(model, transition, effects);
    } else if let Some(quiet) = model.quiet.remove(&id) {
        learn(model, quiet, reply, effects);
    }
    if model.leaving && !model.is_writing() {
        leave(model, effects);
    }
}

/// Handles the reply of a background task.
fn learn(model: &mut Model, quiet: Quiet, reply: Reply, effects: &mut Vec<Effect>) {
    let found = &mut model.found;
    match (quiet, reply) {
        (Quiet::Probe(Probe::Keychain), Reply::Keychain(state)) => found.keychain = Finding::Found(state),
        (Quiet::Probe(Probe::Browser), Reply::Browser(state)) => found.browser = Finding::Found(state),
        (Quiet::Probe(Probe::Ntn), Reply::Ntn(state)) => found.ntn = Finding::Found(state),
        (Quiet::Probe(Probe::Network), Reply::Network(answer)) => found.network = Finding::Found(answer),
        (Quiet::Probe(Probe::Port(_)), Reply::Port(state)) => found.port = Finding::Found(state),
        (Quiet::Probe(Probe::Existing), Reply::Existing(here)) => {
            found.existing = Finding::Found(here.existing);
            found.existing_trouble = here.trouble;
            // The latest answers may not be written to disk yet, so merge them into what was read.
            let mut ledger = here.ledger;
            ledger.told.take_in(std::mem::take(&mut model.ledger.told));
            model.ledger = ledger;
        }
        (Quiet::Open, Reply::Opened(Ok(()))) => {
            model.notice = Some(Notice::plain("Asked the browser to open it. If none appears, open the link."));
        }
        (Quiet::Open, Reply::Opened(Err(problem))) => {
            let seen = problem.evidence.map(|seen| format!(" ({seen})")).unwrap_or_default();
            model.notice = Some(Notice::trouble(format!("No browser could be started{seen}. Open the link yourself.")));
        }
        (Quiet::Copy, Reply::Copied(program)) => {
            if let Some(text) = copied(program.as_deref(), model.is_in_lines) {
                model.notice = Some(Notice::plain(text));
            }
        }
        // The answers changed while these were being written.
        (Quiet::Remember(written), Reply::Remembered(_)) if model.ledger.told != *written => {
            model.remember(effects);
        }
        (Quiet::Remember(_), Reply::Remembered(Err(problem))) => {
            let seen = problem.evidence.map(|seen| format!(" ({seen})")).unwrap_or_default();
            model.notice = Some(Notice::trouble(format!("Your answers hold for now, but could not be remembered{seen}.")));
        }
        (Quiet::Probe(_) | Quiet::Open | Quiet::Copy | Quiet::Remember(_), _) => {}
    }
}

/// Returns the notice after a copy. Plain mode does not use the terminal's clipboard, which would need an escape code.
fn copied(program: Option<&str>, is_in_lines: bool) -> Option<String> {
    match (program, is_in_lines) {
        (Some(program), false) => Some(format!("Copied with {program}, and sent to your terminal's clipboard.")),
        (Some(program), true) => Some(format!("Copied with {program}.")),
        (None, false) => None,
        (None, true) => Some("No program here takes a copy: the text stands above.".to_owned()),
    }
}

fn follow(model: &mut Model, transition: Transition, effects: &mut Vec<Effect>) {
    if let Some(notice) = transition.notice {
        model.notice = Some(notice);
    }
    if let Some(text) = transition.copy {
        // The terminal does not report whether the copy worked.
        if !model.is_in_lines {
            model.notice = Some(Notice::plain("Sent to your terminal's clipboard. If it took nothing, select it."));
        }
        effects.push(Effect::Copy(text.clone()));
        model.start_quiet(Task::Copy(text), Quiet::Copy, effects);
    }
    if let Some(text) = transition.print {
        effects.push(Effect::Print(text));
    }
    if let Some(told) = transition.remember {
        model.ledger.told.take_in(*told);
        model.remember(effects);
    }
    if let Some(told) = transition.handed {
        model.handed = Some(told);
        model.history.with_the_credential().for_each(|visit| visit.is_handed = true);
    }
    if transition.look {
        model.look(effects);
    }
    if transition.stop {
        model.cancel_foreground(effects);
    }
    if let Some(task) = transition.begin {
        model.begin(task, effects);
    }
    match transition.go {
        Go::Stay => {}
        Go::To(route) => open(model, route, effects),
        Go::Finish(route) => finish(model, route, effects),
        Go::Back => go_back(model, effects),
        Go::First => {
            while model.history.len() > 1 && model.cancel_foreground(effects) {
                model.pop(effects);
            }
        }
        Go::Quit => leave(model, effects),
    }
}

fn open(model: &mut Model, route: Route, effects: &mut Vec<Effect>) {
    model.cancel_foreground(effects);
    if matches!(route, Route::SignIn(_, Entry::Pasted(_))) {
        // A cached token page is no longer needed and may hold a secret.
        model.parked.retain(|screen| !matches!(screen, Screen::SignIn(_)));
    }
    let parked = model.parked.iter().position(|screen| screen.answers(&route)).map(|at| model.parked.remove(at));
    let (fresh, task) = Screen::open(route, &model.ctx());
    // Run the page's start task even if the page came from the cache.
    let is_handed = model.top().is_handed;
    model.history.push(Visit { is_handed, ..Visit::new(parked.unwrap_or(fresh)) });
    if let Some(task) = task {
        model.begin(task, effects);
    }
}

/// Clears the history and the page cache, dropping their secrets, and opens the final page.
fn finish(model: &mut Model, route: Route, effects: &mut Vec<Effect>) {
    model.cancel_foreground(effects);
    model.history.back_to_first();
    model.parked.clear();
    if let Route::Done(done) = &route {
        model.done = Some(done.clone());
    }
    // `q` during the write opened the unsaved-credential question; the credential is saved now.
    model.overlay.take_if(|overlay| *overlay == Overlay::Unkept);
    open(model, route, effects);
    model.start_quiet(Task::Probe(Probe::Existing), Quiet::Probe(Probe::Existing), effects);
}

fn go_back(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.history.len() == 1 {
        model.notice = Some(Notice::plain("This is the first step; q quits."));
        return;
    }
    model.pop(effects);
}

impl Model {
    /// Clears the notice when a wait ends, and ignores the reply of a browser that was opened during it.
    fn forget_news(&mut self) {
        self.notice = None;
        self.quiet.retain(|_, quiet| *quiet != Quiet::Open);
    }

    /// Starts a task for the current page; a new foreground task replaces the old one.
    fn begin(&mut self, task: Task, effects: &mut Vec<Effect>) {
        if !task.is_foreground() {
            let quiet = if let Task::Probe(probe) = task { Quiet::Probe(probe) } else { Quiet::Open };
            return self.start_quiet(task, quiet, effects);
        }
        if self.foreground.is_some() && !self.cancel_foreground(effects) {
            return;
        }
        let id = self.number();
        self.foreground = Some(Foreground {
            id,
            can_be_cancelled: task.can_be_cancelled(),
            wait_can_end: task.wait_can_end(),
            is_write: task.is_write(),
        });
        effects.push(Effect::Start(id, task));
    }

    fn start_quiet(&mut self, task: Task, quiet: Quiet, effects: &mut Vec<Effect>) {
        let id = self.number();
        if let Quiet::Probe(_) = quiet {
            // An earlier probe's result is out of date by now; ignore its reply.
            self.quiet.retain(|_, earlier| *earlier != quiet);
        }
        self.quiet.insert(id, quiet);
        effects.push(Effect::Start(id, task));
    }

    /// Writes the latest answers to disk. Only one write runs at a time, so that older answers never overwrite newer ones.
    fn remember(&mut self, effects: &mut Vec<Effect>) {
        if !self.is_remembering() {
            let told = Box::new(self.ledger.told.clone());
            self.start_quiet(Task::Remember(told.clone()), Quiet::Remember(told), effects);
        }
    }

    /// Starts every start-up probe that is not running already.
    fn look(&mut self, effects: &mut Vec<Effect>) {
        for probe in Probe::ALL {
            if !self.quiet.values().any(|quiet| *quiet == Quiet::Probe(probe)) {
                self.start_quiet(Task::Probe(probe), Quiet::Probe(probe), effects);
            }
        }
    }

    /// Cancels the foreground task if possible. Returns true when no foreground task is left.
    fn cancel_foreground(&mut self, effects: &mut Vec<Effect>) -> bool {
        match self.foreground.take() {
            Some(foreground) if foreground.can_be_cancelled => {
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
    fn pop(&mut self, effects: &mut Vec<Effect>) {
        if self.cancel_foreground(effects)
            && let Some(visit) = self.history.pop()
        {
            self.park(visit.screen);
        }
    }
}
