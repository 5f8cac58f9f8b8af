//! `paths`: the comparison and one path in full.

use super::{CommandOutcome, outcome_at, small_catalog};
use notion_auth::commands::paths::{self, PathsArgs};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::sanitize::width;

async fn shown(columns: usize, id: Option<AuthPath>, json: bool) -> CommandOutcome {
    let catalog = small_catalog();
    outcome_at(columns, async |console| paths::run(&PathsArgs { id, json }, &catalog, console)).await
}

#[tokio::test]
async fn the_comparison_stands_in_columns_at_80() {
    let shown = shown(80, None, false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn the_comparison_becomes_cards_at_40() {
    insta::assert_snapshot!(shown(40, None, false).await.out);
}

#[tokio::test]
async fn one_path_in_full_shows_the_guide_beside_today() {
    insta::assert_snapshot!(shown(80, Some(AuthPath::Token), false).await.out);
}

#[tokio::test]
async fn no_line_of_prose_is_wider_than_the_terminal() {
    for columns in [40, 60, 72, 80, 120] {
        for id in [None, Some(AuthPath::Cli)] {
            for line in shown(columns, id, false).await.out.lines() {
                assert!(width(line) <= columns || line.contains("https://"), "{columns}: {line}");
            }
        }
    }
}

#[tokio::test]
async fn json_is_one_document_with_its_schema() {
    let all = shown(80, None, true).await.json();
    assert_eq!(all["schema"], 1);
    assert_eq!(all["paths"].as_array().unwrap().len(), 3);
    let one = shown(80, Some(AuthPath::Oauth), true).await.json();
    assert_eq!(one["paths"].as_array().unwrap().len(), 1);
    assert_eq!(one["paths"][0]["id"], "oauth");
}
