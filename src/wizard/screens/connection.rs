//! The user's own connection: what to create at Notion, the redirect URI, client ID and secret; all checked before the browser opens.

mod form;

use super::{Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::checks::Verdict;
use crate::domain::credentials::RememberedAnswers;
use crate::domain::loopback::PortState;
use crate::domain::machine::Finding;
use crate::domain::oauth::{ConnectionRecord, RedirectUri};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::{sanitize, truncate};
use crate::domain::secret::Secret;
use crate::domain::token_text::contains_secret;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, FormEvent};
use crate::wizard::msg::{
    Answer, Input, Intent, Mode, Probe, Prompt, PromptId, Reply, Route, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use form::{ConnectionForm, ID, PORT, PasteResult, SECRET};
use ratatui::text::Span;

/// Columns of a registered URI in a notice.
const MAX_URI_COLUMNS: usize = 60;

#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionPage {
    form: ConnectionForm,
    redirect: RedirectUri,
    problem: Option<Problem>,
}

impl ConnectionPage {
    /// Starts with the redirect URI that was registered last, and its client ID.
    pub fn new(ctx: &Ctx<'_>) -> Self {
        let redirect = ctx.redirect();
        Self { form: ConnectionForm::new(redirect, ctx.client_id()), redirect, problem: None }
    }

    /// The redirect URI that this page names.
    pub const fn redirect(&self) -> RedirectUri {
        self.redirect
    }

    /// Sends client ID and secret to Notion as soon as both are there.
    fn probe(&mut self) -> Transition {
        let Some(client) = self.form.client() else { return Transition::stay() };
        self.problem = None;
        if let Some(reason) = self.form.refusal() {
            self.form.0.set_note(Some(reason));
            return Transition::stay();
        }
        // It may say to press Enter, which does nothing while Notion is being asked.
        self.form.0.set_note(None);
        Transition::start(Task::ProbeClient(client, self.redirect))
    }

    fn paste(&mut self, pasted: &Secret) -> Transition {
        let taken = self.form.paste(pasted);
        // A typed port counts, even if a paste moves the focus away from its field.
        let before = self.redirect;
        self.redirect = self.form.redirect().unwrap_or(before);
        let transition = match taken {
            PasteResult::Incomplete => Transition::stay(),
            // The next page tells whether its listener could bind the port.
            PasteResult::Complete => return self.probe(),
            PasteResult::Url(address) => Self::compare_url(self.redirect, &address),
        };
        let port = (self.redirect != before).then_some(Task::Probe(Probe::Port(self.redirect)));
        Transition { start: port, ..transition }
    }

    /// Compares a pasted URL, as shown in the portal, with our redirect URI.
    fn compare_url(redirect: RedirectUri, address: &str) -> Transition {
        if !RedirectUri::resembles_loopback(address) {
            let text = "That's a URL, but not a redirect URI on this machine. Copy the client ID and secret from the portal.";
            return Transition::refuse(text);
        }
        if redirect.is_equal_to(address) {
            return Transition::notify("The redirect URI that you registered is correct.");
        }
        // A query may hold a code, and the rest a password or a token that was pasted with it.
        let place = address.split(['?', '#']).next().unwrap_or_default();
        let is_safe = place == address && !place.contains('@') && !contains_secret(&Secret::new(place));
        let registered = if is_safe { truncate(&sanitize(place), MAX_URI_COLUMNS) } else { "a different URI".to_owned() };
        Transition::refuse(format!("You registered {registered}. Register {redirect} instead."))
    }

    /// Handles Enter: the focused field is complete. With nothing to send, it opens the portal.
    fn confirm(&mut self, ctx: &Ctx<'_>) -> Transition {
        match self.form.0.focus() {
            PORT => self.choose_port(),
            _ if self.form.client().is_some() => self.probe(),
            focus if self.form.0.is_empty(focus) => Self::open_portal(ctx),
            _ => {
                self.form.focus_missing();
                Transition::stay()
            }
        }
    }

    fn choose_port(&mut self) -> Transition {
        let Some(redirect) = self.form.redirect() else {
            return Transition::refuse("A port is a number from 1024 to 65535.");
        };
        self.redirect = redirect;
        self.problem = None;
        self.form.focus_missing();
        Transition::start(Task::Probe(Probe::Port(redirect)))
    }

    fn open_portal(ctx: &Ctx<'_>) -> Transition {
        ctx.portal_link(AuthMethod::OwnConnection.path()).map_or_else(Transition::stay, Transition::open)
    }

    fn handle_input(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let is_port = self.form.0.focus() == PORT;
        match (input, &ctx.setup.demo) {
            (Input::Do(Intent::Back), _) => return Transition::back(),
            (Input::Do(Intent::Open), _) => return Self::open_portal(ctx),
            (Input::Do(Intent::Copy), _) => return Transition::copy(self.redirect.to_string()),
            _ if ctx.is_waiting => return Transition::stay(),
            (Input::Do(Intent::Up | Intent::Down | Intent::NextField), _) if is_port => return self.choose_port(),
            // In plain mode a line of digits at the port is the port.
            (Input::Answer(Answer::Text(text)), _) if is_port && self.form.set_port(text) => return self.choose_port(),
            (Input::Do(Intent::Confirm), _) => return self.confirm(ctx),
            (Input::Do(Intent::Retry), _) => return self.probe(),
            (Input::Do(Intent::NextField), Some(demo)) if self.form.client().is_none() => self.form.fill_example(&demo.client),
            _ => {
                if let FormEvent::Pasted(text, _) = self.form.on_input(input) {
                    return self.paste(&text);
                }
            }
        }
        Transition::stay()
    }

    fn draw_redirect_uri(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        sheet.text(Role::Text, "Register this redirect URI at Notion, exactly:");
        sheet.line(vec![Span::raw("  "), sheet.span(Role::Title, &self.redirect.to_string())]);
        let (verdict, text) = match &ctx.findings.port {
            Finding::Found(PortState::Free(port)) if *port == self.redirect.port => {
                (Verdict::Pass, format!("Port {port} is free."))
            }
            Finding::Found(PortState::Unavailable { port, evidence }) if *port == self.redirect.port => {
                let up = if sheet.is_plain() { "type k for another port" } else { "use ↑ for another port" };
                let text = format!("Port {port} isn't available: {evidence}. Quit that program, or {up}, and register that one.");
                (Verdict::Warn, text)
            }
            Finding::Found(_) | Finding::Pending => return,
        };
        let mark = vec![components::verdict_mark(sheet, verdict)];
        sheet.hanging(mark, if verdict == Verdict::Pass { Role::Dim } else { Role::Text }, &text);
    }

    fn draw_explanation(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let entry = &ctx.catalog().path(AuthMethod::OwnConnection.path()).entry;
        sheet.title("Where to find the client ID and secret");
        if let Some(link) = ctx.portal_link(AuthMethod::OwnConnection.path()) {
            sheet.link(&link);
        }
        sheet.begin_details();
        for (index, step) in entry.steps.iter().enumerate() {
            let mark = vec![sheet.span(Role::Dim, &format!("{}. ", index + 1))];
            sheet.hanging(mark, Role::Text, step);
        }
        sheet.blank();
        sheet.bullet(Role::Text, "To check the URI you registered, paste it here.");
        if sheet.is_plain() {
            sheet.bullet(Role::Text, "Need another port? Type k to change it, then register the new URI.");
        } else {
            sheet.bullet(Role::Text, "Need another port? Use ↑ to change it, then register the new URI.");
        }
    }
}

impl Page for ConnectionPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::SignIn)
    }

    fn mode(&self) -> Mode {
        Mode::Insert
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let before = self.form.clone();
        let transition = self.handle_input(&input, ctx);
        // The problem was about the previous text.
        if !self.form.0.has_same_text(&before.0) {
            self.problem = None;
        }
        transition
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match (task, reply) {
            (Task::ProbeClient(client, redirect), Ok(TaskOutcome::Completed)) => {
                let note = ConnectionRecord { client_id: client.id.clone(), redirect: *redirect };
                let answers = RememberedAnswers { connection: Some(note), ..RememberedAnswers::default() };
                let route = Route::Authorize(client.clone(), *redirect);
                Transition { remember: Some(Box::new(answers)), ..Transition::to(route) }
            }
            (_, reply) => {
                let problem = problem_of(reply);
                self.form.0.set_focus(if problem.code == ProblemCode::ClientUnknown { ID } else { SECRET });
                self.problem = Some(problem);
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Your own connection");
        // Results are drawn below the fields. On a small screen they replace the redirect URI, which was read before.
        let gives_way = !ctx.size.is_roomy() && (ctx.is_waiting || self.problem.is_some());
        if !gives_way {
            self.draw_redirect_uri(&mut sheet, ctx);
        }
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        self.form.0.draw(&mut sheet);
        if ctx.is_waiting {
            let esc = components::key_name(theme, Mode::Insert, Intent::Back);
            components::draw_waiting(&mut sheet, &format!("Checking both with {}… ({esc} cancels)", ctx.setup.notion_host));
        } else if let Some(problem) = &self.problem {
            kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
        }
        if gives_way {
            sheet.blank();
            self.draw_redirect_uri(&mut sheet, ctx);
        }
        if ctx.setup.demo.is_some() {
            sheet.blank();
            let tab = components::key_name(theme, Mode::Insert, Intent::NextField);
            components::draw_demo(&mut sheet, &format!("{tab} fills in an example connection."));
        }
        sheet.blank();
        Self::draw_explanation(&mut sheet, ctx);
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        let (id, prompt) = match self.form.0.focus() {
            PORT => (PromptId::Port, "The port of the redirect URI"),
            ID => (PromptId::ClientId, "The client ID"),
            _ => (PromptId::ClientSecret, "The client secret"),
        };
        Prompt::Text { id, prompt: prompt.into() }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        if ctx.is_waiting {
            let keys = Actions::only_back("stop").in_help(Intent::Copy, "copy URI");
            return keys.in_help(Intent::Open, "portal");
        }
        let (is_complete, is_demo) = (self.form.client().is_some(), ctx.setup.demo.is_some());
        let verb = match self.form.0.focus() {
            PORT => "use this port",
            _ if is_complete => "check",
            focus if self.form.0.is_empty(focus) => "open portal",
            _ => "next",
        };
        let has_example = is_demo && !is_complete && self.form.0.focus() != PORT;
        let actions = if has_example { Actions::new().main(Intent::NextField, "example") } else { Actions::new() };
        let actions = actions.main(Intent::Confirm, verb).back("back").key(Intent::Copy, "copy URI");
        actions.and(self.form.0.keys()).key(Intent::Open, "portal").key_if(is_complete, Intent::Retry, "try again")
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn back_cancels_wait(&self) -> bool {
        true
    }
}
