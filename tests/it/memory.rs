//! The memory of a process after a token was pasted, edited and left: no copy of it is found.
//!
//! The process is one of its own, which is told the token in disguise, so that nothing but what it does with it leaves a copy.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "reads this process's memory")]

use crate::support::harness::Harness;
use crate::support::subprocess::{RESULT_PREFIX, run_for_results, test_in_subprocess};
use notion_auth::domain::secret::{Secret, WipingBuffer};
use notion_auth::wizard::msg::Edit;
use notion_auth::wizard::text_field::TextField;
use std::fs::File;
use std::io::BufRead;
use std::os::unix::fs::FileExt;

const DISGUISE: u8 = 0x55;
/// The length of the part that is looked for: no shorter, or chance would find it.
const PART: usize = 20;

/// An obvious fake. It stands disguised in the program, too.
fn disguised() -> Vec<u8> {
    (0..40_u8).map(|place| (b'a' + place * 3 % 26) ^ DISGUISE).collect()
}

/// In memory that is wiped.
fn token() -> Secret {
    let mut token = WipingBuffer::default();
    for byte in disguised() {
        token.push(byte ^ DISGUISE);
    }
    token.into_secret()
}

/// Counts the copies of the middle of the token in this process, except in the search buffer.
fn copies() -> usize {
    let disguised = disguised();
    let part = &disguised[10..10 + PART];
    let memory = File::open("/proc/self/mem").unwrap();
    let mut buffer = vec![0; 1 << 20];
    let own = buffer.as_ptr().addr()..buffer.as_ptr().addr() + buffer.len();
    let mut found = 0;
    let maps = File::open("/proc/self/maps").map(std::io::BufReader::new).unwrap();
    for line in maps.lines().map(Result::unwrap).filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [mut at, to] = [from, to].map(|address| usize::from_str_radix(address, 16).unwrap());
        while at < to {
            let length = buffer.len().min(to - at);
            let Ok(read @ 1..) = memory.read_at(&mut buffer[..length], at as u64) else { break };
            let places = buffer[..read].windows(PART).enumerate();
            let same = places.filter(|(_, window)| window.iter().zip(part).all(|(byte, wanted)| byte ^ DISGUISE == *wanted));
            found += same.filter(|(place, _)| !own.contains(&(at + place))).count();
            // Reads overlap, so that a copy across their border is found too.
            at += if read > PART && at + read < to { read - PART } else { read };
        }
    }
    found
}

#[test]
#[ignore = "the test below runs it, in a process of its own"]
#[expect(clippy::print_stdout, reason = "hands over what it found")]
fn a_process_of_its_own() {
    println!("\n{RESULT_PREFIX}nothing yet: {}", copies());
    let kept = token();
    println!("\n{RESULT_PREFIX}in use: {}", copies().min(1));
    drop(kept);

    let mut field = TextField::default();
    field.paste(&token());
    for _ in 0..3 {
        field.edit(Edit::Left);
        field.edit(Edit::Insert('x'));
        field.edit(Edit::EraseBack);
    }
    field.paste_line(&token());
    field.edit(Edit::EraseWord);
    drop(field);
    println!("\n{RESULT_PREFIX}a field that was left: {}", copies());

    let mut buffer = WipingBuffer::default();
    for _ in 0..200 {
        for byte in disguised() {
            buffer.push(byte ^ DISGUISE);
        }
    }
    drop(buffer);
    println!("\n{RESULT_PREFIX}a buffer that grew: {}", copies());

    let mut wizard = Harness::new();
    wizard.press("1 Enter");
    wizard.send(notion_auth::wizard::msg::Msg::Input(notion_auth::wizard::msg::Input::Paste(token())));
    wizard.press("Esc Esc");
    drop(wizard);
    println!("\n{RESULT_PREFIX}a wizard that was left: {}", copies());
}

#[test]
fn a_token_that_was_left_is_nowhere_in_memory() {
    let found = run_for_results(&mut test_in_subprocess(&[], "memory::a_process_of_its_own"));
    let expected =
        ["nothing yet: 0", "in use: 1", "a field that was left: 0", "a buffer that grew: 0", "a wizard that was left: 0"];
    assert_eq!(found, expected);
}
