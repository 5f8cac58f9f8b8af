//! Tries out the bridge as an agent would: starts the command of its entry, and asks for the list of tools.

use crate::adapters::machine::environment::Environment;
use crate::adapters::process::conversation::Conversation;
use crate::adapters::process::program::Program;
use crate::domain::mcp::handshake::{
    initialize_request, initialized_notification, read_bridge_problem, read_initialized, read_tools, tools_request,
};
use crate::domain::problem::{Problem, ProblemCode};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// The bridge may have to renew a token first, and every request of its own is limited to less than this.
const TIME_LIMIT: Duration = Duration::from_secs(60);

pub(super) async fn count_tools(command: &[String], environment: &Environment) -> Result<usize, Problem> {
    let (program, arguments) = command.split_first().ok_or_else(|| failed("it names no command"))?;
    let program = Program::new(program).args(arguments).environment(environment.for_bridge());
    let mut conversation = program.converse().map_err(|error| failed(error.to_string()))?;
    let count = timeout(TIME_LIMIT, ask_for_tools(&mut conversation)).await;
    conversation.end().await;
    count.map_err(|_| failed(format!("no response within {} s", TIME_LIMIT.as_secs())))?
}

async fn ask_for_tools(conversation: &mut Conversation) -> Result<usize, Problem> {
    read_initialized(&ask(conversation, &initialize_request()).await?)?;
    conversation.send(&initialized_notification()).await.map_err(|error| failed(error.to_string()))?;
    Ok(read_tools(&ask(conversation, &tools_request()).await?)?.count)
}

/// Sends a request, and returns the line that answers it.
async fn ask(conversation: &mut Conversation, request: &str) -> Result<Vec<u8>, Problem> {
    let id = |text: &[u8]| serde_json::from_slice::<Value>(text).ok().and_then(|message| message.get("id").cloned());
    let wanted = id(request.as_bytes());
    conversation.send(request).await.map_err(|error| failed(error.to_string()))?;
    loop {
        let line = conversation.receive().await.map_err(|error| failed(error.to_string()))?;
        let line = line.ok_or_else(|| failed("it ended without an answer"))?;
        if id(&line) == wanted {
            return read_bridge_problem(&line).map_or(Ok(line), Err);
        }
    }
}

fn failed(reason: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::BridgeFailed).with_evidence(reason)
}
