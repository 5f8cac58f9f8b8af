//! The path of a token, from the first question to a kept credential, and what may go wrong on it.

use super::{FIRST, PlainConversation, accept};
use crate::support::conversation::asked_for_a_token;
use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;

#[test]
fn a_token_is_verified_and_kept_in_a_file_with_consent() {
    let notion = FakeNotion::start(respond_as_member);
    let (home, it) = asked_for_a_token(&notion, |home| home);
    assert!(!it.terminal.line_mode().echo, "what is typed is not shown");
    notion.hold_checks();
    it.say(TOKEN).hear("Press Enter (continue): ");
    notion.release_checks();
    it.hear("Checks complete. ");
    assert!(it.terminal.line_mode().echo, "it is shown again");
    it.say("").hear("Where do you want to save the token? ").say("l").hear("Where do you want to save the token? ");
    it.say("2").hear("y or n? ");
    assert!(home.files().is_empty(), "no consent, no file");
    it.say("n")
        .hear("Where do you want to save the token? ")
        .say("2")
        .hear("y or n? ")
        .say("y")
        .hear("Press Enter (finish): ")
        .say("");
    it.assert_ended(0);
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
    let host = notion.base_url();
    accept("token_kept", &it.transcript(&[(home.path().to_str().unwrap(), "HOME"), (&host, "http://notion")]));
}

#[test]
fn a_refused_token_is_told_with_its_causes_each_time_and_the_next_line_takes_its_place() {
    let notion = FakeNotion::start(respond_as_member);
    let (home, it) = asked_for_a_token(&notion, |home| home);
    let mistyped = TOKEN.replace("member", "mumber");
    for _ in 0..2 {
        it.say(&mistyped).hear("problem: Notion does not accept this token.").hear("Possible reasons").hear("hidden): ");
    }
    it.say("ntn_short").hear("9 characters, all hidden.").hear("That's too short for a token.").hear("hidden): ");
    it.say("zz").hear("2 characters, all hidden.").hear("hidden): ");
    notion.hold_checks();
    it.say(TOKEN).hear("Acts as: Ada Fake").hear("Press Enter (continue): ");
    notion.release_checks();
    it.hear("Checks complete. ").say("q").hear("isn't saved").hear("y or n? ");
    it.say("n").hear("Checks complete. ").say("q").hear("y or n? ").say("yes");
    it.assert_ended(130);
    let bearers: Vec<_> = notion.requests().iter().filter_map(|request| request.bearer().map(str::to_owned)).collect();
    assert_eq!(bearers[..3], [mistyped.clone(), mistyped.clone(), TOKEN.to_owned()]);
    assert!(!it.transcript(&[]).contains(&mistyped));
    let host = notion.base_url();
    accept("token_refused", &it.transcript(&[(home.path().to_str().unwrap(), "HOME"), (&host, "http://notion")]));
}

#[test]
fn what_is_no_answer_is_said_so_and_asked_again_and_loses_nothing() {
    let notion = FakeNotion::start(respond_as_member);
    let (_home, it) = asked_for_a_token(&notion, |home| home);
    it.say("ntn_short").hear("9 characters, all hidden.").hear("hidden): ");
    it.say("b").hear("Press Enter (get a token): ");
    for nonsense in ["x", "17", "5", "0", "hello", "v", "yes"] {
        it.say(nonsense).hear("Not an option. Keys: Enter get a token, b back").hear("Press Enter (get a token): ");
    }
    it.say("")
        .hear("9 characters, all hidden.")
        .hear("hidden): ")
        .say("b")
        .hear("Press Enter (get a token): ")
        .say("b")
        .hear(FIRST);
    it.say("b").hear("You're on the first step. Press q to quit.").hear(FIRST);
    it.say("b").hear("You're on the first step. Press q to quit.").hear(FIRST).say("Q");
    it.assert_ended(130);
}

#[test]
fn a_wait_can_be_left_and_says_how() {
    let notion = FakeNotion::start(|request| match request.bearer() {
        Some(_) => Response::silent(),
        None => respond_as_member(request),
    });
    let (_home, it) = asked_for_a_token(&notion, |home| home);
    it.say(TOKEN).hear("waiting: Verifying ").hear("b cancels").hear("Keys: b stop");
    it.say("1").hear("Not an option. Keys: b stop");
    it.say("b").hear("Cancelled.").hear("hidden): ");
    it.say("").hear("waiting: Verifying ").say("q");
    it.assert_ended(130);
}

#[test]
fn a_line_end_behind_a_pasted_token_answers_nothing() {
    let notion = FakeNotion::start(respond_as_member);
    let (_home, it) = asked_for_a_token(&notion, |home| home);
    it.terminal.send_text(&format!("{TOKEN}\r\r"));
    it.hear("Checks complete. ");
    // Had the second line end been an answer, this would be the next page.
    it.say("r").hear("Checks complete. ").say("b").hear("hidden): ").say("q");
    it.assert_ended(130);
}

#[test]
fn a_token_where_none_is_asked_for_is_taken_and_its_showing_is_said() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let it = PlainConversation::at_the_first_question(&home, "");
    it.say("1").hear("Press Enter (get a token): ").say(TOKEN).hear("That looks like a token").hear("Acts as: Ada Fake");
}

#[test]
fn the_explanation_tells_the_page_again_with_every_key() {
    let home = Sandbox::new();
    let it = PlainConversation::at_the_first_question(&home, "--demo");
    it.say("?")
        .hear("1. API token")
        .hear("Commands here (press Enter after each):")
        .hear("g: help me choose")
        .hear("Ctrl-C: quit now")
        .hear(FIRST);
    it.say("1").hear("Press Enter (get a token): ").say("").hear("hidden): ");
    it.say("?").hear("Paste a token").hear("d: example").hear("Anything else you type is used as text.").hear("hidden): ");
    it.say("q");
    it.assert_ended(130);
}

#[test]
fn the_guide_asks_and_goes_back_and_leads_to_a_path() {
    let home = Sandbox::new();
    let it = PlainConversation::at_the_first_question(&home, "--demo");
    it.say("g").hear("Who is it for? ").say("2").hear("Which path? ").say("b").hear("Who is it for? ");
    it.say("1").hear("Where will it run? ").say("2").hear("in that workspace? ").say("1").hear("Best fit: Notion CLI");
    it.hear("Which path? ").say("1").hear("A token for NOTION_API_TOKEN").hear("hidden): ").say("q");
    it.assert_ended(130);
    let transcript = it.transcript(&[]);
    let from_the_first_answer = transcript.split_once(FIRST).unwrap().1;
    accept("guide", from_the_first_answer.split_once("Where to create a token").unwrap().0);
}

#[test]
fn the_accounts_are_told_and_one_is_logged_out_after_a_yes() {
    let (_notion, home) = crate::login::signed_in();
    let it = PlainConversation::at_the_first_question(&home, "");
    assert!(it.transcript(&[]).contains("Signed in: Fake Works."));
    it.say("s").hear("Accounts: 1 credential").hear("selected: 1. OK: Fake Works").hear("active").hear("Press a key: ");
    it.say("r").hear("waiting: Verifying ").hear("works").hear("Press a key: ");
    it.say("x").hear("Keys: y log out, n cancel").hear("y or n? ").say("n").hear("Press a key: ");
    it.say("x").hear("y or n? ").say("y").hear("Accounts: not signed in").hear("Press n (sign in): ").say("q");
    it.assert_ended(130);
    assert_eq!(home.run("token", "").exit_code, Some(4));
}
