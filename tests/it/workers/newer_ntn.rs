//! Stand-ins for other versions of `ntn`: with and without `env push`, and with answers of their own.

use super::{CLIENT_SECRET, WorkerDesk, credentials, deploy, github, start, within};
use crate::support::ntn::fake_ntn_folder;
use notion_auth::domain::login::LoginFlow;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::workers::{NtnAnswer, StepOutcome};
use notion_auth::runtime::ports::Workers;
use std::time::Duration;

const LISTS: &str = r#"'workers --verbose env list --json') echo '[{"key":"GITHUB_CLIENT_ID"},{"key":"GITHUB_CLIENT_SECRET"}]';;"#;

/// A desk whose `ntn` is a script; what is not in `cases` is wrong usage.
fn desk(cases: &str) -> WorkerDesk {
    let script = format!(
        "echo \"$*\" >>\"$HOME/runs\"\ncase \"$*\" in {cases} *) echo \"error: unexpected argument '$*' found\" >&2; exit 2;; esac"
    );
    let programs = fake_ntn_folder(LoginFlow::TwoSteps, &script);
    WorkerDesk::with_ntn(programs, github())
}

#[tokio::test]
async fn whether_it_takes_variables_from_a_file_is_asked() {
    let with = desk("'workers --verbose env push --help') ;;");
    assert!(with.look("github").await.supports_file_push);
    let without = desk("");
    let project = without.look("github").await;
    assert!(!project.supports_file_push);
    assert!(project.redirect_url.refusal().is_some_and(|line| line.contains("unexpected argument")));
}

#[tokio::test]
async fn one_that_takes_no_file_is_not_given_arguments_instead() {
    let desk = desk(LISTS);
    let problem = desk.run(credentials("github", false)).await.expect_err("it knows no env push");
    assert_eq!(problem.code, ProblemCode::NtnTooOld);
    assert!(!desk.runs().contains(CLIENT_SECRET));
}

#[tokio::test]
async fn what_it_repeats_of_a_secret_is_told_to_nobody() {
    let repeats = |padding: usize| format!("*'env set'*) echo \"error: $(printf %0{padding}d 0) '$*' found\" >&2; exit 2;;");
    // The second is so long that it is cut within the secret.
    for (cases, sign) in [(String::new(), "GITHUB_CLIENT_SECRET=…"), (repeats(180), "GITHUB_CLIENT_ID")] {
        let desk = desk(&cases);
        let problem = desk.run(credentials("github", true)).await.expect_err("it knows no env set");
        let evidence = problem.evidence.unwrap();
        assert!(evidence.contains(sign) && !evidence.contains(&CLIENT_SECRET[..8]), "{evidence}");
    }
}

#[tokio::test]
async fn a_page_that_is_only_printed_is_found_too() {
    let desk = desk("*'oauth start github') echo 'Visit https://github.com/login/oauth/authorize?a=b to go on.';;");
    let Ok(StepOutcome::Started(link)) = desk.run(start("github")).await else { panic!("there is a page") };
    assert_eq!(link.as_str(), "https://github.com/login/oauth/authorize?a=b");
}

#[tokio::test]
async fn a_page_that_is_only_opened_is_found_too() {
    // A stand-in has a search path of its own; the opener stands first on the one it was given.
    let given = r"$(tr '\0' '\n' </proc/$$/environ | sed -n 's/^PATH=//p')";
    let desk = desk(&format!("*'oauth start github') given={given}; \"${{given%%:*}}/xdg-open\" https://github.com/only-opened;;"));
    let Ok(StepOutcome::Started(link)) = desk.run(start("github")).await else { panic!("there is a page") };
    assert_eq!(link.as_str(), "https://github.com/only-opened");
}

#[tokio::test]
async fn a_flood_of_lines_is_cut_and_cleaned() {
    let desk = desk("*deploy*) i=0; while [ $i -lt 3000 ]; do printf '\\033[31mline\\033[0m %s\\n' $i; i=$((i+1)); done;;");
    assert_eq!(desk.run(deploy()).await, Ok(StepOutcome::Done));
    let told = desk.output();
    assert_eq!(told.len(), 2000);
    assert_eq!(told[0], "line 0");
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let desk = desk("*show-redirect-url) yes;; 'workers --verbose env push --help') ;;");
    let workers = desk.workers().with_query_timeout(Duration::from_millis(500));
    let project = within(workers.inspect_project(Some("github".into()))).await.expect("there is an ntn");
    assert!(matches!(project.redirect_url, NtnAnswer::Refused(_)), "{:?}", project.redirect_url);
    desk.person.wait_for_processes(|alive| alive == 0);
}
