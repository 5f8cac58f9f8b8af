//! `login --client-id`: an own connection without the screen, its answer through the listener or on standard input, and its life
//! afterwards.

use super::read;
use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::connection_sandbox::{ConnectionSandbox, EXCHANGE_REQUEST_LINE, SECRET_PREFIXES};
use crate::support::deadline::DEADLINE;
use crate::support::loopback_client::{status_code, visit};
use crate::support::notion::unused_address;
use crate::support::oauth_server::PkceSupport;
use crate::support::sandbox::CommandOutput;
use crate::support::subprocess::{RESULT_PREFIX, test_in_subprocess};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

impl ConnectionSandbox {
    fn command(&self, more: &str) -> String {
        format!("login --client-id {CLIENT_ID} --client-secret-stdin --port {} --json {more}", self.port)
    }

    /// The secret is given; what follows on standard input is still open.
    fn begin(&self, more: &str) -> RunningLogin {
        self.begin_with(&self.command(more))
    }

    fn begin_with(&self, command: &str) -> RunningLogin {
        Self::give_secret(self.home.start(command))
    }

    /// With so many file descriptors at most.
    fn begin_within(&self, descriptors: u32, more: &str) -> RunningLogin {
        let shell = format!("ulimit -n {descriptors}; exec {} {}", crate::support::sandbox::BINARY, self.command(more));
        let mut command = self.home.program_command("/bin/sh");
        command.args(["-c", &shell]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::give_secret(command.spawn().unwrap())
    }

    fn give_secret(mut child: Child) -> RunningLogin {
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{CLIENT_SECRET}").unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        RunningLogin { child, input, out, events: Vec::new() }
    }

    /// To its end, with no answer of anybody's.
    #[track_caller]
    fn run(&self, more: &str, input: &str) -> (Option<i32>, Value) {
        let run = self.home.run(&self.command(more), input);
        (run.exit_code, no_secret(&run).json_lines().pop().unwrap())
    }

    /// Signed in, and kept in the file.
    #[track_caller]
    fn signed_in(&self) {
        let mut login = self.begin("--store file");
        visit(&self.server.allow(&login.link()));
        assert_eq!(login.end().0, Some(0));
    }
}

/// A login under way, and what it has told so far.
struct RunningLogin {
    child: Child,
    input: ChildStdin,
    out: BufReader<ChildStdout>,
    events: Vec<Value>,
}

impl RunningLogin {
    /// Reads on to the next event of this name.
    #[track_caller]
    fn until(&mut self, name: &str) -> &Value {
        loop {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "it ended before {name:?}: {:?}", self.events);
            self.events.push(serde_json::from_str(&line).unwrap());
            if self.events.last().unwrap()["event"] == name {
                return self.events.last().unwrap();
            }
        }
    }

    /// Once it waits for the answer.
    #[track_caller]
    fn link(&mut self) -> String {
        let link = self.until("open")["url"].as_str().unwrap().to_owned();
        assert_eq!(self.until("waiting")["for"], "answer");
        link
    }

    fn paste(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    /// Its exit code, all its events, and nothing secret in anything it said.
    #[track_caller]
    fn end(self) -> (Option<i32>, Vec<Value>) {
        let Self { child, input, mut out, events } = self;
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut out, &mut rest).unwrap();
        drop(input);
        let mut run = CommandOutput::wait(child);
        let told: Vec<_> = events.iter().map(Value::to_string).collect();
        run.stdout = format!("{}\n{rest}", told.join("\n"));
        assert_eq!(run.stderr, "", "a program is told by events alone");
        let events = no_secret(&run).json_lines();
        (run.exit_code, events)
    }
}

#[track_caller]
fn no_secret(run: &CommandOutput) -> &CommandOutput {
    for secret in SECRET_PREFIXES {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{secret}: {run:?}");
    }
    run
}

fn names(events: &[Value]) -> Vec<&str> {
    let mut names: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    names.dedup();
    names
}

#[test]
fn a_program_is_told_the_link_hears_the_answer_through_the_listener_and_reads_who_it_is() {
    let desk = ConnectionSandbox::new();
    let mut login = desk.begin("--store file");
    let open = login.until("open").clone();
    let redirect = format!("http://localhost:{}/callback", desk.port);
    assert_eq!((&open["redirect"], &open["listening"]), (&json!(redirect), &json!(true)));
    assert!(open["expires_at"].is_string(), "{open}");
    #[cfg(target_os = "linux")]
    assert!(!read(format!("/proc/{}/cmdline", login.child.id()).as_ref()).contains(CLIENT_SECRET));
    login.until("waiting");
    assert_eq!(status_code(&visit(&desk.server.allow(open["url"].as_str().unwrap()))), "200");

    let (code, events) = login.end();
    assert_eq!((code, names(&events)), (Some(0), vec!["waiting", "open", "waiting", "check", "done"]));
    let waits: Vec<_> = events.iter().filter(|event| event["event"] == "waiting").map(|event| &event["for"]).collect();
    assert_eq!(waits, ["notion", "answer"]);
    let done = events.last().unwrap();
    assert_eq!((&done["path"], &done["store"], &done["user"]), (&json!("oauth"), &json!("file"), &json!("Ada Fake")));
    assert_eq!(done["workspace"], json!({ "id": "workspace-1", "name": "Fake Works" }));
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 1);
    assert!(read(&desk.home.file("secrets.json")).contains("workspace-1/oauth-refresh"));
}

#[test]
fn from_another_machine_the_address_comes_on_standard_input_and_what_is_no_answer_is_told_and_passed_over() {
    let desk = ConnectionSandbox::new();
    let mut login = desk.begin("--store none");
    let link = login.link();
    let answer = desk.server.allow(&link);
    for (line, code, seen) in [
        (answer.replace("state=", "state=another-"), "callback_mismatch", "Its state is missing, or belongs to another request"),
        ("fake-code-0001".to_owned(), "callback_mismatch", "Paste the full URL, not only the code"),
        (answer.replace("/callback", "/callback/"), "callback_mismatch", "It does not start with"),
    ] {
        login.paste(&line);
        let ignored = login.until("ignored");
        assert_eq!(ignored["code"], code, "{ignored}");
        assert!(ignored["seen"].as_str().unwrap().contains(seen), "{ignored}");
    }
    // Enter alone says nothing, and ends nothing.
    login.paste("");
    login.paste(&answer);
    let (code, events) = login.end();
    assert_eq!((code, &events.last().unwrap()["event"]), (Some(0), &json!("done")));
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 1);
    assert!(!desk.home.file("secrets.json").exists());
}

#[test]
fn a_person_reads_the_same_in_sentences() {
    let desk = ConnectionSandbox::new();
    let mut child = desk.home.start(&desk.command("--store none").replace("--json", "--no-browser"));
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{CLIENT_SECRET}").unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.trim_start().starts_with("http://") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0);
    }
    visit(&desk.server.allow(line.trim()));
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut told, &mut rest).unwrap();
    let run = CommandOutput::wait(child);
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(0), ""), "{rest}");
    let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(rest.contains(&format!("Listening on http://localhost:{}/callback until ", desk.port)), "{rest}");
    assert!(rest.contains("Signed in as Ada Fake in Fake Works."), "{rest}");
}

#[test]
fn every_refusal_has_its_exit_code() {
    let desk = ConnectionSandbox::new();
    let secret = format!("{CLIENT_SECRET}\n");
    let mistyped = secret.replace("client", "mistyped");
    for (more, input, code, name) in [
        ("--store file", mistyped.as_str(), 4, "client_refused"),
        ("--store file", "", 3, "input_required"),
        ("--store file", "\n", 3, "input_required"),
    ] {
        let (exit, last) = desk.run(more, input);
        assert_eq!((exit, &last["code"]), (Some(code), &json!(name)), "{last}");
    }
    desk.server.change(|behaviour| behaviour.redirects.clear());
    let (exit, last) = desk.run("--store file", &secret);
    assert_eq!((exit, &last["code"]), (Some(4), &json!("redirect_mismatch")), "{last}");
    desk.server.change(|behaviour| behaviour.client_id = "another".into());
    let (exit, last) = desk.run("--store file", &secret);
    assert_eq!((exit, &last["code"]), (Some(4), &json!("client_unknown")), "{last}");

    let ConnectionSandbox { server, home, port } = ConnectionSandbox::new();
    let down =
        ConnectionSandbox { server, home: home.with_variable("NOTION_API_BASE_URL", format!("http://{}", unused_address())), port };
    let (exit, last) = down.run("--store file", &secret);
    assert_eq!((exit, &last["code"]), (Some(5), &json!("no_network")), "{last}");
    assert_eq!(desk.server.request_count(EXCHANGE_REQUEST_LINE), 0);
}

#[test]
fn a_token_in_the_place_of_the_client_secret_is_refused_before_anything_is_sent() {
    let desk = ConnectionSandbox::new();
    for token in
        ["ntn_fake_fake_fake_fake_fake", "ntn_fake", "NOTION_CLIENT_SECRET=ntn_fake_fake_fake_fake_fake", "nrt_fake_fake_fake_fake"]
    {
        let (exit, last) = desk.run("--store file", token);
        assert_eq!((exit, &last["code"]), (Some(2), &json!("not_a_client_secret")), "{token}: {last}");
    }
    assert!(desk.server.request_lines().iter().all(|asked| !asked.contains("oauth")), "{:?}", desk.server.request_lines());
}

#[test]
fn a_person_who_says_no_is_4_and_a_missing_keychain_names_the_flag_that_answers() {
    let desk = ConnectionSandbox::new();
    let mut login = desk.begin("--store file");
    visit(&desk.server.cancel(&login.link()));
    let (code, events) = login.end();
    assert_eq!((code, &events.last().unwrap()["code"]), (Some(4), &json!("authorization_denied")));

    // Before anything is sent, and before anybody is asked for consent.
    let (code, last) = desk.run("", &format!("{CLIENT_SECRET}\n"));
    assert_eq!((code, &last["code"]), (Some(3), &json!("input_required")), "{last}");
    assert!(last["evidence"].as_str().unwrap().contains("--store file"), "{last}");
    assert!(!desk.home.file("secrets.json").exists());
}

/// It would wait for nothing until the link has expired.
#[test]
fn where_nobody_listens_and_no_address_can_come_it_ends_and_names_the_flag() {
    let desk = ConnectionSandbox::new();
    let _taken = std::net::TcpListener::bind(("127.0.0.1", desk.port)).unwrap();
    let (code, last) = desk.run("--store file", &format!("{CLIENT_SECRET}\n"));
    assert_eq!((code, &last["code"]), (Some(3), &json!("input_required")), "{last}");
    assert!(last["evidence"].as_str().unwrap().contains("--port"), "{last}");
}

#[test]
fn a_code_challenge_is_sent_left_out_or_insisted_on_as_the_flag_says() {
    use PkceSupport::{ChallengeRefused, Enforced, Ignored, VerifierRefused};
    for (flag, notion, code, exchanges) in [
        ("auto", Ignored, 0, 1),
        ("auto", Enforced, 0, 1),
        ("auto", VerifierRefused, 0, 2),
        ("auto", ChallengeRefused, 4, 0),
        ("always", Enforced, 0, 1),
        ("always", VerifierRefused, 4, 1),
        ("never", Enforced, 0, 1),
        ("never", ChallengeRefused, 0, 1),
    ] {
        let desk = ConnectionSandbox::new();
        desk.server.change(|behaviour| behaviour.pkce = notion);
        let mut login = desk.begin(&format!("--store none --pkce {flag}"));
        let link = login.link();
        assert_eq!(link.contains("code_challenge_method=S256"), flag != "never", "{link}");
        visit(&desk.server.allow(&link));
        let (exit, events) = login.end();
        assert_eq!(
            (exit, desk.server.request_count(EXCHANGE_REQUEST_LINE)),
            (Some(code), exchanges),
            "{flag}, {notion:?}: {:?}",
            events.last()
        );
    }
}

#[test]
fn what_was_signed_in_is_listed_renewed_and_revoked() {
    let desk = ConnectionSandbox::new();
    desk.signed_in();
    let active = desk.home.run("status --check --json", "").json_document()["active"].clone();
    assert_eq!((&active["path"], &active["store"], &active["verdict"]), (&json!("oauth"), &json!("file"), &json!("pass")));
    let token = || desk.home.run("token", "").stdout.trim_end().to_owned();
    let first = token();
    assert!(desk.server.is_token_valid(&first));

    let run = desk.home.run("refresh", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(no_secret(&run).stderr.contains(": the tokens were refreshed and saved in the "), "{}", run.stderr);
    let second = token();
    assert!(first != second && !desk.server.is_token_valid(&first) && desk.server.is_token_valid(&second));

    let run = desk.home.run("logout", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(no_secret(&run).stderr.contains("the refresh token was revoked."), "{}", run.stderr);
    assert!(!desk.server.is_token_valid(&second) && desk.home.run("token", "").exit_code == Some(4));
    assert!(!read(&desk.home.file("secrets.json")).contains("oauth"));
}

#[test]
fn the_port_of_last_time_is_used_again_without_being_named() {
    let desk = ConnectionSandbox::new();
    desk.signed_in();
    let mut login = desk.begin_with(&format!("login --client-id {CLIENT_ID} --client-secret-stdin --store none --json"));
    visit(&desk.server.allow(&login.link()));
    assert_eq!(login.end().0, Some(0));
}

#[test]
fn with_few_file_descriptors_and_a_crowd_at_the_port_the_credential_is_kept_all_the_same() {
    let desk = ConnectionSandbox::new();
    let mut login = desk.begin_within(80, "--store file");
    let link = login.link();
    // Nobody of them says anything, and each of them stays until the login has ended.
    let mut crowd: Vec<Child> = (0..CROWD / EACH).map(|_| visitors(desk.port)).collect();
    let here: usize = crowd.iter_mut().map(connected).sum();
    assert_eq!(here, CROWD, "so many are connected, and the listener has 80 descriptors");
    assert_eq!(status_code(&visit(&desk.server.allow(&link))), "200");
    let (code, events) = login.end();
    assert_eq!(code, Some(0), "{events:?}");
    assert!(read(&desk.home.file("secrets.json")).contains("workspace-1/oauth-refresh"));
    for mut visitors in crowd {
        drop(visitors.stdin.take());
        visitors.wait().unwrap();
    }
}

/// Idle connections, and how many of them a process has: these tests share one process and its limit, so others make them.
const CROWD: usize = 500;
const EACH: usize = 100;

const CROWD_PORT: &str = "CROWD_PORT";

fn visitors(port: u16) -> Child {
    let mut command = test_in_subprocess(&[], "login::connection::visitors_in_a_process_of_their_own");
    command.env(CROWD_PORT, port.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

/// How many connections a process of visitors has made. Its output stays open, for what the test runner writes there at the end.
fn connected(visitors: &mut Child) -> usize {
    let lines = BufReader::new(visitors.stdout.as_mut().unwrap()).lines();
    let count =
        lines.map_while(Result::ok).find_map(|line| line.split_once(RESULT_PREFIX).map(|(_, count)| count.parse().unwrap()));
    count.expect("it says how many")
}

#[test]
#[ignore = "is started by the test above"]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a process of its own, which is told the port and tells a number"
)]
fn visitors_in_a_process_of_their_own() {
    let port: u16 = std::env::var(CROWD_PORT).unwrap().parse().unwrap();
    let connect = |_| TcpStream::connect_timeout(&([127, 0, 0, 1], port).into(), DEADLINE).ok();
    let crowd: Vec<TcpStream> = (0..EACH).map_while(connect).collect();
    println!("{RESULT_PREFIX}{}", crowd.len());
    let _ = std::io::Read::read(&mut std::io::stdin(), &mut [0]);
}

#[test]
fn a_browser_that_wants_https_is_explained_and_the_address_can_be_pasted_as_it_stands_there() {
    let desk = ConnectionSandbox::new();
    let mut login = desk.begin("--store none");
    let link = login.link();
    crate::support::loopback_client::send_bytes(desk.port, b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03");
    assert_eq!(login.until("tls_attempt")["redirect"], format!("http://localhost:{}/callback", desk.port));
    let address = desk.server.allow(&link);
    login.paste(&address.replacen("http://localhost", "https://127.0.0.1", 1));
    assert_eq!(login.end().0, Some(0));
}
