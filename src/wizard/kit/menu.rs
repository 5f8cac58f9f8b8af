//! A question with a list of possible answers. The page holds the selected index; the cursor skips disabled items.

use super::Actions;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Transition};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    pub id: PromptId,
    pub question: String,
    pub items: Vec<Choice>,
    /// A number only selects its item; Enter acts on it.
    numbers_select: bool,
}

/// The result of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum MenuEvent {
    Chosen(usize),
    /// The selection moved, or the notice says why the item is disabled.
    Handled(Box<Transition>),
    /// The input is not for the menu.
    Ignored,
}

impl Menu {
    pub fn new(id: PromptId, question: impl Into<String>, items: Vec<Choice>) -> Self {
        Self { id, question: question.into(), items, numbers_select: false }
    }

    #[must_use]
    pub fn with_numbers_that_select(self) -> Self {
        Self { numbers_select: true, ..self }
    }

    /// Lets the cursor go to every item, where choosing a disabled one does something too.
    #[must_use]
    pub fn with_every_item_enabled(mut self) -> Self {
        self.items.iter_mut().for_each(|item| item.disabled_reason = None);
        self
    }

    fn is_enabled(&self, index: usize) -> bool {
        self.items.get(index).is_some_and(|item| item.disabled_reason.is_none())
    }

    /// Returns the item with the focus: the selected one, or the nearest one that is enabled.
    pub fn focus(&self, selected: usize) -> Option<usize> {
        let selected = selected.min(self.items.len().saturating_sub(1));
        let nearest = (0..self.items.len()).filter(|index| self.is_enabled(*index)).min_by_key(|index| index.abs_diff(selected));
        nearest.or((!self.items.is_empty()).then_some(selected))
    }

    /// Handles an input; `selected` follows the cursor.
    pub fn on_input(&self, selected: &mut usize, input: &Input) -> MenuEvent {
        let Some(focus) = self.focus(*selected) else { return MenuEvent::Ignored };
        let enabled = || (0..self.items.len()).filter(|index| self.is_enabled(*index));
        let target = match input {
            Input::Do(Intent::Up) => enabled().rfind(|index| *index < focus),
            Input::Do(Intent::Down) => enabled().find(|index| *index > focus),
            Input::Do(Intent::First) => enabled().next(),
            Input::Do(Intent::Last) => enabled().next_back(),
            Input::Do(Intent::Pick(index)) if self.numbers_select && self.is_enabled(*index) => Some(*index),
            Input::Do(Intent::Confirm) => return self.choose(selected, focus),
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) if *index < self.items.len() => {
                return self.choose(selected, *index);
            }
            _ => return MenuEvent::Ignored,
        };
        *selected = target.unwrap_or(focus);
        MenuEvent::Handled(Box::default())
    }

    fn choose(&self, selected: &mut usize, index: usize) -> MenuEvent {
        if let Some(reason) = self.items.get(index).and_then(|item| item.disabled_reason.as_deref()) {
            return MenuEvent::Handled(Box::new(Transition::notify(reason)));
        }
        *selected = index;
        MenuEvent::Chosen(index)
    }

    /// Returns the keys of the menu; `verb` is the label of Enter.
    pub fn actions(&self, verb: &'static str) -> Actions {
        let any_enabled = (0..self.items.len()).any(|index| self.is_enabled(index));
        let actions = if any_enabled { Actions::enter(verb) } else { Actions::new() };
        let Some(last) = self.items.len().checked_sub(1) else { return actions };
        if last == 0 {
            return actions.in_help(Intent::Pick(0), verb);
        }
        let moves = [Intent::Up, Intent::Down, Intent::First, Intent::Last];
        actions.key(Intent::Pick(last), if self.numbers_select { "select" } else { "choose" }).moving(&moves, "move")
    }

    pub fn prompt(self) -> Prompt {
        Prompt::Choice { id: self.id, prompt: self.question, options: self.items }
    }

    /// Draws the items; the mark is on the selected one, if the focus is in the menu.
    pub fn draw(&self, sheet: &mut Sheet, selected: impl Into<Option<usize>>) {
        let focus = selected.into().and_then(|selected| self.focus(selected));
        for (index, item) in self.items.iter().enumerate() {
            components::draw_choice(sheet, index + 1, item, focus == Some(index) && item.disabled_reason.is_none());
        }
    }

    /// Draws the details of the focused item only, where the screen has no room for all of them.
    pub fn draw_short(mut self, sheet: &mut Sheet, selected: usize) {
        let focus = self.focus(selected);
        for (_, item) in self.items.iter_mut().enumerate().filter(|(index, _)| Some(*index) != focus) {
            item.detail.clear();
        }
        self.draw(sheet, selected);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(disabled: &[usize]) -> Menu {
        let reason = |index: &usize| disabled.contains(index).then(|| "not here".to_owned());
        let items = (0..4).map(|index| Choice::new(index.to_string(), "").disabled_because(reason(&index)));
        Menu::new(PromptId::Store, "Which one?", items.collect())
    }

    fn after(menu: &Menu, mut selected: usize, intent: Intent) -> usize {
        menu.on_input(&mut selected, &Input::Do(intent));
        selected
    }

    #[test]
    fn the_cursor_skips_disabled_items() {
        let menu = menu(&[0, 2]);
        assert_eq!(menu.focus(0), Some(1));
        let moves = [(1, Intent::Up), (1, Intent::Down), (3, Intent::Down), (3, Intent::First), (1, Intent::Last)];
        assert_eq!(moves.map(|(from, intent)| after(&menu, from, intent)), [1, 3, 3, 1, 3]);
    }

    #[test]
    fn a_disabled_item_says_why_and_is_not_chosen() {
        let mut selected = 1;
        let event = menu(&[0]).on_input(&mut selected, &Input::Do(Intent::Pick(0)));
        assert_eq!((event, selected), (MenuEvent::Handled(Box::new(Transition::notify("not here"))), 1));
    }

    #[test]
    fn numbers_and_answers_choose_what_exists() {
        for input in [Input::Do(Intent::Pick(2)), Input::Answer(Answer::Choice(2))] {
            let mut selected = 0;
            assert_eq!((menu(&[]).on_input(&mut selected, &input), selected), (MenuEvent::Chosen(2), 2));
        }
        assert_eq!(menu(&[]).on_input(&mut 0, &Input::Do(Intent::Pick(4))), MenuEvent::Ignored);
    }

    #[test]
    fn enter_is_offered_while_something_can_be_chosen() {
        assert!(menu(&[0, 1, 2]).actions("choose").allows(Intent::Confirm));
        assert!(!menu(&[0, 1, 2, 3]).actions("choose").allows(Intent::Confirm));
    }
}
