//! Effects become tasks, tasks become messages. The ports are what tasks stand on.

pub mod ports;
