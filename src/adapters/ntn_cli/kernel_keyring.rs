//! The kernel's key retention service, where `ntn` 0.4.0 keeps its tokens on Linux. Reads, never writes.
//!
//! Every call runs on a thread of its own: a key that has to be linked or added hangs on keyrings of that thread alone, and the
//! kernel drops them with it.

use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use linux_keyutils::{Key, KeyError, KeyRing, KeyRingIdentifier};
use rustix::io::Errno;
use std::path::Path;
use zeroize::Zeroizing;

/// Name of the keyring for a person.
pub const NAME: &str = "the kernel's keyring";

/// Exists in kernels that have keyrings which outlive a session.
const PERSISTENT_KEYRING_PATH: &str = "/proc/sys/kernel/keys/persistent_keyring_expiry";

/// The kernel's limit for the payload of a key of type `user` (add_key(2)).
const MAX_KEY_BYTES: usize = 32_767;

/// Returns why `ntn` could not store a token here, as in most containers, or `None` if it could.
pub fn unavailable_reason() -> Option<String> {
    run_on_own_thread(probe_keyring).unwrap_or_else(|problem| problem.evidence)
}

/// Returns whether there is a token of this workspace, without reading it.
pub fn has_token(workspace: &str) -> Result<bool, Problem> {
    run_on_own_thread(|| find_key(workspace).map(|key| key.is_some()).map_err(keyring_problem))?
}

/// Returns the token of this workspace, byte for byte.
pub fn read_token(workspace: &str) -> Result<Option<Secret>, Problem> {
    run_on_own_thread(|| match find_key(workspace).map_err(keyring_problem)? {
        Some(key) => read_payload(key).map(Some),
        None => Ok(None),
    })?
}

/// Makes the calls with which `ntn` stores a token, on the smallest scale.
fn probe_keyring() -> Option<String> {
    let store = || {
        let session = KeyRing::from_special_id(KeyRingIdentifier::Session, false)?;
        match session.search("notion-auth:nothing has this name") {
            Ok(_) | Err(KeyError::KeyDoesNotExist) => {}
            Err(error) => return Err(error),
        }
        KeyRing::from_special_id(KeyRingIdentifier::Thread, true)?.add_key("notion-auth:probe", "probe")?;
        Ok(has_session(session)? || !Path::new(PERSISTENT_KEYRING_PATH).exists())
    };
    match store() {
        Ok(true) => None,
        Ok(false) => Some("this session has no keyring (pam_keyinit or `keyctl session` creates one)".into()),
        Err(error) => Some(error_text(error)),
    }
}

/// True if the session has a keyring of its own. Without one, a process uses the one of its user, until it asks for something to be
/// put there: then it gets a new one. That is how `ntn` loses the keyring it has just found, by linking the persistent one to its
/// session (it reports "No matching entry found in secure storage").
fn has_session(session: KeyRing) -> Result<bool, KeyError> {
    Ok(KeyRing::from_special_id(KeyRingIdentifier::Session, true)? == session)
}

/// Searches the session's keyring and all it links to, then the persistent one.
fn find_key(workspace: &str) -> Result<Option<Key>, KeyError> {
    // keyring-rs 3 uses this name. A key called `keyring:…`, as later versions write, is not found by ntn 0.4.0.
    let description = format!("keyring-rs:{workspace}@notion-cli");
    match KeyRing::from_special_id(KeyRingIdentifier::Session, false).and_then(|session| session.search(&description)) {
        Ok(key) => return Ok(Some(key)),
        Err(error) if is_absence(error) => {}
        Err(error) => return Err(error),
    }
    // The keyring is linked to this thread, because we may not read its keys without a link. Asking for it restarts its expiry, as
    // every run of ntn does. A kernel built without such keyrings has nothing in them.
    let persistent = KeyRing::get_persistent(KeyRingIdentifier::Thread);
    Ok(persistent.and_then(|persistent| persistent.search(&description)).ok())
}

fn is_absence(error: KeyError) -> bool {
    matches!(error, KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked | KeyError::KeyRejected)
}

fn read_payload(key: Key) -> Result<Secret, Problem> {
    let mut bytes = Zeroizing::new(vec![0; MAX_KEY_BYTES]);
    let length = key.read(&mut *bytes).map_err(keyring_problem)?;
    let text = bytes.get(..length).and_then(|token| std::str::from_utf8(token).ok());
    text.map(Secret::new).ok_or_else(|| Problem::new(ProblemCode::KeychainFailed).with_evidence("the entry is not text"))
}

fn keyring_problem(error: KeyError) -> Problem {
    let code = match error {
        // Docker's seccomp rules return the one, gVisor the other: this process has no keyring.
        KeyError::PermissionDenied | KeyError::Unknown(_) => ProblemCode::KeychainAbsent,
        _ => ProblemCode::KeychainFailed,
    };
    Problem::new(code).with_evidence(error_text(error))
}

/// Uses the operating system's message if the error number is known.
fn error_text(error: KeyError) -> String {
    let number = match error {
        KeyError::PermissionDenied => Errno::PERM,
        KeyError::AccessDenied => Errno::ACCESS,
        KeyError::QuotaExceeded => Errno::DQUOT,
        KeyError::OperationNotSupported => Errno::OPNOTSUPP,
        KeyError::Unknown(number) => Errno::from_raw_os_error(number),
        other => return format!("keyctl: {other}"),
    };
    format!("keyctl: {number}")
}

fn run_on_own_thread<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Problem> {
    let ended_early = || Problem::bug("the check of the kernel's keyring ended early");
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("kernel keyring".into()).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok()).ok_or_else(ended_early)
    })
}
