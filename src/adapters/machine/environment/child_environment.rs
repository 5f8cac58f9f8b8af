//! The complete environment of each program that we start.

use super::Environment;
use super::variables::{FOR_CLIENTS, FOR_GIT, FOR_GIT_IN_A_HOOK, FOR_INSTALLERS, FOR_LOGIN, FOR_NETWORK, FOR_NTN};
use std::ffi::{OsStr, OsString};

impl Environment {
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

    /// The complete environment of the bridge that an agent starts: every variable that this program knows. It holds no token.
    pub fn for_bridge(&self) -> impl Iterator<Item = (&'static str, &OsStr)> {
        self.values.iter().map(|(name, value)| (*name, value.as_os_str()))
    }

    /// The complete environment of git: it fetches nothing, never prompts, and starts no program for a protocol
    /// (<https://git-scm.com/docs/git#_environment_variables>).
    pub fn for_git(&self, is_hook: bool) -> Vec<(&'static str, &OsStr)> {
        let fixed = [
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_PAGER", "cat"),
            ("LC_ALL", "C"),
        ];
        let hook = self.select(if is_hook { FOR_GIT_IN_A_HOOK } else { &[] });
        self.select(FOR_GIT).chain(hook).chain(fixed.map(|(name, value)| (name, OsStr::new(value)))).collect()
    }

    /// The complete environment of a secret manager's client: the variables of any program, and its own by name, where `GH_*` means
    /// all names that begin so. It holds none of Notion's.
    pub fn for_client(&self, names: &[String]) -> Vec<(String, OsString)> {
        let usual = self.select(FOR_NTN).chain(self.select(FOR_NETWORK)).chain(self.select(FOR_CLIENTS));
        let usual = usual.filter(|(name, _)| !name.starts_with("NOTION_")).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let is_own =
            |name: &str| names.iter().any(|own| own.strip_suffix('*').map_or(own == name, |start| name.starts_with(start)));
        usual.chain(self.extra.select(is_own)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ntn_is_given_neither_token_nor_proxy_and_a_keyring_switch_it_understands() {
        let environment = Environment::from_pairs([
            ("NOTION_API_TOKEN", "ntn_fake"),
            ("HTTPS_PROXY", "http://proxy"),
            ("NOTION_KEYRING", "off"),
            ("HOME", "/home/me"),
        ]);
        assert_eq!(environment.for_ntn(), [("HOME", OsStr::new("/home/me")), ("NOTION_KEYRING", OsStr::new("0"))]);
    }
}
