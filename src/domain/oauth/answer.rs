//! Reads what came back from a consent page: the address that a browser was sent to, caught by the listener or pasted.

use super::Pending;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use url::Url;
use zeroize::Zeroizing;

/// The code, where this is the answer to that very request.
///
/// `address` is the whole redirect address; leading and trailing white space and quotes are forgiven, because it may have been copied.
/// Each parameter may stand in it once (RFC 6749, 3.1): which of two would count is for an attacker to choose.
pub fn read_answer(address: &Secret, pending: &Pending) -> Result<Secret, Problem> {
    let text = address.expose().trim().trim_matches(['"', '\'', '<', '>']);
    // Some browsers hide the scheme, and what is copied is then without it.
    let whole = Zeroizing::new(if text.starts_with("localhost:") { format!("http://{text}") } else { text.to_owned() });
    let text = whole.as_str();
    let not_an_answer = |seen: String| Problem::new(ProblemCode::AnswerNotOurs).seen(seen);
    if !text.contains("://") {
        return Err(not_an_answer("a code alone does not prove that it answers this request: paste the whole address".into()));
    }
    let url = Url::parse(text).map_err(|_| not_an_answer("it is no address".into()))?;
    let place = text.split(['?', '#']).next().unwrap_or_default();
    if url.as_str() == pending.link.as_str() || url.host_str() != Some("localhost") {
        return Err(not_an_answer(format!("it does not begin with {}", pending.redirect)));
    }
    if let Some(difference) = pending.redirect.difference(place) {
        return Err(not_an_answer(format!("in {}, {difference}", sanitize(place))));
    }
    let once = |name: &str| {
        let mut values = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(not_an_answer(format!("{name} stands in it twice"))),
            (value, None) => Ok(value),
        }
    };
    let (code, state, error) = (once("code")?, once("state")?, once("error")?);
    if state.map(Secret::new).as_ref() != Some(&pending.state) {
        return Err(not_an_answer("its state belongs to another request, or is missing".into()));
    }
    match (error, code.filter(|code| !code.is_empty())) {
        (Some(error), _) => Err(refusal(&error, once("error_description")?.as_deref())),
        (None, Some(code)) => Ok(Secret::new(code)),
        (None, None) => Err(not_an_answer("there is no code in it".into())),
    }
}

/// RFC 6749, 4.1.2.1.
fn refusal(error: &str, description: Option<&str>) -> Problem {
    let seen = description.map_or_else(|| sanitize(error), |text| format!("{}: {}", sanitize(error), sanitize(text)));
    let code = match error {
        "access_denied" => ProblemCode::AuthorizationDenied,
        "server_error" | "temporarily_unavailable" => ProblemCode::NotionTrouble,
        _ => ProblemCode::AuthorizationRefused,
    };
    Problem::new(code).seen(seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::link::Link;
    use crate::domain::loopback::PortState;
    use crate::domain::oauth::Redirect;
    use jiff::civil::time;

    fn pending() -> Pending {
        Pending {
            link: Link::checked("https://api.notion.com/v1/oauth/authorize?client_id=fake").expect("a link"),
            redirect: Redirect::default(),
            state: Secret::new("fake-state"),
            verifier: None,
            ends_at: time(10, 0, 0, 0),
            listening: PortState::Free(8765),
        }
    }

    fn read(address: &str) -> Result<String, (ProblemCode, String)> {
        let answer = read_answer(&Secret::new(address), &pending());
        answer.map(|code| code.expose().to_owned()).map_err(|problem| (problem.code, problem.evidence.unwrap_or_default()))
    }

    #[test]
    fn the_code_of_this_request_is_found() {
        assert_eq!(read("http://localhost:8765/callback?code=fake-code&state=fake-state"), Ok("fake-code".into()));
        assert_eq!(read(" \"http://localhost:8765/callback?state=fake-state&code=fake%2Dcode\"\n"), Ok("fake-code".into()));
        assert_eq!(read("http://localhost:8765/callback?code=fake-code&state=fake-state#_"), Ok("fake-code".into()));
    }

    #[test]
    fn what_answers_another_request_is_refused() {
        for (address, why) in [
            ("fake-code", "whole address"),
            ("http://localhost:8765/callback?code=fake-code", "state"),
            ("http://localhost:8765/callback?code=fake-code&state=other", "state"),
            ("http://localhost:8765/callback?code=fake-code&state=fake-state&state=fake-state", "twice"),
            ("http://localhost:8765/callback?code=a&code=b&state=fake-state", "twice"),
            ("http://localhost:8765/callback?state=fake-state", "no code"),
            ("http://localhost:8765/callback?code=&state=fake-state", "no code"),
            ("https://api.notion.com/v1/oauth/authorize?client_id=fake", "does not begin"),
            ("https://evil.example/callback?code=fake-code&state=fake-state", "does not begin"),
        ] {
            let (code, seen) = read(address).expect_err(address);
            assert_eq!(code, ProblemCode::AnswerNotOurs, "{address}");
            assert!(seen.contains(why), "{address}: {seen}");
            assert!(!seen.contains("fake-code"), "no code in evidence: {seen}");
        }
    }

    #[test]
    fn another_address_says_which_character_differs() {
        let (code, seen) = read("http://localhost:8766/callback?code=fake-code&state=fake-state").expect_err("another port");
        assert_eq!(code, ProblemCode::AnswerNotOurs);
        assert_eq!(seen, "in http://localhost:8766/callback, character 21 is '6' there and must be '5'");
    }

    #[test]
    fn a_person_who_says_no_is_told_apart_from_a_fault() {
        let at = |query: &str| read(&format!("http://localhost:8765/callback?state=fake-state&{query}")).expect_err(query).0;
        assert_eq!(at("error=access_denied"), ProblemCode::AuthorizationDenied);
        assert_eq!(at("error=invalid_scope&error_description=no"), ProblemCode::AuthorizationRefused);
        assert_eq!(at("error=server_error"), ProblemCode::NotionTrouble);
        assert_eq!(read("http://localhost:8765/callback?error=access_denied").expect_err("no state").0, ProblemCode::AnswerNotOurs);
    }
}
