//! Parses the callback of a consent page: the address that the browser was redirected to, received by the listener or pasted.

use super::{AuthorizationAttempt, RedirectUri};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// Returns the code if `text` is the callback of this request.
///
/// The state proves it, because it was generated for this request and sent nowhere else. So the redirect URI may be written
/// differently: with https, with another name of this machine, or as the query alone. Each parameter may occur only once (RFC 6749,
/// section 3.1), because with two an attacker could choose which one counts.
pub fn parse_callback(text: &Secret, pending: &AuthorizationAttempt) -> Result<Secret, Problem> {
    let text = text.expose().trim().trim_matches(['"', '\'', '<', '>', '`']).trim();
    let query = callback_query(text, pending).map_err(mismatch)?;
    let once = |name: &str| {
        let mut values =
            form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(mismatch(format!("The URL contains {name} twice."))),
            (value, None) => Ok(value),
        }
    };
    let (code, state, error) = (once("code")?, once("state")?, once("error")?);
    if state.map(Secret::new).as_ref() != Some(&pending.state) {
        return Err(mismatch("Its state is missing, or belongs to another request.".into()));
    }
    check_issuer(once("iss")?.as_deref(), pending)?;
    match (error, code.filter(|code| !code.is_empty())) {
        (Some(error), _) => Err(authorization_problem(&error, once("error_description")?.as_deref(), &pending.state)),
        (None, Some(code)) => Ok(Secret::new(code)),
        (None, None) => Err(mismatch("The URL contains no code.".into())),
    }
}

/// Refuses the answer of another authorization server (RFC 9207, section 2.4).
fn check_issuer(named: Option<&str>, pending: &AuthorizationAttempt) -> Result<(), Problem> {
    match (named, pending.client.as_ref().map(|client| &client.server)) {
        (None, Some(server)) if server.names_issuer => Err(mismatch("it does not name its issuer".into())),
        (Some(issuer), Some(server)) if !server.is_issuer(issuer) => {
            Err(mismatch(format!("it comes from another issuer than {}", server.issuer)))
        }
        _ => Ok(()),
    }
}

fn mismatch(evidence: String) -> Problem {
    Problem::new(ProblemCode::CallbackMismatch).with_evidence(evidence)
}

/// Returns the query of the redirect URI, or the reason why `text` is not a redirect URI.
fn callback_query(text: &str, pending: &AuthorizationAttempt) -> Result<Zeroizing<String>, String> {
    let address = match text.split_once("://") {
        Some(_) => Zeroizing::new(text.to_owned()),
        // Some browsers hide the scheme, so a copied address may lack it.
        None if is_loopback_address(text) => Zeroizing::new(format!("http://{text}")),
        None => {
            let query = text.strip_prefix(RedirectUri::CALLBACK_PATH).unwrap_or(text).trim_start_matches(['?', '#', '&']);
            let is_query = query.split('&').any(|pair| ["code=", "state=", "error="].iter().any(|name| pair.starts_with(name)));
            let fault = "Paste the full URL, not only the code.";
            return if is_query { Ok(Zeroizing::new(query.to_owned())) } else { Err(fault.into()) };
        }
    };
    let url = Url::parse(&address).map_err(|_| "That is not a URL.".to_owned())?;
    let is_ours = url.host_str().is_some_and(is_loopback_host) && url.username().is_empty() && url.password().is_none();
    if !is_ours || url.as_str() == pending.link.as_str() {
        return Err(format!("It does not start with {}.", pending.redirect));
    }
    let place = match url.port_or_known_default() {
        Some(port) => format!("http://localhost:{port}{}", url.path()),
        None => format!("http://localhost{}", url.path()),
    };
    if pending.redirect.is_equal_to(&place) {
        return Ok(Zeroizing::new(url.query().unwrap_or_default().to_owned()));
    }
    // A path that isn't ours may contain a code, after a question mark that was written as %3F.
    let shown = if url.path() == RedirectUri::CALLBACK_PATH { format!(" but with {}", sanitize(&place)) } else { String::new() };
    Err(format!("It does not start with {}{}.", pending.redirect, shown))
}

/// True for the names of this machine, as the `url` crate writes them.
fn is_loopback_host(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn is_loopback_address(text: &str) -> bool {
    text.rsplit_once(RedirectUri::CALLBACK_PATH)
        .and_then(|(place, _)| place.rsplit_once(':'))
        .is_some_and(|(host, _)| is_loopback_host(&host.to_ascii_lowercase()))
}

/// Converts an error response (RFC 6749, section 4.1.2.1).
fn authorization_problem(error: &str, description: Option<&str>, state: &Secret) -> Problem {
    let evidence = description.map_or_else(|| sanitize(error), |text| format!("{}: {}", sanitize(error), sanitize(text)));
    let evidence = if evidence.contains(state.expose()) { "the answer repeated its state".to_owned() } else { evidence };
    let code = match error {
        "access_denied" => ProblemCode::AuthorizationDenied,
        "server_error" | "temporarily_unavailable" => ProblemCode::NotionServerError,
        _ => ProblemCode::AuthorizationRefused,
    };
    Problem::new(code).with_evidence(evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::link::Link;
    use crate::domain::loopback::PortState;
    use crate::domain::oauth::RedirectUri;
    use jiff::civil::time;

    fn pending() -> AuthorizationAttempt {
        AuthorizationAttempt {
            link: Link::parse("https://api.notion.com/v1/oauth/authorize?client_id=fake").expect("a link"),
            redirect: RedirectUri::default(),
            state: Secret::new("fake-state"),
            verifier: None,
            client: None,
            ends_at: time(10, 0, 0, 0),
            listening: PortState::Free(8765),
        }
    }

    fn read(address: &str) -> Result<String, (ProblemCode, String)> {
        let answer = parse_callback(&Secret::new(address), &pending());
        answer.map(|code| code.expose().to_owned()).map_err(|problem| (problem.code, problem.evidence.unwrap_or_default()))
    }

    #[test]
    fn the_code_of_this_request_is_found() {
        assert_eq!(read("http://localhost:8765/callback?code=fake-code&state=fake-state"), Ok("fake-code".into()));
        assert_eq!(read(" \"http://localhost:8765/callback?state=fake-state&code=fake%2Dcode\"\n"), Ok("fake-code".into()));
        assert_eq!(read("http://localhost:8765/callback?code=fake-code&state=fake-state#_"), Ok("fake-code".into()));
    }

    #[test]
    fn with_the_right_state_the_spelling_of_the_address_is_forgiven() {
        for address in [
            "https://localhost:8765/callback?code=fake-code&state=fake-state",
            "http://127.0.0.1:8765/callback?code=fake-code&state=fake-state",
            "https://[::1]:8765/callback?code=fake-code&state=fake-state",
            "HTTP://LOCALHOST:8765/callback?code=fake-code&state=fake-state",
            "localhost:8765/callback?code=fake-code&state=fake-state",
            "127.0.0.1:8765/callback?state=fake-state&code=fake-code",
            "/callback?code=fake-code&state=fake-state",
            "?code=fake-code&state=fake-state",
            "code=fake-code&state=fake-state",
            " `state=fake-state&code=fake%2Dcode` ",
            "http://localhost:8765/call\nback?code=fake-code&st\r\nate=fake-state",
        ] {
            assert_eq!(read(address), Ok("fake-code".into()), "{address}");
        }
        assert_eq!(read("error=access_denied&state=fake-state").expect_err("a no").0, ProblemCode::AuthorizationDenied);
    }

    #[test]
    fn what_answers_another_request_is_refused() {
        for (address, why) in [
            ("fake-code", "full URL"),
            ("http://localhost:8765/callback?code=fake-code", "state"),
            ("http://localhost:8765/callback?code=fake-code&state=other", "state"),
            ("http://localhost:8765/callback?code=fake-code&state=fake-state&state=fake-state", "twice"),
            ("http://localhost:8765/callback?code=a&code=b&state=fake-state", "twice"),
            ("http://localhost:8765/callback?state=fake-state", "no code"),
            ("http://localhost:8765/callback?code=&state=fake-state", "no code"),
            ("https://api.notion.com/v1/oauth/authorize?client_id=fake", "does not start"),
            ("https://evil.example/callback?code=fake-code&state=fake-state", "does not start"),
            ("https://me@localhost:8765/callback?code=fake-code&state=fake-state", "does not start"),
            ("https://localhost:8765/callback?code=fake-code&state=other", "state"),
            ("http://127.0.0.1:8765/callback?code=fake-code", "state"),
            ("code=fake-code&state=other", "state"),
            ("code=fake-code", "state"),
            ("code=fake-code&state=fake-state&state=fake-state", "twice"),
        ] {
            let (code, evidence) = read(address).expect_err(address);
            assert_eq!(code, ProblemCode::CallbackMismatch, "{address}");
            assert!(evidence.contains(why), "{address}: {evidence}");
            assert!(!evidence.contains("fake-code"), "no code in evidence: {evidence}");
        }
    }

    #[test]
    fn another_address_is_named_beside_the_expected_one() {
        let (code, evidence) = read("http://localhost:8766/callback?code=fake-code&state=fake-state").expect_err("another port");
        assert_eq!(code, ProblemCode::CallbackMismatch);
        assert_eq!(evidence, "It does not start with http://localhost:8765/callback but with http://localhost:8766/callback.");
    }

    #[test]
    fn a_code_behind_an_escaped_question_mark_is_not_quoted() {
        for separator in ["%3F", ";", "/", "/fake-code/"] {
            let (_, evidence) =
                read(&format!("http://localhost:8765/callback{separator}code=fake-code&state=fake-state")).expect_err("a path");
            assert!(evidence.contains("does not start") && !evidence.contains("fake-code"), "{evidence}");
        }
    }

    #[test]
    fn a_person_who_says_no_is_told_apart_from_a_fault() {
        let at = |query: &str| read(&format!("http://localhost:8765/callback?state=fake-state&{query}")).expect_err(query).0;
        assert_eq!(at("error=access_denied"), ProblemCode::AuthorizationDenied);
        assert_eq!(at("error=invalid_scope&error_description=no"), ProblemCode::AuthorizationRefused);
        assert_eq!(at("error=server_error"), ProblemCode::NotionServerError);
        for echo in ["error=fake%2Dstate", "error=invalid_scope&error_description=no+fake-st%E2%80%8Bate"] {
            let (_, evidence) = read(&format!("?state=fake-state&{echo}")).expect_err(echo);
            assert!(!evidence.contains("fake-state"), "{evidence}");
        }
        assert_eq!(
            read("http://localhost:8765/callback?error=access_denied").expect_err("no state").0,
            ProblemCode::CallbackMismatch
        );
    }
}
