//! Reports the progress of a login without a screen, as text on standard error or as JSON events, one per line.

use crate::domain::catalog::Catalog;
use crate::domain::catalog::json::citation;
use crate::domain::checks::Check;
use crate::domain::credentials::{SignInOutcome, StoreKind};
use crate::domain::login::ApprovalRequest;
use crate::domain::loopback::PortState;
use crate::domain::oauth::{AuthorizationAttempt, RedirectUri, tls_hint};
use crate::domain::problem::Problem;
use crate::domain::retry::{MAX_ATTEMPTS, RetryWait};
use crate::frontends::console::{Console, EXIT_SUCCESS};
use serde_json::json;

/// The format of progress reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// Text on standard error.
    Text,
    /// JSON events on standard output, one per line.
    Json,
}

/// The event that a login waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingFor {
    /// Notion's answer before there is a link to approve.
    SignIn,
    Notion,
    Approval,
    /// The redirect from the consent page of an OAuth connection.
    Redirect,
    /// Another run, with `--resume`; this one ends.
    Resume,
}

impl OutputFormat {
    /// Returns the exit code.
    pub fn report_problem(self, problem: &Problem, console: &mut Console) -> u8 {
        match self {
            Self::Text => console.write_problem(problem),
            Self::Json => console.write_problem_event(problem),
        }
    }

    /// Prints the code before the link, so that it can be compared as soon as the page opens.
    pub(super) fn report_invitation(self, invitation: &ApprovalRequest, console: &mut Console) {
        let link = invitation.link.as_str();
        if self == Self::Json {
            let expires_at = invitation.ends_at.map(|time| time.to_string());
            return console.write_json(&json!({ "event": "open", "url": link, "code": invitation.code, "expires_at": expires_at }));
        }
        match &invitation.code {
            Some(code) => {
                console.write_message("Notion will show a code. Approve the login only if it is this one:");
                for line in ["", &format!("    {code}"), ""] {
                    console.write_message_unwrapped(line);
                }
            }
            None => {
                console.write_message("No code found in ntn's output. Don't approve a login you didn't start.");
            }
        }
        console.write_message("Open this link on any device:");
        console.write_link(&invitation.link);
        if let Some(time) = invitation.ends_at {
            console.write_message(&format!("The code expires at {}.", time.strftime("%H:%M")));
        }
    }

    /// Prints the link of an OAuth connection, and the address where its redirect is expected.
    pub(super) fn report_authorization(self, pending: &AuthorizationAttempt, console: &mut Console) {
        let link = pending.link.as_str();
        let listens = matches!(pending.listening, PortState::Free(_));
        if self == Self::Json {
            let (redirect, expires_at) = (pending.redirect.to_string(), pending.ends_at.to_string());
            return console.write_json(
                &json!({ "event": "open", "url": link, "expires_at": expires_at, "redirect": redirect, "listening": listens }),
            );
        }
        console.write_message("Open this link and allow access:");
        console.write_link(&pending.link);
        let until = pending.ends_at.strftime("%H:%M");
        match &pending.listening {
            PortState::Free(_) => console.write_message(&format!("Listening on {} until {until}.", pending.redirect)),
            PortState::Unavailable { port, evidence } => {
                console.write_message(&format!(
                    "Port {port} is in use ({evidence}). Paste the URL of the browser's last page here instead. The link expires at {until}."
                ));
            }
        }
    }

    /// Reports a pasted text that is not the expected redirect URL.
    pub(super) fn report_mistake(self, problem: &Problem, console: &mut Console) {
        let evidence = problem.evidence.as_ref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
        match self {
            Self::Text => console.write_message(&format!("{}{evidence}", problem.headline())),
            Self::Json => {
                console.write_json(&json!({ "event": "ignored", "code": problem.code.name(), "message": problem.headline(), "seen": problem.evidence }));
            }
        }
    }

    pub(super) fn report_waiting(self, what: WaitingFor, console: &mut Console) {
        let (name, sentence) = match what {
            WaitingFor::SignIn => ("notion", "Starting the sign-in…"),
            WaitingFor::Notion => ("notion", "Verifying with Notion…"),
            WaitingFor::Approval => ("approval", "Waiting for approval. Press Ctrl-C to cancel."),
            WaitingFor::Redirect => (
                "answer",
                "Waiting for your approval. Browser on another machine? After you approve, paste the URL of the page that can't load. Press Ctrl-C to cancel.",
            ),
            WaitingFor::Resume => ("resume", "After approving it, run: notion-auth login --resume"),
        };
        match self {
            Self::Text => console.write_message(sentence),
            Self::Json => console.write_json(&json!({ "event": "waiting", "for": name })),
        }
    }

    /// Reports that a browser requested https from the listener.
    pub(super) fn report_tls_attempt(self, redirect: RedirectUri, console: &mut Console) {
        match self {
            Self::Text => console.write_message(&tls_hint(redirect)),
            Self::Json => console.write_json(&json!({ "event": "tls_attempt", "redirect": redirect.to_string() })),
        }
    }

    /// Reports a temporary failure, once per retry wait.
    pub(super) fn report_retry(self, wait: &RetryWait, console: &mut Console) {
        match self {
            Self::Text => console.write_message(&wait.text()),
            Self::Json => console.write_json(&json!({
                "event": "retry", "code": wait.code.name(), "after_seconds": wait.seconds, "attempt": wait.attempt, "of": MAX_ATTEMPTS,
            })),
        }
    }

    /// Reports in text only that no browser could be opened; JSON readers have the link already.
    pub(super) fn report_no_browser(self, problem: &Problem, console: &mut Console) {
        if self == Self::Text {
            let evidence = problem.evidence.as_ref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
            console.write_message(&format!("Couldn't start a browser{evidence}. Open the link yourself."));
        }
    }

    pub(super) fn report_check(self, check: &Check, catalog: &Catalog, console: &mut Console) {
        match self {
            Self::Text => {
                let head = format!("  {:8}", check.verdict.name());
                console.write_message_under(&head, &format!("{}: {}", check.title, check.full_evidence()));
            }
            Self::Json => console.write_json(&json!({
                "event": "check", "id": check.id, "group": check.group, "verdict": check.verdict,
                "evidence": check.full_evidence(), "remedy": check.remedy, "source": check.source.map(|id| citation(catalog, id)),
            })),
        }
    }

    /// Returns the exit code.
    pub(super) fn report_done(self, done: &SignInOutcome, console: &mut Console) -> u8 {
        let SignInOutcome { record, receipt, needs_keyring_variable: needs_variable, .. } = done;
        let needs_variable = needs_variable.then_some("NOTION_KEYRING=0");
        if self == Self::Json {
            console.write_json(&json!({
                "event": "done", "schema": 1, "account": record.account.key(), "workspace": record.workspace, "user": record.user, "kind": record.kind,
                "path": record.login_path(), "store": record.store, "place": receipt.place, "note": receipt.note,
                "expires_at": record.expires_on, "needs_variable": needs_variable,
            }));
            return EXIT_SUCCESS;
        }
        let workspace = record.workspace.name.as_deref().unwrap_or(&record.workspace.id);
        let who = match (&record.user, record.store) {
            (Some(user), _) => format!(" as {user}"),
            (None, StoreKind::Ntn) => String::new(),
            (None, _) => " with this token".into(),
        };
        console.write_message(&format!("Signed in{who} in {workspace}."));
        match record.store {
            StoreKind::None if record.is_renewable() => {
                console.write_message(
                    "The tokens were not saved. They stay valid at Notion until you disconnect the connection in Settings → Connections.",
                );
            }
            StoreKind::None => console.write_message(&receipt.place),
            StoreKind::Ntn => console.write_message(&format!("Managed by ntn: {}", receipt.place)),
            StoreKind::Keychain | StoreKind::File => console.write_message(&format!("Saved and verified: {}", receipt.place)),
        }
        if let Some(variable) = needs_variable {
            console.write_message("So that ntn finds it, run this and add it to your shell profile:");
            console.write_message_unwrapped(&format!("  export {variable}"));
        }
        if let Some(note) = &receipt.note {
            console.write_message(note);
        }
        EXIT_SUCCESS
    }
}
