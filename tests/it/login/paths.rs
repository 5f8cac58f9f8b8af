//! `paths` through the built binary: the comparison as text and as the document other programs read.

use crate::support::sandbox::Sandbox;
use serde_json::Value;

#[test]
fn the_comparison_needs_neither_home_nor_network_nor_path() {
    let home = Sandbox::new().without_variable("HOME").without_variable("PATH").without_variable("NOTION_API_BASE_URL");
    let run = home.run("paths", "");
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    for title in ["API token", "OAuth app", "Notion CLI"] {
        assert!(run.stdout.contains(title), "{}", run.stdout);
    }
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    assert!(!run.stdout.contains('\x1b'), "no codes in a pipe");
}

#[test]
fn one_path_is_read_in_full() {
    for (id, title) in [("token", "API token"), ("oauth", "OAuth app"), ("cli", "Notion CLI")] {
        let run = Sandbox::new().run(&format!("paths {id}"), "");
        assert_eq!(run.exit_code, Some(0), "{run:?}");
        assert!(run.stdout.contains(title) && run.stdout.lines().count() > 30, "{}", run.stdout);
    }
}

#[test]
fn the_document_has_the_fields_that_were_promised() {
    let document = Sandbox::new().run("paths --json", "").json_document();
    assert_eq!(document["schema"], 1);
    let ids: Vec<_> = document["paths"].as_array().unwrap().iter().map(|path| path["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["token", "oauth", "cli"]);
    for path in document["paths"].as_array().unwrap() {
        for text in ["title", "complexity", "detail_skill"] {
            assert!(path[text].is_string(), "{text}: {path}");
        }
        for yes_or_no in ["code_required", "automation"] {
            assert!(path[yes_or_no].is_boolean(), "{yes_or_no}: {path}");
        }
        for one in ["best_for", "key_fact", "brief"] {
            assert_fact(&path[one]);
        }
        for many in ["when_to_use", "when_not_to_use", "limitations", "facts"] {
            path[many].as_array().unwrap().iter().for_each(assert_fact);
        }
    }
    for faq in document["faq"].as_array().unwrap() {
        assert!(faq["question"].is_string() && ids.contains(&faq["path"].as_str().unwrap()), "{faq}");
        assert_fact(&faq["answer"]);
    }
    assert!(!document["faq"].as_array().unwrap().is_empty() && !document["decision_tree"].as_array().unwrap().is_empty());
}

#[test]
fn the_document_of_one_path_is_about_that_path_alone() {
    let document = Sandbox::new().run("paths cli --json", "").json_document();
    let ids: Vec<_> = document["paths"].as_array().unwrap().iter().map(|path| path["id"].clone()).collect();
    assert_eq!(ids, ["cli"]);
    assert!(document["faq"].as_array().unwrap().iter().all(|faq| faq["path"] == "cli"), "{document}");
}

/// Text, source, date and verdict; what holds today wherever the guide is outdated.
#[track_caller]
fn assert_fact(fact: &Value) {
    assert!(fact["text"].is_string() && fact["source"].is_string(), "{fact}");
    assert!(fact["as_of"].as_str().unwrap().parse::<jiff::civil::Date>().is_ok(), "{fact}");
    match fact["verdict"].as_str().unwrap() {
        "current" => {}
        "partly" | "outdated" => assert!(fact["today"]["text"].is_string(), "{fact}"),
        other => panic!("{other}: {fact}"),
    }
}
