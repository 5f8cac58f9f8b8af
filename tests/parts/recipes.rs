//! Needs git, python3 with its YAML package, and systemd-analyze. `docs/recipes.md`: each recipe is taken from the page and run as far as this machine can, with the built binary against a
//! fake Notion. Where its system is not here (GitHub, GitLab, Docker, a devcontainer, another machine), what that system does
//! is done in its place: the steps it would run, in the environment it would give them.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "puts files where a recipe expects them, and looks at what it left")]

mod pipelines;
mod services;

use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::rotation_notion::{NEW, Notion};
use crate::support::sandbox::{CommandOutput, Sandbox};
use std::path::Path;

const RECIPES: &str = include_str!("../../docs/recipes.md");

/// The blocks of this language under this heading.
#[track_caller]
pub(crate) fn blocks(heading: &str, language: &str) -> Vec<String> {
    let section = RECIPES.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("no recipe {heading:?}"));
    let section = section.split("\n## ").next().unwrap();
    let opening = format!("```{language}\n");
    let blocks: Vec<_> = section.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect();
    assert!(!blocks.is_empty(), "{heading}: no {language}");
    blocks
}

/// The only one.
#[track_caller]
fn block(heading: &str, language: &str) -> String {
    let mut blocks = blocks(heading, language);
    assert_eq!(blocks.len(), 1, "{heading}: {language}");
    blocks.remove(0)
}

/// A home where `./sync` is a program that writes down the token it was given.
struct Site {
    notion: FakeNotion,
    home: Sandbox,
}

impl Site {
    fn new() -> Self {
        Self::at(FakeNotion::start(respond_as_member))
    }

    /// A site whose token has been revoked.
    fn refused() -> Self {
        Self::at(FakeNotion::start(|request| Response::error(401, "unauthorized", request)))
    }

    fn at(notion: FakeNotion) -> Self {
        let home = Sandbox::with_notion(&notion).with_shell();
        let temporary = home.path().join("tmp");
        std::fs::create_dir(&temporary).unwrap();
        let sync = home.add_program("sync", "printf %s \"$NOTION_API_TOKEN\" >\"$HOME/synced\"");
        std::os::unix::fs::symlink(sync, home.path().join("sync")).unwrap();
        let temporary = temporary.to_str().unwrap().to_owned();
        let site = Self { notion, home: home.with_variable("TMPDIR", temporary) };
        site.put("token.txt", &format!("{TOKEN}\n"));
        site
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    fn put(&self, name: &str, content: &str) {
        std::fs::write(self.path().join(name), content).unwrap();
    }

    /// Returns the input that `./sync` recorded, if it ran.
    fn synced(&self) -> Option<String> {
        std::fs::read_to_string(self.path().join("synced")).ok()
    }

    /// Every file that was not there before.
    fn left(&self) -> Vec<String> {
        let names = self.home.files().into_iter().map(|file| file.strip_prefix(self.path()).unwrap().display().to_string());
        names.filter(|name| !["sync", "synced", "token.txt", "round.sh"].contains(&name.as_str())).collect()
    }

    #[track_caller]
    fn assert_synced(&self, run: &CommandOutput) {
        assert_eq!(run.exit_code, Some(0), "{run:?}");
        assert_eq!(self.synced().as_deref(), Some(TOKEN), "{run:?}");
        assert!(!run.stdout.contains(TOKEN), "{run:?}");
    }
}

/// In a session of its own, which has no terminal.
fn round(site: &Site) -> CommandOutput {
    site.put("round.sh", &block("A script without any terminal", "sh"));
    site.home.run_program(&["/usr/bin/setsid", "--wait", "/bin/sh", "round.sh"], "")
}

#[test]
fn a_script_signs_in_checks_runs_a_program_and_signs_out_with_no_terminal_at_all() {
    let site = Site::new();
    let probe = site.home.run_program(&["/usr/bin/setsid", "--wait", "/bin/sh", "-c", ": </dev/tty"], "");
    assert_ne!(probe.exit_code, Some(0), "there is a terminal after all");
    let run = round(&site);
    site.assert_synced(&run);
    assert!(
        run.stderr.contains("Signed in as Ada Fake in Fake Works.") && run.stderr.contains("deleted from the file"),
        "{}",
        run.stderr
    );
    assert_eq!(site.left(), Vec::<String>::new());
    assert!(site.notion.requests().len() >= 2, "it was verified, and checked");
}

#[test]
fn a_script_whose_token_is_refused_runs_nothing_and_leaves_nothing() {
    let site = Site::refused();
    let run = round(&site);
    assert_eq!((run.exit_code, site.synced()), (Some(4), None), "{run:?}");
    assert_eq!(site.left(), Vec::<String>::new());
}

#[test]
fn a_script_that_is_told_to_end_leaves_nothing() {
    let site = Site::new();
    // Ends the shell that runs the script, which waits for `notion-auth run`, which has become this program or waits for it.
    site.put("end.sh", "kill -TERM $(cat \"$HOME/shell\")\n");
    let script = block("A script without any terminal", "sh")
        .replace("./sync", "sh end.sh")
        .replace("set -eu", "set -eu; echo $$ >\"$HOME/shell\"");
    site.put("round.sh", &script);
    let run = site.home.run_program(&["/usr/bin/setsid", "--wait", "/bin/sh", "round.sh"], "");
    assert_eq!(run.exit_code, Some(130), "{run:?}");
    assert_eq!(site.path().join("tmp").read_dir().unwrap().count(), 0, "{run:?}");
}

#[test]
fn over_ssh_the_token_goes_through_the_connection_and_stands_in_no_argument() {
    let site = Site::new();
    // Acts as sshd: a shell runs the words as one line, with the client's standard input.
    site.home.add_program(
        "ssh",
        "printf '%s\\n' \"$*\" >>\"$HOME/arguments\"; test \"$1\" = box || exit 255; shift
         SSH_CONNECTION='192.0.2.1 50000 192.0.2.2 22' exec sh -c \"$*\"",
    );
    let (first, second) = block("Over SSH", "sh").split_once('\n').map(|(one, two)| (one.to_owned(), two.to_owned())).unwrap();
    let login = site.home.run_bash(&first);
    assert_eq!(login.exit_code, Some(0), "{login:?}");
    let check = site.home.run_bash(&second);
    assert!(check.exit_code == Some(0) && check.stdout.contains("Fake Works"), "{check:?}");
    let arguments = std::fs::read_to_string(site.path().join("arguments")).unwrap();
    assert!(arguments.lines().count() == 2 && !arguments.contains(TOKEN), "{arguments}");
}

#[test]
fn a_commit_with_a_token_is_refused_by_the_hook_and_by_the_framework() {
    let site = Site::new();
    // The hook is saved where it has to be, in a repository of its own.
    site.put("hook", &block("No token in a commit", "sh"));
    let git =
        |line: &str| site.home.run_bash(&format!("cd repository && git -c user.name=Ada -c user.email=ada@example.com {line}"));
    let made = site.home.run_bash(
        "git init --quiet repository && cp hook repository/.git/hooks/pre-commit && chmod +x repository/.git/hooks/pre-commit",
    );
    assert_eq!(made.exit_code, Some(0), "{made:?}");
    let token = format!("ntn_{}{}", "9kdjf84hgnb7", "3hfKJD83jdPQ");
    site.put("repository/safe.txt", "nothing\n");
    site.put("repository/leak.txt", &format!("{token}\n"));
    let safe = git("add safe.txt && git -c user.name=Ada -c user.email=ada@example.com commit --quiet --message safe");
    assert_eq!(safe.exit_code, Some(0), "{safe:?}");
    let leak = git("add leak.txt && git -c user.name=Ada -c user.email=ada@example.com commit --quiet --message leak");
    assert!(
        leak.exit_code != Some(0) && format!("{leak:?}").contains("leak.txt:1") && !format!("{leak:?}").contains(&token),
        "{leak:?}"
    );
    // The framework adds the names of the files to the entry.
    let file = block("No token in a commit", "yaml");
    let entry = file.lines().find_map(|line| line.trim().strip_prefix("entry: ")).unwrap();
    let run = |files: &str| site.home.run_bash(&format!("cd repository && {entry} {files}")).exit_code;
    assert_eq!((run("safe.txt"), run("safe.txt leak.txt")), (Some(0), Some(7)));
}

/// No recipe is added without a test that takes it from the page.
#[test]
fn a_token_is_replaced_by_the_one_on_standard_input() {
    let site = Site::at(Notion::start().server);
    assert_eq!(site.home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    site.put("token.txt", &format!("{NEW}\n"));
    let run = site.home.run_bash(&block("Replace a token before it expires", "sh"));
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(site.home.run_allowing_secret("token", "").stdout.trim_end(), NEW);
}

#[test]
fn every_recipe_is_one_that_is_tested_here() {
    let headings: Vec<&str> = RECIPES.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let tested = [
        "A script without any terminal",
        // In team_profile.rs.
        "One setup for a team",
        "Replace a token before it expires",
        "GitHub Actions",
        "GitLab CI",
        "Docker",
        "systemd",
        "cron",
        "Dev containers",
        "No token in a commit",
        "Over SSH",
    ];
    assert_eq!(headings, tested);
}
