//! Saves the credential: asks before writing plain text, writes, reads back, and only then reports success.

use super::{Hint, Page, Stage};
use crate::domain::accounts::{name_among, names};
use crate::domain::credential::{Done, StoreKind, Verified, same_id};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Action, Problem};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Given, Input, Intent, Keep, Mode, Reply, Route, Task, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use jiff::civil::Date;

/// The stores in the order they are offered; a secret manager is the last choice.
const STORES: [StoreKind; 3] = [StoreKind::Keychain, StoreKind::File, StoreKind::None];

const HAND_TO: &str = "GitHub, GitLab, AWS, Vault, 1Password, Kubernetes or Doppler, through their own clients";

/// Shown for the user's own connection.
const RENEWED: &str = "These tokens are renewed again and again: what was handed over would soon be worthless.";

/// Returns the reason why there is no place for the private file.
fn no_folder(ctx: &Ctx<'_>) -> Option<String> {
    let problem = ctx.setup.no_store.as_ref()?;
    let seen = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
    Some(format!("There is no folder for it: {seen}. Name one in NOTION_AUTH_HOME and start again."))
}

#[derive(Clone, Debug, PartialEq)]
pub struct KeepPage {
    verified: Verified,
    expires_on: Option<Date>,
    selected: usize,
    /// The plain-text file was picked and waits for consent.
    asks_consent: bool,
    /// The store that is being written to.
    storing: Option<StoreKind>,
    problem: Option<Problem>,
}

impl KeepPage {
    /// Selects the keychain if it works, otherwise the file, otherwise no store.
    pub fn new(verified: Verified, expires_on: Option<Date>, ctx: &Ctx<'_>) -> Self {
        let selected = match ctx.found.keychain.get() {
            _ if ctx.setup.no_store.is_some() => 2,
            Some(keychain) if !keychain.usable() => 1,
            _ => 0,
        };
        Self { verified, expires_on, selected, asks_consent: false, storing: None, problem: None }
    }

    fn choices(&self, ctx: &Ctx<'_>) -> [Choice; 4] {
        let reason = match ctx.found.keychain.get() {
            Some(KeychainState::Absent { evidence }) => Some(format!("There is none here: {evidence}.")),
            Some(KeychainState::TurnedOff { value }) => Some(format!("NOTION_KEYRING={value} turns it off.")),
            Some(KeychainState::Answers { .. } | KeychainState::Locked { .. } | KeychainState::Slow) | None => None,
        };
        let name = match ctx.found.keychain.get() {
            Some(KeychainState::Answers { name }) => format!("{name}, service notion-auth"),
            Some(KeychainState::Locked { evidence }) => format!("Locked: {evidence}. Choose it to unlock it."),
            Some(KeychainState::Slow) => "Not answering yet. Choose it and answer its dialog.".to_owned(),
            _ => "The operating system's, service notion-auth".to_owned(),
        };
        [
            Choice::new("Keychain", name).disabled_because(reason),
            Choice::new("Private file", format!("Plain text that only you can read: {}", ctx.setup.file_place))
                .disabled_because(no_folder(ctx)),
            Choice::new("This session only", "Nothing is written; it is forgotten when you leave."),
            Choice::new("Hand to a secret manager", HAND_TO)
                .disabled_because(self.verified.connection.as_ref().map(|_| RENEWED.to_owned())),
        ]
    }

    /// Moves the selection and dismisses the error.
    fn select(&mut self, index: usize) {
        self.selected = index.min(STORES.len());
        self.problem = None;
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting || index > STORES.len() {
            return Transition::stay();
        }
        self.selected = index;
        let Some(store) = STORES.get(index).copied() else { return self.hand_over() };
        match store {
            StoreKind::Keychain if self.choices(ctx).first().is_some_and(|choice| choice.disabled.is_some()) => {
                Transition::say("The keychain cannot be used here.")
            }
            StoreKind::File if ctx.setup.no_store.is_some() => {
                self.problem.clone_from(&ctx.setup.no_store);
                Transition::stay()
            }
            StoreKind::File if !ctx.setup.file_was_chosen => {
                self.asks_consent = true;
                Transition::stay()
            }
            StoreKind::Keychain | StoreKind::File | StoreKind::None | StoreKind::Ntn => self.store(store, ctx),
        }
    }

    fn hand_over(&mut self) -> Transition {
        self.problem = None;
        if self.verified.connection.is_some() {
            return Transition::say(RENEWED);
        }
        Transition::to(Route::HandTo(Box::new(self.verified.clone())))
    }

    fn store(&mut self, store: StoreKind, ctx: &Ctx<'_>) -> Transition {
        self.asks_consent = false;
        self.problem = None;
        self.storing = Some(store);
        let record = self.verified.record(store, self.expires_on, ctx.setup.today);
        Transition::begin(Task::Keep(Box::new(Keep { verified: self.verified.clone(), record })))
    }

    fn consent(&mut self, given: bool, ctx: &Ctx<'_>) -> Transition {
        if given {
            return self.store(StoreKind::File, ctx);
        }
        self.asks_consent = false;
        Transition::stay()
    }

    /// Names the secrets to save: the user's own connection has two tokens and the client secret that refreshes them.
    fn what(&self) -> &'static str {
        if self.verified.connection.is_some() { "both tokens and the client secret" } else { "the token" }
    }

    /// Tells which saved credential of the same key would be replaced, or which ones of the same workspace are kept: nothing is replaced
    /// silently.
    fn kept_already(&self, ctx: &Ctx<'_>) -> Option<String> {
        let account = self.verified.account();
        let records = || ctx.ledger.credentials.iter();
        if let Some(same) = records().find(|record| record.account == account) {
            let user = same.user.as_deref().map(|user| format!(", as {user}")).unwrap_or_default();
            return Some(format!(
                "It replaces the one kept here since {}{user}: {}.",
                same.kept_on,
                name_among(same, &ctx.ledger.credentials)
            ));
        }
        let beside: Vec<_> = records().filter(|record| same_id(&record.account.workspace, &account.workspace)).collect();
        (!beside.is_empty()).then(|| format!("It is kept beside what is here of this workspace: {}.", names(&beside, ctx.ledger)))
    }

    fn question(&self) -> String {
        format!("Where should {} be kept?", self.what())
    }

    fn consent_question(&self, ctx: &Ctx<'_>) -> String {
        format!(
            "Write {} as plain text to {}? Only your user can read the file; backups and other programs of yours can too.",
            self.what(),
            ctx.setup.file_place
        )
    }
}

impl Page for KeepPage {
    fn stage(&self) -> Stage {
        Stage::Keep
    }

    fn mode(&self) -> Mode {
        if self.asks_consent { Mode::Asking } else { Mode::Moving }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if self.asks_consent {
            return match input {
                Input::Do(Intent::Yes) => self.consent(true, ctx),
                Input::Answer(Given::Consent(given)) => self.consent(given, ctx),
                Input::Do(Intent::Back) => self.consent(false, ctx),
                Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => Transition::stay(),
            };
        }
        match input {
            Input::Do(Intent::Up) => self.select(self.selected.saturating_sub(1)),
            Input::Do(Intent::Down) => self.select(self.selected + 1),
            Input::Do(Intent::First) => self.select(0),
            Input::Do(Intent::Last) => self.select(STORES.len()),
            Input::Do(Intent::Pick(number)) => return self.pick(usize::from(number) - 1, ctx),
            Input::Do(Intent::Confirm) => return self.pick(self.selected, ctx),
            Input::Answer(Given::Choice(index)) => return self.pick(index, ctx),
            Input::Do(Intent::Retry) => {
                self.problem = None;
                return Transition { look: true, ..Transition::say("Looking at the keychain again.") };
            }
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        let Reply::Kept(kept) = reply else { return Transition::stay() };
        let store = self.storing.take().unwrap_or(StoreKind::None);
        match kept {
            Ok(receipt) => {
                let record = self.verified.record(store, self.expires_on, ctx.setup.today);
                Transition::finish(Route::Done(Box::new(Done {
                    record,
                    receipt,
                    found_in: self.verified.found_in.clone(),
                    needs_variable: false,
                })))
            }
            Err(problem) => {
                if problem.offers(Action::UseFile) {
                    self.selected = 1;
                }
                self.problem = Some(problem);
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title(&self.question());
        if let Some(text) = self.kept_already(ctx) {
            sheet.text(Role::Text, &text);
        }
        sheet.blank();
        for (index, choice) in self.choices(ctx).iter().enumerate() {
            marks::choice(&mut sheet, index + 1, choice, index == self.selected);
        }
        if self.asks_consent {
            sheet.blank();
            let mark = vec![sheet.span(Role::Warn, &format!("{} ", theme.glyph(Glyph::Warn)))];
            sheet.hanging(mark, Role::Title, &self.consent_question(ctx));
            marks::yes_or_no(&mut sheet, "write it", "choose again");
        }
        if ctx.is_waiting {
            sheet.blank();
            sheet.put_news();
            let text = match self.storing {
                Some(StoreKind::Keychain) => "Saving to the keychain. If it opens a dialog, answer it; Esc cancels.",
                Some(StoreKind::File) => "Writing the file and reading it back.",
                Some(StoreKind::None | StoreKind::Ntn) | None => "One moment.",
            };
            marks::waiting(&mut sheet, text);
            if ctx.is_leaving {
                sheet.text(Role::Dim, "The program ends as soon as this is finished.");
            }
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            sheet.put_news();
            marks::problem(&mut sheet, problem, Mode::Moving);
        }
        sheet
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        if self.asks_consent {
            return Ask::Consent { id: AskId::Plaintext, what: self.consent_question(ctx) };
        }
        Ask::Choice { id: AskId::Store, prompt: self.question(), options: self.choices(ctx).into() }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if ctx.is_waiting {
            let may_show_dialog = self.storing == Some(StoreKind::Keychain);
            return if may_show_dialog { vec![(Intent::Back, "cancel")] } else { Vec::new() };
        }
        if self.asks_consent {
            return vec![(Intent::Yes, "write the file"), (Intent::Back, "choose again")];
        }
        vec![(Intent::Confirm, "keep"), (Intent::Back, "back"), (Intent::Pick(1), "to 4 pick"), (Intent::Retry, "look again")]
    }

    /// The token is not saved yet, so cancelling a keychain dialog leads back to the choice.
    fn back_stops_waiting(&self) -> bool {
        true
    }

    fn holds_unkept(&self) -> bool {
        self.verified.found_in.is_none()
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
