//! Consent to the user's own connection, or to Notion MCP: link, listener and paste field at once; the first response wins.

mod pending;

use super::{Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{Candidate, StoreKind};
use crate::domain::machine::BrowserState;
use crate::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, OauthClient, Pkce, RedirectUri, parse_callback, tls_hint,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, LinkActions};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, McpApproval, Navigation, Notice, Progress, Prompt, PromptId, Reply, Route, Task, TaskOutcome,
    Transition, problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{components, qr};

/// The phases of an authorization.
#[derive(Clone, Debug, PartialEq)]
enum AuthorizePhase {
    /// The link is being made, is waiting for consent, or has expired.
    AwaitingConsent(Option<Box<AuthorizationAttempt>>),
    /// The code has arrived and is being exchanged.
    Exchanging,
    /// Notion has issued tokens, which must not be lost: they are being verified, or can be verified again.
    Granted(Candidate),
}

/// The subject of the consent.
#[derive(Clone, Debug, PartialEq)]
enum AuthorizeSubject {
    Connection {
        client: OauthClient,
        redirect: RedirectUri,
        pkce: Pkce,
    },
    /// Notion MCP. The tokens are saved in this store at once, so that the page below can use them.
    Mcp(StoreKind),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizePage {
    subject: AuthorizeSubject,
    /// The browser opens as soon as there is a link, because the key that started this sign-in said so.
    auto_open_browser: bool,
    phase: AuthorizePhase,
    shows_qr: bool,
    /// The error of the last paste, while the link is still valid.
    paste_error: Option<Problem>,
    problem: Option<Problem>,
    /// The user was warned that tokens would be lost.
    was_warned: bool,
}

impl AuthorizePage {
    pub fn for_connection(client: OauthClient, redirect: RedirectUri, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        Self::open(AuthorizeSubject::Connection { client, redirect, pkce: ctx.setup.pkce }, false)
    }

    /// The key that leads here said that the browser opens.
    pub fn for_mcp(store: StoreKind) -> (Self, Option<Task>) {
        Self::open(AuthorizeSubject::Mcp(store), true)
    }

    fn open(subject: AuthorizeSubject, auto_open_browser: bool) -> (Self, Option<Task>) {
        let mut page = Self {
            subject,
            auto_open_browser,
            phase: AuthorizePhase::AwaitingConsent(None),
            shows_qr: false,
            paste_error: None,
            problem: None,
            was_warned: false,
        };
        let begun = page.start().start;
        (page, begun)
    }

    /// Starts a new authorization; the previous link becomes invalid.
    fn start(&mut self) -> Transition {
        self.phase = AuthorizePhase::AwaitingConsent(None);
        self.shows_qr = false;
        self.paste_error = None;
        self.problem = None;
        self.was_warned = false;
        Transition::start(match &self.subject {
            AuthorizeSubject::Connection { client, redirect, pkce } => {
                Task::Authorize(AuthorizationRequest { client_id: client.id.clone(), redirect: *redirect, pkce: *pkce })
            }
            AuthorizeSubject::Mcp(store) => Task::AuthorizeMcp(*store),
        })
    }

    fn is_mcp(&self) -> bool {
        matches!(self.subject, AuthorizeSubject::Mcp(_))
    }

    /// Returns the error of the last pasted URL; the link is still valid.
    pub fn paste_error(&self) -> Option<&Problem> {
        self.paste_error.as_ref()
    }

    /// Returns the redirect URI.
    pub fn redirect(&self) -> RedirectUri {
        match (&self.subject, &self.phase) {
            (_, AuthorizePhase::AwaitingConsent(Some(pending))) => pending.redirect,
            (AuthorizeSubject::Connection { redirect, .. }, _) => *redirect,
            (AuthorizeSubject::Mcp(_), _) => RedirectUri::default(),
        }
    }

    /// Returns the pending authorization while its link is valid.
    fn active_request(&self, ctx: &Ctx<'_>) -> Option<&AuthorizationAttempt> {
        match &self.phase {
            AuthorizePhase::AwaitingConsent(pending) if ctx.is_waiting => pending.as_deref(),
            AuthorizePhase::AwaitingConsent(_) | AuthorizePhase::Exchanging | AuthorizePhase::Granted(_) => None,
        }
    }

    /// Reads the redirect URL from a paste. An unrelated URL changes nothing: the listener goes on.
    fn paste(&mut self, address: &Secret, ctx: &Ctx<'_>) -> Transition {
        let Some(pending) = self.active_request(ctx) else { return Transition::stay() };
        match parse_callback(address, pending) {
            Ok(code) => self.exchange(code, ctx),
            Err(problem) if problem.code == ProblemCode::CallbackMismatch => {
                self.paste_error = Some(problem);
                Transition::stay()
            }
            // This is the response to our request, and it is an error.
            Err(problem) => {
                self.fail(problem);
                Transition { cancel: true, ..Transition::stay() }
            }
        }
    }

    fn exchange(&mut self, code: Secret, ctx: &Ctx<'_>) -> Transition {
        // A code belongs to one request and is worthless without it.
        let AuthorizePhase::AwaitingConsent(Some(pending)) = &self.phase else { return Transition::stay() };
        let task = match &self.subject {
            AuthorizeSubject::Connection { client, pkce, .. } => {
                let (redirect, verifier) = (pending.redirect, pending.verifier.clone());
                Task::Exchange(Box::new(CodeExchange { client: client.clone(), code, redirect, verifier, pkce: *pkce }))
            }
            AuthorizeSubject::Mcp(store) => {
                let attempt = (**pending).clone();
                Task::SignInToMcp(Box::new(McpApproval { attempt, code, store: *store, today: ctx.setup.today }))
            }
        };
        self.phase = AuthorizePhase::Exchanging;
        self.paste_error = None;
        self.shows_qr = false;
        Transition::start(task)
    }

    fn verify(&mut self, candidate: Candidate) -> Transition {
        self.problem = None;
        self.phase = AuthorizePhase::Granted(candidate.clone());
        Transition::start(Task::Verify(candidate))
    }

    /// Tries again what failed: the verification if there are tokens, otherwise the authorization.
    fn retry(&mut self) -> Transition {
        match &self.phase {
            AuthorizePhase::Granted(candidate) => self.verify(candidate.clone()),
            AuthorizePhase::AwaitingConsent(_) | AuthorizePhase::Exchanging => self.start(),
        }
    }

    /// Ends the authorization with an error. It is never retried without PKCE, because an error that arrives through the browser may be
    /// forged to cause a downgrade (RFC 9700, section 4.8).
    fn fail(&mut self, problem: Problem) {
        self.phase = AuthorizePhase::AwaitingConsent(None);
        self.paste_error = None;
        self.shows_qr = false;
        self.problem = Some(problem);
    }

    /// Goes back, but warns first if tokens would be lost with this page.
    fn on_back(&mut self) -> Transition {
        if !self.has_unsaved_credential() || std::mem::replace(&mut self.was_warned, true) {
            return Transition::back();
        }
        let text = "Your new tokens aren't saved. Going back discards them, but they stay valid until revoked in Notion.";
        Transition { notice: Some(Notice::error(text)), ..Transition::stay() }
    }

    fn link_actions(&self, ctx: &Ctx<'_>) -> Option<LinkActions> {
        self.active_request(ctx).map(|pending| LinkActions::new(&pending.link))
    }
}

impl Page for AuthorizePage {
    /// The coding agents are beside the steps.
    fn stage(&self) -> Option<Stage> {
        (!self.is_mcp()).then_some(Stage::SignIn)
    }

    fn has_steps(&self) -> bool {
        !self.is_mcp()
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if let Some(transition) = self.link_actions(ctx).and_then(|link| link.on_input(&mut self.shows_qr, &input)) {
            return transition;
        }
        match input {
            Input::Paste(address) | Input::Answer(Answer::Text(address)) => self.paste(&address, ctx),
            Input::Do(Intent::Back) => self.on_back(),
            Input::Do(Intent::Retry) if self.active_request(ctx).is_some() => {
                // Enter opens the new link.
                self.auto_open_browser = false;
                self.start()
            }
            _ if ctx.is_waiting => Transition::stay(),
            // Without a valid link, Open leads to the page where the connection is set up.
            Input::Do(Intent::Open) => {
                ctx.portal_link(AuthMethod::OwnConnection.path()).map_or_else(Transition::stay, Transition::open)
            }
            Input::Do(Intent::Confirm | Intent::Retry) | Input::Answer(Answer::Choice(0)) => {
                self.auto_open_browser = self.is_mcp() && input != Input::Do(Intent::Retry);
                self.retry()
            }
            Input::Do(_) | Input::Type(_) | Input::Answer(_) => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, ctx: &Ctx<'_>) -> Transition {
        match (progress, &self.phase) {
            (Progress::AuthorizationPending(pending), AuthorizePhase::AwaitingConsent(_)) => {
                let link = pending.link.clone();
                self.phase = AuthorizePhase::AwaitingConsent(Some(pending));
                let will_appear = matches!(ctx.findings.browser.get(), Some(BrowserState::Ready { .. }));
                // The browser opens once; a new link needs a new key press.
                if std::mem::take(&mut self.auto_open_browser) && will_appear {
                    return Transition::open(link);
                }
            }
            (Progress::TlsAttempted, AuthorizePhase::AwaitingConsent(Some(pending))) => {
                return Transition { notice: Some(Notice::error(tls_hint(pending.redirect))), ..Transition::stay() };
            }
            _ => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (task, reply) {
            (_, Ok(TaskOutcome::CodeReceived(code))) => self.exchange(code, ctx),
            (_, Ok(TaskOutcome::McpSignedIn(_))) => Transition { navigation: Navigation::SignedIn, ..Transition::stay() },
            (_, Ok(TaskOutcome::Exchanged(candidate))) => self.verify(*candidate),
            (_, Ok(TaskOutcome::Verified(verified))) => Transition::to(Route::Verify(verified, None)),
            // The tokens are still there, and can be verified again.
            (Task::Verify(_), reply) => {
                self.problem = Some(problem_of(reply));
                Transition::stay()
            }
            (_, reply) => {
                self.fail(problem_of(reply));
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        if let Some(pending) = self.active_request(ctx).filter(|_| self.shows_qr) {
            let caption = "For a phone: its last page won't load. Paste that page's URL here. Press v to go back.";
            return qr::sheet(theme, ctx.size, &pending.link, caption);
        }
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title(if self.is_mcp() { "Sign in to Notion MCP" } else { "Approve access" });
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        if let Some(mistake) = self.paste_error.as_ref().filter(|_| self.active_request(ctx).is_some()) {
            pending::draw_paste_error(&mut sheet, mistake);
        }
        if let Some(problem) = &self.problem {
            sheet.scroll_to_here();
            kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
            sheet.blank();
        }
        match (&self.phase, self.active_request(ctx)) {
            (_, Some(pending)) => pending::draw(&mut sheet, pending, self.is_mcp(), ctx),
            (AuthorizePhase::AwaitingConsent(_), None) if ctx.is_waiting => {
                components::draw_waiting(&mut sheet, "Creating a link…");
            }
            (AuthorizePhase::Exchanging, None) if ctx.is_waiting => {
                let text =
                    if self.is_mcp() { "Approved. Saving the sign-in…" } else { "Approved. Exchanging the code for tokens…" };
                components::draw_waiting(&mut sheet, text);
            }
            (AuthorizePhase::Granted(_), None) if ctx.is_waiting => {
                components::draw_waiting(&mut sheet, "Verifying the token with Notion…");
            }
            (AuthorizePhase::Granted(_), None) => {
                sheet.text(
                    Role::Text,
                    "Notion issued the tokens, but they aren't verified or saved yet. Press Enter to verify them.",
                );
            }
            (AuthorizePhase::AwaitingConsent(_) | AuthorizePhase::Exchanging, None) if self.problem.is_none() => {
                sheet.text(Role::Text, "No active link. Press Enter to create one.");
            }
            (AuthorizePhase::AwaitingConsent(_) | AuthorizePhase::Exchanging, None) => {}
        }
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        let (prompt, again) = match self.phase {
            AuthorizePhase::Granted(_) => ("The tokens aren't verified yet.", "Verify again"),
            AuthorizePhase::AwaitingConsent(_) | AuthorizePhase::Exchanging => ("No active link.", "Create a new link"),
        };
        Prompt::Choice { id: PromptId::RetryAuthorization, prompt: prompt.into(), options: vec![Choice::new(again, "")] }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        let again = Actions::new().in_help(Intent::Retry, "try again");
        let again = if self.is_mcp() { again } else { again.in_help(Intent::Open, "portal") };
        match (&self.phase, self.link_actions(ctx)) {
            (_, Some(link)) => link.actions(self.shows_qr, "cancel", "new link").in_help(Intent::Paste, "the last page's URL"),
            (AuthorizePhase::Exchanging, None) if ctx.is_waiting && self.is_mcp() => Actions::new(),
            (_, None) if ctx.is_waiting => Actions::only_back("cancel"),
            (AuthorizePhase::Granted(_), None) => Actions::enter("verify").back("back").and(again),
            (AuthorizePhase::AwaitingConsent(_) | AuthorizePhase::Exchanging, None) => {
                Actions::enter("new link").back("back").and(again)
            }
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Issued tokens are lost with this page.
    fn has_unsaved_credential(&self) -> bool {
        // Those of Notion MCP are saved or revoked by the task that gets them.
        !self.is_mcp() && matches!(self.phase, AuthorizePhase::Exchanging | AuthorizePhase::Granted(_))
    }
}
