//! Finding `ntn`: Notion's, somebody else's, a broken one, and one that never answers.

use super::{DEADLINE, Folder};
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli;
use notion_auth::adapters::ntn_cli::{detect_within, require};
use notion_auth::domain::login::{LoginFlow, NtnStorage};
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::ProblemCode;

/// Notion's, as far as it is asked. `cat` would wait for ever if it were given our input.
const NOTIONS: &str =
    "cat; case \"$*\" in --version) echo 'ntn 0.23.19';; 'login --help') echo 'Usage: ntn login';; *) exit 2;; esac";

async fn detect(environment: &Environment) -> NtnState {
    detect_within(DEADLINE, environment).await
}

async fn state_of(script: &str) -> NtnState {
    let folder = Folder::new();
    folder.program("ntn", script);
    detect(&folder.environment(&[])).await
}

fn not_notions(state: NtnState) -> String {
    let NtnState::OtherProgram { evidence, .. } = state else { panic!("{state:?}") };
    evidence
}

fn broken(state: NtnState) -> String {
    let NtnState::Broken { evidence, .. } = state else { panic!("{state:?}") };
    evidence
}

#[tokio::test]
async fn notions_own_is_found_with_its_version_and_place() {
    let folder = Folder::new();
    let path = folder.program("ntn", NOTIONS).to_str().unwrap().to_owned();
    let storage = NtnStorage::File { place: folder.path().join(".notion/auth.json").display().to_string() };
    assert_eq!(
        detect(&folder.environment(&[("NOTION_KEYRING", "off")])).await,
        NtnState::Found { path, version: "0.23.19".into(), generation: LoginFlow::Terminal, storage }
    );
}

#[tokio::test]
async fn the_generation_shows_in_whether_a_login_can_be_polled() {
    let newer = NOTIONS.replace("*) exit 2", "'login poll --help') echo 'Usage: ntn login poll';; *) exit 2");
    for (script, generation) in [(NOTIONS, LoginFlow::Terminal), (&newer, LoginFlow::TwoSteps)] {
        let NtnState::Found { generation: found, .. } = state_of(script).await else { panic!("it is Notion's") };
        assert_eq!(found, generation);
    }
}

#[tokio::test]
async fn none_on_the_path_is_missing() {
    assert_eq!(detect(&Folder::new().environment(&[])).await, NtnState::NotInstallable);
    assert_eq!(detect(&Environment::default()).await, NtnState::NotInstallable);
    for (node, expected) in [("v22.1.0", NtnState::Missing), ("v18.19.0", NtnState::NotInstallable)] {
        let with_npm = Folder::new();
        with_npm.program("node", &format!("echo {node}"));
        with_npm.program("npm", "case \"$1\" in --version) echo 10.2.0;; *) echo /tmp;; esac");
        assert_eq!(detect(&with_npm.environment(&[])).await, expected, "{node}");
    }
}

#[tokio::test]
async fn a_folder_or_a_file_that_is_no_program_is_passed_over() {
    let (first, second) = (Folder::new(), Folder::new());
    first.file("ntn", "just text");
    second.program("ntn", NOTIONS);
    let path = format!("{}:{}", first.text(), second.text());
    assert!(matches!(detect(&Environment::from_pairs([("PATH", path)])).await, NtnState::Found { .. }));
}

#[tokio::test]
async fn another_tool_of_that_name_is_told_apart() {
    let evidence = not_notions(state_of("echo 'ntn version 1.4.2 (notion-cli)'").await);
    assert_eq!(evidence, "`ntn --version`: ntn version 1.4.2 (notion-cli) (exit status: 0)");

    let evidence = not_notions(state_of("[ \"$1\" = --version ] && echo 'ntn 1.4.2' || { echo 'no login' >&2; exit 2; }").await);
    assert_eq!(evidence, "`ntn login --help`: no login (exit status: 2)");

    assert!(not_notions(state_of("exit 2").await).contains("nothing"));
}

#[tokio::test]
async fn a_broken_one_says_how() {
    let evidence = broken(state_of("echo 'env: node: No such file or directory' >&2; exit 127").await);
    assert_eq!(evidence, "`ntn --version`: env: node: No such file or directory (exit status: 127)");

    assert!(broken(state_of("kill -SEGV $$").await).contains("signal"));

    let folder = Folder::new();
    folder.program("ntn", NOTIONS);
    super::run("/bin/sh", &["-c", "echo '#!/no/such/interpreter' >\"$1\"", "-", folder.path().join("ntn").to_str().unwrap()]);
    assert!(broken(detect(&folder.environment(&[])).await).starts_with("it can't be started:"));
}

#[tokio::test(start_paused = true)]
async fn one_that_never_answers_is_given_up_sooner_where_it_is_only_looked_at() {
    for script in ["exec sleep 60", "sleep 60 & wait"] {
        let folder = Folder::new();
        folder.program("ntn", script);
        let environment = folder.environment(&[]);
        assert_eq!(broken(ntn_cli::detect(&environment).await), "no response within 3 s", "{script}");
        let problem = require(&environment).await.err().unwrap();
        assert_eq!(problem.code, ProblemCode::NtnFailed);
        assert!(problem.evidence.unwrap().ends_with("no response within 20 s"), "{script}");
    }
}

/// Its terminal hangs up with it; else what it left running would hold its output open.
#[tokio::test]
async fn one_that_leaves_something_running_has_answered_all_the_same() {
    let script = "[ \"$1\" = --version ] && echo 'ntn 0.4.0'; sleep 60 &";
    assert!(matches!(state_of(script).await, NtnState::Found { .. }));
}

#[tokio::test]
async fn what_it_leaves_running_ends_even_if_it_holds_the_output_and_ignores_the_hang_up() {
    let folder = Folder::new();
    let (pipe, told) = folder.pipe("family");
    // The pipe is read once, so only one of the runs may open it.
    folder.program("ntn", &format!("trap '' HUP; [ \"$1\" = --version ] && exec 3>{pipe}; {NOTIONS}; sleep 60 &"));
    let state = detect(&folder.environment(&[])).await;
    assert!(matches!(state, NtnState::Found { .. }), "{state:?}");
    assert_eq!(told.recv_timeout(DEADLINE).as_deref(), Ok(""), "somebody was left behind");
}

/// Its own end would be a failure if its output were not read.
#[tokio::test]
async fn one_that_says_more_than_is_kept_ends_well() {
    let talkative = NOTIONS.replace("echo 'ntn 0.23.19'", "echo 'ntn 0.23.19'; yes | head -n 200000 || exit 3");
    assert!(matches!(state_of(&talkative).await, NtnState::Found { .. }));
}

#[tokio::test(start_paused = true)]
async fn one_that_never_stops_talking_is_given_up() {
    let folder = Folder::new();
    folder.program("ntn", "exec yes ntn");
    assert_eq!(broken(ntn_cli::detect(&folder.environment(&[])).await), "no response within 3 s");
}

/// It is started once for its version, and once for its login.
#[tokio::test]
async fn its_version_and_generation_are_told_by_two_questions() {
    let newer = NOTIONS.replace("*) exit 2", "'login poll --help') echo 'Usage: ntn login poll';; *) exit 2");
    // 0.4.0 refuses the subcommand with its usage of `ntn login`; `tests/parts/machine/ntn.rs` asks the real one.
    let older = NOTIONS.replace("*) exit 2", "'login poll --help') echo 'Usage: ntn login [OPTIONS]'; exit 2;; *) exit 2");
    for (script, generation) in [(older, LoginFlow::Terminal), (newer, LoginFlow::TwoSteps)] {
        let folder = Folder::new();
        folder.program("ntn", &format!("echo \"$*\" >>\"$0.log\"; {script}"));
        let state = detect(&folder.environment(&[])).await;
        assert!(matches!(state, NtnState::Found { generation: found, .. } if found == generation), "{state:?}");
        let log = std::fs::read_to_string(folder.path().join("ntn.log")).unwrap();
        let mut questions: Vec<&str> = log.lines().collect();
        questions.sort_unstable();
        assert_eq!(questions, ["--version", "login poll --help"]);
    }
}

#[tokio::test]
async fn leaving_takes_the_whole_family_with_it() {
    let folder = Folder::new();
    let (pipe, told) = folder.pipe("family");
    // Both runs hold the pipe, and so do their children: it ends only when all four are gone.
    folder.program("ntn", &format!("exec 3>{pipe}; sleep 60 & touch \"$0.$1\"; wait"));
    let environment = folder.environment(&[]);
    let both_run = async {
        while !(folder.path().join("ntn.--version").exists() && folder.path().join("ntn.login").exists()) {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        state = detect(&environment) => panic!("it cannot have answered: {state:?}"),
        () = both_run => {}
    }
    assert_eq!(told.recv_timeout(DEADLINE).as_deref(), Ok(""), "somebody was left behind");
}

#[tokio::test]
async fn escape_codes_reach_no_screen() {
    let evidence = not_notions(state_of("printf '\\033]0;title\\007\\033[31mntn\\033[0m 9\\n'").await);
    assert!(!evidence.chars().any(char::is_control), "{evidence:?}");
}

#[tokio::test]
async fn it_sees_no_token_no_proxy_and_a_keyring_switch_it_understands() {
    let folder = Folder::new();
    folder.program("ntn", &format!("unset PATH; /usr/bin/env >\"$0.$1\"; {NOTIONS}"));
    let environment = folder.environment(&[
        ("NOTION_API_TOKEN", "ntn_fake_member_0000000000000000000000000000"),
        ("HTTPS_PROXY", "http://me:fake@proxy.example"),
        ("NOTION_KEYRING", "off"),
        ("XDG_CONFIG_HOME", "/nowhere"),
    ]);
    detect(&environment).await;
    let seen = std::fs::read_to_string(folder.path().join("ntn.--version")).unwrap();
    let mut variables: Vec<&str> = seen.lines().filter(|line| !line.starts_with("PWD=") && !line.starts_with("_=")).collect();
    variables.sort_unstable();
    assert_eq!(variables, [&format!("HOME={}", folder.text()), "NOTION_KEYRING=0", "XDG_CONFIG_HOME=/nowhere"]);
}
