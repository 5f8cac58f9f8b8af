//! What can be done with a link that the page shows: open it, copy it, print it outside the screen, show it as a QR code.

use super::Actions;
use crate::domain::link::Link;
use crate::wizard::msg::{Input, Intent, Transition};

/// A link; the page remembers whether its QR code is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkActions(Link);

impl LinkActions {
    pub fn new(link: &Link) -> Self {
        Self(link.clone())
    }

    /// Returns the keys. `back` is the label of Back beside the link; `again` is that of making a new link.
    pub fn actions(&self, shows_qr: bool, back: &'static str, again: &'static str) -> Actions {
        if shows_qr {
            return Actions::new().main(Intent::ToggleQr, "the link").back("back").and(Self::keys()).key(Intent::Retry, again);
        }
        Actions::enter("open").back(back).and(Self::keys()).key(Intent::Retry, again)
    }

    fn keys() -> Actions {
        let keys = Actions::new().key(Intent::Copy, "copy").key(Intent::PrintLink, "print").key(Intent::ToggleQr, "QR");
        keys.in_help(Intent::Confirm, "open").in_help(Intent::Open, "open")
    }

    /// Handles an input; returns `None` if it is not for the link.
    pub fn on_input(&self, shows_qr: &mut bool, input: &Input) -> Option<Transition> {
        match input {
            Input::Do(Intent::Confirm | Intent::Open) => Some(Transition::open(self.0.clone())),
            Input::Do(Intent::Copy) => Some(Transition::copy(self.0.as_str())),
            Input::Do(Intent::PrintLink) => Some(Transition::print(self.0.as_str())),
            Input::Do(Intent::ToggleQr) => {
                *shows_qr = !*shows_qr;
                Some(Transition::stay())
            }
            Input::Do(Intent::Back) if *shows_qr => {
                *shows_qr = false;
                Some(Transition::stay())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_leaves_the_qr_code_before_it_leaves_the_page() {
        let link = Link::parse("https://example.com/").unwrap();
        let mut shows_qr = false;
        let press = |intent, shows_qr: &mut bool| LinkActions::new(&link).on_input(shows_qr, &Input::Do(intent));
        assert_eq!(press(Intent::Back, &mut shows_qr), None);
        press(Intent::ToggleQr, &mut shows_qr);
        assert!(shows_qr);
        assert_eq!(press(Intent::Back, &mut shows_qr), Some(Transition::stay()));
        assert!(!shows_qr);
    }
}
