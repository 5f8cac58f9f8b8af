//! Every way a sign-in is refused, with the exit code that `--help` promises for it.

use crate::support::binary::{Home, Run, eventually};
use crate::support::headline;
use crate::support::notion::{FakeNotion, Request, Response, TOKEN, member};
use notion_auth::domain::problem::ProblemCode;
use rustix::process::{Pid, Signal, kill_process};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

fn sign_in(home: &Home, input: &str) -> Run {
    home.run("login --token-stdin --store file", input)
}

fn refused_by(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Run {
    let notion = FakeNotion::start(answer);
    let home = Home::at(&notion);
    let text = home.run("login --token-stdin --store file --no-retry", TOKEN);
    let events = home.run("login --token-stdin --store file --no-retry --json", TOKEN);
    assert_eq!((events.code, events.err.as_str()), (text.code, ""), "a program is told the same: {events:?}");
    let last = events.events().pop().unwrap();
    assert_eq!((&last["event"], &last["schema"]), (&"problem".into(), &1.into()), "{last}");
    assert!(text.err.contains(last["message"].as_str().unwrap()), "{}", text.err);
    assert!(!last["remedies"].as_array().unwrap().is_empty(), "{last}");
    assert!(home.files().is_empty(), "nothing is kept of what was not verified");
    text
}

#[test]
fn a_token_that_notion_refuses_is_4() {
    let run = refused_by(|request| Response::error(401, "unauthorized", request));
    assert_eq!(run.code, Some(4), "{run:?}");
    assert!(run.err.contains("HTTP 401 unauthorized, request fake-request-1"), "{}", run.err);
    assert!(run.err.contains("  maybe: ") && run.err.contains("  hint: "), "{}", run.err);
}

#[test]
fn a_token_that_notion_knows_and_does_not_allow_is_4() {
    assert_eq!(refused_by(|request| Response::error(403, "restricted_resource", request)).code, Some(4));
}

#[test]
fn trouble_at_notion_or_on_the_way_is_5() {
    let too_many = refused_by(|request| Response::error(429, "rate_limited", request).header("retry-after", "7"));
    assert_eq!(too_many.code, Some(5), "{too_many:?}");
    assert!(too_many.err.contains("wait: 7 s"), "{}", too_many.err);
    for status in [500, 502, 503] {
        assert_eq!(refused_by(move |request| Response::error(status, "internal_server_error", request)).code, Some(5), "{status}");
    }
    assert_eq!(refused_by(|_| Response::html(200, "<h1>Welcome to the hotel</h1>")).code, Some(5));
    assert_eq!(refused_by(|_| Response::hang_up()).code, Some(5));
}

#[test]
fn no_network_is_5() {
    let home = Home::new();
    let run = sign_in(&home, TOKEN);
    assert_eq!(run.code, Some(5), "{run:?}");
    assert!(run.err.contains(headline(ProblemCode::NoNetwork)), "{}", run.err);
}

#[test]
fn a_base_url_that_no_token_may_go_to_is_2_and_nothing_is_sent_there() {
    for (url, input) in
        [("http://example.com", TOKEN), ("ftp://127.0.0.1", TOKEN), ("https://user:fake@api.notion.com", TOKEN), ("nonsense", "")]
    {
        let home = Home::new().with("NOTION_API_BASE_URL", url);
        let run = sign_in(&home, input);
        assert_eq!(run.code, Some(2), "{url}: {run:?}");
        assert!(run.err.contains("NOTION_API_BASE_URL"), "{url}: {}", run.err);
        assert!(!run.err.contains("user:fake"), "{}", run.err);
        let event = home.run("login --token-stdin --json", input);
        assert_eq!((event.code, event.document()["code"].as_str()), (Some(2), Some("base_url_refused")), "{event:?}");
    }
}

#[test]
fn what_is_no_token_is_2_before_anyone_is_asked() {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    for nothing in ["", "\n", "  \r\n", "\"\"", "\u{feff}"] {
        let run = sign_in(&home, nothing);
        assert_eq!(run.code, Some(2), "{nothing:?}: {run:?}");
        assert!(run.err.contains("No token was given."), "{}", run.err);
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
        assert_eq!(run.code, Some(2), "{wrong:?}: {run:?}");
        assert!(!run.err.contains("fake_fake") && !run.err.contains("0123456789abcdef"), "{}", run.err);
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
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    for secret in foreign() {
        let event = home.run("login --token-stdin --store file --json", &secret);
        assert_eq!((event.code, event.events().pop().unwrap()["code"].as_str()), (Some(2), Some("foreign_secret")), "{event:?}");
        assert!(!event.out.contains("fakefake"), "{}", event.out);
        let among = home.run("login --token-stdin --store file", &format!("OTHER={secret}\nANOTHER={secret}\n"));
        assert_eq!(among.code, Some(3), "{among:?}");
        assert!(among.err.contains("OTHER") && !among.err.contains("fakefake"), "{}", among.err);
    }
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
    let text = format!("NOTION_TOKEN={TOKEN}\nOPENAI_API_KEY={}\n", foreign()[0]);
    assert_eq!(sign_in(&home, &text).code, Some(0));
    assert!(notion.requests().iter().all(|request| request.bearer().is_none_or(|token| token == TOKEN)));
}

#[test]
fn several_values_without_exactly_one_token_of_notions_are_3_and_none_is_repeated() {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    for input in [
        "A_KEY=fakefakefake0fakefakefake\n",
        "A_KEY=fakefakefake0fakefakefake\nB_KEY=fakefakefake1fakefakefake\n",
        "fakefakefake0fakefakefake\nfakefakefake1fakefakefake\n",
        "A_TOKEN=ntn_fakefakefake0fakefakefake\nB_TOKEN=ntn_fakefakefake1fakefakefake\n",
    ] {
        let run = sign_in(&home, input);
        assert_eq!(run.code, Some(3), "{input}: {run:?}");
        assert!(!run.err.contains("fakefake"), "{}", run.err);
        assert_eq!(run.err.contains("A_"), input.contains("A_"), "{}", run.err);
    }
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

#[test]
fn one_bare_value_of_any_form_is_what_the_person_named() {
    let notion = FakeNotion::start(|request| Response::error(401, "unauthorized", request));
    let home = Home::at(&notion);
    let token = "a.form/of~tomorrow+0123456789==";
    assert_eq!(sign_in(&home, &format!("{token}\n")).code, Some(4));
    assert!(notion.requests().iter().any(|request| request.bearer() == Some(token)), "{:?}", notion.requests());
}

#[test]
fn what_can_never_be_a_secret_ends_at_once() {
    let home = Home::new();
    for (input, code) in [("a".repeat(4097), 2), ("a".repeat(70_000), 2), ("a ".repeat(500_000), 2)] {
        let run = sign_in(&home, &input);
        assert_eq!(run.code, Some(code), "{run:?}");
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
        assert_eq!(run.code, Some(code), "{input}: {run:?}");
        assert!(run.out.lines().count() < 20, "{}", run.out);
    }
    for secret in foreign() {
        let run = home.run("login --client-id dead0000-0000-4000-8000-00000000c11d --client-secret-stdin --store file", &secret);
        assert_eq!(run.code, Some(2), "{run:?}");
    }
}

#[test]
fn nothing_is_sent_before_there_is_a_place_to_keep_it() {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    let client = "dead0000-0000-4000-8000-00000000c11d";
    for (line, input) in [
        ("login --token-stdin".to_owned(), TOKEN),
        ("login --token-stdin --json".to_owned(), TOKEN),
        ("login --path cli --token-stdin".to_owned(), TOKEN),
        (format!("login --client-id {client} --client-secret-stdin --json"), "secret_fake_client_0000000000000000000000000"),
    ] {
        let run = home.run(&line, input);
        assert_eq!(run.code, Some(3), "{line}: {run:?}");
        let told = format!("{}{}", run.out, run.err).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("add --store file"), "{line}: {told}");
        assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{line}: {:?}", notion.requests());
    }
    let run = home.run("login --token-stdin --store keychain", TOKEN);
    assert_eq!(run.code, Some(6), "{run:?}");
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

#[test]
fn input_that_is_no_text_is_refused_without_being_repeated() {
    let home = Home::new();
    let mut child = home.start("login --token-stdin --store file");
    let bytes = [TOKEN.as_bytes(), &[0xff, 0xfe, 0x00]].concat();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let run = Run::finish(child);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("not a Notion token"), "{}", run.err);
}

#[test]
fn a_secret_on_the_command_line_is_2_and_is_not_repeated() {
    let home = Home::new();
    for line in [
        format!("login --token {TOKEN}"),
        format!("login --token-stdin {TOKEN}"),
        format!("login --token-stdin={TOKEN}"),
        format!("token {TOKEN}"),
    ] {
        let run = home.run(&line, "");
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.err.contains("standard input"), "{}", run.err);
    }
}

#[test]
fn nowhere_to_store_is_6_and_says_where_it_tried() {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    let taken = home.path().join("taken");
    std::fs::File::create(&taken).unwrap();
    let below = taken.join("below");
    for place in [&taken, &below] {
        let place = place.to_str().unwrap();
        let home = Home::at(&notion).with("NOTION_AUTH_HOME", place);
        let run = sign_in(&home, TOKEN);
        assert_eq!(run.code, Some(6), "{place}: {run:?}");
        assert!(run.err.replace(['\n', ' '], "").contains(place), "{}", run.err);
    }
}

#[test]
fn a_folder_of_somebody_else_is_6() {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    let folder = home.path().join("theirs");
    std::fs::create_dir(&folder).unwrap();
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        std::os::unix::fs::chown(&folder, Some(12345), None).unwrap();
    } else {
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    }
    let home = home.with("NOTION_AUTH_HOME", folder.to_str().unwrap());
    let run = sign_in(&home, TOKEN);
    assert_eq!(run.code, Some(6), "{run:?}");
    assert_eq!(folder.read_dir().unwrap().count(), 0, "nothing was put there");
}

#[test]
fn an_interrupt_while_notion_is_asked_is_130_and_keeps_nothing() {
    let notion = FakeNotion::start(|_| Response::silence());
    let home = Home::at(&notion);
    let mut child = home.start("login --token-stdin --store file");
    child.stdin.take().unwrap().write_all(TOKEN.as_bytes()).unwrap();
    eventually("the question to Notion", || notion.requests().iter().any(|request| request.path() == "/v1/users/me").then_some(()));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let run = Run::finish(child);
    assert_eq!(run.code, Some(130), "{run:?}");
    assert!(home.files().is_empty());
}
