//! What tests stand on.

pub(crate) mod again;
pub(crate) mod binary;
pub(crate) mod frames;
pub(crate) mod kernel_keyring;
pub(crate) mod notion;
pub(crate) mod pty;
pub(crate) mod secret_service;
pub(crate) mod talk;
pub(crate) mod world;
