//! The person's part, against the fake's own consent page: what the browser tests stand on.

use super::begin;
use crate::support::oauth_server::{ConsentDecision, ConsentMode, OauthServer};
use notion_auth::domain::oauth::{Pkce, parse_callback};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;
use std::io::{Read, Write};
use std::net::TcpStream;
use url::form_urlencoded::Serializer;

/// Sends a request as a browser would, and returns the response: head and body.
fn ask(server: &OauthServer, method: &str, target: &str, form: &str) -> String {
    let [(_, base)] = server.environment();
    let mut stream = TcpStream::connect(base.strip_prefix("http://").expect("plain http")).expect("it listens");
    write!(stream, "{method} {target} HTTP/1.1\r\ncontent-length: {}\r\n\r\n{form}", form.len()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

fn location(answer: &str) -> &str {
    answer.lines().find_map(|line| line.strip_prefix("location: ")).expect("a redirect")
}

#[test]
fn a_pressed_button_leads_back_to_the_redirect_address() {
    for (button, refused) in [("allow", None), ("cancel", Some(ProblemCode::AuthorizationDenied))] {
        let server = OauthServer::start();
        let pending = begin(&server, Pkce::Auto);
        let target = pending.link.as_str().strip_prefix(&server.base_url()).expect("a link to the server");
        let authorized = ask(&server, "GET", target, "");
        let page = ask(&server, "GET", location(&authorized), "");
        assert!(page.contains(&format!("id=\"{button}\"")) && !page.contains("<script>"), "{page}");

        let query = location(&authorized).split_once('?').expect("a query").1;
        let form = Serializer::new(String::new()).append_pair("query", query).append_pair("decision", button).finish();
        let sent_back = ask(&server, "POST", "/consent", &form);
        let read = parse_callback(&Secret::new(location(&sent_back)), &pending);
        assert_eq!(read.err().map(|problem| problem.code), refused, "{button}");
    }
}

#[test]
fn a_browser_without_hands_has_its_button_pressed() {
    let server =
        OauthServer::start().with_settings(|behaviour| behaviour.consent = ConsentMode::PageSubmitsItself(ConsentDecision::Cancel));
    assert!(ask(&server, "GET", "/consent?client_id=x", "").contains("getElementById('cancel').click()"));
}

#[test]
fn a_person_can_be_played_without_a_browser() {
    let server = OauthServer::start();
    let pending = begin(&server, Pkce::Auto);
    let answer = |address: String| parse_callback(&Secret::new(address), &pending);
    let code = answer(server.cancel(pending.link.as_str())).expect_err("cancelled").code;
    assert_eq!(code, ProblemCode::AuthorizationDenied);
    assert!(answer(server.allow(pending.link.as_str())).is_ok());
    assert_eq!(server.request_lines(), [""; 0]);
}
