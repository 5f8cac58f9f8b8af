//! The command line alone: plans, refusals, and a help text that keeps its word.

use notion_auth::cli::{self, Cli, Command, EarlyExit, WorldCommand};
use notion_auth::commands::login::{Lifetime, LoginArgs, LoginPath};
use notion_auth::commands::logout::LogoutArgs;
use notion_auth::commands::paths::PathsArgs;
use notion_auth::commands::refresh::RefreshArgs;
use notion_auth::commands::scan::EXIT_TOKENS_FOUND;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::oauth::Pkce;
use notion_auth::domain::problem::{ProblemCode, ProblemKind};

const FAKE: &str = "ntn_fake_member_0000000000000000000000000000";

fn parse(line: &str) -> Result<Cli, EarlyExit> {
    cli::parse(["notion-auth"].into_iter().chain(line.split_whitespace()))
}

fn command(line: &str) -> Command {
    parse(line).unwrap().command.unwrap()
}

#[test]
fn without_a_command_it_is_the_wizard() {
    let cli = parse("--demo --ascii").unwrap();
    assert_eq!(cli.command, None);
    assert!(cli.demo && cli.display.ascii && !cli.display.no_color);
}

#[test]
fn global_options_stand_before_or_after_the_command() {
    assert_eq!(parse("--demo status"), parse("status --demo"));
    assert!(parse("paths --no-color").unwrap().display.no_color);
}

#[test]
fn a_sign_in_names_its_path_its_store_and_its_end() {
    let expected = LoginArgs {
        path: Some(LoginPath::Compared(AuthPath::Cli)),
        token_stdin: true,
        store: Some(StoreKind::None),
        expires: Some(Lifetime::Days(90)),
        json: true,
        ..least()
    };
    assert_eq!(
        command("login --path cli --token-stdin --store none --expires 90d --json"),
        Command::World(WorldCommand::Login(expected))
    );
    assert_eq!(command("login --token-stdin"), Command::World(WorldCommand::Login(LoginArgs { token_stdin: true, ..least() })));
    assert_eq!(parse("login --path oauth --token-stdin").unwrap_err().exit_code, 2);
}

/// `login`, where nothing is said.
fn least() -> LoginArgs {
    LoginArgs {
        client_id: None,
        client_secret_stdin: false,
        port: None,
        pkce: Pkce::Auto,
        path: None,
        profile: None,
        token_stdin: false,
        no_browser: false,
        no_wait: false,
        resume: false,
        store: None,
        expires: None,
        workspace_id: None,
        json: false,
    }
}

#[test]
fn a_browser_login_needs_no_token_and_may_be_begun_and_finished_apart() {
    let login = || LoginArgs { path: Some(LoginPath::Compared(AuthPath::Cli)), ..least() };
    for (line, expected) in [
        ("login --path cli", login()),
        ("login --path cli --no-browser --store file", LoginArgs { no_browser: true, store: Some(StoreKind::File), ..login() }),
        ("login --path cli --no-wait --json", LoginArgs { no_wait: true, json: true, ..login() }),
        ("login --path cli --resume", LoginArgs { resume: true, ..login() }),
        ("login --resume", LoginArgs { resume: true, ..login() }),
    ] {
        assert_eq!(command(line), Command::World(WorldCommand::Login(expected)), "{line}");
    }
}

#[test]
fn what_is_for_a_token_and_what_is_for_the_browser_do_not_go_together() {
    for (line, words) in [
        ("login --no-browser", "--no-browser, --no-wait and --resume require --path cli"),
        ("login --path token --resume", "--no-browser, --no-wait and --resume require --path cli"),
        (
            "login --path cli --token-stdin --no-browser",
            "--no-browser, --no-wait and --resume can't be used with --token-stdin: they are for browser logins",
        ),
        (
            "login --token-stdin --no-wait",
            "--no-browser, --no-wait and --resume can't be used with --token-stdin: they are for browser logins",
        ),
        (
            "login --path cli --token-stdin --resume",
            "--no-browser, --no-wait and --resume can't be used with --token-stdin: they are for browser logins",
        ),
        ("login --path cli --expires 90d", "--expires works only with --token-stdin"),
        ("login --path cli --store keychain", "ntn saves a browser login itself: --store can only be file"),
        ("login --path cli --store none", "ntn saves a browser login itself: --store can only be file"),
        ("login --resume --no-wait", "cannot be used with"),
        ("login --resume --no-browser", "cannot be used with"),
    ] {
        let stop = parse(line).unwrap_err();
        assert_eq!((stop.exit_code, stop.to_stdout), (2, false), "{line}");
        assert!(stop.text.contains(words) && stop.text.contains("--help"), "{line}: {}", stop.text);
    }
}

#[test]
fn what_a_person_would_be_asked_for_is_3_and_the_option_that_answers_is_named() {
    for (line, option) in [
        ("login", "--token-stdin"),
        ("login", "--path cli"),
        ("login --path token --store file", "--token-stdin"),
        ("login --path oauth", "--client-id ID --client-secret-stdin"),
        ("login --client-id some-client", "--client-secret-stdin"),
        ("login --client-secret-stdin", "--client-id ID"),
    ] {
        let stop = parse(line).unwrap_err();
        assert_eq!((stop.exit_code, stop.to_stdout, &stop.problem), (3, false, &None), "{line}");
        assert!(stop.text.contains(option) && stop.text.contains("--help"), "{line}: {}", stop.text);
        let event = parse(&format!("{line} --json")).unwrap_err().problem.unwrap();
        assert_eq!(event.code, ProblemCode::InputRequired, "{line}");
        assert!(event.evidence.unwrap().contains(option), "{line}");
    }
}

#[test]
fn who_reads_events_is_told_in_an_event_what_is_not_understood() {
    for (line, seen) in [
        ("login --json --token-stdin --store cloud", "possible values: keychain, file, none"),
        ("--demo login --token-stdn --json", "--token-stdin"),
        (
            "login --json --token-stdin --no-wait",
            "--no-browser, --no-wait and --resume can't be used with --token-stdin: they are for browser logins",
        ),
        (&format!("login --json --token-stdin {FAKE}"), "don't pass secrets as arguments"),
    ] {
        let stop = parse(line).unwrap_err();
        let event = stop.problem.unwrap();
        assert_eq!((stop.exit_code, event.code), (2, ProblemCode::Usage), "{line}");
        let evidence = event.evidence.unwrap();
        assert!(evidence.contains(seen) && !evidence.contains("Usage:") && !evidence.contains("fake"), "{line}: {evidence}");
    }
    for line in ["login --frobnicate", "status --json --frobnicate", "--json"] {
        assert_eq!(parse(line).unwrap_err().problem, None, "{line}: nobody has asked for events");
    }
}

#[test]
fn an_end_is_one_of_the_portals_or_a_date() {
    let today = jiff::civil::date(2026, 11, 22);
    for (text, ends) in [
        ("7d", Some("2026-11-29")),
        ("30d", Some("2026-12-22")),
        ("90d", Some("2027-02-20")),
        ("180d", Some("2027-05-21")),
        ("1y", Some("2027-11-22")),
        ("2027-01-05", Some("2027-01-05")),
        ("unknown", None),
    ] {
        let Command::World(WorldCommand::Login(login)) = command(&format!("login --token-stdin --expires {text}")) else {
            panic!("{text}")
        };
        assert_eq!(login.expires.unwrap().last_day(today).unwrap().map(|date| date.to_string()).as_deref(), ends, "{text}");
    }
    let Command::World(WorldCommand::Login(login)) = command("login --token-stdin --expires 2026-11-21") else { panic!() };
    let problem = login.expires.unwrap().last_day(today).unwrap_err();
    assert_eq!(problem.code, ProblemCode::Usage, "no token that works has expired");
    for refused in ["8d", "tomorrow", "2027-13-01", ""] {
        assert_eq!(parse(&format!("login --token-stdin --expires={refused}")).unwrap_err().exit_code, 2, "{refused:?}");
    }
}

#[test]
fn what_cannot_be_meant_together_is_a_usage_error() {
    for line in ["logout Acme --all", "paths nowhere", "status --workspace x", "frobnicate", "open-link"] {
        let stop = parse(line).unwrap_err();
        assert_eq!((stop.exit_code, stop.to_stdout), (2, false), "{line}");
    }
    assert_eq!(
        command("logout --all"),
        Command::World(WorldCommand::Logout(LogoutArgs { workspace: None, all: true, local_only: false }))
    );
    assert_eq!(command("paths oauth"), Command::Paths(PathsArgs { id: Some(AuthPath::Oauth), json: false }));
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_never_repeated() {
    for line in [
        format!("login --token {FAKE}"),
        format!("login --token={FAKE}"),
        "login --token some_fake_of_an_unknown_shape".into(),
        format!("login {FAKE}"),
        format!("login --token-stdin {FAKE}"),
        format!("login --frobnicate={FAKE}"),
        format!("NOTION_API_TOKEN={FAKE}"),
        "logout secret_fake_0000000000000000".into(),
        "token --workspace nrt_fake_0000000000000".into(),
        "open-link https://example.com/?t=development_ntn_fake_000".into(),
        "login --client-secret=fake".into(),
    ] {
        let stop = parse(&line).unwrap_err();
        assert_eq!((stop.exit_code, stop.to_stdout), (2, false), "{line}");
        assert!(stop.text.contains("standard input"), "{line}: {}", stop.text);
        assert!(!stop.text.contains("fake"), "{line}: {}", stop.text);
    }
}

#[test]
fn a_token_of_an_unknown_shape_is_withheld_from_the_error() {
    for line in ["login Fake0123456789abcdefghijk", "status --frobnicate=Fake0123456789abcdefghijk"] {
        let stop = parse(line).unwrap_err();
        assert_eq!(stop.exit_code, 2, "{line}");
        assert!(!stop.text.contains("Fake0123456789"), "{}", stop.text);
    }
}

#[test]
fn a_workspace_may_be_called_token() {
    let Command::World(WorldCommand::Token(token)) = command("token --workspace token") else { panic!("not `token`") };
    assert_eq!(token.workspace.as_deref(), Some("token"));
}

#[test]
fn help_and_version_are_data_and_succeed() {
    for line in ["--help", "-h", "--version", "login --help"] {
        let stop = parse(line).unwrap_err();
        assert_eq!((stop.exit_code, stop.to_stdout), (0, true), "{line}");
    }
    for (line, same) in
        [("help", "--help"), ("help login", "login --help"), ("--plain help agents connect", "--plain agents connect --help")]
    {
        assert_eq!(parse(line), parse(same), "{line}");
    }
    let help = parse("--help").unwrap_err().text;
    assert!(!help.contains("open-link"), "it is for our own use: {help}");
    assert!(cli::terminal_required().contains("Usage: notion-auth"));
}

#[test]
fn refresh_and_logout_take_a_workspace() {
    assert_eq!(command("refresh"), Command::World(WorldCommand::Refresh(RefreshArgs { workspace: None })));
    assert_eq!(command("refresh Acme"), Command::World(WorldCommand::Refresh(RefreshArgs { workspace: Some("Acme".into()) })));
    let logout = LogoutArgs { workspace: Some("ws-1/oauth".into()), all: false, local_only: true };
    assert_eq!(command("logout --local-only ws-1/oauth"), Command::World(WorldCommand::Logout(logout)));
}

#[test]
fn the_exit_codes_in_the_help_are_those_of_the_problems() {
    let help = parse("--help").unwrap_err().text;
    let table = help.split("Exit codes:").nth(1).unwrap();
    let told: Vec<u8> =
        table.lines().filter_map(|line| line.trim().split_once(' ')).map(|(code, _)| code.parse::<u8>().unwrap()).collect();
    let expected = [
        0,
        ProblemKind::Failed.exit_code(),
        ProblemKind::Usage.exit_code(),
        ProblemKind::InputRequired.exit_code(),
        ProblemKind::Refused.exit_code(),
        ProblemKind::Network.exit_code(),
        ProblemKind::Storage.exit_code(),
        // A finding is no problem.
        EXIT_TOKENS_FOUND,
        ProblemKind::Cancelled.exit_code(),
    ];
    assert_eq!(told, expected);
}
