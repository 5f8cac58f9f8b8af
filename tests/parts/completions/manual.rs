//! Needs groff, man and col: the manual page is complete, clean, and telling what `--help` tells.

use super::{commands, shell};
use crate::support::sandbox::Sandbox;

fn page() -> String {
    let run = Sandbox::new().run("man", "");
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run.stdout
}

/// As `man` shows it, unbroken.
fn shown() -> String {
    let script = "notion-auth man >page.1 && MANWIDTH=1000 MANROFFOPT='' man --no-hyphenation --local-file page.1 | col -b";
    shell(&["/bin/bash", "--norc", "-c", script]).stdout
}

#[test]
fn roff_has_nothing_to_complain_about_on_any_device() {
    for device in ["ascii", "latin1", "utf8", "ps"] {
        let script = format!("notion-auth man | groff -ww -z -man -T{device}");
        let run = shell(&["/bin/bash", "--norc", "-c", &script]);
        assert_eq!(run.stdout, "", "{device}");
    }
    assert!(page().is_ascii(), "whatever the locale, it is read alike");
}

#[test]
fn every_command_has_its_place_with_its_usage_and_all_its_options() {
    let shown = shown();
    for command in notion_auth::cli::public_command().get_subcommands() {
        let name = command.get_name();
        let (_, own) = shown.split_once(&format!("\n   notion-auth {name}\n")).unwrap_or_else(|| panic!("{name}: {shown}"));
        let own = own.split("\n   notion-auth ").next().unwrap();
        assert!(own.trim_start().starts_with(&format!("notion-auth {name}")), "{own}");
        assert!(own.contains(&command.get_about().unwrap().to_string().replace('…', "...")), "{name}: {own}");
        for option in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(own.contains(&format!("--{option}")), "{name} --{option}: {own}");
        }
    }
    assert!(!shown.contains("open-link"), "it is for our own use");
    assert!(commands().len() > 5);
}

#[test]
fn it_tells_what_the_help_tells() {
    let shown = shown();
    let help = Sandbox::new().run("--help", "").stdout;
    let (_, lists) = help.split_once("Examples:\n").unwrap();
    for line in lists.lines().filter(|line| line.starts_with("  ")) {
        for part in line.trim().split("  ").map(str::trim).filter(|part| !part.is_empty()) {
            assert!(shown.contains(&part.replace('…', "...")), "{part:?} is not on the page: {shown}");
        }
    }
}
