//! The form for the client ID and client secret of the provider's app, and the consent to passing them as
//! arguments.

use super::{View, WorkersPage};
use crate::domain::oauth::OauthClient;
use crate::domain::secret::Secret;
use crate::domain::token_text::{NameHint, TokenShape, contains_secret, scan};
use crate::domain::workers::declaration::variable_names;
use crate::domain::workers::{StepCommand, WorkerStep};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Form, FormEvent};
use crate::wizard::msg::{Input, Intent, Mode, Prompt, PromptId, Transition};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// The consent question before the credentials are passed as arguments.
pub(super) const ARGUMENTS_QUESTION: &str = "This version of ntn can't read variables from a file. While it runs, other programs on this \
                                        machine can see the ID and the secret in its arguments. Store them anyway?";

/// The fields, in their order.
const ID: usize = 0;
const SECRET: usize = 1;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct CredentialsForm(Form);

impl Default for CredentialsForm {
    fn default() -> Self {
        Self(Form::default().field("Client ID", TextField::id("")).field("Client secret", TextField::default()))
    }
}

impl CredentialsForm {
    /// Returns client ID and secret if both are there.
    fn client(&self) -> Option<OauthClient> {
        let id = self.0.text(ID)?.public_text()?.trim();
        let secret = self.0.text(SECRET).filter(|secret| !secret.is_empty() && !id.is_empty())?;
        Some(OauthClient { id: id.to_owned(), secret: secret.text().clone() })
    }

    /// Handles a paste, which replaces the text and moves to the missing field. A recognised secret goes into its own field,
    /// even if the other one has the focus.
    fn paste(&mut self, pasted: &Secret) {
        let reading = scan(pasted);
        if reading.single.is_none() && (reading.client_id.is_some() || reading.client_secret.is_some()) {
            for (field, value) in [(ID, reading.client_id), (SECRET, reading.client_secret)] {
                if let Some(value) = value {
                    self.replace(field, &value);
                }
            }
            return self.0.set_note(Some("Filled in the ID and the secret by their names.".into()));
        }
        let is_one_word =
            !matches!(reading.shape, TokenShape::Empty | TokenShape::Address | TokenShape::Unsendable | TokenShape::TooLong);
        let Some(value) = reading.single.filter(|_| is_one_word) else {
            let note = "That's neither an ID nor a secret: each is a single word, not a URL.";
            return self.0.set_note(Some(note.into()));
        };
        let field = match reading.assigned_to {
            Some(NameHint::ClientId) => ID,
            Some(NameHint::ClientSecret | NameHint::RefreshToken) => SECRET,
            _ if contains_secret(&value) => SECRET,
            Some(NameHint::Token | NameHint::WebhookSecret) | None => self.0.focus(),
        };
        self.0.set_note((!reading.removed.is_empty()).then(|| format!("Removed: {}.", reading.removed.join(", "))));
        self.replace(field, &value);
    }

    fn replace(&mut self, field: usize, value: &Secret) {
        let mut text = if field == ID { TextField::id("") } else { TextField::default() };
        text.paste(value);
        self.0.set(field, text);
        self.0.set_focus(field);
        if self.client().is_none() {
            self.focus_missing();
        }
    }

    /// Moves the focus to the missing field.
    fn focus_missing(&mut self) {
        self.0.set_focus(if self.0.is_empty(ID) { ID } else { SECRET });
    }

    pub(super) fn prompt(&self) -> Prompt {
        match self.0.focus() {
            ID => Prompt::Text { id: PromptId::ClientId, prompt: "The app's client ID".into() },
            _ => Prompt::Text { id: PromptId::ClientSecret, prompt: "The app's client secret".into() },
        }
    }

    pub(super) fn actions(&self, is_demo: bool, has_page: bool) -> Actions {
        let keys = match self.client() {
            Some(_) => Actions::enter("store both"),
            None if self.0.is_empty(self.0.focus()) => Actions::new(),
            None => Actions::enter("next"),
        };
        let keys = keys.back("back").key_if(is_demo && self.client().is_none(), Intent::NextField, "example").and(self.0.keys());
        keys.key_if(has_page, Intent::Open, "provider's page")
    }
}

impl WorkersPage {
    pub(super) fn on_credentials(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match (input, &ctx.setup.demo) {
            (Input::Do(Intent::Confirm), _) if self.form.client().is_some() => return self.submit(),
            (Input::Do(Intent::Confirm), _) => self.form.focus_missing(),
            // Tab fills in the demo's example, which is worthless elsewhere.
            (Input::Do(Intent::NextField), Some(demo)) if self.form.client().is_none() => {
                self.form.0.set_note(None);
                self.form.replace(ID, &Secret::new(demo.client.id.clone()));
                self.form.replace(SECRET, &Secret::new(demo.client.secret.clone()));
            }
            (Input::Do(Intent::Open), _) => return self.open_registration(ctx),
            // The typed text is kept in case the user comes back.
            (Input::Do(Intent::Back), _) => self.view = View::Steps,
            _ => {
                if let FormEvent::Pasted(text, is_line) = self.form.0.on_input(input) {
                    self.form.paste(&text);
                    if is_line && self.form.client().is_some() {
                        return self.submit();
                    }
                }
            }
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

    pub(super) fn on_arguments_consent(&mut self, agreed: bool) -> Transition {
        if agreed {
            return self.store(true);
        }
        self.view = View::Steps;
        Transition::notify("Nothing was stored.")
    }

    pub(super) fn draw_credentials(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let name = self.provider().filter(|provider| !provider.is_custom()).map(|provider| format!("{} ", provider.name));
        sheet.title(&format!("Client ID and secret of your {}app", name.unwrap_or_default()));
        self.form.0.draw(sheet);
        if ctx.setup.demo.is_some() && self.form.client().is_none() {
            let tab = components::key_name(sheet.theme(), Mode::Insert, Intent::NextField);
            components::draw_demo(sheet, &format!("{tab} fills in an example ID and secret."));
        }
        if let Some(runbook) = &self.runbook {
            let (id, secret) = variable_names(&runbook.key);
            sheet.blank();
            sheet.text(Role::Text, &format!("ntn stores them in the worker's environment at Notion, as {id} and {secret}."));
            sheet.text(Role::Dim, "notion-auth saves neither of them.");
        }
    }
}
