//! Signing in: discovery, registration, consent, proof, and what is refused.
#![expect(clippy::disallowed_methods, reason = "looks at files")]

use crate::support::mcp_sandbox::{McpSandbox, check_output};
use crate::support::mcp_server::{McpServer, SECRET_PREFIXES, USER, WORKSPACE};
use crate::support::notion::Response;
use crate::support::sandbox::{CommandOutput, poll_until};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout};

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

fn problem(events: &[Value]) -> &str {
    let last = events.last().unwrap();
    assert_eq!(last["event"], "problem", "{events:?}");
    last["code"].as_str().unwrap()
}

#[test]
fn a_sign_in_is_proved_saved_and_listed_with_its_secrets_apart() {
    let sandbox = McpSandbox::new();
    let events = sandbox.sign_in();
    assert_eq!(kinds(&events), ["waiting", "open", "waiting", "waiting", "check", "check", "check", "check", "done"]);
    let done = events.last().unwrap();
    assert_eq!(done["account"], format!("{WORKSPACE}/mcp@{USER}"));
    assert_eq!((&done["kind"], &done["path"], &done["user"]), (&json!("mcp"), &json!("mcp"), &json!("Ada Fake")));

    let secrets: Value = serde_json::from_slice(&std::fs::read(sandbox.home.file("secrets.json")).unwrap()).unwrap();
    let secrets = secrets.to_string();
    for name in ["mcp@", "mcp-refresh@", "mcp-client-id@"] {
        assert!(secrets.contains(&format!("{WORKSPACE}/{name}{USER}")), "{name}");
    }
    let records = std::fs::read_to_string(sandbox.home.file("credentials.json")).unwrap();
    assert!(SECRET_PREFIXES.iter().chain(&["fakeMcpClient"]).all(|secret| !records.contains(secret)), "{records}");

    let status = sandbox.run("status --json").json_document();
    assert_eq!((&status["active"], &status["credentials"][0]["kind"]), (&Value::Null, &json!("mcp")));
    let checked = sandbox.run("status --check --json");
    assert_eq!((checked.exit_code, &checked.json_document()["credentials"][0]["verdict"]), (Some(0), &json!("pass")));
}

#[test]
fn the_client_is_public_and_registers_exactly_the_redirect_uri_in_use() {
    let sandbox = McpSandbox::new();
    sandbox.sign_in();
    let requests = sandbox.server.requests();
    let to = |path: &str| requests.iter().find(|request| request.path() == path).unwrap();
    let registration: Value = serde_json::from_str(&to("/register").body).unwrap();
    assert_eq!(registration["redirect_uris"], json!([format!("http://localhost:{}/callback", sandbox.port)]));
    assert_eq!(registration["token_endpoint_auth_method"], "none");
    assert!(to("/token").body.contains("code_verifier=") && to("/token").body.contains("resource="));
    assert!(requests.iter().all(|request| request.header("origin").is_none() && request.header("notion-version").is_none()));
}

/// A sign-in whose link is approved, and the redirect URL that it has yet to be told.
fn approved(sandbox: &McpSandbox) -> (Child, BufReader<ChildStdout>, String) {
    let mut child = sandbox.home.start(&sandbox.login_command());
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"open\"") {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0);
    }
    let event: Value = serde_json::from_str(&line).unwrap();
    let redirect = sandbox.server.approve(event["url"].as_str().unwrap());
    (child, output, redirect)
}

#[test]
fn a_redirect_url_can_be_pasted_instead() {
    let sandbox = McpSandbox::new();
    let (child, mut output, redirect) = approved(&sandbox);
    let mut input = child.stdin.as_ref().unwrap();
    input.write_all(b"http://localhost/callback?code=x&state=other\n").unwrap();
    input.write_all(format!("{redirect}\n").as_bytes()).unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("\"ignored\"") && rest.contains("\"done\""), "{rest}");
    assert_eq!(check_output(CommandOutput::wait(child)).exit_code, Some(0));
}

#[test]
fn sign_ins_that_begin_at_once_each_listen_on_a_port_of_their_own() {
    let sandboxes = [McpSandbox::new(), McpSandbox::new(), McpSandbox::new()];
    let command = |sandbox: &McpSandbox| sandbox.login_command().replace(&format!(" --port {}", sandbox.port), "");
    let mut children: Vec<Child> = sandboxes.iter().map(|sandbox| sandbox.home.start(&command(sandbox))).collect();
    let mut redirects = Vec::new();
    for (child, sandbox) in children.iter_mut().zip(&sandboxes) {
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut events = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        let open = events.find(|event| event["event"] == "open").unwrap();
        let redirect = open["redirect"].as_str().unwrap();
        let registration = sandbox.server.requests().into_iter().find(|request| request.path() == "/register").unwrap();
        assert!(open["listening"] == true && registration.body.contains(redirect), "{open} {}", registration.body);
        redirects.push(redirect.to_owned());
    }
    for mut child in children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    redirects.sort();
    redirects.dedup();
    assert_eq!(redirects.len(), 3, "{redirects:?}");
}

#[test]
fn the_metadata_at_the_root_will_do() {
    let sandbox = McpSandbox::new();
    sandbox.server.change(|settings| settings.has_suffixed_metadata = false);
    sandbox.sign_in();
}

#[test]
fn the_metadata_that_the_server_points_to_comes_before_the_known_places() {
    let sandbox = McpSandbox::new();
    let origin = sandbox.server.origin();
    let document = json!({ "resource": sandbox.server.url(), "authorization_servers": [origin] });
    sandbox.server.change(|settings| settings.metadata_pointer = Some(format!("{origin}/oauth/about-mcp")));
    sandbox.server.answer_next("/oauth/about-mcp", Response::json(200, document));
    sandbox.sign_in();
    let requests = sandbox.server.requests();
    assert!(!requests.iter().any(|request| request.path().starts_with("/.well-known/oauth-protected-resource")));
    let asked = requests.iter().find(|request| request.path() == "/mcp").unwrap();
    assert_eq!((asked.method.as_str(), asked.header("authorization")), ("GET", None));
}

#[test]
fn a_server_that_refuses_only_messages_points_to_its_metadata_too() {
    let sandbox = McpSandbox::new();
    let origin = sandbox.server.origin();
    let document = json!({ "resource": sandbox.server.url(), "authorization_servers": [origin] });
    sandbox.server.change(|settings| settings.metadata_pointer = Some(format!("{origin}/oauth/about-mcp")));
    sandbox.server.answer_next("GET /mcp", Response::text(405, ""));
    sandbox.server.answer_next("/oauth/about-mcp", Response::json(200, document));
    sandbox.sign_in();
    assert!(sandbox.server.messages("initialize")[0].header("authorization").is_none());
    assert!(sandbox.server.requests().iter().any(|request| request.path() == "/oauth/about-mcp"));
}

#[test]
fn a_connection_that_the_server_closes_is_opened_again_for_what_changes_nothing() {
    let sandbox = McpSandbox::new();
    for method in ["initialize", "tools/list"] {
        sandbox.server.answer_next(method, Response::closed());
    }
    sandbox.sign_in();
    assert_eq!(sandbox.server.messages("tools/list").len(), 2);
}

#[test]
fn the_scopes_that_the_server_demands_are_asked_for() {
    let sandbox = McpSandbox::new();
    sandbox.server.change(|settings| settings.scope = Some("content:read content:write"));
    sandbox.sign_in();
}

#[test]
fn a_pointer_to_another_origin_is_not_followed_and_a_wrong_one_is_not_the_end() {
    let stranger = McpServer::start();
    for pointer in [format!("{}/.well-known/oauth-protected-resource/mcp", stranger.origin()), "/no/address".to_owned()] {
        let sandbox = McpSandbox::new();
        sandbox.server.change(|settings| settings.metadata_pointer = Some(pointer));
        sandbox.sign_in();
    }
    assert_eq!(stranger.requests().len(), 0);
    let sandbox = McpSandbox::new();
    let missing = format!("{}/missing", sandbox.server.origin());
    sandbox.server.change(|settings| settings.metadata_pointer = Some(missing));
    sandbox.sign_in();
    assert!(sandbox.server.requests().iter().any(|request| request.path() == "/missing"));
}

#[test]
fn signing_in_again_revokes_the_sign_in_that_it_replaces() {
    let sandbox = McpSandbox::signed_in();
    sandbox.sign_in();
    assert_eq!(sandbox.server.connection_count(), 1);
    assert_eq!(sandbox.run("status --check --json").json_document()["credentials"][0]["verdict"], "pass");
    // Another workspace replaces nothing.
    sandbox.server.change(|settings| settings.workspace = ("workspace-mcp-2".into(), "Second Works".into()));
    sandbox.sign_in();
    assert_eq!(sandbox.server.connection_count(), 2);
}

#[test]
fn a_sign_in_that_would_not_be_saved_is_refused_and_leaves_the_saved_one() {
    let sandbox = McpSandbox::signed_in();
    let run = sandbox.run("login --path mcp --store none --json");
    assert_eq!((run.exit_code, problem(&run.json_lines())), (Some(2), "usage"), "{run:?}");
    assert_eq!(sandbox.run("status --check").exit_code, Some(0));
}

#[test]
fn a_replaced_sign_in_that_cannot_be_revoked_does_not_fail_the_new_one() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.refuses_revocation = true);
    sandbox.sign_in();
    assert_eq!(sandbox.run("status --check --json").json_document()["credentials"][0]["verdict"], "pass");
}

#[test]
fn the_issuer_of_a_redirect_is_compared() {
    for (named, promised, is_accepted) in
        [(Some(None), true, true), (Some(Some("https://evil.example")), false, false), (None, true, false), (None, false, true)]
    {
        let sandbox = McpSandbox::new();
        let own = sandbox.server.origin();
        let issuer = named.map(|named: Option<&str>| named.map_or(own, str::to_owned));
        sandbox.server.change(|settings| (settings.issuer_in_redirect, settings.promises_issuer) = (issuer, promised));
        if is_accepted {
            sandbox.sign_in();
            continue;
        }
        // The listener ignores it and waits for the right one; the box names the fault.
        let mut child = sandbox.home.start(&format!("login --path mcp --port {} --store file --json", sandbox.port));
        let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut line = String::new();
        while !line.contains("\"ignored\"") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0);
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["event"] == "open" {
                input.write_all(format!("{}\n", sandbox.server.approve(event["url"].as_str().unwrap())).as_bytes()).unwrap();
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn a_server_whose_documents_cannot_be_trusted_is_refused_before_anyone_is_asked() {
    for (name, value) in [
        ("issuer", json!("https://evil.example")),
        ("token_endpoint", json!("http://evil.example/token")),
        ("authorization_endpoint", json!("ftp://127.0.0.1/authorize")),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("token_endpoint_auth_methods_supported", json!(["client_secret_basic"])),
        ("registration_endpoint", Value::Null),
    ] {
        let sandbox = McpSandbox::new();
        sandbox.server.change(|settings| settings.metadata = vec![(name, value.clone())]);
        let events = sandbox.try_sign_in("", McpServer::approve);
        assert_eq!((problem(&events), kinds(&events).contains(&"open")), ("mcp_discovery_failed", false), "{name}: {value}");
    }
}

#[test]
fn each_refusal_on_the_way_has_its_problem() {
    for (what, response, code) in [
        ("/.well-known/oauth-authorization-server", Response::html(200, "<html>"), "mcp_discovery_failed"),
        ("/.well-known/oauth-authorization-server", Response::redirect(302, "https://evil.example"), "redirected"),
        (
            "/.well-known/oauth-protected-resource/mcp",
            Response::json(200, json!({ "resource": "https://evil.example/mcp" })),
            "mcp_discovery_failed",
        ),
        ("/.well-known/oauth-protected-resource/mcp", Response::endless(), "response_too_large"),
        ("/register", Response::json(400, json!({ "error": "invalid_client_metadata" })), "mcp_registration_refused"),
        (
            "/register",
            Response::json(201, json!({ "client_id": "x", "token_endpoint_auth_method": "client_secret_basic" })),
            "mcp_registration_refused",
        ),
        ("/register", Response::json(201, json!({ "client_id": "a\nb" })), "mcp_registration_refused"),
        ("/token", Response::json(400, json!({ "error": "invalid_grant" })), "code_refused"),
        ("/token", Response::json(400, json!({ "error": "invalid_target" })), "authorization_refused"),
        ("/token", Response::json(200, json!({ "token_type": "bearer" })), "response_unreadable"),
        ("initialize", Response::json(403, json!({ "error": "forbidden" })), "mcp_forbidden"),
        (
            "tools/list",
            Response::json(200, json!({ "jsonrpc": "2.0", "id": 2, "error": { "code": 1, "message": "no" } })),
            "unexpected_response",
        ),
        ("tools/call", Response::events("data: {\"half\n"), "response_truncated"),
    ] {
        let sandbox = McpSandbox::new();
        sandbox.server.answer_next(what, response);
        assert_eq!(problem(&sandbox.try_sign_in("", McpServer::approve)), code, "{what}");
        assert!(!sandbox.home.file("secrets.json").exists(), "{what}");
        assert!(!sandbox.server.is_connected(), "{what}: tokens that are not saved are revoked");
    }
}

#[test]
fn a_person_can_deny_it() {
    let sandbox = McpSandbox::new();
    assert_eq!(problem(&sandbox.try_sign_in("", McpServer::deny)), "authorization_denied");
}

#[test]
fn another_workspace_than_the_wanted_one_is_not_kept_and_its_grant_is_revoked() {
    let sandbox = McpSandbox::new();
    let events = sandbox.try_sign_in("--workspace-id other", McpServer::approve);
    assert_eq!((problem(&events), sandbox.server.is_connected()), ("wrong_workspace", false));
}

#[test]
fn two_workspaces_stand_side_by_side_and_a_switch_chooses() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.workspace = ("workspace-mcp-2".into(), "Second Works".into()));
    sandbox.sign_in();
    let credentials = sandbox.run("status --json").json_document()["credentials"].clone();
    assert_eq!(credentials.as_array().unwrap().len(), 2);
    let switched = sandbox.run(&format!("switch {WORKSPACE}"));
    assert_eq!(switched.exit_code, Some(0), "{switched:?}");
    let records: Value = serde_json::from_slice(&std::fs::read(sandbox.home.file("credentials.json")).unwrap()).unwrap();
    assert_eq!((&records["active_mcp"]["workspace"], &records["active"]), (&json!(WORKSPACE), &Value::Null));
    let marked = |run: &str| sandbox.run(run).stdout.lines().filter(|line| line.starts_with("* ")).count();
    assert_eq!(marked("status"), 1);
}

#[test]
fn an_interrupted_sign_in_that_has_its_tokens_is_finished() {
    let sandbox = McpSandbox::new();
    sandbox.server.change(|settings| settings.token_delay = std::time::Duration::from_millis(300));
    let (child, mut output, redirect) = approved(&sandbox);
    child.stdin.as_ref().unwrap().write_all(format!("{redirect}\n").as_bytes()).unwrap();
    poll_until("the exchange", || sandbox.server.is_connected().then_some(()));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("\"done\""), "{rest}");
    assert_eq!(check_output(CommandOutput::wait(child)).exit_code, Some(0));
}

#[test]
fn an_address_that_is_neither_https_nor_loopback_is_refused() {
    let sandbox = McpSandbox::new();
    let home = sandbox.home.with_variable("NOTION_MCP_URL", "http://mcp.example/mcp");
    let run = home.run("login --path mcp --store file --json", "");
    assert_eq!((run.exit_code, problem(&run.json_lines())), (Some(2), "mcp_url_refused"));
}
