//! The proxy that the environment names, and whether it can be read.

use super::Environment;
use super::variables::{NO_PROXY_VARIABLES, PROXY_VARIABLES};
use crate::domain::problem::{Problem, ProxyMistake};
use crate::domain::proxy::{ProxySettings, ProxyUrl, ProxyVariable};
use std::ffi::OsString;

impl Environment {
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
    fn selected_proxy(&self) -> Option<(&'static str, Result<ProxyUrl, ProxyMistake>)> {
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().find_map(|name| Some((name, self.proxy(name)?)))
    }

    fn proxy(&self, name: &str) -> Option<Result<ProxyUrl, ProxyMistake>> {
        Some(self.raw(name)?.to_str().ok_or(ProxyMistake::NotUnicode).and_then(ProxyUrl::parse))
    }
}

/// Removes from a proxy's address what reqwest, and so `ntn`, fails to parse and then goes on without a proxy: a space before it, a
/// slash after it. Every other value stays as it is.
pub(super) fn normalize_proxy(name: &str, value: OsString) -> OsString {
    let readable = |text: &&str| PROXY_VARIABLES.contains(&name) && ProxyUrl::parse(text).is_ok();
    match value.to_str().filter(readable) {
        Some(text) => text.trim().trim_end_matches('/').into(),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    fn with<const N: usize>(pairs: [(&str, &str); N]) -> Environment {
        Environment::from_pairs(pairs)
    }

    #[test]
    fn proxies_are_named_and_not_quoted() {
        let proxies =
            with([("https_proxy", "http://me:fake@proxy"), ("no_proxy", "x"), ("HTTP_PROXY", "a#b@c"), ("LANG", "C")]).proxies();
        let found: Vec<_> = proxies.iter().map(|variable| (variable.name, variable.fault, variable.is_used)).collect();
        let expected =
            [("https_proxy", None, true), ("HTTP_PROXY", Some(ProxyMistake::Unencoded('#')), false), ("no_proxy", None, false)];
        assert_eq!(found, expected);
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
            let found = Environment::from_pairs(pairs.clone()).proxy_settings().chosen;
            let found = found.map(|(name, proxy)| (name, proxy.map_or_else(|fault| fault.to_string(), |url| url.to_string())));
            assert_eq!(found, chosen.map(|(name, shown)| (name, shown.to_owned())), "{pairs:?}");
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
            assert_eq!(problem.evidence, Some(format!("{name} can't be parsed: write # as %23")));
        }
    }
}
