//! Reports the progress of a login without a screen, as text on standard error or as JSON events, one per line.

use crate::domain::catalog::Catalog;
use crate::domain::catalog::json::cite;
use crate::domain::check::Check;
use crate::domain::credential::{Done, StoreKind};
use crate::domain::login::Invitation;
use crate::domain::loopback::PortState;
use crate::domain::oauth::{Pending, Redirect, tls_hint};
use crate::domain::problem::Problem;
use crate::domain::retry::{RetryWait, TRIES};
use crate::frontends::console::{Console, DONE};
use serde_json::json;

/// The format of progress reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Text on standard error.
    Text,
    /// JSON events on standard output, one per line.
    Json,
}

/// The event that a login waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingFor {
    Notion,
    Approval,
    /// The redirect to the link of an OAuth connection.
    Answer,
    /// Another run, with `--resume`; this one ends.
    Resume,
}

impl Telling {
    /// Returns the exit code.
    pub fn problem(self, problem: &Problem, console: &mut Console) -> u8 {
        match self {
            Self::Text => console.problem(problem),
            Self::Json => console.problem_event(problem),
        }
    }

    /// Prints the code before the link, so that it can be compared as soon as the page opens.
    pub(super) fn invitation(self, invitation: &Invitation, console: &mut Console) {
        let link = invitation.link.as_str();
        if self == Self::Json {
            let expires_at = invitation.ends_at.map(|time| time.to_string());
            return console.json(&json!({ "event": "open", "url": link, "code": invitation.code, "expires_at": expires_at }));
        }
        match &invitation.code {
            Some(code) => {
                console.say("Notion will show a code. Compare it, and approve only if it is this one:");
                for line in ["", &format!("    {code}"), ""] {
                    console.say_whole(line);
                }
            }
            None => console.say("This ntn showed no code that could be read. Approve nothing that you did not begin here."),
        }
        console.say("Open this page, on this device or any other:");
        console.say_link(&invitation.link);
        if let Some(time) = invitation.ends_at {
            console.say(&format!("The code holds until {}.", time.strftime("%H:%M")));
        }
    }

    /// Prints the link of an OAuth connection, and the address where its redirect is expected.
    pub(super) fn authorizing(self, pending: &Pending, console: &mut Console) {
        let link = pending.link.as_str();
        let listens = matches!(pending.listening, PortState::Free(_));
        if self == Self::Json {
            let (redirect, expires_at) = (pending.redirect.to_string(), pending.ends_at.to_string());
            return console.json(
                &json!({ "event": "open", "url": link, "expires_at": expires_at, "redirect": redirect, "listening": listens }),
            );
        }
        console.say("Open this page, and allow the connection on it:");
        console.say_link(&pending.link);
        let until = pending.ends_at.strftime("%H:%M");
        match &pending.listening {
            PortState::Free(_) => console.say(&format!("Listening on {} until {until}.", pending.redirect)),
            PortState::Taken { port, evidence } => {
                console.say(&format!("Nobody can listen: port {port} is taken, {evidence}. The link holds until {until}."));
            }
        }
    }

    /// Reports a pasted text that is not the expected redirect URL.
    pub(super) fn mistake(self, problem: &Problem, console: &mut Console) {
        let seen = problem.evidence.as_ref().map(|seen| format!(" ({seen})")).unwrap_or_default();
        match self {
            Self::Text => console.say(&format!("{}{seen}", problem.headline())),
            Self::Json => {
                console.json(&json!({ "event": "ignored", "code": problem.code.name(), "message": problem.headline(), "seen": problem.evidence }));
            }
        }
    }

    pub(super) fn waiting(self, what: WaitingFor, console: &mut Console) {
        let (name, sentence) = match what {
            WaitingFor::Notion => ("notion", "Asking Notion who this is."),
            WaitingFor::Approval => ("approval", "Waiting for the approval. Ctrl-C ends it."),
            WaitingFor::Answer => {
                ("answer", "Waiting for the answer. From another machine, paste the address its browser ends on. Ctrl-C ends it.")
            }
            WaitingFor::Resume => ("resume", "Once it is approved: notion-auth login --resume"),
        };
        match self {
            Self::Text => console.say(sentence),
            Self::Json => console.json(&json!({ "event": "waiting", "for": name })),
        }
    }

    /// Reports that a browser requested https from the listener.
    pub(super) fn tls_attempt(self, redirect: Redirect, console: &mut Console) {
        match self {
            Self::Text => console.say(&tls_hint(redirect)),
            Self::Json => console.json(&json!({ "event": "tls_attempt", "redirect": redirect.to_string() })),
        }
    }

    /// Reports a temporary failure, once per retry wait.
    pub(super) fn retrying(self, wait: &RetryWait, console: &mut Console) {
        match self {
            Self::Text => console.say(&wait.text()),
            Self::Json => console.json(&json!({
                "event": "retry", "code": wait.code.name(), "after_seconds": wait.seconds, "attempt": wait.attempt, "of": TRIES,
            })),
        }
    }

    /// Reports in text only that no browser could be opened; JSON readers have the link already.
    pub(super) fn no_browser(self, problem: &Problem, console: &mut Console) {
        if self == Self::Text {
            let seen = problem.evidence.as_ref().map(|seen| format!(" ({seen})")).unwrap_or_default();
            console.say(&format!("No browser could be started{seen}. Open the link yourself."));
        }
    }

    pub(super) fn check(self, check: &Check, catalog: &Catalog, console: &mut Console) {
        match self {
            Self::Text => {
                let head = format!("  {:8}", check.verdict.name());
                console.say_under(&head, &format!("{}: {}", check.title, check.evidence));
            }
            Self::Json => console.json(&json!({
                "event": "check", "id": check.id, "group": check.group, "verdict": check.verdict,
                "evidence": check.evidence, "remedy": check.remedy, "source": check.source.map(|id| cite(catalog, id)),
            })),
        }
    }

    /// Returns the exit code.
    pub(super) fn done(self, done: &Done, console: &mut Console) -> u8 {
        let Done { record, receipt, needs_variable, .. } = done;
        let needs_variable = needs_variable.then_some("NOTION_KEYRING=0");
        if self == Self::Json {
            console.json(&json!({
                "event": "done", "schema": 1, "account": record.account.as_text(), "workspace": record.workspace, "user": record.user, "kind": record.kind,
                "path": record.path, "store": record.store, "place": receipt.place, "note": receipt.note,
                "expires_at": record.expires_on, "needs_variable": needs_variable,
            }));
            return DONE;
        }
        let workspace = record.workspace.name.as_deref().unwrap_or(&record.workspace.id);
        let who = match (&record.user, record.store) {
            (Some(user), _) => format!(" as {user}"),
            (None, StoreKind::Ntn) => String::new(),
            (None, _) => " as this token".into(),
        };
        console.say(&format!("Signed in{who} in {workspace}."));
        match record.store {
            StoreKind::None if record.connection.is_some() => {
                console.say(
                    "Its tokens are kept nowhere, and live on at Notion until they are disconnected in Settings, Connections.",
                );
            }
            StoreKind::None => console.say(&receipt.place),
            StoreKind::Ntn => console.say(&format!("Managed by ntn: {}", receipt.place)),
            StoreKind::Keychain | StoreKind::File => console.say(&format!("Written and read back: {}", receipt.place)),
        }
        if let Some(variable) = needs_variable {
            console.say(&format!("For ntn to find it, in this shell and in its profile: export {variable}"));
        }
        if let Some(note) = &receipt.note {
            console.say(note);
        }
        DONE
    }
}
