//! What the commands for scripts cost as whole processes, with one workspace in the private file, and with a thousand; and `ask`.
//! Beside them GitHub's `gh auth token`, where it is installed, which does the same, and a program that does nothing.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock, writes what it measures with and starts it")]

use super::session::{BenchResult, environment};
use super::times::Times;
use jiff::civil::date;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::records_file::RecordsFile;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Account, CredentialRecord, StoreKind, TokenKind, Workspace};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";
const PEERS_TOKEN: &str = "gho_fake_00000000000000000000000000000000";
/// Where nobody answers, and nobody asks.
const NOWHERE: &str = "http://127.0.0.1:9";
/// What is meant by the question that is asked with three mistakes in it.
const QUESTION: &str = "How long does a personal access token last?";
pub(crate) const MANY: usize = 1000;

/// How long each took.
pub(crate) struct Kept {
    pub(crate) token: Times,
    pub(crate) token_of_many: Times,
    pub(crate) status_of_many: Times,
    pub(crate) json_of_many: Times,
    /// Its index is built afresh each time.
    pub(crate) ask: Times,
    /// `None` where `gh` is not installed.
    pub(crate) peer: Option<Times>,
    pub(crate) nothing: Times,
}

struct MeasuredCommand {
    command: Command,
    /// What has to stand in its output: a program that fails is quick.
    says: String,
    times: Vec<std::time::Duration>,
}

/// In turns, so that whatever else the machine does falls on all.
pub(crate) fn measure(program: &Path, rounds: usize) -> BenchResult<Kept> {
    let (one, many, peer_home) = (TempDir::new()?, TempDir::new()?, TempDir::new()?);
    keep(one.path(), 1)?;
    keep(many.path(), MANY)?;
    let ours = |home: &TempDir, arguments: &[&str], says: &str| {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(environment(home.path(), NOWHERE));
        subject(command, says)
    };
    let last = format!("Space {}", MANY - 1);
    let mut subjects = vec![
        ours(&one, &["token"], TOKEN),
        ours(&many, &["token"], TOKEN),
        ours(&many, &["status"], &last),
        ours(&many, &["status", "--json"], &last),
        ours(&one, &["ask", "how", "lnog", "does", "a", "personal", "acess", "token", "last"], QUESTION),
        subject(Command::new("/bin/true"), ""),
    ];
    subjects.extend(peer(peer_home.path())?);
    for round in 0..=rounds {
        for MeasuredCommand { command, says, times } in &mut subjects {
            let started = Instant::now();
            let output = command.output()?;
            let took = started.elapsed();
            if !output.status.success() || !String::from_utf8_lossy(&output.stdout).contains(&**says) {
                return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
            }
            // The first round loads the programs from the disk.
            if round > 0 {
                times.push(took);
            }
        }
    }
    let mut times = subjects.into_iter().map(|subject| Times::from_iter(subject.times));
    let mut next = || times.next().unwrap_or_default();
    let [token, token_of_many, status_of_many, json_of_many, ask, nothing] = std::array::from_fn(|_| next());
    Ok(Kept { token, token_of_many, status_of_many, json_of_many, ask, nothing, peer: times.next() })
}

fn subject(mut command: Command, says: &str) -> MeasuredCommand {
    command.stdin(Stdio::null());
    MeasuredCommand { command, says: says.into(), times: Vec::new() }
}

/// Signed in to so many workspaces, the last of which is the active one.
fn keep(home: &Path, count: usize) -> BenchResult<()> {
    let folder = home.join("notion-auth");
    std::fs::create_dir_all(&folder)?;
    let records: Vec<CredentialRecord> = (0..count).map(record).collect();
    let active = records.last().map(|record| &record.account);
    let secrets: serde_json::Map<String, Value> = records.iter().map(|record| (record.account.key(), Value::from(TOKEN))).collect();
    let files = [
        ("credentials.json", json!({ "schema": 1, "active": active, "credentials": records })),
        ("secrets.json", json!({ "schema": 1, "secrets": secrets })),
    ];
    for (name, document) in files {
        std::fs::write(folder.join(name), serde_json::to_string_pretty(&document)?)?;
    }
    // Our own writer stores the records in the order in which it always does.
    let file = RecordsFile::new(&Folders::under(folder));
    active.map_or(Ok(true), |active| file.activate(active)).map_err(|problem| problem.code.name())?;
    Ok(())
}

fn record(number: usize) -> CredentialRecord {
    let id = format!("00000000-0000-4000-8000-{number:012}");
    CredentialRecord {
        account: Account { workspace: id.clone(), name: "token".into() },
        workspace: Workspace { id, name: Some(format!("Space {number}")) },
        user: Some("Ada Fake".into()),
        kind: TokenKind::User,
        path: AuthPath::Token,
        store: StoreKind::File,
        expires_on: Some(date(2100, 1, 1)),
        saved_on: date(2026, 11, 22),
        connection: None,
        mcp: None,
        person: None,
        sent_to: Vec::new(),
        replaced_keys: Vec::new(),
    }
}

/// Signed in by its own private file.
fn peer(home: &Path) -> BenchResult<Option<MeasuredCommand>> {
    let Some(program) = installed("gh") else { return Ok(None) };
    std::fs::write(home.join("hosts.yml"), format!("github.com:\n    oauth_token: {PEERS_TOKEN}\n    user: ada\n"))?;
    let mut command = Command::new(program);
    command.args(["auth", "token"]).env_clear().env("HOME", home).env("GH_CONFIG_DIR", home).env("GH_NO_UPDATE_NOTIFIER", "1");
    Ok(Some(subject(command, PEERS_TOKEN)))
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}
