//! The token field: what is pasted, typed and left in it.

use crate::support::connections::example_client;
use crate::support::talk::{PORTAL, Talk, copy, known, open, setup, start, verified, verify};
use crate::support::world::{MEMBER, STRANGER, member};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::link::Link;
use notion_auth::wizard::context::{Demo, Example, Setup};
use notion_auth::wizard::msg::{Effect, Reply};
use notion_auth::wizard::text_field::LIMIT;

fn at_the_field() -> Talk {
    let mut talk = Talk::begin();
    talk.press("1 Enter");
    talk
}

#[test]
fn what_is_wrapped_around_a_pasted_token_is_taken_away_and_told() {
    for (pasted, told) in [
        (format!("  {MEMBER}\r\n"), ""),
        (format!("'{MEMBER}'"), "Taken away: quotes."),
        (format!("Authorization: Bearer {MEMBER}"), "Taken away: Bearer."),
        (format!("export NOTION_API_TOKEN=\"{MEMBER}\"\n"), "Taken away: the name before it, quotes."),
        (format!("{}\n{}", &MEMBER[..9], &MEMBER[9..]), "Taken away: line breaks."),
    ] {
        let mut talk = at_the_field();
        talk.paste(&pasted);
        assert_eq!(talk.effects(), [start(6, verify(MEMBER, PathId::Token))], "{pasted:?}");
        talk.reads(told);
    }
}

#[test]
fn a_wrong_thing_is_recognised_and_sent_only_when_enter_insists() {
    for (pasted, sent, told) in [
        ("https://www.notion.so/Fake-0123456789abcdef", true, "This is an address, not a token."),
        ("0123456789abcdef0123456789abcdef", true, "This looks like the id of a page or workspace"),
        ("nrt_fake_fake_fake_fake_fake", true, "This looks like a refresh token (nrt_)."),
        ("ntn_short", true, "This is shorter than any Notion token."),
        ("ntn_fake fake fake fake fake", true, "There is a space inside."),
        ("ntn_fäke_fake_fake_fake_fake", false, "There are characters inside that no token has."),
    ] {
        let mut talk = at_the_field();
        talk.paste(pasted);
        assert_eq!(talk.effects(), [], "{pasted}");
        talk.reads(told);
        let insists = "Enter asks Notion all the same.";
        if sent {
            talk.reads(insists);
        } else {
            talk.lacks(insists);
        }
        talk.press("Enter");
        let expected = if sent { vec![start(6, verify(pasted, PathId::Token))] } else { vec![] };
        assert_eq!(talk.effects(), expected, "{pasted}");
    }
}

#[test]
fn an_unknown_or_older_prefix_is_no_gate() {
    for pasted in ["secret_fake_fake_fake_fake_fake", "something_else_entirely_fake"] {
        let mut talk = at_the_field();
        talk.paste(pasted);
        assert_eq!(talk.effects(), [start(6, verify(pasted, PathId::Token))]);
    }
}

#[test]
fn a_paste_longer_than_any_token_is_cut_told_and_not_sent() {
    let mut talk = at_the_field();
    talk.paste(&"x".repeat(LIMIT + 1));
    assert_eq!(talk.effects(), []);
    talk.reads("The paste was longer than any token and was cut. Ctrl-U clears the field.");
    talk.press("Ctrl-U");
    talk.lacks("was cut");
    talk.paste(MEMBER);
    assert_eq!(talk.effects(), [start(6, verify(MEMBER, PathId::Token))]);
}

#[test]
fn a_typed_token_is_sent_by_enter_and_its_letters_are_no_commands() {
    let mut talk = at_the_field();
    talk.type_in("ntn_fake_q?gu_12345678901");
    assert_eq!((talk.screen(), talk.effects()), ("sign in", vec![]));
    talk.press("Backspace Enter");
    assert_eq!(talk.effects(), [start(6, verify("ntn_fake_q?gu_1234567890", PathId::Token))]);
}

#[test]
fn a_piece_pasted_into_typed_text_goes_in_at_the_cursor() {
    let mut talk = at_the_field();
    talk.type_in("ntn_end");
    talk.press("Left Left Left");
    talk.paste("fake_fake_fake_fake_");
    assert_eq!(talk.effects(), [start(6, verify("ntn_fake_fake_fake_fake_end", PathId::Token))]);
}

#[test]
fn a_pasted_text_shows_its_length_and_its_last_four_characters() {
    let mut talk = at_the_field();
    talk.paste("ntn_fake_fake_fake_WXYZ");
    talk.reads("•WXYZ 23 characters, last four shown.");
    talk.lacks("fake");
}

#[test]
fn a_typed_text_shows_none_of_its_characters_in_any_frame() {
    let mut talk = at_the_field();
    let typed = "ÄÖÜÉÊÈÇÑÅØÆŒŠŽÝÞĐŁĦŊ";
    for character in typed.chars() {
        talk.type_in(&character.to_string());
        let text = talk.text();
        assert!(!text.contains(|shown| typed.contains(shown)), "{text}");
    }
    talk.reads("••••• 20 characters, all hidden.");
}

#[test]
fn while_notion_is_asked_the_text_stands_still() {
    let mut talk = at_the_field();
    talk.paste(MEMBER);
    talk.effects();
    let before = talk.model.clone();
    talk.paste(STRANGER);
    talk.type_in("x");
    talk.press("Backspace Ctrl-U Enter Ctrl-R");
    assert_eq!((talk.effects(), &talk.model), (vec![], &before));
}

#[test]
fn the_portal_can_be_opened_and_its_link_copied_while_typing() {
    let mut talk = at_the_field();
    talk.type_in("x");
    talk.press("Ctrl-O Ctrl-Y");
    assert_eq!(talk.effects(), [&[start(6, open(PORTAL))][..], &copy(7, PORTAL)].concat());
    talk.reads("Sent to your terminal's clipboard. If it took nothing, select it.");
    talk.reply(Reply::Copied(None));
    talk.reads("Sent to your terminal's clipboard. If it took nothing, select it.");
    talk.press("Ctrl-Y").reply(Reply::Copied(Some("wl-copy".into())));
    talk.reads("Copied with wl-copy, and sent to your terminal's clipboard.");
}

#[test]
fn the_text_is_still_there_when_the_field_is_left_and_returned_to() {
    let mut talk = at_the_field();
    talk.type_in("ntn_fake_fake_fake_fake");
    talk.press("Esc");
    assert_eq!(talk.screen(), "prepare");
    talk.press("Esc 3 2");
    talk.reads("Nothing here yet.");
    talk.press("Esc Esc 1 Enter Enter");
    assert_eq!(talk.effects(), [start(6, verify("ntn_fake_fake_fake_fake", PathId::Token))]);
    talk.reply(known(verified(MEMBER, member())));
    talk.press("Esc Enter");
    assert_eq!(talk.effects().last(), Some(&start(8, verify("ntn_fake_fake_fake_fake", PathId::Token))));
}

#[test]
fn tab_fills_in_the_next_example_in_the_demo_and_nothing_elsewhere() {
    let mut talk = at_the_field();
    talk.press("Tab");
    talk.reads("Nothing here yet.");

    let example = |token: &str| Example { token: token.into(), who: "Ada".into(), happens: "works".into() };
    let portal = Link::checked("http://127.0.0.1:4000/").expect("loopback");
    let demo = Demo { portal, examples: vec![example(MEMBER), example(STRANGER)], client: example_client() };
    let mut talk = Talk::with(Setup { demo: Some(demo), ..setup() });
    talk.press("1 Enter");
    for expected in [MEMBER, STRANGER, MEMBER] {
        talk.press("Tab Enter");
        assert_eq!(talk.effects().last().map(started), Some(Some(verify(expected, PathId::Token))));
        talk.press("Esc");
    }
    talk.press("Ctrl-O");
    assert_eq!(talk.effects().last().map(started), Some(Some(open("http://127.0.0.1:4000/"))));
}

fn started(effect: &Effect) -> Option<notion_auth::wizard::msg::Task> {
    match effect {
        Effect::Start(_, task) => Some(task.clone()),
        Effect::Cancel(_) | Effect::Copy(_) | Effect::Print(_) | Effect::Suspend | Effect::Quit(_) => None,
    }
}
