//! The checks of a sign-in to Notion MCP: what its server proved, in the same order as those of other credentials.

use super::check::{Check, Verdict};
use super::credential::{identity_check, workspace_check};
use crate::domain::mcp::McpIdentity;

pub fn mcp_checks(answer: &McpIdentity) -> Vec<Check> {
    let McpIdentity { identity, protocol_version, tools } = answer;
    let accepted = format!("The MCP server accepted the token (protocol {protocol_version}).");
    let listed = format!("{tools} {}.", if *tools == 1 { "tool" } else { "tools" });
    vec![
        Check::new("credential.valid", "Valid", Verdict::Pass, accepted),
        Check { source: None, ..identity_check(identity) },
        Check { source: None, ..workspace_check(identity) },
        Check::new("credential.capabilities", "Access", Verdict::Pass, listed),
    ]
}
