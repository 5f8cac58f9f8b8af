//! Needs `@modelcontextprotocol/sdk`: the example server of the TypeScript SDK, with sessions, streams and messages of its own.

use crate::installed::package_file;
use crate::node_server::{NodeServer, signed_in};
use crate::support::mcp_sandbox::RunningBridge;
use crate::support::ports::free_port;
use serde_json::Value;

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;

#[test]
fn the_example_server_of_the_typescript_sdk_answers_through_the_bridge() {
    let (port, authorization_port) = (free_port(), free_port());
    let program = package_file("@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js");
    let (mcp, authorization) = (port.to_string(), authorization_port.to_string());
    let variables = [("MCP_PORT", mcp.as_str()), ("MCP_AUTH_PORT", authorization.as_str())];
    let arguments = [program.to_str().unwrap(), "--oauth", "--oauth-strict"];
    let _server = NodeServer::start(&arguments, &variables, "MCP Streamable HTTP Server listening");
    let home = signed_in(port);
    assert_eq!(home.run("status --check", "").exit_code, Some(0));

    let mut bridge = RunningBridge::start(&home);
    assert_eq!(bridge.ask(INITIALIZE)["result"]["serverInfo"]["name"], "simple-streamable-http-server");
    bridge.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    bridge.send(r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"multi-greet","arguments":{"name":"Ada"}}}"#);
    let (mut answer, mut messages) = (Value::Null, 0);
    // The server sends the messages of this tool in the stream of its own, apart from the answer.
    while answer.is_null() || messages == 0 {
        let line = bridge.receive();
        if line["id"] == 1 { answer = line } else { messages += usize::from(line["method"] == "notifications/message") }
    }
    assert_eq!(answer["result"]["content"][0]["text"], "Good morning, Ada!");
    assert_eq!(bridge.finish().1.exit_code, Some(0));
}
