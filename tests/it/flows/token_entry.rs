//! The token field: what is pasted, typed and left in it.

use crate::support::connection_fakes::example_client;
use crate::support::fakes::{MEMBER, STRANGER, member_identity};
use crate::support::harness::{
    Harness, TOKEN_PORTAL, TestEffect, copy_effects, open_task, setup, verified_outcome, verified_token, verify_task,
};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::link::Link;
use notion_auth::wizard::context::{Demo, DemoToken, Setup};
use notion_auth::wizard::msg::{Prompt, PromptId, TaskOutcome};
use notion_auth::wizard::text_field::MAX_BYTES;

fn at_the_field() -> Harness {
    let mut wizard = Harness::new();
    wizard.press("1 Enter");
    wizard
}

#[test]
fn what_is_wrapped_around_a_pasted_token_is_taken_away_and_told() {
    for (pasted, told) in [
        (format!("  {MEMBER}\r\n"), ""),
        (format!("'{MEMBER}'"), "Removed: quotes."),
        (format!("‹{MEMBER}›"), "Removed: quotes."),
        (format!("Authorization: Bearer {MEMBER}"), "Removed: Bearer."),
        (format!("export NOTION_API_TOKEN=\"{MEMBER}\"\n"), "Removed: the name before it, quotes."),
        (format!("NOTION_TOKEN={MEMBER}\nOTHER=1\n"), "Removed: the text around it."),
    ] {
        let mut wizard = at_the_field();
        wizard.paste(&pasted);
        assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))], "{pasted:?}");
        wizard.assert_shows(told);
    }
}

#[test]
fn a_token_broken_over_lines_is_put_together() {
    let token = format!("ntn_{}f", "fake0".repeat(9));
    let mut wizard = at_the_field();
    wizard.paste(&format!("{}\n{}", &token[..9], &token[9..]));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(&token, AuthPath::Token))]);
    record!(wizard);
}

#[test]
fn a_wrong_thing_is_recognised_and_sent_only_when_enter_insists() {
    for (pasted, sent, told) in [
        ("https://www.notion.so/Fake-0123456789abcdef", Some("https://www.notion.so/Fake-0123456789abcdef"), "That's a URL."),
        (
            "0123456789abcdef0123456789abcdef",
            Some("0123456789abcdef0123456789abcdef"),
            "This looks like the ID of a page or workspace, not a token.",
        ),
        ("nrt_fake_fake_fake_fake_fake", Some("nrt_fake_fake_fake_fake_fake"), "This looks like a refresh token (nrt_)."),
        ("ntn_short", None, "That's too short for a token."),
        ("something_else_entirely_fake", Some("something_else_entirely_fake"), "Notion tokens usually start with ntn_."),
        ("MY_TOKEN=something_else_entirely_fake", Some("something_else_entirely_fake"), "Notion tokens usually start with ntn_."),
        (
            "ntn_fake fake fake fake fake",
            Some("ntn_fakefakefakefakefake"),
            "The token was split across lines and has been joined. Check that nothing else got in.",
        ),
        ("ntn_fäke_fake_fake_fake_fake", None, "It contains characters that no token has. Did you copy it from formatted text?"),
    ] {
        let mut wizard = at_the_field();
        wizard.paste(pasted);
        assert_eq!(wizard.take_effects(), [], "{pasted}");
        wizard.assert_shows(told);
        record!(wizard);
        wizard.press("Enter");
        let expected = sent.map(|sent| TestEffect::Start(verify_task(sent, AuthPath::Token)));
        assert_eq!(wizard.take_effects(), expected.into_iter().collect::<Vec<_>>(), "{pasted}");
    }
}

/// Fakes, put together so that no scanner takes this file for a leak.
fn foreign() -> [(String, &'static str); 4] {
    [
        (format!("{}proj-fakefakefake0fakefakefake", "sk-"), "an OpenAI key"),
        (format!("{}_fakefakefake0fakefakefake", "ghp"), "a GitHub token"),
        (format!("{}-fakefakefake-0fakefakefake", "xoxb"), "a Slack token"),
        (format!("{} PRIVATE KEY-----\nfakefake\n-----END PRIVATE KEY-----", "-----BEGIN"), "a private key"),
    ]
}

#[test]
fn a_secret_of_another_service_is_named_and_not_sent_by_any_key() {
    for (secret, name) in foreign() {
        let mut wizard = at_the_field();
        wizard.paste(&secret);
        wizard.assert_shows(&format!("This is {name}"));
        record!(wizard);
        wizard.assert_hides("fakefake");
        assert_eq!(wizard.take_effects(), [], "{secret}");
        record!(wizard);
        wizard.paste(MEMBER);
        assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))], "nothing of it is left");
    }
    let (secret, name) = &foreign()[0];
    let mut wizard = at_the_field();
    wizard.type_text(secret).press("Enter Enter Ctrl-R");
    assert_eq!(wizard.take_effects(), [], "typed by hand");
    wizard.assert_shows(&format!("This is {name}"));
}

#[test]
fn beside_secrets_of_others_the_token_alone_is_sent() {
    for (secret, _) in foreign() {
        for text in [format!("NOTION_TOKEN={MEMBER}\nOTHER={secret}\n"), format!("{{\"a\":\"{secret}\",\"b\":\"{MEMBER}\"}}")] {
            let mut wizard = at_the_field();
            wizard.paste(&text);
            assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))], "{text}");
        }
    }
}

#[test]
fn of_several_tokens_the_one_that_is_meant_is_asked_for_by_its_last_four_characters() {
    let text = "ACME_TOKEN=ntn_fake_acme_fake_fake_ACME\nBETA_TOKEN=ntn_fake_beta_fake_fake_BETA\n";
    let mut wizard = at_the_field();
    wizard.paste(text);
    assert_eq!(wizard.take_effects(), []);
    record!(wizard);
    wizard.assert_hides("fake");
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::WhichToken, options, .. } if options.len() == 2));
    wizard.press("Down Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task("ntn_fake_beta_fake_fake_BETA", AuthPath::Token))]);
    let mut wizard = at_the_field();
    wizard.paste(text).press("Esc");
    record!(wizard);
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn values_without_a_token_among_them_are_named_and_not_taken() {
    let mut wizard = at_the_field();
    wizard.paste("DATABASE_URL=fake-fake-fake-fake-fake\nAPI_KEY=fake0fake0fake0fake0fake\n");
    record!(wizard);
    wizard.assert_hides("fake");
    assert_eq!(wizard.take_effects(), []);
    record!(wizard);
}

#[test]
fn an_older_prefix_is_no_gate() {
    let mut wizard = at_the_field();
    wizard.paste("secret_fake_fake_fake_fake_fake");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task("secret_fake_fake_fake_fake_fake", AuthPath::Token))]);
}

#[test]
fn a_paste_longer_than_any_token_is_not_taken_and_told() {
    let mut wizard = at_the_field();
    wizard.paste(&"x".repeat(MAX_BYTES + 1));
    assert_eq!(wizard.take_effects(), []);
    record!(wizard);
    wizard.paste(MEMBER);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))]);
}

#[test]
fn a_typed_token_is_sent_by_enter_and_its_letters_are_no_commands() {
    let mut wizard = at_the_field();
    wizard.type_text("ntn_fake_q?gu_12345678901");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("token", vec![]));
    wizard.press("Backspace Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task("ntn_fake_q?gu_1234567890", AuthPath::Token))]);
}

#[test]
fn a_piece_pasted_into_typed_text_goes_in_at_the_cursor() {
    let mut wizard = at_the_field();
    wizard.type_text("ntn_end");
    wizard.press("Left Left Left");
    wizard.paste("fake_fake_fake_fake_");
    assert_eq!(wizard.take_effects(), [], "a piece is no token");
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task("ntn_fake_fake_fake_fake_end", AuthPath::Token))]);
}

#[test]
fn a_pasted_text_shows_its_length_and_its_last_four_characters() {
    let mut wizard = at_the_field();
    wizard.paste("ntn_fake_fake_fake_WXYZ");
    record!(wizard);
    wizard.assert_hides("fake");
}

#[test]
fn a_typed_text_shows_none_of_its_characters_in_any_frame() {
    let mut wizard = at_the_field();
    let typed = "ÄÖÜÉÊÈÇÑÅØÆŒŠŽÝÞĐŁĦŊ";
    for character in typed.chars() {
        wizard.type_text(&character.to_string());
        let text = wizard.screen_text();
        assert!(!text.contains(|shown| typed.contains(shown)), "{text}");
    }
    record!(wizard);
}

#[test]
fn while_notion_is_asked_the_text_stands_still() {
    let mut wizard = at_the_field();
    wizard.paste(MEMBER);
    wizard.take_effects();
    let before = wizard.model.clone();
    wizard.paste(STRANGER);
    wizard.type_text("x");
    wizard.press("Backspace Ctrl-U Enter Ctrl-R");
    assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before));
}

#[test]
fn the_portal_can_be_opened_and_its_link_copied_while_typing() {
    let mut wizard = at_the_field();
    wizard.type_text("x");
    wizard.press("Ctrl-O Ctrl-Y");
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Start(open_task(TOKEN_PORTAL))].into_iter().chain(copy_effects(TOKEN_PORTAL)).collect::<Vec<_>>()
    );
    record!(wizard);
    wizard.reply(TaskOutcome::Copied(None));
    record!(wizard);
    wizard.press("Ctrl-Y").reply(TaskOutcome::Copied(Some("wl-copy".into())));
    record!(wizard);
}

#[test]
fn the_text_is_still_there_when_the_field_is_left_and_returned_to() {
    let mut wizard = at_the_field();
    wizard.type_text("ntn_fake_fake_fake_fake");
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "prepare");
    wizard.press("Esc 3 2");
    record!(wizard);
    wizard.press("Esc Esc 1 Enter Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task("ntn_fake_fake_fake_fake", AuthPath::Token))]);
    wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
    wizard.press("Esc Enter");
    assert_eq!(wizard.take_effects().last(), Some(&TestEffect::Start(verify_task("ntn_fake_fake_fake_fake", AuthPath::Token))));
}

#[test]
fn tab_fills_in_the_next_example_in_the_demo_and_nothing_elsewhere() {
    let mut wizard = at_the_field();
    wizard.press("Tab");
    record!(wizard);

    let example = |token: &str| DemoToken { token: token.into(), owner: "Ada".into(), outcome: "works".into() };
    let portal = Link::parse("http://127.0.0.1:4000/").expect("loopback");
    let demo = Demo { portal, examples: vec![example(MEMBER), example(STRANGER)], client: example_client() };
    let mut wizard = Harness::with_setup(Setup { demo: Some(demo), ..setup() });
    wizard.press("1 Enter");
    for expected in [MEMBER, STRANGER, MEMBER] {
        wizard.press("Tab Enter");
        assert_eq!(wizard.take_effects().last().map(started), Some(Some(verify_task(expected, AuthPath::Token))));
        wizard.press("Esc");
    }
    wizard.press("Ctrl-O");
    assert_eq!(wizard.take_effects().last().map(started), Some(Some(open_task("http://127.0.0.1:4000/"))));
}

fn started(effect: &TestEffect) -> Option<notion_auth::wizard::msg::Task> {
    match effect {
        TestEffect::Start(task) => Some(task.clone()),
        TestEffect::Cancel(_)
        | TestEffect::EndWait(_)
        | TestEffect::Copy(_)
        | TestEffect::Print(_)
        | TestEffect::Suspend
        | TestEffect::Quit(_) => None,
    }
}

#[test]
fn enter_is_no_key_for_a_text_that_can_never_be_sent() {
    let mut wizard = Harness::new();
    wizard.press("1 Enter").paste("two words");
    assert!(!wizard.has_key("Enter") && !wizard.has_key("Ctrl-R"));
    wizard.press("Backspace");
    assert!(wizard.has_key("Enter"), "what was changed is read again");
}
