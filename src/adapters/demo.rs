//! The adapters that `--demo` uses in place of the real ones. Nothing leaves this machine, and nothing of the person's is touched.

pub mod agents;
pub mod home;
pub mod keychain;
pub mod loopback;
pub mod ntn;
pub mod scan;
pub mod secret_managers;
pub mod simulated_notion;
pub mod team_profile;
pub mod workers;
