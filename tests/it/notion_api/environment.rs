//! Certificates and proxies from the environment. A process cannot change its own environment safely, so each
//! case runs in a child (`child::whoami_once`) that starts with nothing but what is named here.

#![expect(clippy::disallowed_methods, reason = "these tests start this test program again")]

use super::child::{ANSWER, BASE_URL};
use crate::support::notion::{FakeNotion, FakeProxy, FakeSocks, PrivateCa, TOKEN, respond_as_member, unused_address};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;

/// `user:fake-password` in base64.
const BASIC: &str = "Basic dXNlcjpmYWtlLXBhc3N3b3Jk";

const HELLO: &str = "hello Ada Fake";

/// Returns the client's output in a process with only this environment.
fn whoami(base_url: &str, environment: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "notion_api::child::whoami_once", "--ignored", "--nocapture"])
        .env_clear()
        .env(BASE_URL, base_url)
        .envs(environment.iter().copied())
        .output()
        .expect("the child starts");
    let out = String::from_utf8_lossy(&output.stdout);
    let answer = out.lines().find_map(|line| line.strip_prefix(ANSWER));
    let answer = answer.unwrap_or_else(|| panic!("no answer: {out}{}", String::from_utf8_lossy(&output.stderr)));
    assert!(!answer.contains(TOKEN), "{answer}");
    answer.to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the certificates of other systems are not read from a file")]
fn a_private_authority_is_trusted_once_ssl_cert_file_names_it() {
    let (ours, strange) = (PrivateCa::new(), PrivateCa::new());
    let fake = FakeNotion::start_tls(&ours, respond_as_member);
    assert_eq!(whoami(&fake.base_url(), &[("SSL_CERT_FILE", text(ours.pem_file()))]), HELLO);

    let answer = whoami(&fake.base_url(), &[("SSL_CERT_FILE", text(strange.pem_file()))]);
    assert!(answer.starts_with("tls_failed: invalid peer certificate: "), "{answer}");
    assert_eq!(fake.requests().len(), 1, "a server that is not trusted is asked nothing");
}

#[test]
fn a_server_that_speaks_no_tls_fails_as_tls() {
    let ca = PrivateCa::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base_url = format!("https://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        let _greeting = stream.read(&mut [0; 4096])?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    });
    let answer = whoami(&base_url, &[("SSL_CERT_FILE", text(ca.pem_file()))]);
    assert!(answer.starts_with("tls_failed: "), "{answer}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the certificates of other systems are not read from a file")]
fn a_machine_without_authorities_is_told_so() {
    let empty = tempfile::tempdir().expect("a folder");
    let file = empty.path().join("empty.pem");
    std::fs::write(&file, "").expect("an empty file");
    let answer = whoami("https://127.0.0.1:1", &[("SSL_CERT_FILE", text(&file)), ("SSL_CERT_DIR", text(empty.path()))]);
    assert!(answer.starts_with("no_trusted_roots: No CA certificates"), "{answer}");

    // The demo and tests speak plain http to loopback, and need none.
    let fake = FakeNotion::start(respond_as_member);
    assert_eq!(whoami(&fake.base_url(), &[("SSL_CERT_FILE", text(&file)), ("SSL_CERT_DIR", text(empty.path()))]), HELLO);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the certificates of other systems are not read from a file")]
fn a_proxy_with_a_password_is_gone_through() {
    let ca = PrivateCa::new();
    let fake = FakeNotion::start_tls(&ca, respond_as_member);
    let proxy = FakeProxy::start_requiring(fake.address(), BASIC);
    let through = format!("http://user:fake-password@{}", proxy.address());
    let environment = [("HTTPS_PROXY", through.as_str()), ("SSL_CERT_FILE", text(ca.pem_file()))];
    assert_eq!(whoami("https://api.notion.test", &environment), HELLO);
    assert_eq!(proxy.request_lines(), ["CONNECT api.notion.test:443"], "the name is the proxy's to resolve");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the certificates of other systems are not read from a file")]
fn what_curl_forgives_in_a_proxy_s_address_is_forgiven() {
    let ca = PrivateCa::new();
    let fake = FakeNotion::start_tls(&ca, respond_as_member);
    let proxy = FakeProxy::start(fake.address());
    let address = proxy.address();
    let values = [format!("{address}/"), format!("  http://{address}"), format!("http://{address}/ "), format!("{address}")];
    for (value, name) in values.iter().zip(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) {
        // reqwest ignores all proxy variables in a CGI program.
        let environment = [(name, value.as_str()), ("REQUEST_METHOD", "GET"), ("SSL_CERT_FILE", text(ca.pem_file()))];
        assert_eq!(whoami("https://api.notion.test", &environment), HELLO, "{name}={value}");
    }
    assert_eq!(proxy.request_lines(), ["CONNECT api.notion.test:443"; 4]);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the certificates of other systems are not read from a file")]
fn a_socks_proxy_is_gone_through_and_resolves_the_name() {
    let ca = PrivateCa::new();
    let fake = FakeNotion::start_tls(&ca, respond_as_member);
    let proxy = FakeSocks::start(fake.address());
    let through = format!("socks5h://{}", proxy.address());
    let environment = [("ALL_PROXY", through.as_str()), ("SSL_CERT_FILE", text(ca.pem_file()))];
    assert_eq!(whoami("https://api.notion.test", &environment), HELLO);
    assert_eq!(proxy.destinations(), ["api.notion.test:443"]);
}

#[test]
fn a_proxy_that_cannot_be_read_is_not_gone_around() {
    let ca = PrivateCa::new();
    let fake = FakeNotion::start_tls(&ca, respond_as_member);
    for value in
        ["http://jdoe:Winter#2026@127.0.0.1:3128", "socks://127.0.0.1:1", "CORP\\me:pw@127.0.0.1:1", "'http://127.0.0.1:1'"]
    {
        // Another variable that could be read is no way out.
        let environment = [("HTTPS_PROXY", value), ("ALL_PROXY", "http://127.0.0.1:1"), ("SSL_CERT_FILE", text(ca.pem_file()))];
        let answer = whoami(&fake.base_url(), &environment);
        assert!(answer.starts_with("proxy_unreadable: HTTPS_PROXY can't be parsed: "), "{answer}");
        assert!(!answer.contains("Winter") && !answer.contains("pw@"), "{answer}");
    }
    assert_eq!(fake.requests(), []);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the certificates of other systems are not read from a file")]
fn no_proxy_goes_around_the_proxy() {
    let ca = PrivateCa::new();
    let fake = FakeNotion::start_tls(&ca, respond_as_member);
    let proxy = FakeProxy::start(fake.address());
    let through = format!("http://{}", proxy.address());
    let environment = [("HTTPS_PROXY", through.as_str()), ("NO_PROXY", "127.0.0.1"), ("SSL_CERT_FILE", text(ca.pem_file()))];
    assert_eq!(whoami(&fake.base_url(), &environment), HELLO);
    assert_eq!(proxy.request_lines(), [""; 0]);
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn a_proxy_that_wants_another_password_has_refused() {
    let ca = PrivateCa::new();
    let fake = FakeNotion::start_tls(&ca, respond_as_member);
    let proxy = FakeProxy::start_requiring(fake.address(), BASIC);
    let through = format!("http://user:wrong-fake@{}", proxy.address());
    let answer = whoami(&fake.base_url(), &[("HTTPS_PROXY", &through), ("SSL_CERT_FILE", text(ca.pem_file()))]);
    let expected = format!(
        "proxy_refused: the proxy responded to CONNECT: proxy authorization required (through the proxy {})",
        proxy.address()
    );
    assert_eq!(answer, expected);
    assert_eq!(fake.requests(), []);
}

#[test]
fn a_proxy_that_is_down_is_named_without_its_password() {
    let ca = PrivateCa::new();
    let address = unused_address();
    let through = format!("http://user:fake-password@{address}");
    let answer = whoami("https://api.notion.test", &[("HTTPS_PROXY", &through), ("SSL_CERT_FILE", text(ca.pem_file()))]);
    assert!(answer.starts_with("no_network: "), "{answer}");
    assert!(answer.ends_with(&format!("(through the proxy {address})")), "{answer}");
    assert!(!answer.contains("fake-password"), "{answer}");
}

#[test]
fn a_host_without_an_address_is_a_missing_network() {
    let ca = PrivateCa::new();
    // Limits the resolver to one second if no name server responds.
    let environment = [("RES_OPTIONS", "attempts:1 timeout:1"), ("SSL_CERT_FILE", text(ca.pem_file()))];
    let answer = whoami("https://nobody.invalid", &environment);
    assert!(answer.starts_with("no_network: the host name can't be resolved: "), "{answer}");
}

#[test]
fn a_plain_request_to_loopback_never_meets_a_proxy() {
    let fake = FakeNotion::start(respond_as_member);
    let proxy = FakeProxy::start(fake.address());
    let through = format!("http://{}", proxy.address());
    assert_eq!(whoami(&fake.base_url(), &[("HTTP_PROXY", &through), ("ALL_PROXY", &through)]), HELLO);
    assert_eq!(proxy.request_lines(), [""; 0], "the proxy would have read the token");
}
