//! What tests stand on.

pub mod again;
pub mod frames;
// pub mod notion;
// pub mod pty;
// pub mod secret_service;
// pub mod world;
