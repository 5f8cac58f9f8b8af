//! From a question in one's own words to a token that is handed over: what was typed as keys is said as letters, and nothing is padded.

use super::{PlainConversation, accept};
use crate::support::sandbox::Sandbox;

const TOKEN_OF_THE_DEMO: &str = "ntn_demo_member_on_a_paid_plan_0001";

#[test]
fn a_question_is_answered_by_its_number_and_leads_to_its_path() {
    let home = Sandbox::new();
    let it = PlainConversation::at_the_first_question(&home, "--demo");
    it.say("/").hear("Asked often").hear("Ask in your own words: ");
    it.say("how long does a pat last").hear("A PAT lasts").hear("answer fits? ");
    it.say("2").hear("selected: 2. ").hear("answer fits? ").say("99").hear("There is no number 99 here.");
    it.hear("answer fits? ").say("1").hear("selected: 1. How long").hear("answer fits? ");
    it.say("").hear("Paste your token").hear("Press Enter (get a token): ").say("q");
    it.assert_ended(130);
    let transcript = it.transcript(&[]);
    accept("asking", transcript.split_once("Ask in your own words").map_or("", |(_, asked)| asked));
}

#[test]
fn a_token_is_handed_over_and_leaving_then_loses_nothing() {
    let home = Sandbox::new();
    let it = PlainConversation::at_the_first_question(&home, "--demo");
    it.say("1").hear("Press Enter (get a token): ").say("").hear("hidden): ").say(TOKEN_OF_THE_DEMO).hear("Checks complete. ");
    it.say("").hear("save the token? ").say("4").hear("Which secret manager do you want to use? ").say("1");
    it.hear("Keys: Enter continue").hear("this folder's): ").say("acme/app").hear("Deployment environment (optional): ").say("");
    it.hear("y or n? ").say("").hear("y or n? ").say("y").hear("What next? ").say("b").hear("save the token? ").say("q");
    it.assert_ended(0);
    let transcript = it.transcript(&[]);
    let (_, handing) = transcript.split_once("Where do you want to save the token? 4").unwrap();
    for key in ["Esc", "Tab", "Ctrl", "selected: y", "  "] {
        assert!(!handing.contains(key), "{key:?} stands in {handing}");
    }
    let (handing, _) = handing.split_once("Where do you want to save the token?").unwrap();
    accept("handing", handing);
}
