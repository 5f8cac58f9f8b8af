//! What is measured against a Notion with a known latency: the checks after a paste, and `doctor` once a token is kept.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock and starts what it measures")]

use super::session::{BenchResult, MeasuredProgram, PtySession, environment};
use super::times::Times;
use notion_auth::adapters::demo::simulated_notion::SimulatedNotion;
use notion_auth::adapters::notion_api::NotionClient;
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::credentials::Owner;
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionApi;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A guest: the one whose checks need the longest chain, as nobody is called a guest before the list and the look-up agree.
const TOKEN: &str = "ntn_demo_guest_through_oauth_0003";

/// Where the simulated Notion, which answers after `latency`, is found. It serves until the bench ends.
pub(crate) fn notion(latency: Duration) -> BenchResult<String> {
    let notion = SimulatedNotion::bind().map_err(unexpected)?.with_latency(latency);
    let base = notion.base_url();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || runtime.block_on(notion.serve()));
    Ok(base)
}

/// From the paste to the last check on the screen, and the most memory the program had by then.
pub(crate) fn checks(program: &Path, notion: &str, rounds: usize) -> BenchResult<(Times, Option<u64>)> {
    let subject =
        MeasuredProgram { program: program.into(), arguments: &[], notion: notion.into(), variables: Vec::new(), marks: &[] };
    let mut times = Vec::new();
    let mut memory = None;
    for _ in 0..rounds {
        let mut session = PtySession::start(&subject)?;
        session.collect(Duration::from_millis(300), Duration::from_secs(5));
        // No browser is here: nothing is opened on the way to the field.
        session.type_keys("1\r")?;
        session.collect(Duration::from_millis(100), Duration::from_secs(1));
        let pasted = session.type_keys(&format!("\x1b[200~{TOKEN}\x1b[201~"))?;
        let last = session.collect(Duration::from_secs(1), Duration::from_secs(10)).pop().ok_or("a paste changes nothing")?;
        times.push(last.at - pasted);
        memory = memory.max(session.peak_memory());
    }
    Ok((times.into_iter().collect(), memory))
}

/// The slowest chain of the same calls, one after the other, through the same client.
pub(crate) fn chain(notion: &str, rounds: usize) -> BenchResult<Times> {
    let client = NotionClient::new(BaseUrl::parse(notion).map_err(unexpected)?);
    let token = || Secret::new(TOKEN);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // As in the program, which has asked whether Notion answers before anything is pasted.
        client.reach_host().await.map_err(unexpected)?;
        let mut times = Vec::new();
        for _ in 0..rounds {
            let started = Instant::now();
            let identity = client.whoami(token()).await.map_err(unexpected)?;
            client.list_users(token()).await.map_err(unexpected)?;
            let Owner::Person(person) = identity.owner else { return Err("the guest is no person".into()) };
            client.user_exists(token(), person.id).await.map_err(unexpected)?;
            times.push(started.elapsed());
        }
        Ok(times.into_iter().collect())
    })
}

/// `doctor`, from start to end, with the token in the private file.
pub(crate) fn doctor(program: &Path, notion: &str, rounds: usize) -> BenchResult<Times> {
    let home = signed_in(program, notion)?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let mut command = Command::new(program);
        command.args(["doctor", "--json"]).env_clear().envs(environment(home.path(), notion)).stdin(Stdio::null());
        let started = Instant::now();
        let output = command.output()?;
        times.push(started.elapsed());
        // Called a guest only once the whole chain was gone through.
        if !String::from_utf8_lossy(&output.stdout).contains("Likely a guest") {
            return Err("doctor did not ask all it has to".into());
        }
    }
    Ok(times.into_iter().collect())
}

/// A home in which the token is kept in the private file.
fn signed_in(program: &Path, notion: &str) -> BenchResult<TempDir> {
    let home = TempDir::new()?;
    let mut login = Command::new(program);
    login.args(["login", "--token-stdin", "--store", "file"]).env_clear().envs(environment(home.path(), notion));
    let mut login = login.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    login.stdin.take().ok_or("no standard input")?.write_all(TOKEN.as_bytes())?;
    if !login.wait()?.success() {
        return Err("the login did not succeed".into());
    }
    Ok(home)
}

pub(crate) fn unexpected(problem: Problem) -> String {
    format!("{}: {}", problem.headline(), problem.evidence.unwrap_or_default())
}
