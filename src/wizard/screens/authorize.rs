//! Consent to the user's own connection: link, listener and paste field at once; the first response wins.

mod pending;

use super::{Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::Candidate;
use crate::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, OauthClient, Pkce, RedirectUri, parse_callback, tls_hint,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, LinkActions};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Notice, Progress, Prompt, PromptId, Reply, Route, Task, TaskOutcome, Transition, problem_of,
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

#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizePage {
    client: OauthClient,
    redirect: RedirectUri,
    pkce: Pkce,
    phase: AuthorizePhase,
    shows_qr: bool,
    /// The error of the last paste, while the link is still valid.
    paste_error: Option<Problem>,
    problem: Option<Problem>,
    /// The user was warned that tokens would be lost.
    was_warned: bool,
}

impl AuthorizePage {
    pub fn open(client: OauthClient, redirect: RedirectUri, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let pkce = ctx.setup.pkce;
        let mut page = Self {
            client,
            redirect,
            pkce,
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
        let (client_id, redirect, pkce) = (self.client.id.clone(), self.redirect, self.pkce);
        Transition::start(Task::Authorize(AuthorizationRequest { client_id, redirect, pkce }))
    }

    /// Returns the error of the last pasted URL; the link is still valid.
    pub fn paste_error(&self) -> Option<&Problem> {
        self.paste_error.as_ref()
    }

    /// Returns the redirect URI.
    pub fn redirect(&self) -> RedirectUri {
        self.redirect
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
            Ok(code) => self.exchange(code),
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

    fn exchange(&mut self, code: Secret) -> Transition {
        // A code belongs to one request and is worthless without it.
        let AuthorizePhase::AwaitingConsent(Some(pending)) = &self.phase else { return Transition::stay() };
        let (redirect, verifier) = (pending.redirect, pending.verifier.clone());
        let exchange = CodeExchange { client: self.client.clone(), code, redirect, verifier, pkce: self.pkce };
        self.phase = AuthorizePhase::Exchanging;
        self.paste_error = None;
        self.shows_qr = false;
        Transition::start(Task::Exchange(Box::new(exchange)))
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
    fn stage(&self) -> Option<Stage> {
        Some(Stage::SignIn)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if let Some(transition) = self.link_actions(ctx).and_then(|link| link.on_input(&mut self.shows_qr, &input)) {
            return transition;
        }
        match input {
            Input::Paste(address) | Input::Answer(Answer::Text(address)) => self.paste(&address, ctx),
            Input::Do(Intent::Back) => self.on_back(),
            Input::Do(Intent::Retry) if self.active_request(ctx).is_some() => self.start(),
            _ if ctx.is_waiting => Transition::stay(),
            // Without a valid link, Open leads to the page where the connection is set up.
            Input::Do(Intent::Open) => {
                ctx.portal_link(AuthMethod::OwnConnection.path()).map_or_else(Transition::stay, Transition::open)
            }
            Input::Do(Intent::Confirm | Intent::Retry) | Input::Answer(Answer::Choice(0)) => self.retry(),
            Input::Do(_) | Input::Type(_) | Input::Answer(_) => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        match (progress, &self.phase) {
            (Progress::AuthorizationPending(pending), AuthorizePhase::AwaitingConsent(_)) => {
                self.phase = AuthorizePhase::AwaitingConsent(Some(pending));
            }
            (Progress::TlsAttempted, AuthorizePhase::AwaitingConsent(Some(pending))) => {
                return Transition { notice: Some(Notice::error(tls_hint(pending.redirect))), ..Transition::stay() };
            }
            _ => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match (task, reply) {
            (_, Ok(TaskOutcome::CodeReceived(code))) => self.exchange(code),
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
        sheet.title("Approve access");
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
            (_, Some(pending)) => pending::draw(&mut sheet, pending, ctx),
            (AuthorizePhase::AwaitingConsent(_), None) if ctx.is_waiting => {
                components::draw_waiting(&mut sheet, "Creating a link…");
            }
            (AuthorizePhase::Exchanging, None) if ctx.is_waiting => {
                components::draw_waiting(&mut sheet, "Approved. Exchanging the code for tokens…");
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
        let again = Actions::new().in_help(Intent::Retry, "try again").in_help(Intent::Open, "portal");
        match (&self.phase, self.link_actions(ctx)) {
            (_, Some(link)) => link.actions(self.shows_qr, "cancel", "new link").in_help(Intent::Paste, "the last page's URL"),
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
        matches!(self.phase, AuthorizePhase::Exchanging | AuthorizePhase::Granted(_))
    }
}
