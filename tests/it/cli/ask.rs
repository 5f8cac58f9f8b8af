//! `ask`: the answer that fits, as text and JSON, and what is said where none does.

use super::{CommandOutcome, outcome_at};
use notion_auth::commands::ask::{self, AskArgs};
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::question::QuestionIndex;
use notion_auth::domain::sanitize::width;

/// A question that could mean several.
const UNSURE: &str = "my token";

async fn asked(columns: usize, question: &str, json: bool) -> CommandOutcome {
    let args = AskArgs { question: question.split(' ').map(str::to_owned).collect(), json };
    let catalog = Catalog::shipped().expect("the catalog parses");
    let index = QuestionIndex::shipped().expect("the answers parse");
    outcome_at(columns, async |console| ask::answer(&args, catalog, index, console)).await
}

#[tokio::test]
async fn an_answer_has_its_source_its_date_and_its_path() {
    let shown = asked(80, "how long does a pat last", false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn where_the_guide_is_outdated_both_are_told() {
    insta::assert_snapshot!(asked(80, "are PATs supported?", false).await.out);
}

#[tokio::test]
async fn where_nothing_fits_it_says_so_and_the_exit_code_too() {
    let shown = asked(80, "how do I peel an apple", false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (1, ""));
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn no_line_of_prose_is_wider_than_the_terminal() {
    for columns in [40, 60, 80, 120] {
        for question in ["are PATs supported?", "docker", "how do I peel an apple"] {
            for line in asked(columns, question, false).await.out.lines() {
                // A command stays whole, to be copied.
                let is_whole = line.contains("https://") || line.contains("notion-auth ");
                assert!(width(line) <= columns || is_whole, "{columns}: {line}");
            }
        }
    }
}

#[tokio::test]
async fn json_holds_path_answer_question_score_and_alternatives() {
    let document = asked(80, "are PATs supported?", true).await.json();
    assert_eq!(document["schema"], 1);
    assert_eq!(document["asked"], "are PATs supported?");
    assert_eq!((&document["path"], &document["id"]), (&"token".into(), &"pat_exists".into()));
    assert_eq!(document["question"], "Does Notion have personal access tokens?");
    let answer = &document["answer"];
    assert_eq!(answer["verdict"], "outdated");
    assert!(answer["text"].as_str().unwrap().starts_with("Notion does not support traditional"), "{answer}");
    assert!(answer["source"].is_string() && answer["as_of"].is_string(), "{answer}");
    assert!(answer["today"]["text"].as_str().unwrap().contains("since 2026-05-12"), "{answer}");
    let score = document["score"].as_f64().unwrap();
    assert!((0.5..=1.0).contains(&score), "{score}");
    assert_eq!(document["confidence"], "sure");
    assert!(document["command"].as_str().unwrap().starts_with("notion-auth "), "{document}");
    for other in document["alternatives"].as_array().unwrap() {
        assert!(other["score"].as_f64().unwrap() <= score, "{other}");
        for field in ["path", "question", "id"] {
            assert!(other[field].is_string(), "{other}");
        }
        assert!(other["answer"]["source"].is_string(), "{other}");
    }
    assert!(document.get("default").is_none());
}

#[tokio::test]
async fn where_it_is_not_sure_the_three_nearest_are_shown_and_none_is_the_answer() {
    let question = UNSURE;
    let shown = asked(80, question, false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (1, ""));
    insta::assert_snapshot!(shown.out);
    let document = asked(80, question, true).await.json();
    assert_eq!((&document["confidence"], &document["path"], &document["id"]), (&"unsure".into(), &().into(), &().into()));
    assert_eq!(document["alternatives"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn json_tells_the_default_from_an_answer() {
    let shown = asked(80, "how do I peel an apple", true).await;
    assert_eq!(shown.exit_code, 1);
    let document = shown.json();
    for field in ["path", "answer", "question", "id"] {
        assert!(document[field].is_null(), "{field}: {document}");
    }
    assert!(document["score"].as_f64().unwrap() < 0.5);
    assert_eq!(document["confidence"], "none");
    assert_eq!(document["default"]["path"], "cli");
    assert_eq!(document["default"]["answer"]["verdict"], "partly");
    assert!(document["default"]["answer"]["today"]["text"].is_string());
}
