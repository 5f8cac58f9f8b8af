//! Text fields, one of which has the focus. The page routes pastes and validates; the form edits, moves and draws.

use super::Actions;
use crate::domain::secret::Secret;
use crate::wizard::msg::{Answer, Input, Intent};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq, Eq)]
struct FormField {
    label: String,
    text: TextField,
    /// The field is drawn only while it has the focus.
    is_folded: bool,
}

/// A sentence below the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
enum FormNote {
    Info(String),
    Fault(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<FormField>,
    focus: usize,
    note: Option<FormNote>,
}

/// The result of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormEvent {
    /// The text changed or the focus moved.
    Handled,
    /// The page decides which field the text is for; `true` if it is a whole line of plain mode.
    Pasted(Secret, bool),
    /// The input is not for the form.
    Ignored,
}

impl Form {
    #[must_use]
    pub fn field(mut self, label: impl Into<String>, text: TextField) -> Self {
        self.fields.push(FormField { label: label.into(), text, is_folded: false });
        self
    }

    /// Adds a field that is drawn only while it has the focus.
    #[must_use]
    pub fn folded(mut self, label: impl Into<String>, text: TextField) -> Self {
        self.fields.push(FormField { label: label.into(), text, is_folded: true });
        self
    }

    #[must_use]
    pub fn focused(mut self, index: usize) -> Self {
        self.set_focus(index);
        self
    }

    pub fn focus(&self) -> usize {
        self.focus
    }

    pub fn set_focus(&mut self, index: usize) {
        self.focus = index.min(self.fields.len().saturating_sub(1));
    }

    pub fn move_focus(&mut self, by: isize) {
        self.set_focus(self.focus.saturating_add_signed(by));
    }

    pub fn label(&self) -> String {
        self.fields.get(self.focus).map(|field| field.label.clone()).unwrap_or_default()
    }

    pub fn text(&self, index: usize) -> Option<&TextField> {
        self.fields.get(index).map(|field| &field.text)
    }

    pub fn texts(&self) -> impl Iterator<Item = &TextField> {
        self.fields.iter().map(|field| &field.text)
    }

    pub fn is_empty(&self, index: usize) -> bool {
        self.text(index).is_none_or(TextField::is_empty)
    }

    /// Replaces the text of a field.
    pub fn set(&mut self, index: usize, text: TextField) {
        if let Some(field) = self.fields.get_mut(index) {
            field.text = text;
        }
    }

    /// Says what was done with a paste.
    pub fn set_note(&mut self, note: Option<String>) {
        self.note = note.map(FormNote::Info);
    }

    /// Says what is wrong with the focused field.
    pub fn fault(&mut self, fault: Option<String>) {
        self.note = fault.map(FormNote::Fault);
    }

    pub fn has_fault(&self) -> bool {
        matches!(self.note, Some(FormNote::Fault(_)))
    }

    /// True if the texts are equal; the focus does not matter.
    pub fn has_same_text(&self, other: &Self) -> bool {
        self.texts().map(TextField::text).eq(other.texts().map(TextField::text))
    }

    pub fn on_input(&mut self, input: &Input) -> FormEvent {
        match input {
            Input::Do(Intent::Up) => self.move_focus(-1),
            Input::Do(Intent::Down) => self.move_focus(1),
            Input::Do(Intent::NextField) => self.set_focus((self.focus + 1) % self.fields.len().max(1)),
            Input::Type(edit) => {
                self.note = None;
                if let Some(field) = self.fields.get_mut(self.focus) {
                    field.text.edit(*edit);
                }
            }
            Input::Paste(text) => return FormEvent::Pasted(text.clone(), false),
            Input::Answer(Answer::Text(text)) => return FormEvent::Pasted(text.clone(), true),
            Input::Do(_) | Input::Answer(_) => return FormEvent::Ignored,
        }
        FormEvent::Handled
    }

    /// Returns the keys; `verb` is the label of Enter.
    pub fn actions(&self, verb: &'static str) -> Actions {
        Actions::enter(verb).and(self.keys())
    }

    /// Returns the keys without Enter.
    pub fn keys(&self) -> Actions {
        let actions = Actions::new().in_help(Intent::Paste, "into the field");
        if self.fields.len() < 2 {
            return actions;
        }
        actions.key(Intent::NextField, "next field").moving(&[Intent::Up, Intent::Down], "other field")
    }

    pub fn draw(&self, sheet: &mut Sheet) {
        for (index, field) in self.fields.iter().enumerate() {
            let is_focused = index == self.focus;
            if !field.is_folded || is_focused {
                components::draw_labelled_field(sheet, &field.label, &field.text, is_focused);
            }
            if let Some(FormNote::Fault(fault)) = self.note.as_ref().filter(|_| is_focused) {
                let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
                sheet.hanging(mark, Role::Text, fault);
            }
        }
        if let Some(FormNote::Info(note)) = &self.note {
            sheet.text(Role::Dim, note);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wizard::msg::Edit;

    fn form() -> Form {
        Form::default().field("Name", TextField::visible("")).field("Secret", TextField::default())
    }

    #[test]
    fn keys_move_the_focus_and_edit_its_field() {
        let mut form = form();
        for (intent, focus) in [(Intent::Down, 1), (Intent::Down, 1), (Intent::NextField, 0), (Intent::Up, 0)] {
            assert_eq!(form.on_input(&Input::Do(intent)), FormEvent::Handled);
            assert_eq!(form.focus(), focus);
        }
        form.fault(Some("not this".into()));
        form.on_input(&Input::Type(Edit::Insert('x')));
        assert_eq!((form.text(0).and_then(TextField::public_text), form.has_fault()), (Some("x"), false));
    }

    #[test]
    fn a_paste_is_left_to_the_page() {
        let pasted = Secret::new("fake");
        assert_eq!(form().on_input(&Input::Paste(pasted.clone())), FormEvent::Pasted(pasted, false));
        assert!(form().is_empty(0));
    }

    #[test]
    fn equal_texts_are_equal_whatever_has_the_focus() {
        let mut other = form();
        other.move_focus(1);
        assert!(other.has_same_text(&form()));
    }
}
