//! The form for port, client ID and client secret; one of the three fields has the focus.

use crate::domain::oauth::{OauthClient, RedirectUri};
use crate::domain::secret::Secret;
use crate::domain::token_text::{NameHint, TokenScan, TokenShape, contains_secret, has_notion_id_form, scan, strip_wrapping};
use crate::wizard::context::DemoClient;
use crate::wizard::kit::{Form, FormEvent};
use crate::wizard::msg::{Edit, Input};
use crate::wizard::text_field::TextField;

/// The fields, in their order.
pub(super) const PORT: usize = 0;
pub(super) const ID: usize = 1;
pub(super) const SECRET: usize = 2;

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
pub(super) struct ConnectionForm(pub(super) Form);

impl ConnectionForm {
    /// The port rarely changes, so it is drawn only while it has the focus.
    pub(super) fn new(redirect: RedirectUri, client_id: Option<&str>) -> Self {
        let form = Form::default().folded("Port", TextField::id(redirect.port.to_string()));
        let form = form.field("Client ID", TextField::id(client_id.unwrap_or_default()));
        Self(form.field("Client secret", TextField::default()).focused(if client_id.is_some() { SECRET } else { ID }))
    }

    fn public_text(&self, index: usize) -> &str {
        self.0.text(index).and_then(TextField::public_text).unwrap_or_default()
    }

    fn secret(&self) -> Secret {
        self.0.text(SECRET).map(|field| field.text().clone()).unwrap_or_default()
    }

    pub(super) fn on_input(&mut self, input: &Input) -> FormEvent {
        // A port consists of digits; anything else is a typing mistake.
        let is_mistake = matches!(input, Input::Type(Edit::Insert(character)) if !character.is_ascii_digit());
        if self.0.focus() == PORT && is_mistake { FormEvent::Handled } else { self.0.on_input(input) }
    }

    /// Handles a paste, which replaces the field's text, because IDs and secrets are copied whole. Another service's secret is rejected.
    pub(super) fn paste(&mut self, pasted: &Secret) -> PasteResult {
        let reading = scan(pasted);
        self.0.set_note(None);
        if reading.single.is_none() && (reading.client_id.is_some() || reading.client_secret.is_some()) {
            return self.paste_lines(&reading);
        }
        if let Some(format) = reading.foreign_format() {
            self.0.set_note(Some(format!("That's {}, which doesn't belong here. It wasn't used.", format.name)));
            return PasteResult::Incomplete;
        }
        let Some(value) = reading.single.as_ref().filter(|_| reading.shape != TokenShape::TooLong) else {
            self.0.set_note(Some("That's neither an ID nor a secret: each is a single word.".into()));
            return PasteResult::Incomplete;
        };
        // Five digits typed over a slow line arrive at once, which is how some terminals paste.
        if self.0.focus() == PORT {
            let field = paste_into(TextField::id(""), value);
            if parse_port(field.public_text().unwrap_or_default()).is_some() {
                self.0.set(PORT, field);
                return PasteResult::Incomplete;
            }
        }
        let mut into = self.0.focus().max(ID);
        // A line of a `.env` file names its value. A secret is never shown as an ID, nor sent as one.
        let is_named = reading.assigned_to.is_some();
        let is_id = reading.assigned_to == Some(NameHint::ClientId) || !is_named && has_notion_id_form(value);
        let is_secret = is_named && !is_id || contains_secret(value);
        let is_astray = is_secret && into == ID;
        match (is_id, is_secret) {
            (_, true) => into = SECRET,
            (true, false) => into = ID,
            (false, false) => {}
        }
        let empty = if into == SECRET { TextField::default() } else { TextField::id("") };
        let field = paste_into(empty, value);
        if let Some(address) = field.url() {
            return PasteResult::Url(address);
        }
        let removed = || (!reading.removed.is_empty()).then(|| format!("Removed: {}.", reading.removed.join(", ")));
        self.0.set_note(if is_astray {
            Some("That looks like a client secret, so it was moved to that field.".into())
        } else {
            removed()
        });
        self.0.set(into, field);
        self.focus_missing();
        self.paste_result()
    }

    /// Handles several lines of a file, each with the name of its value.
    fn paste_lines(&mut self, reading: &TokenScan) -> PasteResult {
        if let Some(id) = &reading.client_id {
            self.0.set(ID, paste_into(TextField::id(""), id));
        }
        if let Some(secret) = &reading.client_secret {
            self.0.set(SECRET, paste_into(TextField::default(), secret));
        }
        self.0.set_note(Some("Filled in the ID and the secret by their names.".into()));
        self.focus_missing();
        self.paste_result()
    }

    pub(super) fn focus_missing(&mut self) {
        self.0.set_focus(if self.0.is_empty(ID) { ID } else { SECRET });
    }

    /// Returns the result of a paste. A secret that does not look like Notion's is not sent without a key press.
    fn paste_result(&mut self) -> PasteResult {
        match self.client() {
            Some(client) if contains_secret(&client.secret) => PasteResult::Complete,
            Some(_) => {
                self.0.set_note(Some("Notion's secrets usually start with secret_. Press Enter to check it with Notion.".into()));
                PasteResult::Incomplete
            }
            None => PasteResult::Incomplete,
        }
    }

    /// Returns the reason why the secret must not be sent.
    pub(super) fn refusal(&self) -> Option<String> {
        let reading = scan(&self.secret());
        let is_refused = !self.0.is_empty(SECRET) && !reading.can_be_client_secret();
        let id = self.0.text(ID).and_then(|id| scan(id.text()).foreign_format());
        match (is_refused, reading.shape, id) {
            (true, TokenShape::Foreign(format), _) | (_, _, Some(format)) => {
                Some(format!("That contains {}. Nothing was sent.", format.name))
            }
            (true, ..) if reading.is_token() => {
                Some("That's a token, not a client secret. It wasn't sent. To sign in with it, choose the token path.".into())
            }
            (true, ..) => Some("That's not a client secret. Copy it from the connection's page at Notion.".into()),
            (false, ..) => None,
        }
    }

    /// Sets the port from a line in plain mode; returns false if it is not a number.
    pub(super) fn set_port(&mut self, line: &Secret) -> bool {
        let field = paste_into(TextField::id(""), &strip_wrapping(line));
        let is_number = field.public_text().is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
        if is_number {
            self.0.set(PORT, field);
        }
        is_number
    }

    pub(super) fn fill_example(&mut self, example: &DemoClient) {
        self.0.set(ID, TextField::id(example.id.clone()));
        self.0.set(SECRET, paste_into(TextField::default(), &Secret::new(example.secret.clone())));
        self.0.set_focus(SECRET);
    }

    /// Returns client ID and secret if both are there.
    pub(super) fn client(&self) -> Option<OauthClient> {
        let id = self.public_text(ID).to_owned();
        (!id.is_empty() && !self.0.is_empty(SECRET)).then(|| OauthClient { id, secret: self.secret() })
    }

    /// Returns the redirect URI with the typed port.
    pub(super) fn redirect(&self) -> Option<RedirectUri> {
        parse_port(self.public_text(PORT)).map(|port| RedirectUri { port })
    }
}

fn paste_into(mut field: TextField, value: &Secret) -> TextField {
    field.paste(value);
    field
}

/// Parses the port. Ports below 1024 are privileged.
fn parse_port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port >= 1024)
}
