//! Needs the Python of `tests/install`, with awscli and moto: the real client of AWS, against a server of its own.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts programs, and looks at what they wrote")]

use crate::installed::python;
use crate::support::notion::TOKEN;
use crate::support::ports::free_port;
use crate::support::sandbox::{Sandbox, poll_until};
use crate::support::send_to::{hand_to, signed_in};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

pub(crate) struct ManagerServer {
    child: Child,
    port: u16,
}

impl ManagerServer {
    pub(crate) fn start() -> Self {
        let port = free_port();
        let mut command = Command::new(python::programs_folder().join("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { child: command.spawn().unwrap(), port };
        // It is Python that has to be loaded: on a busy machine longer than the usual deadline.
        let answers = || TcpStream::connect(("127.0.0.1", port)).is_ok().then_some(());
        for _ in 0..5 {
            if std::panic::catch_unwind(|| poll_until("the server", answers)).is_ok() {
                break;
            }
        }
        server
    }

    /// With a client that writes down how it is run, and is the real one.
    pub(crate) fn known_to(&self, home: Sandbox) -> Sandbox {
        let real = python::programs_folder().join("aws");
        let log = home.path().join("aws.log");
        let script = format!(
            "printf '%s\\n' \"$@\" >>{log}; /usr/bin/env >>{log}; exec {real} \"$@\"",
            log = log.display(),
            real = real.display()
        );
        home.add_program("aws", &script);
        home.with_variable("AWS_ACCESS_KEY_ID", "fake")
            .with_variable("AWS_SECRET_ACCESS_KEY", "fake")
            .with_variable("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
    }
}

/// Reads the secret of this name from the server directly.
pub(crate) fn held(home: &Sandbox, name: &str) -> String {
    let mut aws = home.program_command(python::programs_folder().join("aws"));
    aws.args(["secretsmanager", "get-secret-value", "--secret-id", name, "--query", "SecretString", "--output", "text"]);
    let output = aws.args(["--region", "eu-west-1"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

impl Drop for ManagerServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_secret_is_created_and_then_given_a_new_value_and_each_time_read_back() {
    let server = ManagerServer::start();
    let (notion, home) = signed_in(200);
    let home = server.known_to(home);
    for round in ["created", "put"] {
        let shown = hand_to(&home, "aws --region eu-west-1 --yes");
        assert_eq!(shown.exit_code, Some(0), "{round}: {shown:?}");
        assert!(shown.stderr.contains("AWS Secrets Manager, notion/api-token: saved and verified."), "{}", shown.stderr);
        assert_eq!(held(&home, "notion/api-token"), TOKEN);
    }
    assert!(notion.requests().iter().any(|request| request.path() == "/v1/users/me"), "Notion was asked first");
    let log = std::fs::read_to_string(home.path().join("aws.log")).unwrap();
    assert!(log.contains("create-secret") && log.contains("put-secret-value") && log.contains("AWS_ENDPOINT_URL="), "{log}");
    assert!(!log.contains(TOKEN) && !log.contains("NOTION_"), "{log}");
    for file in home.files() {
        let holds = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).contains(TOKEN);
        assert_eq!(holds, file.ends_with("secrets.json"), "{}", file.display());
    }
}

#[test]
fn what_the_client_lacks_is_told_with_what_helps() {
    let server = ManagerServer::start();
    let (_notion, home) = signed_in(200);
    let home = server.known_to(home);
    let shown = hand_to(&home, "aws --yes");
    assert_eq!(shown.exit_code, Some(1), "{shown:?}");
    assert!(shown.stderr.contains("Add --region REGION."), "{}", shown.stderr);
    let shown = hand_to(&home.without_variable("AWS_ACCESS_KEY_ID"), "aws --region eu-west-1 --yes --json");
    let problem = &shown.json_document()["problem"];
    assert_eq!(problem["code"], "send_failed");
    assert!(problem["evidence"].as_str().unwrap().starts_with("Sign in first: aws configure"), "{problem}");
}
