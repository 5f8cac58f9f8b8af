//! The form for a secret manager's options: the secret's name, and one field for each option.

use crate::domain::secret::Secret;
use crate::domain::secret_manager::{ManagerOption, SecretManager, SendPlan, SendRefusal, SendRequest};
use crate::domain::token_text::{contains_secret, strip_wrapping};
use crate::wizard::kit::{Form, FormEvent};
use crate::wizard::msg::Input;
use crate::wizard::text_field::TextField;
use crate::wizard::theme::Role;
use crate::wizard::widgets::sheet::Sheet;

/// Longest accepted value in bytes; names and options are shorter.
const MAX_VALUE_BYTES: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct SendForm {
    manager: &'static SecretManager,
    /// The name, then the manager's options in their order.
    pub(super) form: Form,
}

impl SendForm {
    pub(super) fn new(manager: &'static SecretManager) -> Self {
        let name = Form::default().field(manager.name_text(), TextField::visible(manager.default_name.as_str()));
        let add = |form: Form, option: &ManagerOption| {
            let needed = if option.needed { " (needed)" } else { "" };
            form.field(format!("{}{needed}", option.text), TextField::visible(option.default.as_deref().unwrap_or_default()))
        };
        let needed = manager.options.iter().position(|option| option.needed && option.default.is_none());
        Self { manager, form: manager.options.iter().fold(name, add).focused(needed.map_or(1, |at| at + 1)) }
    }

    /// Returns the plan if the form is complete and valid; otherwise shows the error.
    pub(super) fn plan(&mut self) -> Option<SendPlan> {
        let mut texts = self.form.texts().map(|field| field.public_text().unwrap_or_default().to_owned());
        let name = texts.next();
        let options = self.manager.options.iter().map(|option| option.id.clone()).zip(texts).collect();
        match (SendRequest { name, options }).validate(self.manager) {
            Ok(plan) => return Some(plan),
            Err(SendRefusal::Missing { flag, text }) => {
                let at = self.manager.options.iter().position(|option| option.flag() == flag);
                self.form.set_focus(at.map_or(0, |at| at + 1));
                self.form.fault(Some(format!("Required. {text}.")));
            }
            Err(SendRefusal::Invalid(why)) => self.form.fault(Some(format!("Not valid: {why}."))),
        }
        None
    }

    pub(super) fn on_input(&mut self, input: &Input) {
        if let FormEvent::Pasted(text, is_line) = self.form.on_input(input) {
            self.paste(&text);
            // An accepted line moves the focus to the next field; Enter alone continues.
            if is_line && !self.form.has_fault() {
                self.form.move_focus(1);
            }
        }
    }

    /// Handles a paste. A possible secret must not be shown or become an argument.
    fn paste(&mut self, text: &Secret) {
        let cleaned = strip_wrapping(text);
        if contains_secret(&cleaned) || cleaned.len() > MAX_VALUE_BYTES {
            return self.form.fault(Some("That could be a secret, which doesn't belong here.".to_owned()));
        }
        self.form.fault(None);
        let mut pasted = TextField::visible("");
        pasted.paste(&cleaned);
        self.form.set(self.form.focus(), pasted);
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        sheet.title(&format!("Where in {}?", self.manager.name));
        sheet.text(Role::Dim, &format!("Needs {}.", self.manager.login));
        sheet.blank();
        self.form.draw(sheet);
    }
}
