//! Needs `@modelcontextprotocol/conformance`: its suite for the authorization of clients judges the sign-in.
#![expect(clippy::print_stdout, reason = "prints what the suite found")]

use crate::installed::{node, package_file, with_agents};
use crate::support::sandbox::{BINARY, CommandOutput, Sandbox};
use std::path::Path;
use std::process::Stdio;

#[test]
fn the_sign_in_passes_all_but_the_expected_scenarios() {
    let home = with_agents(Sandbox::new()).with_variable("NOTION_AUTH", BINARY);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agent_parts/conformance");
    let command = format!("node {}", folder.join("client.mjs").display());
    let mut suite = home.program_command(node().join("node"));
    suite.arg(package_file("@modelcontextprotocol/conformance/dist/index.js"));
    suite.args(["client", "--suite", "auth", "--timeout", "300000", "--command", &command, "--expected-failures"]);
    suite.arg(folder.join("expected-failures.yml"));
    let output = CommandOutput::wait(suite.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let summary = output.stdout.split_once("=== SUITE SUMMARY ===").map(|(_, summary)| summary);
    println!("{}", summary.unwrap_or_default());
    assert_eq!(output.exit_code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert!(summary.is_some_and(|summary| summary.contains("✓ auth/metadata-default")), "{output:?}");
}
