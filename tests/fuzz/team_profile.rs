//! `domain/team_profile`: whatever stands in a `notion-auth.toml`, only known answers come out of it, and no secret.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::team_profile::{LoadedProfile, ProfileFile};
use notion_auth::domain::token_text::contains_secret;
use notion_auth_fuzz::{TOKEN, assert_discreet};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match parse(&text) {
        Ok(LoadedProfile { profile, .. }) => {
            assert!(!contains_secret(&Secret::new(text.as_ref())));
            let written = profile.to_toml();
            assert_eq!(parse(&written).map(|loaded| loaded.profile), Ok(profile), "{written}");
        }
        Err(problem) => {
            assert_discreet(&problem, &[TOKEN]);
            let has_secret = contains_secret(&Secret::new(text.as_ref()));
            assert!(!has_secret || problem.code == ProblemCode::ProfileHasSecret);
        }
    }
});

fn parse(text: &str) -> Result<LoadedProfile, Problem> {
    ProfileFile { place: "notion-auth.toml".into(), digest: String::new(), text: Secret::new(text) }.parse()
}
