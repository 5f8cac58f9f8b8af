//! The built binary: in a terminal in a folder with a file, and from a script.
#![expect(clippy::disallowed_methods, reason = "writes the files that are read")]

use crate::support::conversation::PlainConversation;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::{BINARY, Sandbox};
use crate::support::wizard::{FIRST, ended};
use std::fs;
use std::path::Path;

const TEAM: &str = "schema = 1\nrole = \"member\"\nplan = \"enterprise\"\npath = \"oauth\"\nstore = \"file\"\n";

/// Starts the wizard in this folder.
fn start_in(home: &Sandbox, folder: &Path, arguments: &str) -> TestTerminal {
    let path = home.path().to_str().unwrap();
    let variables = [("HOME", path), ("PATH", path), ("XDG_CONFIG_HOME", path), ("NOTION_API_BASE_URL", "http://127.0.0.1:9")];
    let command = format!("cd '{}' && exec '{BINARY}' {arguments}", folder.display());
    TestTerminal::start((100, 44), "/bin/sh", &["-c", &command], &variables)
}

fn decisions(home: &Sandbox) -> serde_json::Value {
    let text = fs::read_to_string(home.path().join("notion-auth/credentials.json")).unwrap_or_default();
    serde_json::from_str::<serde_json::Value>(&text).unwrap_or_default()["team_profiles"].clone()
}

#[test]
fn a_file_in_the_folder_is_offered_once_for_each_content() {
    let home = Sandbox::new();
    let project = home.path().join("project");
    fs::create_dir_all(project.join("src")).unwrap();
    fs::create_dir(project.join(".git")).unwrap();
    let file = project.join("notion-auth.toml");
    fs::write(&file, TEAM).unwrap();
    let terminal = start_in(&home, &project.join("src"), "");
    terminal.wait_for_text(FIRST);
    terminal.wait_for_text("Use your team's answers");
    terminal.send_text("a");
    terminal.wait_for_text("project/notion-auth.toml");
    terminal.wait_for_text("enterprise");
    assert!(decisions(&home).is_null(), "nothing is remembered before a decision");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("From notion-auth.toml");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Member on Enterprise.");
    terminal.send_text("q");
    ended(&terminal, 130);
    assert_eq!((&decisions(&home)[0]["used"], decisions(&home).as_array().unwrap().len()), (&true.into(), 1));
    let records = fs::read_to_string(home.path().join("notion-auth/credentials.json")).unwrap();
    assert!(!records.contains("oauth") && !records.contains("project"), "the content and the place are not kept: {records}");

    let again = start_in(&home, &project, "");
    again.wait_for_text("From notion-auth.toml");
    assert!(!again.screen_text().contains("Use your team's answers"));
    again.send_text("q");
    ended(&again, 130);

    fs::write(&file, TEAM.replace("oauth", "token")).unwrap();
    let changed = start_in(&home, &project, "");
    changed.wait_for_text("Use your team's answers");
    changed.send_text("a2");
    changed.wait_for_text("Your team's answers are not used.");
    changed.send_text("q");
    ended(&changed, 130);
    let declined = start_in(&home, &project, "");
    declined.wait_for_text(FIRST);
    // The file is not offered again, so only the help shows that it was found.
    declined.send_text("?");
    declined.wait_for_text("team profile");
    declined.send_key(TerminalKey::Esc);
    declined.wait_for_text(FIRST);
    declined.send_text("a");
    declined.wait_for_text("Your choice so far.");
    declined.send_text("q");
    ended(&declined, 130);
}

#[test]
fn a_file_that_is_named_is_used_at_once_and_a_faulty_one_ends_the_wizard_before_its_first_frame() {
    let home = Sandbox::new();
    fs::write(home.path().join("team.toml"), TEAM).unwrap();
    fs::write(home.path().join("bad.toml"), "schema = 1\nrol = \"owner\"\n").unwrap();
    let terminal = start_in(&home, home.path(), "--profile team.toml");
    terminal.wait_for_text("From notion-auth.toml");
    terminal.send_text("q");
    ended(&terminal, 130);
    let faulty = start_in(&home, home.path(), "--profile bad.toml");
    let exit = faulty.wait_exit();
    assert_eq!(exit.exit_code(), 2);
    assert!(faulty.screen_text().contains("Did you mean role?"), "{}", faulty.screen_text());
}

#[test]
fn a_setup_is_exported_shown_and_signed_in_with() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    let exported = home.run("profile export team.toml", "");
    assert_eq!((exported.exit_code, exported.stdout.as_str()), (Some(0), ""), "{exported:?}");
    assert_eq!(home.run("profile export team.toml", "").exit_code, Some(1));
    let shown = home.run("profile show team.toml --json", "").json_document();
    assert_eq!((&shown["answers"]["path"], &shown["answers"]["store"]), (&"token".into(), &"file".into()));

    let other = Sandbox::with_notion(&notion);
    fs::copy(home.path().join("team.toml"), other.path().join("team.toml")).unwrap();
    let refused = other.run("login --profile team.toml --token-stdin --json", TOKEN);
    assert_eq!(refused.exit_code, Some(3), "{refused:?}");
    assert!(other.data_files().iter().all(|file| file.ends_with("team.toml")), "nothing was saved");
    let signed_in = other.run("login --profile team.toml --token-stdin --store file --json", TOKEN);
    assert_eq!(signed_in.exit_code, Some(0), "{signed_in:?}");
    let events = signed_in.json_lines();
    assert_eq!((&events[0]["event"], &events.last().unwrap()["store"]), (&"profile".into(), &"file".into()));
}

#[test]
fn a_profile_before_a_command_is_an_error_that_says_where_it_goes() {
    let run = Sandbox::new().run("--profile team.toml status", "");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("notion-auth login --profile FILE"), "{}", run.stderr);
}

#[test]
fn plain_mode_says_each_answer_and_takes_the_decision() {
    let home = Sandbox::new();
    fs::write(home.path().join("notion-auth.toml"), TEAM).unwrap();
    let it = PlainConversation::new(start_in(&home, home.path(), "--plain"));
    it.hear("Use your team's answers from notion-auth.toml?").say("a");
    it.hear("Team profile").hear("plan").hear("enterprise").hear("store").hear("file");
    it.hear("Use these answers").say("1").hear("Using your team's answers.");
    it.say("q");
    it.assert_ended(130);
    assert_eq!(decisions(&home)[0]["used"], true);
}

#[test]
fn login_names_a_file_that_it_does_not_use_at_a_terminal() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let (path, file) = (home.path().display(), home.path().join("notion-auth.toml"));
    fs::write(&file, "schema = 1\nstore = \"none\"\n").unwrap();
    fs::write(home.path().join("token.txt"), TOKEN).unwrap();
    let base = notion.base_url();
    let variables = [("HOME", home.path().to_str().unwrap()), ("XDG_CONFIG_HOME", home.path().to_str().unwrap())];
    let variables = [&variables[..], &[("NOTION_API_BASE_URL", base.as_str())]].concat();
    let command = format!("cd '{path}' && exec '{BINARY}' login --token-stdin --store file <token.txt");
    let terminal = TestTerminal::start((200, 44), "/bin/sh", &["-c", &command], &variables);
    assert_eq!(terminal.wait_exit().exit_code(), 0, "{}", terminal.screen_text());
    let shown = terminal.screen_text();
    assert!(shown.contains(&format!("Found {}", file.display())) && shown.contains("--profile"), "{shown}");
    assert!(shown.contains("Saved and verified"), "{shown}");
}

/// A cloned repository that tries everything at once changes nothing but the line that says so.
#[test]
fn no_found_file_keeps_a_login_from_working() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    fs::write(home.path().join("notion-auth.toml"), "schema = 1\nstore = \"none\"\nbase_url = \"https://evil.example\"\n").unwrap();
    let run = home.run("login --token-stdin --store file --json", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!((run.json_lines().last().unwrap()["store"].as_str(), run.stderr.as_str()), (Some("file"), ""));
}
