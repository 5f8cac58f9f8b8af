//! Needs gnome-keyring, D-Bus and secret-tool, and the Python of `tests/install` with awscli and moto: a rotation with a real keychain, and
//! with the real client of a secret manager.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "looks at what the client was given")]

use crate::installed::secret_service::SecretService;
use crate::send_to::{ManagerServer, held};
use crate::support::notion::TOKEN;
use crate::support::rotation_notion::{COLLEAGUE, NEW, Notion};
use crate::support::sandbox::Sandbox;
use crate::support::send_to::hand_to;

const ROTATE: &str = "rotate --token-stdin --yes --json";

#[test]
fn the_real_keychain_has_the_new_token_under_its_own_account_and_no_longer_the_old_one() {
    let service = SecretService::start();
    let notion = Notion::start();
    let home = Sandbox::with_notion(&notion.server).with_keychain(&service);
    let run = home.run("login --token-stdin --store keychain", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    let entry = |bot: &str| {
        let account = format!("workspace-1/token@{bot}");
        service.run_secret_tool(&["lookup", "service", "notion-auth", "username", &account])
    };
    assert_eq!((entry("bot-1").as_str(), entry("bot-2").as_str()), (TOKEN, ""));

    let refused = home.run(ROTATE, COLLEAGUE);
    assert_eq!((refused.exit_code, entry("bot-1").as_str()), (Some(4), TOKEN), "{refused:?}");
    let run = home.run(ROTATE, NEW);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!((entry("bot-1").as_str(), entry("bot-2").as_str()), ("", NEW));
    notion.revoke_old();
    let status = home.run("status --check --json", "").json_document();
    assert_eq!(
        (status["active"]["verdict"].as_str(), status["leftovers"].as_array().map(Vec::len)),
        (Some("pass"), Some(0)),
        "{status}"
    );
    assert_eq!(home.run_allowing_secret("token", "").stdout.trim_end(), NEW);
}

#[test]
fn what_was_sent_to_aws_twice_is_replaced_there_and_what_cannot_be_reached_is_taken_up_again() {
    let notion = Notion::start();
    let home = Sandbox::with_notion(&notion.server);
    let server = ManagerServer::start();
    let home = server.known_to(home);
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    for name in ["notion/one", "notion/two"] {
        let sent = hand_to(&home, &format!("aws --region eu-west-1 --name {name} --yes"));
        assert_eq!((sent.exit_code, held(&home, name).as_str()), (Some(0), TOKEN), "{sent:?}");
    }

    // The login there has ended.
    let home = home.without_variable("AWS_ACCESS_KEY_ID");
    let run = home.run(ROTATE, NEW);
    let document = run.json_document();
    assert_eq!(
        (run.exit_code, &document["problem"]["code"], &document["can_revoke"]),
        (Some(1), &"rotation_incomplete".into(), &false.into())
    );
    let home = home.with_variable("AWS_ACCESS_KEY_ID", "fake");
    assert_eq!(held(&home, "notion/one"), TOKEN);

    let run = home.run(ROTATE, NEW);
    assert_eq!((run.exit_code, &run.json_document()["can_revoke"]), (Some(0), &true.into()), "{run:?}");
    for name in ["notion/one", "notion/two"] {
        assert_eq!(held(&home, name), NEW);
    }
    let log = std::fs::read_to_string(home.path().join("aws.log")).unwrap();
    assert!(!log.contains(TOKEN) && !log.contains(NEW), "{log}");
}
