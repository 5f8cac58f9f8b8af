//! Needs what its modules name: detection of `ntn` and of its logins on this machine.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "looks at what other programs left")]

mod kernel_keyring;
mod npm;
mod ntn;
mod ntn_storage;
