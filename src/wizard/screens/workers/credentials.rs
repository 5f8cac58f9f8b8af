//! The form for the client ID and client secret of the provider's app, and the consent to passing them as
//! arguments.

use super::{At, WorkersPage};
use crate::domain::oauth::Client;
use crate::domain::secret::Secret;
use crate::domain::token_text::{AssignedTo, Shape, holds_a_secret, read};
use crate::domain::workers::declaration::variable_names;
use crate::domain::workers::{Step, StepRun};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Edit, Given, Input, Intent, Mode, Transition};
use crate::wizard::screens::Hint;
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

/// The consent question before the credentials are passed as arguments.
pub(super) const QUESTION: &str = "This ntn cannot read variables from a file: id and secret would stand in its arguments for a \
                                   moment, where other programs on this machine can see them. Store them all the same?";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Id,
    Secret,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    id: TextField,
    secret: TextField,
    in_hand: Field,
    /// Tells what was removed around the last paste, or why it was rejected.
    note: Option<String>,
}

impl Default for Form {
    fn default() -> Self {
        Self { id: TextField::plain(""), secret: TextField::default(), in_hand: Field::Id, note: None }
    }
}

impl Form {
    /// Returns client ID and secret if both are there.
    fn client(&self) -> Option<Client> {
        let id = self.id.plain_text()?.trim();
        (!id.is_empty() && !self.secret.is_empty()).then(|| Client { id: id.to_owned(), secret: self.secret.text().clone() })
    }

    fn field_mut(&mut self) -> &mut TextField {
        match self.in_hand {
            Field::Id => &mut self.id,
            Field::Secret => &mut self.secret,
        }
    }

    fn edit(&mut self, edit: Edit) {
        self.note = None;
        self.field_mut().edit(edit);
    }

    /// Handles a paste, which replaces the text and moves to the missing field. A recognised secret goes into its own field,
    /// even if the other one has the focus.
    fn paste(&mut self, pasted: &Secret) {
        let reading = read(pasted);
        if reading.single.is_none() && (reading.client_id.is_some() || reading.client_secret.is_some()) {
            for (field, value) in [(Field::Id, reading.client_id), (Field::Secret, reading.client_secret)] {
                if let Some(value) = value {
                    self.in_hand = field;
                    self.replace(&value);
                }
            }
            self.note = Some("The id and the secret were taken by their names.".into());
            return;
        }
        let is_one_word = !matches!(reading.shape, Shape::Empty | Shape::Address | Shape::Unsendable | Shape::TooLong);
        let Some(value) = reading.single.filter(|_| is_one_word) else {
            self.note = Some("That is neither an id nor a secret: they are one word each, and no address.".into());
            return;
        };
        self.in_hand = match reading.assigned_to {
            Some(AssignedTo::ClientId) => Field::Id,
            Some(AssignedTo::ClientSecret | AssignedTo::RefreshToken) => Field::Secret,
            _ if holds_a_secret(&value) => Field::Secret,
            Some(AssignedTo::Token | AssignedTo::WebhookSecret) | None => self.in_hand,
        };
        self.note = (!reading.removed.is_empty()).then(|| format!("Taken away: {}.", reading.removed.join(", ")));
        self.replace(&value);
    }

    fn replace(&mut self, value: &Secret) {
        self.field_mut().edit(Edit::EraseAll);
        self.field_mut().paste(value);
        if self.client().is_none() {
            self.in_hand = if self.id.is_empty() { Field::Id } else { Field::Secret };
        }
    }

    /// Fills in the demo's example, which is worthless elsewhere.
    fn fill(&mut self, ctx: &Ctx<'_>) {
        if let Some(demo) = &ctx.setup.demo {
            self.id.set(Secret::new(demo.client.id.clone()));
            self.secret.set(Secret::new(demo.client.secret.clone()));
            (self.in_hand, self.note) = (Field::Secret, None);
        }
    }

    /// Moves the focus to the missing field.
    fn go_on(&mut self) {
        self.in_hand = if self.id.is_empty() { Field::Id } else { Field::Secret };
    }

    pub(super) fn ask(&self) -> Ask {
        match self.in_hand {
            Field::Id => Ask::Text { id: AskId::ClientId, prompt: "The client id of the app at the provider".into() },
            Field::Secret => Ask::Text { id: AskId::ClientSecret, prompt: "Its client secret".into() },
        }
    }

    pub(super) fn hints(&self) -> Vec<Hint> {
        let on = if self.client().is_some() { "store both" } else { "next" };
        vec![(Intent::Confirm, on), (Intent::Back, "back"), (Intent::Down, "other field"), (Intent::Open, "provider's page")]
    }

    fn draw(&self, sheet: &mut Sheet) {
        for (field, label, text) in [(Field::Id, "Client id", &self.id), (Field::Secret, "Client secret", &self.secret)] {
            marks::entry(sheet, label, text, self.in_hand == field);
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
            Input::Answer(Given::Text(text)) => {
                self.form.paste(text);
                if self.form.client().is_some() {
                    return self.submit();
                }
            }
            Input::Do(Intent::Confirm) if self.form.client().is_some() => return self.submit(),
            Input::Do(Intent::Confirm) => self.form.go_on(),
            // Tab fills in the demo's example.
            Input::Do(Intent::Example) if ctx.setup.demo.is_some() => self.form.fill(ctx),
            Input::Do(Intent::Down) => self.form.in_hand = Field::Secret,
            Input::Do(Intent::Example) if self.form.in_hand == Field::Id => self.form.in_hand = Field::Secret,
            Input::Do(Intent::Up | Intent::Example) => self.form.in_hand = Field::Id,
            Input::Do(Intent::Open) => return self.open_registration(ctx),
            // The typed text is kept in case the user comes back.
            Input::Do(Intent::Back) => self.at = At::Steps,
            _ => {}
        }
        Transition::stay()
    }

    /// Stores the credentials, after consent if they would be passed as arguments.
    pub(super) fn submit(&mut self) -> Transition {
        if self.form.client().is_none() {
            self.at = At::Credentials;
        } else if self.project.pushes_files {
            return self.store(false);
        } else {
            self.at = At::Arguments;
        }
        Transition::stay()
    }

    fn store(&mut self, in_arguments: bool) -> Transition {
        let (Some(client), Some(runbook)) = (self.form.client(), &self.runbook) else { return Transition::stay() };
        let (id_name, secret_name) = variable_names(&runbook.key);
        self.at = At::Steps;
        self.begin(Step::Credentials, StepRun::Credentials { id_name, secret_name, client, in_arguments })
    }

    pub(super) fn on_arguments(&mut self, input: &Input) -> Transition {
        match input {
            Input::Do(Intent::Yes) | Input::Answer(Given::Consent(true)) => self.store(true),
            Input::Do(Intent::Back) | Input::Answer(Given::Consent(false)) => {
                self.at = At::Steps;
                Transition::say("Nothing was stored.")
            }
            _ => Transition::stay(),
        }
    }

    pub(super) fn draw_credentials(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let name = self.provider().map_or("the provider", |provider| provider.name.as_str());
        sheet.title(&format!("Id and secret of the app at {name}"));
        self.form.draw(sheet);
        if ctx.setup.demo.is_some() {
            let tab = marks::key(sheet.theme(), Mode::Typing, Intent::Example);
            sheet.text(Role::Accent, &format!("Demo: {tab} fills in an id and a secret that open nothing."));
        }
        if let Some(runbook) = &self.runbook {
            let (id, secret) = variable_names(&runbook.key);
            sheet.blank();
            sheet.text(Role::Text, &format!("ntn stores them in the worker's environment at Notion, as {id} and {secret}."));
            sheet.text(Role::Dim, "notion-auth keeps neither of them.");
        }
    }

    pub(super) fn draw_question(sheet: &mut Sheet) {
        let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
        sheet.hanging(mark, Role::Title, QUESTION);
        marks::yes_or_no(sheet, "store them", "go back");
    }
}
