//! The form for the client ID and client secret of the provider's app, and the consent to passing them as
//! arguments.

use super::{View, WorkersPage};
use crate::domain::oauth::OauthClient;
use crate::domain::secret::Secret;
use crate::domain::token_text::{NameHint, TokenShape, contains_secret, scan};
use crate::domain::workers::declaration::variable_names;
use crate::domain::workers::{StepCommand, WorkerStep};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Answer, Edit, Input, Intent, Mode, Prompt, PromptId, Transition};
use crate::wizard::screens::Hint;
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// The consent question before the credentials are passed as arguments.
pub(super) const ARGUMENTS_QUESTION: &str = "This ntn cannot read variables from a file: id and secret would stand in its arguments for a \
                                   moment, where other programs on this machine can see them. Store them all the same?";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CredentialsField {
    Id,
    Secret,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct CredentialsForm {
    id: TextField,
    secret: TextField,
    focus: CredentialsField,
    /// Tells what was removed around the last paste, or why it was rejected.
    note: Option<String>,
}

impl Default for CredentialsForm {
    fn default() -> Self {
        Self { id: TextField::id(""), secret: TextField::default(), focus: CredentialsField::Id, note: None }
    }
}

impl CredentialsForm {
    /// Returns client ID and secret if both are there.
    fn client(&self) -> Option<OauthClient> {
        let id = self.id.public_text()?.trim();
        (!id.is_empty() && !self.secret.is_empty()).then(|| OauthClient { id: id.to_owned(), secret: self.secret.text().clone() })
    }

    fn field_mut(&mut self) -> &mut TextField {
        match self.focus {
            CredentialsField::Id => &mut self.id,
            CredentialsField::Secret => &mut self.secret,
        }
    }

    fn edit(&mut self, edit: Edit) {
        self.note = None;
        self.field_mut().edit(edit);
    }

    /// Handles a paste, which replaces the text and moves to the missing field. A recognised secret goes into its own field,
    /// even if the other one has the focus.
    fn paste(&mut self, pasted: &Secret) {
        let reading = scan(pasted);
        if reading.single.is_none() && (reading.client_id.is_some() || reading.client_secret.is_some()) {
            for (field, value) in [(CredentialsField::Id, reading.client_id), (CredentialsField::Secret, reading.client_secret)] {
                if let Some(value) = value {
                    self.focus = field;
                    self.replace(&value);
                }
            }
            self.note = Some("The id and the secret were taken by their names.".into());
            return;
        }
        let is_one_word =
            !matches!(reading.shape, TokenShape::Empty | TokenShape::Address | TokenShape::Unsendable | TokenShape::TooLong);
        let Some(value) = reading.single.filter(|_| is_one_word) else {
            self.note = Some("That is neither an id nor a secret: they are one word each, and no address.".into());
            return;
        };
        self.focus = match reading.assigned_to {
            Some(NameHint::ClientId) => CredentialsField::Id,
            Some(NameHint::ClientSecret | NameHint::RefreshToken) => CredentialsField::Secret,
            _ if contains_secret(&value) => CredentialsField::Secret,
            Some(NameHint::Token | NameHint::WebhookSecret) | None => self.focus,
        };
        self.note = (!reading.removed.is_empty()).then(|| format!("Taken away: {}.", reading.removed.join(", ")));
        self.replace(&value);
    }

    fn replace(&mut self, value: &Secret) {
        self.field_mut().edit(Edit::EraseAll);
        self.field_mut().paste(value);
        if self.client().is_none() {
            self.focus = if self.id.is_empty() { CredentialsField::Id } else { CredentialsField::Secret };
        }
    }

    /// Fills in the demo's example, which is worthless elsewhere.
    fn fill_example(&mut self, ctx: &Ctx<'_>) {
        if let Some(demo) = &ctx.setup.demo {
            self.id.set(Secret::new(demo.client.id.clone()));
            self.secret.set(Secret::new(demo.client.secret.clone()));
            (self.focus, self.note) = (CredentialsField::Secret, None);
        }
    }

    /// Moves the focus to the missing field.
    fn focus_missing(&mut self) {
        self.focus = if self.id.is_empty() { CredentialsField::Id } else { CredentialsField::Secret };
    }

    pub(super) fn prompt(&self) -> Prompt {
        match self.focus {
            CredentialsField::Id => {
                Prompt::Text { id: PromptId::ClientId, prompt: "The client id of the app at the provider".into() }
            }
            CredentialsField::Secret => Prompt::Text { id: PromptId::ClientSecret, prompt: "Its client secret".into() },
        }
    }

    pub(super) fn hints(&self) -> Vec<Hint> {
        let on = if self.client().is_some() { "store both" } else { "next" };
        vec![(Intent::Confirm, on), (Intent::Back, "back"), (Intent::Down, "other field"), (Intent::Open, "provider's page")]
    }

    fn draw(&self, sheet: &mut Sheet) {
        for (field, label, text) in
            [(CredentialsField::Id, "Client id", &self.id), (CredentialsField::Secret, "Client secret", &self.secret)]
        {
            components::draw_labelled_field(sheet, label, text, self.focus == field);
        }
        if let Some(note) = &self.note {
            sheet.text(Role::Dim, note);
        }
    }
}

impl WorkersPage {
    pub(super) fn on_credentials(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Type(edit) => self.form.edit(*edit),
            Input::Paste(text) => self.form.paste(text),
            Input::Answer(Answer::Text(text)) => {
                self.form.paste(text);
                if self.form.client().is_some() {
                    return self.submit();
                }
            }
            Input::Do(Intent::Confirm) if self.form.client().is_some() => return self.submit(),
            Input::Do(Intent::Confirm) => self.form.focus_missing(),
            // Tab fills in the demo's example.
            Input::Do(Intent::NextField) if ctx.setup.demo.is_some() => self.form.fill_example(ctx),
            Input::Do(Intent::Down) => self.form.focus = CredentialsField::Secret,
            Input::Do(Intent::NextField) if self.form.focus == CredentialsField::Id => self.form.focus = CredentialsField::Secret,
            Input::Do(Intent::Up | Intent::NextField) => self.form.focus = CredentialsField::Id,
            Input::Do(Intent::Open) => return self.open_registration(ctx),
            // The typed text is kept in case the user comes back.
            Input::Do(Intent::Back) => self.view = View::Steps,
            _ => {}
        }
        Transition::stay()
    }

    /// Stores the credentials, after consent if they would be passed as arguments.
    pub(super) fn submit(&mut self) -> Transition {
        if self.form.client().is_none() {
            self.view = View::Credentials;
        } else if self.project.supports_file_push {
            return self.store(false);
        } else {
            self.view = View::ArgumentsConsent;
        }
        Transition::stay()
    }

    fn store(&mut self, in_arguments: bool) -> Transition {
        let (Some(client), Some(runbook)) = (self.form.client(), &self.runbook) else { return Transition::stay() };
        let (id_name, secret_name) = variable_names(&runbook.key);
        self.view = View::Steps;
        self.start(WorkerStep::Credentials, StepCommand::Credentials { id_name, secret_name, client, in_arguments })
    }

    pub(super) fn on_arguments(&mut self, input: &Input) -> Transition {
        match input {
            Input::Do(Intent::Yes) | Input::Answer(Answer::Consent(true)) => self.store(true),
            Input::Do(Intent::Back) | Input::Answer(Answer::Consent(false)) => {
                self.view = View::Steps;
                Transition::notify("Nothing was stored.")
            }
            _ => Transition::stay(),
        }
    }

    pub(super) fn draw_credentials(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let name = self.provider().map_or("the provider", |provider| provider.name.as_str());
        sheet.title(&format!("Id and secret of the app at {name}"));
        self.form.draw(sheet);
        if ctx.setup.demo.is_some() {
            let tab = components::key_name(sheet.theme(), Mode::Insert, Intent::NextField);
            sheet.text(Role::Accent, &format!("Demo: {tab} fills in an id and a secret that open nothing."));
        }
        if let Some(runbook) = &self.runbook {
            let (id, secret) = variable_names(&runbook.key);
            sheet.blank();
            sheet.text(Role::Text, &format!("ntn stores them in the worker's environment at Notion, as {id} and {secret}."));
            sheet.text(Role::Dim, "notion-auth keeps neither of them.");
        }
    }

    pub(super) fn draw_arguments_consent(sheet: &mut Sheet) {
        let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
        sheet.hanging(mark, Role::Title, ARGUMENTS_QUESTION);
        components::draw_yes_no(sheet, "store them", "go back");
    }
}
