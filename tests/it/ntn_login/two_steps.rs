//! The newer generation, through a stand-in that behaves as documented: one command shows link and code, another waits.

use super::NtnLoginRun;
use crate::support::notion::TOKEN;
use crate::support::ntn::{NtnHome, fake_ntn_folder};
use notion_auth::domain::login::{LoginFlow, LoginRequest, LoginSteps, LoginTarget};
use notion_auth::domain::problem::ProblemCode;
use tempfile::TempDir;

const LINK: &str = "https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY";

/// `cat` would wait for ever if it were given our input, and `tty` succeeds where there is a terminal.
fn begin() -> String {
    format!("cat; tty -s && exit 9; echo 'To log in, visit:'; echo '  {LINK}' >&2; echo 'Then run: ntn login poll'; exit 0")
}

/// Returns script lines that write the files of a login and end.
fn approved() -> String {
    format!(
        "mkdir -p \"$HOME/.notion\" && cd \"$HOME/.notion\"\n\
         echo '{{\"id-1\":\"{TOKEN}\"}}' >auth.json\n\
         echo '{{\"version\":\"1\",\"defaultWorkspaceIds\":{{\"prod\":\"id-1\"}}}}' >config.json\n\
         echo '{{\"version\":\"1\",\"environments\":{{\"prod\":{{\"id-1\":{{\"id\":\"id-1\",\"name\":\"Fake Works\"}}}}}}}}' >workspaces.json\n\
         exit 0"
    )
}

fn ntn(poll: &str) -> (TempDir, NtnHome) {
    let script = format!(
        "case \"$*\" in\n'login --no-browser') {};;\n'login poll') {poll};;\n'whoami --json') echo '{WHO}';;\n*) exit 2;; esac",
        begin()
    );
    let folder = fake_ntn_folder(LoginFlow::TwoSteps, &script);
    let person = NtnHome::with_programs(folder.path());
    (folder, person)
}

const WHO: &str = r#"{"object":"user","type":"bot","name":"ntn","bot":{"owner":{"type":"user","user":{"name":"Ada Fake"}}}}"#;

#[tokio::test]
async fn link_and_code_come_first_and_the_approval_ends_it() {
    let (_folder, person) = ntn(&format!("sleep 0.2; {}", approved()));
    let mut login = NtnLoginRun::steps(&person, LoginSteps::All);
    let invitation = login.invitation().await;
    assert_eq!((invitation.link.as_str(), invitation.code.as_deref(), invitation.ends_at), (LINK, Some("VAF-HWY"), None));
    let login = login.end().await.unwrap().unwrap();
    assert_eq!((login.workspace.id.as_str(), login.workspace.name.as_deref()), ("id-1", Some("Fake Works")));
    assert_eq!((login.version.as_str(), login.place.as_str()), ("0.23.19", person.state_file("auth.json").to_str().unwrap()));
}

#[tokio::test]
async fn where_the_token_is_out_of_reach_ntn_is_asked_who_it_is() {
    let (_folder, person) = ntn(&approved());
    let request = LoginRequest { target: LoginTarget::New, use_file: false, steps: LoginSteps::All };
    let login = NtnLoginRun::with(&person, request).end().await.unwrap().unwrap();
    assert_eq!((login.user.as_deref(), login.place.as_str()), (Some("Ada Fake"), "ntn's own keychain"));
    assert!(!login.needs_keyring_variable);
}

#[tokio::test]
async fn one_that_answers_pending_at_once_is_asked_again() {
    let poll =
        format!("test -f \"$HOME/asked\" || {{ : >\"$HOME/asked\"; echo 'Login is still pending.' >&2; exit 4; }}; {}", approved());
    let (_folder, person) = ntn(&poll);
    assert_eq!(NtnLoginRun::steps(&person, LoginSteps::All).end().await.unwrap().unwrap().workspace.id, "id-1");
}

#[tokio::test]
async fn a_login_that_is_begun_now_can_be_finished_later() {
    let (_folder, person) = ntn(&approved());
    let mut begun = NtnLoginRun::steps(&person, LoginSteps::Start);
    assert_eq!((&mut begun.job).await, Ok(None));
    assert_eq!(begun.invitations.try_recv().unwrap().link.as_str(), LINK);
    let mut resumed = NtnLoginRun::steps(&person, LoginSteps::Resume);
    let outcome = (&mut resumed.job).await.unwrap().unwrap();
    assert_eq!(outcome.workspace.id, "id-1");
    assert!(resumed.invitations.try_recv().is_err(), "nobody is invited twice");
}

#[tokio::test]
async fn each_refusal_has_its_problem() {
    for (poll, code) in [
        ("echo 'error: No pending login session found.' >&2; exit 4", ProblemCode::NoPendingLogin),
        ("echo 'error: Login session expired. Please try again.' >&2; exit 4", ProblemCode::LoginExpired),
        ("echo 'error: Login redeem failed: 403 Forbidden' >&2; exit 5", ProblemCode::LoginRefused),
        ("echo 'error: error sending request for url (https://example.com)' >&2; exit 5", ProblemCode::LoginUnreachable),
        ("echo 'error: Failed to create keychain entry' >&2; exit 1", ProblemCode::LoginNotStored),
        ("exit 1", ProblemCode::NtnFailed),
        ("kill -KILL $$", ProblemCode::NtnFailed),
    ] {
        let (_folder, person) = ntn(poll);
        let evidence = NtnLoginRun::steps(&person, LoginSteps::Resume).failure(code).await;
        assert!(evidence.starts_with("ntn login poll: "), "{evidence}");
    }
}

#[tokio::test]
async fn a_beginning_without_a_link_says_what_was_said() {
    for (begin, code) in [
        ("echo 'Nothing to do.'", ProblemCode::NtnFailed),
        ("echo 'Visit http://notion.so/x'", ProblemCode::LoginLinkRefused),
        ("echo 'error: Login init failed: 401 Unauthorized' >&2; exit 5", ProblemCode::LoginRefused),
    ] {
        let folder = fake_ntn_folder(LoginFlow::TwoSteps, begin);
        NtnLoginRun::steps(&NtnHome::with_programs(folder.path()), LoginSteps::All).failure(code).await;
    }
}
