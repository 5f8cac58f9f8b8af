//! The rehearsal, walked to its end with every example token, by pasting and by the key that fills one in.

use super::{WIDE, demo, ended, leave, shows, to_the_field};
use crate::support::headline;
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::Sandbox;
use notion_auth::adapters::demo::simulated_notion::SimulatedNotion;
use notion_auth::domain::problem::ProblemCode;

#[derive(Clone, Copy, PartialEq)]
enum By {
    Paste,
    Tab,
}

/// The visible result of an example.
enum Sees {
    Person(&'static str),
    Connection(&'static str),
    /// No pages at first; they are there by the second look.
    NothingAtFirst,
    /// A problem that stays.
    Refused(ProblemCode),
}

const EXAMPLES: [Sees; 10] = [
    Sees::Person("Mika Demo (mika"),
    Sees::Person("Olu Demo (olu"),
    Sees::Person("Gia Demo (gia"),
    Sees::Connection("Demo Sync"),
    Sees::NothingAtFirst,
    Sees::Refused(ProblemCode::Unauthorized),
    // Nobody presses a key after the first answer of this one and of the last: the request is repeated after a pause.
    Sees::Person("Mika Demo (mika"),
    Sees::Refused(ProblemCode::BlockedByNetwork),
    Sees::Person("Mika Demo (mika"),
    Sees::Person("Mika Demo (mika"),
];

fn enter(terminal: &TestTerminal, number: usize, by: By) {
    to_the_field(terminal);
    let token = SimulatedNotion::example_tokens()[number].token;
    match by {
        By::Paste => terminal.paste(token),
        By::Tab => {
            let last_four = &token[token.len() - 4..];
            for _ in 0..=number {
                terminal.send_key(TerminalKey::Tab);
            }
            terminal.wait_for_text(&format!("•{last_four}"));
            terminal.send_key(TerminalKey::Enter);
        }
    }
}

fn walk(number: usize, by: By) {
    let (home, terminal) = demo(WIDE, "");
    enter(&terminal, number, by);
    match &EXAMPLES[number] {
        Sees::Person(headline) => {
            terminal.wait_for_text(headline);
            say_when_it_ends(&terminal);
        }
        Sees::Connection(headline) => {
            terminal.wait_for_text(headline);
            terminal.send_key(TerminalKey::Enter);
        }
        Sees::NothingAtFirst => {
            terminal.wait_for_text("Share a page in Notion.");
            terminal.send_text("r");
            terminal.wait_for(|screen| !screen.contents().contains("are running"), "the second check");
            terminal.send_text("r");
            terminal.wait_for_text("3 pages");
            terminal.send_key(TerminalKey::Enter);
        }
        Sees::Refused(code) => {
            terminal.wait_for_text(headline(*code));
            terminal.wait_for_text("What to do");
            return leave(&terminal);
        }
    }
    terminal.wait_for_text("Where do you want to save the token?");
    terminal.wait_for_text("demo keychain");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Saved and read back: demo keychain");
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
    assert!(terminal.screen_text().contains("Signed in as"), "{}", terminal.screen_text());
    assert!(terminal.screen_text().contains("Demo ended. Nothing was saved."), "the demo is over: {}", terminal.screen_text());
    assert!(home.files().is_empty(), "{:?}", home.files());
}

fn say_when_it_ends(terminal: &TestTerminal) {
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Where do you want to save the token?");
    terminal.send_key(TerminalKey::Right);
}

/// Side by side: each waits for its own simulated Notion.
fn walk_all(by: By) {
    assert_eq!(EXAMPLES.len(), SimulatedNotion::example_tokens().len());
    std::thread::scope(|scope| {
        for number in 0..EXAMPLES.len() {
            scope.spawn(move || walk(number, by));
        }
    });
}

#[test]
fn every_example_token_is_pasted_and_walked_to_its_end() {
    walk_all(By::Paste);
}

#[test]
fn every_example_token_is_filled_in_and_walked_to_its_end() {
    walk_all(By::Tab);
}

#[test]
fn the_demo_neither_sees_nor_touches_what_is_the_persons_own() {
    let home = Sandbox::new().with_variable("NOTION_API_TOKEN", crate::support::notion::TOKEN);
    let file = home.write_file("credentials.json", "{ not even readable");
    let terminal = home.start_terminal(WIDE, "--demo");
    terminal.wait_for_text("keychain works");
    terminal.send_text("s");
    terminal.wait_for_text("not signed in");
    leave(&terminal);
    assert_eq!(home.files(), [file]);
    assert!(!shows(&terminal, "credentials.json"));
}

#[test]
fn the_file_of_the_demo_is_gone_with_it() {
    let (_home, terminal) = demo(WIDE, "");
    enter(&terminal, 3, By::Paste);
    terminal.wait_for_text("Demo Sync");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Where do you want to save the token?");
    terminal.send_text("2");
    terminal.wait_for_text("write the file");
    terminal.send_text("y");
    terminal.wait_for_text("Saved and read back: ");
    let screen = terminal.screen_text();
    let file = screen.split_once("Saved and read back: ").unwrap().1.split_whitespace().next().unwrap();
    assert!(std::path::Path::new(file).exists(), "{file}");
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
    assert!(!std::path::Path::new(file).parent().unwrap().exists(), "{file}");
    assert!(!terminal.screen_text().contains(file), "what is gone is not called kept: {}", terminal.screen_text());
}
