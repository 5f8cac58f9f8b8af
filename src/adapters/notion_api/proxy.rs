//! The proxy between this machine and Notion: chosen by the environment's variables, else by the system's settings.
//!
//! reqwest skips a variable that it cannot read and connects directly, and it ignores all of them where `REQUEST_METHOD` is set
//! (CGI). So `domain::proxy` reads the variables, and reqwest gets the result.

use crate::domain::base_url::BaseUrl;
use crate::domain::problem::{Problem, ProxyMistake};
use crate::domain::proxy::{ProxySettings, ProxyUrl};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy, Proxy};

/// Refuses to build a client that would bypass a proxy.
pub(super) fn apply(builder: ClientBuilder, base: &BaseUrl, settings: &ProxySettings) -> Result<ClientBuilder, Problem> {
    let Some((variable, proxy)) = &settings.chosen else { return Ok(builder) };
    if is_exempt(base, settings) {
        return Ok(builder.no_proxy());
    }
    let url = proxy.as_ref().map_err(|fault| fault.problem(variable))?;
    // Both have to understand the address: reqwest connects directly if its matcher does not.
    let understood = Proxy::all(url.url().expose()).ok().filter(|_| intercepts(url, base));
    let proxy = understood.ok_or_else(|| ProxyMistake::Host.problem(variable))?;
    Ok(builder.no_proxy().proxy(proxy.no_proxy(NoProxy::from_string(&settings.exceptions))))
}

/// Returns host and port of the proxy that requests go through.
pub(super) fn proxy_in_use(base: &BaseUrl, settings: &ProxySettings) -> Option<String> {
    match &settings.chosen {
        _ if base.is_http() => None,
        Some((_, Ok(url))) => (!is_exempt(base, settings)).then(|| url.to_string()),
        Some((_, Err(_))) => None,
        None => {
            let intercept = Matcher::from_system().intercept(&base.as_str().parse().ok()?)?;
            // The system's settings hold no password beside the host.
            intercept.uri().authority().map(ToString::to_string)
        }
    }
}

/// True if `NO_PROXY` lists the host.
fn is_exempt(base: &BaseUrl, settings: &ProxySettings) -> bool {
    let any_proxy = Matcher::builder().all("http://proxy.invalid").no(&*settings.exceptions).build();
    base.as_str().parse().is_ok_and(|base| any_proxy.intercept(&base).is_none())
}

fn intercepts(url: &ProxyUrl, base: &BaseUrl) -> bool {
    let matcher = Matcher::builder().all(url.url().expose()).build();
    base.as_str().parse().is_ok_and(|base| matcher.intercept(&base).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settings(url: &str, exceptions: &str) -> ProxySettings {
        ProxySettings { chosen: Some(("HTTPS_PROXY", ProxyUrl::parse(url))), exceptions: exceptions.into() }
    }

    fn applied(url: &str, exceptions: &str) -> Result<(), Problem> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        apply(reqwest::Client::builder(), &BaseUrl::default(), &settings(url, exceptions)).map(drop)
    }

    #[test]
    fn an_unreadable_proxy_stops_requests_unless_the_host_needs_none() {
        for url in ["http://jdoe:Winter#2026@127.0.0.1:3128", "socks://127.0.0.1:1", "CORP\\me:pw@proxy:1", "'http://proxy:1'"] {
            let problem = applied(url, "").expect_err(url);
            assert_eq!(problem.code, crate::domain::problem::ProblemCode::ProxyUnreadable);
            assert_eq!(applied(url, "example.com, notion.com"), Ok(()), "{url}");
            assert_eq!(proxy_in_use(&BaseUrl::default(), &settings(url, "")), None, "{url}");
        }
    }

    proptest! {
        /// reqwest has to understand every address that we understand: otherwise it would bypass the proxy.
        #[test]
        fn every_address_that_is_read_is_used(
            scheme in "(|http://|https://|socks5://|socks5h://)",
            userinfo in "(|[!-~]{1,20}@)",
            host in "([a-z0-9._-]{1,12}|\\[[0-9a-f:]{2,9}\\])",
            port in "(|:[0-9]{1,5})",
        ) {
            let text = format!("{scheme}{userinfo}{host}{port}");
            let Ok(url) = ProxyUrl::parse(&text) else { return Ok(()) };
            prop_assert_eq!(proxy_in_use(&BaseUrl::default(), &settings(&text, "")), Some(url.to_string()));
            match applied(&text, "") {
                Ok(()) => prop_assert!(intercepts(&url, &BaseUrl::default())),
                Err(problem) => prop_assert_eq!(problem.code, crate::domain::problem::ProblemCode::ProxyUnreadable),
            }
        }
    }
}
