//! The half of `environment` that runs in a process of its own.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "this test is a program: environment in, one line out")]

use crate::support::notion::TOKEN;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::notion_api::{ClientOptions, NotionClient};
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionApi;

/// The variable with the URL of the child's Notion.
pub(super) const BASE_URL: &str = "NOTION_API_BASE_URL";

/// Before the child's one line of answer.
pub(super) const ANSWER: &str = "answer: ";

#[tokio::test]
#[ignore = "the tests in `environment` start it, with the environment they need"]
async fn whoami_once() {
    let Ok(base) = std::env::var(BASE_URL) else { return };
    let proxies = Environment::from_process().proxy_settings();
    let client = NotionClient::with_options(
        BaseUrl::parse(&base).expect("a good base"),
        ClientOptions { proxies, ..ClientOptions::default() },
    );
    let answer = match client.whoami(Secret::new(TOKEN)).await {
        Ok(identity) => format!("hello {}", identity.display_name().unwrap_or_default()),
        Err(problem) => format!("{}: {}", problem.code.name(), problem.evidence.unwrap_or_default()),
    };
    println!("\n{ANSWER}{answer}");
}
