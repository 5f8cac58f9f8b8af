//! An address that is safe to open or show. It can only be created by validation.

use std::fmt;
use url::{Host, Url};

/// An `https` address, or an `http` one on loopback (the demo, and tests).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link(String);

/// The reason why an address was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    NotAnAddress,
    /// It is neither https nor loopback http.
    Insecure,
    /// It contains a user name or password.
    HasCredentials,
}

impl fmt::Display for LinkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotAnAddress => "it is not a URL",
            Self::Insecure => "it is neither https nor http to loopback",
            Self::HasCredentials => "it contains a user name or password",
        })
    }
}

impl Link {
    /// Accepts https anywhere and http on loopback; refuses everything else.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let url = Url::parse(text).map_err(|_| LinkError::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LinkError::HasCredentials);
        }
        match url.scheme() {
            "https" if url.host().is_some() => Ok(Self(url.into())),
            "http" if is_loopback(&url) => Ok(Self(url.into())),
            _ => Err(LinkError::Insecure),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host part, in lower case.
    pub fn host(&self) -> String {
        Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl fmt::Display for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_are_taken_and_the_rest_is_refused() {
        assert!(Link::parse("https://app.notion.com/developers/tokens").is_ok());
        assert!(Link::parse("http://127.0.0.1:4000/x").is_ok());
        assert!(Link::parse("http://[::1]:4000").is_ok());
        assert!(Link::parse("http://localhost:1").is_ok());
        for refused in [
            "http://notion.so",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ] {
            assert_eq!(Link::parse(refused), Err(LinkError::Insecure), "{refused}");
        }
        assert_eq!(Link::parse("https://user:fake@notion.so"), Err(LinkError::HasCredentials));
        assert_eq!(Link::parse("not an address"), Err(LinkError::NotAnAddress));
    }
}
