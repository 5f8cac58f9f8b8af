//! The snippets of the hand-over: complete, and without secrets. `tests/parts/snippets.rs` runs them.

use crate::support::connection_fakes::CLIENT_ID;
use crate::support::snippets::{connection, snippet};
use notion_auth::domain::oauth::{ConnectionRecord, RedirectUri};
use notion_auth::domain::sanitize::width;
use notion_auth::domain::snippets::snippets;

/// Maximum width of a snippet, so that it does not wrap at 80 columns.
const WIDEST: usize = 74;

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
