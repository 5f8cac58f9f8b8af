//! Variables that hold a token: other names than `NOTION_API_TOKEN`, and `NOTION_API_TOKEN` with something in it that is not exactly one token, as every command of the built binary meets it.

use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use serde_json::Value;

#[test]
fn every_command_refuses_a_variable_that_does_not_hold_exactly_one_token() {
    let notion = FakeNotion::start(respond_as_member);
    let foreign = format!("{}_fakefakefake0fakefakefake", "ghp");
    for (value, code) in [
        (format!("{TOKEN} ntn_another_fake_fake_fake"), "variable_unclear"),
        (format!("{TOKEN} mine"), "variable_unclear"),
        (foreign, "foreign_secret"),
    ] {
        let home = Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", &value);
        for command in ["token", "run -- env", "status", "env"] {
            let run = home.run(command, "");
            assert_eq!(run.exit_code, Some(2), "{command}: {run:?}");
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains("NOTION_API_TOKEN") && !said.contains(&value), "{command}: {run:?}");
        }
        let status: Value = serde_json::from_str(&home.run("status --json", "").stdout).unwrap();
        assert_eq!((&status["active"], &status["problems"][0]["code"]), (&Value::Null, &code.into()), "{status}");
        let doctor: Value = serde_json::from_str(&home.run("doctor --json", "").stdout).unwrap();
        let checks = doctor["checks"].as_array().unwrap();
        let in_use = checks.iter().find(|check| check["id"] == "credential.active").unwrap();
        assert_eq!(in_use["verdict"], "fail", "{doctor}");
    }
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

#[test]
fn other_variables_are_found_and_only_asked_about_on_request() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion)
        .with_variable("NOTION_TOKEN", TOKEN)
        .with_variable("NOTION_API_KEY", TOKEN)
        .with_variable("NOTION_KEY", format!("{TOKEN} mine"))
        .with_variable("NOTION_TOKEN_V2", "v02%3Afake_cookie")
        .with_variable("AUTH_TOKEN", "ntn_fake_password_000000000000000000000000");
    for command in ["token", "env", "run -- env"] {
        assert_eq!(home.run(command, "").exit_code, Some(4), "{command}: none of them is active by itself");
    }
    let status: Value = serde_json::from_str(&home.run("status --json", "").stdout).unwrap();
    let places: Vec<_> = status["credentials"].as_array().unwrap().iter().map(|one| (&one["place"], &one["also_in"])).collect();
    let (one, unclear) = (serde_json::json!(["NOTION_TOKEN"]), serde_json::json!([]));
    assert_eq!(places, [(&Value::from("NOTION_API_KEY"), &one), (&Value::from("NOTION_KEY"), &unclear)], "{status}");
    assert!(notion.requests().is_empty());
    let status: Value = serde_json::from_str(&home.run("status --check --json", "").stdout).unwrap();
    let problems: Vec<_> = status["credentials"].as_array().unwrap().iter().map(|one| &one["problem"]).collect();
    assert_eq!(problems, [&Value::Null, &Value::from("variable_unclear")], "{status}");
    let doctor: Value = serde_json::from_str(&home.run("doctor --json", "").stdout).unwrap();
    let checks = doctor["checks"].as_array().unwrap();
    let is_about = |check: &Value, name: &str| check["subject"].as_str().is_some_and(|subject| subject.contains(name));
    let of = |name| checks.iter().find(|check| check["id"] == "credential.valid" && is_about(check, name)).unwrap();
    assert_eq!((&of("NOTION_API_KEY")["verdict"], &of("NOTION_KEY")["verdict"]), (&Value::from("pass"), &Value::from("unknown")));
    assert!(of("NOTION_KEY")["evidence"].as_str().unwrap().contains("NOTION_KEY"), "{doctor}");
    assert!(notion.requests().iter().all(|request| request.bearer().is_none_or(|bearer| bearer == TOKEN)));
}
