//! Files that are refused, and what another program writes at the same time: nothing is lost.

use super::write;
use crate::support::mcp_sandbox::McpSandbox;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// Connects Cursor, whose file is refused, and checks that nothing was changed.
#[track_caller]
fn refused(sandbox: &McpSandbox) {
    let path = sandbox.home.path().join(".cursor/mcp.json");
    let before = std::fs::read(&path).ok();
    let run = sandbox.run("agents connect cursor --yes --json");
    let result = run.json_document()["agents"][0].clone();
    assert_eq!((run.exit_code, &result["result"]), (Some(1), &"failed".into()), "{run:?}");
    assert_eq!(result["problem"]["code"], "agent_file_refused", "{run:?}");
    assert_eq!(std::fs::read(&path).ok(), before);
    let names: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 1, "nothing is left behind: {names:?}");
}

#[test]
fn files_that_cannot_be_changed_safely_are_refused() {
    let sandbox = McpSandbox::signed_in();
    let home = &sandbox.home;
    let path = write(home, ".cursor/mcp.json", "{ broken");
    refused(&sandbox);
    std::fs::write(&path, "{\"mcpServers\": [1]}").unwrap();
    refused(&sandbox);
    std::fs::write(&path, b"{\"a\": \"\xff\"}").unwrap();
    refused(&sandbox);
    std::fs::write(&path, format!("{{\"a\": \"{}\"}}", "x".repeat(8 * 1024 * 1024))).unwrap();
    refused(&sandbox);
    std::fs::write(&path, "{}").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    refused(&sandbox);
    std::fs::remove_file(&path).unwrap();
    let target = write(home, "elsewhere.json", "{}");
    symlink(&target, &path).unwrap();
    refused(&sandbox);
    assert!(path.is_symlink());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    refused(&sandbox);
}

#[test]
fn mode_and_everything_else_of_a_file_stay() {
    let sandbox = McpSandbox::signed_in();
    let path = write(&sandbox.home, ".cursor/mcp.json", "{}");
    for mode in [0o600, 0o640, 0o664] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        for command in ["connect", "disconnect"] {
            assert_eq!(sandbox.run(&format!("agents {command} cursor --yes")).exit_code, Some(0));
            assert_eq!(mode_of(&path), mode, "{command}");
        }
    }
}

fn mode_of(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_file_that_changed_since_it_was_shown_is_left_alone() {
    let sandbox = McpSandbox::signed_in();
    let path = write(&sandbox.home, ".cursor/mcp.json", "{}");
    let terminal = sandbox.home.start_terminal((100, 40), "agents connect cursor");
    terminal.wait_for_text("y or n");
    std::fs::write(&path, "{\"new\": 1}").unwrap();
    terminal.send_text("y\r");
    assert_eq!(terminal.wait_exit().exit_code(), 1);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"new\": 1}");
}

#[test]
fn what_somebody_else_wrote_since_then_stays_after_a_disconnect() {
    let sandbox = McpSandbox::signed_in();
    let path = write(&sandbox.home, ".claude.json", "{\n  \"numStartups\": 3\n}\n");
    assert_eq!(sandbox.run("agents connect claude-code --yes").exit_code, Some(0));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"numStartups\": 3", "\"numStartups\": 4")).unwrap();
    assert_eq!(sandbox.run("agents disconnect claude-code --yes").exit_code, Some(0));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\n  \"numStartups\": 4\n}\n");
}
