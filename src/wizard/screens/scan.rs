//! Tokens in plain text: what a scan of this user's files found, what to do about each secret, and moving tokens into the keychain. Nothing
//! is sent or changed without consent: one for verifying and saving, one for the lines of shell profiles.

mod view;

use super::Page;
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::StoreKind;
use crate::domain::problem::Problem;
use crate::domain::sanitize::capitalised;
use crate::domain::scan::{
    SaveProgress, ScanProgress, ScanReport, ScanRequest, SecretKind, ShellProfileChange, ShellProfilePlan, ShellProfileResult,
    TokenResult, counted,
};
use crate::domain::secret::Secret;
use crate::domain::store_choice::StoreChoice;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Consent, Menu, MenuEvent};
use crate::wizard::msg::{
    Choice, Input, Intent, Probe, Progress, Prompt, PromptId, Reply, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq)]
enum ScanPhase {
    /// The files are searched, or searching them failed or was cancelled.
    Scanning,
    Listing,
    /// One secret: its places, and what to do.
    Showing(usize),
    /// These tokens are to be sent to Notion and saved, which waits for consent.
    AwaitingSave(Vec<Secret>),
    /// There is no keychain, so they would go to a file in plain text, which needs consent.
    AwaitingPlaintext(Vec<Secret>),
    /// They are saved, or saving failed.
    Saving(Vec<Secret>),
    /// The changes to shell profiles are shown and wait for consent.
    AwaitingChange,
    Replacing,
    Finished,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScanPage {
    phase: ScanPhase,
    progress: ScanProgress,
    /// The token that is being saved.
    saving: Option<SaveProgress>,
    report: ScanReport,
    selected: usize,
    /// The selected answer of the page about one secret.
    selected_answer: usize,
    results: Vec<TokenResult>,
    plans: Vec<ShellProfilePlan>,
    changes: Vec<ShellProfileResult>,
    problem: Option<Problem>,
}

impl ScanPage {
    pub fn open() -> (Self, Task) {
        let page = Self {
            phase: ScanPhase::Scanning,
            progress: ScanProgress::default(),
            saving: None,
            report: ScanReport::default(),
            selected: 0,
            selected_answer: 0,
            results: Vec::new(),
            plans: Vec::new(),
            changes: Vec::new(),
            problem: None,
        };
        (page, Task::Scan(ScanRequest::default()))
    }

    fn scan(&mut self) -> Transition {
        let (page, task) = Self::open();
        *self = page;
        Transition::start(task)
    }

    fn all_tokens(&self) -> Vec<Secret> {
        self.report.tokens().iter().map(|token| token.secret.clone()).collect()
    }

    /// True if the list begins with an answer for all tokens.
    fn has_all(&self) -> bool {
        self.report.tokens().len() > 1
    }

    /// Returns the secrets, after the answer for all tokens if there are several.
    fn list(&self) -> Menu {
        let tokens = self.report.tokens().len();
        let all = self.has_all().then(|| Choice::new(format!("Move the {tokens} tokens into the keychain"), ""));
        let secrets = self.report.secrets();
        let items = secrets.iter().map(|secret| Choice::new(capitalised(&secret.title()), view::places_text(secret)));
        Menu::new(PromptId::FoundSecret, "Which one?", all.into_iter().chain(items).collect())
    }

    fn answers(&self, index: usize, ctx: &Ctx<'_>) -> Menu {
        let kind = self.report.secrets().get(index).map(|secret| secret.kind);
        let blocker = match (&ctx.setup.no_store, kind) {
            (Some(problem), _) => Some(problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned())),
            (None, Some(SecretKind::Token)) => None,
            (None, _) => Some("Only a token can be verified and saved.".to_owned()),
        };
        let save = Choice::new("Verify it with Notion and save it", "").disabled_because(blocker);
        Menu::new(PromptId::FoundSecretAnswer, "What next?", vec![save, Choice::new("Back to the list", "")])
    }

    fn on_list(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match self.list().on_input(&mut self.selected, input) {
            MenuEvent::Chosen(0) if self.has_all() => match &ctx.setup.no_store {
                Some(problem) => return Transition::refuse(problem.evidence.as_deref().unwrap_or_else(|| problem.headline())),
                None => self.phase = ScanPhase::AwaitingSave(self.all_tokens()),
            },
            MenuEvent::Chosen(index) => {
                self.selected_answer = 0;
                self.phase = ScanPhase::Showing(index - usize::from(self.has_all()));
            }
            MenuEvent::Handled(transition) => return *transition,
            MenuEvent::Ignored => {}
        }
        Transition::stay()
    }

    fn on_secret(&mut self, index: usize, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let mut selected = self.selected_answer;
        let event = self.answers(index, ctx).on_input(&mut selected, input);
        self.selected_answer = selected;
        match event {
            MenuEvent::Chosen(0) => {
                let secret = self.report.secrets().get(index).map(|secret| secret.secret.clone());
                self.phase = ScanPhase::AwaitingSave(secret.into_iter().collect());
            }
            MenuEvent::Chosen(_) => self.phase = ScanPhase::Listing,
            MenuEvent::Handled(transition) => return *transition,
            MenuEvent::Ignored => {}
        }
        Transition::stay()
    }

    /// Saves the tokens, unless there is no keychain and the file has not been agreed to.
    fn save(&mut self, tokens: Vec<Secret>, ctx: &Ctx<'_>) -> Transition {
        match ctx.choose_store() {
            StoreChoice::Undecided(_) | StoreChoice::Refused(_) => {
                self.phase = ScanPhase::AwaitingPlaintext(tokens);
                Transition::stay()
            }
            StoreChoice::Use(StoreKind::File) => self.save_in(tokens, Some(StoreKind::File), ctx),
            // The task probes the keychain, which may have changed since.
            StoreChoice::Use(_) | StoreChoice::ProbeFirst => self.save_in(tokens, None, ctx),
        }
    }

    fn save_in(&mut self, tokens: Vec<Secret>, store: Option<StoreKind>, ctx: &Ctx<'_>) -> Transition {
        let request = self.report.save_request(tokens.clone(), store, ctx.setup.today);
        (self.problem, self.saving) = (None, None);
        self.phase = ScanPhase::Saving(tokens);
        Transition::start(Task::SaveFoundTokens(Box::new(request)))
    }

    fn pending_changes(&self) -> Vec<ShellProfileChange> {
        self.plans.iter().filter_map(|plan| plan.change.as_ref().ok()?.as_deref().cloned()).collect()
    }

    fn on_saved(&mut self, results: Vec<TokenResult>, plans: Vec<ShellProfilePlan>) -> Transition {
        let has_saved = results.iter().any(|result| result.saved().is_some());
        (self.results, self.plans) = (results, plans);
        self.phase = if self.pending_changes().is_empty() { ScanPhase::Finished } else { ScanPhase::AwaitingChange };
        // The accounts have a new credential.
        if has_saved { Transition::start(Task::Probe(Probe::Inventory)) } else { Transition::stay() }
    }

    fn open_revocation_page(ctx: &Ctx<'_>) -> Transition {
        ctx.revocation_link(AuthMethod::Token.path()).map_or_else(Transition::stay, Transition::open)
    }
}

impl Page for ScanPage {
    /// A scan is beside the steps.
    fn has_steps(&self) -> bool {
        false
    }

    fn consent(&self, ctx: &Ctx<'_>) -> Option<Consent> {
        match &self.phase {
            ScanPhase::AwaitingSave(tokens) => {
                let tokens = counted(tokens.len(), "token");
                let question = format!("Send {tokens} to {} to verify, and save what works?", ctx.setup.notion_host);
                Some(Consent::new(PromptId::SaveTokens, question, "save", "not now"))
            }
            ScanPhase::AwaitingPlaintext(_) => {
                let question = format!("No keychain here. Save unencrypted in {}?", ctx.setup.file_place);
                Some(Consent::to_plaintext(&question, "use the file", "back"))
            }
            ScanPhase::AwaitingChange => {
                let lines = self.pending_changes().iter().map(|change| change.lines.len()).sum();
                let question = format!("Replace {}? A copy of the file is kept, without the token.", counted(lines, "line"));
                Some(Consent::new(PromptId::ReplaceLines, question, "replace", "not now"))
            }
            _ => None,
        }
    }

    fn on_consent(&mut self, agreed: bool, ctx: &Ctx<'_>) -> Transition {
        match (&self.phase, agreed) {
            (ScanPhase::AwaitingSave(tokens), true) => {
                let tokens = tokens.clone();
                self.save(tokens, ctx)
            }
            (ScanPhase::AwaitingPlaintext(tokens), true) => {
                let tokens = tokens.clone();
                self.save_in(tokens, Some(StoreKind::File), ctx)
            }
            (ScanPhase::AwaitingChange, true) => {
                self.phase = ScanPhase::Replacing;
                Transition::start(Task::ReplaceLines(self.pending_changes()))
            }
            (ScanPhase::AwaitingChange, false) => {
                self.phase = ScanPhase::Finished;
                Transition::stay()
            }
            _ => {
                self.phase = ScanPhase::Listing;
                Transition::stay()
            }
        }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (&self.phase, &input) {
            (ScanPhase::Showing(_), Input::Do(Intent::Back)) => {
                self.phase = ScanPhase::Listing;
                Transition::stay()
            }
            (ScanPhase::Saving(_), Input::Do(Intent::Back)) if !ctx.is_waiting => {
                self.problem = None;
                self.phase = ScanPhase::Listing;
                Transition::stay()
            }
            (_, Input::Do(Intent::Back)) => Transition::back(),
            _ if ctx.is_waiting => Transition::stay(),
            (ScanPhase::Saving(tokens), Input::Do(Intent::Retry) | Input::Answer(_)) => {
                self.phase = ScanPhase::AwaitingSave(tokens.clone());
                self.problem = None;
                Transition::stay()
            }
            (_, Input::Do(Intent::Retry)) | (ScanPhase::Scanning | ScanPhase::Replacing, Input::Answer(_)) => self.scan(),
            (ScanPhase::Showing(_) | ScanPhase::Finished, Input::Do(Intent::Open)) => Self::open_revocation_page(ctx),
            (ScanPhase::Listing, _) if !self.report.findings.is_empty() => self.on_list(&input, ctx),
            (ScanPhase::Showing(index), _) => self.on_secret(*index, &input, ctx),
            (ScanPhase::Listing | ScanPhase::Finished, Input::Do(Intent::Confirm) | Input::Answer(_)) => Transition::back(),
            _ => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        match progress {
            Progress::Scanned(progress) => self.progress = progress,
            Progress::SavingToken(next) => self.saving = Some(next),
            _ => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match reply {
            Ok(TaskOutcome::Scanned(report)) => {
                self.report = *report;
                self.phase = ScanPhase::Listing;
            }
            Ok(TaskOutcome::FoundTokensSaved(results, plans)) => return self.on_saved(results, plans),
            Ok(TaskOutcome::LinesReplaced(changes)) => {
                self.changes = changes;
                self.phase = ScanPhase::Finished;
            }
            reply => self.problem = Some(problem_of(reply)),
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        view::sheet(self, ctx, theme)
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        match self.phase {
            ScanPhase::Listing if !self.report.findings.is_empty() => self.list().prompt(),
            ScanPhase::Showing(index) => self.answers(index, ctx).prompt(),
            ScanPhase::Listing | ScanPhase::Finished => {
                Menu::new(PromptId::Finished, "What next?", vec![Choice::new("Back", "")]).prompt()
            }
            _ => Menu::new(PromptId::FoundSecret, "What now?", vec![Choice::new("Try again", "")]).prompt(),
        }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        match self.phase {
            ScanPhase::Scanning if ctx.is_waiting => Actions::only_back("back"),
            ScanPhase::Saving(_) if ctx.is_waiting => Actions::only_back("stop"),
            _ if ctx.is_waiting => Actions::new(),
            ScanPhase::Listing if !self.report.findings.is_empty() => {
                self.list().actions("continue").back("back").key(Intent::Retry, "rescan")
            }
            ScanPhase::Showing(index) => self.answers(index, ctx).actions("continue").back("back").key(Intent::Open, "revoke page"),
            ScanPhase::Listing => Actions::enter("back").back("back").key(Intent::Retry, "rescan"),
            ScanPhase::Finished => {
                Actions::enter("back").back("back").key(Intent::Retry, "rescan").key(Intent::Open, "revoke page")
            }
            _ => Actions::new().main(Intent::Retry, "try again").back("back"),
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn exit_message(&self) -> Option<String> {
        matches!(self.phase, ScanPhase::Finished).then(|| view::result_summary(self))
    }
}
