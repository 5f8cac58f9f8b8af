//! Needs bash, curl, python3, node and rustfmt: the snippets of the hand-over run against a fake Notion.
#![expect(clippy::disallowed_methods, reason = "what is tested here is files and programs")]

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET, CODE, REFRESH_TOKEN};
use crate::support::notion::{FakeNotion, Request, Response};
use crate::support::snippets::{connection, snippet};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// The host to which the snippets send people and secrets.
const NOTION: &str = "https://api.notion.com";

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

fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments);
    command
}

#[track_caller]
fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; run `bash tests/install`"))
}

#[test]
fn python_does_what_it_says() {
    let mut python = program("python3", &["-c"]);
    let notion = notion();
    let code = snippet("python").replace(NOTION, &notion.base_url());
    let calls = format!(
        "\nlink, state = authorize_link()\nassert state in link\n\
         print(json.dumps([link, exchange(\"{CODE}\")[\"access_token\"], refresh(\"{REFRESH_TOKEN}\")[\"access_token\"]]))\n"
    );
    python.arg(code + &calls).env("NOTION_CLIENT_SECRET", CLIENT_SECRET).env("NO_PROXY", "*");
    let said: Vec<String> = serde_json::from_str(&stdout(&run(&mut python))).unwrap();
    assert_is_authorize_link(&said[0], &notion.base_url());
    assert_eq!(said[1..], ["ntn_fake_exchanged", "ntn_fake_refreshed"]);
}

#[test]
fn curl_does_what_it_says() {
    let mut bash = program("bash", &["-euo", "pipefail", "-c"]);
    let notion = notion();
    bash.arg(snippet("curl").replace(NOTION, &notion.base_url()));
    let secrets = [("NOTION_CLIENT_SECRET", CLIENT_SECRET), ("CODE", CODE), ("REFRESH_TOKEN", REFRESH_TOKEN)];
    let output = stdout(&run(bash.envs(secrets).env("NO_PROXY", "*")));
    let (link, answers) = output.split_once('\n').unwrap();
    assert_is_authorize_link(link, &notion.base_url());
    assert!(answers.contains("ntn_fake_exchanged") && answers.contains("ntn_fake_refreshed"), "{answers}");
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
    let mut node = program("node", &[&path("calls.mjs")]);
    let output = stdout(&run(node.env("NOTION_CLIENT_SECRET", CLIENT_SECRET)));
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
    let mut rustfmt = program("rustfmt", &["--edition", "2024", "--check"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snippet.rs");
    std::fs::write(&file, snippet("rust")).unwrap();
    let output = run(rustfmt.current_dir(folder.path()).arg(&file));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
