//! Activation of plain mode, and its effect on commands.

use super::{FIRST, PlainConversation, WIDE};
use crate::support::sandbox::Sandbox;

#[test]
fn the_flag_the_variable_and_a_dumb_terminal_each_turn_it_on() {
    let plain = [
        (Sandbox::new(), "--plain"),
        (Sandbox::new().with_variable("ACCESSIBLE", "1"), ""),
        (Sandbox::new().with_variable("ACCESSIBLE", "yes"), ""),
        (Sandbox::new().with_variable("TERM", "dumb"), ""),
    ];
    for (home, arguments) in plain {
        let it = PlainConversation::new(home.start_terminal(WIDE, &format!("--demo {arguments}")));
        it.hear(FIRST).say("q");
        it.assert_ended(130);
    }
    for value in ["0", "false", "no", "off", ""] {
        let home = Sandbox::new().with_variable("ACCESSIBLE", value);
        let terminal = home.start_terminal(WIDE, "--demo");
        terminal.wait_for_text("1  API token");
        assert!(terminal.output().contains(&0x1b), "ACCESSIBLE={value} is the full screen");
    }
}

#[test]
fn ascii_is_kept_to_where_it_is_asked_for() {
    let home = Sandbox::new();
    let it = PlainConversation::at_the_first_question(&home, "--demo --ascii");
    it.say("1").hear("Press Enter (get a token): ").say("").hear("hidden): ").say("q");
    it.assert_ended(130);
    assert!(it.transcript(&[]).is_ascii(), "{}", it.transcript(&[]));
}

#[test]
fn in_plain_lines_the_comparison_is_a_list_for_each_path() {
    let columns = Sandbox::new().run("paths", "").stdout;
    let list = Sandbox::new().run("paths --plain", "").stdout;
    assert!(columns.contains("-----") && !list.contains("-----"));
    let heads: Vec<_> =
        list.lines().filter(|line| line.ends_with("(token)") || line.ends_with("(oauth)") || line.ends_with("(cli)")).collect();
    assert_eq!(heads.len(), 3, "{list}");
    assert_eq!(list.matches("  Best for: ").count(), 3, "{list}");
    assert!(!list.lines().any(|line| line.trim_start().contains("   ")), "nothing stands beside anything else: {list}");
    assert_eq!(Sandbox::new().with_variable("ACCESSIBLE", "1").run("paths", "").stdout, list);
}

#[test]
fn in_plain_lines_the_status_names_what_is_active() {
    let (_notion, home) = crate::login::signed_in();
    let list = home.run("status --plain", "").stdout;
    assert!(list.contains("Fake Works (notion-auth), active\n") && list.contains("\nwhere: "), "{list}");
    assert!(!list.contains("* "), "{list}");
}
