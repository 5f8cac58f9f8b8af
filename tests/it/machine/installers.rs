//! Installing `ntn`, with stand-ins for the installers that write down how they are run.

use super::{DEADLINE, Folder};
use crate::support::machine_folder::Told;
use notion_auth::adapters::ntn_cli::installers::{install, list_installers};
use notion_auth::domain::login::{Installer, InstallerState};
use notion_auth::domain::problem::{Problem, ProblemCode};

const NTN: &str = "case \"$*\" in --version) echo 'ntn 0.23.19';; 'login --help'|'login poll --help') ;; *) exit 2;; esac";

/// A stand-in for npm that answers what it is asked first, and runs `script` to install.
fn npm(folder: &Folder, version: &str, script: &str) {
    let root = folder.text();
    let answers = format!(
        "--version) echo {version};; 'root --global') echo {root}/lib;; 'prefix --global') echo {root}/npm;; *) {script};;"
    );
    folder.program("npm", &format!("case \"$*\" in {answers} esac"));
}

/// Returns the script line that installs `ntn` next to the installer.
fn puts_ntn(folder: &Folder) -> String {
    folder.program("kept", NTN);
    format!("mv {0}/kept {0}/ntn", folder.text())
}

fn state(installer: Installer, unusable: Option<&str>) -> InstallerState {
    InstallerState { installer, unusable_reason: unusable.map(str::to_owned) }
}

async fn install_with(folder: &Folder, installer: Installer) -> (Result<(), Problem>, Vec<String>) {
    let told = Told::default();
    let outcome = install(&folder.environment(&[]), installer, &told.tell()).await;
    (outcome, told.lines())
}

#[track_caller]
fn evidence(outcome: Result<(), Problem>) -> String {
    let problem = outcome.expect_err("it cannot have worked");
    assert_eq!(problem.code, ProblemCode::InstallFailed);
    problem.evidence.unwrap_or_default()
}

#[tokio::test]
async fn each_way_is_offered_or_says_what_it_lacks() {
    let folder = Folder::new();
    let found = async || list_installers(&folder.environment(&[])).await;
    let nothing =
        [state(Installer::Script, Some("curl and bash are not installed")), state(Installer::Npm, Some("Node is not installed"))];
    assert_eq!(found().await, nothing);

    npm(&folder, "11.19.1", "");
    folder.program("node", "echo v20.20.2");
    folder.program("bash", "");
    let lacking =
        [state(Installer::Script, Some("curl is not installed")), state(Installer::Npm, Some("Node 20.20.2 is older than 22"))];
    assert_eq!(found().await, lacking);

    folder.program("node", "echo v22.11.0");
    let npm_first = [state(Installer::Npm, None), state(Installer::Script, Some("curl is not installed"))];
    assert_eq!(found().await, npm_first, "what can be used stands first");

    folder.program("curl", "");
    assert_eq!(found().await, [state(Installer::Script, None), state(Installer::Npm, None)]);

    npm(&folder, "9.8.0", "");
    assert_eq!(found().await[1], state(Installer::Npm, Some("npm 9.8.0 is older than 10")));
    folder.program("npm", "echo 'env: node: No such file' >&2; exit 127");
    let broken = "npm does not work: env: node: No such file (exit status: 127)";
    assert_eq!(found().await[1], state(Installer::Npm, Some(broken)));
}

#[tokio::test]
async fn an_npm_that_may_not_write_to_its_folder_is_known_beforehand() {
    let folder = Folder::new();
    folder.program("node", "echo v22.11.0");
    // Root may write everywhere; but into a file nobody can.
    let root = format!("{}/node/lib/node_modules", folder.text());
    folder.program("npm", &format!("case \"$1\" in --version) echo 11.0.0;; root) echo {root};; esac"));
    let states = list_installers(&folder.environment(&[])).await;
    let reason = format!("npm's folder {root} is not writable");
    assert!(states.contains(&state(Installer::Npm, Some(&reason))), "{states:?}");
}

#[tokio::test(start_paused = true)]
async fn one_that_never_answers_keeps_nobody_waiting() {
    let folder = Folder::new();
    folder.program("node", "exec sleep 60");
    folder.program("npm", "echo 11.0.0");
    let states = list_installers(&folder.environment(&[])).await;
    assert!(states.contains(&state(Installer::Npm, Some("Node did not respond within 6 s"))), "{states:?}");
}

#[tokio::test]
async fn what_it_says_is_told_line_by_line_without_escape_codes() {
    let folder = Folder::new();
    let puts = puts_ntn(&folder);
    npm(&folder, "11.0.0", &format!("printf 'one\\n\\n  \\033[31mtwo\\033[0m\\rthree' ; echo warn >&2; {puts}"));
    let (outcome, mut told) = install_with(&folder, Installer::Npm).await;
    assert_eq!(outcome, Ok(()));
    told.sort();
    assert_eq!(told, ["one", "three", "two", "warn"]);
}

#[tokio::test]
async fn the_arguments_are_fixed_and_neither_input_nor_token_is_handed_on() {
    for (installer, name, arguments) in
        [(Installer::Npm, "npm", "install\n--global\nntn\n"), (Installer::Winget, "winget", "install\n--exact\n--id\nNotion.ntn\n")]
    {
        let folder = Folder::new();
        let puts = puts_ntn(&folder);
        let notes = "printf '%s\\n' \"$@\" >\"$0.arguments\"; cat >\"$0.input\"; /usr/bin/env >\"$0.environment\"";
        folder.program(name, &format!("{notes}; {puts}"));
        let environment = folder.environment(&[
            ("NOTION_API_TOKEN", "ntn_fake_member_0000000000000000000000000000"),
            ("NPM_CONFIG_PREFIX", "/home/ada/.npm-global"),
            ("HTTPS_PROXY", "http://proxy.example"),
        ]);
        assert_eq!(install(&environment, installer, &Told::default().tell()).await, Ok(()));
        let seen = |what: &str| std::fs::read_to_string(folder.path().join(format!("{name}.{what}"))).unwrap();
        assert_eq!((seen("arguments").as_str(), seen("input").as_str()), (arguments, ""));
        assert!(!seen("environment").contains("ntn_fake"), "{}", seen("environment"));
        for setting in ["NPM_CONFIG_PREFIX=/home/ada/.npm-global\n", "HTTPS_PROXY=http://proxy.example\n"] {
            assert!(seen("environment").contains(setting), "{setting}");
        }
    }
}

#[tokio::test]
async fn a_failure_says_the_line_that_tells_most() {
    let folder = Folder::new();
    npm(&folder, "11.0.0", "echo 'npm error code EACCES' >&2; echo 'npm error A complete log is in a file' >&2; exit 243");
    let (outcome, told) = install_with(&folder, Installer::Npm).await;
    assert_eq!(evidence(outcome), "npm: npm error code EACCES (exit status: 243)");
    assert_eq!(told.len(), 2, "and all of it was told");
    npm(&folder, "11.0.0", "kill -SEGV $$");
    assert!(evidence(install_with(&folder, Installer::Npm).await.0).starts_with("npm: no output (signal: 11"));
    assert_eq!(evidence(install_with(&folder, Installer::Script).await.0), "curl is not installed");
}

#[tokio::test]
async fn a_good_end_without_an_ntn_on_the_path_is_none_and_names_the_place() {
    let folder = Folder::new();
    npm(&folder, "11.0.0", "echo 'added 1 package'");
    let expected = format!(
        "the installation succeeded, but ntn is not in PATH: npm installs to {}/npm/bin, which is not in PATH",
        folder.text()
    );
    assert_eq!(evidence(install_with(&folder, Installer::Npm).await.0), expected);

    folder.program("ntn", "echo 'some other tool 1.0'");
    let seen = evidence(install_with(&folder, Installer::Npm).await.0);
    assert!(seen.contains("comes first in PATH and is another program:"), "{seen}");
    folder.program("ntn", "exit 1");
    let seen = evidence(install_with(&folder, Installer::Npm).await.0);
    assert!(seen.contains("was installed but does not work:"), "{seen}");
}

/// `curl` as it is called here: what comes after `--output` is the file.
const CURL: &str = "printf '%s\\n' \"$@\" >\"$0.arguments\"; while [ \"$1\" != --output ]; do shift; done; file=$2";

#[tokio::test]
async fn the_script_is_fetched_whole_before_any_of_it_runs() {
    let folder = Folder::new();
    let puts = puts_ntn(&folder);
    folder.program(
        "curl",
        &format!("{CURL}; ls -l \"$file\" >\"$0.file\"; echo '{puts}; echo installed to the usual place' >\"$file\""),
    );
    folder.program("bash", "printf %s \"$1\" >\"$0.script\"; exec /bin/sh \"$@\"");
    let (outcome, told) = install_with(&folder, Installer::Script).await;
    assert_eq!((outcome, told), (Ok(()), vec!["installed to the usual place".to_owned()]));
    let seen = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(seen("curl.arguments").ends_with("\nhttps://ntn.dev\n") && seen("curl.arguments").contains("--proto\n=https\n"));
    assert!(seen("curl.file").starts_with("-rw-------"), "{}", seen("curl.file"));
    assert!(!std::path::Path::new(&seen("bash.script")).exists(), "it is removed afterwards");
}

#[tokio::test]
async fn half_a_script_is_never_run_and_a_web_page_is_none() {
    let folder = Folder::new();
    folder.program("bash", "echo started >\"$0.started\"");
    folder.program("curl", &format!("{CURL}; printf 'rm -rf /ho' >\"$file\"; echo 'curl: (18) transfer closed' >&2; exit 18"));
    let seen = evidence(install_with(&folder, Installer::Script).await.0);
    assert_eq!(seen, "curl: curl: (18) transfer closed (exit status: 18)");
    folder.program("curl", &format!("{CURL}; echo '<html>Please log in' >\"$file\""));
    let seen = evidence(install_with(&folder, Installer::Script).await.0);
    assert!(seen.starts_with("https://ntn.dev returned a web page"), "{seen}");
    assert!(!folder.path().join("bash.started").exists());
}

#[tokio::test]
async fn stopping_ends_it_and_everything_it_started() {
    let folder = Folder::new();
    let (pipe, told) = folder.pipe("family");
    npm(&folder, "11.0.0", &format!("exec 3>{pipe}; sleep 60 & echo begun; wait"));
    let lines = Told::default();
    let environment = folder.environment(&[]);
    let tell = lines.tell();
    let begun = async {
        while lines.lines().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        outcome = install(&environment, Installer::Npm, &tell) => panic!("it cannot have ended: {outcome:?}"),
        () = begun => {}
    }
    assert_eq!(told.recv_timeout(DEADLINE).as_deref(), Ok(""), "somebody was left behind");
}

#[tokio::test]
async fn a_flood_and_a_stream_held_open_are_survived() {
    let folder = Folder::new();
    let puts = puts_ntn(&folder);
    let endless_line = "head -c 1000000 /dev/zero | tr '\\0' x";
    npm(&folder, "11.0.0", &format!("{endless_line}; echo; yes | head -n 100000; sleep 5 & {puts}"));
    let (outcome, told) = install_with(&folder, Installer::Npm).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(told.len(), 2000);
    assert!(told.iter().all(|line| line.chars().count() <= 301));
}
