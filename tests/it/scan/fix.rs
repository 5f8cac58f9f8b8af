//! `scan --fix`: tokens are verified and saved, lines of profiles replaced, and nothing is lost on the way.

use super::{token, write};
use crate::support::notion::{FakeNotion, Request, Response};
use crate::support::sandbox::{BINARY, CommandOutput, Sandbox, poll_until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// The end of a token about which Notion never answers.
const SILENT: &str = "mute";

/// A workspace in which the tokens with these ends work, each of a person of its own.
fn notion() -> FakeNotion {
    FakeNotion::start(|request: &Request| {
        let end = request.bearer().map(|bearer| bearer[bearer.len() - 4..].to_owned()).unwrap_or_default();
        if end == SILENT {
            return Response::silent();
        }
        if !["wxyz", "abcd"].contains(&end.as_str()) {
            return Response::error(401, "unauthorized", request);
        }
        Response::json(
            200,
            json!({"object": "user", "id": format!("bot-{end}"), "name": "Fake token", "avatar_url": null, "type": "bot",
                   "bot": {"owner": {"type": "user", "user": {"object": "user", "id": format!("user-{end}"), "name": "Ada Fake",
                                     "avatar_url": null, "type": "person", "person": {"email": "ada@example.com"}}},
                           "workspace_id": "workspace-1", "workspace_name": "Fake Works",
                           "workspace_limits": {"max_file_upload_size_in_bytes": 5_368_709_120_u64}},
                   "request_id": "fake-request-1"}),
        )
    })
}

/// A home without a keychain, whose tokens go to the private file.
fn home(notion: &FakeNotion) -> Sandbox {
    Sandbox::with_notion(notion).with_variable("NOTION_KEYRING", "0")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn result<'a>(document: &'a Value, list: &str, index: usize) -> &'a str {
    document[list][index]["result"].as_str().unwrap_or_default()
}

fn active(home: &Sandbox) -> String {
    home.run("status --json", "").json_document()["active"]["account"].as_str().unwrap().to_owned()
}

#[test]
fn a_token_moves_from_the_profile_into_the_store() {
    let notion = notion();
    let home = home(&notion);
    let text = format!("# first\r\nexport NOTION_TOKEN='{}' # mine\r\nalias x=y", token("wxyz"));
    let profile = write(&home, ".zshrc", &text);
    std::fs::set_permissions(&profile, std::fs::Permissions::from_mode(0o640)).unwrap();
    let run = home.run("scan --fix --yes --json .zshrc", "");
    let document = run.json_document();
    assert_eq!(
        (run.exit_code, result(&document, "tokens", 0), result(&document, "changes", 0)),
        (Some(0), "saved", "replaced"),
        "{run:?}"
    );
    let key = document["tokens"][0]["account"].as_str().unwrap();
    let command = format!("# first\r\nexport NOTION_TOKEN=\"$(notion-auth token --workspace {key})\" # mine\r\nalias x=y");
    assert_eq!(read(&profile), command);
    assert_eq!(profile.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    let copy = home.path().join(".zshrc.before-notion-auth");
    assert_eq!(read(&copy), text.replace(&token("wxyz"), "…wxyz"));
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // A shell that reads the profile gets the very token.
    let script = format!(". '{}'; printf %s \"$NOTION_TOKEN\"", profile.display());
    let programs = Path::new(BINARY).parent().unwrap();
    let clean = read(&profile).replace('\r', "");
    std::fs::write(&profile, clean).unwrap();
    let shell = home.program_command("/bin/sh").env("PATH", programs).args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&shell.stdout), token("wxyz"));
    assert_eq!(home.run("scan --json .zshrc", "").exit_code, Some(0));
}

#[test]
fn without_a_keychain_a_token_is_saved_in_the_file_only_if_that_was_chosen() {
    let notion = notion();
    let home = Sandbox::with_notion(&notion);
    let profile = write(&home, ".bashrc", format!("export X={}\n", token("wxyz")));
    let run = home.run("scan --fix --yes --json .bashrc", "");
    assert_eq!(
        (run.exit_code, run.json_document()["tokens"][0]["problem"]["code"].as_str()),
        (Some(6), Some("keychain_absent")),
        "{run:?}"
    );
    assert!(read(&profile).contains(&token("wxyz")));
    let run = home.run("scan --fix --store file --yes --json .bashrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "tokens", 0)), (Some(0), "saved"), "{run:?}");
    assert!(read(&home.file("secrets.json")).contains(&token("wxyz")));
}

#[test]
fn the_active_credential_stays_the_active_one() {
    let notion = notion();
    let home = home(&notion);
    write(&home, "one/.env", format!("NOTION_TOKEN={}\n", token("wxyz")));
    write(&home, "two/.env", format!("NOTION_TOKEN={}\n", token("abcd")));
    let run = home.run("scan --fix --yes --json one", "");
    assert_eq!(
        (run.exit_code, result(&run.json_document(), "tokens", 0)),
        (Some(7), "saved"),
        "an env file is left to the person: {run:?}"
    );
    let before = active(&home);
    let run = home.run("scan --fix --yes --json two", "");
    assert_eq!(result(&run.json_document(), "tokens", 0), "saved", "{run:?}");
    assert_eq!(active(&home), before);
    let run = home.run("scan --fix --yes --json two one", "");
    assert_eq!([0, 1].map(|index| result(&run.json_document(), "tokens", index).to_owned()), ["already_saved", "already_saved"]);
    assert_eq!(active(&home), before);
}

#[test]
fn a_token_that_is_refused_or_can_not_be_verified_changes_nothing() {
    let notion = notion();
    let home = home(&notion);
    let profile = write(&home, ".bashrc", format!("export X={}\n", token("dead")));
    let before = read(&profile);
    let run = home.run("scan --fix --yes --json .bashrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "tokens", 0)), (Some(7), "rejected"), "{run:?}");
    drop(notion);
    write(&home, ".bashrc", before.replace("dead", "wxyz"));
    let run = home.run("--no-retry scan --fix --yes --json .bashrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "tokens", 0)), (Some(5), "failed"), "{run:?}");
    assert_eq!(read(&profile), before.replace("dead", "wxyz"));
    assert!(!home.path().join(".bashrc.before-notion-auth").exists());
}

#[test]
fn a_second_token_of_one_account_is_not_saved_over_the_first() {
    // The same person answers for both ends.
    let notion = FakeNotion::start(|request: &Request| {
        Response::json(
            200,
            json!({"object": "user", "id": "bot-1", "name": "Fake", "avatar_url": null, "type": "bot",
                   "bot": {"owner": {"type": "workspace", "workspace": true}, "workspace_id": "workspace-1", "workspace_name": "Fake Works"},
                   "request_id": request.path()}),
        )
    });
    let home = home(&notion);
    let profile = write(&home, ".bashrc", format!("export X={}\nexport Y={}\n", token("wxyz"), token("abcd")));
    let run = home.run("scan --fix --yes --json .bashrc", "");
    let document = run.json_document();
    assert_eq!(
        (run.exit_code, result(&document, "tokens", 0), result(&document, "tokens", 1)),
        (Some(6), "saved", "failed"),
        "{run:?}"
    );
    assert_eq!(document["tokens"][1]["problem"]["code"], "account_taken");
    let text = read(&profile);
    assert!(!text.contains(&token("wxyz")) && text.contains(&token("abcd")), "only what is saved is replaced: {text}");
    assert!(!read(&home.path().join(".bashrc.before-notion-auth")).contains("31415926535"), "the copy holds no secret");
}

#[test]
fn an_earlier_copy_is_kept() {
    let notion = notion();
    let home = home(&notion);
    write(&home, ".zshrc", format!("export X={}\n", token("wxyz")));
    let earlier = write(&home, ".zshrc.before-notion-auth", "mine\n");
    let run = home.run("scan --fix --yes --json .zshrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "changes", 0)), (Some(0), "replaced"), "{run:?}");
    assert_eq!(run.json_document()["changes"][0]["backup"], "~/.zshrc.before-notion-auth-2");
    assert_eq!(
        (read(&earlier).as_str(), read(&home.path().join(".zshrc.before-notion-auth-2")).as_str()),
        ("mine\n", "export X=…wxyz\n")
    );
}

#[test]
fn a_client_secret_is_never_sent() {
    let notion = notion();
    let home = home(&notion);
    let secret = format!("secret_{}{}", "aZ3kT9qLmQwErTyUiOp47bNmKjHgFdS", "5x7Y9z1A3b5C");
    write(&home, "app/.env", format!("NOTION_CLIENT_SECRET={secret}\n"));
    let run = home.run("scan --fix --yes --json app", "");
    assert_eq!((run.exit_code, run.json_document()["findings"][0]["kind"].as_str()), (Some(7), Some("client_secret")), "{run:?}");
    assert_eq!(notion.requests().len(), 0);
}

#[test]
fn a_profile_behind_a_link_is_changed_where_it_is() {
    let notion = notion();
    let home = home(&notion);
    let file = write(&home, "dotfiles/zshrc", format!("export X={}\n", token("wxyz")));
    symlink(&file, home.path().join(".zshrc")).unwrap();
    let run = home.run("scan --fix --yes --json .zshrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "changes", 0)), (Some(0), "replaced"), "{run:?}");
    assert!(home.path().join(".zshrc").is_symlink() && read(&file).contains("notion-auth token"));
}

#[test]
fn a_profile_that_may_not_be_changed_or_has_another_form_is_left_alone() {
    let notion = notion();
    let home = home(&notion);
    let profile = write(&home, ".bashrc", format!("curl -H 'Authorization: Bearer {}'\n", token("wxyz")));
    let before = read(&profile);
    let run = home.run("scan --fix --yes --json .bashrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "changes", 0)), (Some(7), "by_hand"), "{run:?}");
    write(&home, ".zshrc", format!("export X={}\n", token("wxyz")));
    std::fs::set_permissions(home.path().join(".zshrc"), std::fs::Permissions::from_mode(0o400)).unwrap();
    let run = home.run("scan --fix --yes --json .zshrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "changes", 0)), (Some(1), "failed"), "{run:?}");
    assert_eq!(run.json_document()["changes"][0]["problem"]["code"], "shell_profile_refused");
    assert_eq!(read(&profile), before);
    assert!(!home.path().join(".zshrc.before-notion-auth").exists());
}

#[test]
fn a_line_in_a_text_of_several_lines_and_one_with_more_in_its_comment_stay() {
    let notion = notion();
    let home = home(&notion);
    let (first, other) = (token("wxyz"), "zz81jq77wq01pq88wqz4");
    let text = format!("cat >x <<'EOF'\nexport X={first}\nEOF\nexport Y={first} # NOTION_TOKEN={other}\n");
    let profile = write(&home, ".zshrc", &text);
    let run = home.run("scan --fix --yes --json .zshrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "changes", 0)), (Some(7), "by_hand"), "{run:?}");
    write(&home, ".zshrc", format!("{text}export Z={first}\n"));
    let run = home.run("scan --fix --yes --json .zshrc", "");
    assert_eq!((run.exit_code, &run.json_document()["changes"][0]["lines"]), (Some(7), &json!([5])), "{run:?}");
    assert!(read(&profile).starts_with(&text));
}

#[test]
fn a_line_with_two_tokens_keeps_both_or_none() {
    let notion = notion();
    let home = home(&notion);
    let (one, other) = (token("wxyz"), token("abcd"));
    for line in [
        format!("export A={one} B={other}"),
        format!("export A={one}; export B={other}"),
        format!("export A={one} # {other}"),
        format!("export A={one} B={one}"),
        format!("A={one} B={one} program"),
    ] {
        let text = format!("{line}\nexport C={one}\n");
        let profile = write(&home, ".zshrc", &text);
        let run = home.run("scan --fix --yes --json .zshrc", "");
        let document = run.json_document();
        assert_eq!((run.exit_code, &document["changes"][0]["lines"]), (Some(7), &json!([2])), "{line}: {run:?}");
        assert!(read(&profile).starts_with(&format!("{line}\n")), "{line}");
        let run = home.run("scan .zshrc", "");
        assert!(run.stdout.contains("~/.zshrc:1"), "it is still listed: {run:?}");
    }
}

#[test]
fn the_demo_shows_every_kind_of_finding_and_of_result() {
    let home = Sandbox::new();
    let run = home.run("--demo scan --fix --yes --json", "");
    let document = run.json_document();
    let seen = |list: &str, field: &str| -> BTreeSet<String> {
        document[list].as_array().unwrap().iter().filter_map(|item| Some(item[field].as_str()?.to_owned())).collect()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(seen("findings", "certainty"), set(&["certain", "possible"]), "{run:?}");
    assert_eq!(seen("findings", "kind"), set(&["token", "client_secret"]), "{run:?}");
    // Commands of the demo are signed in with one of the tokens.
    assert_eq!(seen("tokens", "result"), set(&["saved", "already_saved", "rejected"]), "{run:?}");
    assert_eq!((run.exit_code, result(&document, "changes", 0)), (Some(7), "replaced"), "{run:?}");
}

#[test]
fn a_signal_among_the_tokens_leaves_the_lines_and_says_what_was_saved() {
    let notion = notion();
    let home = home(&notion);
    let profile = write(&home, ".zshrc", format!("export A={}\nexport B={}\n", token("wxyz"), token(SILENT)));
    let before = read(&profile);
    let child = home.start("scan --fix --yes --json .zshrc");
    poll_until("the second token", || {
        notion.requests().iter().any(|request| request.bearer().is_some_and(|bearer| bearer.ends_with(SILENT))).then_some(())
    });
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let run = CommandOutput::wait(child);
    let document = run.json_document();
    assert_eq!((run.exit_code, document["problem"]["code"].as_str()), (Some(130), Some("cancelled")), "{run:?}");
    assert_eq!((result(&document, "tokens", 0), result(&document, "tokens", 1)), ("saved", "failed"), "{run:?}");
    assert_eq!((document["findings"].as_array().map(Vec::len), result(&document, "changes", 0)), (Some(2), "unchanged"), "{run:?}");
    assert_eq!(read(&profile), before);
}

#[test]
fn nothing_is_sent_or_changed_without_consent() {
    let notion = notion();
    let home = home(&notion);
    let profile = write(&home, ".bashrc", format!("export X={}\n", token("wxyz")));
    let before = read(&profile);
    for options in ["", "--json"] {
        let run = home.run(&format!("scan --fix {options} .bashrc"), "");
        assert_eq!(run.exit_code, Some(3), "{run:?}");
    }
    for answer in ["n\r", "\x03"] {
        let terminal = home.start_terminal((80, 40), &format!("scan --fix {}", profile.display()));
        terminal.wait_for_text("y or n");
        terminal.send_text(answer);
        assert_eq!(terminal.wait_exit().exit_code(), 130);
    }
    assert_eq!(notion.requests().len(), 0);
    // The token is saved, and the line stays.
    let terminal = home.start_terminal((80, 40), &format!("scan --fix {}", profile.display()));
    terminal.wait_for_text("y or n");
    terminal.send_text("y\r");
    terminal.wait_for_text("Make these changes?");
    terminal.send_text("n\r");
    assert_eq!(terminal.wait_exit().exit_code(), 7);
    assert_eq!(read(&profile), before);
    let run: CommandOutput = home.run("scan --fix --yes --json .bashrc", "");
    assert_eq!((run.exit_code, result(&run.json_document(), "tokens", 0)), (Some(0), "already_saved"), "{run:?}");
}
