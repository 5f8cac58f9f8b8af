//! Decides whether a browser is likely to appear in front of this person, and gathers the indicators for that.
#![expect(clippy::disallowed_methods, reason = "whether WSL starts Windows programs stands in a file")]

use super::environment::Environment;
use super::programs;
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
pub enum Sign {
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
pub enum Chosen {
    /// A person set it on purpose, so it wins over every guess, such as a remote editor's own opener.
    Program { name: String },
    /// It draws in the terminal, which is in use by us.
    Text,
}

/// Makes the decision. In CI no person is watching, whatever is installed.
pub fn judge(signs: &[Sign], chosen: Option<Chosen>) -> BrowserState {
    let seen = |sign| signs.contains(&sign);
    let reason = match chosen {
        _ if seen(Sign::Ci) => HeadlessReason::Ci,
        Some(Chosen::Text) => HeadlessReason::TextBrowser,
        Some(Chosen::Program { name }) => return BrowserState::Ready { name: Some(name) },
        // X11 forwarding provides a display, but the person's own browser is on another machine, whose loopback is not ours.
        None if seen(Sign::Ssh) => HeadlessReason::Ssh,
        // A container with access to the display (toolbox, distrobox, flatpak) is as good as the desktop.
        None if seen(Sign::Container) && !seen(Sign::Display) => HeadlessReason::Container,
        None if seen(Sign::Wsl) => return BrowserState::Ready { name: None },
        None if !seen(Sign::Display) => HeadlessReason::NoDisplay,
        None if !seen(Sign::Opener) => HeadlessReason::NoBrowser,
        None => return BrowserState::Ready { name: None },
    };
    BrowserState::Headless { reason }
}

/// Gathers the indicators and decides. It reads a few files, so it belongs on a thread that may wait for a slow `PATH`.
pub fn browser_state(environment: &Environment) -> BrowserState {
    let own_desktop = cfg!(any(windows, target_os = "macos"));
    let signs: Vec<Sign> = [
        (Sign::Ci, environment.is_ci()),
        (Sign::Ssh, environment.is_ssh()),
        (Sign::Container, environment.is_container() || has_container_marker()),
        (Sign::Display, own_desktop || environment.has_display()),
        (Sign::Opener, own_desktop || OPENERS.iter().any(|(name, _)| programs::find(name, environment).is_some())),
        (Sign::Wsl, is_wsl()),
    ]
    .into_iter()
    .filter_map(|(sign, seen)| seen.then_some(sign))
    .collect();
    // macOS and Windows take the browser from their own settings, never from this variable.
    judge(&signs, if own_desktop { None } else { chosen(environment) })
}

/// `BROWSER` is a list of command lines between colons.
fn chosen(environment: &Environment) -> Option<Chosen> {
    let mut commands = environment.browser()?.split(':').filter_map(|command| command.split_ascii_whitespace().next());
    let program = commands.find_map(|program| programs::find(program, environment))?;
    let name = program.file_name()?.to_string_lossy().into_owned();
    Some(if TEXT_BROWSERS.contains(&name.as_str()) { Chosen::Text } else { Chosen::Program { name } })
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

    fn reason(signs: &[Sign], chosen: Option<Chosen>) -> Option<HeadlessReason> {
        match judge(signs, chosen) {
            BrowserState::Ready { .. } => None,
            BrowserState::Headless { reason } => Some(reason),
        }
    }

    #[test]
    fn each_kind_of_machine_is_judged() {
        let desktop = [Sign::Display, Sign::Opener];
        for (machine, signs, expected) in [
            ("a desktop", vec![], None),
            ("over SSH, with a forwarded display", vec![Sign::Ssh], Some(Ssh)),
            ("a CI job with a virtual display", vec![Sign::Ci], Some(Ci)),
            ("CI over SSH", vec![Sign::Ci, Sign::Ssh], Some(Ci)),
            ("a container that was given the display", vec![Sign::Container], None),
            ("WSL with its own display", vec![Sign::Wsl], None),
            ("WSL over SSH", vec![Sign::Wsl, Sign::Ssh], Some(Ssh)),
        ] {
            assert_eq!(reason(&[&desktop[..], &signs].concat(), None), expected, "{machine}");
        }
        for (machine, signs, expected) in [
            ("a server", vec![], Some(NoDisplay)),
            ("a server with an opener", vec![Sign::Opener], Some(NoDisplay)),
            ("a display and nothing to open with", vec![Sign::Display], Some(NoBrowser)),
            ("a container", vec![Sign::Container], Some(Container)),
            ("a container on WSL's kernel", vec![Sign::Container, Sign::Wsl], Some(Container)),
            ("a container over SSH", vec![Sign::Container, Sign::Ssh], Some(Ssh)),
            ("WSL", vec![Sign::Wsl], None),
        ] {
            assert_eq!(reason(&signs, None), expected, "{machine}");
        }
    }

    #[test]
    fn a_chosen_browser_wins_over_every_guess_but_ci() {
        let firefox = || Some(Chosen::Program { name: "firefox".into() });
        for signs in [vec![], vec![Sign::Ssh], vec![Sign::Container], vec![Sign::Display]] {
            assert_eq!(judge(&signs, firefox()), BrowserState::Ready { name: Some("firefox".into()) }, "{signs:?}");
        }
        assert_eq!(reason(&[Sign::Ci], firefox()), Some(Ci));
    }

    #[test]
    fn a_text_browser_is_not_for_a_full_screen_program() {
        assert_eq!(reason(&[Sign::Display, Sign::Opener], Some(Chosen::Text)), Some(TextBrowser));
    }
}
