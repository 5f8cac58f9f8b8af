//! Needs git, gnome-keyring, D-Bus and secret-tool: a team profile in a real clone, and a sign-in with it to a real keychain.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "writes the files of a repository, and looks at what was cloned")]

use crate::installed::secret_service::SecretService;
use crate::recipes::blocks;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::{BINARY, Sandbox};
use crate::support::wizard::FIRST;
use std::path::{Path, PathBuf};
use std::process::Command;

#[track_caller]
fn git(home: &Sandbox, folder: &Path, arguments: &[&str]) {
    let identity = ["AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"].map(|name| format!("GIT_{name}"));
    let mut git = Command::new("git");
    git.args(arguments).current_dir(folder).env("HOME", home.path()).env("GIT_CONFIG_NOSYSTEM", "1");
    git.envs(identity.iter().map(|name| (name, "ada@example.com")));
    let output = git.output().expect("git is installed; run tests/install");
    assert!(output.status.success(), "{output:?}");
}

/// Makes the git of this machine, wherever it is, one of the programs of the home.
fn link_git(home: &Sandbox) {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let git = std::env::split_paths(&folders).map(|folder| folder.join("git")).find(|path| path.is_file());
    std::os::unix::fs::symlink(git.expect("git is installed; run tests/install"), home.path().join("bin/git")).unwrap();
}

/// A repository whose commit has this profile, and a clone of it with a folder in it.
fn cloned(home: &Sandbox, profile: &str) -> PathBuf {
    let origin = home.path().join("origin");
    std::fs::create_dir_all(origin.join("src")).unwrap();
    git(home, &origin, &["init", "--quiet"]);
    std::fs::write(origin.join("notion-auth.toml"), profile).unwrap();
    std::fs::write(origin.join("src/main.py"), "").unwrap();
    git(home, &origin, &["add", "."]);
    git(home, &origin, &["commit", "--quiet", "--message", "Add it"]);
    git(home, home.path(), &["clone", "--quiet", "origin", "clone"]);
    home.path().join("clone")
}

fn wizard_in(home: &Sandbox, folder: &Path) -> TestTerminal {
    let path = home.path().to_str().unwrap();
    let variables = [("HOME", path), ("PATH", path), ("XDG_CONFIG_HOME", path), ("NOTION_API_BASE_URL", "http://127.0.0.1:9")];
    let command = format!("cd '{}' && exec '{BINARY}'", folder.display());
    TestTerminal::start((100, 44), "/bin/sh", &["-c", &command], &variables)
}

#[test]
fn a_clone_brings_an_offer_and_nothing_that_is_used_by_itself() {
    let home = Sandbox::new();
    let clone = cloned(&home, "schema = 1\nplan = \"enterprise\"\npath = \"oauth\"\n");
    let terminal = wizard_in(&home, &clone.join("src"));
    terminal.wait_for_text(FIRST);
    terminal.wait_for_text("Use your team's answers");
    terminal.send_text("a");
    terminal.wait_for_text("clone/notion-auth.toml");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("From notion-auth.toml");
    terminal.send_text("q");
    terminal.wait_exit();

    // A linked working tree is another folder with the same content, so the decision holds there too.
    git(&home, &clone, &["worktree", "add", "--quiet", "../linked"]);
    let linked = wizard_in(&home, &home.path().join("linked/src"));
    linked.wait_for_text("From notion-auth.toml");
    linked.send_text("q");
    linked.wait_exit();

    // The next pull brings another content.
    std::fs::write(clone.join("notion-auth.toml"), "schema = 1\nstore = \"none\"\n").unwrap();
    let pulled = wizard_in(&home, &clone);
    pulled.wait_for_text("Use your team's answers");
    pulled.send_text("q");
    pulled.wait_exit();
}

#[test]
fn a_repository_with_a_link_in_its_place_is_refused() {
    let home = Sandbox::new();
    let origin = home.path().join("origin");
    std::fs::create_dir_all(&origin).unwrap();
    git(&home, &origin, &["init", "--quiet"]);
    std::os::unix::fs::symlink("/etc/passwd", origin.join("notion-auth.toml")).unwrap();
    git(&home, &origin, &["add", "."]);
    git(&home, &origin, &["commit", "--quiet", "--message", "Add it"]);
    git(&home, home.path(), &["clone", "--quiet", "origin", "clone"]);
    let mut show = home.program_command(BINARY);
    let shown = show.args(["profile", "show", "--json"]).current_dir(home.path().join("clone")).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!((shown.status.code(), document["problem"]["code"].as_str()), (Some(2), Some("profile_unreadable")));
    assert!(document["problem"]["evidence"].as_str().unwrap().ends_with("it is a symbolic link"), "{document}");
}

/// The recipe of the page: one person exports, the others sign in with it, here to a real keychain.
#[test]
fn one_setup_for_a_team_is_exported_committed_cloned_and_signed_in_with() {
    let service = SecretService::start();
    let notion = FakeNotion::start(respond_as_member);
    let lead = Sandbox::with_notion(&notion).with_keychain(&service).with_shell();
    link_git(&lead);
    assert_eq!(lead.run("login --token-stdin", TOKEN).exit_code, Some(0));
    let recipe = blocks("One setup for a team", "sh");
    git(&lead, lead.path(), &["init", "--quiet"]);
    git(&lead, lead.path(), &["config", "user.name", "Ada"]);
    git(&lead, lead.path(), &["config", "user.email", "ada@example.com"]);
    let exported = lead.run_bash(&format!("set -e\n{}", recipe[0]));
    assert_eq!(exported.exit_code, Some(0), "{exported:?}");

    let keychain = SecretService::start();
    let member = Sandbox::with_notion(&notion).with_keychain(&keychain).with_shell();
    git(&member, member.path(), &["clone", "--quiet", lead.path().to_str().unwrap(), "team"]);
    std::fs::copy(member.path().join("team/notion-auth.toml"), member.path().join("notion-auth.toml")).unwrap();
    std::fs::write(member.path().join("token.txt"), TOKEN).unwrap();
    let signed_in = member.run_bash(&format!("set -e\n{}", recipe[1]));
    assert_eq!(signed_in.exit_code, Some(0), "{signed_in:?}");
    assert!(signed_in.stderr.contains("Secret Service") && signed_in.stderr.contains("store   keychain"), "{}", signed_in.stderr);
    let lookup = ["lookup", "service", "notion-auth", "username", "workspace-1/token@bot-1"];
    assert_eq!(keychain.run_secret_tool(&lookup), TOKEN);
}
