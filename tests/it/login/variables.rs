//! `NOTION_API_TOKEN` with something in it that is not exactly one token, as every command of the built binary meets it.

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
