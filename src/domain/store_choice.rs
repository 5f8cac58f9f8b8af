//! The one rule that chooses the store of a secret. Headless sign-ins, sign-ins to Notion MCP, tokens that are found in files and the
//! pages of the wizard differ in what was chosen before, and in whether a person can still be asked; these differences are data.

use super::credentials::StoreKind;
use super::machine::KeychainState;
use super::problem::{MissingInput, Problem};

/// The facts about one choice, apart from the keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreRequest {
    /// The store that an option names or a person has agreed to.
    pub named: Option<StoreKind>,
    /// A setting or a flag selects the file, which counts as consent.
    pub file_was_chosen: bool,
    /// True if a person is there for the keychain's dialog although nobody named the keychain.
    pub waits_for_unlock: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreChoice {
    Use(StoreKind),
    /// The choice depends on the keychain, which has not been probed.
    ProbeFirst,
    /// The store that was named can't be used.
    Refused(Problem),
    /// The keychain can't be used, and nothing says what to use instead.
    Undecided(UndecidedStore),
}

/// A choice that a person or an option has to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndecidedStore {
    /// The reason why the keychain can't be used.
    pub problem: Problem,
    pub can_be_unlocked: bool,
}

impl StoreRequest {
    pub fn choose(self, keychain: Option<&KeychainState>) -> StoreChoice {
        match self.named {
            Some(store @ (StoreKind::File | StoreKind::None | StoreKind::Ntn)) => return StoreChoice::Use(store),
            None if self.file_was_chosen => return StoreChoice::Use(StoreKind::File),
            Some(StoreKind::Keychain) | None => {}
        }
        let Some(keychain) = keychain else { return StoreChoice::ProbeFirst };
        let Some(problem) = keychain.problem() else { return StoreChoice::Use(StoreKind::Keychain) };
        let can_be_unlocked = keychain.can_be_unlocked();
        match self.named {
            // A keychain that was named is unlocked by its dialog, without a timeout.
            Some(_) if can_be_unlocked => StoreChoice::Use(StoreKind::Keychain),
            None if can_be_unlocked && self.waits_for_unlock => StoreChoice::Use(StoreKind::Keychain),
            None if matches!(keychain, KeychainState::Disabled { .. }) => StoreChoice::Use(StoreKind::File),
            Some(_) => StoreChoice::Refused(problem),
            None => StoreChoice::Undecided(UndecidedStore { problem, can_be_unlocked }),
        }
    }
}

impl UndecidedStore {
    /// Returns the problem for a command that asks nobody. It names the options among which a person has to choose; `offers_none` says that
    /// saving nothing is one of them.
    pub fn option_needed(&self, offers_none: bool) -> Problem {
        let file = "--store file to use a private file (plain text)";
        let unlock = "--store keychain to wait for its unlock dialog";
        // The system's own message is in `doctor`.
        let headline = self.problem.headline();
        let options = match (self.can_be_unlocked, offers_none) {
            (true, true) => format!("{file}, {unlock}, or --store none"),
            (true, false) => format!("{file}, or {unlock}"),
            (false, true) => format!("{file} or --store none"),
            (false, false) => file.to_owned(),
        };
        Problem::needed(MissingInput::Option, format!("{headline} Add {options}. Nothing was sent."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::ProblemCode;
    use StoreKind::{File, Keychain, None as Nowhere};

    fn states() -> [KeychainState; 5] {
        [
            KeychainState::Available { name: "a keychain".into() },
            KeychainState::Absent { evidence: "no bus".into() },
            KeychainState::Locked { evidence: "locked".into() },
            KeychainState::TimedOut,
            KeychainState::Disabled { value: "0".into() },
        ]
    }

    /// One letter for each state: the store, `r` for refused and `o` for open.
    fn choices(named: Option<StoreKind>, file_was_chosen: bool, waits_for_unlock: bool) -> String {
        let request = StoreRequest { named, file_was_chosen, waits_for_unlock };
        let letter = |state: &KeychainState| match request.choose(Some(state)) {
            StoreChoice::Use(Keychain) => 'k',
            StoreChoice::Use(File) => 'f',
            StoreChoice::Use(_) => 'n',
            StoreChoice::Refused(_) => 'r',
            StoreChoice::Undecided(_) => 'o',
            StoreChoice::ProbeFirst => '?',
        };
        states().iter().map(letter).collect()
    }

    #[test]
    fn the_choice_follows_from_what_was_said_and_who_is_there() {
        for waits in [false, true] {
            assert_eq!(choices(Some(File), false, waits), "fffff");
            assert_eq!(choices(Some(Nowhere), true, waits), "nnnnn");
            assert_eq!(choices(None, true, waits), "fffff");
            assert_eq!(choices(Some(Keychain), true, waits), "krkkr", "a named keychain is never replaced by the file");
        }
        assert_eq!(choices(None, false, false), "kooof");
        assert_eq!(choices(None, false, true), "kokkf");
    }

    #[test]
    fn the_keychain_is_probed_only_if_it_matters() {
        for (named, file_was_chosen, needs_probe) in [
            (Some(File), false, false),
            (Some(Nowhere), false, false),
            (None, true, false),
            (None, false, true),
            (Some(Keychain), true, true),
        ] {
            let request = StoreRequest { named, file_was_chosen, waits_for_unlock: false };
            assert_eq!(request.choose(None) == StoreChoice::ProbeFirst, needs_probe, "{named:?}");
        }
    }

    #[test]
    fn an_open_choice_names_only_options_that_help() {
        for (can_be_unlocked, offers_none) in [(false, false), (false, true), (true, false), (true, true)] {
            let open = UndecidedStore { problem: Problem::new(ProblemCode::KeychainAbsent), can_be_unlocked };
            let text = open.option_needed(offers_none).evidence.unwrap_or_default();
            assert!(text.contains("--store file"), "{text}");
            assert_eq!(
                (text.contains("--store keychain"), text.contains("--store none")),
                (can_be_unlocked, offers_none),
                "{text}"
            );
        }
    }
}
