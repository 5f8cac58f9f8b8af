//! Every way a sign-in is refused, with the exit code that `--help` promises for it.

use crate::support::headline;
use crate::support::notion::{FakeNotion, Request, Response, TOKEN, respond_as_member};
use crate::support::sandbox::{CommandOutput, Sandbox, poll_until};
use notion_auth::domain::problem::ProblemCode;
use rustix::process::{Pid, Signal, kill_process};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

fn sign_in(home: &Sandbox, input: &str) -> CommandOutput {
    home.run("login --token-stdin --store file", input)
}

fn refused_by(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> CommandOutput {
    let notion = FakeNotion::start(answer);
    let home = Sandbox::with_notion(&notion);
    let text = home.run("login --token-stdin --store file --no-retry", TOKEN);
    let events = home.run("login --token-stdin --store file --no-retry --json", TOKEN);
    assert_eq!((events.exit_code, events.stderr.as_str()), (text.exit_code, ""), "a program is told the same: {events:?}");
    let last = events.json_lines().pop().unwrap();
    assert_eq!((&last["event"], &last["schema"]), (&"problem".into(), &1.into()), "{last}");
    assert!(text.stderr.contains(last["message"].as_str().unwrap()), "{}", text.stderr);
    assert!(!last["remedies"].as_array().unwrap().is_empty(), "{last}");
    assert!(home.files().is_empty(), "nothing is kept of what was not verified");
    text
}

#[test]
fn a_token_that_notion_refuses_is_4() {
    let run = refused_by(|request| Response::error(401, "unauthorized", request));
    assert_eq!(run.exit_code, Some(4), "{run:?}");
    assert!(run.stderr.contains("HTTP 401 unauthorized, request fake-request-1"), "{}", run.stderr);
    assert!(run.stderr.contains("Possible reasons:") && run.stderr.contains("What to do:"), "{}", run.stderr);
}

#[test]
fn a_token_that_notion_knows_and_does_not_allow_is_4() {
    assert_eq!(refused_by(|request| Response::error(403, "restricted_resource", request)).exit_code, Some(4));
}

#[test]
fn trouble_at_notion_or_on_the_way_is_5() {
    let too_many = refused_by(|request| Response::error(429, "rate_limited", request).header("retry-after", "7"));
    assert_eq!(too_many.exit_code, Some(5), "{too_many:?}");
    assert!(too_many.stderr.contains("wait: 7 s"), "{}", too_many.stderr);
    for status in [500, 502, 503] {
        assert_eq!(
            refused_by(move |request| Response::error(status, "internal_server_error", request)).exit_code,
            Some(5),
            "{status}"
        );
    }
    assert_eq!(refused_by(|_| Response::html(200, "<h1>Welcome to the hotel</h1>")).exit_code, Some(5));
    assert_eq!(refused_by(|_| Response::closed()).exit_code, Some(5));
}

#[test]
fn no_network_is_5() {
    let home = Sandbox::new();
    let run = sign_in(&home, TOKEN);
    assert_eq!(run.exit_code, Some(5), "{run:?}");
    assert!(run.stderr.contains(headline(ProblemCode::NoNetwork)), "{}", run.stderr);
}

#[test]
fn a_base_url_that_no_token_may_go_to_is_2_and_nothing_is_sent_there() {
    for (url, input) in
        [("http://example.com", TOKEN), ("ftp://127.0.0.1", TOKEN), ("https://user:fake@api.notion.com", TOKEN), ("nonsense", "")]
    {
        let home = Sandbox::new().with_variable("NOTION_API_BASE_URL", url);
        let run = sign_in(&home, input);
        assert_eq!(run.exit_code, Some(2), "{url}: {run:?}");
        assert!(run.stderr.contains("NOTION_API_BASE_URL"), "{url}: {}", run.stderr);
        assert!(!run.stderr.contains("user:fake"), "{}", run.stderr);
        let event = home.run("login --token-stdin --json", input);
        assert_eq!((event.exit_code, event.json_document()["code"].as_str()), (Some(2), Some("base_url_refused")), "{event:?}");
    }
}

#[test]
fn what_is_no_token_is_2_before_anyone_is_asked() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    for nothing in ["", "\n", "  \r\n", "\"\"", "\u{feff}"] {
        let run = sign_in(&home, nothing);
        assert_eq!(run.exit_code, Some(2), "{nothing:?}: {run:?}");
        assert!(run.stderr.contains("No token was given."), "{}", run.stderr);
    }
    for wrong in [
        "ntn_short",
        "https://www.notion.so/Page-0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef",
        "NOTION_CLIENT_SECRET=secret_fake_fake_fake_fake",
        "nrt_fake_fake_fake_fake_fake",
        "ntn_fäke_fake_fake_fake_fake_fake",
        "hello there, this is not a token at all",
    ] {
        let run = sign_in(&home, wrong);
        assert_eq!(run.exit_code, Some(2), "{wrong:?}: {run:?}");
        assert!(!run.stderr.contains("fake_fake") && !run.stderr.contains("0123456789abcdef"), "{}", run.stderr);
    }
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

/// Fakes, put together so that no scanner takes this file for a leak.
fn foreign() -> [String; 5] {
    [
        format!("{}proj-fakefakefake0fakefakefake", "sk-"),
        format!("{}_fakefakefake0fakefakefake", "ghp"),
        format!("{}-fakefakefake-0fakefakefake", "xoxb"),
        format!("{}fakefakefakefake.fakefakefake.fakefake", "eyJ"),
        format!("{} PRIVATE KEY-----\nfakefakefake\n-----END PRIVATE KEY-----\n", "-----BEGIN"),
    ]
}

#[test]
fn a_secret_of_another_service_is_never_sent() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    for secret in foreign() {
        let event = home.run("login --token-stdin --store file --json", &secret);
        assert_eq!(
            (event.exit_code, event.json_lines().pop().unwrap()["code"].as_str()),
            (Some(2), Some("foreign_secret")),
            "{event:?}"
        );
        assert!(!event.stdout.contains("fakefake"), "{}", event.stdout);
        let among = home.run("login --token-stdin --store file", &format!("OTHER={secret}\nANOTHER={secret}\n"));
        assert_eq!(among.exit_code, Some(3), "{among:?}");
        assert!(among.stderr.contains("OTHER") && !among.stderr.contains("fakefake"), "{}", among.stderr);
    }
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
    let text = format!("NOTION_TOKEN={TOKEN}\nOPENAI_API_KEY={}\n", foreign()[0]);
    assert_eq!(sign_in(&home, &text).exit_code, Some(0));
    assert!(notion.requests().iter().all(|request| request.bearer().is_none_or(|token| token == TOKEN)));
}

#[test]
fn several_values_without_exactly_one_token_of_notions_are_3_and_none_is_repeated() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    for input in [
        "A_KEY=fakefakefake0fakefakefake\n",
        "A_KEY=fakefakefake0fakefakefake\nB_KEY=fakefakefake1fakefakefake\n",
        "fakefakefake0fakefakefake\nfakefakefake1fakefakefake\n",
        "A_TOKEN=ntn_fakefakefake0fakefakefake\nB_TOKEN=ntn_fakefakefake1fakefakefake\n",
    ] {
        let run = sign_in(&home, input);
        assert_eq!(run.exit_code, Some(3), "{input}: {run:?}");
        assert!(!run.stderr.contains("fakefake"), "{}", run.stderr);
        assert_eq!(run.stderr.contains("A_"), input.contains("A_"), "{}", run.stderr);
    }
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

#[test]
fn one_bare_value_of_any_form_is_what_the_person_named() {
    let notion = FakeNotion::start(|request| Response::error(401, "unauthorized", request));
    let home = Sandbox::with_notion(&notion);
    let token = "a.form/of~tomorrow+0123456789==";
    assert_eq!(sign_in(&home, &format!("{token}\n")).exit_code, Some(4));
    assert!(notion.requests().iter().any(|request| request.bearer() == Some(token)), "{:?}", notion.requests());
}

#[test]
fn what_can_never_be_a_secret_ends_at_once() {
    let home = Sandbox::new();
    for (input, code) in [("a".repeat(4097), 2), ("a".repeat(70_000), 2), ("a ".repeat(500_000), 2)] {
        let run = sign_in(&home, &input);
        assert_eq!(run.exit_code, Some(code), "{run:?}");
    }
    for (input, code) in [
        ("dead0000-0000-4000-8000-00000000c11d", 2),
        ("https://example.com/fake", 2),
        ("nrt_fake_fake_fake_fake_fake", 2),
        ("\"\"", 3),
        ("", 3),
    ] {
        let run =
            home.run("login --client-id dead0000-0000-4000-8000-00000000c11d --client-secret-stdin --json --store file", input);
        assert_eq!(run.exit_code, Some(code), "{input}: {run:?}");
        assert!(run.stdout.lines().count() < 20, "{}", run.stdout);
    }
    for secret in foreign() {
        let run = home.run("login --client-id dead0000-0000-4000-8000-00000000c11d --client-secret-stdin --store file", &secret);
        assert_eq!(run.exit_code, Some(2), "{run:?}");
    }
}

#[test]
fn nothing_is_sent_before_there_is_a_place_to_keep_it() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let client = "dead0000-0000-4000-8000-00000000c11d";
    for (line, input) in [
        ("login --token-stdin".to_owned(), TOKEN),
        ("login --token-stdin --json".to_owned(), TOKEN),
        ("login --path cli --token-stdin".to_owned(), TOKEN),
        (format!("login --client-id {client} --client-secret-stdin --json"), "secret_fake_client_0000000000000000000000000"),
    ] {
        let run = home.run(&line, input);
        assert_eq!(run.exit_code, Some(3), "{line}: {run:?}");
        let told = format!("{}{}", run.stdout, run.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("Add --store file"), "{line}: {told}");
        assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{line}: {:?}", notion.requests());
    }
    let run = home.run("login --token-stdin --store keychain", TOKEN);
    assert_eq!(run.exit_code, Some(6), "{run:?}");
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

#[test]
fn input_that_is_no_text_is_refused_without_being_repeated() {
    let home = Sandbox::new();
    let mut child = home.start("login --token-stdin --store file");
    let bytes = [TOKEN.as_bytes(), &[0xff, 0xfe, 0x00]].concat();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let run = CommandOutput::wait(child);
    assert_eq!(run.exit_code, Some(2), "{run:?}");
    assert!(run.stderr.contains("not a Notion token"), "{}", run.stderr);
}

#[test]
fn a_secret_on_the_command_line_is_2_and_is_not_repeated() {
    let home = Sandbox::new();
    for line in [
        format!("login --token {TOKEN}"),
        format!("login --token-stdin {TOKEN}"),
        format!("login --token-stdin={TOKEN}"),
        format!("token {TOKEN}"),
    ] {
        let run = home.run(&line, "");
        assert_eq!((run.exit_code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains("standard input"), "{}", run.stderr);
    }
}

#[test]
fn nowhere_to_store_is_6_and_says_where_it_tried() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let taken = home.path().join("taken");
    std::fs::File::create(&taken).unwrap();
    let below = taken.join("below");
    for place in [&taken, &below] {
        let place = place.to_str().unwrap();
        let home = Sandbox::with_notion(&notion).with_variable("NOTION_AUTH_HOME", place);
        let run = sign_in(&home, TOKEN);
        assert_eq!(run.exit_code, Some(6), "{place}: {run:?}");
        assert!(run.stderr.replace(['\n', ' '], "").contains(place), "{}", run.stderr);
    }
}

#[test]
fn a_folder_of_somebody_else_is_6() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let folder = home.path().join("theirs");
    std::fs::create_dir(&folder).unwrap();
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        std::os::unix::fs::chown(&folder, Some(12345), None).unwrap();
    } else {
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    }
    let home = home.with_variable("NOTION_AUTH_HOME", folder.to_str().unwrap());
    let run = sign_in(&home, TOKEN);
    assert_eq!(run.exit_code, Some(6), "{run:?}");
    assert_eq!(folder.read_dir().unwrap().count(), 0, "nothing was put there");
}

#[test]
fn an_interrupt_while_notion_is_asked_is_130_and_keeps_nothing() {
    let notion = FakeNotion::start(|_| Response::silent());
    let home = Sandbox::with_notion(&notion);
    let mut child = home.start("login --token-stdin --store file");
    child.stdin.take().unwrap().write_all(TOKEN.as_bytes()).unwrap();
    poll_until("the question to Notion", || notion.requests().iter().any(|request| request.path() == "/v1/users/me").then_some(()));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let run = CommandOutput::wait(child);
    assert_eq!(run.exit_code, Some(130), "{run:?}");
    assert!(home.files().is_empty());
}
