//! The line about the team profile: an offer, the answers in use, or why the file can't be used. It is never in the way of a sign-in.

use crate::domain::checks::Verdict;
use crate::domain::team_profile::{PROFILE_FILE_NAME, ProfileKey, TeamProfile};
use crate::wizard::context::Ctx;
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// Minimum number of rows for an offer that names every answer; the page of the profile always names them.
const MIN_ROWS_FOR_ANSWERS: u16 = 30;

/// The label of the key that leads to the page of the profile.
const LABEL: &str = "team profile";

/// Draws the line. Returns false if there is none.
pub fn draw(sheet: &mut Sheet, ctx: &Ctx<'_>) -> bool {
    if ctx.profile_problem().is_some() {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        let key = components::key_name(sheet.theme(), Mode::Normal, Intent::Profile);
        sheet.hanging(mark, Role::Text, &format!("{PROFILE_FILE_NAME} can't be used. Press {key} to see why."));
        return true;
    }
    if let Some(offered) = ctx.offered_profile() {
        let key = components::key_name(sheet.theme(), Mode::Normal, Intent::Profile);
        let mark = components::key_mark(sheet, &key);
        let text = if ctx.size.rows >= MIN_ROWS_FOR_ANSWERS {
            format!("Use your team's answers from {PROFILE_FILE_NAME}? {}", summary(&offered.profile))
        } else if ctx.size.is_roomy() {
            format!("Use your team's answers from {PROFILE_FILE_NAME}?")
        } else {
            format!("Use {PROFILE_FILE_NAME}?")
        };
        sheet.hanging(mark, Role::Text, &text);
        return true;
    }
    let Some(answers) = ctx.team_answers() else { return false };
    let text = match answers.path {
        Some(path) => format!("From {PROFILE_FILE_NAME}: {}.", ctx.catalog().path(path).title),
        None => format!("Your team's answers are in use, from {PROFILE_FILE_NAME}."),
    };
    sheet.text(Role::Dim, &text);
    true
}

/// Returns the answers in one line: `path cli; store keychain`.
fn summary(profile: &TeamProfile) -> String {
    let answer = |(key, value): (ProfileKey, String)| format!("{} {value}", key.name());
    profile.answers().map(answer).collect::<Vec<_>>().join("; ")
}

/// Adds the key that leads to the answers; in the footer as long as they wait for a decision.
pub fn add_key(actions: Actions, ctx: &Ctx<'_>) -> Actions {
    if ctx.offered_profile().is_some() || ctx.profile_problem().is_some() {
        actions.key(Intent::Profile, LABEL)
    } else if ctx.known_profile().is_some() {
        actions.in_help(Intent::Profile, LABEL)
    } else {
        actions
    }
}
