//! Files of every kind: none stops a scan, follows a link out of the folder, or hides what another one holds.

use super::{findings, token, write};
use crate::support::named_pipe::make_named_pipe;
use crate::support::sandbox::Sandbox;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

#[test]
fn special_files_and_links_are_never_opened() {
    let home = Sandbox::new();
    let folder = home.path().join("all");
    write(&home, "all/real.txt", token("real"));
    write(&home, "outside/secret.txt", token("outs"));
    symlink(home.path().join("outside"), folder.join("link-out")).unwrap();
    symlink(home.path().join("outside/secret.txt"), folder.join("link-file")).unwrap();
    symlink(&folder, folder.join("loop")).unwrap();
    symlink("nowhere", folder.join("dangling")).unwrap();
    make_named_pipe(&folder.join("pipe"));
    let _socket = UnixListener::bind(folder.join("socket")).unwrap();
    let run = home.run("scan --json all", "");
    assert_eq!(findings(&home, &run), ["~/all/real.txt:1:1 real"], "{run:?}");
    assert_eq!(run.json_document()["skipped"].as_array().unwrap().len(), 0, "{run:?}");
}

#[test]
fn a_named_link_is_followed() {
    let home = Sandbox::new();
    write(&home, "dotfiles/zshrc", format!("export X={}\n", token("wxyz")));
    symlink(home.path().join("dotfiles/zshrc"), home.path().join(".zshrc")).unwrap();
    symlink(home.path().join("dotfiles"), home.path().join("linked")).unwrap();
    let run = home.run("scan --json .zshrc", "");
    assert_eq!(findings(&home, &run), ["~/.zshrc:1:10 wxyz"], "{run:?}");
    assert_eq!(findings(&home, &home.run("scan --json linked", "")), ["~/dotfiles/zshrc:1:10 wxyz"]);
}

#[test]
fn what_can_not_be_read_is_listed_and_hides_nothing() {
    let home = Sandbox::new();
    write(&home, "all/a.txt", token("aaaa"));
    let closed = write(&home, "all/closed.txt", token("cccc"));
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o0)).unwrap();
    let large = std::fs::File::create(home.path().join("all/large.bin")).unwrap();
    large.set_len(17 * 1024 * 1024).unwrap();
    write(&home, "all/picture.png", [&b"\x89PNG\0\0"[..], token("pict").as_bytes()].concat());
    let run = home.run("scan --json all", "");
    // As root, every file can be read.
    let is_root = std::fs::read(&closed).is_ok();
    assert_eq!(findings(&home, &run).len(), if is_root { 2 } else { 1 }, "{run:?}");
    let document = run.json_document();
    let reasons: Vec<&str> =
        document["skipped"].as_array().unwrap().iter().map(|skipped| skipped["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, if is_root { vec!["larger than 16 MiB"] } else { vec!["permission denied", "larger than 16 MiB"] });
    assert_eq!(document["binary_files"], 1);
    assert!(home.run("scan all", "").stderr.contains("larger than 16 MiB"));
    // The history of years is named, by a person or by our list.
    let history = write(&home, ".zsh_history", "");
    let history = std::fs::File::options().append(true).open(&history).unwrap();
    let entry = ": 1700000000:0;true\n".repeat(17 * 1024 * 1024 / 20 + 1);
    std::io::Write::write_all(&mut &history, format!("{entry}{}\n", token("hist")).as_bytes()).unwrap();
    assert_eq!(findings(&home, &home.run("scan --json .zsh_history", "")).len(), 1);
}

#[test]
fn a_named_path_of_which_nothing_can_be_searched_is_no_pass() {
    let home = Sandbox::new();
    std::fs::File::create(home.path().join("huge")).unwrap().set_len(300 * 1024 * 1024).unwrap();
    let run = home.run("scan --json huge", "");
    assert_eq!((run.exit_code, &run.json_document()["problem"]["code"]), (Some(2), &"scan_path_refused".into()), "{run:?}");
    write(&home, "small", "nothing");
    assert_eq!(home.run("scan --json huge small", "").exit_code, Some(0));
}

#[test]
fn names_and_lines_of_any_bytes_are_searched() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Sandbox::new();
    std::fs::create_dir_all(home.path().join("all")).unwrap();
    let name = OsStr::from_bytes(b"bad\xff\x1b[31mname\n.txt");
    std::fs::write(home.path().join("all").join(name), [&b"\xff\xfe\xfd\r\n"[1..], token("odds").as_bytes(), b"\xff"].concat())
        .unwrap();
    write(&home, "all/huge.js", format!("{}{};{}", "x=1;".repeat(200_000), token("huge"), "y=2;".repeat(200_000)));
    let run = home.run("scan --json all", "");
    let found = findings(&home, &run);
    assert_eq!(found.len(), 2, "{run:?}");
    assert!(found.contains(&"~/all/huge.js:1:800001 huge".to_owned()), "{found:?}");
    assert!(!run.stdout.contains('\u{1b}') && !home.run("scan all", "").stdout.contains('\u{1b}'));
}

#[test]
fn a_line_with_the_mark_is_left_out() {
    let home = Sandbox::new();
    write(&home, "all/a.txt", format!("{} # notion-auth:allow\n{}\n", token("aaaa"), token("bbbb")));
    assert_eq!(findings(&home, &home.run("scan --json all", "")), ["~/all/a.txt:2:1 bbbb"]);
}
