//! The form for port, client ID and client secret; one of the three fields has the focus.

use crate::domain::oauth::{Client, Redirect};
use crate::domain::secret::Secret;
use crate::domain::token_text::{AssignedTo, Reading, Shape, holds_a_secret, is_an_id, read, stripped};
use crate::wizard::context::ExampleClient;
use crate::wizard::msg::Edit;
use crate::wizard::text_field::TextField;
use crate::wizard::theme::Role;
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Port,
    Id,
    Secret,
}

impl Field {
    const ALL: [Self; 3] = [Self::Port, Self::Id, Self::Secret];

    fn label(self) -> &'static str {
        match self {
            Self::Port => "Port",
            Self::Id => "Client id",
            Self::Secret => "Client secret",
        }
    }
}

/// The result of a paste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pasted {
    /// Client ID or secret is still missing.
    Text,
    Both,
    /// A URL, which is compared and not entered.
    Address(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    port: TextField,
    id: TextField,
    secret: TextField,
    focus: Field,
    /// Tells what was removed around the last paste, or which field it went to.
    note: Option<String>,
}

impl Form {
    pub(super) fn new(redirect: Redirect, client_id: Option<&str>) -> Self {
        let mut form = Self {
            port: TextField::plain(redirect.port.to_string()),
            id: TextField::plain(client_id.unwrap_or_default()),
            secret: TextField::default(),
            focus: Field::Id,
            note: None,
        };
        if client_id.is_some() {
            form.focus = Field::Secret;
        }
        form
    }

    pub(super) fn focus(&self) -> Field {
        self.focus
    }

    pub(super) fn step(&mut self, by: isize) {
        let here = Field::ALL.iter().position(|field| *field == self.focus).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(Field::ALL.len() - 1);
        self.step_to(Field::ALL.get(there).copied().unwrap_or(Field::Id));
    }

    pub(super) fn step_to(&mut self, field: Field) {
        self.focus = field;
    }

    fn field(&self, field: Field) -> &TextField {
        match field {
            Field::Port => &self.port,
            Field::Id => &self.id,
            Field::Secret => &self.secret,
        }
    }

    fn field_mut(&mut self, field: Field) -> &mut TextField {
        match field {
            Field::Port => &mut self.port,
            Field::Id => &mut self.id,
            Field::Secret => &mut self.secret,
        }
    }

    pub(super) fn is_empty(&self, field: Field) -> bool {
        self.field(field).is_empty()
    }

    /// True if port, ID and secret are equal; the focus does not matter.
    pub(super) fn has_same_text(&self, other: &Self) -> bool {
        Field::ALL.iter().all(|field| self.field(*field).text() == other.field(*field).text())
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        // A port consists of digits; anything else is a typing mistake.
        if self.focus == Field::Port && matches!(edit, Edit::Insert(character) if !character.is_ascii_digit()) {
            return;
        }
        self.note = None;
        self.field_mut(self.focus).edit(edit);
    }

    /// Handles a paste, which replaces the field's text, because IDs and secrets are copied whole. Another service's secret is rejected.
    pub(super) fn paste(&mut self, pasted: &Secret) -> Pasted {
        let reading = read(pasted);
        self.note = None;
        if reading.single.is_none() && (reading.client_id.is_some() || reading.client_secret.is_some()) {
            return self.paste_lines(&reading);
        }
        if let Some(format) = reading.foreign() {
            self.note = Some(format!("This is {}, which does not belong here. It was not taken.", format.name));
            return Pasted::Text;
        }
        let Some(value) = reading.single.as_ref().filter(|_| reading.shape != Shape::TooLong) else {
            self.note = Some("That is neither an id nor a secret: they are one word each.".into());
            return Pasted::Text;
        };
        // Five digits typed over a slow line arrive at once, which is how some terminals paste.
        if self.focus == Field::Port {
            let field = pasted_into(TextField::plain(""), value);
            if port(&field).is_some() {
                self.port = field;
                return Pasted::Text;
            }
        }
        let mut into = if self.focus == Field::Port { Field::Id } else { self.focus };
        // A line of a `.env` file names its value. A secret is never shown as an ID, nor sent as one.
        let is_named = reading.assigned_to.is_some();
        let is_id = reading.assigned_to == Some(AssignedTo::ClientId) || !is_named && is_an_id(value);
        let is_secret = is_named && !is_id || holds_a_secret(value);
        let is_astray = is_secret && into == Field::Id;
        match (is_id, is_secret) {
            (_, true) => into = Field::Secret,
            (true, false) => into = Field::Id,
            (false, false) => {}
        }
        let empty = if into == Field::Secret { TextField::default() } else { TextField::plain("") };
        let field = pasted_into(empty, value);
        if let Some(address) = field.address() {
            return Pasted::Address(address);
        }
        let removed = || (!reading.removed.is_empty()).then(|| format!("Removed around it: {}.", reading.removed.join(", ")));
        self.note = if is_astray { Some("That looks like a secret, so it went into its field.".into()) } else { removed() };
        *self.field_mut(into) = field;
        self.focus = if self.is_empty(Field::Id) { Field::Id } else { Field::Secret };
        self.outcome()
    }

    /// Handles several lines of a file, each with the name of its value.
    fn paste_lines(&mut self, reading: &Reading) -> Pasted {
        if let Some(id) = &reading.client_id {
            self.id = pasted_into(TextField::plain(""), id);
        }
        if let Some(secret) = &reading.client_secret {
            self.secret = pasted_into(TextField::default(), secret);
        }
        self.note = Some("The id and the secret were taken by their names.".into());
        self.focus = if self.is_empty(Field::Id) { Field::Id } else { Field::Secret };
        self.outcome()
    }

    /// Returns the result of a paste. A secret that does not look like Notion's is not sent without a key press.
    fn outcome(&mut self) -> Pasted {
        match self.client() {
            Some(client) if holds_a_secret(&client.secret) => Pasted::Both,
            Some(_) => {
                self.note = Some("The secret does not begin like Notion's (secret_). Press Enter to send both to Notion.".into());
                Pasted::Text
            }
            None => Pasted::Text,
        }
    }

    /// Returns the reason why the secret must not be sent.
    pub(super) fn refusal(&self) -> Option<String> {
        let reading = read(self.secret.text());
        let is_refused = !self.secret.is_empty() && !reading.can_be_client_secret();
        let id = read(self.id.text()).foreign();
        match (is_refused, reading.shape, id) {
            (true, Shape::Foreign(format), _) | (_, _, Some(format)) => {
                Some(format!("There is {} among them. It was not sent.", format.name))
            }
            (true, ..) if reading.is_token() => {
                Some("This is a token, not a client secret. It was not sent. Choose the token path to sign in with it.".into())
            }
            (true, ..) => Some("That is no client secret. It stands on the page of the connection at Notion.".into()),
            (false, ..) => None,
        }
    }

    pub(super) fn refuse(&mut self, reason: String) {
        self.note = Some(reason);
    }

    /// Sets the port from a line in plain mode; returns false if it is not a number.
    pub(super) fn tell_port(&mut self, told: &Secret) -> bool {
        let field = pasted_into(TextField::plain(""), &stripped(told));
        let is_number = field.plain_text().is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        if is_number {
            self.port = field;
        }
        is_number
    }

    pub(super) fn fill(&mut self, example: &ExampleClient) {
        self.id = TextField::plain(example.id.clone());
        self.secret = TextField::default();
        self.secret.set(Secret::new(example.secret.clone()));
        self.focus = Field::Secret;
    }

    /// Returns client ID and secret if both are there.
    pub(super) fn client(&self) -> Option<Client> {
        let id = self.id.plain_text().filter(|id| !id.is_empty())?;
        (!self.secret.is_empty()).then(|| Client { id: id.to_owned(), secret: self.secret.text().clone() })
    }

    /// Returns the redirect URI with the typed port.
    pub(super) fn redirect(&self) -> Option<Redirect> {
        port(&self.port).map(|port| Redirect { port })
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        for field in Field::ALL {
            // The port rarely changes, so it is drawn only while it has the focus.
            if field == Field::Port && self.focus != Field::Port {
                continue;
            }
            marks::entry(sheet, field.label(), self.field(field), self.focus == field);
        }
        if let Some(note) = &self.note {
            sheet.text(Role::Dim, note);
        }
    }
}

fn pasted_into(mut field: TextField, value: &Secret) -> TextField {
    field.paste(value);
    field
}

/// Parses the port. Ports below 1024 are privileged.
fn port(field: &TextField) -> Option<u16> {
    field.plain_text()?.parse().ok().filter(|port| *port >= 1024)
}
