//! Finds where `ntn` keeps its tokens: in its file, the kernel's keyring, or the system's keychain. Reads, never writes.
//!
//! `ntn` uses one of them and never falls back to another. We search all of them, first the one that it would use here: a token
//! that was left behind elsewhere may be an old one.

use super::environment::Environment;
#[cfg(target_os = "linux")]
use super::kernel_keyring;
use super::time_limited::{Limits, within};
use super::{keychain, ntn_files};
use crate::domain::login::{Generation, NtnStorage};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

/// The service of `ntn`'s entries in the system's keychain; their accounts are workspace ids.
const SERVICE: &str = "notion-cli";

/// Returns where the installed `ntn` is going to store a token when it is run by us.
///
///
/// The location that newer ones use on Linux is not known: Notion's documentation says Secret Service, and 0.4.0, of which it says
/// the same, uses the kernel's keyring.
pub fn storage(environment: &Environment, generation: Generation) -> NtnStorage {
    // Both ways are documented; 0.4.0 does not honour the second.
    let is_off = environment.keyring_off().is_some()
        || (generation == Generation::TwoSteps && ntn_files::config_turns_keyring_off(environment));
    if is_off {
        return NtnStorage::File { place: ntn_files::place(environment) };
    }
    match generation {
        #[cfg(target_os = "linux")]
        Generation::Terminal => match kernel_keyring::refusal() {
            Some(evidence) => NtnStorage::KernelKeyringRefused { evidence },
            None => NtnStorage::KernelKeyring,
        },
        _ => NtnStorage::Keychain,
    }
}

/// Returns where the token of a login was found, for a person, without reading it.
///
///
/// The keychain is not asked, because that may raise a dialog.
pub fn whereabouts(environment: &Environment, login: &ntn_files::Login) -> Option<String> {
    let has_it = |place: &&Place| match place {
        Place::File => login.has_token,
        // A refusal is reported by `token`, when the token is needed.
        #[cfg(target_os = "linux")]
        Place::KernelKeyring => kernel_keyring::holds(&login.workspace.id).unwrap_or(false),
        Place::Keychain => false,
    };
    places(environment).iter().find(has_it).map(|place| place.name(environment))
}

/// Returns the token of one of `ntn`'s logins. Blocking; waits for a keychain that asks the person to unlock it.
pub fn token(environment: &Environment, workspace: &str) -> Result<Secret, Problem> {
    let mut looked = Vec::new();
    let mut trouble = None;
    for place in places(environment) {
        let seen = match place.read(environment, workspace) {
            Ok(Some(secret)) if !secret.is_empty() => return Ok(secret),
            Ok(Some(_)) => "an empty entry".into(),
            Ok(None) => "nothing".into(),
            Err(problem) => {
                // Without a keychain there is no token in it either.
                trouble = trouble.or((problem.code != ProblemCode::KeychainAbsent).then_some(problem.code));
                problem.evidence.unwrap_or_else(|| problem.code.name().into())
            }
        };
        looked.push(format!("{}: {seen}", place.name(environment)));
    }
    let evidence = format!("ntn's login to {workspace}: {}", looked.join("; "));
    Err(Problem::new(trouble.unwrap_or(ProblemCode::SecretGone)).seen(evidence))
}

#[derive(Clone, Copy)]
enum Place {
    File,
    #[cfg(target_os = "linux")]
    KernelKeyring,
    Keychain,
}

/// Returns the locations in the order in which they are searched. A keychain that the person turned off is not among them.
fn places(environment: &Environment) -> &'static [Place] {
    match environment.keyring_off() {
        Some(_) => &[
            Place::File,
            #[cfg(target_os = "linux")]
            Place::KernelKeyring,
        ],
        None => &[
            #[cfg(target_os = "linux")]
            Place::KernelKeyring,
            Place::Keychain,
            Place::File,
        ],
    }
}

impl Place {
    fn name(self, environment: &Environment) -> String {
        match self {
            Self::File => ntn_files::place(environment),
            #[cfg(target_os = "linux")]
            Self::KernelKeyring => kernel_keyring::NAME.into(),
            Self::Keychain => format!("{}, service {SERVICE}", keychain::NAME),
        }
    }

    fn read(self, environment: &Environment, workspace: &str) -> Result<Option<Secret>, Problem> {
        match self {
            Self::File => ntn_files::token(environment, workspace),
            #[cfg(target_os = "linux")]
            Self::KernelKeyring => kernel_keyring::read(workspace),
            Self::Keychain => {
                let account = workspace.to_owned();
                within(Limits::default().operation, keychain::NAME, move || keychain::read_of(SERVICE, &account))
            }
        }
    }
}
