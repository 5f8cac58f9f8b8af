//! The actions that are possible now. The footer, the help, plain mode and the dispatch of keys read this one list: a key whose
//! intent is not in it does nothing.

use crate::wizard::msg::{Intent, Label, Mode};
use strum::VariantArray;

/// Decides which actions stay when the footer is narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// Always in the footer.
    Essential,
    /// In the footer while there is room.
    Extra,
    /// Only in the help, because the screen shows what it does: moving the selection, for example.
    HelpOnly,
}

/// The groups of the help, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum HelpGroup {
    Answer,
    Select,
    Share,
    Page,
    GoTo,
    Program,
}

impl HelpGroup {
    pub fn title(self) -> &'static str {
        match self {
            Self::Answer => "Continue and back",
            Self::Select => "Move and choose",
            Self::Share => "Links and text",
            Self::Page => "On this page",
            Self::GoTo => "Other pages",
            Self::Program => "Everywhere",
        }
    }
}

/// Something that the user can do now. Its keys are those of its intent in the keymap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// For numbers, the last one: `Pick(3)` stands for the keys 1 to 4.
    pub intent: Intent,
    /// One or two words, and the user's name at most.
    pub label: Label,
    pub importance: Importance,
}

impl Action {
    pub fn help_group(&self) -> HelpGroup {
        use Intent::{
            Accounts, AddAccount, Agents, AskQuestion, Back, Confirm, Copy, Details, Down, First, Guide, Help, Last, Left, LogOut,
            NextField, Open, PageDown, PageUp, Paste, Pick, PrintLink, Profile, Quit, QuitNow, Refresh, Reminder, Retry, Right,
            Rotate, Scan, Send, Suspend, ToggleQr, Up, UseExisting, Yes,
        };
        match self.intent {
            Confirm | Yes | Back => HelpGroup::Answer,
            Up | Down | Left | Right | First | Last | Pick(_) | NextField => HelpGroup::Select,
            Open | Copy | Paste | PrintLink | ToggleQr => HelpGroup::Share,
            Retry | Refresh | LogOut | Send | Rotate | Reminder => HelpGroup::Page,
            Details | Guide | AskQuestion | UseExisting | Accounts | Agents | Scan | AddAccount | Profile => HelpGroup::GoTo,
            PageUp | PageDown | Help | Quit | QuitNow | Suspend => HelpGroup::Program,
        }
    }

    fn covers(&self, intent: Intent) -> bool {
        match (self.intent, intent) {
            (Intent::Pick(last), Intent::Pick(index)) => index <= last,
            (own, intent) => own == intent,
        }
    }
}

/// The keys that work now: those of the actions, in this mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    pub mode: Mode,
    pub actions: Actions,
    /// The details key shows something that the page folds away.
    pub folds_details: bool,
    /// The user asked for the details of the page, or it folds none.
    pub shows_details: bool,
}

/// A list of actions, the most important first. An intent is in it at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actions(Vec<Action>);

impl Actions {
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts with the page's main action, on Enter.
    pub fn enter(label: impl Into<Label>) -> Self {
        Self::new().main(Intent::Confirm, label)
    }

    /// Starts with Back, on a page that only waits.
    pub fn only_back(label: impl Into<Label>) -> Self {
        Self::new().back(label)
    }

    #[must_use]
    pub fn main(self, intent: Intent, label: impl Into<Label>) -> Self {
        self.with(Action { intent, label: label.into(), importance: Importance::Essential })
    }

    #[must_use]
    pub fn back(self, label: impl Into<Label>) -> Self {
        self.main(Intent::Back, label)
    }

    #[must_use]
    pub fn key(self, intent: Intent, label: impl Into<Label>) -> Self {
        self.with(Action { intent, label: label.into(), importance: Importance::Extra })
    }

    #[must_use]
    pub fn key_if(self, is_possible: bool, intent: Intent, label: impl Into<Label>) -> Self {
        if is_possible { self.key(intent, label) } else { self }
    }

    #[must_use]
    pub fn in_help(self, intent: Intent, label: impl Into<Label>) -> Self {
        self.with(Action { intent, label: label.into(), importance: Importance::HelpOnly })
    }

    /// Adds the keys that move a selection or the focus.
    #[must_use]
    pub fn moving(self, intents: &[Intent], label: impl Into<Label>) -> Self {
        let label = label.into();
        intents.iter().fold(self, |actions, intent| actions.in_help(*intent, label.clone()))
    }

    #[must_use]
    pub fn and(self, others: Self) -> Self {
        others.0.into_iter().fold(self, Self::with)
    }

    /// Adds the keys that scroll, if the page is longer than the screen. Up and Down are among them unless they select something.
    #[must_use]
    pub fn with_scrolling(self, is_long: bool) -> Self {
        if !is_long {
            return self;
        }
        let actions = if self.allows(Intent::Down) {
            self.in_help(Intent::PageDown, "scroll")
        } else {
            self.main(Intent::Down, "scroll").in_help(Intent::PageDown, "scroll")
        };
        actions.moving(&[Intent::PageUp, Intent::Up, Intent::First, Intent::Last], "scroll")
    }

    fn with(mut self, action: Action) -> Self {
        if self.0.iter().all(|known| known.intent != action.intent) {
            self.0.push(action);
        }
        self
    }

    /// True if a key with this intent does something.
    pub fn allows(&self, intent: Intent) -> bool {
        self.0.iter().any(|action| action.covers(intent))
    }

    /// Returns Enter's intent if Enter does the same as this intent, so that a page names one key for one thing.
    pub fn main_key(&self, intent: Intent) -> Intent {
        let label = |wanted| self.iter().find(|action| action.intent == wanted).map(|action| action.label);
        if label(Intent::Confirm).is_some() && label(Intent::Confirm) == label(intent) { Intent::Confirm } else { intent }
    }

    pub fn iter(&self) -> impl Iterator<Item = Action> {
        self.0.iter().cloned()
    }

    /// Returns the actions of the footer in its order: the essential ones, the extras, then help and quit.
    pub fn in_footer(&self) -> Vec<Action> {
        let rank = |action: &Action| match action.intent {
            Intent::Help => 2,
            Intent::Quit => 3,
            _ => action.importance as u8,
        };
        let mut shown: Vec<Action> = self.iter().filter(|action| action.importance != Importance::HelpOnly).collect();
        shown.sort_by_key(rank);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_allowed_up_to_the_last_one() {
        let actions = Actions::enter("continue").key(Intent::Pick(2), "choose");
        let allowed = [0, 2, 3].map(|index| actions.allows(Intent::Pick(index)));
        assert_eq!(allowed, [true, true, false]);
        assert!(!Actions::new().allows(Intent::Pick(0)));
    }

    #[test]
    fn the_first_action_of_an_intent_wins() {
        let actions = Actions::new().back("stay").back("back").key_if(false, Intent::Copy, "copy");
        assert_eq!(actions.iter().map(|action| action.label).collect::<Vec<_>>(), ["stay"]);
    }

    #[test]
    fn the_footer_begins_with_the_essential_actions_and_ends_with_help_and_quit() {
        let actions = Actions::enter("continue").key(Intent::Quit, "quit").key(Intent::Copy, "copy");
        let actions = actions.in_help(Intent::Up, "move").main(Intent::Help, "help").back("back");
        let labels: Vec<_> = actions.in_footer().into_iter().map(|action| action.label).collect();
        assert_eq!(labels, ["continue", "back", "copy", "help", "quit"]);
    }
}
