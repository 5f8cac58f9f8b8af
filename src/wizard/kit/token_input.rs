//! A masked field for a token: it cleans up common paste mistakes, asks which of several tokens is meant, and says what is odd about a text
//! before it is sent anywhere.

mod token_choice;

use crate::domain::secret::Secret;
use crate::domain::token_text::{TokenScan, TokenShape, scan, strip_wrapping};
use crate::wizard::kit::Menu;
use crate::wizard::msg::{Answer, Input, Intent, Mode};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use token_choice::TokenChoice;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenInput {
    field: TextField,
    /// The text's shape, if there is advice about it. The advice is on the screen, so the next Enter confirms it.
    shape: Option<TokenShape>,
    /// The reason why the last paste was rejected.
    refusal: Option<String>,
    /// Characters that were removed around a paste.
    removed: Vec<&'static str>,
    /// The choice between several pasted tokens.
    token_choice: Option<TokenChoice>,
    /// Notion rejected the text, or the text starts with a rejected one: a paste replaces it.
    was_refused: bool,
}

/// The effect of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenInputEvent {
    /// The token is to be sent to Notion.
    Submitted(Secret),
    /// The text has changed, so that an earlier answer about it no longer counts.
    Changed,
    Handled,
    /// The input is for the page.
    Ignored,
}

impl TokenInput {
    pub fn mode(&self) -> Mode {
        if self.token_choice.is_some() { Mode::Normal } else { Mode::Insert }
    }

    pub fn is_empty(&self) -> bool {
        self.field.is_empty()
    }

    pub fn text(&self) -> &Secret {
        self.field.text()
    }

    /// Puts a text into the field, as if it had been typed.
    pub fn set(&mut self, text: Secret) {
        self.clear_advice();
        self.field.set(text);
    }

    /// Notion did not accept the text.
    pub fn on_refusal(&mut self) {
        self.was_refused = true;
    }

    /// Returns the choice between several tokens, while it is open.
    pub fn choice(&self) -> Option<Menu> {
        self.token_choice.as_ref().map(TokenChoice::menu)
    }

    /// Handles the inputs that edit the field, and Enter if there is something in it.
    pub fn on_input(&mut self, input: &Input) -> TokenInputEvent {
        if let Some(question) = &mut self.token_choice {
            return match input {
                Input::Do(Intent::Back) => {
                    self.token_choice = None;
                    TokenInputEvent::Handled
                }
                Input::Paste(pasted) => {
                    self.token_choice = None;
                    self.paste(pasted)
                }
                input => question.on_input(input).map_or(TokenInputEvent::Handled, |token| self.submit(token)),
            };
        }
        match input {
            Input::Paste(pasted) => self.paste(pasted),
            // In plain mode a line replaces the whole text.
            Input::Answer(Answer::Text(text)) => {
                self.field = TextField::default();
                self.paste(text)
            }
            Input::Type(edit) if self.field.edit(*edit) => {
                self.clear_advice();
                TokenInputEvent::Changed
            }
            Input::Type(_) => TokenInputEvent::Handled,
            Input::Do(Intent::Confirm | Intent::Retry) if !self.field.is_empty() => self.confirm(),
            Input::Do(_) | Input::Answer(_) => TokenInputEvent::Ignored,
        }
    }

    fn clear_advice(&mut self) {
        self.shape = None;
        self.refusal = None;
        self.removed.clear();
    }

    /// Handles a paste, which replaces a rejected text. Only a single Notion token is sent without a key press.
    pub fn paste(&mut self, pasted: &Secret) -> TokenInputEvent {
        if std::mem::take(&mut self.was_refused) || matches!(self.shape, Some(TokenShape::Foreign(_))) {
            self.field = TextField::default();
        }
        self.clear_advice();
        let reading = scan(pasted);
        if !reading.tokens.is_empty() {
            return self.accept(reading);
        }
        self.insert_unrecognised(reading, pasted);
        TokenInputEvent::Changed
    }

    /// Submits a single token; with several, asks for one.
    fn accept(&mut self, mut reading: TokenScan) -> TokenInputEvent {
        if reading.tokens.len() > 1 {
            self.token_choice = Some(TokenChoice::new(reading.tokens));
            return TokenInputEvent::Changed;
        }
        let Some(token) = reading.tokens.pop() else { return TokenInputEvent::Changed };
        self.removed = reading.removed;
        self.submit(token.secret)
    }

    fn submit(&mut self, token: Secret) -> TokenInputEvent {
        self.token_choice = None;
        self.shape = Some(scan(&token).shape).filter(|shape| shape.advice().is_some());
        self.field.set(token);
        TokenInputEvent::Submitted(self.field.text().clone())
    }

    /// Handles a paste without a Notion token: part of a token is inserted at the cursor; another service's secret is rejected.
    fn insert_unrecognised(&mut self, reading: TokenScan, pasted: &Secret) {
        if let Some(format) = reading.foreign_format() {
            self.refusal = TokenShape::Foreign(format).advice().map(Into::into);
            return;
        }
        if let Some(whole) = reading.pieces {
            self.removed = vec!["line breaks and spaces"];
            self.field.set(whole);
            self.shape = Some(TokenShape::Pieces);
            return;
        }
        match reading.single {
            Some(single) if reading.shape != TokenShape::TooLong => {
                let was_empty = self.field.is_empty();
                if self.field.paste(&single) {
                    self.field = TextField::default();
                    self.refusal = TokenShape::TooLong.advice().map(Into::into);
                    return;
                }
                self.removed = reading.removed;
                let shape = if was_empty { reading.shape } else { scan(self.field.text()).shape };
                self.shape = Some(shape).filter(|shape| shape.advice().is_some());
            }
            None if reading.is_bare && !self.field.paste(&strip_wrapping(pasted)) => self.shape = Some(TokenShape::HasSpaces),
            None if reading.is_bare => {
                self.field = TextField::default();
                self.refusal = TokenShape::TooLong.advice().map(Into::into);
            }
            Some(_) => self.refusal = reading.shape.advice().map(Into::into),
            None => self.refusal = Some(format!("{} Paste the token alone.", reading.summary())),
        }
    }

    /// Handles Enter. A text that does not look like a Notion token gets a warning first, and is sent by the next Enter.
    fn confirm(&mut self) -> TokenInputEvent {
        let reading = scan(self.field.text());
        if self.shape != Some(TokenShape::Pieces) && !reading.tokens.is_empty() {
            self.refusal = None;
            return self.accept(reading);
        }
        let was_warned = self.shape.is_some_and(|shape| shape == reading.shape || shape == TokenShape::Pieces);
        if !was_warned {
            self.clear_advice();
            self.shape = Some(reading.shape);
        }
        if was_warned && reading.shape.can_be_sent() {
            TokenInputEvent::Submitted(self.field.text().clone())
        } else {
            TokenInputEvent::Handled
        }
    }

    /// True unless the field has refused its text, so that only a change can help. Of an empty field, unless it has refused a paste.
    pub fn can_confirm(&self) -> bool {
        if self.field.is_empty() {
            return self.refusal.is_none();
        }
        let is_refused = self.shape.is_some_and(|shape| !shape.can_be_sent());
        !is_refused || !scan(self.field.text()).tokens.is_empty()
    }

    pub fn draw_choice(&self, sheet: &mut Sheet) -> bool {
        self.token_choice.iter().for_each(|choice| choice.draw(sheet));
        self.token_choice.is_some()
    }

    pub fn draw_field(&self, sheet: &mut Sheet) {
        components::draw_field(sheet, &self.field);
    }

    /// Draws what was done to the text, the advice about it, and the wait for Notion.
    pub fn draw_advice(&self, sheet: &mut Sheet, notion_host: &str, is_waiting: bool) {
        if !self.removed.is_empty() {
            sheet.text(Role::Dim, &format!("Removed: {}.", self.removed.join(", ")));
        }
        let advice = self.shape.and_then(TokenShape::advice);
        for advice in self.refusal.as_deref().into_iter().chain(advice.as_deref()) {
            let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
            sheet.hanging(mark, Role::Text, advice);
        }
        if self.shape.is_some_and(|shape| !shape.is_notion_like() && shape.can_be_sent()) && !is_waiting {
            sheet.text(Role::Dim, &format!("Press Enter to send this text to {notion_host}."));
        }
        if is_waiting {
            let esc = components::key_name(sheet.theme(), Mode::Insert, Intent::Back);
            components::draw_waiting(sheet, &format!("Verifying with {notion_host}… ({esc} cancels)"));
        }
    }
}
