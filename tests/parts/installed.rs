//! The parts that `tests/install` installs, and how tests start them. A part that is missing fails its test, and names the command.

pub(crate) mod chromium;
#[cfg(target_os = "linux")]
pub(crate) mod kernel_keyring;
pub(crate) mod ntn;
pub(crate) mod python;
pub(crate) mod secret_service;
