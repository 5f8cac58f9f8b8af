//! Saves the credential: asks before writing plain text, writes, reads back, and only then reports success.

use super::{Hint, Page, Stage};
use crate::domain::credentials::{SignInOutcome, StoreKind, VerifiedCredential, list_names, same_id, unique_name};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, RemedyAction};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Mode, Prompt, PromptId, Reply, Route, SaveRequest, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use jiff::civil::Date;

/// The stores in the order they are offered; a secret manager is the last choice.
const STORES: [StoreKind; 3] = [StoreKind::Keychain, StoreKind::File, StoreKind::None];

const SECRET_MANAGERS: &str = "GitHub, GitLab, AWS, Vault, 1Password, Kubernetes or Doppler, through their own clients";

/// Shown for the user's own connection.
const REFRESHED_TOKENS_REASON: &str = "These tokens are renewed again and again: what was handed over would soon be worthless.";

/// Returns the reason why there is no place for the private file.
fn no_folder_reason(ctx: &Ctx<'_>) -> Option<String> {
    let problem = ctx.setup.no_store.as_ref()?;
    let seen = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
    Some(format!("There is no folder for it: {seen}. Name one in NOTION_AUTH_HOME and start again."))
}

#[derive(Clone, Debug, PartialEq)]
pub struct SavePage {
    verified: VerifiedCredential,
    expires_on: Option<Date>,
    selected: usize,
    /// The plain-text file was picked and waits for consent.
    asks_consent: bool,
    /// The store that is being written to.
    saving: Option<StoreKind>,
    problem: Option<Problem>,
}

impl SavePage {
    /// Selects the keychain if it works, otherwise the file, otherwise no store.
    pub fn new(verified: VerifiedCredential, expires_on: Option<Date>, ctx: &Ctx<'_>) -> Self {
        let selected = match ctx.findings.keychain.get() {
            _ if ctx.setup.no_store.is_some() => 2,
            Some(keychain) if !keychain.is_usable() => 1,
            _ => 0,
        };
        Self { verified, expires_on, selected, asks_consent: false, saving: None, problem: None }
    }

    fn choices(&self, ctx: &Ctx<'_>) -> [Choice; 4] {
        let reason = match ctx.findings.keychain.get() {
            Some(KeychainState::Absent { evidence }) => Some(format!("There is none here: {evidence}.")),
            Some(KeychainState::Disabled { value }) => Some(format!("NOTION_KEYRING={value} turns it off.")),
            Some(KeychainState::Available { .. } | KeychainState::Locked { .. } | KeychainState::TimedOut) | None => None,
        };
        let name = match ctx.findings.keychain.get() {
            Some(KeychainState::Available { name }) => format!("{name}, service notion-auth"),
            Some(KeychainState::Locked { evidence }) => format!("Locked: {evidence}. Choose it to unlock it."),
            Some(KeychainState::TimedOut) => "Not answering yet. Choose it and answer its dialog.".to_owned(),
            _ => "The operating system's, service notion-auth".to_owned(),
        };
        [
            Choice::new("Keychain", name).disabled_because(reason),
            Choice::new("Private file", format!("Plain text that only you can read: {}", ctx.setup.file_place))
                .disabled_because(no_folder_reason(ctx)),
            Choice::new("This session only", "Nothing is written; it is forgotten when you leave."),
            Choice::new("Hand to a secret manager", SECRET_MANAGERS)
                .disabled_because(self.verified.connection.as_ref().map(|_| REFRESHED_TOKENS_REASON.to_owned())),
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
        let Some(store) = STORES.get(index).copied() else { return self.send() };
        match store {
            StoreKind::Keychain if self.choices(ctx).first().is_some_and(|choice| choice.disabled_reason.is_some()) => {
                Transition::notify("The keychain cannot be used here.")
            }
            StoreKind::File if ctx.setup.no_store.is_some() => {
                self.problem.clone_from(&ctx.setup.no_store);
                Transition::stay()
            }
            StoreKind::File if !ctx.setup.file_was_chosen => {
                self.asks_consent = true;
                Transition::stay()
            }
            StoreKind::Keychain | StoreKind::File | StoreKind::None | StoreKind::Ntn => self.save(store, ctx),
        }
    }

    fn send(&mut self) -> Transition {
        self.problem = None;
        if self.verified.connection.is_some() {
            return Transition::notify(REFRESHED_TOKENS_REASON);
        }
        Transition::to(Route::Send(Box::new(self.verified.clone())))
    }

    fn save(&mut self, store: StoreKind, ctx: &Ctx<'_>) -> Transition {
        self.asks_consent = false;
        self.problem = None;
        self.saving = Some(store);
        let record = self.verified.record(store, self.expires_on, ctx.setup.today);
        Transition::start(Task::Save(Box::new(SaveRequest { verified: self.verified.clone(), record })))
    }

    fn on_consent(&mut self, given: bool, ctx: &Ctx<'_>) -> Transition {
        if given {
            return self.save(StoreKind::File, ctx);
        }
        self.asks_consent = false;
        Transition::stay()
    }

    /// Names the secrets to save: the user's own connection has two tokens and the client secret that refreshes them.
    fn secret_names(&self) -> &'static str {
        if self.verified.connection.is_some() { "both tokens and the client secret" } else { "the token" }
    }

    /// Tells which saved credential of the same key would be replaced, or which ones of the same workspace are kept: nothing is replaced
    /// silently.
    fn replacement_notice(&self, ctx: &Ctx<'_>) -> Option<String> {
        let account = self.verified.account();
        let records = || ctx.credential_index().credentials.iter();
        if let Some(same) = records().find(|record| record.account == account) {
            let user = same.user.as_deref().map(|user| format!(", as {user}")).unwrap_or_default();
            return Some(format!(
                "It replaces the one kept here since {}{user}: {}.",
                same.saved_on,
                unique_name(same, &ctx.credential_index().credentials)
            ));
        }
        let beside: Vec<_> = records().filter(|record| same_id(&record.account.workspace, &account.workspace)).collect();
        (!beside.is_empty())
            .then(|| format!("It is kept beside what is here of this workspace: {}.", list_names(&beside, ctx.credential_index())))
    }

    fn question(&self) -> String {
        format!("Where should {} be kept?", self.secret_names())
    }

    fn consent_question(&self, ctx: &Ctx<'_>) -> String {
        format!(
            "Write {} as plain text to {}? Only your user can read the file; backups and other programs of yours can too.",
            self.secret_names(),
            ctx.setup.file_place
        )
    }
}

impl Page for SavePage {
    fn stage(&self) -> Stage {
        Stage::Save
    }

    fn mode(&self) -> Mode {
        if self.asks_consent { Mode::Confirm } else { Mode::Normal }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if self.asks_consent {
            return match input {
                Input::Do(Intent::Yes) => self.on_consent(true, ctx),
                Input::Answer(Answer::Consent(given)) => self.on_consent(given, ctx),
                Input::Do(Intent::Back) => self.on_consent(false, ctx),
                Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => Transition::stay(),
            };
        }
        match input {
            Input::Do(Intent::Up) => self.select(self.selected.saturating_sub(1)),
            Input::Do(Intent::Down) => self.select(self.selected + 1),
            Input::Do(Intent::First) => self.select(0),
            Input::Do(Intent::Last) => self.select(STORES.len()),
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => return self.pick(index, ctx),
            Input::Do(Intent::Confirm) => return self.pick(self.selected, ctx),
            Input::Do(Intent::Retry) => {
                self.problem = None;
                return Transition { reprobe: true, ..Transition::notify("Looking at the keychain again.") };
            }
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        let store = self.saving.take().unwrap_or(StoreKind::None);
        match reply {
            Ok(TaskOutcome::Saved(receipt)) => {
                let record = self.verified.record(store, self.expires_on, ctx.setup.today);
                Transition::finish(Route::Done(Box::new(SignInOutcome {
                    record,
                    receipt,
                    found_in: self.verified.found_in.clone(),
                    needs_keyring_variable: false,
                })))
            }
            reply => {
                let problem = problem_of(reply);
                if problem.offers(RemedyAction::UseFile) {
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
        if let Some(text) = self.replacement_notice(ctx) {
            sheet.text(Role::Text, &text);
        }
        sheet.blank();
        for (index, choice) in self.choices(ctx).iter().enumerate() {
            components::draw_choice(&mut sheet, index + 1, choice, index == self.selected);
        }
        if self.asks_consent {
            sheet.blank();
            let mark = vec![sheet.span(Role::Warn, &format!("{} ", theme.glyph(Glyph::Warn)))];
            sheet.hanging(mark, Role::Title, &self.consent_question(ctx));
            components::draw_yes_no(&mut sheet, "write it", "choose again");
        }
        if ctx.is_waiting {
            sheet.blank();
            sheet.scroll_to_here();
            let text = match self.saving {
                Some(StoreKind::Keychain) => "Saving to the keychain. If it opens a dialog, answer it; Esc cancels.",
                Some(StoreKind::File) => "Writing the file and reading it back.",
                Some(StoreKind::None | StoreKind::Ntn) | None => "One moment.",
            };
            components::draw_waiting(&mut sheet, text);
            if ctx.is_quitting {
                sheet.text(Role::Dim, "The program ends as soon as this is finished.");
            }
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            sheet.scroll_to_here();
            components::draw_problem(&mut sheet, problem, Mode::Normal);
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        if self.asks_consent {
            return Prompt::Consent { id: PromptId::Plaintext, question: self.consent_question(ctx) };
        }
        Prompt::Choice { id: PromptId::Store, prompt: self.question(), options: self.choices(ctx).into() }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if ctx.is_waiting {
            let may_show_dialog = self.saving == Some(StoreKind::Keychain);
            return if may_show_dialog { vec![(Intent::Back, "cancel")] } else { Vec::new() };
        }
        if self.asks_consent {
            return vec![(Intent::Yes, "write the file"), (Intent::Back, "choose again")];
        }
        vec![(Intent::Confirm, "keep"), (Intent::Back, "back"), (Intent::Pick(0), "to 4 pick"), (Intent::Retry, "look again")]
    }

    /// The token is not saved yet, so cancelling a keychain dialog leads back to the choice.
    fn back_cancels_wait(&self) -> bool {
        true
    }

    fn has_unsaved_credential(&self) -> bool {
        self.verified.found_in.is_none()
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
