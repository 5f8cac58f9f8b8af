//! The snippets of the hand-over: complete, without secrets, and run against a fake Notion where there is a program that runs them.
#![expect(clippy::disallowed_methods, reason = "what is tested here is files and programs")]

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET, CODE, REFRESH_TOKEN};
use crate::support::notion::{FakeNotion, Request, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use notion_auth::domain::oauth::{ConnectionRecord, RedirectUri};
use notion_auth::domain::sanitize::width;
use notion_auth::domain::snippets::snippets;
use serde_json::{Value, json};

use std::process::{Command, Output};

/// The host to which the snippets send people and secrets.
const NOTION: &str = "https://api.notion.com";
/// Maximum width of a snippet, so that it does not wrap at 80 columns.
const WIDEST: usize = 74;

fn connection() -> ConnectionRecord {
    ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri { port: 9123 } }
}

fn snippet(id: &str) -> String {
    let language = snippets().iter().find(|language| language.id == id);
    language.expect("it is shipped").filled_in(&connection())
}

/// Knows the client, and trades one code and one refresh token.
fn notion() -> FakeNotion {
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    FakeNotion::start(move |request| match token_request(request, &basic) {
        Ok(token) => Response::json(200, json!({"access_token": token, "token_type": "bearer", "refresh_token": REFRESH_TOKEN})),
        Err(why) => Response::json(400, json!({"error": "invalid_request", "error_description": why})),
    })
}

fn token_request(request: &Request, basic: &str) -> Result<&'static str, String> {
    let body: Value = serde_json::from_str(&request.body).map_err(|error| error.to_string())?;
    let is_right = |name: &str, value: &str| (request.header(name) == Some(value)).then_some(()).ok_or(format!("no {name}"));
    is_right("authorization", basic)?;
    is_right("content-type", "application/json")?;
    is_right("notion-version", "2026-03-11")?;
    let redirect = connection().redirect.to_string();
    if body == json!({"grant_type": "authorization_code", "code": CODE, "redirect_uri": redirect}) {
        Ok("ntn_fake_exchanged")
    } else if body == json!({"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}) {
        Ok("ntn_fake_refreshed")
    } else {
        Err(body.to_string())
    }
}

/// The program, or that it is not here.
#[expect(clippy::print_stdout, reason = "what was not tried is said")]
fn program(name: &str, arguments: &[&str]) -> Option<Command> {
    let is_here = Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_here {
        println!("not tried: {name} is not on this machine");
        return None;
    }
    let mut command = Command::new(name);
    command.args(arguments);
    Some(command)
}

#[track_caller]
fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A link that leads to Notion's consent page, for this client, and back to the registered address.
#[track_caller]
fn assert_is_authorize_link(link: &str, base: &str) {
    let link = link.strip_prefix(base).unwrap_or_else(|| panic!("{link} does not begin with {base}"));
    let url = url::Url::parse(&format!("{NOTION}{link}")).unwrap();
    assert_eq!(url.path(), "/v1/oauth/authorize");
    let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(of("client_id").as_deref(), Some(CLIENT_ID));
    assert_eq!(of("redirect_uri"), Some(connection().redirect.to_string()));
    assert_eq!((of("response_type").as_deref(), of("owner").as_deref()), (Some("code"), Some("user")));
    assert!(of("state").is_some_and(|state| state.len() >= 16), "{link}");
}

#[test]
fn every_language_is_there_and_filled_in() {
    let ids: Vec<&str> = snippets().iter().map(|language| language.id.as_str()).collect();
    assert_eq!(ids, ["environment", "curl", "javascript", "python", "rust"]);
    for id in ids {
        let text = snippet(id);
        for left in ["{client_id}", "{redirect}", "{redirect_encoded}"] {
            assert!(!text.contains(left), "{id}: {left}");
        }
        assert!(text.contains(CLIENT_ID) && text.contains("9123") && text.contains("NOTION_CLIENT_SECRET"), "{id}");
        for step in ["1. The authorize link", "2. The exchange", "3. The refresh"] {
            assert!(text.contains(step), "{id}: {step}");
        }
        let widest = text.lines().max_by_key(|line| width(line)).unwrap_or_default();
        assert!(width(widest) <= WIDEST, "{id}: {widest:?} is {} cells wide", width(widest));
    }
}

#[test]
fn no_snippet_holds_a_secret() {
    for language in snippets() {
        let text = language.filled_in(&connection());
        for prefix in ["ntn_", "nrt_", "secret_"] {
            assert!(!text.contains(prefix), "{}: {prefix}", language.id);
        }
    }
}

#[test]
fn an_id_that_is_none_breaks_out_of_nothing() {
    let hostile = "a\"; rm -rf ~ $(id) `id` ' \\ \n&state=x#é{redirect}";
    let note = ConnectionRecord { client_id: hostile.into(), redirect: RedirectUri::default() };
    for language in snippets() {
        let text = language.filled_in(&note);
        assert!(text.contains("arm-rfididstatexredirect"), "{}", language.id);
        let before = language.filled_in(&ConnectionRecord { client_id: "arm-rfididstatexredirect".into(), ..note.clone() });
        assert_eq!(text, before, "{}", language.id);
    }
}

#[test]
fn curl_does_what_it_says() {
    let (Some(mut bash), Some(_)) = (program("bash", &["-euo", "pipefail", "-c"]), program("curl", &[])) else { return };
    let notion = notion();
    bash.arg(snippet("curl").replace(NOTION, &notion.base_url()));
    let secrets = [("NOTION_CLIENT_SECRET", CLIENT_SECRET), ("CODE", CODE), ("REFRESH_TOKEN", REFRESH_TOKEN)];
    let output = stdout(&bash.envs(secrets).env("NO_PROXY", "*").output().unwrap());
    let (link, answers) = output.split_once('\n').unwrap();
    assert_is_authorize_link(link, &notion.base_url());
    assert!(answers.contains("ntn_fake_exchanged") && answers.contains("ntn_fake_refreshed"), "{answers}");
}

#[test]
fn python_does_what_it_says() {
    let Some(mut python) = program("python3", &["-c"]) else { return };
    let notion = notion();
    let code = snippet("python").replace(NOTION, &notion.base_url());
    let calls = format!(
        "\nlink, state = authorize_link()\nassert state in link\n\
         print(json.dumps([link, exchange(\"{CODE}\")[\"access_token\"], refresh(\"{REFRESH_TOKEN}\")[\"access_token\"]]))\n"
    );
    python.arg(code + &calls).env("NOTION_CLIENT_SECRET", CLIENT_SECRET).env("NO_PROXY", "*");
    let said: Vec<String> = serde_json::from_str(&stdout(&python.output().unwrap())).unwrap();
    assert_is_authorize_link(&said[0], &notion.base_url());
    assert_eq!(said[1..], ["ntn_fake_exchanged", "ntn_fake_refreshed"]);
}

/// The SDK is not here: what stands in for it says what it was given.
#[test]
fn javascript_hands_the_sdk_what_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let sdk = "export class Client { oauth = { token: (given) => JSON.stringify(given, Object.keys(given).sort()) }; }";
    write("node_modules/@notionhq/client/index.mjs", sdk);
    write("node_modules/@notionhq/client/package.json", r#"{"name": "@notionhq/client", "exports": "./index.mjs"}"#);
    write("snippet.mjs", &snippet("javascript"));
    let calls = format!(
        "import {{ authorizeLink, exchange, refresh }} from './snippet.mjs';\nconst {{ link, state }} = authorizeLink();\n\
         if (!link.includes(state)) throw new Error(link);\nconsole.log(link + '\\n' + exchange('{CODE}') + '\\n' + refresh('{REFRESH_TOKEN}'));\n"
    );
    write("calls.mjs", &calls);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let Some(mut node) = program("node", &[&path("calls.mjs")]) else { return };
    let output = stdout(&node.env("NOTION_CLIENT_SECRET", CLIENT_SECRET).output().unwrap());
    let lines: Vec<&str> = output.lines().collect();
    assert_is_authorize_link(lines[0], NOTION);
    let given = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let redirect = connection().redirect.to_string();
    let client = json!({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET});
    let with =
        |more: Value| Value::Object([client.clone(), more].iter().flat_map(|part| part.as_object().unwrap().clone()).collect());
    assert_eq!(given(lines[1]), with(json!({"grant_type": "authorization_code", "code": CODE, "redirect_uri": redirect})));
    assert_eq!(given(lines[2]), with(json!({"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN})));
}

/// Formatted as `rustfmt` formats it, which takes nothing that it cannot parse.
#[test]
fn rust_is_rust() {
    let Some(mut rustfmt) = program("rustfmt", &["--edition", "2024", "--check"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snippet.rs");
    std::fs::write(&file, snippet("rust")).unwrap();
    let output = rustfmt.current_dir(folder.path()).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The environment file contains only names, values and comments.
#[test]
fn the_environment_is_names_and_values() {
    let text = snippet("environment");
    let lines: Vec<(&str, &str)> =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('=')).collect();
    let redirect = connection().redirect.to_string();
    let expected = [("NOTION_CLIENT_ID", CLIENT_ID), ("NOTION_REDIRECT_URI", &redirect), ("NOTION_CLIENT_SECRET", "")];
    assert_eq!(lines, expected);
}
