//! `doctor` as the built binary: real files, a real keychain, a Notion that misbehaves, and variables that are wrong.

use super::{read, signed_in};
use crate::support::doctor_document::{doctor, evidence, the};
use crate::support::notion::{FakeNotion, FakeProxy, PrivateCa, Response, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "prepares a file")]
fn write(path: &Path, content: &str) {
    std::fs::write(path, content).unwrap();
}

#[test]
fn a_credential_in_the_private_file_is_found_proven_and_given_back() {
    let (notion, home) = signed_in();
    let asked_before = notion.requests().len();
    let (code, document) = doctor(&home, "");
    assert_eq!(code, Some(0), "{document:#}");
    for id in ["credential.valid", "credential.reach", "storage.folder", "storage.records", "storage.secrets", "storage.read_back"]
    {
        assert_eq!(the(&document, id)["verdict"], "pass", "{id}: {document:#}");
    }
    assert_eq!(the(&document, "environment.keychain")["verdict"], "warn", "there is none here");
    let text = document.to_string();
    for name in ["Ada", "Fake Works", "workspace-1", "user-1"] {
        assert!(!text.contains(name), "{name}: {document:#}");
    }
    let asked: Vec<String> = notion.requests().iter().skip(asked_before).map(|request| request.path().to_owned()).collect();
    assert_eq!(
        asked.iter().filter(|path| *path == "/v1/users/me").count(),
        2,
        "once for the network, once for the token: {asked:?}"
    );
}

#[test]
fn the_text_names_the_version_and_ends_with_its_counts() {
    let (_notion, home) = signed_in();
    let run = home.run("doctor", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    let mut last = run.stdout.lines().rev();
    let about = format!("notion-auth {} on {} {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    assert!(last.next().unwrap().starts_with(&about), "{}", run.stdout);
    assert!(last.next().unwrap().contains("checks: 0 failed, "), "{}", run.stdout);
    assert!(run.stderr.contains("Checking this machine and asking Notion. Each check has a time limit."), "{}", run.stderr);
}

#[test]
fn a_401_fails_whatever_else_is_well() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    home.run("login --token-stdin --store file", TOKEN);
    let refusing = FakeNotion::start(|request| Response::error(401, "unauthorized", request));
    let home = home.with_variable("NOTION_API_BASE_URL", refusing.base_url());
    let (code, document) = doctor(&home, "");
    assert_eq!((code, &the(&document, "credential.valid")["verdict"]), (Some(1), &"fail".into()), "{document:#}");
    assert_eq!(the(&document, "environment.network")["verdict"], "pass", "it is reached, and says no");
    assert_eq!(the(&document, "storage.read_back")["verdict"], "pass");
}

#[test]
fn whatever_a_notion_answers_instead_no_token_is_called_good() {
    let (_notion, home) = signed_in();
    let answers: [fn() -> Response; 5] = [
        || Response::html(200, "<html>Sign in to the guest network</html>"),
        || Response::raw(b"SSH-2.0-OpenSSH_9.9\r\n"),
        || Response::redirect(302, "https://login.example.com/"),
        Response::closed,
        Response::endless,
    ];
    let mut home = home;
    for answer in answers {
        let strange = FakeNotion::start(move |_| answer());
        home = home.with_variable("NOTION_API_BASE_URL", strange.base_url());
        let (code, document) = doctor(&home, "");
        assert_eq!(code, Some(1), "{document:#}");
        assert_eq!(the(&document, "credential.valid")["verdict"], "unknown", "{document:#}");
        assert_eq!(the(&document, "environment.network")["verdict"], "fail", "{document:#}");
    }
}

#[test]
fn an_unreachable_notion_fails_the_network_and_leaves_the_token_open() {
    let (notion, home) = signed_in();
    drop(notion);
    let home = home.with_variable("NOTION_API_BASE_URL", format!("http://{}", crate::support::notion::unused_address()));
    let (code, document) = doctor(&home, "");
    assert_eq!((code, &the(&document, "credential.valid")["verdict"]), (Some(1), &"unknown".into()));
    assert!(evidence(&document, "environment.network").contains("Connection refused"), "{document:#}");
}

#[test]
fn certificates_that_are_not_there_or_empty_are_named() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let empty = home.path().join("empty.pem");
    write(&empty, "");
    let (missing, empty) = (home.path().join("gone.pem").display().to_string(), empty.display().to_string());
    let mut home = home;
    for (value, says) in
        [(missing, "~/gone.pem, which does not exist"), (empty, "~/empty.pem, which is empty"), (String::new(), "is set but empty")]
    {
        home = home.with_variable("SSL_CERT_FILE", value);
        let (code, document) = doctor(&home, "");
        assert_eq!(code, Some(1), "{document:#}");
        let check = the(&document, "environment.certificates");
        assert!(check["verdict"] == "fail" && check["evidence"].as_str().unwrap().contains(says), "{check}");
        assert_eq!(check["command"], "unset SSL_CERT_FILE");
    }
}

#[test]
fn a_proxy_is_told_without_its_password() {
    let ca = PrivateCa::new();
    let notion = FakeNotion::start_tls(&ca, respond_as_member);
    let proxy = FakeProxy::start(notion.address());
    let home = Sandbox::new()
        .with_variable("NOTION_API_BASE_URL", "https://api.notion.test")
        .with_variable("SSL_CERT_FILE", ca.pem_file().display().to_string())
        .with_variable("HTTPS_PROXY", format!("http://ada:fake-password@{}", proxy.address()));
    let (code, document) = doctor(&home, "");
    assert_eq!(code, Some(0), "{document:#}");
    assert!(evidence(&document, "environment.network").contains(&format!("through proxy {}", proxy.address())));
    assert_eq!(evidence(&document, "environment.proxy"), "Set: HTTPS_PROXY.");
    assert!(evidence(&document, "environment.certificates").contains("1 certificate in"));
    let text = document.to_string();
    assert!(!text.contains("fake-password") && !text.contains("ada:"), "{document:#}");
}

#[test]
fn files_that_others_can_read_are_told_and_left_as_they_are() {
    let (_notion, home) = signed_in();
    let secrets = home.file("secrets.json");
    std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, document) = doctor(&home, "");
    assert_eq!(code, Some(0), "a warning: {document:#}");
    let check = the(&document, "storage.secrets");
    assert!(check["verdict"] == "warn" && check["evidence"].as_str().unwrap().contains("0644"), "{check}");
    assert_eq!(std::fs::metadata(&secrets).unwrap().permissions().mode() & 0o777, 0o644);
    assert_eq!(the(&doctor(&home, "").1, "storage.secrets")["verdict"], "warn");
}

#[test]
fn damaged_files_are_named_and_left_as_they_are() {
    let (_notion, home) = signed_in();
    let damage = format!("{{ \"secrets\": \"{TOKEN}");
    home.write_file("secrets.json", &damage);
    home.write_file("secrets.json.corrupt-1", &damage);
    home.write_file(".secrets.json.abc.tmp", &damage);
    let (code, document) = doctor(&home, "");
    assert_eq!((code, &the(&document, "storage.secrets")["verdict"]), (Some(1), &"fail".into()), "{document:#}");
    assert!(evidence(&document, "storage.set_aside").contains("secrets.json.corrupt-1"));
    assert!(evidence(&document, "storage.unfinished").contains(".secrets.json.abc.tmp"));
    for name in ["secrets.json", "secrets.json.corrupt-1", ".secrets.json.abc.tmp"] {
        assert_eq!(read(&home.file(name)), damage, "{name}");
    }
}

#[test]
fn a_folder_that_is_a_link_fails_and_what_it_leads_to_is_untouched() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let target = home.path().join("elsewhere");
    std::fs::create_dir(&target).unwrap();
    std::os::unix::fs::symlink(&target, home.path().join(".config/notion-auth")).unwrap();
    let (code, document) = doctor(&home, "");
    assert_eq!((code, &the(&document, "storage.folder")["verdict"]), (Some(1), &"fail".into()), "{document:#}");
    assert_eq!(std::fs::read_dir(&target).unwrap().count(), 0);
}

#[test]
fn a_token_in_the_environment_is_checked_and_told_what_it_shadows() {
    let (_notion, home) = signed_in();
    let home = home
        .with_variable("NOTION_API_TOKEN", "ntn_fake_stranger_00000000000000000000000000")
        .with_variable("NOTION_WORKSPACE_ID", "workspace-1");
    let run = home.run("doctor --json", "");
    assert!(!run.stdout.contains("ntn_fake_stranger"), "{run:?}");
    let document = run.json_document();
    assert_eq!((run.exit_code, &the(&document, "credential.valid")["verdict"]), (Some(1), &"fail".into()), "{document:#}");
    assert_eq!(the(&document, "credential.shadows")["verdict"], "warn");
    assert_eq!(the(&document, "credential.workspace_variable")["verdict"], "unknown", "no credential in use tells its own");
}

#[test]
fn nothing_is_made_where_nothing_was() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let before = home.files();
    let (code, document) = doctor(&home, "");
    assert_eq!((code, &the(&document, "storage.folder")["verdict"]), (Some(0), &"skip".into()), "{document:#}");
    assert_eq!(home.files(), before);
    assert!(!home.file("").exists(), "not even a folder");
}

#[test]
fn the_demo_examines_a_simulated_notion_and_touches_nothing() {
    let home = Sandbox::new()
        .with_variable("NOTION_API_TOKEN", TOKEN)
        .with_variable("NOTION_WORKSPACE_ID", "workspace-1")
        .with_variable("SSL_CERT_FILE", "/nowhere");
    let before = home.files();
    let (code, document) = doctor(&home, "--demo");
    assert_eq!((code, &the(&document, "environment.network")["verdict"]), (Some(0), &"pass".into()), "{document:#}");
    assert!(document["checks"].as_array().unwrap().iter().all(|check| check["id"] != "environment.certificates"));
    assert_eq!(home.files(), before);
}

#[test]
fn in_a_terminal_its_size_is_told() {
    let home = Sandbox::with_notion(&FakeNotion::start(respond_as_member)).with_variable("TERM", "xterm-256color");
    let terminal = home.start_terminal((120, 100), "doctor");
    terminal.wait_for_text("120 × 100, color, Unicode.");
}
