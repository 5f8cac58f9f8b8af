//! The kernel's keyring for real: what `ntn` 0.4.0 left there, and what is said where the kernel has none for us.

use crate::support::again::{RESULT, again, results};
use crate::support::kernel_keyring::{Token, refusing, session};
use linux_keyutils::{KeyError, KeyRing, KeyRingIdentifier};
use notion_auth::adapters::kernel_keyring::{holds, read, refusal};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;

const FAKE: &str = "ntn_fake_member_0000000000000000000000000000";

/// The kernel here keeps no keys for anybody: then that has to be what is said.
fn is_told_as_refused() {
    assert!(refusal().is_some());
    assert_eq!(read("workspace").unwrap_err().code, ProblemCode::KeychainAbsent);
}

#[test]
fn a_token_of_this_session_is_found_and_read_to_the_byte() {
    for token in [FAKE, " padded\n"] {
        let Some(kept) = Token::keep(token.as_bytes()) else { return is_told_as_refused() };
        assert_eq!(holds(&kept.workspace), Ok(true));
        assert_eq!(read(&kept.workspace), Ok(Some(Secret::new(token))));
    }
    assert_eq!(refusal(), None);
}

#[test]
fn a_token_of_an_earlier_session_is_found_too() {
    let Some(kept) = Token::keep_beyond_the_session(FAKE.as_bytes()) else {
        let persistent = KeyRing::get_persistent(KeyRingIdentifier::Thread);
        return if persistent == Err(KeyError::OperationNotSupported) { assert_eq!(refusal(), None) } else { is_told_as_refused() };
    };
    assert_eq!(holds(&kept.workspace), Ok(true));
    assert_eq!(read(&kept.workspace), Ok(Some(Secret::new(FAKE))));
}

#[test]
fn a_workspace_without_a_token_is_no_trouble() {
    if Token::keep(b"another").is_none() {
        return is_told_as_refused();
    }
    assert_eq!(holds("no such workspace"), Ok(false));
    assert_eq!(read("no such workspace"), Ok(None));
}

#[test]
fn what_is_not_text_is_refused_and_not_quoted() {
    let Some(kept) = Token::keep(b"ntn_fake\xff") else { return is_told_as_refused() };
    assert_eq!(holds(&kept.workspace), Ok(true));
    let problem = read(&kept.workspace).unwrap_err();
    assert_eq!((problem.code, problem.evidence.as_deref()), (ProblemCode::KeychainFailed, Some("the entry is not text")));
}

#[test]
fn trying_it_out_leaves_nothing_behind() {
    let Some(session) = session() else { return is_told_as_refused() };
    let links = session.get_links(1000).unwrap().len();
    assert_eq!(refusal(), None);
    assert_eq!(session.search("notion-auth:probe").err(), Some(KeyError::KeyDoesNotExist));
    assert_eq!(session.get_links(1000).unwrap().len(), links);
}

/// `ntn` loses the user's keyring, which stands in for that of a session.
#[test]
fn a_session_without_a_keyring_is_refused_and_gets_none_by_the_question() {
    let Ok(stand_in) = KeyRing::from_special_id(KeyRingIdentifier::Session, false) else { return is_told_as_refused() };
    let before = refusal();
    assert_eq!(KeyRing::from_special_id(KeyRingIdentifier::Session, false), Ok(stand_in));
    let has_one = session() == Some(stand_in);
    assert_eq!(before.is_none(), has_one, "{before:?}");
    assert!(before.is_none_or(|why| why.contains("no keyring of its own")));
    assert_eq!(refusal(), None, "there is one now");
}

#[test]
fn a_kernel_that_refuses_is_quoted() {
    for (number, words) in [("1", "Operation not permitted"), ("38", "Function not implemented")] {
        let answers = results(&mut again(&refusing(number), "machine::kernel_keyring::refused"));
        assert!(answers[0].contains(words), "{answers:?}");
        assert!(answers[1].contains("KeychainAbsent") && answers[1].contains(words), "{answers:?}");
        assert_eq!(answers[1], answers[2]);
    }
}

#[test]
#[ignore = "started by the others"]
#[expect(clippy::print_stdout, reason = "its answers")]
fn refused() {
    let answers =
        [refusal().unwrap_or_default(), format!("{:?}", read("workspace")), format!("{:?}", holds("workspace").map(|_| ()))];
    for answer in answers {
        println!("\n{RESULT}{answer}");
    }
}
