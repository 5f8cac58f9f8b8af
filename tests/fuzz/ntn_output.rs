//! `adapters/ntn_cli/login` and `adapters/ntn_cli/workers`: whatever `ntn` prints, no page but Notion's is opened, the right workspace is
//! chosen or none, and no token shows in what is said about it.
#![no_main]
#![expect(clippy::disallowed_methods, reason = "ntn's list of workspaces is a file")]

use libfuzzer_sys::fuzz_target;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::login::code_reader::{CodeReader, ScreenCode};
use notion_auth::adapters::ntn_cli::login::workspace_picker::{PickerKey, WorkspacePicker};
use notion_auth::adapters::ntn_cli::login::{failure, invitation};
use notion_auth::adapters::ntn_cli::workers::answers;
use notion_auth::adapters::ntn_cli::workers::failure::WorkersFailure;
use notion_auth::adapters::process::program::CapturedOutput;
use notion_auth::domain::login::LoginTarget;
use notion_auth::domain::sanitize::sanitize;
use notion_auth_fuzz::{assert_discreet, assert_hides, assert_safe, shows_a_secret};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use tempfile::TempDir;
use url::Url;
use zeroize::Zeroizing;

/// The workspace that is to be chosen, and another one.
const WANTED: &str = "Acme";
const WORKSPACES: &str = r#"{"version":"1","environments":{"prod":{"one":{"name":"Acme"},"two":{"name":"Beta"}}}}"#;

thread_local! {
    static HOME: TempDir = {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("workspaces.json"), WORKSPACES).expect("a file");
        folder
    };
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    a_code_is_one_safe_line(&text);
    only_notions_pages_are_opened(&text);
    enter_is_pressed_on_the_wanted_row_alone(&text);
    failures_show_no_secret(&text);
    answers_show_no_secret(bytes);
});

fn a_code_is_one_safe_line(text: &str) {
    let mut screen = CodeReader::default();
    if let Some(code) = text.split('\n').find_map(|line| screen.push_line(line)).and_then(ScreenCode::into_text) {
        assert!(!code.is_empty());
        assert_safe(&code);
        let is_announced = |line: &str| sanitize(line).contains("verification code");
        assert!(text.split('\n').any(is_announced), "a code that nobody announced: {code:?}");
    }
}

fn only_notions_pages_are_opened(text: &str) {
    let Some(found) = invitation::parse_two_steps(text) else { return };
    match found {
        Ok(invitation) => {
            let url = Url::parse(invitation.link.as_str()).expect("an address");
            let host = url.host_str().unwrap_or_default();
            let is_notions = ["notion.so", "notion.com"].iter().any(|name| host == *name || host.ends_with(&format!(".{name}")));
            let is_local = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
            assert!(is_local || is_notions && url.scheme() == "https", "{url} would be opened");
            assert!(url.username().is_empty() && url.password().is_none());
            let is_of_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(invitation.code.is_none_or(|code| code.bytes().all(is_of_code) && code.len() <= 40));
        }
        Err(problem) => assert_discreet(&problem, &["verificationCode", "VAF-HWY"]),
    }
}

fn enter_is_pressed_on_the_wanted_row_alone(text: &str) {
    let known = HOME.with(|home| Environment::from_pairs([("NOTION_HOME", home.path())]));
    let mut picker = WorkspacePicker::new(&known, &LoginTarget::Stored("one".into())).expect("two workspaces are known");
    let mut rows: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        rows.push(line);
        match picker.push_line(line) {
            Ok(Some(PickerKey::Enter)) => {
                let drawn = &rows[rows.len().saturating_sub(3)..];
                let is_marked = |row: &&&str| row.trim_start_matches('\r').starts_with(['❯', '>']);
                let marked: Vec<_> = drawn.iter().filter(is_marked).collect();
                assert!(matches!(marked[..], [row] if sanitize(row).contains(WANTED) && !row.contains("Beta")), "{drawn:?}");
            }
            Ok(_) => {}
            Err(problem) => return assert_discreet(&problem, &[]),
        }
    }
}

fn failures_show_no_secret(text: &str) {
    let said: Vec<String> = text.lines().map(str::to_owned).collect();
    for status in [0, 1 << 8, 2 << 8, 4 << 8, 5 << 8, 9] {
        let status = ExitStatus::from_raw(status);
        let problem = failure::run_problem("ntn login", status, &said);
        assert_discreet(&problem, &[]);
        assert_shows_no_secret(&format!("{problem:?}"));
        let failure = WorkersFailure::of_run(status, &said);
        let _ = (failure.http_status(), failure.is_temporary());
        assert_discreet(&failure.problem(), &[]);
        assert_shows_no_secret(&format!("{failure:?}"));
    }
}

fn answers_show_no_secret(bytes: &[u8]) {
    let answer =
        CapturedOutput { status: ExitStatus::default(), stdout: Zeroizing::new(bytes.to_vec()), stderr: Zeroizing::default() };
    for names in [answers::parse_oauth_keys(&answer), answers::parse_variables(&answer)] {
        match names {
            Ok(names) => names.iter().for_each(|name| assert_safe(name)),
            Err(failure) => assert_shows_no_secret(&format!("{failure:?}")),
        }
    }
    let said = serde_json::from_slice::<serde_json::Value>(bytes).unwrap_or_default();
    let [access, end] = ["accessToken", "expiresAt"].map(|name| said[name].as_str().unwrap_or_default());
    match answers::parse_token(&answer) {
        // Its end is shown, whatever stands there.
        Ok(state) if access.len() >= 12 && !sanitize(end).contains(access) => assert_hides(&format!("{state:?}"), &[access]),
        Ok(_) => {}
        Err(failure) => assert_shows_no_secret(&format!("{failure:?}")),
    }
    if let Ok(address) = answers::parse_redirect_url(&answer) {
        assert!(Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "https" | "http")));
    }
}

#[track_caller]
fn assert_shows_no_secret(text: &str) {
    assert!(!shows_a_secret(text), "a secret is shown: {text}");
}
