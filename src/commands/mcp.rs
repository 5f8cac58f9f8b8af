//! `mcp`: the server on standard input and output that coding agents start. It passes their messages to Notion MCP and adds the credential.
//!
//! Nothing but the protocol is written to standard output.

use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::frontends::stdio;
use crate::runtime::bridge::{self, BridgeLimits};
use crate::runtime::mcp::McpAccess;
use crate::runtime::ports::World;
use clap::Args;

/// Run the bridge to Notion MCP that coding agents start
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct McpArgs {
    /// Use this workspace's sign-in instead of the active one (name, ID or key)
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// Print the headers with the access token as JSON, for agents that run a command for them
    #[arg(long)]
    pub headers: bool,
}

pub async fn run(args: McpArgs, world: World, console: &mut Console) -> u8 {
    let outcome = if args.headers { print_headers(args, &world, console).await } else { pass_messages(args, world, console).await };
    match outcome {
        Ok(()) => EXIT_SUCCESS,
        Err(problem) => console.write_problem(&problem),
    }
}

/// Prints an access token that works for some minutes, as far as is known.
async fn print_headers(args: McpArgs, world: &World, console: &mut Console) -> Result<(), Problem> {
    let token = McpAccess::new(world, args.workspace).token().await?;
    console.write_bearer_headers(&token);
    Ok(())
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

--headers starts no bridge: it prints {\"Authorization\":\"Bearer …\"} and ends. Claude Code and Codex run such a command when they connect \
(notion-auth agents connect --how helper). The output contains the token.

Examples:
  notion-auth mcp                                    the command to configure in an agent
  notion-auth mcp --workspace Acme                   another workspace's sign-in

Exit status: with --headers, 0 if the token was printed, 4 if you're not signed in to Notion MCP. Otherwise 0 once the agent closes standard input. A message that can't be delivered is answered with an error, not with an exit status.";
