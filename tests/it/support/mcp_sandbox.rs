//! The environment of a sign-in to Notion MCP: a fake MCP server, a home, and a free port.
#![cfg(unix)]

use super::fakes::FakeWorld;
use super::fixed_clock::FIXED_VARIABLES;
use super::loopback_client::visit;
use super::mcp_server::{McpServer, SECRET_PREFIXES};
use super::ports::free_port;
use super::sandbox::{CommandOutput, Sandbox};
use notion_auth::adapters::machine::clock::Clock;
use notion_auth::adapters::notion_api::ClientOptions;
use notion_auth::adapters::notion_api::mcp::McpClient;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::domain::mcp::McpUrl;
use notion_auth::runtime::ports::World;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

/// No browser can be opened, as over SSH.
pub(crate) struct McpSandbox {
    pub(crate) server: McpServer,
    pub(crate) home: Sandbox,
    pub(crate) port: u16,
}

impl McpSandbox {
    pub(crate) fn new() -> Self {
        let server = McpServer::start();
        let home = Sandbox::new().with_variable("NOTION_MCP_URL", server.url());
        let home = home.with_variable("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
        Self { server, home, port: free_port() }
    }

    pub(crate) fn signed_in() -> Self {
        let sandbox = Self::new();
        sandbox.sign_in();
        sandbox
    }

    pub(crate) fn login_command(&self) -> String {
        format!("login --path mcp --port {} --store file --json", self.port)
    }

    /// Signs in through the built binary, and saves to the file. Returns the events.
    #[track_caller]
    pub(crate) fn sign_in(&self) -> Vec<Value> {
        let events = self.try_sign_in("", McpServer::approve);
        assert_eq!(events.last().unwrap()["event"], "done", "{events:?}");
        events
    }

    /// Signs in with these further options; `decide` returns the redirect URL for the link.
    #[track_caller]
    pub(crate) fn try_sign_in(&self, options: &str, decide: impl FnOnce(&McpServer, &str) -> String) -> Vec<Value> {
        let mut child = self.home.start(&format!("{} {options}", self.login_command()));
        let mut lines = EventLines(BufReader::new(child.stdout.take().unwrap()));
        let mut events = Vec::new();
        let mut decide = Some(decide);
        while let Some(event) = lines.read_event() {
            if let (Some(link), Some(decide)) = (event["url"].as_str(), decide.take_if(|_| event["event"] == "open")) {
                visit(&decide(&self.server, link));
            }
            events.push(event);
        }
        check_output(CommandOutput::wait(child));
        assert!(SECRET_PREFIXES.iter().all(|secret| !format!("{events:?}").contains(secret)), "{events:?}");
        events
    }

    /// The real adapters over the same home, without a keychain.
    pub(crate) fn world(&self) -> World {
        let folders = Folders::under(self.home.file(""));
        let url = McpUrl::parse(&self.server.url());
        World {
            store: Arc::new(LocalStore::new(&folders, Some("0".into()))),
            mcp: Arc::new(McpClient::new(url, ClientOptions::default(), Clock::Fixed(FIXED_VARIABLES[0].1.parse().unwrap()))),
            ..FakeWorld::new().world()
        }
    }

    #[track_caller]
    pub(crate) fn run(&self, arguments: &str) -> CommandOutput {
        check_output(self.home.run(arguments, ""))
    }

    pub(crate) fn bridge(&self) -> RunningBridge {
        RunningBridge::start(&self.home)
    }
}

/// No output contains a secret.
#[track_caller]
pub(crate) fn check_output(run: CommandOutput) -> CommandOutput {
    for secret in SECRET_PREFIXES {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
    }
    run
}

struct EventLines<R>(BufReader<R>);

impl<R: Read> EventLines<R> {
    fn read_event(&mut self) -> Option<Value> {
        let mut line = String::new();
        (self.0.read_line(&mut line).unwrap() > 0)
            .then(|| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }
}

/// A running `notion-auth mcp`, as an agent starts it.
pub(crate) struct RunningBridge {
    child: Child,
    input: Option<ChildStdin>,
    output: EventLines<ChildStdout>,
}

impl RunningBridge {
    pub(crate) fn start(home: &Sandbox) -> Self {
        Self::start_with(home, "mcp")
    }

    pub(crate) fn start_with(home: &Sandbox, arguments: &str) -> Self {
        Self::from_command(home.command(arguments))
    }

    pub(crate) fn from_command(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), EventLines(BufReader::new(child.stdout.take().unwrap())));
        Self { child, input, output }
    }

    pub(crate) fn send(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(format!("{line}\n").as_bytes()).unwrap();
        input.flush().unwrap();
    }

    #[track_caller]
    pub(crate) fn receive(&mut self) -> Value {
        self.output.read_event().expect("an answer")
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, line: &str) -> Value {
        self.send(line);
        self.receive()
    }

    /// Closes the input, and returns the lines that were still to come, and what it said.
    #[track_caller]
    pub(crate) fn finish(mut self) -> (Vec<Value>, CommandOutput) {
        drop(self.input.take());
        let mut rest = Vec::new();
        while let Some(line) = self.output.read_event() {
            rest.push(line);
        }
        (rest, check_output(CommandOutput::wait(self.child)))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}
