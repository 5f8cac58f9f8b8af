//! The one place that reads the process's environment: a snapshot taken once, and what it says about this terminal and session.
//!
//! It touches no files. An empty variable counts as unset, as it does for `ntn`.
#![expect(clippy::disallowed_methods, reason = "this is the file that reads the environment")]

mod child_environment;
mod proxies;
mod terminal;
mod variables;

use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::token_text::in_variable;
use crate::domain::variables::{TOKEN_VARIABLE, known_variables};
use proxies::normalize_proxy;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

const CERT_FILE: &str = "SSL_CERT_FILE";
pub const CERT_DIR: &str = "SSL_CERT_DIR";

/// A snapshot of the variables this program knows.
#[derive(Clone)]
pub struct Environment {
    /// The token in `NOTION_API_TOKEN`, or the problem that keeps it from being sent. Programs that we start do not get it.
    token: VariableToken,
    /// The other token variables that are set.
    other_tokens: BTreeMap<&'static str, VariableToken>,
    values: BTreeMap<&'static str, OsString>,
    extra: ExtraVariables,
    /// True if `SSL_CERT_FILE` is set and empty: unset for us and for `ntn`, but a missing file for readers of certificates.
    has_empty_cert_file: bool,
    /// The folder in place of the working directory.
    project: PathBuf,
}

type VariableToken = Result<Option<Secret>, Problem>;

/// Source of the variables that other programs know. They are read when such a program is started, and not before.
#[derive(Clone)]
enum ExtraVariables {
    Process,
    Pairs(Vec<(String, OsString)>),
}

impl ExtraVariables {
    fn select(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, OsString)> {
        match self {
            Self::Process => {
                let all = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
                all.filter(|(name, _)| is_wanted(name)).collect()
            }
            Self::Pairs(pairs) => pairs.iter().filter(|(name, _)| is_wanted(name)).cloned().collect(),
        }
    }
}

impl Default for ExtraVariables {
    fn default() -> Self {
        Self::Pairs(Vec::new())
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            token: Ok(None),
            other_tokens: BTreeMap::new(),
            values: BTreeMap::new(),
            extra: ExtraVariables::default(),
            has_empty_cert_file: false,
            project: PathBuf::new(),
        }
    }
}

impl Environment {
    pub fn from_process() -> Self {
        Self { extra: ExtraVariables::Process, ..Self::read(|name| std::env::var_os(name)) }
    }

    /// For tests, and for worlds other than the real one.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<OsStr>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let pairs: Vec<(K, V)> = pairs.into_iter().collect();
        let all = pairs.iter().map(|(name, value)| (name.as_ref().to_owned(), value.as_ref().to_owned())).collect();
        let read =
            Self::read(|name| pairs.iter().find(|(key, _)| key.as_ref() == name).map(|(_, value)| value.as_ref().to_owned()));
        Self { extra: ExtraVariables::Pairs(all), ..read }
    }

    /// For a world with a project of its own.
    #[must_use]
    pub fn with_project_folder(self, project: PathBuf) -> Self {
        Self { project, ..self }
    }

    /// The folder of the project, in which its files are looked for. Empty for the working directory.
    pub fn project_folder(&self) -> &Path {
        &self.project
    }

    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let secret =
            |name: &str| variable(name).filter(|value| !value.is_empty()).map(|value| Secret::new(value.to_string_lossy()));
        let others =
            known_variables().iter().filter_map(|known| Some((known.name.as_str(), known.read_token(&secret(&known.name)?))));
        let value =
            |name: &'static str| variable(name).filter(|value| !value.is_empty()).map(|value| (name, normalize_proxy(name, value)));
        Self {
            token: secret(TOKEN_VARIABLE).map_or(Ok(None), |value| in_variable(TOKEN_VARIABLE, &value)),
            other_tokens: others.collect(),
            values: variables::known_variables().filter_map(value).collect(),
            extra: ExtraVariables::default(),
            has_empty_cert_file: variable(CERT_FILE).is_some_and(|value| value.is_empty()),
            project: PathBuf::new(),
        }
    }

    fn raw(&self, name: &str) -> Option<&OsStr> {
        self.values.get(name).map(OsString::as_os_str)
    }

    /// Text that is not UTF-8 counts as unset, because nothing here could use it.
    fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).and_then(OsStr::to_str).map(str::trim).filter(|text| !text.is_empty())
    }

    fn folder(&self, name: &str) -> Option<&Path> {
        self.raw(name).map(Path::new)
    }

    fn is_set(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A variable with a fault must not reach Notion, neither through us nor through `ntn`.
    pub fn api_token(&self) -> Result<Option<&Secret>, &Problem> {
        self.token.as_ref().map(Option::as_ref)
    }

    /// The other variables for tokens that are set, in no particular order.
    pub fn other_tokens(&self) -> impl Iterator<Item = (&'static str, Result<Option<&Secret>, &Problem>)> {
        self.other_tokens.iter().map(|(name, token)| (*name, token.as_ref().map(Option::as_ref)))
    }

    pub fn workspace_id(&self) -> Option<&str> {
        self.text("NOTION_WORKSPACE_ID")
    }

    /// Returns the value of `NOTION_KEYRING` if it turns the keychain off. `ntn` honours `0` alone; people also write the others.
    pub fn keyring_off(&self) -> Option<&str> {
        self.text("NOTION_KEYRING").filter(|value| is_off(value))
    }

    /// Returns the base URL unchecked; the adapter validates it.
    pub fn api_base_url(&self) -> Option<&str> {
        self.text("NOTION_API_BASE_URL")
    }

    /// The address of the MCP server. Not checked here.
    pub fn mcp_url(&self) -> Option<&str> {
        self.text("NOTION_MCP_URL")
    }

    /// The folder for all our files, instead of the platform's folders.
    pub fn auth_home(&self) -> Option<&Path> {
        self.folder("NOTION_AUTH_HOME")
    }

    /// The instant at which our clock is fixed, for tests. Not checked here.
    pub fn fixed_clock(&self) -> Option<&OsStr> {
        self.raw("NOTION_AUTH_NOW")
    }

    /// The folder that the person chose for `ntn`'s files.
    pub fn notion_home(&self) -> Option<&Path> {
        self.folder("NOTION_HOME")
    }

    pub fn config_home(&self) -> Option<&Path> {
        self.folder("XDG_CONFIG_HOME")
    }

    pub fn home(&self) -> Option<&Path> {
        self.folder(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
    }

    /// The folder of Codex's settings.
    pub fn codex_home(&self) -> Option<&Path> {
        self.folder("CODEX_HOME")
    }

    /// The folder of settings on Windows.
    pub fn app_data(&self) -> Option<&Path> {
        self.folder("APPDATA")
    }

    pub fn search_path(&self) -> Option<&OsStr> {
        self.raw("PATH")
    }

    /// `PATHEXT`: the extensions of programs on Windows.
    pub fn program_extensions(&self) -> Option<&str> {
        self.text("PATHEXT")
    }

    pub fn browser(&self) -> Option<&str> {
        self.text("BROWSER")
    }

    pub fn is_ssh(&self) -> bool {
        self.is_set("SSH_CONNECTION") || self.is_set("SSH_TTY")
    }

    pub fn is_ci(&self) -> bool {
        self.is_on("CI")
    }

    /// True if `container` is set, as podman, systemd-nspawn and flatpak do.
    pub fn is_container(&self) -> bool {
        self.is_set("container")
    }

    pub fn has_display(&self) -> bool {
        self.has_x11() || self.has_wayland()
    }

    pub fn has_x11(&self) -> bool {
        self.is_set("DISPLAY")
    }

    pub fn has_wayland(&self) -> bool {
        self.is_set("WAYLAND_DISPLAY")
    }

    /// The variables that replace the platform's trusted roots, and the paths that they name.
    pub fn custom_roots(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let empty = self.has_empty_cert_file.then_some((CERT_FILE, Path::new("")));
        [CERT_FILE, CERT_DIR].into_iter().filter_map(|name| self.folder(name).map(|path| (name, path))).chain(empty)
    }

    /// The environment of Notion that `ntn` logs in to; its files are keyed by it.
    pub fn notion_environment(&self) -> &str {
        self.text("NOTION_ENV").unwrap_or("prod")
    }

    fn is_on(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| !is_off(value))
    }
}

/// Shows names only, because a proxy may carry a password, and a path a person's name.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Environment")
            .field("token", &self.token)
            .field("other_tokens", &self.other_tokens)
            .field("set", &self.values.keys())
            .finish_non_exhaustive()
    }
}

fn is_off(value: &str) -> bool {
    ["0", "false", "no", "off"].iter().any(|off| value.eq_ignore_ascii_case(off))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<const N: usize>(pairs: [(&str, &str); N]) -> Environment {
        Environment::from_pairs(pairs)
    }

    #[test]
    fn a_token_is_trimmed_and_an_empty_one_is_none() {
        assert_eq!(with([("NOTION_API_TOKEN", " ntn_fake \n")]).api_token(), Ok(Some(&Secret::new("ntn_fake"))));
        for nothing in ["", "  ", "\n", "\"\""] {
            assert_eq!(with([("NOTION_API_TOKEN", nothing)]).api_token(), Ok(None), "{nothing:?}");
        }
    }

    #[test]
    fn other_variables_are_read_by_the_same_rule_and_a_cookie_is_not_read() {
        const FAKE: &str = "ntn_fake_fake_fake_fake";
        let headers = format!("{{\"Authorization\": \"Bearer {FAKE}\", \"Notion-Version\": \"2025-09-03\"}}");
        let environment = with([
            ("NOTION_TOKEN", &format!(" \"{FAKE}\" ")),
            ("NOTION_KEY", "two values"),
            ("NOTION_PAT", ""),
            ("OPENAPI_MCP_HEADERS", &headers),
            ("NOTION_TOKEN_V2", "v02%3Afake"),
            ("AUTH_TOKEN", FAKE),
        ]);
        let tokens: BTreeMap<_, _> = environment.other_tokens().collect();
        assert_eq!(tokens.keys().copied().collect::<Vec<_>>(), ["NOTION_KEY", "NOTION_TOKEN", "OPENAPI_MCP_HEADERS"]);
        assert_eq!(
            (tokens["NOTION_TOKEN"], tokens["OPENAPI_MCP_HEADERS"]),
            (Ok(Some(&Secret::new(FAKE))), Ok(Some(&Secret::new(FAKE))))
        );
        assert!(tokens["NOTION_KEY"].is_err());
        let headers = r#"{"Authorization":"Bearer fake_of_another_service","Anytype-Version":"2025-11-08"}"#;
        let others = with([("OPENAPI_MCP_HEADERS", headers)]);
        assert_eq!(others.other_tokens().collect::<Vec<_>>(), [("OPENAPI_MCP_HEADERS", Ok(None))], "it is not a token of Notion");
    }

    #[test]
    fn what_is_wrapped_around_a_token_is_no_part_of_it() {
        const FAKE: &str = "ntn_fake_fake_fake_fake";
        for wrapped in [
            format!("\"{FAKE}\""),
            format!("'{FAKE}'"),
            format!("Bearer {FAKE}"),
            format!("‹{FAKE}›"),
            format!("{FAKE},"),
            format!("\u{feff}{FAKE}\r\n"),
        ] {
            assert_eq!(with([("NOTION_API_TOKEN", wrapped.as_str())]).api_token(), Ok(Some(&Secret::new(FAKE))), "{wrapped}");
        }
    }

    #[test]
    fn printing_a_snapshot_shows_names_and_no_values() {
        let printed =
            format!("{:?}", with([("NOTION_API_TOKEN", "ntn_fake_member"), ("HTTPS_PROXY", "http://me:fake-password@proxy")]));
        assert!(!printed.contains("ntn_fake") && !printed.contains("fake-password"), "{printed}");
        assert!(printed.contains("HTTPS_PROXY"), "{printed}");
    }

    #[test]
    fn switches_understand_the_ways_people_say_no() {
        for off in ["0", "false", "No", "OFF"] {
            assert_eq!(with([("NOTION_KEYRING", off)]).keyring_off(), Some(off));
            assert!(!with([("CI", off)]).is_ci(), "{off}");
        }
        for on in ["1", "true", "woodpecker"] {
            assert_eq!(with([("NOTION_KEYRING", on)]).keyring_off(), None);
            assert!(with([("CI", on)]).is_ci(), "{on}");
        }
        assert!(!with([("CI", "")]).is_ci());
    }
}
