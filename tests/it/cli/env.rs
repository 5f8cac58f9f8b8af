//! `env`: lines that fetch or name the token, and with `--reveal` hold it; read by the very programs they are for.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts the programs that read the lines, and writes files for them")]

use super::{CommandOutcome, outcome};
use crate::support::fakes::{CONNECTION, FakeWorld, MEMBER, token_record, workspace};
use notion_auth::commands::env::{self, EnvArgs, EnvContext, EnvFormat};
use notion_auth::domain::credentials::{CredentialSource, DiscoveredCredential};
use std::path::Path;
use std::process::Command;
use strum::VariantArray;
use tempfile::TempDir;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// A value with characters that shells treat specially.
const NASTY: &str = "fake $HOME `id` $(id) \"double\" 'single' \\ back \\' !! # ; & | * ~ %PATH% \u{2019}quoted\u{2018} ${x}";

fn args(format: EnvFormat, reveal: bool) -> EnvArgs {
    EnvArgs { format, workspace: None, names: Vec::new(), reveal }
}

fn quiet() -> EnvContext {
    EnvContext { is_demo: false, today: TODAY, keyring_is_off: false, is_terminal: false }
}

async fn env(fakes: &FakeWorld, format: EnvFormat, reveal: bool) -> CommandOutcome {
    env_as(fakes, format, &[], reveal).await
}

async fn env_as(fakes: &FakeWorld, format: EnvFormat, names: &[&str], reveal: bool) -> CommandOutcome {
    let names = names.iter().map(|name| name.parse().unwrap()).collect();
    let args = EnvArgs { names, ..args(format, reveal) };
    let world = fakes.world();
    outcome(async |console| env::run(&args, quiet(), &world, console).await).await
}

fn holding(secret: &str) -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), secret);
    fakes
}

/// Returns the program's output.
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; run `bash tests/install`"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A program called `notion-auth`, which answers `token --workspace=ws-1/token`, and the same for a workspace whose id looks like an option.
fn programs() -> TempDir {
    let folder = TempDir::new().unwrap();
    let script = format!(
        "#!/bin/sh\n[ $# = 2 ] && case \"$*\" in 'token --workspace='ws-1/token|'token --workspace='-rf/token) echo {MEMBER};; esac\n"
    );
    let file = folder.path().join("notion-auth");
    let write = "printf %s \"$1\" >\"$2\" && chmod 700 \"$2\"";
    assert!(Command::new("/bin/sh").args(["-c", write, "-", &script]).arg(file).status().unwrap().success());
    folder
}

fn in_shell(shell: &str, script: &str, lines: &str, folder: &Path) -> String {
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display());
    let mut command = Command::new(shell);
    command
        .args(["-c", script])
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .env("LANG", "C.UTF-8")
        .env("LINES_TO_PASTE", lines);
    printed(&mut command)
}

#[tokio::test]
async fn without_reveal_no_format_holds_the_token_or_even_reads_it() {
    let fakes = holding(MEMBER);
    for &format in EnvFormat::VARIANTS {
        let shown = env(&fakes, format, false).await;
        assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""), "{format:?}");
        assert!(!shown.out.contains(MEMBER), "{}", shown.out);
    }
    assert!(!fakes.store.calls.all().iter().any(|call| call.starts_with("load")), "{:?}", fakes.store.calls.all());
    assert!(fakes.notion.calls.is_empty());
}

#[tokio::test]
async fn each_format_has_its_idiom() {
    let fakes = holding(MEMBER);
    let mut all = String::new();
    for &format in EnvFormat::VARIANTS {
        all.extend([format.into(), "\n", &env(&fakes, format, false).await.out, "\n"]);
    }
    insta::assert_snapshot!(all);
}

const OTHER_NAMES: [&str; 4] = ["NOTION_TOKEN", "OPENAPI_MCP_HEADERS", "NOTION_TOKEN", "NOTION_API_TOKEN"];

#[tokio::test]
async fn each_format_has_its_idiom_for_other_names_too() {
    let fakes = holding(MEMBER);
    let mut all = String::new();
    for &format in EnvFormat::VARIANTS {
        for reveal in [false, true] {
            let shown = env_as(&fakes, format, &OTHER_NAMES, reveal).await;
            assert_eq!(shown.out.contains(MEMBER), reveal, "{}", shown.out);
            all.extend([format.into(), if reveal { " --reveal\n" } else { "\n" }, &shown.out, "\n"]);
        }
    }
    insta::assert_snapshot!(all);
}

#[tokio::test]
async fn other_names_arrive_in_a_shell_fetched_and_revealed() {
    let folder = programs();
    let headers = format!("{{\"Authorization\":\"Bearer {MEMBER}\",\"Notion-Version\":\"2025-09-03\"}}");
    let then = "; /usr/bin/printenv NOTION_API_TOKEN NOTION_TOKEN OPENAPI_MCP_HEADERS";
    for reveal in [false, true] {
        let fakes = holding(MEMBER);
        let lines = env_as(&fakes, EnvFormat::Sh, &OTHER_NAMES, reveal).await.out;
        for eval in ["eval \"$LINES_TO_PASTE\"", "set -eu; eval $LINES_TO_PASTE"] {
            let seen = in_shell("/bin/sh", &format!("{eval}{then}"), &lines, folder.path());
            assert_eq!(seen, format!("{MEMBER}\n{MEMBER}\n{headers}\n"), "{eval}, {reveal}");
        }
    }
}

#[tokio::test]
async fn a_token_that_would_add_a_header_is_refused_in_headers_and_not_repeated() {
    let shown = env_as(&holding("fake\",\"X\":\""), EnvFormat::Sh, &["OPENAPI_MCP_HEADERS"], true).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 1));
    assert!(!shown.err.contains("fake"), "{}", shown.err);
}

#[tokio::test]
async fn shells_fetch_it_when_the_lines_run() {
    let folder = programs();
    let lines = env(&holding("not this one"), EnvFormat::Sh, false).await.out;
    let then = "; /usr/bin/printenv NOTION_API_TOKEN NOTION_WORKSPACE_ID";
    for shell in ["/bin/sh", "/bin/bash"] {
        for eval in ["eval \"$LINES_TO_PASTE\"", "eval $LINES_TO_PASTE", "set -eu; eval \"$LINES_TO_PASTE\""] {
            let seen = in_shell(shell, &format!("{eval}{then}"), &lines, folder.path());
            assert_eq!(seen, format!("{MEMBER}\nws-1\n"), "{shell}: {eval}");
        }
    }
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("-rf", "Acme")), "not this one");
    let lines = env(&fakes, EnvFormat::Sh, false).await.out;
    assert_eq!(in_shell("/bin/sh", &format!("eval \"$LINES_TO_PASTE\"{then}"), &lines, folder.path()), format!("{MEMBER}\n-rf\n"));
}

#[tokio::test]
async fn a_token_that_cannot_be_fetched_ends_a_careful_script() {
    let lines = env(&holding(MEMBER), EnvFormat::Sh, false).await.out;
    let empty = TempDir::new().unwrap();
    let script = "/bin/sh -c 'set -e; eval \"$LINES_TO_PASTE\"; echo went on' 2>/dev/null; echo $?";
    assert_eq!(in_shell("/bin/sh", script, &lines, empty.path()), "127\n");
}

#[tokio::test]
async fn a_revealed_value_arrives_in_a_shell_as_it_is() {
    let folder = TempDir::new().unwrap();
    for secret in [MEMBER, NASTY, "two\nlines", "-n", " spaces "] {
        let lines = env(&holding(secret), EnvFormat::Sh, true).await.out;
        for shell in ["/bin/sh", "/bin/bash"] {
            let script = "eval \"$LINES_TO_PASTE\"; printf %s. \"$NOTION_API_TOKEN\"; /usr/bin/printenv NOTION_WORKSPACE_ID";
            assert_eq!(in_shell(shell, script, &lines, folder.path()), format!("{secret}.ws-1\n"), "{shell}");
        }
    }
}

/// PowerShell is not on every machine that tests: its rule is that a quote is doubled, and the typographic ones are quotes too.
#[tokio::test]
async fn powershells_quotes_are_doubled_all_of_them() {
    let lines = env(&holding("it's \u{2018}fake\u{2019} $env:HOME `n"), EnvFormat::PowerShell, true).await.out;
    assert_eq!(
        lines,
        "$env:NOTION_API_TOKEN = 'it''s \u{2018}\u{2018}fake\u{2019}\u{2019} $env:HOME `n'\n$env:NOTION_WORKSPACE_ID = 'ws-1'\n"
    );
}

#[tokio::test]
async fn an_env_file_arrives_in_a_shell_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(".env");
    for secret in [MEMBER, "fake $HOME ${HOME} \"double\" # no comment `id` = ="] {
        std::fs::write(&file, env(&holding(secret), EnvFormat::Dotenv, true).await.out).unwrap();
        let mut sh = Command::new("/bin/sh");
        sh.args(["-c", "set -a; . \"$1\"; printf '%s\\n' \"$NOTION_API_TOKEN\"", "-"]).arg(&file);
        assert_eq!(printed(&mut sh), format!("{secret}\n"));
    }
}

#[tokio::test]
async fn an_env_file_without_the_value_says_how_to_fill_it_in() {
    let shown = env(&holding(MEMBER), EnvFormat::Dotenv, false).await.out;
    assert!(shown.contains("notion-auth env --format dotenv --reveal"), "{shown}");
}

#[tokio::test]
async fn what_a_file_has_no_spelling_for_is_refused_and_not_written() {
    for (format, secret) in [(EnvFormat::Dotenv, NASTY), (EnvFormat::Docker, "fake\nEVIL=1")] {
        let shown = env(&holding(secret), format, true).await;
        assert_eq!((shown.out.as_str(), shown.exit_code), ("", 1), "{format:?}");
        assert!(!shown.err.contains("fake"), "{}", shown.err);
    }
}

/// Docker takes a line for a name, a `=` and the value as it stands; a name alone is looked up where docker runs.
#[tokio::test]
async fn dockers_file_quotes_nothing() {
    let shown = env(&holding("fake \"$x\" 'y'"), EnvFormat::Docker, true).await.out;
    assert_eq!(shown, "NOTION_API_TOKEN=fake \"$x\" 'y'\nNOTION_WORKSPACE_ID=ws-1\n");
    assert_eq!(env(&holding(MEMBER), EnvFormat::Docker, false).await.out, "NOTION_API_TOKEN\nNOTION_WORKSPACE_ID=ws-1\n");
}

/// The file of `$GITHUB_ENV`, as its documentation has it: `NAME<<END`, lines, `END`.
fn github_file(text: &str) -> Vec<(String, String)> {
    let mut lines = text.lines();
    let mut values = Vec::new();
    while let Some(head) = lines.next() {
        let (name, end) = head.split_once("<<").unwrap_or_else(|| panic!("no head: {head}"));
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
        values.push((name.to_owned(), value.join("\n")));
    }
    values
}

#[tokio::test]
async fn githubs_file_takes_any_value_and_the_runner_is_told_to_hide_it_first() {
    for secret in [MEMBER, NASTY, "two\nNOTION_AUTH_END\nEVIL<<NOTION_AUTH_END\n1\nNOTION_AUTH_END"] {
        let shown = env(&holding(secret), EnvFormat::Github, true).await;
        let expected = [("NOTION_API_TOKEN", secret), ("NOTION_WORKSPACE_ID", "ws-1")];
        assert_eq!(github_file(&shown.out), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let masked = secret.replace('%', "%25").replace('\n', "%0A");
        assert_eq!(shown.err, format!("::add-mask::{masked}\n"));
    }
}

#[tokio::test]
async fn on_a_screen_it_is_said_that_the_token_stands_there() {
    let (fakes, around) = (holding(MEMBER), EnvContext { is_terminal: true, ..quiet() });
    let world = fakes.world();
    for (format, reveal) in [(EnvFormat::Sh, true), (EnvFormat::Github, true), (EnvFormat::Sh, false)] {
        let args = args(format, reveal);
        let shown = outcome(async |console| env::run(&args, around, &world, console).await).await;
        assert_eq!(shown.err.contains("is now on your screen"), reveal, "{}", shown.err);
        assert!(!shown.err.contains(MEMBER), "{}", shown.err);
    }
}

#[tokio::test]
async fn the_keyring_that_is_off_stays_off_where_the_lines_go() {
    let (fakes, around) = (holding(MEMBER), EnvContext { keyring_is_off: true, ..quiet() });
    let world = fakes.world();
    for (format, line) in
        [(EnvFormat::Sh, "NOTION_KEYRING='0';"), (EnvFormat::Docker, "NOTION_KEYRING=0"), (EnvFormat::Github, "'0'")]
    {
        let args = args(format, false);
        let shown = outcome(async |console| env::run(&args, around, &world, console).await).await;
        assert!(shown.out.contains(line), "{}", shown.out);
    }
}

#[tokio::test]
async fn the_variable_goes_first_and_keeps_the_workspace_that_stands_beside_it() {
    let fakes = holding(MEMBER);
    fakes.machine.set_token_variable(CONNECTION);
    let shown = env(&fakes, EnvFormat::Sh, false).await.out;
    assert_eq!(shown, "NOTION_API_TOKEN=\"$(notion-auth token)\";\nexport NOTION_API_TOKEN;\n");
    let fakes = FakeWorld::new();
    fakes.machine.set_token_variable(CONNECTION);
    let source = CredentialSource::Environment;
    fakes.machine.add_discovered(DiscoveredCredential {
        source,
        place: "x".into(),
        workspace: Some(workspace("ws-7", "Beta")),
        unusable: None,
    });
    let shown = env(&fakes, EnvFormat::Docker, true).await.out;
    assert!(shown.starts_with(&format!("NOTION_API_TOKEN={CONNECTION}\n")), "{shown}");
}

#[tokio::test]
async fn nobody_signed_in_and_an_unknown_workspace_leave_standard_output_empty() {
    let shown = env(&FakeWorld::new(), EnvFormat::Sh, false).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
    let fakes = holding(MEMBER);
    let args = EnvArgs { workspace: Some("Gamma".into()), ..args(EnvFormat::Sh, true) };
    let world = fakes.world();
    let shown = outcome(async |console| env::run(&args, quiet(), &world, console).await).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
}

#[tokio::test]
async fn in_the_demo_the_lines_fetch_from_the_demo() {
    let (world, around) = (holding(MEMBER).world(), EnvContext { is_demo: true, ..quiet() });
    let args = args(EnvFormat::Sh, false);
    let shown = outcome(async |console| env::run(&args, around, &world, console).await).await;
    assert!(shown.out.starts_with("NOTION_API_TOKEN=\"$(notion-auth --demo token '--workspace="), "{}", shown.out);
}

#[tokio::test]
async fn an_end_that_is_near_is_talk_and_never_among_the_lines() {
    let fakes = FakeWorld::new();
    let mut acme = token_record(workspace("ws-1", "Acme"));
    acme.expires_on = Some(jiff::civil::date(2026, 11, 25));
    fakes.store.add(acme, MEMBER);
    for reveal in [false, true] {
        let shown = env(&fakes, EnvFormat::Docker, reveal).await;
        let reminder = "notion-auth: the token for Acme: 3 days left (expires 2026-11-25), by the date you entered. ";
        assert_eq!(shown.err, format!("{reminder}Replace it: notion-auth rotate ws-1/token\n"));
        assert_eq!(shown.out, env(&holding(MEMBER), EnvFormat::Docker, reveal).await.out);
    }
}
