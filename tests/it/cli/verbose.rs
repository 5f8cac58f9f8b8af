//! `-v`: which command lines take it, and that no method of a port is without its line.
#![expect(clippy::disallowed_methods, reason = "reads the sources")]

use notion_auth::cli;
use std::path::Path;

#[test]
fn the_wizard_and_every_command_take_it() {
    for line in ["-v", "--verbose --demo", "--plain -v", "-v status", "status --verbose", "run -v -- true"] {
        assert!(cli::parse(["notion-auth"].into_iter().chain(line.split(' '))).unwrap().verbose, "{line}");
    }
    assert!(!cli::parse(["notion-auth", "run", "--", "cat", "-v"]).unwrap().verbose, "it belongs to the command that is run");
}

/// Methods of the real adapters that return a job and have no line: they start nothing that takes time.
const WITHOUT_A_LINE: [&str; 1] = ["close"];

#[test]
fn every_method_of_a_port_is_recorded_by_its_own_name() {
    let mut recorded = 0;
    for (file, port, name) in [
        ("notion_api", "NotionApi for NotionClient", "notion"),
        ("notion_api/oauth", "NotionOauth for NotionClient", "oauth"),
        ("storage/credential_store/jobs", "CredentialStore for LocalStore", "store"),
        ("machine", "Machine for LocalMachine", "machine"),
        ("machine/browser", "Browser for SystemBrowser", "browser"),
        ("machine/clipboard", "Clipboard for SystemClipboard", "clipboard"),
        ("ntn_cli/login", "NtnCli for LocalNtn", "ntn"),
        ("ntn_cli/workers", "Workers for LocalWorkers", "workers"),
        ("loopback", "Loopback for LoopbackListener", "loopback"),
        ("secret_managers", "SecretManagers for LocalSecretManagers", "managers"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/adapters/{file}.rs"));
        let text = std::fs::read_to_string(path).unwrap();
        let (_, after) = text.split_once(&format!("impl {port} {{")).unwrap();
        let (block, _) = after.split_once("\n}\n").unwrap();
        for method in block.split("\n    fn ").skip(1).filter(|method| method.contains("-> Job<")) {
            let (method, body) = method.split_once('(').unwrap();
            let body = body.split_whitespace().collect::<String>();
            if !WITHOUT_A_LINE.contains(&method) {
                assert!(body.contains(&format!("trace::job(\"{name}\",\"{method}\",")), "{port}: {method}");
                recorded += 1;
            }
        }
    }
    assert!(recorded > 35, "the blocks were read: {recorded}");
}
