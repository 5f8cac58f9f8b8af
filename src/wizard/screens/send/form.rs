//! The form for a secret manager's options: the secret's name, and one field for each option.

use crate::domain::secret::Secret;
use crate::domain::secret_manager::{SecretManager, SendPlan, SendRefusal, SendRequest};
use crate::domain::token_text::{contains_secret, strip_wrapping};
use crate::wizard::msg::{Answer, Input, Intent};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// Longest accepted value in bytes; names and options are shorter.
const MAX_VALUE_BYTES: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct SendForm {
    manager: &'static SecretManager,
    name: TextField,
    /// In the order of the manager's options.
    options: Vec<TextField>,
    /// Index of the focused field; 0 is the name.
    focus: usize,
    fault: Option<String>,
}

impl SendForm {
    pub(super) fn new(manager: &'static SecretManager) -> Self {
        let field = |default: &Option<String>| TextField::visible(default.as_deref().unwrap_or_default());
        let options: Vec<TextField> = manager.options.iter().map(|option| field(&option.default)).collect();
        let needed = manager.options.iter().position(|option| option.needed && option.default.is_none());
        Self {
            manager,
            name: TextField::visible(manager.default_name.as_str()),
            focus: needed.map_or(usize::from(!options.is_empty()), |at| at + 1),
            options,
            fault: None,
        }
    }

    /// Returns the plan if the form is complete and valid; otherwise shows the error.
    pub(super) fn plan(&mut self) -> Option<SendPlan> {
        let text = |field: &TextField| field.public_text().unwrap_or_default().to_owned();
        let options = self.manager.options.iter().zip(&self.options).map(|(option, field)| (option.id.clone(), text(field)));
        let asked = SendRequest { name: Some(text(&self.name)), options: options.collect() };
        match asked.validate(self.manager) {
            Ok(handing) => Some(handing),
            Err(SendRefusal::Missing { flag, text }) => {
                let at = self.manager.options.iter().position(|option| option.flag() == flag);
                self.focus = at.map_or(0, |at| at + 1);
                self.fault = Some(format!("It is needed. {text}."));
                None
            }
            Err(SendRefusal::Invalid(why)) => {
                self.fault = Some(format!("It does not fit: {why}."));
                None
            }
        }
    }

    pub(super) fn on_input(&mut self, input: &Input) {
        let count = self.options.len() + 1;
        match input {
            Input::Do(Intent::Up) => self.focus = self.focus.saturating_sub(1),
            Input::Do(Intent::Down) => self.focus = (self.focus + 1).min(count - 1),
            Input::Do(Intent::NextField) => self.focus = (self.focus + 1) % count,
            Input::Type(edit) => {
                self.fault = None;
                if let Some(field) = self.focused_field() {
                    field.edit(*edit);
                }
            }
            Input::Paste(text) => self.paste(text),
            // An accepted line moves the focus to the next field; Enter alone continues.
            Input::Answer(Answer::Text(text)) => {
                self.paste(text);
                if self.fault.is_none() {
                    self.focus = (self.focus + 1).min(count - 1);
                }
            }
            Input::Do(_) | Input::Answer(_) => {}
        }
    }

    /// Handles a paste. A possible secret must not be shown or become an argument.
    fn paste(&mut self, text: &Secret) {
        let cleaned = strip_wrapping(text);
        if contains_secret(&cleaned) || cleaned.len() > MAX_VALUE_BYTES {
            self.fault = Some("What was pasted could be a secret; none belongs here.".to_owned());
            return;
        }
        self.fault = None;
        if let Some(field) = self.focused_field() {
            let mut pasted = TextField::visible("");
            pasted.paste(&cleaned);
            *field = pasted;
        }
    }

    fn focused_field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            0 => Some(&mut self.name),
            at => self.options.get_mut(at - 1),
        }
    }

    fn labels(&self) -> Vec<String> {
        let option = |option: &crate::domain::secret_manager::ManagerOption| {
            let needed = if option.needed { " (needed)" } else { "" };
            format!("{}{needed}", option.text)
        };
        std::iter::once("What it is called there".to_owned()).chain(self.manager.options.iter().map(option)).collect()
    }

    pub(super) fn field_label(&self) -> String {
        self.labels().into_iter().nth(self.focus).unwrap_or_default()
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        sheet.title(&format!("{}: where to?", self.manager.name));
        sheet.text(Role::Dim, &format!("Its client {} has to be signed in: {}.", self.manager.program, self.manager.login));
        sheet.blank();
        let fields = std::iter::once(&self.name).chain(&self.options);
        for (at, (label, field)) in self.labels().iter().zip(fields).enumerate() {
            components::draw_labelled_field(sheet, label, field, at == self.focus);
            if at == self.focus
                && let Some(fault) = &self.fault
            {
                let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
                sheet.hanging(mark, Role::Text, fault);
            }
        }
    }
}
