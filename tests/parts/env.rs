//! Needs fish, node, and the Python of `tests/install`: the lines of `env` are read by the programs that they are for.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts the programs that read the lines, and writes files for them")]

use crate::installed::python;
use crate::support::notion::TOKEN;
use crate::support::sandbox::Sandbox;
use crate::support::signed_in::keep_token;
use std::process::Command;

/// A value with characters that shells treat specially.
const NASTY: &str = "fake $HOME `id` $(id) \"double\" 'single' \\ back \\' !! # ; & | * ~ %PATH% \u{2019}quoted\u{2018} ${x}";

fn holding(secret: &str) -> Sandbox {
    let home = Sandbox::new().with_shell();
    keep_token(&home, "ws-1", secret);
    home
}

/// Returns what `env` prints in this format.
#[track_caller]
fn env(home: &Sandbox, format: &str) -> String {
    let run = home.run_allowing_secret(&format!("env --format {format}"), "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    run.stdout
}

/// Returns the program's output.
#[track_caller]
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; run `bash tests/install`"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn in_fish(home: Sandbox, format: &str, script: &str) -> String {
    let lines = env(&home, format);
    let home = home.with_variable("LINES_TO_PASTE", lines);
    printed(home.program_command("/usr/bin/fish").args(["--no-config", "-c", script]))
}

#[test]
fn fish_fetches_it_when_the_lines_run() {
    let script = "echo $LINES_TO_PASTE | source; /usr/bin/printenv NOTION_API_TOKEN NOTION_WORKSPACE_ID";
    assert_eq!(in_fish(holding(TOKEN), "fish", script), format!("{TOKEN}\nws-1\n"));
}

#[test]
fn a_revealed_value_arrives_in_fish_as_it_is() {
    for secret in [TOKEN, NASTY, "two\nlines", "-n", " spaces "] {
        let script = "printf %s $LINES_TO_PASTE | source; printf %s. $NOTION_API_TOKEN; /usr/bin/printenv NOTION_WORKSPACE_ID";
        assert_eq!(in_fish(holding(secret), "fish --reveal", script), format!("{secret}.ws-1\n"));
    }
}

#[test]
fn other_names_arrive_in_fish_fetched_and_revealed() {
    let headers = format!("{{\"Authorization\":\"Bearer {TOKEN}\",\"Notion-Version\":\"2025-09-03\"}}");
    let script = "echo $LINES_TO_PASTE | source; /usr/bin/printenv NOTION_API_TOKEN NOTION_TOKEN OPENAPI_MCP_HEADERS";
    for reveal in ["", " --reveal"] {
        let format = format!("fish --as NOTION_API_TOKEN --as NOTION_TOKEN --as OPENAPI_MCP_HEADERS{reveal}");
        assert_eq!(in_fish(holding(TOKEN), &format, script), format!("{TOKEN}\n{TOKEN}\n{headers}\n"), "{reveal}");
    }
}

#[test]
fn readers_of_env_files_get_it_as_it_is() {
    for secret in [TOKEN, "fake $HOME ${HOME} \"double\" # no comment `id` = ="] {
        let home = holding(secret);
        let file = home.path().join(".env");
        std::fs::write(&file, env(&home, "dotenv --reveal")).unwrap();
        let script = "import dotenv, sys; print(dotenv.dotenv_values(sys.argv[1], interpolate=False)['NOTION_API_TOKEN'])";
        assert_eq!(printed(python::command().args(["-c", script]).arg(&file)), format!("{secret}\n"));
        let script = "const { readFileSync } = require('fs'); \
                      console.log(require('util').parseEnv(readFileSync(process.argv[1], 'utf8')).NOTION_API_TOKEN)";
        assert_eq!(printed(Command::new("node").args(["-e", script]).arg(&file)), format!("{secret}\n"));
    }
}

/// A template is filled in by a person; that nothing was filled in, every program of ours takes for no token.
#[test]
fn an_env_file_without_the_value_is_read_as_an_empty_one() {
    let home = holding(TOKEN);
    let file = home.path().join(".env");
    std::fs::write(&file, env(&home, "dotenv")).unwrap();
    let script = "import dotenv, sys; print(dict(dotenv.dotenv_values(sys.argv[1])))";
    let seen = printed(python::command().args(["-c", script]).arg(&file));
    assert_eq!(seen, "{'NOTION_API_TOKEN': '', 'NOTION_WORKSPACE_ID': 'ws-1'}\n");
}
