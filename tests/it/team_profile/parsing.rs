//! Random files: only known answers come out of one, and no message quotes a secret. `tests/fuzz/team_profile.rs` holds the same invariants for longer.

use crate::support::team_profiles::profile_file;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::sanitize::sanitize;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";

/// Pieces of a file, good and bad.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "schema = 1\n",
        "schema",
        "role",
        "plan",
        "policy",
        "path",
        "store",
        "agents",
        " = ",
        "\"member\"",
        "\"business\"",
        "\"cli\"",
        "\"file\"",
        "[\"codex\"]",
        "[",
        "]",
        "\n",
        "\n",
        "\r\n",
        "# ",
        "\"",
        "'''",
        "1",
        "\"\\u006e",
        "tn_fake_member_00000000\"",
        "\"https://evil.example\"",
        "\u{202e}",
        "\u{1b}[31m",
        "[table]\n",
        "rol",
        "{ a = 1 }",
    ];
    prop_oneof![60 => select(words.to_vec()).prop_map(str::to_owned), 1 => Just(TOKEN.to_owned()), 3 => ".{0,6}"]
}

proptest! {
    #[test]
    fn a_file_is_known_answers_or_a_problem_that_quotes_no_secret(
        is_begun in any::<bool>(),
        pieces in vec(piece(), 0..24),
    ) {
        let text = format!("{}{}", if is_begun { "schema = 1\n" } else { "" }, pieces.concat());
        match profile_file("notion-auth.toml", &text).parse() {
            Ok(loaded) => {
                prop_assert!(!text.contains(TOKEN));
                let written = profile_file("notion-auth.toml", &loaded.profile.to_toml()).parse();
                prop_assert_eq!(written.map(|written| written.profile), Ok(loaded.profile));
            }
            Err(problem) => {
                let evidence = problem.evidence.unwrap_or_default();
                prop_assert!(!evidence.contains("ntn_fake") && !evidence.contains("evil"), "{}", evidence);
                prop_assert_eq!(sanitize(&evidence), evidence.clone());
                prop_assert!(!text.contains(TOKEN) || problem.code == ProblemCode::ProfileHasSecret, "{}", text);
            }
        }
    }
}
