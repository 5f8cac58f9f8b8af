//! The user's own connection: what to create at Notion, the redirect URI, client ID and secret; all checked before the browser opens.

mod form;

use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::check::Verdict;
use crate::domain::credential::Told;
use crate::domain::loopback::PortState;
use crate::domain::machine::Finding;
use crate::domain::oauth::{ConnectionNote, Redirect};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Given, Input, Intent, Mode, Notice, Probe, Reply, Route, Task, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use form::{Field, Form, Pasted};
use ratatui::text::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionPage {
    form: Form,
    redirect: Redirect,
    problem: Option<Problem>,
}

impl ConnectionPage {
    /// Starts with the redirect URI that was registered last, and its client ID.
    pub fn new(ctx: &Ctx<'_>) -> Self {
        let redirect = ctx.redirect();
        Self { form: Form::new(redirect, ctx.client_id()), redirect, problem: None }
    }

    /// Sends client ID and secret to Notion as soon as both are there.
    fn probe(&mut self) -> Transition {
        let Some(client) = self.form.client() else { return Transition::stay() };
        self.problem = None;
        if let Some(reason) = self.form.refusal() {
            self.form.refuse(reason);
            return Transition::stay();
        }
        Transition::begin(Task::ProbeClient(client, self.redirect))
    }

    fn paste(&mut self, pasted: &Secret) -> Transition {
        let taken = self.form.paste(pasted);
        // A typed port counts, even if a paste moves the focus away from its field.
        self.redirect = self.form.redirect().unwrap_or(self.redirect);
        match taken {
            Pasted::Text => Transition::stay(),
            Pasted::Both => self.probe(),
            Pasted::Address(address) => Self::compare(self.redirect, &address),
        }
    }

    /// Compares a pasted URL, as shown in the portal, with our redirect URI.
    fn compare(redirect: Redirect, address: &str) -> Transition {
        if !Redirect::resembles(address) {
            let text = "That is an address, and not one to redirect to on this machine. Id and secret stand on the portal's page.";
            return Transition { notice: Some(Notice::trouble(text)), ..Transition::stay() };
        }
        match redirect.difference(address) {
            None => Transition::say("The registered address is this one, character by character."),
            Some(difference) => {
                let text = format!("The registered address differs: {difference}. Correct it in the portal.");
                Transition { notice: Some(Notice::trouble(text)), ..Transition::stay() }
            }
        }
    }

    /// Handles Enter: the focused field is complete. With nothing to send, it opens the portal.
    fn confirm(&mut self, ctx: &Ctx<'_>) -> Transition {
        match self.form.focus() {
            Field::Port => self.choose_port(),
            _ if self.form.client().is_some() => self.probe(),
            Field::Id if !self.form.is_empty(Field::Id) => {
                self.form.step(1);
                Transition::stay()
            }
            Field::Secret if self.form.is_empty(Field::Id) && !self.form.is_empty(Field::Secret) => {
                self.form.step_to(Field::Id);
                Transition::stay()
            }
            Field::Id | Field::Secret => Self::open(ctx),
        }
    }

    fn choose_port(&mut self) -> Transition {
        let Some(redirect) = self.form.redirect() else {
            return Transition { notice: Some(Notice::trouble("A port is a number from 1024 to 65535.")), ..Transition::stay() };
        };
        self.redirect = redirect;
        self.problem = None;
        self.form.step_to(if self.form.is_empty(Field::Id) { Field::Id } else { Field::Secret });
        Transition::begin(Task::Probe(Probe::Port(redirect)))
    }

    fn open(ctx: &Ctx<'_>) -> Transition {
        let Some(link) = ctx.portal(PathId::Oauth) else { return Transition::stay() };
        Transition { notice: Some(Notice::plain("Opening the portal.")), ..Transition::begin(Task::Open(link)) }
    }

    fn example(&mut self, ctx: &Ctx<'_>) -> Transition {
        match &ctx.setup.demo {
            Some(demo) => self.form.fill(&demo.client),
            None => self.form.step(1),
        }
        Transition::stay()
    }

    fn act(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(Intent::Open) => return Self::open(ctx),
            Input::Do(Intent::Copy) => return Transition::copy(self.redirect.to_string()),
            _ if ctx.is_waiting => {}
            Input::Do(Intent::Up | Intent::Down | Intent::Example) if self.form.focus() == Field::Port => {
                return self.choose_port();
            }
            // In plain mode a line of digits at the port is the port.
            Input::Answer(Given::Text(text)) if self.form.focus() == Field::Port && self.form.tell_port(&text) => {
                return self.choose_port();
            }
            Input::Paste(pasted) | Input::Answer(Given::Text(pasted)) => return self.paste(&pasted),
            Input::Type(edit) => self.form.edit(edit),
            Input::Do(Intent::Confirm) => return self.confirm(ctx),
            Input::Do(Intent::Retry) => return self.probe(),
            Input::Do(Intent::Up) => self.form.step(-1),
            Input::Do(Intent::Down) => self.form.step(1),
            Input::Do(Intent::Example) => return self.example(ctx),
            Input::Do(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn address(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        sheet.text(Role::Text, "Register this redirect address at Notion, exactly:");
        sheet.line(vec![Span::raw("  "), sheet.span(Role::Title, &self.redirect.to_string())]);
        let (verdict, text) = match &ctx.found.port {
            Finding::Found(PortState::Free(port)) if *port == self.redirect.port => {
                (Verdict::Pass, format!("Port {port} is free."))
            }
            Finding::Found(PortState::Taken { port, evidence }) if *port == self.redirect.port => {
                let up = if sheet.is_linear() { "change the port with k" } else { "go up to another port" };
                let text = format!("Port {port} is taken: {evidence}. End that program, or {up}, and register that.");
                (Verdict::Warn, text)
            }
            Finding::Found(_) | Finding::Looking => return,
        };
        let mark = vec![marks::verdict_mark(sheet, verdict)];
        sheet.hanging(mark, if verdict == Verdict::Pass { Role::Dim } else { Role::Text }, &text);
    }

    fn explain(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let entry = &ctx.catalog().path(PathId::Oauth).entry;
        sheet.title("Where both come from");
        for (index, step) in entry.steps.iter().enumerate() {
            let mark = vec![sheet.span(Role::Dim, &format!("{}. ", index + 1))];
            sheet.hanging(mark, Role::Text, step);
        }
        if let Some(link) = ctx.portal(PathId::Oauth) {
            sheet.link(&link);
        }
        sheet.blank();
        sheet.bullet(Role::Text, "Not sure what you registered? Paste it here: the character that differs is named.");
        if sheet.is_linear() {
            sheet.bullet(Role::Text, "Another port? It stands above the client id: k, type it, and register that address.");
        } else {
            sheet.bullet(Role::Text, "Another port? It stands above the client id: go up, type it, and register that address.");
        }
    }
}

impl Page for ConnectionPage {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn mode(&self) -> Mode {
        Mode::Typing
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let before = self.form.clone();
        let transition = self.act(input, ctx);
        // The problem was about the previous text.
        if !self.form.has_same_text(&before) {
            self.problem = None;
        }
        transition
    }

    fn on_reply(&mut self, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match (reply, self.form.client()) {
            (Reply::ClientProbed(Ok(())), Some(client)) => {
                let note = ConnectionNote { client_id: client.id.clone(), redirect: self.redirect };
                let told = Told { connection: Some(note), ..Told::default() };
                let route = Route::Authorize(client, self.redirect);
                Transition { remember: Some(Box::new(told)), ..Transition::to(route) }
            }
            (Reply::ClientProbed(Err(problem)), _) => {
                self.form.step_to(if problem.code == ProblemCode::ClientUnknown { Field::Id } else { Field::Secret });
                self.problem = Some(problem);
                Transition::stay()
            }
            _ => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Your own connection");
        // Results are drawn below the fields. On a small screen they replace the redirect URI, which was read before.
        let gives_way = !ctx.size.is_roomy() && (ctx.is_waiting || self.problem.is_some());
        if !gives_way {
            self.address(&mut sheet, ctx);
        }
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        self.form.draw(&mut sheet);
        if ctx.is_waiting {
            let esc = marks::key(theme, Mode::Typing, Intent::Back);
            marks::waiting(&mut sheet, &format!("Asking {} whether it knows both. {esc} stops.", ctx.setup.notion_host));
        } else if let Some(problem) = &self.problem {
            marks::problem(&mut sheet, problem, Mode::Typing);
        }
        if gives_way {
            sheet.blank();
            self.address(&mut sheet, ctx);
        }
        if ctx.setup.demo.is_some() {
            sheet.blank();
            let tab = marks::key(theme, Mode::Typing, Intent::Example);
            sheet.text(Role::Accent, &format!("Demo: {tab} fills in a connection that the simulated Notion knows."));
        }
        sheet.blank();
        Self::explain(&mut sheet, ctx);
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        match self.form.focus() {
            Field::Secret => Ask::Text { id: AskId::ClientSecret, prompt: "The client secret".into() },
            Field::Id => Ask::Text { id: AskId::ClientId, prompt: "The client id".into() },
            Field::Port => Ask::Text { id: AskId::Port, prompt: "The port of the redirect address".into() },
        }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if ctx.is_waiting {
            return vec![(Intent::Back, "stop")];
        }
        let on = match self.form.focus() {
            Field::Port => "use this port",
            _ if self.form.client().is_some() => "ask Notion",
            Field::Id if !self.form.is_empty(Field::Id) => "next",
            Field::Id | Field::Secret => "open portal",
        };
        let mut hints = vec![(Intent::Confirm, on), (Intent::Copy, "copy address"), (Intent::Back, "back")];
        if ctx.setup.demo.is_some() {
            hints.insert(usize::from(self.form.client().is_some()), (Intent::Example, "example"));
        }
        hints.extend([(Intent::Down, "next field"), (Intent::Open, "portal")]);
        hints
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn back_stops_waiting(&self) -> bool {
        true
    }
}
