//! Real repositories: what was committed and removed, what is staged, and what a hostile repository must not get to run.

use super::{commit, findings, git, home, lines, repository, scan, token};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[test]
fn a_token_that_was_committed_and_removed_is_found_in_its_commit() {
    let home = home();
    let folder = repository(&home, "app");
    let added = commit(&folder, "config/.env", &format!("A=1\nNOTION_TOKEN={}\n", token("wxyz")));
    commit(&folder, "config/.env", &format!("A=2\nB=3\nNOTION_TOKEN={}\n", token("wxyz")));
    commit(&folder, "config/.env", "A=1\n");
    let run = scan(&home, &folder, "");
    assert_eq!((run.exit_code, findings(&run).len()), (Some(0), 0), "{run:?}");
    let run = scan(&home, &folder, "--git");
    assert_eq!((run.exit_code, lines(&home, &run)), (Some(7), vec![format!("~/app/config/.env:2 wxyz {added}")]), "{run:?}");
    // From a subfolder, all of the repository is meant.
    let run = scan(&home, &folder.join("config"), "--git");
    assert_eq!(lines(&home, &run), [format!("~/app/config/.env:2 wxyz {added}")]);
    let text = home.run(&format!("scan --git {}", folder.display()), "");
    assert!(text.stderr.contains("Revoke") && text.stderr.contains("https://"), "{text:?}");
}

#[test]
fn every_branch_merge_rename_and_strange_file_is_read() {
    let home = home();
    let folder = repository(&home, "app");
    git(&folder, &["checkout", "--quiet", "-b", "side"]);
    let on_a_branch = commit(&folder, "a b/na\u{e9}me \"1\".txt", &format!("x\r\n{}\r\n", token("side")));
    git(&folder, &["checkout", "--quiet", "main"]);
    commit(&folder, "other", "1\n");
    git(&folder, &["merge", "--quiet", "--no-commit", "side"]);
    let evil = commit(&folder, "evil", &token("evil"));
    git(&folder, &["mv", "evil", "renamed"]);
    let renamed = commit(&folder, "x", "x\n");
    // Attributes can call a text binary, to hide it.
    commit(&folder, ".gitattributes", "*.hidden binary -diff\n");
    let hidden = commit(&folder, "a.hidden", &format!("no line break {}", token("hidd")));
    let mut expected = vec![
        format!("~/app/a b/na\u{e9}me \"1\".txt:2 side {on_a_branch}"),
        format!("~/app/evil:1 evil {evil}"),
        format!("~/app/renamed:1 evil {renamed}"),
        format!("~/app/a.hidden:1 hidd {hidden}"),
    ];
    expected.sort();
    for name in ["a b", "evil", "renamed", "a.hidden"] {
        let path = folder.join(name);
        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
    let run = scan(&home, &folder, "--git");
    assert_eq!(lines(&home, &run), expected, "{run:?}");
}

#[test]
fn work_trees_and_bare_repositories_are_searched() {
    let home = home();
    let folder = repository(&home, "app");
    let added = commit(&folder, "a", &token("wxyz"));
    commit(&folder, "a", "gone\n");
    git(&folder, &["worktree", "add", "--quiet", "../tree", "HEAD"]);
    git(home.path(), &["clone", "--quiet", "--bare", "app", "bare.git"]);
    for (path, shown) in [("tree", "~/tree/a"), ("bare.git", "~/bare.git/a")] {
        let run = scan(&home, home.path(), &format!("--git {path}"));
        assert_eq!(lines(&home, &run), [format!("{shown}:1 wxyz {added}")], "{run:?}");
    }
    // Both are one repository.
    let run = scan(&home, home.path(), "--git tree app");
    assert_eq!(findings(&run).len(), 1, "{run:?}");
}

#[test]
fn a_shallow_clone_says_that_it_is_not_everything() {
    let home = home();
    let folder = repository(&home, "app");
    commit(&folder, "a", &token("wxyz"));
    commit(&folder, "a", "gone\n");
    let source = format!("file://{}", folder.display());
    git(home.path(), &["clone", "--quiet", "--depth", "1", &source, "shallow"]);
    let run = scan(&home, home.path(), "--git shallow");
    assert_eq!(findings(&run).len(), 0);
    assert!(run.json_document()["skipped"][0]["reason"].as_str().unwrap().contains("shallow"), "{run:?}");
}

#[test]
fn a_file_is_known_to_be_tracked() {
    let home = home();
    let folder = repository(&home, "app");
    commit(&folder, "tracked", &token("trac"));
    std::fs::write(folder.join(".gitignore"), "ignored\n").unwrap();
    std::fs::write(folder.join("ignored"), token("igno")).unwrap();
    std::fs::create_dir_all(home.path().join("loose")).unwrap();
    std::fs::write(home.path().join("loose/file"), token("loos")).unwrap();
    let run = scan(&home, home.path(), "app loose");
    let tracked = |end: &str| findings(&run).iter().find(|finding| finding["last_four"] == end).unwrap()["tracked"].clone();
    assert_eq!(
        [tracked("trac"), tracked("igno"), tracked("loos")],
        [true.into(), false.into(), serde_json::Value::Null],
        "{run:?}"
    );
    // Folders of one repository, a link to one of them, and a repository in a repository.
    commit(&folder, "deep/er/tracked", &token("deep"));
    std::fs::write(folder.join("deep/er/new"), token("newf")).unwrap();
    std::os::unix::fs::symlink("deep", folder.join("link")).unwrap();
    let inner = repository(&home, "app/inner");
    commit(&inner, "tracked", &token("inne"));
    let run = scan(&home, &folder, ". link/er/tracked link/er/new");
    let tracked = |end: &str| -> Vec<Value> {
        let all = findings(&run);
        all.iter().filter(|finding| finding["last_four"] == end).map(|finding| finding["tracked"].clone()).collect()
    };
    let yes = Value::from(true);
    assert!(tracked("deep").iter().all(|is| *is == yes) && !tracked("deep").is_empty(), "{run:?}");
    assert!(tracked("newf").iter().all(|is| is == &Value::Bool(false)) && !tracked("newf").is_empty(), "{run:?}");
    assert_eq!((tracked("inne"), tracked("trac")), (vec![yes.clone()], vec![yes]), "{run:?}");
}

#[test]
fn a_hook_stops_the_commit_that_would_add_a_token() {
    let home = home();
    let folder = repository(&home, "app");
    let hook = folder.join(".git/hooks/pre-commit");
    std::fs::write(&hook, format!("#!/bin/sh\nexec '{}' scan --staged\n", crate::support::sandbox::BINARY)).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let try_commit = |options: &[&str]| {
        let mut command = home.program_command("git");
        command.current_dir(&folder).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-q", "-m", "x"]);
        command.args(options).output().unwrap()
    };
    std::fs::write(folder.join("unstaged"), token("unst")).unwrap();
    std::fs::write(folder.join("README"), "hello\nmore\n").unwrap();
    git(&folder, &["add", "README"]);
    let output = try_commit(&[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::write(folder.join("README"), format!("hello\n{}\n", token("wxyz"))).unwrap();
    // This commits from an index of its own, which only git's variables name.
    let output = try_commit(&["README"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(
        !output.status.success() && text.contains("README:2") && text.contains("wxyz") && !text.contains("31415926535"),
        "{text}"
    );
    git(&folder, &["add", "README"]);
    let run = scan(&home, &folder, "--staged");
    assert_eq!(
        (run.exit_code, findings(&run)[0]["staged"].as_bool(), lines(&home, &run).len()),
        (Some(7), Some(true), 1),
        "{run:?}"
    );
    assert_eq!(scan(&home, &folder, "--staged README").exit_code, Some(7));
    assert_eq!(scan(&home, &folder, "--staged unstaged").exit_code, Some(0));
}

#[test]
fn a_repository_that_can_not_be_read_costs_only_its_own_findings() {
    let home = home().with_variable("GIT_CEILING_DIRECTORIES", "/");
    let (sound, broken) = (repository(&home, "sound"), repository(&home, "broken"));
    let added = commit(&sound, "a", &token("wxyz"));
    commit(&sound, "a", "gone\n");
    commit(&broken, "b", &token("abcd"));
    std::fs::remove_file(broken.join(".git/HEAD")).unwrap();
    let run = scan(&home, home.path(), "--git broken sound");
    let document = run.json_document();
    assert_eq!((run.exit_code, document["problem"]["code"].as_str()), (Some(1), Some("git_search_failed")), "{run:?}");
    assert!(document["problem"]["evidence"].as_str().unwrap().contains("/broken: "), "{run:?}");
    assert_eq!(lines(&home, &run), ["~/broken/b:1 abcd -".to_owned(), format!("~/sound/a:1 wxyz {added}")], "{run:?}");
    // A commit that the history needs is gone, in the middle of what git writes.
    let parent = git(&sound, &["rev-parse", "HEAD~2"]);
    std::fs::remove_file(sound.join(format!(".git/objects/{}/{}", &parent[..2], &parent[2..]))).unwrap();
    let run = scan(&home, home.path(), "--git sound");
    assert_eq!((run.exit_code, run.json_document()["problem"]["code"].as_str()), (Some(1), Some("git_search_failed")), "{run:?}");
}

#[test]
fn a_named_path_that_does_not_exist_is_an_error_whatever_is_searched() {
    let home = home();
    let folder = repository(&home, "app");
    commit(&folder, "a", "1\n");
    for options in ["nosuch", "--git nosuch", "--staged nosuch", "--staged a nosuch", "--staged ../nosuch", "--fix --yes nosuch"] {
        let run = scan(&home, &folder, options);
        let code = run.json_document()["problem"]["code"].as_str().map(str::to_owned);
        assert_eq!((run.exit_code, code.as_deref()), (Some(2), Some("scan_path_refused")), "{options}: {run:?}");
    }
    // A hook may name a file that the commit deletes, and one that is gone from the folder but not from the index.
    std::fs::write(folder.join("b"), token("wxyz")).unwrap();
    git(&folder, &["add", "b"]);
    git(&folder, &["rm", "--quiet", "a"]);
    std::fs::remove_file(folder.join("b")).unwrap();
    assert_eq!(scan(&home, &folder, "--staged a").exit_code, Some(0));
    assert_eq!(scan(&home, &folder, "--staged a b").exit_code, Some(7));
}

#[test]
fn what_all_commits_are_is_what_the_help_says() {
    let home = home();
    let folder = repository(&home, "app");
    let commit_token = |folder: &Path, end: &str| commit(folder, &format!("{end}.txt"), &token(end));
    commit(&folder, "a", "1\n");
    git(&folder, &["worktree", "add", "--quiet", "--detach", "../tree"]);
    commit_token(&home.path().join("tree"), "tree");
    commit_token(&folder, "tagg");
    git(&folder, &["tag", "v1"]);
    git(&folder, &["reset", "--quiet", "--hard", "HEAD~"]);
    for end in ["olde", "newe"] {
        std::fs::write(folder.join("a"), token(end)).unwrap();
        git(&folder, &["stash", "--quiet"]);
    }
    commit_token(&folder, "lost");
    git(&folder, &["reset", "--quiet", "--hard", "HEAD~"]);
    let run = scan(&home, &folder, "--git");
    let mut ends: Vec<String> =
        findings(&run).iter().filter_map(|finding| Some(finding["last_four"].as_str()?.to_owned())).collect();
    ends.sort();
    ends.dedup();
    // The reflog alone has the older stash and the commit that was taken back.
    assert_eq!(ends, ["newe", "tagg", "tree"], "{run:?}");
}

/// Writes a program that leaves a mark when it is run.
fn trap(home: &Path, name: &str) -> String {
    let path = home.join(format!("trap-{name}"));
    std::fs::write(&path, format!("#!/bin/sh\ntouch '{}'\ncat\n", home.join("sprung").display())).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn a_hostile_repository_gets_nothing_to_run() {
    let home = home();
    let folder = repository(&home, "app");
    let program = |name: &str| trap(home.path(), name);
    let added = commit(&folder, "a.txt", &format!("{}\n", token("wxyz")));
    commit(&folder, ".gitattributes", "* diff=evil filter=evil merge=evil\n");
    // A signed commit, whose signature a program would check.
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n fake\n -----END PGP SIGNATURE-----\n\n";
    let object = git(&folder, &["cat-file", "commit", "HEAD"]).replacen("\n\n", &format!("\n{signature}"), 1);
    std::fs::write(home.path().join("object"), object + "\n").unwrap();
    let signed = git(&folder, &["hash-object", "-t", "commit", "-w", "../object"]);
    git(&folder, &["update-ref", "refs/heads/signed", &signed]);
    for (key, value) in [
        ("core.fsmonitor", program("fsmonitor")),
        ("core.pager", program("pager")),
        ("pager.log", program("pager-log")),
        ("core.editor", program("editor")),
        ("core.sshCommand", program("ssh")),
        ("core.alternateRefsCommand", program("alternate")),
        ("core.hooksPath", home.path().display().to_string()),
        ("diff.external", program("external")),
        ("diff.evil.command", program("command")),
        ("diff.evil.textconv", program("textconv")),
        ("filter.evil.clean", program("clean")),
        ("filter.evil.smudge", program("smudge")),
        ("filter.evil.process", program("process")),
        ("gpg.program", program("gpg")),
        ("log.showSignature", "true".to_owned()),
        ("log.showRoot", "false".to_owned()),
        ("log.diffMerges", "off".to_owned()),
        ("diff.noprefix", "true".to_owned()),
        ("diff.mnemonicPrefix", "true".to_owned()),
        ("diff.relative", "true".to_owned()),
        ("color.ui", "always".to_owned()),
        ("diff.renames", "copies".to_owned()),
        ("remote.origin.url", "ext::sh -c true".to_owned()),
        ("remote.origin.promisor", "true".to_owned()),
    ] {
        git(&folder, &["config", key, &value]);
    }
    // The traps work: git as it is falls for them.
    let _ = std::process::Command::new("git").current_dir(&folder).args(["log", "--all", "--patch"]).output().unwrap();
    assert!(home.path().join("sprung").exists());
    git(&folder, &["config", "diff.orderFile", "/dev/zero"]);
    std::fs::write(folder.join("b.txt"), token("stag")).unwrap();
    // Our own git may fall for it, so the file goes into the index another way.
    let blob = git(&folder, &["hash-object", "-w", "--no-filters", "b.txt"]);
    git(&folder, &["-c", "core.fsmonitor=false", "update-index", "--add", "--cacheinfo", &format!("100644,{blob},b.txt")]);
    let _ = std::fs::remove_file(home.path().join("sprung"));
    let run = scan(&home, &folder, "--git");
    assert!(lines(&home, &run).contains(&format!("~/app/a.txt:1 wxyz {added}")), "{run:?}");
    assert_eq!(scan(&home, &folder, "--staged").exit_code, Some(7));
    assert_eq!(scan(&home, &folder, "a.txt").exit_code, Some(7));
    assert!(!home.path().join("sprung").exists(), "the repository ran a program");
}

#[test]
fn what_is_no_repository_is_said() {
    let home = home().with_variable("GIT_CEILING_DIRECTORIES", "/");
    for options in ["--git", "--staged"] {
        let run = scan(&home, home.path(), options);
        assert_eq!(
            (run.exit_code, run.json_document()["problem"]["code"].as_str()),
            (Some(1), Some("git_search_failed")),
            "{run:?}"
        );
        assert!(run.json_document()["problem"]["evidence"].as_str().unwrap().contains("not a git repository"), "{run:?}");
    }
    // A repository without a commit is searched, and has nothing.
    let folder = home.path().join("empty");
    std::fs::create_dir_all(&folder).unwrap();
    git(&folder, &["init", "--quiet"]);
    for options in ["--git", "--staged"] {
        let run = scan(&home, &folder, options);
        assert_eq!((run.exit_code, findings(&run).len()), (Some(0), 0), "{run:?}");
    }
}
