//! Detecting whether a browser can be opened, and opening one.

use super::Folder;
use notion_auth::adapters::machine::browser::SystemBrowser;
use notion_auth::domain::link::Link;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::runtime::ports::Browser;
// On macOS, no program on `PATH` opens a link.
#[cfg(not(target_os = "macos"))]
use {
    super::DEADLINE,
    notion_auth::adapters::machine::LocalMachine,
    notion_auth::adapters::machine::browser::open_in_browser,
    notion_auth::domain::machine::{BrowserState, HeadlessReason},
    notion_auth::runtime::ports::Machine,
    std::process::{Command, Output},
    std::sync::Arc,
};

const LINK: &str = "https://app.notion.com/developers/tokens?a=1&b=%22x%22";

/// Tells the process of its own what to open.
#[cfg(not(target_os = "macos"))]
const LINK_VARIABLE: &str = "NOTION_AUTH_TEST_LINK";

fn link() -> Link {
    Link::parse(LINK).unwrap()
}

async fn open_with(script: &str) -> Result<(), Problem> {
    let folder = Folder::new();
    SystemBrowser::new(folder.program("notion-auth", script)).open(link()).await
}

fn evidence(outcome: Result<(), Problem>) -> String {
    let problem = outcome.unwrap_err();
    assert_eq!(problem.code, ProblemCode::BrowserFailed);
    problem.evidence.unwrap_or_default()
}

#[cfg(not(target_os = "macos"))]
#[tokio::test]
async fn what_is_installed_and_set_decides_whether_one_would_appear() {
    let folder = Folder::new();
    let state =
        async |pairs: &[(&str, &str)]| LocalMachine::new(Arc::new(folder.environment(pairs))).detect_browser().await.unwrap();
    let headless = |reason| BrowserState::Headless { reason };
    let ready = |name: Option<&str>| BrowserState::Ready { name: name.map(str::to_owned) };

    assert_eq!(state(&[("DISPLAY", ":0")]).await, headless(HeadlessReason::NoBrowser));
    for name in ["gio", "firefox", "w3m"] {
        folder.program(name, "");
    }
    assert_eq!(state(&[("DISPLAY", ":0")]).await, ready(None));
    assert_eq!(state(&[("WAYLAND_DISPLAY", "wayland-0")]).await, ready(None));
    assert_eq!(state(&[("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")]).await, headless(HeadlessReason::Ssh));
    assert_eq!(state(&[("SSH_TTY", "/dev/pts/1"), ("BROWSER", "gone:firefox --new-tab %s")]).await, ready(Some("firefox")));
    assert_eq!(state(&[("SSH_TTY", "/dev/pts/1"), ("BROWSER", "gone")]).await, headless(HeadlessReason::Ssh));
    assert_eq!(state(&[("DISPLAY", ":0"), ("BROWSER", "w3m:firefox")]).await, headless(HeadlessReason::TextBrowser));
    assert_eq!(state(&[("DISPLAY", ":0"), ("BROWSER", "firefox"), ("CI", "1")]).await, headless(HeadlessReason::Ci));
}

#[tokio::test]
async fn the_link_is_handed_to_the_hidden_subcommand_as_it_stands() {
    let folder = Folder::new();
    let program = folder.program("notion-auth", "cat >\"$0.input\"; printf '%s\\n' \"$@\" >\"$0.arguments\"");
    SystemBrowser::new(program).open(link()).await.unwrap();
    let seen = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(seen("notion-auth.arguments"), format!("open-link\n{LINK}\n"));
    assert_eq!(seen("notion-auth.input"), "");
}

#[tokio::test]
async fn a_failure_to_open_says_what_was_seen() {
    assert_eq!(evidence(open_with("printf 'no\\033[31m browser\\n' >&2; exit 1").await), "no[31m browser");
    assert_eq!(evidence(open_with("exit 1").await), "exit status: 1");
    let nowhere = SystemBrowser::new("/no/such/program".into()).open(link()).await;
    assert!(evidence(nowhere).starts_with("the program that opens links can't be started:"));
}

#[tokio::test(start_paused = true)]
async fn an_opener_that_hangs_is_given_up() {
    assert_eq!(evidence(open_with("exec sleep 60").await), "no response within 5 s");
}

/// `open_in_browser` reads the real environment and leaves the session, so it runs in a copy of this test program.
#[cfg(not(target_os = "macos"))]
fn open_in_a_process_of_its_own(folder: &Folder, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["machine::browser::a_process_of_its_own", "--exact", "--ignored", "--nocapture"]);
    command.env_clear().envs(variables.iter().copied());
    command.env("PATH", folder.text()).env("HOME", folder.text()).env(LINK_VARIABLE, LINK);
    command.output().unwrap()
}

#[cfg(not(target_os = "macos"))]
#[test]
#[ignore = "the tests below run it, in a process of its own"]
fn a_process_of_its_own() {
    // Run by hand, it must not open a page in front of somebody.
    let Some(link) = std::env::var_os(LINK_VARIABLE) else { return };
    let link = Link::parse(link.to_str().unwrap()).unwrap();
    assert_eq!(open_in_browser(&link), Ok(()));
}

#[cfg(target_os = "linux")]
#[test]
fn the_chosen_browser_gets_the_link_in_another_session() {
    let folder = Folder::new();
    let (pipe, told) = folder.pipe("told");
    // The sixth field is the session; the second is this script's name, which has no space.
    let browser = folder.program("mybrowser", &format!("read -r _ _ _ _ _ session _ </proc/$$/stat; echo \"$1 $session\" >{pipe}"));
    let output = open_in_a_process_of_its_own(&folder, &[("BROWSER", browser.to_str().unwrap())]);
    assert!(output.status.success(), "{output:?}");
    let said = told.recv_timeout(DEADLINE).unwrap();
    let (opened, session) = said.trim().split_once(' ').unwrap();
    assert_eq!(opened, LINK);
    // Not by `getsid`: in a process namespace our own session can lie outside, whose number is 0 there, and rustix panics on it.
    let about_us = std::fs::read_to_string("/proc/self/stat").unwrap();
    let ours = about_us.rsplit_once(") ").unwrap().1.split(' ').nth(3).unwrap();
    assert_ne!(session, ours, "a key typed here must not reach it");
}

#[cfg(not(target_os = "macos"))]
#[test]
fn without_a_chosen_one_each_opener_is_tried_in_turn() {
    let folder = Folder::new();
    let (pipe, told) = folder.pipe("told");
    folder.program("xdg-open", "exit 3");
    folder.program("gio", &format!("echo \"$*\" >{pipe}"));
    let output = open_in_a_process_of_its_own(&folder, &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(told.recv_timeout(DEADLINE).unwrap().trim(), format!("open {LINK}"));
}

#[cfg(not(target_os = "macos"))]
#[test]
fn with_nothing_to_open_it_with_the_failure_is_told() {
    let output = open_in_a_process_of_its_own(&Folder::new(), &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && said.contains("BrowserFailed"), "{said}");
}
