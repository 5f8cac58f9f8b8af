//! A token moves from a profile into a real keychain, and the profile, run by its shell, reads it back from there.

use super::token;
use crate::installed::secret_service::SecretService;
use crate::support::notion::{FakeNotion, Request, Response};
use crate::support::sandbox::Sandbox;
use serde_json::json;

fn notion() -> FakeNotion {
    FakeNotion::start(|request: &Request| {
        if request.bearer() != Some(token("wxyz").as_str()) {
            return Response::error(401, "unauthorized", request);
        }
        Response::json(
            200,
            json!({"object": "user", "id": "bot-1", "name": "Fake", "avatar_url": null, "type": "bot",
                   "bot": {"owner": {"type": "workspace", "workspace": true}, "workspace_id": "workspace-1", "workspace_name": "Fake Works"},
                   "request_id": "fake-request-1"}),
        )
    })
}

/// Moves the token out of the profile, and returns what its shell then has in `NOTION_TOKEN`.
fn moved(profile: &str, line: &str, shell: &[&str]) -> (Sandbox, SecretService, String) {
    let (notion, service) = (notion(), SecretService::start());
    let home = Sandbox::with_notion(&notion).with_shell().with_keychain(&service);
    let path = home.path().join(profile);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, format!("# mine\n{}\n", line.replace("TOKEN_HERE", &token("wxyz")))).unwrap();
    let run = home.run(&format!("scan --fix --yes --json {profile}"), "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(!std::fs::read_to_string(&path).unwrap().contains("31415926535"));
    let (program, options) = shell.split_first().unwrap();
    let output = home
        .program_command(format!("/usr/bin/{program}"))
        .args(options)
        .arg(format!(". {profile}; printf %s \"$NOTION_TOKEN\""))
        .output()
        .unwrap();
    let value = String::from_utf8(output.stdout).unwrap();
    (home, service, value)
}

#[test]
fn a_profile_of_each_shell_reads_the_token_from_the_keychain() {
    for (profile, line, shell) in [
        ("./.bashrc", "export NOTION_TOKEN=\"TOKEN_HERE\" # mine", &["bash", "--norc", "-c"][..]),
        ("./.zshrc", "export NOTION_TOKEN=TOKEN_HERE", &["zsh", "-f", "-c"]),
        ("./.config/fish/config.fish", "set -gx NOTION_TOKEN 'TOKEN_HERE'", &["fish", "--no-config", "-c"]),
    ] {
        let (_home, service, value) = moved(profile, line, shell);
        assert_eq!(value, token("wxyz"), "{profile}");
        let stored = service.run_secret_tool(&["search", "--all", "service", "notion-auth"]);
        assert!(stored.contains("Notion token"), "{stored}");
    }
}
