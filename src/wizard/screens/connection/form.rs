//! The form for port, client ID and client secret; one of the three fields has the focus.

use crate::domain::oauth::{OauthClient, RedirectUri};
use crate::domain::secret::Secret;
use crate::domain::token_text::{NameHint, TokenScan, TokenShape, contains_secret, has_notion_id_form, scan, strip_wrapping};
use crate::wizard::context::DemoClient;
use crate::wizard::msg::Edit;
use crate::wizard::text_field::TextField;
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use strum::VariantArray;

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub(super) enum ConnectionField {
    Port,
    Id,
    Secret,
}

impl ConnectionField {
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
pub(super) enum PasteResult {
    /// Client ID or secret is still missing.
    Incomplete,
    Complete,
    /// A URL, which is compared and not entered.
    Url(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ConnectionForm {
    port: TextField,
    id: TextField,
    secret: TextField,
    focus: ConnectionField,
    /// Tells what was removed around the last paste, or which field it went to.
    note: Option<String>,
}

impl ConnectionForm {
    pub(super) fn new(redirect: RedirectUri, client_id: Option<&str>) -> Self {
        let mut form = Self {
            port: TextField::id(redirect.port.to_string()),
            id: TextField::id(client_id.unwrap_or_default()),
            secret: TextField::default(),
            focus: ConnectionField::Id,
            note: None,
        };
        if client_id.is_some() {
            form.focus = ConnectionField::Secret;
        }
        form
    }

    pub(super) fn focus(&self) -> ConnectionField {
        self.focus
    }

    pub(super) fn move_focus(&mut self, by: isize) {
        let here = ConnectionField::VARIANTS.iter().position(|field| *field == self.focus).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(ConnectionField::VARIANTS.len() - 1);
        self.set_focus(ConnectionField::VARIANTS.get(there).copied().unwrap_or(ConnectionField::Id));
    }

    pub(super) fn set_focus(&mut self, field: ConnectionField) {
        self.focus = field;
    }

    fn field(&self, field: ConnectionField) -> &TextField {
        match field {
            ConnectionField::Port => &self.port,
            ConnectionField::Id => &self.id,
            ConnectionField::Secret => &self.secret,
        }
    }

    fn field_mut(&mut self, field: ConnectionField) -> &mut TextField {
        match field {
            ConnectionField::Port => &mut self.port,
            ConnectionField::Id => &mut self.id,
            ConnectionField::Secret => &mut self.secret,
        }
    }

    pub(super) fn is_empty(&self, field: ConnectionField) -> bool {
        self.field(field).is_empty()
    }

    /// True if port, ID and secret are equal; the focus does not matter.
    pub(super) fn has_same_text(&self, other: &Self) -> bool {
        ConnectionField::VARIANTS.iter().all(|field| self.field(*field).text() == other.field(*field).text())
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        // A port consists of digits; anything else is a typing mistake.
        if self.focus == ConnectionField::Port && matches!(edit, Edit::Insert(character) if !character.is_ascii_digit()) {
            return;
        }
        self.note = None;
        self.field_mut(self.focus).edit(edit);
    }

    /// Handles a paste, which replaces the field's text, because IDs and secrets are copied whole. Another service's secret is rejected.
    pub(super) fn paste(&mut self, pasted: &Secret) -> PasteResult {
        let reading = scan(pasted);
        self.note = None;
        if reading.single.is_none() && (reading.client_id.is_some() || reading.client_secret.is_some()) {
            return self.paste_lines(&reading);
        }
        if let Some(format) = reading.foreign_format() {
            self.note = Some(format!("This is {}, which does not belong here. It was not taken.", format.name));
            return PasteResult::Incomplete;
        }
        let Some(value) = reading.single.as_ref().filter(|_| reading.shape != TokenShape::TooLong) else {
            self.note = Some("That is neither an id nor a secret: they are one word each.".into());
            return PasteResult::Incomplete;
        };
        // Five digits typed over a slow line arrive at once, which is how some terminals paste.
        if self.focus == ConnectionField::Port {
            let field = paste_into(TextField::id(""), value);
            if parse_port(&field).is_some() {
                self.port = field;
                return PasteResult::Incomplete;
            }
        }
        let mut into = if self.focus == ConnectionField::Port { ConnectionField::Id } else { self.focus };
        // A line of a `.env` file names its value. A secret is never shown as an ID, nor sent as one.
        let is_named = reading.assigned_to.is_some();
        let is_id = reading.assigned_to == Some(NameHint::ClientId) || !is_named && has_notion_id_form(value);
        let is_secret = is_named && !is_id || contains_secret(value);
        let is_astray = is_secret && into == ConnectionField::Id;
        match (is_id, is_secret) {
            (_, true) => into = ConnectionField::Secret,
            (true, false) => into = ConnectionField::Id,
            (false, false) => {}
        }
        let empty = if into == ConnectionField::Secret { TextField::default() } else { TextField::id("") };
        let field = paste_into(empty, value);
        if let Some(address) = field.url() {
            return PasteResult::Url(address);
        }
        let removed = || (!reading.removed.is_empty()).then(|| format!("Removed around it: {}.", reading.removed.join(", ")));
        self.note = if is_astray { Some("That looks like a secret, so it went into its field.".into()) } else { removed() };
        *self.field_mut(into) = field;
        self.focus = if self.is_empty(ConnectionField::Id) { ConnectionField::Id } else { ConnectionField::Secret };
        self.paste_result()
    }

    /// Handles several lines of a file, each with the name of its value.
    fn paste_lines(&mut self, reading: &TokenScan) -> PasteResult {
        if let Some(id) = &reading.client_id {
            self.id = paste_into(TextField::id(""), id);
        }
        if let Some(secret) = &reading.client_secret {
            self.secret = paste_into(TextField::default(), secret);
        }
        self.note = Some("The id and the secret were taken by their names.".into());
        self.focus = if self.is_empty(ConnectionField::Id) { ConnectionField::Id } else { ConnectionField::Secret };
        self.paste_result()
    }

    /// Returns the result of a paste. A secret that does not look like Notion's is not sent without a key press.
    fn paste_result(&mut self) -> PasteResult {
        match self.client() {
            Some(client) if contains_secret(&client.secret) => PasteResult::Complete,
            Some(_) => {
                self.note = Some("The secret does not begin like Notion's (secret_). Press Enter to send both to Notion.".into());
                PasteResult::Incomplete
            }
            None => PasteResult::Incomplete,
        }
    }

    /// Returns the reason why the secret must not be sent.
    pub(super) fn refusal(&self) -> Option<String> {
        let reading = scan(self.secret.text());
        let is_refused = !self.secret.is_empty() && !reading.can_be_client_secret();
        let id = scan(self.id.text()).foreign_format();
        match (is_refused, reading.shape, id) {
            (true, TokenShape::Foreign(format), _) | (_, _, Some(format)) => {
                Some(format!("There is {} among them. It was not sent.", format.name))
            }
            (true, ..) if reading.is_token() => {
                Some("This is a token, not a client secret. It was not sent. Choose the token path to sign in with it.".into())
            }
            (true, ..) => Some("That is no client secret. It stands on the page of the connection at Notion.".into()),
            (false, ..) => None,
        }
    }

    pub(super) fn set_note(&mut self, reason: String) {
        self.note = Some(reason);
    }

    /// Sets the port from a line in plain mode; returns false if it is not a number.
    pub(super) fn set_port(&mut self, told: &Secret) -> bool {
        let field = paste_into(TextField::id(""), &strip_wrapping(told));
        let is_number = field.public_text().is_some_and(|told| told.bytes().all(|byte| byte.is_ascii_digit()));
        if is_number {
            self.port = field;
        }
        is_number
    }

    pub(super) fn fill_example(&mut self, example: &DemoClient) {
        self.id = TextField::id(example.id.clone());
        self.secret = TextField::default();
        self.secret.set(Secret::new(example.secret.clone()));
        self.focus = ConnectionField::Secret;
    }

    /// Returns client ID and secret if both are there.
    pub(super) fn client(&self) -> Option<OauthClient> {
        let id = self.id.public_text().filter(|id| !id.is_empty())?;
        (!self.secret.is_empty()).then(|| OauthClient { id: id.to_owned(), secret: self.secret.text().clone() })
    }

    /// Returns the redirect URI with the typed port.
    pub(super) fn redirect(&self) -> Option<RedirectUri> {
        parse_port(&self.port).map(|port| RedirectUri { port })
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        for &field in ConnectionField::VARIANTS {
            // The port rarely changes, so it is drawn only while it has the focus.
            if field == ConnectionField::Port && self.focus != ConnectionField::Port {
                continue;
            }
            components::draw_labelled_field(sheet, field.label(), self.field(field), self.focus == field);
        }
        if let Some(note) = &self.note {
            sheet.text(Role::Dim, note);
        }
    }
}

fn paste_into(mut field: TextField, value: &Secret) -> TextField {
    field.paste(value);
    field
}

/// Parses the port. Ports below 1024 are privileged.
fn parse_port(field: &TextField) -> Option<u16> {
    field.public_text()?.parse().ok().filter(|port| *port >= 1024)
}
