//! Finds where `ntn` keeps its tokens: in its file, the kernel's keyring, or the system's keychain. Reads, never writes.
//!
//! `ntn` uses one of them and never falls back to another. We search all of them, first the one that it would use here: a token
//! that was left behind elsewhere may be an old one.

use super::files;
#[cfg(target_os = "linux")]
use super::kernel_keyring;
use crate::adapters::machine::environment::Environment;
use crate::adapters::storage::keychain;
use crate::adapters::storage::time_limited_store::{KeychainLimits, run_within};
use crate::domain::login::{LoginFlow, NtnStorage};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

/// The service of `ntn`'s entries in the system's keychain; their accounts are workspace ids.
const NTN_SERVICE: &str = "notion-cli";

/// Returns where the installed `ntn` is going to store a token when it is run by us.
///
/// The location that newer ones use on Linux is not known: Notion's documentation says Secret Service, and 0.4.0, of which it says
/// the same, uses the kernel's keyring.
pub fn expected_storage(environment: &Environment, generation: LoginFlow) -> NtnStorage {
    // Both ways are documented; 0.4.0 does not honour the second.
    let is_off = environment.keyring_off().is_some()
        || (generation == LoginFlow::TwoSteps && files::is_keyring_disabled_in_config(environment));
    if is_off {
        return NtnStorage::File { place: files::auth_file_place(environment) };
    }
    match generation {
        #[cfg(target_os = "linux")]
        LoginFlow::Terminal => match kernel_keyring::unavailable_reason() {
            Some(evidence) => NtnStorage::KernelKeyringRefused { evidence },
            None => NtnStorage::KernelKeyring,
        },
        _ => NtnStorage::Keychain,
    }
}

/// Returns where the token of a login was found, for a person, without reading it.
///
/// The keychain is not asked, because that may raise a dialog.
pub fn find_token_place(environment: &Environment, login: &files::StoredLogin) -> Option<String> {
    let has_it = |place: &&TokenLocation| match place {
        TokenLocation::File => login.has_token,
        // A refusal is reported by `token`, when the token is needed.
        #[cfg(target_os = "linux")]
        TokenLocation::KernelKeyring => kernel_keyring::has_token(&login.workspace.id).unwrap_or(false),
        TokenLocation::Keychain => false,
    };
    search_order(environment).iter().find(has_it).map(|place| place.name(environment))
}

/// Returns the token of one of `ntn`'s logins. Blocking; waits for a keychain that asks the person to unlock it.
pub fn read_token(environment: &Environment, workspace: &str) -> Result<Secret, Problem> {
    let mut looked = Vec::new();
    let mut trouble = None;
    for place in search_order(environment) {
        let answer = match place.read(environment, workspace) {
            Ok(Some(secret)) if !secret.is_empty() => return Ok(secret),
            Ok(Some(_)) => "an empty entry".into(),
            Ok(None) => "nothing".into(),
            Err(problem) => {
                // Without a keychain there is no token in it either.
                trouble = trouble.or((problem.code != ProblemCode::KeychainAbsent).then_some(problem.code));
                problem.evidence.unwrap_or_else(|| problem.code.name().into())
            }
        };
        looked.push(format!("{}: {answer}", place.name(environment)));
    }
    let evidence = format!("ntn's login to {workspace}: {}", looked.join("; "));
    Err(Problem::new(trouble.unwrap_or(ProblemCode::SecretMissing)).with_evidence(evidence))
}

#[derive(Clone, Copy)]
enum TokenLocation {
    File,
    #[cfg(target_os = "linux")]
    KernelKeyring,
    Keychain,
}

/// Returns the locations in the order in which they are searched. A keychain that the person turned off is not among them.
fn search_order(environment: &Environment) -> &'static [TokenLocation] {
    match environment.keyring_off() {
        Some(_) => &[
            TokenLocation::File,
            #[cfg(target_os = "linux")]
            TokenLocation::KernelKeyring,
        ],
        None => &[
            #[cfg(target_os = "linux")]
            TokenLocation::KernelKeyring,
            TokenLocation::Keychain,
            TokenLocation::File,
        ],
    }
}

impl TokenLocation {
    fn name(self, environment: &Environment) -> String {
        match self {
            Self::File => files::auth_file_place(environment),
            #[cfg(target_os = "linux")]
            Self::KernelKeyring => kernel_keyring::NAME.into(),
            Self::Keychain => format!("{}, service {NTN_SERVICE}", keychain::NAME),
        }
    }

    fn read(self, environment: &Environment, workspace: &str) -> Result<Option<Secret>, Problem> {
        match self {
            Self::File => files::read_token(environment, workspace),
            #[cfg(target_os = "linux")]
            Self::KernelKeyring => kernel_keyring::read_token(workspace),
            Self::Keychain => {
                let account = workspace.to_owned();
                run_within(KeychainLimits::default().operation_timeout, keychain::NAME, move || {
                    keychain::read_foreign(NTN_SERVICE, &account)
                })
            }
        }
    }
}
