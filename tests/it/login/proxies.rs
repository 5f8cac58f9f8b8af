//! Proxy variables that cannot be read: nothing of them is shown, nothing is sent around them.

use crate::support::notion::{FakeNotion, PrivateCa, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;

/// Each with parts that may never be shown, and what is said instead.
const UNREADABLE: [(&str, &[&str], &str); 6] = [
    ("http://jdoe:Winter#2026@127.0.0.1:3128", &["jdoe", "Winter", "2026@"], "write # as %23"),
    ("http://jdoe:Summer@Hunter2#x@127.0.0.1:3128", &["jdoe", "Summer", "Hunter2"], "write # as %23"),
    ("http://jdoe:Summer@Hunter2@127.0.0.1:3128", &["jdoe", "Summer", "Hunter2"], "write @ as %40"),
    ("CORP\\jdoe:Winter2@127.0.0.1:3128", &["CORP", "jdoe", "Winter2"], "write \\ as %5C"),
    ("\"http://jdoe:Winter2@127.0.0.1:3128\"", &["jdoe", "Winter2"], "remove the quotes"),
    ("socks://jdoe:Winter2@127.0.0.1:1080", &["jdoe", "Winter2"], "write socks5h:// instead of socks://"),
];

/// Reaches a Notion behind TLS directly, where it goes around the proxy.
fn home(notion: &FakeNotion, ca: &PrivateCa) -> Sandbox {
    Sandbox::with_notion(notion).with_variable("SSL_CERT_FILE", ca.pem_file().to_str().unwrap())
}

#[test]
fn doctor_says_what_to_write_instead_and_shows_nothing_of_the_value() {
    let ca = PrivateCa::new();
    let notion = FakeNotion::start_tls(&ca, respond_as_member);
    for (value, hidden, says) in UNREADABLE {
        let shows_nothing = |told: &str| assert!(hidden.iter().all(|part| !told.contains(part)), "{value}: {told}");
        for (name, arguments) in [("HTTPS_PROXY", "doctor --names -v"), ("all_proxy", "doctor --json")] {
            let run = home(&notion, &ca).with_variable(name, value).run(arguments, "");
            let told = format!("{}{}", run.stdout, run.stderr);
            shows_nothing(&told);
            let flat = told.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\\\", "\\");
            assert!(flat.contains(&format!("{name} can't be parsed: {says}")), "{name} {value}: {told}");
        }
        let run = home(&notion, &ca).with_variable("https_proxy", value).run("login --token-stdin --store file --json", TOKEN);
        shows_nothing(&format!("{}{}", run.stdout, run.stderr));
        assert_eq!(
            (run.exit_code, run.json_lines().pop().unwrap()["code"].as_str()),
            (Some(2), Some("proxy_unreadable")),
            "{run:?}"
        );
    }
    assert_eq!(notion.requests(), [], "nobody went around the proxy");
}

#[test]
fn no_proxy_still_lists_what_needs_none() {
    let ca = PrivateCa::new();
    let notion = FakeNotion::start_tls(&ca, respond_as_member);
    let home = home(&notion, &ca).with_variable("HTTPS_PROXY", UNREADABLE[0].0).with_variable("no_proxy", "127.0.0.1");
    let run = home.run("login --token-stdin --store none", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
}
