//! `mcp`: the server on standard input and output that coding agents start. It passes their messages to Notion MCP and adds the credential.
//!
//! Nothing but the protocol is written to standard output.

use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::frontends::stdio;
use crate::runtime::bridge::{self, BridgeLimits};
use crate::runtime::ports::World;
use clap::Args;

/// Run the bridge to Notion MCP that coding agents start
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct McpArgs {
    /// Use this workspace's sign-in instead of the active one (name, ID or key)
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
}

pub async fn run(args: McpArgs, world: World, console: &mut Console) -> u8 {
    match pass_messages(args, world, console).await {
        Ok(()) => EXIT_SUCCESS,
        Err(problem) => console.write_problem(&problem),
    }
}

async fn pass_messages(args: McpArgs, world: World, console: &mut Console) -> Result<(), Problem> {
    if console.is_interactive {
        console.write_message(
            "This is an MCP server on standard input and output, for a coding agent to start. Press Ctrl-D to end it.",
        );
    }
    let limits = BridgeLimits::default();
    let lines = stdio::spawn_line_reader(limits.message_bytes)?;
    let (output, writer) = stdio::spawn_line_writer()?;
    bridge::run(world, args.workspace, limits, lines, output).await;
    // The last answers are on their way.
    writer.finish().await;
    Ok(())
}

const AFTER_HELP: &str = "\
A coding agent starts this as a stdio MCP server. It passes JSON-RPC messages to Notion MCP unchanged and adds the access token, which it \
refreshes a few minutes before it expires. Several agents can run it at once: they share one sign-in. Sign in first with \
`notion-auth login --path mcp`; you can also do so while the agent is running.

Every request is answered, with an error that says what to do if Notion MCP can't be reached or the sign-in has ended. Without \
--workspace, NOTION_WORKSPACE_ID selects the workspace, otherwise the active sign-in is used (notion-auth switch). NOTION_MCP_URL selects \
another server.

Examples:
  notion-auth mcp                                    the command to configure in an agent
  notion-auth mcp --workspace Acme                   another workspace's sign-in

Exit status: 0 once the agent closes standard input. A message that can't be delivered is answered with an error, not with an exit status.";
