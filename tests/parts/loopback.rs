//! Needs Chromium: the loopback listener's page in a real browser, which follows the consent page's redirect as a person's browser does.
#![expect(clippy::disallowed_methods, reason = "looks at other processes")]

use crate::installed::chromium;
use crate::support::connection_fakes::{CODE, STATE};
use crate::support::loopback_wait::{LoopbackWait, consent};
use crate::support::notion::{FakeNotion, Response};
use notion_auth::adapters::loopback::LoopbackListener;
use std::path::Path;

/// The processes with this folder on their command line.
fn processes_at(profile: &Path) -> Vec<String> {
    let commands = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let commands = commands.filter_map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).ok());
    commands.filter(|command| command.contains(profile.to_str().unwrap())).collect()
}

#[tokio::test]
async fn a_real_browser_brings_the_answer_and_shows_the_page() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let back = format!("http://localhost:{}/callback?{}", waiting.port, consent());
    let consent_page = FakeNotion::start(move |_| Response::redirect(302, &back));
    let address = format!("{}/v1/oauth/authorize", consent_page.base_url());
    let page = tokio::task::spawn_blocking(move || chromium::load_dom(&address)).await.unwrap();
    assert!(page.contains("<h1>You can return to the terminal</h1>") && page.contains("Return to the terminal"), "{page}");
    assert!(!page.contains(CODE) && !page.contains(STATE));
    assert_eq!(waiting.end().await, Ok(CODE.into()));
}

#[tokio::test]
async fn a_browser_that_was_opened_brings_the_answer_and_leaves_nobody_behind() {
    let waiting = LoopbackWait::anywhere(&LoopbackListener::default()).await;
    let back = format!("http://localhost:{}/callback?{}", waiting.port, consent());
    let browser = chromium::open(&back);
    let profile = browser.profile().to_owned();
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    assert_ne!(processes_at(&profile), [""; 0], "it stays open");
    drop(browser);
    assert_eq!(processes_at(&profile), [""; 0]);
    assert!(!profile.exists());
}
