//! `login --path cli` through a stand-in for the newer `ntn`.

use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::ntn::fake_ntn_folder;
use crate::support::sandbox::Sandbox;
use notion_auth::domain::login::LoginFlow;
use serde_json::json;

#[test]
fn a_newer_ntn_begins_in_one_run_and_finishes_in_another() {
    let link = "https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY";
    let shows_link = format!(": >\"$HOME/begun\"; echo 'Visit: {link}'; echo 'Then run: ntn login poll'");
    let poll = format!(
        "test -f \"$HOME/begun\" || {{ echo 'No pending login session found' >&2; exit 4; }}
         mkdir -p \"$HOME/.config/notion\" && cd \"$HOME/.config/notion\"
         echo '{{\"workspace-1\":\"{TOKEN}\"}}' >auth.json
         echo '{{\"version\":\"1\",\"defaultWorkspaceIds\":{{\"prod\":\"workspace-1\"}}}}' >config.json"
    );
    let folder = fake_ntn_folder(
        LoginFlow::TwoSteps,
        &format!("case \"$*\" in\n'login --no-browser') {shows_link};;\n'login poll') {poll};;\n*) exit 2;; esac"),
    );
    let notion = FakeNotion::start(respond_as_member);
    let home =
        Sandbox::with_notion(&notion).with_variable("NOTION_KEYRING", "0").with_variable("PATH", folder.path().to_str().unwrap());

    let early = home.run("login --resume --json", "");
    assert_eq!((early.exit_code, &early.json_lines().pop().unwrap()["code"]), (Some(4), &json!("no_pending_login")), "{early:?}");

    let begun = home.run("login --path cli --no-wait --json", "");
    assert_eq!((begun.exit_code, begun.stderr.as_str()), (Some(0), ""), "{begun:?}");
    let open = json!({ "event": "open", "url": link, "code": "VAF-HWY", "expires_at": null });
    assert_eq!(begun.json_lines(), [open, json!({ "event": "waiting", "for": "resume" })]);
    assert!(!home.file("credentials.json").exists());

    let finished = home.run("login --resume --json", "");
    let (first, last) = (&finished.json_lines()[0], finished.json_lines().pop().unwrap());
    assert_eq!(*first, json!({ "event": "waiting", "for": "approval" }));
    assert_eq!((finished.exit_code, &last["event"], &last["store"]), (Some(0), &json!("done"), &json!("ntn")), "{finished:?}");
}
