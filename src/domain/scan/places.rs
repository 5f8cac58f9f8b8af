//! Classifies a path as a kind of place, with the data of `assets/plain_text_places.toml` and `assets/agents.toml`.

use super::content::{KindText, KnownPlace, PlaceKind, PlainTextPlacesToml, ProfileShell};
use crate::domain::agents::{Scope, known_agents};
use std::path::Path;
use std::sync::LazyLock;

/// The build script has checked that it parses.
static CONTENT: LazyLock<PlainTextPlacesToml> =
    LazyLock::new(|| postcard::from_bytes(shipped!("plain_text_places")).unwrap_or_default());

/// A place, classified by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainTextPlace {
    pub kind: PlaceKind,
    /// The shell that runs the file, if its lines can be replaced.
    pub shell: Option<ProfileShell>,
    advice: Option<&'static str>,
}

impl PlainTextPlace {
    const OTHER: Self = Self { kind: PlaceKind::Other, shell: None, advice: None };
    const AGENT: Self = Self { kind: PlaceKind::Agent, shell: None, advice: None };

    /// Returns the first place whose name the path ends with.
    pub fn of(path: &Path) -> Self {
        let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        let is_agent = || known_agents().iter().flat_map(|agent| &agent.files).any(|file| ends_with(&parts, below(&file.path)));
        let has_name = |place: &&KnownPlace| place.names.iter().any(|name| ends_with(&parts, name));
        match CONTENT.places.iter().find(has_name) {
            _ if is_agent() => Self::AGENT,
            Some(place) => Self { kind: place.kind, shell: place.shell, advice: place.advice.as_deref() },
            None => Self::OTHER,
        }
    }

    fn text(self) -> Option<&'static KindText> {
        CONTENT.kinds.iter().find(|text| text.kind == self.kind)
    }

    pub fn name(self) -> &'static str {
        self.text().map_or("file", |text| text.name.as_str())
    }

    /// Returns how the token gets out of the place.
    pub fn advice(self) -> &'static str {
        self.advice.unwrap_or_else(|| self.text().map_or("", |text| text.advice.as_str()))
    }

    /// True if names are assigned to values there, so that a Notion variable says what its value is.
    pub fn assigns_variables(self) -> bool {
        !matches!(self.kind, PlaceKind::Other | PlaceKind::Ci)
    }
}

/// Returns the files and folders of this user that are searched if no path is named. They begin with `~` or a folder in braces.
pub fn known_files() -> impl Iterator<Item = &'static str> {
    let agents = known_agents().iter().flat_map(|agent| &agent.files).filter(|file| file.scope == Scope::User);
    CONTENT.places.iter().flat_map(|place| &place.files).chain(agents.map(|file| &file.path)).map(String::as_str)
}

/// Removes the folder that differs between machines.
fn below(path: &str) -> &str {
    path.split_once('/').map_or(path, |(_, rest)| rest)
}

fn ends_with(parts: &[&str], pattern: &str) -> bool {
    let names = pattern.split('/').count();
    let end = parts.len().checked_sub(names).and_then(|start| parts.get(start..));
    end.is_some_and(|end| end.iter().zip(pattern.split('/')).all(|(part, name)| matches_name(part, name)))
}

/// `*` matches any part, and occurs at most once in a name.
fn matches_name(part: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => part == pattern,
        Some((start, end)) => part.len() > start.len() + end.len() && part.starts_with(start) && part.ends_with(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    #[test]
    fn a_path_says_which_place_it_is() {
        for (path, kind) in [
            ("/home/me/.bashrc", PlaceKind::ShellProfile),
            ("/home/me/dotfiles/zshrc", PlaceKind::ShellProfile),
            ("/home/me/.config/fish/conf.d/notion.fish", PlaceKind::ShellProfile),
            ("project/.envrc", PlaceKind::ShellProfile),
            ("/home/me/.config/fish/fish_variables", PlaceKind::EnvFile),
            ("project/.env", PlaceKind::EnvFile),
            ("project/.env.production", PlaceKind::EnvFile),
            ("project/prod.env", PlaceKind::EnvFile),
            ("/home/me/.config/environment.d/10-notion.conf", PlaceKind::EnvFile),
            ("/home/me/.zsh_history", PlaceKind::ShellHistory),
            ("/home/me/.cursor/mcp.json", PlaceKind::Agent),
            ("project/.vscode/mcp.json", PlaceKind::Agent),
            ("project/.vscode/settings.json", PlaceKind::Editor),
            ("project/.github/workflows/ci.yml", PlaceKind::Ci),
            ("project/src/main.rs", PlaceKind::Other),
            ("project/environment.d", PlaceKind::Other),
            ("project/x.envelope", PlaceKind::Other),
            ("", PlaceKind::Other),
        ] {
            assert_eq!(PlainTextPlace::of(Path::new(path)).kind, kind, "{path}");
        }
    }

    #[test]
    fn every_kind_has_words_and_every_place_a_source() {
        for &kind in PlaceKind::VARIANTS {
            let texts = CONTENT.kinds.iter().filter(|text| text.kind == kind);
            assert_eq!(texts.filter(|text| !text.name.is_empty() && !text.advice.is_empty()).count(), 1, "{kind:?}");
        }
        for place in &CONTENT.places {
            let is_dated = place.as_of.as_ref().is_none_or(|day| day.parse::<jiff::civil::Date>().is_ok());
            assert!(place.source.starts_with("https://") && is_dated && !place.names.is_empty(), "{:?}", place.names);
            assert_eq!(place.shell.is_some(), place.kind == PlaceKind::ShellProfile, "{:?}", place.names);
            assert!(place.names.iter().all(|name| name.split('/').all(|name| name.matches('*').count() < 2)), "{:?}", place.names);
            let starts = ["~/", "{config}/", "{XDG_CONFIG_HOME}/"];
            assert!(place.files.iter().all(|file| starts.iter().any(|start| file.starts_with(start))), "{:?}", place.files);
        }
    }
}
