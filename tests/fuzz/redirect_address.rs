//! `domain/oauth`: no code comes out of an address whose state is not that of the request, and no code shows in evidence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notion_auth::domain::loopback::DEFAULT_PORT;
use notion_auth::domain::oauth::{RedirectUri, parse_callback};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;
use notion_auth_fuzz::{CODE, STATE, assert_discreet, assert_hides, pending};

const OTHER_STATE: &str = "otherstate0123456789abcde";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let address = Secret::new(text.as_ref());
    let answer = parse_callback(&address, &pending(STATE, DEFAULT_PORT));
    let to_another = parse_callback(&address, &pending(OTHER_STATE, DEFAULT_PORT));
    assert!(answer.is_err() || to_another.is_err(), "one address answers two requests");
    let is_ours = |code: ProblemCode| code != ProblemCode::CallbackMismatch;
    match &answer {
        Ok(code) => {
            assert!(!code.is_empty());
            assert_hides(&format!("{answer:?}"), &[code.expose()].map(|code| if code.len() < 16 { CODE } else { code }));
        }
        Err(problem) if is_ours(problem.code) => assert_discreet(problem, &[STATE]),
        Err(problem) => assert_discreet(problem, &[STATE, CODE]),
    }
    // A person's answer, yes or no, is read from the state alone: with another one it is nobody's.
    if answer.as_ref().err().is_none_or(|problem| is_ours(problem.code)) {
        assert_eq!(to_another.map_err(|problem| problem.code), Err(ProblemCode::CallbackMismatch));
    }
    let _ = RedirectUri::resembles_loopback(&text);
    assert_eq!(RedirectUri::default().is_equal_to(&text), text == RedirectUri::default().to_string());
});
