//! Writes a profile as the file that a team shares, with a comment above each answer.

use super::{PROFILE_FILE_NAME, PROFILE_SCHEMA, ProfileKey, TeamProfile};
use std::fmt::Write;
use strum::VariantArray;

pub(super) fn render(profile: &TeamProfile) -> String {
    let mut text = format!(
        "# A team's answers for notion-auth. This file holds no secret.\n\
         # To use it: notion-auth --profile {PROFILE_FILE_NAME}\n\
         # Without the wizard: notion-auth login --profile {PROFILE_FILE_NAME}\n\
         schema = {PROFILE_SCHEMA}\n"
    );
    for key in ProfileKey::VARIANTS {
        let values = profile.values(*key);
        if values.is_empty() {
            continue;
        }
        // Every value is a name from a list of ours, without a quote or a backslash.
        let quoted: Vec<_> = values.iter().map(|value| format!("\"{value}\"")).collect();
        let value = if *key == ProfileKey::Agents { format!("[{}]", quoted.join(", ")) } else { quoted.concat() };
        let choices = if *key == ProfileKey::Agents { String::new() } else { format!(": {}", key.values().join(", ")) };
        // Writing to a string never fails.
        let _ = write!(text, "\n# {}{choices}\n{} = {value}\n", key.description(), key.name());
    }
    text
}
