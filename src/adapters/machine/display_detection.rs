//! Decides whether a browser is likely to appear in front of this person, and gathers the indicators for that.
#![expect(clippy::disallowed_methods, reason = "whether WSL starts Windows programs stands in a file")]

use super::environment::Environment;
use crate::adapters::process::program_search;
use crate::domain::machine::{BrowserState, HeadlessReason};
use std::path::Path;

/// Programs that open a link on a desktop, best first, with the arguments that precede the link.
pub(super) const OPENERS: &[(&str, &[&str])] = &[
    ("xdg-open", &[]),
    ("gio", &["open"]),
    ("gnome-open", &[]),
    ("kde-open", &[]),
    ("sensible-browser", &[]),
    ("x-www-browser", &[]),
];

const TEXT_BROWSERS: &[&str] = &["lynx", "links", "links2", "elinks", "w3m", "www-browser", "curl", "eww", "netrik", "retawq"];

/// An observation about this machine or session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayIndicator {
    Ci,
    Ssh,
    Container,
    /// A desktop to draw on; macOS and Windows always have one.
    Display,
    /// A program that opens links.
    Opener,
    /// Windows around this Linux, which can start its programs.
    Wsl,
}

/// The first program of `BROWSER` that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrowserChoice {
    /// A person set it on purpose, so it wins over every guess, such as a remote editor's own opener.
    Program { name: String },
    /// It draws in the terminal, which is in use by us.
    TextBrowser,
}

/// Makes the decision. In CI no person is watching, whatever is installed.
pub fn decide_browser_state(signs: &[DisplayIndicator], chosen: Option<BrowserChoice>) -> BrowserState {
    let has = |sign| signs.contains(&sign);
    let reason = match chosen {
        _ if has(DisplayIndicator::Ci) => HeadlessReason::Ci,
        Some(BrowserChoice::TextBrowser) => HeadlessReason::TextBrowser,
        Some(BrowserChoice::Program { name }) => return BrowserState::Ready { name: Some(name) },
        // X11 forwarding provides a display, but the person's own browser is on another machine, whose loopback is not ours.
        None if has(DisplayIndicator::Ssh) => HeadlessReason::Ssh,
        // A container with access to the display (toolbox, distrobox, flatpak) is as good as the desktop.
        None if has(DisplayIndicator::Container) && !has(DisplayIndicator::Display) => HeadlessReason::Container,
        None if has(DisplayIndicator::Wsl) => return BrowserState::Ready { name: None },
        None if !has(DisplayIndicator::Display) => HeadlessReason::NoDisplay,
        None if !has(DisplayIndicator::Opener) => HeadlessReason::NoBrowser,
        None => return BrowserState::Ready { name: None },
    };
    BrowserState::Headless { reason }
}

/// Gathers the indicators and decides. It reads a few files, so it belongs on a thread that may wait for a slow `PATH`.
pub fn detect_browser(environment: &Environment) -> BrowserState {
    let own_desktop = cfg!(any(windows, target_os = "macos"));
    let signs: Vec<DisplayIndicator> = [
        (DisplayIndicator::Ci, environment.is_ci()),
        (DisplayIndicator::Ssh, environment.is_ssh()),
        (DisplayIndicator::Container, environment.is_container() || has_container_marker()),
        (DisplayIndicator::Display, own_desktop || environment.has_display()),
        (
            DisplayIndicator::Opener,
            own_desktop || OPENERS.iter().any(|(name, _)| program_search::find(name, environment).is_some()),
        ),
        (DisplayIndicator::Wsl, is_wsl()),
    ]
    .into_iter()
    .filter_map(|(sign, is_present)| is_present.then_some(sign))
    .collect();
    // macOS and Windows take the browser from their own settings, never from this variable.
    decide_browser_state(&signs, if own_desktop { None } else { browser_choice(environment) })
}

/// `BROWSER` is a list of command lines between colons.
fn browser_choice(environment: &Environment) -> Option<BrowserChoice> {
    let mut commands = environment.browser()?.split(':').filter_map(|command| command.split_ascii_whitespace().next());
    let program = commands.find_map(|program| program_search::find(program, environment))?;
    let name = program.file_name()?.to_string_lossy().into_owned();
    Some(if TEXT_BROWSERS.contains(&name.as_str()) { BrowserChoice::TextBrowser } else { BrowserChoice::Program { name } })
}

fn has_container_marker() -> bool {
    // Docker creates the first, podman the second.
    ["/.dockerenv", "/run/.containerenv"].iter().any(|marker| Path::new(marker).exists())
}

/// True if Windows programs can be started from this Linux. With systemd the entry is called `WSLInterop-late`.
pub(super) fn is_wsl() -> bool {
    let interop = |name| std::fs::read_to_string(Path::new("/proc/sys/fs/binfmt_misc").join(name));
    cfg!(target_os = "linux")
        && ["WSLInterop", "WSLInterop-late"].into_iter().any(|name| interop(name).is_ok_and(|state| state.contains("enabled")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use HeadlessReason::{Ci, Container, NoBrowser, NoDisplay, Ssh, TextBrowser};

    fn reason(signs: &[DisplayIndicator], chosen: Option<BrowserChoice>) -> Option<HeadlessReason> {
        match decide_browser_state(signs, chosen) {
            BrowserState::Ready { .. } => None,
            BrowserState::Headless { reason } => Some(reason),
        }
    }

    #[test]
    fn each_kind_of_machine_is_judged() {
        let desktop = [DisplayIndicator::Display, DisplayIndicator::Opener];
        for (machine, signs, expected) in [
            ("a desktop", vec![], None),
            ("over SSH, with a forwarded display", vec![DisplayIndicator::Ssh], Some(Ssh)),
            ("a CI job with a virtual display", vec![DisplayIndicator::Ci], Some(Ci)),
            ("CI over SSH", vec![DisplayIndicator::Ci, DisplayIndicator::Ssh], Some(Ci)),
            ("a container that was given the display", vec![DisplayIndicator::Container], None),
            ("WSL with its own display", vec![DisplayIndicator::Wsl], None),
            ("WSL over SSH", vec![DisplayIndicator::Wsl, DisplayIndicator::Ssh], Some(Ssh)),
        ] {
            assert_eq!(reason(&[&desktop[..], &signs].concat(), None), expected, "{machine}");
        }
        for (machine, signs, expected) in [
            ("a server", vec![], Some(NoDisplay)),
            ("a server with an opener", vec![DisplayIndicator::Opener], Some(NoDisplay)),
            ("a display and nothing to open with", vec![DisplayIndicator::Display], Some(NoBrowser)),
            ("a container", vec![DisplayIndicator::Container], Some(Container)),
            ("a container on WSL's kernel", vec![DisplayIndicator::Container, DisplayIndicator::Wsl], Some(Container)),
            ("a container over SSH", vec![DisplayIndicator::Container, DisplayIndicator::Ssh], Some(Ssh)),
            ("WSL", vec![DisplayIndicator::Wsl], None),
        ] {
            assert_eq!(reason(&signs, None), expected, "{machine}");
        }
    }

    #[test]
    fn a_chosen_browser_wins_over_every_guess_but_ci() {
        let firefox = || Some(BrowserChoice::Program { name: "firefox".into() });
        for signs in [vec![], vec![DisplayIndicator::Ssh], vec![DisplayIndicator::Container], vec![DisplayIndicator::Display]] {
            assert_eq!(decide_browser_state(&signs, firefox()), BrowserState::Ready { name: Some("firefox".into()) }, "{signs:?}");
        }
        assert_eq!(reason(&[DisplayIndicator::Ci], firefox()), Some(Ci));
    }

    #[test]
    fn a_text_browser_is_not_for_a_full_screen_program() {
        assert_eq!(
            reason(&[DisplayIndicator::Display, DisplayIndicator::Opener], Some(BrowserChoice::TextBrowser)),
            Some(TextBrowser)
        );
    }
}
