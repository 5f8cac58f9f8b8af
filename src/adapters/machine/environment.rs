//! The one place that reads the process's environment: a snapshot taken once, and what it says about this terminal and session.
//!
//! It touches no files. An empty variable counts as unset, as it does for `ntn`.
#![expect(clippy::disallowed_methods, reason = "this is the file that reads the environment")]

mod variables;

use crate::domain::problem::Problem;
use crate::domain::proxy::{ProxyFault, ProxySettings, ProxyUrl, ProxyVariable};
use crate::domain::secret::Secret;
use crate::domain::token_text::in_variable;
use crate::domain::variables::{TOKEN_VARIABLE, known_variables};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;
use std::time::Duration;
use variables::{FOR_CLIENTS, FOR_INSTALLERS, FOR_LOGIN, FOR_NETWORK, FOR_NTN, NO_PROXY_VARIABLES, PROXY_VARIABLES};

/// An arrow key's bytes arrive together on one machine; over a network they may not.
const ESCAPE_DELAY: Duration = Duration::from_millis(50);
const REMOTE_ESCAPE_DELAY: Duration = Duration::from_millis(150);
const MAX_ESCAPE_DELAY: Duration = Duration::from_secs(5);

const CERT_FILE: &str = "SSL_CERT_FILE";
pub const CERT_DIR: &str = "SSL_CERT_DIR";

/// A snapshot of the variables this program knows.
#[derive(Clone)]
pub struct Environment {
    /// The token in its variable, or why what stands there must not reach Notion. Programs that we start do not get it.
    token: VariableToken,
    /// Those of the other variables for tokens that are set.
    other_tokens: BTreeMap<&'static str, VariableToken>,
    values: BTreeMap<&'static str, OsString>,
    extra: ExtraVariables,
    /// True if `SSL_CERT_FILE` is set and empty: unset for us and for `ntn`, but a missing file for readers of certificates.
    has_empty_cert_file: bool,
}

type VariableToken = Result<Option<Secret>, Problem>;

/// Source of the variables that other programs know. They are read when such a program is started, and not before.
#[derive(Clone)]
enum ExtraVariables {
    Process,
    Pairs(Vec<(String, OsString)>),
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

    /// Not checked here: the adapter that sends to it decides.
    pub fn api_base_url(&self) -> Option<&str> {
        self.text("NOTION_API_BASE_URL")
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

    pub fn wants_no_color(&self) -> bool {
        self.is_set("NO_COLOR")
    }

    /// True if the person asked for a linear, accessible interface.
    pub fn wants_accessible(&self) -> bool {
        self.is_on("ACCESSIBLE")
    }

    pub fn term(&self) -> Option<&str> {
        self.text("TERM")
    }

    /// True for a terminal that cannot move its cursor: `TERM=dumb`, or an unset `TERM` on Unix.
    pub fn is_dumb_terminal(&self) -> bool {
        self.term().map_or(cfg!(unix), |term| term == "dumb")
    }

    /// True if the locale is set and not UTF-8, or on Linux' own console, whose font has no such glyphs.
    ///
    /// POSIX takes an unset locale for `C`; but containers and SSH sessions come without one, in terminals that draw UTF-8.
    pub fn wants_ascii(&self) -> bool {
        self.locale().is_some_and(|locale| !is_utf8(locale)) || self.term() == Some("linux")
    }

    /// The first variable that is set decides, as POSIX says.
    fn locale(&self) -> Option<&str> {
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| self.text(name))
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

    /// Time that a lone ESC is held before it counts as the Esc key. ESCDELAY, in milliseconds, is curses' name for it.
    pub fn escape_delay(&self) -> Duration {
        let asked_for = self.text("ESCDELAY").and_then(|value| value.parse::<u64>().ok());
        let otherwise = if self.is_ssh() { REMOTE_ESCAPE_DELAY } else { ESCAPE_DELAY };
        asked_for.map_or(otherwise, Duration::from_millis).min(MAX_ESCAPE_DELAY)
    }

    pub fn in_tmux(&self) -> bool {
        self.is_set("TMUX")
    }

    /// tmux sets `TERM` to `screen` too, so it is checked first.
    pub fn in_screen(&self) -> bool {
        !self.in_tmux() && (self.is_set("STY") || self.term().is_some_and(|term| term.starts_with("screen")))
    }

    /// The proxy variables that are set, without their values, which may hold a password.
    pub fn proxies(&self) -> Vec<ProxyVariable> {
        let chosen = self.selected_proxy().map(|(name, _)| name);
        let known = PROXY_VARIABLES.iter().chain(&NO_PROXY_VARIABLES).filter(|name| self.is_set(name));
        known
            .map(|&name| {
                let fault = PROXY_VARIABLES.contains(&name).then(|| self.proxy(name).and_then(Result::err)).flatten();
                ProxyVariable { name, fault, is_used: chosen == Some(name) }
            })
            .collect()
    }

    /// The proxy through which Notion is reached. Notion uses https, so `HTTP_PROXY` does not count.
    pub fn proxy_settings(&self) -> ProxySettings {
        let exceptions = NO_PROXY_VARIABLES.into_iter().find_map(|name| self.text(name)).unwrap_or_default().to_owned();
        ProxySettings { chosen: self.selected_proxy(), exceptions }
    }

    /// A program that skips a variable that it cannot read would bypass the proxy, so it is not started.
    pub fn require_readable_proxies(&self) -> Result<(), Problem> {
        let fault = PROXY_VARIABLES.iter().find_map(|name| Some((name, self.proxy(name)?.err()?)));
        fault.map_or(Ok(()), |(name, fault)| Err(fault.problem(name)))
    }

    /// The first variable that is set, in the order of reqwest, and so of `ntn`.
    fn selected_proxy(&self) -> Option<(&'static str, Result<ProxyUrl, ProxyFault>)> {
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().find_map(|name| Some((name, self.proxy(name)?)))
    }

    fn proxy(&self, name: &str) -> Option<Result<ProxyUrl, ProxyFault>> {
        Some(self.raw(name)?.to_str().ok_or(ProxyFault::NotUnicode).and_then(ProxyUrl::parse))
    }

    /// The variables that replace the platform's trusted roots, and the paths that they name.
    pub fn custom_roots(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let empty = self.has_empty_cert_file.then_some((CERT_FILE, Path::new("")));
        [CERT_FILE, CERT_DIR].into_iter().filter_map(|name| self.folder(name).map(|path| (name, path))).chain(empty)
    }

    /// Returns those of the names that are set, with their values.
    fn select(&self, names: &'static [&'static str]) -> impl Iterator<Item = (&'static str, &OsStr)> {
        names.iter().filter_map(|name| self.raw(name).map(|value| (*name, value)))
    }

    /// The complete environment of an `ntn` that we start.
    pub fn for_ntn(&self) -> Vec<(&'static str, &OsStr)> {
        self.select(FOR_NTN).chain(self.keyring_off().map(|_| ("NOTION_KEYRING", OsStr::new("0")))).collect()
    }

    /// The complete environment of an `ntn` that logs in. It holds no token, because a login is for those who have none.
    pub fn for_ntn_login(&self) -> Vec<(&'static str, &OsStr)> {
        self.for_ntn().into_iter().chain(self.select(FOR_NETWORK)).chain(self.select(FOR_LOGIN)).collect()
    }

    /// The complete environment of a program that installs `ntn`.
    pub fn for_installers(&self) -> Vec<(&'static str, &OsStr)> {
        self.for_ntn().into_iter().chain(self.select(FOR_NETWORK)).chain(self.select(FOR_INSTALLERS)).collect()
    }

    /// The complete environment of a secret manager's client: the variables of any program, and its own by name, where `GH_*` means
    /// all names that begin so. It holds none of Notion's.
    pub fn for_client(&self, names: &[String]) -> Vec<(String, OsString)> {
        let usual = self.select(FOR_NTN).chain(self.select(FOR_NETWORK)).chain(self.select(FOR_CLIENTS));
        let usual = usual.filter(|(name, _)| !name.starts_with("NOTION_")).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let is_own =
            |name: &str| names.iter().any(|own| own.strip_suffix('*').map_or(own == name, |start| name.starts_with(start)));
        let own: Vec<(String, OsString)> = match &self.extra {
            ExtraVariables::Process => {
                let all = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
                all.filter(|(name, _)| is_own(name)).collect()
            }
            ExtraVariables::Pairs(pairs) => pairs.iter().filter(|(name, _)| is_own(name)).cloned().collect(),
        };
        usual.chain(own).collect()
    }

    /// The environment of Notion that `ntn` logs in to; its files are keyed by it.
    pub fn notion_environment(&self) -> &str {
        self.text("NOTION_ENV").unwrap_or("prod")
    }

    fn is_on(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| !is_off(value))
    }
}

/// Removes from a proxy's address what reqwest, and so `ntn`, fails to parse and then goes on without a proxy: a space before it, a
/// slash after it. Every other value stays as it is.
fn normalize_proxy(name: &str, value: OsString) -> OsString {
    let readable = |text: &&str| PROXY_VARIABLES.contains(&name) && ProxyUrl::parse(text).is_ok();
    match value.to_str().filter(readable) {
        Some(text) => text.trim().trim_end_matches('/').into(),
        None => value,
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

/// True for `en_US.UTF-8`, `C.utf8` and, with a modifier, `de_DE.UTF-8@euro`.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
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
    fn glyphs_are_ascii_only_where_a_locale_or_console_asks_for_it() {
        for (pairs, ascii) in [
            (vec![("LANG", "en_US.UTF-8")], false),
            (vec![("LANG", "C.utf8")], false),
            (vec![("LANG", "C")], true),
            (vec![("LANG", "de_DE.ISO-8859-1")], true),
            (vec![("LANG", "en_US.UTF-8"), ("LC_ALL", "C")], true),
            (vec![("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")], false),
            (vec![("LC_ALL", ""), ("LANG", "C")], true),
            (vec![], false),
            (vec![("LANG", "en_US.UTF-8"), ("TERM", "linux")], true),
        ] {
            assert_eq!(Environment::from_pairs(pairs.clone()).wants_ascii(), ascii, "{pairs:?}");
        }
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

    #[test]
    fn no_color_follows_its_convention() {
        assert!(with([("NO_COLOR", "0")]).wants_no_color(), "any value turns colour off");
        assert!(!with([("NO_COLOR", "")]).wants_no_color(), "an empty one does not");
    }

    #[test]
    fn an_esc_is_held_longer_over_ssh_and_as_long_as_escdelay_says() {
        for (pairs, milliseconds) in [
            (vec![], 50),
            (vec![("SSH_TTY", "/dev/pts/1")], 150),
            (vec![("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22"), ("ESCDELAY", "300")], 300),
            (vec![("ESCDELAY", "0")], 0),
            (vec![("ESCDELAY", "3600000")], 5000),
            (vec![("ESCDELAY", "-1")], 50),
            (vec![("ESCDELAY", "soon")], 50),
        ] {
            let delay = Environment::from_pairs(pairs.clone()).escape_delay();
            assert_eq!(delay, Duration::from_millis(milliseconds), "{pairs:?}");
        }
    }

    #[test]
    fn tmux_is_not_taken_for_screen() {
        assert!(!with([("TMUX", "/tmp/t,1,0"), ("TERM", "screen-256color")]).in_screen());
        assert!(with([("TERM", "screen.xterm-256color")]).in_screen());
        assert!(with([("STY", "1.pts-0"), ("TERM", "xterm")]).in_screen());
    }

    #[test]
    fn ntn_is_given_neither_token_nor_proxy_and_a_keyring_switch_it_understands() {
        let environment = with([
            ("NOTION_API_TOKEN", "ntn_fake"),
            ("HTTPS_PROXY", "http://proxy"),
            ("NOTION_KEYRING", "off"),
            ("HOME", "/home/me"),
        ]);
        assert_eq!(environment.for_ntn(), [("HOME", OsStr::new("/home/me")), ("NOTION_KEYRING", OsStr::new("0"))]);
    }

    #[test]
    fn proxies_are_named_and_not_quoted() {
        let proxies =
            with([("https_proxy", "http://me:fake@proxy"), ("no_proxy", "x"), ("HTTP_PROXY", "a#b@c"), ("LANG", "C")]).proxies();
        let told: Vec<_> = proxies.iter().map(|variable| (variable.name, variable.fault, variable.is_used)).collect();
        let expected =
            [("https_proxy", None, true), ("HTTP_PROXY", Some(ProxyFault::Unencoded('#')), false), ("no_proxy", None, false)];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_first_proxy_that_is_set_decides_in_either_case_and_an_unreadable_one_is_not_passed_over() {
        for (pairs, chosen) in [
            (vec![("HTTPS_PROXY", "a:1"), ("https_proxy", "b:1"), ("ALL_PROXY", "c:1")], Some(("HTTPS_PROXY", "a:1"))),
            (vec![("HTTPS_PROXY", ""), ("https_proxy", "b:1"), ("ALL_PROXY", "c:1")], Some(("https_proxy", "b:1"))),
            (vec![("ALL_PROXY", "c:1"), ("all_proxy", "d:1"), ("HTTP_PROXY", "e:1")], Some(("ALL_PROXY", "c:1"))),
            (vec![("all_proxy", " d:1/ ")], Some(("all_proxy", "d:1"))),
            (vec![("HTTPS_PROXY", "x#y@z"), ("ALL_PROXY", "c:1")], Some(("HTTPS_PROXY", "write # as %23"))),
            (vec![("HTTP_PROXY", "e:1"), ("NO_PROXY", "notion.com")], None),
        ] {
            let told = Environment::from_pairs(pairs.clone()).proxy_settings().chosen;
            let told = told.map(|(name, proxy)| (name, proxy.map_or_else(|fault| fault.to_string(), |url| url.to_string())));
            assert_eq!(told, chosen.map(|(name, shown)| (name, shown.to_owned())), "{pairs:?}");
        }
    }

    #[test]
    fn ntn_gets_a_proxy_it_can_read_or_is_not_started() {
        let environment = with([("HTTPS_PROXY", " 127.0.0.1:3128/"), ("no_proxy", "localhost")]);
        assert_eq!(environment.require_readable_proxies(), Ok(()));
        let handed = environment.for_ntn_login();
        assert_eq!(handed, [("HTTPS_PROXY", OsStr::new("127.0.0.1:3128")), ("no_proxy", OsStr::new("localhost"))]);

        for name in PROXY_VARIABLES {
            let problem = with([(name, "http://jdoe:Winter#2026@proxy")]).require_readable_proxies().expect_err(name);
            assert_eq!(problem.evidence, Some(format!("{name} cannot be read: write # as %23")));
        }
    }
}
