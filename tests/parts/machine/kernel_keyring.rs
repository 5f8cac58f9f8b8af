//! Needs the kernel's keyring, and perl to have it refused: what `ntn` 0.4.0 left there, and what is said where the kernel has none for us.

use crate::installed::kernel_keyring::{KeyringToken, refusal_wrapper, session_keyring};
use crate::support::subprocess::{RESULT_PREFIX, run_for_results, test_in_subprocess};
use linux_keyutils::{KeyError, KeyRing, KeyRingIdentifier};
use notion_auth::adapters::ntn_cli::kernel_keyring::{has_token, read_token, unavailable_reason};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;

const FAKE: &str = "ntn_fake_member_0000000000000000000000000000";

/// The kernel here keeps no keys for anybody: then that has to be what is said.
fn is_told_as_refused() {
    assert!(unavailable_reason().is_some());
    assert_eq!(read_token("workspace").unwrap_err().code, ProblemCode::KeychainAbsent);
}

#[test]
fn a_token_of_this_session_is_found_and_read_to_the_byte() {
    for token in [FAKE, " padded\n"] {
        let Some(kept) = KeyringToken::add(token.as_bytes()) else { return is_told_as_refused() };
        assert_eq!(has_token(&kept.workspace), Ok(true));
        assert_eq!(read_token(&kept.workspace), Ok(Some(Secret::new(token))));
    }
    assert_eq!(unavailable_reason(), None);
}

#[test]
fn a_token_of_an_earlier_session_is_found_too() {
    let Some(kept) = KeyringToken::add_persistent(FAKE.as_bytes()) else {
        let persistent = KeyRing::get_persistent(KeyRingIdentifier::Thread);
        return if persistent == Err(KeyError::OperationNotSupported) {
            assert_eq!(unavailable_reason(), None);
        } else {
            is_told_as_refused();
        };
    };
    assert_eq!(has_token(&kept.workspace), Ok(true));
    assert_eq!(read_token(&kept.workspace), Ok(Some(Secret::new(FAKE))));
}

#[test]
fn a_workspace_without_a_token_is_no_trouble() {
    if KeyringToken::add(b"another").is_none() {
        return is_told_as_refused();
    }
    assert_eq!(has_token("no such workspace"), Ok(false));
    assert_eq!(read_token("no such workspace"), Ok(None));
}

#[test]
fn what_is_not_text_is_refused_and_not_quoted() {
    let Some(kept) = KeyringToken::add(b"ntn_fake\xff") else { return is_told_as_refused() };
    assert_eq!(has_token(&kept.workspace), Ok(true));
    let problem = read_token(&kept.workspace).unwrap_err();
    assert_eq!((problem.code, problem.evidence.as_deref()), (ProblemCode::KeychainFailed, Some("the entry is not text")));
}

#[test]
fn trying_it_out_leaves_nothing_behind() {
    let Some(session) = session_keyring() else { return is_told_as_refused() };
    let links = session.get_links(1000).unwrap().len();
    assert_eq!(unavailable_reason(), None);
    assert_eq!(session.search("notion-auth:probe").err(), Some(KeyError::KeyDoesNotExist));
    assert_eq!(session.get_links(1000).unwrap().len(), links);
}

/// `ntn` loses the user's keyring, which stands in for that of a session.
#[test]
fn a_session_without_a_keyring_is_refused_and_gets_none_by_the_question() {
    let Ok(stand_in) = KeyRing::from_special_id(KeyRingIdentifier::Session, false) else { return is_told_as_refused() };
    let before = unavailable_reason();
    assert_eq!(KeyRing::from_special_id(KeyRingIdentifier::Session, false), Ok(stand_in));
    let has_one = session_keyring() == Some(stand_in);
    assert_eq!(before.is_none(), has_one, "{before:?}");
    assert!(before.is_none_or(|why| why.contains("this session has no keyring (pam_keyinit or `keyctl session` creates one)")));
    assert_eq!(unavailable_reason(), None, "there is one now");
}

#[test]
fn a_kernel_that_refuses_is_quoted() {
    for (number, words) in [("1", "Operation not permitted"), ("38", "Function not implemented")] {
        let answers = run_for_results(&mut test_in_subprocess(&refusal_wrapper(number), "machine::kernel_keyring::refused"));
        assert!(answers[0].contains(words), "{answers:?}");
        assert!(answers[1].contains("KeychainAbsent") && answers[1].contains(words), "{answers:?}");
        assert_eq!(answers[1], answers[2]);
    }
}

#[test]
#[ignore = "started by the others"]
#[expect(clippy::print_stdout, reason = "its answers")]
fn refused() {
    let answers = [
        unavailable_reason().unwrap_or_default(),
        format!("{:?}", read_token("workspace")),
        format!("{:?}", has_token("workspace").map(|_| ())),
    ];
    for answer in answers {
        println!("\n{RESULT_PREFIX}{answer}");
    }
}
