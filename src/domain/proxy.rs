//! Parses the proxy that the environment names. Parsing is strict: a value is accepted as a whole or refused.
//!
//! A proxy's address often contains a password. If one of its characters should have been percent-encoded (`http://me:pa#ss@host`), a
//! lenient parser takes part of the password for the host, shows it and looks it up. So no part of a refused value is ever repeated,
//! and only host and port of an accepted one are shown.

use super::problem::{Detail, Problem, ProblemCode, ProxyMistake};
use super::secret::Secret;
use std::fmt;

/// The address of one proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyUrl {
    url: Secret,
    authority: String,
}

const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Characters that end an address's authority or are not allowed in an address at all.
const RESERVED: &str = "#?\\\"'<>^`|{}";

impl ProxyUrl {
    /// Accepts `host:port` with or without a scheme and userinfo; surrounding spaces and one trailing slash are removed.
    pub fn parse(text: &str) -> Result<Self, ProxyMistake> {
        let text = text.trim();
        if text.starts_with(['"', '\'', '“', '‘', '«', '‹']) || text.ends_with(['"', '\'', '”', '’', '»', '›']) {
            return Err(ProxyMistake::Quoted);
        }
        let (scheme, rest) = match text.split_once("://") {
            None => ("http".to_owned(), text),
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        };
        if scheme == "socks" {
            return Err(ProxyMistake::SocksVersion);
        }
        if !SCHEMES.contains(&scheme.as_str()) {
            return Err(ProxyMistake::Scheme);
        }
        let (userinfo, place) = rest.rsplit_once('@').map_or((None, rest), |(userinfo, place)| (Some(userinfo), place));
        // Percent-encoding a character helps only in the user name or password.
        if let Some(userinfo) = userinfo {
            let first_of = |reserved: &str| userinfo.chars().find(|character| reserved.contains(*character));
            if let Some(reserved) = first_of(RESERVED).or_else(|| first_of("@/[]")) {
                return Err(ProxyMistake::Unencoded(reserved));
            }
            if !userinfo.chars().all(|character| character.is_ascii_graphic()) {
                return Err(ProxyMistake::Unprintable);
            }
        }
        let place = place.strip_suffix('/').unwrap_or(place);
        check_authority(place)?;
        let userinfo = userinfo.map(|userinfo| format!("{userinfo}@")).unwrap_or_default();
        Ok(Self { url: Secret::new(format!("{scheme}://{userinfo}{place}")), authority: place.to_owned() })
    }

    /// The whole address with user name and password, for the HTTP client.
    pub fn url(&self) -> &Secret {
        &self.url
    }
}

/// Shows host and port, without user name and password.
impl fmt::Display for ProxyUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.authority)
    }
}

/// Checks for a name, an IPv4 address or an IPv6 address in brackets, and an optional port.
fn check_authority(place: &str) -> Result<(), ProxyMistake> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or(ProxyMistake::Host)?;
            if !address.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte)) {
                return Err(ProxyMistake::Host);
            }
            (address, if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or(ProxyMistake::Port)?) })
        }
        None if place.contains(['/', '?', '#']) => return Err(ProxyMistake::Path),
        None => {
            let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
            if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)) {
                return Err(ProxyMistake::Host);
            }
            (host, port)
        }
    };
    if host.is_empty() {
        return Err(ProxyMistake::Host);
    }
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    if port.is_none_or(is_port) { Ok(()) } else { Err(ProxyMistake::Port) }
}

impl fmt::Display for ProxyMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUnicode => formatter.write_str("it is not valid UTF-8"),
            Self::Quoted => formatter.write_str("remove the quotes"),
            Self::Unencoded(character) => write!(formatter, "write {character} as %{:02X}", u32::from(*character)),
            Self::Unprintable => formatter.write_str("percent-encode spaces and characters outside ASCII"),
            Self::SocksVersion => formatter.write_str("write socks5h:// instead of socks://"),
            Self::Scheme => formatter.write_str("it must start with http://, https://, socks5:// or socks5h://"),
            Self::Host => formatter.write_str("it has no valid host"),
            Self::Port => formatter.write_str("the port is not a number from 1 to 65535"),
            Self::Path => formatter.write_str("remove everything after the host and port"),
        }
    }
}

/// A proxy variable that is set. `NO_PROXY` never has a fault, because every text is a valid list of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyVariable {
    pub name: &'static str,
    pub fault: Option<ProxyMistake>,
    /// True if this variable decides the proxy of requests to Notion.
    pub is_used: bool,
}

/// The proxy settings for requests to Notion, as far as environment variables decide them.
#[derive(Clone, Debug, Default)]
pub struct ProxySettings {
    /// The variable that decides, with its parsed value. Without one, the system's settings decide.
    pub chosen: Option<(&'static str, Result<ProxyUrl, ProxyMistake>)>,
    /// The value of `NO_PROXY`: hosts that are reached without a proxy.
    pub exceptions: String,
}

impl ProxyMistake {
    /// The problem that stops all requests: connecting without the intended proxy would be wrong.
    pub fn problem(self, variable: &str) -> Problem {
        let problem = Problem::new(ProblemCode::ProxyUnreadable).detailed(Detail::Proxy(self));
        problem.with_evidence(format!("{variable} can't be parsed: {self}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_understood_is_shown_as_host_and_port_alone() {
        for (text, shown) in [
            ("http://proxy.example:3128", "proxy.example:3128"),
            ("HTTPS://proxy.example", "proxy.example"),
            ("proxy.example:3128", "proxy.example:3128"),
            ("127.0.0.1:3128/", "127.0.0.1:3128"),
            ("  http://127.0.0.1:3128\n", "127.0.0.1:3128"),
            ("http://jdoe:fake%23pass@127.0.0.1:3128/", "127.0.0.1:3128"),
            ("CORP%5Cme:fake@proxy:8080", "proxy:8080"),
            ("jdoe@proxy:8080", "proxy:8080"),
            ("http://me:a:b@[::1]:8080", "[::1]:8080"),
            ("socks5://127.0.0.1:1080", "127.0.0.1:1080"),
            ("socks5h://me:fake@proxy", "proxy"),
        ] {
            assert_eq!(ProxyUrl::parse(text).map(|url| url.to_string()), Ok(shown.into()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_to_write_instead() {
        for (text, says) in [
            ("http://jdoe:Winter#2026@127.0.0.1:3128", "write # as %23"),
            ("http://jdoe:Summer@Hunter2#x@127.0.0.1:3128", "write # as %23"),
            ("http://jdoe:Summer@Hunter2@127.0.0.1:3128", "write @ as %40"),
            ("http://jdoe:a/b@proxy:3128", "write / as %2F"),
            ("http://jdoe:a?b@proxy:3128", "write ? as %3F"),
            ("CORP\\me:pw@proxy:8080", "write \\ as %5C"),
            ("\"http://proxy:3128\"", "remove the quotes"),
            ("http://jdoe:a b@proxy:3128", "percent-encode spaces"),
            ("http://jdoe:fäke@proxy:3128", "percent-encode spaces"),
            ("socks://127.0.0.1:1080", "write socks5h:// instead of socks://"),
            ("ftp://proxy:3128", "it must start with http://"),
            ("http//proxy:3128", "remove everything after"),
            ("http:proxy:3128", "the port is not a number"),
            ("http://proxy:3128/proxy.pac", "remove everything after"),
            ("http://proxy:99999", "the port is not a number"),
            ("http://proxy:", "the port is not a number"),
            ("http://:3128", "it has no valid host"),
            ("http://", "it has no valid host"),
            ("http://[::1:3128", "it has no valid host"),
            ("jdoe:Winter", "the port is not a number"),
            ("CORP\\me:pw@http://proxy:8080", "it must start with http://"),
            ("http ://proxy:3128", "it must start with http://"),
            ("http:// proxy:3128", "it has no valid host"),
            ("http://pröxy:3128", "it has no valid host"),
            ("http://proxy:3128?x", "remove everything after"),
        ] {
            let fault = ProxyUrl::parse(text).expect_err(text).to_string();
            assert!(fault.starts_with(says), "{text}: {fault}");
        }
    }

    #[test]
    fn to_percent_encode_is_advised_only_where_it_helps() {
        for (text, helps) in [
            ("http://jdoe:Winter#2026@127.0.0.1:3128", true),
            ("CORP\\me:pw@proxy:8080", true),
            ("http://jdoe:a b@proxy:3128", true),
            ("CORP\\me:pw@http://proxy:8080", false),
            ("ftp://jdoe:a#b@proxy:3128", false),
            ("socks://127.0.0.1:1080", false),
            ("'http://proxy:3128'", false),
            ("http:// proxy:3128", false),
            ("http://proxy:0", false),
            ("http://proxy/x#y", false),
        ] {
            let problem = ProxyUrl::parse(text).expect_err(text).problem("HTTPS_PROXY");
            let advised = problem.remedies().iter().any(|remedy| remedy.text.contains("ercent-encode"));
            assert_eq!(advised, helps, "{text}: {:?}", problem.remedies());
            assert_ne!(problem.remedies(), ProblemCode::ProxyUnreadable.text().remedies, "{text}");
        }
    }

    proptest! {
        /// No user name and no password is ever shown, however it is written.
        #[test]
        fn userinfo_is_never_shown(scheme in "(|http://|https://|socks5://|socks://)", user in "\\PC{0,12}", password in "\\PC{0,16}") {
            let place = "127.0.0.1:3128";
            match ProxyUrl::parse(&format!("{scheme}{user}:{password}@{place}")) {
                Ok(url) => {
                    prop_assert_eq!(url.to_string(), place);
                    prop_assert_eq!(format!("{url:?}").contains("Secret("), true);
                }
                // The message contains nothing of the value except one reserved character.
                Err(ProxyMistake::Unencoded(character)) => prop_assert!(RESERVED.contains(character) || "@/[]".contains(character)),
                Err(_) => {}
            }
        }
    }
}
