//! MCP servers that run in Node, and a sign-in to one of them. They approve every authorization.
#![expect(clippy::disallowed_methods, reason = "starts programs")]

use crate::installed::{node, with_agents};
use crate::support::loopback_client::send_bytes;
use crate::support::ports::free_port;
use crate::support::sandbox::{CommandOutput, Sandbox};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use url::Url;

pub(crate) struct NodeServer(Child);

impl NodeServer {
    /// Starts a server with these arguments of Node, and waits for a line with `ready` in it.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)], ready: &str) -> Self {
        let mut command = Command::new(node().join("node"));
        command.args(arguments).env_clear().env("PATH", node()).envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains(ready)), "{arguments:?} ended");
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self(child)
    }
}

impl Drop for NodeServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns a home that is signed in to the server on this port of this machine.
pub(crate) fn signed_in(port: u16) -> Sandbox {
    let home = with_agents(Sandbox::new()).with_variable("NOTION_MCP_URL", format!("http://localhost:{port}/mcp"));
    let mut child = home.start(&format!("login --path mcp --store file --no-browser --json --port {}", free_port()));
    let mut last = Value::Null;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        last = serde_json::from_str(&line.unwrap()).unwrap();
        if last["event"] == "open" {
            follow(last["url"].as_str().unwrap());
        }
    }
    let output = CommandOutput::wait(child);
    assert_eq!((output.exit_code, &last["event"]), (Some(0), &Value::from("done")), "{last} {output:?}");
    home
}

/// Follows redirects to their end, as a browser does.
fn follow(link: &str) {
    let mut next = Some(link.to_owned());
    while let Some(link) = next {
        let url = Url::parse(&link).unwrap();
        let response = request(url.port().unwrap(), "GET", &url[url::Position::BeforePath..], "");
        let fields = response.lines().filter_map(|line| line.split_once(':'));
        let mut location =
            fields.filter(|(name, _)| name.eq_ignore_ascii_case("location")).map(|(_, value)| value.trim().to_owned());
        next = location.next_back();
    }
}

/// Sends a request with a form, and returns the response.
pub(crate) fn request(port: u16, method: &str, target: &str, form: &str) -> String {
    let head = format!("{method} {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n");
    let length = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}", form.len());
    send_bytes(port, format!("{head}{length}").as_bytes())
}
