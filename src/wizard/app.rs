//! The router: the only place where state changes, and the only one that numbers, starts and cancels tasks.
//!
//! Its laws, each a property in `tests/it/properties.rs`:
//! 1. only the router numbers tasks; 2. at most one foreground task; 3. leaving its page cancels it, unless it changes the world;
//! 4. late answers are silence; 5. the door is always open; 6. nothing outward without consent; 7. secrets stay masked;
//! 8. when nothing is pending, there is always something to ask.

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

/// Takes one message in; what is to be done comes out.
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
            // In lines, every second would be a line of its own.
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

/// The news line has its place on every page, so a countdown moves nothing that could be selected.
fn retry_notice(model: &Model, wait: &RetryWait) -> String {
    let can_be_stopped = model.foreground.is_some_and(|foreground| foreground.can_be_cancelled);
    let key = if model.is_in_lines { "b stops." } else { "Esc stops." };
    if can_be_stopped { format!("{} {key}", wait.text()) } else { wait.text() }
}

/// What is being asked just now.
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

/// What stands in the way of the page in sight.
pub fn trouble(model: &Model) -> Option<&Problem> {
    model.top().screen.page().trouble()
}

/// What keys mean just now.
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

/// Back on a page that waits: what can be called back is, and its page stays.
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

/// What changes the world is waited for; everything else is dropped at once. Asked a second time, it waits no longer.
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

/// A reply of a task that ran beside the page.
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
            // What was told just now may not be written yet.
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
        // Another answer was given while this one was written.
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

/// What became of a copy. In lines nothing is sent to the terminal's clipboard, which would take an escape code.
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
        // The terminal does not say whether it took the text, so neither do we.
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
        // What was typed before is not needed any more, and may be a secret.
        model.parked.retain(|screen| !matches!(screen, Screen::SignIn(_)));
    }
    let parked = model.parked.iter().position(|screen| screen.answers(&route)).map(|at| model.parked.remove(at));
    let (fresh, task) = Screen::open(route, &model.ctx());
    // What the key promised is done, whether or not the page was there before.
    let is_handed = model.top().is_handed;
    model.history.push(Visit { is_handed, ..Visit::new(parked.unwrap_or(fresh)) });
    if let Some(task) = task {
        model.begin(task, effects);
    }
}

/// The road is walked: what led here is forgotten, the secrets in it are dropped.
fn finish(model: &mut Model, route: Route, effects: &mut Vec<Effect>) {
    model.cancel_foreground(effects);
    model.history.back_to_first();
    model.parked.clear();
    if let Route::Done(done) = &route {
        model.done = Some(done.clone());
    }
    // `q` during the write asked whether to lose the token: it no longer can be.
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
    /// Once the wait is over, what was said meanwhile is no news any more, nor is what becomes of a browser opened for it.
    fn forget_news(&mut self) {
        self.notice = None;
        self.quiet.retain(|_, quiet| *quiet != Quiet::Open);
    }

    /// Starts a task for the page in sight; a foreground one takes the place of the one before.
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
            // What an earlier look still finds was so before this one: it must not be learned after it.
            self.quiet.retain(|_, earlier| *earlier != quiet);
        }
        self.quiet.insert(id, quiet);
        effects.push(Effect::Start(id, task));
    }

    /// Has the latest answers written down. One write at a time, or the older answers might be the ones that stay.
    fn remember(&mut self, effects: &mut Vec<Effect>) {
        if !self.is_remembering() {
            let told = Box::new(self.ledger.told.clone());
            self.start_quiet(Task::Remember(told.clone()), Quiet::Remember(told), effects);
        }
    }

    /// Looks at everything on this machine that is not being looked at already.
    fn look(&mut self, effects: &mut Vec<Effect>) {
        for probe in Probe::ALL {
            if !self.quiet.values().any(|quiet| *quiet == Quiet::Probe(probe)) {
                self.start_quiet(Task::Probe(probe), Quiet::Probe(probe), effects);
            }
        }
    }

    /// True when nothing runs in the foreground any more.
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

    /// Leaves the page in sight; its answers are parked, in case it is opened again.
    fn pop(&mut self, effects: &mut Vec<Effect>) {
        if self.cancel_foreground(effects)
            && let Some(visit) = self.history.pop()
        {
            self.park(visit.screen);
        }
    }
}
